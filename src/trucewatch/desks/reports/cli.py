"""The words for a report: a draft of any day, an issue of it, or the issued bytes again. Words to functions, nothing
else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.terminal.acting import AsMachine, releasing
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

MOST_BYTES = 100_000
"""Of the file of a cover note; a longer one is too long for a note anyway."""
SHORTEST_ID = 6
"""Characters of an id or code that may mean one incident alone."""


@app.command(short_help="Make the report of any day for one recipient: a draft, or with --issue an issue.")
def report(
    watch: WatchFolder,
    kind: Annotated[
        str, typer.Option(help="The kind of report: daily, weekly, casualties, implementation, restrictions or spot.")
    ] = "daily",
    incident: Annotated[
        str, typer.Option(metavar="ID", help="The event of a spot report: its id or a code, or the beginning of one.")
    ] = "",
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
    as_machine: AsMachine = False,
    cover: Annotated[
        Path | None,
        typer.Option(
            "--cover-note", metavar="FILE", help="Of an issue: a text that stands before it, as its author's."
        ),
    ] = None,
    cover_by: Annotated[str, typer.Option(metavar="WHO", help="Whose the cover note is: name or office.")] = "",
    cover_key: Annotated[
        Path | None, typer.Option(metavar="KEY", help="Sign the cover note with this key file; without it it is not.")
    ] = None,
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
    """Make a report of any kind for one recipient, in one language and format.

    Without --issue it is a draft: marked as one on every page, without a number, and nothing is recorded. With
    --recorded-by the bytes of what was issued by then are made again.
    """
    from trucewatch.desks.reports.wanted import Wanted
    from trucewatch.locale import words
    from trucewatch.locale.acceptance import translation_words
    from trucewatch.pipeline.issue import default_day, draft_name, draft_report
    from trucewatch.reports.daily_build import day_of_event
    from trucewatch.reports.kinds import kind_called, refuse_spot
    from trucewatch.watch import load_watch

    of_kind = kind_called(kind)
    if bool(incident) != of_kind.is_of_one:
        raise ReportError(
            Message("a spot report is of one event: give --kind spot and --incident ID together, or neither of them")
        )
    if (cover or cover_by or cover_key) and not (issue and cover and cover_by):
        raise ReportError(
            Message(
                "a cover note stands before an issue: give --issue, --cover-note FILE and --cover-by WHO, and "
                "--cover-key KEY to sign it"
            )
        )
    if issue and recorded_by:
        raise ReportError(
            Message("what the journal held earlier is looked at, not issued; leave out --issue or --recorded-by")
        )
    if archive is not None and not issue:
        raise ReportError(Message("an archive holds what was issued; give --issue and --by with --zip"))
    with open_store(watch) as store:
        if issue:
            by = releasing(store, load_watch(watch), by, as_machine=as_machine)
        assessment = assess_watch(store, watch, as_of, recorded_by)
        to = recipient or assessment.watch.settings.recipient[-1].id
        if of_kind.is_of_one:
            if (rule := assessment.watch.recipient(to)) is not None:
                refuse_spot(rule)
            event = event_of(assessment, incident)
            first = last = day_of_event(assessment.report_inputs(), event) or default_day(assessment)
        else:
            event = ""
            first, last = _days(day, day_from, day_to, default_day(assessment), of_kind.days)
        wanted = Wanted(to, first, last + timedelta(days=1), kind, event)
        before = _Cover(cover, cover_by, cover_key) if cover else None
        if recorded_by and (remade := _issued_again(store, watch, wanted, name, language, out, as_of, recorded_by)):
            path, code = remade
        elif archive is not None:
            path, code = _issue_all(store, watch, assessment, wanted, language, archive, by, before), 0
        elif issue:
            path, code = _issue(store, watch, assessment, wanted, name, language, out, by, before), 0
        else:
            draft, products = draft_report(
                assessment,
                recipient=to,
                day_from=first,
                day_until=wanted.day_until,
                languages=[language],
                formats=[name],
                kind=kind,
                event=event,
            )
            path, code = _written(store, out, draft_name(draft.number, language, name), products[name, language]), 0
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
    before: _Cover | None = None,
) -> Path | None:
    """The file has its place under `out/issued`."""
    from trucewatch.pipeline.issue import issued_name

    _, issued, products = _issued(store, folder, assessment, wanted, [name], [language], by, before)
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
    before: _Cover | None = None,
) -> Path | None:
    """In all formats; where the archive of all that was issued of it lies."""
    from trucewatch.desks.reports.archives import archive_of
    from trucewatch.reports import FORMATS
    from trucewatch.store.publications import publications

    languages = list(assessment.watch.settings.languages) if language == "all" else [language]
    desk, issued, _ = _issued(store, folder, assessment, wanted, list(FORMATS), languages, by, before)
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
    before: _Cover | None,
) -> tuple[ReportDesk, ReportDraft, Mapping[tuple[str, str], bytes]]:
    """Begun, checked and issued by one person, as the desk does it."""
    from trucewatch.desks.reports.operations import ReportDesk

    who = store.keys.actor_reference(by, assessment.watch.delegation_ids)
    desk = ReportDesk(store, folder, clock, lambda: assessment)
    draft = desk.begin(wanted, languages=languages, formats=formats, by=who)
    if before is not None:
        draft = before.put(desk, draft, languages[0], who)
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
        kind=wanted.kind,
        event=wanted.incident,
    )
    if issue is None:
        return None
    again = make_again(store, folder, issue, format=name, language=language, now=clock())
    difference, publication = again.difference(), issue.publication
    if difference is not None:
        typer.echo(f"trucewatch: {difference}", err=True)
        place = draft_name(publication.number, language, name)
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


@dataclass(frozen=True, slots=True)
class _Cover:
    """A cover note as the command line has it: the file of its text, whose it is, the key file if it is signed."""

    text: Path
    who: str
    key: Path | None

    def put(self, desk: ReportDesk, draft: ReportDraft, language: str, by: str) -> ReportDraft:
        """The draft with the note before it, signed for the number and revision that the issue will have."""
        from trucewatch.model.report import CoverNote
        from trucewatch.model.typed_text import as_typed

        try:
            with self.text.open("rb") as stream:
                text = as_typed(stream.read(MOST_BYTES).decode("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as exc:
            raise ReportError(
                Message("{file} cannot be read as a text in UTF-8; nothing was issued", file=self.text)
            ) from exc
        note = CoverNote(who=as_typed(self.who), language=language, text=text)
        if self.key is not None:
            note = replace(note, signature=self._signature(desk, replace(draft, cover=note)))
        return desk.put_cover(draft.draft_id, seen_version=draft.version, cover=note, by=by)

    def _signature(self, desk: ReportDesk, draft: ReportDraft) -> str:
        from trucewatch.ledger.keyfile import read_key
        from trucewatch.ledger.signing import sign_record
        from trucewatch.model.times import iso_utc

        assert self.key is not None
        words = os.environ.get("TRUCEWATCH_PASSPHRASE")
        secret = read_key(self.key, None if words is None else words.encode())
        report = desk.report_of(draft)
        assert report.cover is not None
        content = report.cover.signed_bytes(report.number, report.revision)
        return json.dumps(sign_record(content, secret, iso_utc(clock().replace(microsecond=0))), sort_keys=True)


def event_of(assessment: Assessment, text: str) -> str:
    """The id of the incident that a code of ours or of a recipient, an id, or the beginning of one means. Raises
    ReportError for none and for several."""
    from trucewatch.model.short_codes import ids_called

    ids: list[str] = assessment.incidents["incident_id"].to_pylist()
    word = text.strip().casefold()
    meant = ids_called(ids, text)
    if not meant and len(word) >= SHORTEST_ID:
        meant = [name for name in ids if name.startswith(word)]
    if not meant and len(word) >= SHORTEST_ID:
        keys = assessment.recipient_keys.values()
        meant = [name for name in ids if any(key.code(name).startswith(word) for key in keys)]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise ReportError(
            Message(
                '"{text}" is no incident of this list, nor a code of one; trucewatch incidents WATCH has those that '
                "there are",
                text=text[:40],
            )
        )
    raise ReportError(
        Message('"{text}" may mean {count} incidents; give more of its id', text=text[:40], count=len(meant))
    )


def _days(
    day: str | None, day_from: str | None, day_to: str | None, otherwise: date, length: int = 0
) -> tuple[date, date]:
    """The first and the last day that are wanted; of a kind that has so many days those that begin on the first, and
    without one those that end with the day that a report is about."""
    if length > 1 and not (day_from and day_to):
        begin = day or day_from
        first = read_day(begin) if begin else (read_day(day_to) if day_to else otherwise) - timedelta(days=length - 1)
        return first, first + timedelta(days=length - 1)
    only_day = read_day(day) if day else None
    first = only_day or (read_day(day_from) if day_from else None) or (read_day(day_to) if day_to else otherwise)
    last = only_day or (read_day(day_to) if day_to else first)
    if last < first:
        raise ReportError(
            Message("the report would end on {last}, before it begins on {first}", last=last, first=first)
        )
    return first, last
