"""A kind of record, and what one of it says in a line: on the ledger's page, in `trucewatch log`, in an export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trucewatch.messages import Message, Term

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """Records of the schema `trucewatch/NAME/VERSION`.

    sentence: what a record says, read with the words that are kept of it (`store/record_words.py`) where its kind has
    such; of a later kind nothing that was typed. who: the field
    that says who stands behind it; empty if none does. evidence: the field with the hash of the evidence that it is
    about.
    """

    name: str
    title: Term
    sentence: Callable[[Record], Message]
    who: str = ""
    evidence: str = ""
    undo: Message | None = None
    """How an act that people do is undone, or that it cannot be; none for what the program records by itself."""
    by_hand: bool = True
    """Whether people enter it; false for what the program records by itself."""
    says_drill: bool = False
    """Whether its sentence says itself of which drill a record is; of any other kind that is added."""


Kinds = Mapping[str, RecordKind]
"""The kinds that a program knows, by name."""


def kind_name(schema: str) -> str:
    """`evidence`, of `trucewatch/evidence/1`, and of `trucewatch/evidence/1#erased`.

    >>> kind_name("trucewatch/report-draft/1#erased")
    'report-draft'
    """
    return schema.removeprefix("trucewatch/").partition("/")[0].partition("#")[0]


def sentence_of(record: Record, kinds: Kinds) -> tuple[Message, Message | str]:
    """What a record says in a line, and who stands behind it; of a kind that is not known, that it is kept."""
    schema = str(record["schema"])
    if schema.endswith("#erased"):
        return Message("erased; its hash stays and still verifies"), ""
    kind = kinds.get(kind_name(schema))
    if kind is None:
        return Message("a record of a kind that this program does not know; it is kept as it is"), ""
    try:
        who = record.get(kind.who, "")
        return _labelled(kind, record), who if isinstance(who, Message) else str(who)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ):  # a record is hostile until it is read
        return Message.verbatim(schema), ""


def _labelled(kind: RecordKind, record: Record) -> Message:
    """The sentence; of what is of a drill it ends with that, whatever kind of record it is."""
    sentence = kind.sentence(record)
    return Message("{what}; drill", what=sentence) if record.get("drill") and not kind.says_drill else sentence
