"""What was entered of an agreement by hand: readings, later days, notices, what parties say. `agreement.toml` holds
what stood at the start, the journal what came later; here both are one agreement.

An entry has the fields of the table of its name in `agreement.toml`. One that was taken back counts at no moment: it
was entered by mistake, and both entries stay in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, get_args

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement, Instrument, Provision, RelationRead, Stipulation
from trucewatch.model.clause_parts import ClaimOfState, Gap, Judgment, Part, Reading, RoleOf, StateByHand
from trucewatch.model.deadlines import Extension, Suspension, TermNotice
from trucewatch.model.ids import short_id

TableName = Literal[
    "reading",
    "extension",
    "term_notice",
    "part",
    "claim",
    "gap",
    "suspension",
    "role",
    "judgment",
    "read_as",
    "by_hand",
]
TABLES: Final[Mapping[TableName, type[Any]]] = {
    "reading": Reading,
    "extension": Extension,
    "term_notice": TermNotice,
    "part": Part,
    "claim": ClaimOfState,
    "gap": Gap,
    "suspension": Suspension,
    "role": RoleOf,
    "judgment": Judgment,
    "read_as": RelationRead,
    "by_hand": StateByHand,
}
"""Table of `agreement.toml` → the record of one of its rows."""
OF_INSTRUMENTS: Final = ("read_as",)
"""Tables of an instrument; all others are of a part of a clause."""
AT_ONCE: Final = "at_once"
DECIDED_ANEW: Final = "decided_anew"
REASONS: Final[Mapping[str, Message]] = {
    AT_ONCE: Message("undone at once, from the message that followed the entry"),
    DECIDED_ANEW: Message("the words of the official statement that it rests on were decided anew"),
}
"""Reasons that nobody has to type."""
assert set(TABLES) == set(get_args(TableName))


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """That an entry was taken back: in which entry, when, by whom (`p-…`), why (`w-…`, or one of REASONS by its
    code)."""

    entry: int
    recorded_at: datetime
    by: str
    reason: str
    reason_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementEntry:
    """One act, as the journal holds it.

    about: a stipulation, of `read_as` an instrument. row: of the record that TABLES names; None for one that this
    program cannot read. by: who entered it, a salted reference; who speaks in it stands in the row. typed: its words by
    field, as references `w-…`. let_by: of a reading the delegations that let it hold an outcome back, where their
    assents say so; None where its row alone does.
    """

    entry_id: str
    entry: int
    table: TableName
    about: str
    row: Any
    known_at: datetime
    recorded_at: datetime
    by: str
    typed: Mapping[str, str]
    undone: TakenBack | None = None
    let_by: tuple[str, ...] | None = None

    @property
    def stands(self) -> bool:
        return self.undone is None


def standing_entries(entries: Iterable[AgreementEntry]) -> tuple[AgreementEntry, ...]:
    """Those that nobody took back, in the order in which they became known and then of their entries."""
    return tuple(sorted((each for each in entries if each.stands), key=lambda each: (each.known_at, each.entry)))


def with_entries(agreement: Agreement, entries: Iterable[AgreementEntry]) -> Agreement:
    """The agreement with the entries that stand, each behind what its file says: readings at their provision, the rest
    at their stipulation or instrument. What has no place in the agreement is left out (`counting_nowhere`)."""
    standing = [each for each in standing_entries(entries) if each.row is not None]
    if not standing:
        return agreement

    def filled(record: Stipulation | Instrument, *, is_instrument: bool) -> Any:
        own = [
            each
            for each in standing
            if each.about == record.id and each.table != "reading" and (each.table in OF_INSTRUMENTS) == is_instrument
        ]
        tables = dict.fromkeys(each.table for each in own)
        more: dict[str, Any] = {
            table: (*getattr(record, table), *(each.row for each in own if each.table == table)) for table in tables
        }
        return replace(record, **more) if more else record

    def with_rows(provision: Provision) -> Provision:
        parts = tuple(filled(part, is_instrument=False) for part in provision.stipulation)
        names = {part.id for part in parts}
        read = tuple(each.row for each in standing if each.table == "reading" and each.about in names)
        return replace(provision, stipulation=parts, reading=(*provision.reading, *read))

    return replace(
        agreement,
        instrument=tuple(filled(each, is_instrument=True) for each in agreement.instrument),
        provision=tuple(with_rows(provision) for provision in agreement.provision),
    )


def counting_nowhere(agreement: Agreement, entries: Iterable[AgreementEntry]) -> list[Message]:
    """A sentence for each standing entry that counts nowhere: what it is about is not in the agreement any more, or
    this program cannot read it."""
    parts = {stipulation.id for _, stipulation in agreement.stipulations()}
    instruments = {instrument.id for instrument in agreement.instrument}
    sentences = []
    for each in standing_entries(entries):
        if each.row is None:
            sentences.append(
                Message(
                    "entry {entry} about the agreement cannot be read by this version of the program, so it counts "
                    "nowhere; it is kept",
                    entry=each.entry,
                )
            )
        elif each.about not in (instruments if each.table in OF_INSTRUMENTS else parts):
            sentences.append(
                Message(
                    'entry {entry} is about "{about}", which agreement.toml does not name now, so it counts nowhere; '
                    "it is kept",
                    entry=each.entry,
                    about=each.about[:60],
                )
            )
    return sentences


def mark_of(entries: Iterable[AgreementEntry]) -> str:
    """The same for the same standing entries, and for who lets each reading hold an outcome back; "" for none."""
    names = [
        each.entry_id if each.let_by is None else f"{each.entry_id} {' '.join(each.let_by)}"
        for each in standing_entries(entries)
    ]
    return short_id("g", *names) if names else ""


def row_mapping(
    table: TableName, about: str, own: Mapping[str, Any], *, known_at: datetime, by: str, entry: int = -1
) -> dict[str, Any]:
    """A row's mapping, from the fields that an entry holds of it and from what the entry says of itself. by: who
    entered it, and so who set a state by hand."""
    whole = {**own, "known_at": known_at}
    if table == "reading":
        whole["about"] = about
    if table == "by_hand":
        whole |= {"by": by, "entry": entry}
    return whole


OF_ENTRY: Final[Mapping[TableName, tuple[str, ...]]] = {"reading": ("about",), "by_hand": ("by", "entry")}
"""Keys of a row that an entry says once for all, beside `known_at`: they are none of its fields."""
