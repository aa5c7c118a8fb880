"""Released statements → CSV and JSON: one row, or one object, for each thing that was said."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from trucewatch.model.annotations import Passage
from trucewatch.model.times import iso_utc
from trucewatch.reports.statement_release import ReleasedPassage, ReleasedStatement

SCHEMA: Final = "trucewatch/statements-released/1"
COLUMNS: Final[Mapping[str, str]] = {
    "statement": "number of the statement in this watch",
    "language": "language of the copy that the words are of",
    "version": "which version of that copy",
    "later_version": "number of the last version of that copy, where it is another: it may have corrected the words",
    "statement_kind": "press_conference, briefing, interview, speech, joint_statement, statement, comment, letter …",
    "day": "day on which it was made, as the page says; empty if it does not",
    "spoken_at": "moment, UTC; empty where the page states no time",
    "place": "place as written",
    "voice": "whose statement it is: id of a party, body or delegation",
    "publisher": "host of the page",
    "title": "as written; empty where it names a person who is not told",
    "said": "number of what was said",
    "kind": "provision, reading, commitment, claim, denial, reaffirmation, questioning, body, initiative, proposal",
    "part": "opening, question or answer: what stands in a question is the asker's, and nobody's claim",
    "speaker": "office of who speaks, or the name if it may leave; empty for an asker",
    "attributed_to": "whose words the speaker reports",
    "words": "the very words",
    "about": "clauses, instruments or bodies",
    "who": "of a commitment: who is to do it; empty for the speaker's own side",
    "to": "of a commitment: towards whom",
    "by_day": "day that the words name",
    "by_bound": "by (that day included), before, on or within",
    "soft": "yes where the words hope, intend, try or set a condition",
    "undertaking": "number of the undertaking that was entered of it",
    "simulated": "yes for an invented statement",
}


def statements_csv(released: Sequence[ReleasedStatement]) -> bytes:
    """One row for each thing that was said; UTF-8 with a mark, as office programs want it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_plain_cells(row) for row in _rows(released))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def statements_json(released: Sequence[ReleasedStatement], *, watch: str, recipient: str, as_of: str) -> bytes:
    """One document; withheld things are neither named nor counted."""
    document = {
        "schema": SCHEMA,
        "watch": watch,
        "recipient": recipient,
        "as_of": as_of,
        "statements": [_statement(each) for each in released],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _rows(released: Sequence[ReleasedStatement]) -> Iterator[dict[str, str]]:
    for statement in released:
        speakers = dict(statement.speakers)
        for each in statement.passages:
            passage = each.passage
            yield {
                "statement": statement.code,
                "language": statement.language,
                "version": str(statement.version),
                "later_version": str(statement.later_version or ""),
                "statement_kind": statement.kind,
                "day": statement.day.isoformat() if statement.day else "",
                "spoken_at": iso_utc(statement.spoken_at) if statement.spoken_at else "",
                "place": statement.place,
                "voice": statement.voice,
                "publisher": statement.publisher,
                "title": statement.title,
                "said": each.code,
                "kind": passage.kind,
                "part": passage.part,
                "speaker": speakers.get(each.by, ""),
                "attributed_to": "; ".join(passage.attributed_to),
                "words": passage.words,
                "about": "; ".join(passage.about),
                "who": "; ".join(passage.who),
                "to": "; ".join(passage.to),
                "by_day": passage.by_day.isoformat() if passage.by_day else "",
                "by_bound": passage.by_bound,
                "soft": "yes" if passage.is_soft else "",
                "undertaking": each.undertaking,
                "simulated": "yes" if statement.is_simulated else "",
            }


def _plain_cells(row: Mapping[str, str]) -> dict[str, str]:
    """No cell that a table program would run as a formula."""
    return {name: f"'{text}" if text[:1] in "=+-@\t\r" and text else text for name, text in row.items()}


def _statement(statement: ReleasedStatement) -> dict[str, Any]:
    return {
        "statement": statement.code,
        "kind": statement.kind,
        "language": statement.language,
        "version": statement.version,
        "later_version": statement.later_version or None,
        "day": statement.day.isoformat() if statement.day else None,
        "spoken_at": iso_utc(statement.spoken_at) if statement.spoken_at else None,
        "place": statement.place or None,
        "voice": statement.voice or None,
        "publisher": statement.publisher or None,
        "title": statement.title or None,
        "simulated": statement.is_simulated,
        "speakers": {speaker: name or None for speaker, name in statement.speakers},
        "said": [_passage(each) for each in statement.passages],
    }


def _passage(each: ReleasedPassage) -> dict[str, Any]:
    passage: Passage = each.passage
    return {
        "number": each.code,
        "kind": passage.kind,
        "paragraph": passage.span.paragraph,
        "part": passage.part,
        "exchange": passage.exchange,
        "speaker": each.by or None,
        "attributed_to": list(passage.attributed_to),
        "words": passage.words,
        "about": list(passage.about),
        "who": list(passage.who),
        "to": list(passage.to),
        "by_day": passage.by_day.isoformat() if passage.by_day else None,
        "by_bound": passage.by_bound or None,
        "soft": passage.is_soft,
        "undertaking": each.undertaking or None,
    }
