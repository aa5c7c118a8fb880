"""A list that was worked out → a recipient's report, in every language and format; that it was issued is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import ReportError
from trucewatch.locale.acceptance import working_translations
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.report import EditorsNote
from trucewatch.model.watch import Recipient, Watch
from trucewatch.pipeline import Assessment
from trucewatch.store import Store
from trucewatch.store.publications import record_publication


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
) -> dict[tuple[str, str], bytes]:
    """The report's bytes by (format, language), after release; what it said is recorded, so that a later one can
    correct it.

    The same facts again are the same number and revision, the same bytes, and no new record; the record holds the hash
    of every file. notes: what the editors say; without them those of the last issue stand as long as its rows do.
    Raises ReportError.
    """
    from trucewatch.reports import render
    from trucewatch.reports.daily_build import build_daily, publication_of

    rule = assessment.watch.recipient(recipient)
    if rule is None:
        names = ", ".join(rule.id for rule in assessment.watch.settings.recipient)
        raise ReportError(
            Message('"{recipient}" is no recipient of this watch; it has: {words}', recipient=recipient, words=names)
        )
    report = build_daily(
        assessment.report_inputs(), recipient=rule, day_from=day_from, day_until=day_until, notes=notes
    )
    products = {
        (name, language): render(report, format=name, language=language) for name in formats for language in languages
    }
    issued = publication_of(report)
    if not assessment.is_replay:
        record_publication(store, issued, {which: sha256_of(content) for which, content in products.items()})
    return products
