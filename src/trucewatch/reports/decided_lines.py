"""What decisions of the heads let a recipient be told, as records that every format shows in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from trucewatch.model.decisions import Opens
from trucewatch.model.let_out import PositionOut
from trucewatch.model.report import Publication
from trucewatch.model.review import Standing
from trucewatch.reports.released import ReleasedIncident, time_code


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionTold:
    """A party's own words, as it wrote them; None where they were erased. number: of the row that it is about. called,
    about_called: the codes by which the recipient reads of it and of the decision that it is about; the latter "" where
    no report told it of that."""

    code: str
    about: str
    party: str
    language: str
    words: str | None
    day: date
    number: int | None = None
    called: str = ""
    about_called: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedTold:
    """What one decision lets a recipient be told. code: inside the centre; called: by which the recipient reads of it.
    day: on which the last head agreed. who: delegations whose heads did. event: as it is told by the decision; number:
    of the row in which the rule tells it too, less finely. state: of the case, as it stands outside. silent: with
    positions, each delegation of which there is none, with why. place: which the heads chose.
    """

    code: str
    day: date
    who: tuple[str, ...]
    event: ReleasedIncident | None = None
    number: int | None = None
    clause: str = ""
    state: str = ""
    positions: tuple[PositionOut, ...] = ()
    silent: tuple[tuple[str, Standing], ...] = ()
    wording: Mapping[str, str] | None = None
    attributed: str | None = None
    objections: tuple[ObjectionTold, ...] = ()
    simulated: bool = False
    called: str = ""


def has_something(telling: DecidedTold) -> bool:
    return bool(telling.event or telling.positions or telling.wording or telling.attributed is not None)


def opened_names(telling: DecidedTold) -> tuple[Opens, ...]:
    """What of a decision is told."""
    parts: tuple[tuple[Opens, object], ...] = (
        ("positions", telling.positions),
        ("wording", telling.wording),
        ("attribution", telling.attributed is not None),
        ("event", telling.event),
    )
    return tuple(name for name, there in parts if there)


def decided_codes(decided: Iterable[DecidedTold], objected: Iterable[ObjectionTold]) -> tuple[tuple[str, str], ...]:
    """Each decision and objection by its code, with what of it is told: by which an issue differs from the one before
    it."""
    codes = []
    for telling in decided:
        event = (
            f"{telling.event.kind} {telling.event.place} {time_code(telling.event)} {telling.number or ''}"
            if telling.event
            else ""
        )
        erased = sum(each.versions is None for each in telling.positions)
        objections = " ".join(f"{each.code}{'' if each.words else '-'}" for each in telling.objections)
        parts = (" ".join(opened_names(telling)), event, str(len(telling.positions)), str(erased), objections)
        codes.append((telling.code, "|".join(parts)))
    codes += [(each.code, "" if each.words else "-") for each in objected]
    return tuple(codes)


def codes_issued(earlier: Iterable[Publication], recipient_id: str) -> frozenset[str]:
    """The decisions and objections of which issues to a recipient told it, by the codes of the centre."""
    return frozenset(code for issue in earlier if issue.recipient == recipient_id for code in _codes_in(issue.decided))


def called_outside(
    decided: Iterable[DecidedTold], objected: Iterable[ObjectionTold], earlier: Iterable[Publication]
) -> tuple[tuple[DecidedTold, ...], tuple[ObjectionTold, ...]]:
    """The same under the codes by which a recipient reads of them, D-1, D-2 … and OB-1, OB-2 … in the order in which it
    was told: those of the centre would tell how many it was not told.

    earlier: every issue to the recipient, in order; what it told of keeps its code.
    """
    decided, objected = tuple(decided), tuple(objected)
    names: dict[str, str] = {}
    issued = (code for issue in earlier for code in _codes_in(issue.decided))
    for code in chain(issued, _codes_in(decided_codes(decided, objected))):
        letters = code.partition("-")[0]
        names.setdefault(code, f"{letters}-{sum(each.startswith(f'{letters}-') for each in names) + 1}")

    def called(objection: ObjectionTold) -> ObjectionTold:
        return replace(objection, called=names[objection.code], about_called=names.get(objection.about, ""))

    tellings = (
        replace(each, called=names[each.code], objections=tuple(map(called, each.objections))) for each in decided
    )
    return tuple(tellings), tuple(map(called, objected))


def _codes_in(kept_codes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The codes of the centre in what is kept of an issue (`decided_codes`), each objection after its decision."""
    for code, parts in kept_codes:
        yield code
        if code.startswith("D-"):
            yield from (each.removesuffix("-") for each in parts.rpartition("|")[2].split())
