"""The words for a report: a draft of any day, an issue of it, or the issued bytes again. Words to functions, nothing
else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.terminal.base import (
    AsOf,
    RecordedBy,
    WatchFolder,
    app,
    assess_watch,
    clock,
    open_store,
    read_day,
    read_moment,
    write_file,
)

if TYPE_CHECKING:
    from trucewatch.desks.reports.operations import ReportDesk
    from trucewatch.desks.reports.wanted import Wanted
    from trucewatch.model.report_draft import ReportDraft
    from trucewatch.pipeline import Assessment
    from trucewatch.store import Store


@app.command(short_help="Make the report of any day for one recipient: a draft, or with --issue an issue.")
def report(
    watch: WatchFolder,
    kind: Annotated[str, typer.Option(help="The kind of report: daily.")] = "daily",
    day: Annotated[str | None, typer.Option("--date", metavar="D", help="One day, as 2020-12-11.")] = None,
    day_from: Annotated[str | None, typer.Option("--from", metavar="D", help="The first day of several.")] = None,
    day_to: Annotated[str | None, typer.Option("--to", metavar="D", help="The last day of several.")] = None,
    language: Annotated[str, typer.Option("--lang", metavar="L", help="A language of the catalogues, as en.")] = "en",
    name: Annotated[
        str, typer.Option("--format", help="html, csv, docx, geojson, gpkg, kml, pdf, tables or xlsx.")
    ] = "html",
    recipient: Annotated[
        str | None, typer.Option(help="A recipient of watch.toml; the last one there, the public, without it.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write it; - for standard output.")] = None,
    issue: Annotated[
        bool, typer.Option("--issue", help="Issue it: it gets a number, and stays on record. Needs --by.")
    ] = False,
    by: Annotated[
        str,
        typer.Option("--by", help="Who issues it: a delegation of the watch, or a name, kept as a salted reference."),
    ] = "",
    archive: Annotated[
        Path | None,
        typer.Option(
            "--zip",
            metavar="FILE",
            help="With --issue: issue it in all formats, and write all that was issued of it to this archive. "
            "--lang all: in all languages of the watch.",
        ),
    ] = None,
    as_of: AsOf = None,
    recorded_by: RecordedBy = None,
) -> None:
    """Make the report of any day for one recipient, in one language and format.

    Without --issue it is a draft: marked as one on every page, without a number, and nothing is recorded. With
    --recorded-by the bytes of what was issued by then are made again.
    """
    from trucewatch.desks.reports.wanted import Wanted
    from trucewatch.locale import words
    from trucewatch.locale.acceptance import translation_words
    from trucewatch.pipeline.issue import default_day, draft_name, draft_report

    if kind != "daily":
        raise ReportError(Message('there is no report of kind "{kind}"; there is: daily', kind=kind))
    if issue and recorded_by:
        raise ReportError(
            Message("what the journal held earlier is looked at, not issued; leave out --issue or --recorded-by")
        )
    if archive is not None and not issue:
        raise ReportError(Message("an archive holds what was issued; give --issue and --by with --zip"))
    with open_store(watch) as store:
        assessment = assess_watch(store, watch, as_of, recorded_by)
        first, last = _days(day, day_from, day_to, default_day(assessment))
        to = recipient or assessment.watch.settings.recipient[-1].id
        wanted = Wanted(to, first, last + timedelta(days=1))
        if recorded_by and (remade := _issued_again(store, watch, wanted, name, language, out, as_of, recorded_by)):
            path, code = remade
        elif archive is not None:
            path, code = _issue_all(store, watch, assessment, wanted, language, archive, by), 0
        elif issue:
            path, code = _issue(store, watch, assessment, wanted, name, language, out, by), 0
        else:
            content = draft_report(
                assessment,
                recipient=to,
                day_from=first,
                day_until=wanted.day_until,
                languages=[language],
                formats=[name],
            )[name, language]
            path, code = _written(store, out, draft_name(to, first, last, language, name), content), 0
    if path is not None:
        typer.echo(str(path))
    if archive is None and (mark := translation_words(words(language))):
        typer.echo(mark, err=True)
    if code:
        raise typer.Exit(code)


def _issue(
    store: Store,
    folder: Path,
    assessment: Assessment,
    wanted: Wanted,
    name: str,
    language: str,
    out: Path | None,
    by: str,
) -> Path | None:
    """The file has its place under `out/issued`."""
    from trucewatch.pipeline.issue import issued_name

    _, issued, products = _issued(store, folder, assessment, wanted, [name], [language], by)
    content = products[name, language]
    return _written(store, out, issued_name(issued.number, issued.revision, language, name), content)


def _issue_all(
    store: Store,
    folder: Path,
    assessment: Assessment,
    wanted: Wanted,
    language: str,
    archive: Path,
    by: str,
) -> Path | None:
    """In all formats; where the archive of all that was issued of it lies."""
    from trucewatch.desks.reports.archives import archive_of
    from trucewatch.reports import FORMATS
    from trucewatch.store.publications import publications

    languages = list(assessment.watch.settings.languages) if language == "all" else [language]
    desk, issued, _ = _issued(store, folder, assessment, wanted, list(FORMATS), languages, by)
    publication = next(
        publication
        for publication in publications(store)
        if (publication.number, publication.revision) == (issued.number, issued.revision)
    )
    return _written(store, archive, "", archive_of(desk, publication, assessment.watch))


def _issued(
    store: Store,
    folder: Path,
    assessment: Assessment,
    wanted: Wanted,
    formats: list[str],
    languages: list[str],
    by: str,
) -> tuple[ReportDesk, ReportDraft, Mapping[tuple[str, str], bytes]]:
    """Begun, checked and issued by one person, as the desk does it."""
    from trucewatch.desks.reports.operations import ReportDesk

    who = store.keys.actor_reference(by, assessment.watch.delegation_ids)
    desk = ReportDesk(store, folder, clock, lambda: assessment)
    draft = desk.begin(wanted, languages=languages, formats=formats, by=who)
    checked = desk.check(draft.draft_id, seen_version=draft.version, by=who)
    issued, products = desk.issue(checked.draft_id, seen_version=checked.version, by=who)
    typer.echo(f"Issued as {issued.number}, revision {issued.revision}.", err=True)
    return desk, issued, products


def _issued_again(
    store: Store,
    folder: Path,
    wanted: Wanted,
    name: str,
    language: str,
    out: Path | None,
    as_of: str | None,
    recorded_by: str,
) -> tuple[Path | None, int] | None:
    """Where the issue that was on record by then lies, made again, and the exit code; None where nothing was issued."""
    from trucewatch.pipeline.issue import draft_name, issue_on_record, issued_name, make_again

    issue = issue_on_record(
        store,
        recipient=wanted.recipient,
        day_from=wanted.day_from,
        day_until=wanted.day_until,
        recorded_by=read_moment(recorded_by),
        cut_off=read_moment(as_of),
        file=(name, language),
    )
    if issue is None:
        return None
    again = make_again(store, folder, issue, format=name, language=language, now=clock())
    difference, publication = again.difference(), issue.publication
    if difference is not None:
        typer.echo(f"trucewatch: {difference}", err=True)
        place = draft_name(wanted.recipient, wanted.day_from, wanted.last, language, name)
        return _written(store, out, place, again.content), 1 if again.digest else 0
    place = issued_name(publication.number, publication.revision, language, name)
    return _written(store, out, place, again.content), 0


def _written(store: Store, out: Path | None, name: str, content: bytes) -> Path | None:
    """Where the file is; None where it went to standard output."""
    if out is None:
        return store.write_out(name, content)
    if str(out) == "-":
        sys.stdout.buffer.write(content)
        return None
    return write_file(out, content)


def _days(day: str | None, day_from: str | None, day_to: str | None, otherwise: date) -> tuple[date, date]:
    """The first and the last day that are wanted."""
    only_day = read_day(day) if day else None
    first = only_day or (read_day(day_from) if day_from else None) or (read_day(day_to) if day_to else otherwise)
    last = only_day or (read_day(day_to) if day_to else first)
    if last < first:
        raise ReportError(
            Message("the report would end on {last}, before it begins on {first}", last=last, first=first)
        )
    return first, last
