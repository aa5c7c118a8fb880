"""The word for claims: take one down, or list them. Words to functions, nothing else."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json, read_moment

_MOST_BYTES = 100_000


@app.command(short_help="Take down what somebody says by telephone, letter or at the door; or list claims.")
def claim(
    watch: WatchFolder,
    speaker: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="WHO",
            help="Who speaks: party:ID, delegation:ID, body:ID, post:NAME (post:ID/NAME of a side's post), "
            "agency:NAME, civilian, civilian:PLACE, not_said.",
        ),
    ] = "not_said",
    text: Annotated[
        str | None, typer.Option(metavar="FILE", help="Their words, in a file; - reads them from standard input.")
    ] = None,
    kind: Annotated[str, typer.Option(help="What it was, as explosion, shot, harm; left out: not said.")] = "",
    when: Annotated[str, typer.Option(help='When, as they say it: "10:10", "ten past ten", "an hour ago".')] = "",
    where: Annotated[str, typer.Option(help='Where, as they say it: "2 km N of Ambermill", a cell of MGRS.')] = "",
    perceived: Annotated[
        str, typer.Option(help="How they know: saw, heard, recorded; told stands for not said too.")
    ] = "told",
    count: Annotated[int | None, typer.Option(min=0, help="How many.")] = None,
    killed: Annotated[int | None, typer.Option(min=0, help="People killed, as they say.")] = None,
    injured: Annotated[int | None, typer.Option(min=0, help="People injured, as they say.")] = None,
    via: Annotated[str, typer.Option(help="telephone, radio, letter, message, in_person.")] = "telephone",
    language: Annotated[str, typer.Option(help="Of their words, as en.")] = "",
    received: Annotated[
        str | None, typer.Option(metavar="T", help="When it was said or came in; the watch's clock without it.")
    ] = None,
    may_tell: Annotated[
        str, typer.Option(help="Of a civilian: may both sides be told? yes, no, not_asked. Only yes leaves.")
    ] = "not_asked",
    may_call: Annotated[str, typer.Option(help="Of a civilian: may we call back? yes, no, not_asked.")] = "not_asked",
    in_danger: Annotated[
        str, typer.Option(help="Of a civilian: is anybody in danger now? yes, no, not_asked.")
    ] = "not_asked",
    drill: Annotated[
        bool | None,
        typer.Option(
            "--drill/--real",
            help="An exercise, in no list and in no sum, or real; left out: of the drill that runs, or real where none "
            "does. What is real ends a drill.",
        ),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who takes it down; kept as a salted reference.")] = "command line",
    as_json: AsJson = False,
) -> None:
    """Take down a claim: with --text or --kind it is entered, without either the claims on record are listed.

    It stays a claim. What was not said stays unknown; a time or place that cannot be read is kept as words. Their words
    lie apart, where they can be erased; a name and a number to call back are entered on the console's page.
    """
    from trucewatch.desks.claiming.operations import (
        Typed,
        answers_named,
        claim_document,
        claims_document,
        claims_shown,
        draft_of,
        speaker_named,
    )
    from trucewatch.desks.claiming.output import show_claims
    from trucewatch.model.claim_draft import ClaimRefusedError
    from trucewatch.model.claim_record import VIAS, ClaimWords
    from trucewatch.pipeline.claim_entering import clock_of, enter_claim
    from trucewatch.pipeline.drilling import enter_real_call
    from trucewatch.sources.recorded.claim_rows import why_in_no_list
    from trucewatch.store.drill_records import drill_now
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    loaded = load_watch(watch)
    now = clock_of(loaded, clock())
    if text is None and not kind:
        if when or where or count is not None or killed is not None or injured is not None:
            raise ClaimRefusedError({"says": Message("Say what it was, with --kind, or their words, with --text.")})
        with open_store(watch) as store:
            if as_json:
                print_json(claims_document(store, loaded, now))
            else:
                show_claims(console(), claims_shown(store, loaded, now), loaded, now)
        return
    chosen = next((each for each in VIAS if each == via), None)
    if chosen is None:
        raise ClaimRefusedError({"via": Message("--via is one of {ways}.", ways=", ".join(VIAS))})
    typed = Typed(
        words=ClaimWords(says=_words(text), when=when, where=where),
        speaker=speaker_named(speaker),
        via=chosen,
        received_at=read_moment(received, zone=loaded.zone) or now,
        kind=kind,
        language=language,
        perceived=perceived,
        count=count,
        killed=killed,
        injured=injured,
        answers=answers_named(may_tell=may_tell, may_call=may_call, in_danger=in_danger),
    )
    draft, remarks = draft_of(typed, loaded)
    ended = None
    with open_store(watch) as store:
        if drill if drill is not None else drill_now(store) is not None:
            entered = enter_claim(store, loaded, replace(draft, is_drill=True), by=by, now=now)
        else:
            entered, ended = enter_real_call(store, loaded, draft, by=by, now=now)
    if ended is not None:
        typer.echo(f"The drill {ended.code} is over: {entered.code} is real.", err=True)
    for remark in remarks:
        typer.echo(str(remark), err=True)
    if as_json:
        print_json(claim_document(loaded, entered, now))
    else:
        left_out = why_in_no_list(entered)
        then = str(left_out) if left_out else f"The next run applies it: trucewatch run {watch}"
        typer.echo(f"Entered as {entered.code}, entry {entered.entry}. {then}")


def _words(name: str | None) -> str:
    """Their words from a file, or from standard input. Raises UnreadableInput."""
    if name is None:
        return ""
    try:
        content = sys.stdin.buffer.read(_MOST_BYTES + 1) if name == "-" else _read(Path(name))
        if len(content) > _MOST_BYTES:
            raise UnreadableInput(
                Message("{file} is too long for one claim; bring a letter on the console's page", file=name)
            )
        return content.decode("utf-8-sig")
    except OSError as exc:
        raise UnreadableInput(Message("{file} cannot be read; give the file with their words", file=name)) from exc
    except UnicodeDecodeError as exc:
        raise UnreadableInput(
            Message("{file} is no text in UTF-8; save it as that, or type the words", file=name)
        ) from exc


def _read(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(_MOST_BYTES + 1)
