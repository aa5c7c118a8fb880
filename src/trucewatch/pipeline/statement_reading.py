"""What reads and compares statements, until both have their own rooms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from trucewatch.model.statements import Statement


def parse_statement(content: bytes, name: str, *, zone: str, voices: Any, today: date | None) -> Statement:
    """The statement that a file holds, read in the reader's process."""
    from trucewatch import reader
    from trucewatch.sources.official_statement import parse

    read = getattr(reader, "parse_statement", parse.parse_statement)
    statement: Statement = read(content, name, zone=zone, voices=voices, today=today)
    return statement


def _texts(statement: Statement) -> list[str]:
    return [each.paragraph.text for each in statement.spoken()]


def likeness(earlier: Statement, later: Statement) -> float:
    """How much two transcripts have in common, 0 to 1."""
    return SequenceMatcher(None, _texts(earlier), _texts(later), autojunk=False).ratio()


def ids_kept(earlier: Statement, later: Statement) -> Mapping[str, str]:
    """Ids of paragraphs of the later → the ids that they get."""
    old, new = list(earlier.spoken()), list(later.spoken())
    ids: dict[str, str] = {}
    for block in SequenceMatcher(None, _texts(earlier), _texts(later), autojunk=False).get_matching_blocks():
        for step in range(block.size):
            ids[new[block.b + step].paragraph.id] = old[block.a + step].paragraph.id
    highest = max((int(each.paragraph.id[1:]) for each in old if each.paragraph.id[1:].isdecimal()), default=0)
    for each in new:
        if each.paragraph.id not in ids:
            highest += 1
            ids[each.paragraph.id] = f"p{highest}"
    return ids
