"""The word `codebook`: every column and code of the files, with its meaning."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.terminal.base import app, write_file


@app.command(short_help="Print the codebook: every column and code of the files, with its meaning.")
def codebook(
    name: Annotated[str, typer.Option("--format", help="md, csv or json.")] = "md",
    language: Annotated[str, typer.Option("--lang", metavar="L", help="A language of the catalogues, as en.")] = "en",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write it; else it is printed.")] = None,
) -> None:
    """Print the codebook of kinds, means, assessments, aspects and of all columns: name, type, unit, meaning and since
    which version. It names its version and its SHA-256, by which it is cited."""
    from trucewatch.reports.codebook import FORMATS, written
    from trucewatch.reports.codebook import codebook as codebook_in

    if name not in FORMATS:
        raise ReportError(
            Message('there is no codebook as "{format}"; choose one of: {words}', format=name, words=", ".join(FORMATS))
        )
    content = written(codebook_in(language), name)
    if out is None or str(out) == "-":
        sys.stdout.buffer.write(content)
    else:
        typer.echo(str(write_file(out, content)))
