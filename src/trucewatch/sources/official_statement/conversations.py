"""Whether a whole page is a conversation, whatever its title calls it, and the labels that only such a page has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from trucewatch.model.statements import Kind
from trucewatch.sources.official_statement.askers import key_of
from trucewatch.sources.official_statement.asking_labels import is_of_press
from trucewatch.sources.official_statement.page import Block
from trucewatch.sources.official_statement.roll import is_office, split_name
from trucewatch.sources.official_statement.statement_words import small
from trucewatch.sources.official_statement.turn_labels import MOST_CHARS, Label

Body = Sequence[tuple[int, Block]]
Labels = dict[int, Label]
_LEAST_BLOCKS: Final = 6
_LEAST_AGAIN: Final = 2
_MOST_NAMES: Final = 4
_MOST_HEAD_WORDS: Final = 14
_HEAD: Final = re.compile(r"[:.․՝](?=\s)")


def is_conversation(possible: Labels, body: Body) -> bool:
    """Whether at least half of the blocks begin with a label, and two of the labels at least come again."""
    labelled = [label for label in possible.values() if label.sign in ("colon", "dot") and not label.is_letter]
    if len(body) < _LEAST_BLOCKS or len(labelled) * 2 < len(body):
        return False
    counts = Counter(key_of(label) if label.sort == "name" else label.sort for label in labelled)
    return sum(count >= _LEAST_AGAIN for count in counts.values()) >= _LEAST_AGAIN


def kind_of_conversation(labels: Iterable[Label]) -> Kind:
    """An interview where one asks and one answers, else a press conference."""
    sorts: dict[str, set[str]] = {"question": set(), "name": set()}
    for label in labels:
        if label.sort in sorts:
            sorts[label.sort].add(small(label.by or "") if label.sort == "question" else key_of(label))
    return "interview" if all(len(names) == 1 for names in sorts.values()) else "press_conference"


def holds_in_conversation(label: Label, count: int) -> bool:
    """Whether a label of a name holds on a page that is a conversation throughout, even if it comes but once."""
    if label.sign not in ("colon", "dot"):
        return False
    return count >= _LEAST_AGAIN or label.is_certain or is_whole_name(label) or is_of_press(label.name, label.role)


def is_whole_name(label: Label) -> bool:
    """Whether a label is a name of two words or more, all with a capital."""
    names = label.name.split(",")[0].split()
    return 2 <= len(names) <= _MOST_NAMES and all(name[:1].isupper() for name in names)


def longer_heads(possible: Labels, body: Body) -> Labels:
    """Heads that end with somebody who has a label elsewhere, "Upper Valley delegate Ruth A.:": position → label."""
    known: dict[str, Label] = {}
    for label in possible.values():
        if label.sort == "name" and len(label.name.split()) in (2, 3) and label.sign in ("colon", "dot"):
            known.setdefault(small(label.name), label)
    longer: Labels = {}
    if not known:
        return longer
    for position, (_, block) in enumerate(body):
        present = possible.get(position)
        if present is not None and (present.sort != "name" or small(present.name) in known):
            continue
        head = block.text[:MOST_CHARS]
        sign = _HEAD.search(head)
        words = head[: sign.start()].split() if sign else []
        if sign and 2 < len(words) <= _MOST_HEAD_WORDS and (sign[0] == ":" or "\u0531" <= head[:1] <= "\u0556"):
            found = next((known[tail] for size in (3, 2) if (tail := small(" ".join(words[-size:]))) in known), None)
            if found is None:
                continue
            written = " ".join(words)
            name = " ".join(words[-len(found.name.split()) :])
            longer[position] = Label(
                sort="name",
                text=head[: sign.end()],
                length=sign.end(),
                sign=found.sign,
                name=name,
                role=written.removesuffix(name).strip(" ,"),
                is_certain=True,
            )
    return longer


def is_introduced(label: Label) -> bool:
    """Whether a label is a whole name with its office beside it, "Jon Tiller, Minister of Roads": nobody else's
    words begin so, and left in the turn before they would be that speaker's."""
    name, comma, office = label.name.partition(",")
    forenames, family, offices = split_name(label.name)
    parts = name.split()
    if not comma and label.role:  # "Ms Lena Ostrow (Joint Commission)"
        return bool(label.is_certain and forenames and family) and len(parts) <= 4
    return bool(
        label.is_certain
        and comma
        and forenames
        and family
        and offices
        and not any(is_office(word) for word in parts)
        and any(is_office(word) for word in office.split()[:4])
        and 2 <= len(parts) <= 4
    )
