"""How every part of a clause stands, and every change of that, as rows for those who code agreements outside: files for
use inside the centre, marked in every row, with no more than the pages show.

`docs/provisions.md` says what each column holds.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from trucewatch.desks.provisions.glimpse import Glimpse
from trucewatch.desks.provisions.state_sentences import rule_words
from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import printable
from trucewatch.model.clause_state import ReadingAnswer
from trucewatch.model.deadlines import Range
from trucewatch.model.times import NEVER, iso_utc
from trucewatch.model.watch import Watch
from trucewatch.reports.formats.csv import cell

INSIDE: Final = "inside the centre, not released"
"""What stands in each row, so that a single one that is copied says it too."""
STATE_COLUMNS: Final = (
    *(
        "status",
        "simulated",
        "watch",
        "as_of",
        "known",
        "instrument",
        "clause",
        "part",
        "kind",
        "obliged",
        "obliged_by",
    ),
    *("state", "since", "due_from", "due", "due_text", "extension", "rule", "met_at", "readings", "claims", "by_hand"),
    *("until_from", "until", "last_notice_from", "last_notice", "kept_up", "stated_gaps", "stated_parts"),
    *("findings_beside", "evidence", "evidence_left_out"),
)
CHANGE_COLUMNS: Final = ("status", "simulated", "watch", "clause", "part", "at", "state", "state_before")


def state_rows(glimpse: Glimpse, watch: Watch, words: Words) -> Iterator[dict[str, Any]]:
    """A row a part. watch: with the names that its console knows."""
    since = _since(glimpse)
    barred = _barred(glimpse)
    by_stipulation = {each.id: each for _, each in glimpse.record.agreement.stipulations()}
    for state in glimpse.states():
        stipulation = by_stipulation[state.stipulation]
        due = state.due
        evidence = [name for name in state.evidence if name not in barred]
        yield {
            "status": INSIDE,
            "simulated": watch.settings.simulated,
            "watch": watch.settings.id,
            "as_of": iso_utc(glimpse.at),
            "known": glimpse.knowing,
            "instrument": state.instrument,
            "clause": state.provision,
            "part": state.stipulation,
            "kind": state.kind,
            "obliged": list(stipulation.obliged),
            "obliged_by": stipulation.obliged_by,
            "state": state.state,
            "since": since.get((state.stipulation, state.state)) if glimpse.knowing == "then" else None,
            "due_from": iso_utc(due.range.earliest) if due and not due.range.is_exact else None,
            "due": iso_utc(due.moment) if due else None,
            "due_text": state.text or None,
            "extension": due.extension if due else None,
            "rule": " ".join(rule_words(line, watch, words) for line in state.rule),
            "met_at": state.met_at or None,
            "readings": [_reading(each, watch, words) for each in state.readings],
            "claims": [f"{_name(each.by, watch, words)}: {each.state}" for each in state.claims],
            "by_hand": state.by_hand is not None,
            **_moments("until", state.ending.end if state.ending else None),
            **_moments("last_notice", state.ending.last_notice if state.ending else None),
            "kept_up": [
                f"{'' if span.word == 'kept' else 'not '}{'/'.join(filter(None, (span.first, span.last)))}"
                for span in state.spans
            ],
            "stated_gaps": [
                f"{_name(gap.by, watch, words)}: {gap.from_}/{gap.until or ''}".rstrip("/") for gap in state.gaps
            ],
            "stated_parts": [
                ": ".join(filter(None, (part.by and _name(part.by, watch, words), part.day.isoformat())))
                for part in state.parts
            ],
            "findings_beside": [f"{each.code}: {each.count}" for each in state.beside],
            "evidence": evidence,
            "evidence_left_out": len(state.evidence) - len(evidence),
        }


def change_rows(glimpse: Glimpse, watch: Watch) -> Iterator[dict[str, Any]]:
    """A row a change, up to the watch's clock, in order of time."""
    clause_of = {each.id: provision.number for provision, each in glimpse.record.agreement.stipulations()}
    before: dict[str, str] = {}
    for change in glimpse.changes:
        yield {
            "status": INSIDE,
            "simulated": watch.settings.simulated,
            "watch": watch.settings.id,
            "clause": clause_of[change.stipulation],
            "part": change.stipulation,
            "at": iso_utc(change.at),
            "state": change.state,
            "state_before": before.get(change.stipulation),
        }
        before[change.stipulation] = change.state


def csv_text(rows: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> str:
    """The rows with their columns named; no cell runs as a formula."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(row[name]) for name in columns] for row in rows)
    return sink.getvalue()


def json_text(rows: Iterable[dict[str, Any]], glimpse: Glimpse, watch: Watch) -> str:
    """The rows as one JSON object, with what the file is and how far the whole agreement is."""
    pace = glimpse.pace()
    document = {
        "schema": "trucewatch/inside-provisions/1",
        "status": INSIDE,
        "watch": watch.settings.id,
        "simulated": watch.settings.simulated,
        "as_of": iso_utc(glimpse.at),
        "known": glimpse.knowing,
        "pace": {name: getattr(pace, name) for name in pace.__slots__},
        "stipulations": list(rows),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _since(glimpse: Glimpse) -> dict[tuple[str, str], str]:
    """From when on a part has stood as it stands at the moment that is shown."""
    latest: dict[str, tuple[str, datetime]] = {}
    for change in glimpse.changes:
        if change.at <= glimpse.at:
            latest[change.stipulation] = (change.state, change.at)
    return {(part, state): iso_utc(at) for part, (state, at) in latest.items()}


def _barred(glimpse: Glimpse) -> frozenset[str]:
    """The observations and numbers that rest on sources whose rows never leave."""
    barred = glimpse.record.watch.never_told
    names = {number.counter_id for number in glimpse.record.numbers if number.source in barred}
    incidents = glimpse.record.incidents
    for sources, members in zip(incidents["sources"].to_pylist(), incidents["members"].to_pylist(), strict=True):
        if not barred.isdisjoint(sources):
            names.update(members)
    return frozenset(names)


def _moments(name: str, span: Range | None) -> dict[str, str | None]:
    """The last moment; before it the first where they differ. None for what has no end."""
    if span is None or span.earliest >= NEVER:
        return {f"{name}_from": None, name: None}
    return {f"{name}_from": None if span.is_exact else iso_utc(span.earliest), name: iso_utc(span.latest)}


def _reading(answer: ReadingAnswer, watch: Watch, words: Words) -> str:
    """`Armenia: no_deadline, forbids line_crossing`."""
    forbids = f", forbids {' '.join(answer.forbids)}" if answer.forbids else ""
    return f"{_name(answer.by, watch, words)}: {answer.state}{forbids}"


def _name(who: str, watch: Watch, words: Words) -> str:
    return printable(party_name(who, watch, words))
