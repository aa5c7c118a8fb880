"""How much two transcripts have in common, and which paragraphs of the later are those of the earlier."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from trucewatch.model.statements import Statement


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
