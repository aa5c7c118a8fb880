"""A list that was worked out → a recipient's report in every language and format: a draft; issued, by a person; or the
issued bytes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch import __version__
from trucewatch.errors import ReportError
from trucewatch.locale.acceptance import working_translations
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.report import DAILY, CoverNote, EditorsNote
from trucewatch.model.watch import Recipient, Watch
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.calibrations import learnt_anew_since
from trucewatch.pipeline.day_manifest import day_manifest
from trucewatch.store import Store
from trucewatch.store.lists import is_latest
from trucewatch.store.publications import (
    MadeFrom,
    RecordedIssue,
    publications,
    record_publication,
    recorded_issues,
)
from trucewatch.store.recipient_codes import FILE

if TYPE_CHECKING:
    from trucewatch.reports import DailyReport

Products = dict[tuple[str, str], bytes]
"""The bytes of a report by (format, language)."""


def default_day(assessment: Assessment) -> date:
    """The day that a report is about if nobody says: on a past case the last day on which an incident began, else
    today. A row that is dated after the cut-off moves no report into the future."""
    zone = assessment.watch.zone
    last = assessment.as_of - timedelta(microseconds=1)
    if assessment.watch.settings.watch_time is not None:
        starts = assessment.incidents["occurred_start"]
        begun = pc.max(starts.filter(pc.less_equal(starts, pa.scalar(last, starts.type)))).as_py()
        last = begun or last
    return last.astimezone(zone).date()


def draft_report(
    assessment: Assessment,
    *,
    recipient: str,
    day_from: date,
    day_until: date,
    languages: Sequence[str],
    formats: Sequence[str],
    kind: str = DAILY,
    event: str = "",
) -> tuple[DailyReport, Products]:
    """The report and its bytes after release, each file marked as a draft; nothing is recorded. Raises ReportError."""
    from trucewatch.reports import render_all
    from trucewatch.reports.daily_build import build_daily

    report = build_daily(
        assessment.report_inputs(),
        recipient=_rule_of(assessment, recipient),
        day_from=day_from,
        day_until=day_until,
        is_draft=True,
        kind=kind,
        event=event,
    )
    return report, render_all(report, formats=formats, languages=languages)


def refuse_working_translations(watch: Watch, recipient: Recipient, languages: Sequence[str]) -> None:
    """Raises ReportError where a report in a language that no native reader accepted would be issued to a party."""
    unaccepted = working_translations(languages) if watch.goes_to_parties(recipient) else []
    if unaccepted:
        raise ReportError(
            Message(
                "nothing was issued: this recipient is bound by the agreement, and no native reader has accepted the "
                "catalogue of {languages}, so its text is a working translation. Issue the report in English, or have "
                "a reader of the language accept the catalogue by name in locale/acceptance.toml",
                languages=", ".join(unaccepted),
            )
        )


def issue_report(
    store: Store,
    assessment: Assessment,
    *,
    recipient: str,
    day_from: date,
    day_until: date,
    languages: Sequence[str],
    formats: Sequence[str],
    notes: Sequence[EditorsNote] | None = None,
    cover: CoverNote | None = None,
    kind: str = DAILY,
    event: str = "",
    by: str = "",
    inputs_by: datetime | None = None,
    ready: tuple[DailyReport, Mapping[tuple[str, str], bytes]] | None = None,
) -> Products:
    """The report's bytes after release; what it said is recorded, so that a later one can correct it.

    What late evidence changed of what was judged is put anew before. The same facts again are the same number and
    revision, the same bytes, and no new record; the record holds the hash of every file. notes: what the editors say;
    without them those of the last issue stand as long as its rows do. by: whose act it is, as a record holds it.
    inputs_by: up to when the journal was read for the list, if that is not now. ready: the report and its files, where
    they were made of just this before. Raises ReportError.
    """
    from trucewatch.pipeline.review_late import reopen_late
    from trucewatch.reports import render_all
    from trucewatch.reports.daily_build import build_daily, publication_of

    if not assessment.is_replay and is_latest(store, assessment.list_entry, assessment.as_of):
        reopen_late(store, assessment, now=assessment.as_of)
    if ready is None:
        report = build_daily(
            assessment.report_inputs(),
            recipient=_rule_of(assessment, recipient),
            day_from=day_from,
            day_until=day_until,
            notes=notes,
            cover=cover,
            kind=kind,
            event=event,
        )
        products = render_all(report, formats=formats, languages=languages)
    else:
        report, products = ready[0], dict(ready[1])
    if not assessment.is_replay:
        digests = {which: sha256_of(content) for which, content in products.items()}
        made_from = MadeFrom(program=__version__, list_entry=assessment.list_entry, by=by, inputs_by=inputs_by)
        issued, rule = publication_of(report), _rule_of(assessment, recipient)

        def manifests() -> list[dict[str, Any]]:
            if kind != DAILY or assessment.list_entry < 0:
                return []
            return [day_manifest(store, assessment.report_inputs(), rule, issued, assessment.list_entry)]

        record_publication(store, issued, digests, made_from, manifests)
    return products


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAgain:
    """A file of an issue, made again; `digest` is the hash on record, empty where it was not issued in this format and
    language: then the file is a draft."""

    content: bytes
    issue: RecordedIssue
    digest: str

    @property
    def is_as_issued(self) -> bool:
        return sha256_of(self.content) == self.digest

    def difference(self) -> Message | None:
        """What is to be said where the bytes are not those that were issued; None where they are."""
        program, issue = self.issue.made_from.program or "0.1.0 or earlier", self.issue.publication
        if self.is_as_issued:
            return None
        if not self.digest:
            return Message(
                "{report}, revision {revision}, was not issued in this format and language; this file is a draft of it",
                report=issue.number,
                revision=issue.revision,
            )
        if any(note.erased for note in issue.notes) or (issue.cover and issue.cover.erased):
            return Message(
                "a note of the editors was erased since this was issued, so nothing gives the issued bytes again; the "
                "hash on record is {hash}, and whoever has a copy can hold it against that",
                hash=self.digest,
            )
        if program != __version__:
            return Message(
                "issued by version {version}; this is {this}: the bytes may differ; the hash on record is {hash}",
                version=program,
                this=__version__,
                hash=self.digest,
            )
        return Message(
            "made again by the same version {version}, and still not the bytes that were issued: its parts were "
            "changed, or what it rests on was erased; the hash on record is {hash}",
            version=program,
            hash=self.digest,
        )


def issue_on_record(
    store: Store,
    *,
    recipient: str,
    day_from: date,
    day_until: date,
    recorded_by: datetime | None = None,
    cut_off: datetime | None = None,
    file: tuple[str, str] | None = None,
    kind: str = DAILY,
    event: str = "",
) -> RecordedIssue | None:
    """The last issue of a report that was recorded by a moment, if there is one; with this cut-off, if one is given.
    One on a single event is found by the event, whatever its days.

    file: format and language; of several records of the issue the one that names the file is taken.
    """
    days = () if event else (day_from, day_until)
    wanted = (recipient, kind, event, *days)
    issues = [
        issue
        for issue in recorded_issues(store, recorded_by)
        if (
            issue.publication.recipient,
            issue.publication.kind,
            issue.publication.incident,
            *((issue.publication.day_from, issue.publication.day_until) if days else ()),
        )
        == wanted
        and (cut_off is None or issue.publication.cut_off == cut_off)
    ]
    with_file = [issue for issue in issues if file in issue.files]
    last = issues[-1:]
    if with_file and with_file[-1].publication.revision == last[0].publication.revision:
        last = with_file[-1:]
    return last[0] if last else None


def make_again(
    store: Store, folder: Path, issue: RecordedIssue, *, format: str, language: str, now: datetime
) -> MadeAgain:
    """A file of an issue from what the journal held when it was made: the watch's files, rows, acts, calibrations and
    earlier issues of then, and the checkpoint that covers its list.

    The same program gives the same bytes. Raises ReportError, StoreError, WatchError.
    """
    from trucewatch.reports import render
    from trucewatch.reports.daily_build import build_daily

    publication, made_from = issue.publication, issue.made_from
    inputs_by = made_from.inputs_by or issue.recorded_at
    then = assess(store, folder, now=now, as_of=publication.cut_off, recorded_by=inputs_by)
    entry = made_from.list_entry if made_from.list_entry >= 0 else then.list_entry
    earlier = publications(store, before_entry=issue.entry)
    then = replace(
        then,
        earlier=earlier,
        learnt_anew=learnt_anew_since(store, earlier, issue.recorded_at),
        checkpoint=store.first_checkpoint_covering(entry).decode() if entry >= 0 else "",
    )
    digest = issue.files.get((format, language), "")
    rule = _rule_of(then, publication.recipient)
    inputs = replace(then.report_inputs(), is_early_form=not publication.key_digest)
    key = inputs.recipient_keys.get(publication.recipient)
    if publication.key_digest and (key is None or key.digest != publication.key_digest):
        raise ReportError(
            Message(
                "{report}, revision {revision}, was issued with codes of a key that is lost, so its files cannot be "
                "made again; the hash of each is in the ledger, so any copy can be held against it. If you have the "
                "file private/{name} of then, put it back",
                report=publication.number,
                revision=publication.revision,
                name=FILE,
            )
        )
    report = build_daily(
        inputs,
        recipient=rule,
        day_from=publication.day_from,
        day_until=publication.day_until,
        notes=publication.notes,
        cover=publication.cover,
        is_draft=not digest,
        kind=publication.kind,
        event=publication.incident,
    )
    return MadeAgain(content=render(report, format=format, language=language), issue=issue, digest=digest)


def draft_name(number: str, language: str, format_name: str) -> str:
    """Where a draft is kept below `out/`, by the number that it would have; never where an issued file is."""
    from trucewatch.reports import FORMATS

    kind, name, recipient = parts_of_number(number)
    return f"drafts/{recipient}/{kind}-{name}-{language}{FORMATS[format_name].suffix}"


def issued_name(number: str, revision: int, language: str, format_name: str) -> str:
    """Where a file of an issued report is kept below `out/`."""
    from trucewatch.reports import FORMATS

    kind, name, recipient = parts_of_number(number)
    series = "" if kind == DAILY else f"{kind}-"
    return f"issued/{recipient}/{series}{name}-r{revision}-{language}{FORMATS[format_name].suffix}"


def parts_of_number(number: str) -> tuple[str, str, str]:
    """Kind, days (or the code of the event) and recipient of a report's number."""
    series, name, recipient = number.rsplit("/", 2)
    return series.partition("/")[2] or DAILY, name, recipient


def _rule_of(assessment: Assessment, recipient: str) -> Recipient:
    rule = assessment.watch.recipient(recipient)
    if rule is None:
        names = ", ".join(rule.id for rule in assessment.watch.settings.recipient)
        raise ReportError(
            Message('"{recipient}" is no recipient of this watch; it has: {words}', recipient=recipient, words=names)
        )
    return rule
