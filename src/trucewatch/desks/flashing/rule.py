"""What a watch agreed for urgent messages: `[desk.flashing]` of watch.toml → to whom, by which ways, how finely.

answer_minutes   within how many minutes both sides are asked to answer, as 30
to               a table each: id, ways, place, cell_m, tells; left out: each bound party by the default
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, Final

from trucewatch.errors import WatchError
from trucewatch.messages import Message
from trucewatch.model.flash import (
    ALWAYS_TOLD,
    PLACE_FORMS,
    SMALLEST_CELL_M,
    TOLD,
    WAYS,
    FlashRecipient,
    FlashRule,
)
from trucewatch.model.flash_rule_faults import rule_faults_in
from trucewatch.model.watch import Watch

KEYS: Final = ("answer_minutes", "to")
RECIPIENT_KEYS: Final = ("id", "ways", "place", "cell_m", "tells")
MOST_MINUTES: Final = 24 * 60
LARGEST_CELL_M: Final = 100_000.0
MOST_RECIPIENTS: Final = 20


def read(values: Mapping[str, Any]) -> FlashRule:
    """The rule that the table states. Raises WatchError for a key or a value that cannot be, naming its line.

    >>> read({"answer_minutes": 20, "to": [{"id": "A", "place": "zone"}]}).to[0].place
    'zone'
    """
    _refuse_unknown(values, KEYS, Message("[desk.flashing]"))
    minutes = values.get("answer_minutes", 30)
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 5 <= minutes <= MOST_MINUTES:
        raise WatchError(
            Message(
                "[desk.flashing] answer_minutes is {value}; write whole minutes from 5 to {most}, like 30",
                value=str(minutes)[:40],
                most=MOST_MINUTES,
            )
        )
    tables = values.get("to", [])
    if not isinstance(tables, list | tuple) or len(tables) > MOST_RECIPIENTS:
        raise WatchError(
            Message(
                "[desk.flashing] to is no list of at most {most} recipients; write one line with "
                "id, ways and place for each",
                most=MOST_RECIPIENTS,
            )
        )
    to = tuple(_recipient(number, table) for number, table in enumerate(tables, 1))
    twice = sorted({each.id for each in to if [other.id for other in to].count(each.id) > 1})
    if twice:
        raise WatchError(Message('[desk.flashing] to: names "{recipient}" twice; keep one of them', recipient=twice[0]))
    return FlashRule(to=to, answer_minutes=minutes)


def faults(values: Mapping[str, Any], watch: Watch) -> Iterator[Message]:
    """What of the table does not fit this watch, each by itself; of a table that cannot be read every line that cannot
    be used after the first, which `read` names."""
    try:
        rule = read(values)
    except WatchError as first:
        yield from (fault for fault in _unreadable_lines(values) if str(fault) != str(first.message))
        return
    yield from rule_faults_in(watch, rule)


def _unreadable_lines(values: Mapping[str, Any]) -> Iterator[Message]:
    """What is wrong with each line of the table when it is read alone; of a line its first fault."""
    tables = values.get("to", [])
    lines = tables if isinstance(tables, list | tuple) else ()
    alone: list[Mapping[str, Any]] = [{name: value} for name, value in values.items() if name != "to"]
    for part in alone:
        try:
            read(part)
        except WatchError as exc:
            yield exc.message
    for number, table in enumerate(lines[:MOST_RECIPIENTS], 1):
        try:
            _recipient(number, table)
        except WatchError as exc:
            yield exc.message


def _recipient(number: int, table: object) -> FlashRecipient:
    where = Message("[desk.flashing] to: {number}", number=number)
    if not isinstance(table, Mapping):
        raise WatchError(Message("{where} is no table; write id, ways and place in it", where=where))
    _refuse_unknown(table, RECIPIENT_KEYS, where)
    name = table.get("id", "")
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > 60:
        raise WatchError(
            Message("{where} names nobody; write id = the id of a party, a delegation or a body", where=where)
        )
    where = Message('[desk.flashing] to: "{name}"', name=name)
    ways = _words(table.get("ways", ["console", "telephone"]), WAYS, Message("{where}: ways", where=where))
    if not ways:
        raise WatchError(
            Message("{where}: ways is empty; name at least one of: {words}", where=where, words=", ".join(WAYS))
        )
    place = table.get("place", "cell")
    if place not in PLACE_FORMS:
        raise WatchError(
            Message(
                '{where}: place is "{value}"; write one of: {words}. An exact place never leaves in an urgent message',
                where=where,
                value=str(place)[:40],
                words=", ".join(PLACE_FORMS),
            )
        )
    cell_m = table.get("cell_m", SMALLEST_CELL_M)
    is_number = isinstance(cell_m, int | float) and not isinstance(cell_m, bool) and isfinite(cell_m)
    if not is_number or not SMALLEST_CELL_M <= cell_m <= LARGEST_CELL_M:
        raise WatchError(
            Message(
                "{where}: cell_m is {value}; write metres from {least} to {most}: a smaller cell would help to correct "
                "fire",
                where=where,
                value=str(cell_m)[:40],
                least=int(SMALLEST_CELL_M),
                most=int(LARGEST_CELL_M),
            )
        )
    tells = _words(table.get("tells", list(TOLD)), TOLD, Message("{where}: tells", where=where))
    missing = [field for field in TOLD if field in ALWAYS_TOLD and field not in tells]
    if missing:
        raise WatchError(
            Message(
                "{where}: tells leaves out {fields}, without which it would be no report, or read as more than one; "
                "add them",
                where=where,
                fields=", ".join(missing),
            )
        )
    return FlashRecipient(
        id=name.strip(),
        ways=tuple(way for way in WAYS if way in ways),
        place=place,
        cell_m=float(cell_m),
        tells=tuple(field for field in TOLD if field in tells),
    )


def _words(value: object, named_ids: tuple[str, ...], where: Message) -> tuple[str, ...]:
    """A list of words that are known. Raises WatchError for any other."""
    if not isinstance(value, list | tuple):
        raise WatchError(Message("{where} is no list; write some of: {words}", where=where, words=", ".join(named_ids)))
    unknown = [word for word in value if word not in named_ids]
    if unknown:
        raise WatchError(
            Message(
                '{where} has "{word}", which is none of: {words}',
                where=where,
                word=str(unknown[0])[:40],
                words=", ".join(named_ids),
            )
        )
    return tuple(str(word) for word in value)


def _refuse_unknown(table: Mapping[str, Any], keys: tuple[str, ...], where: Message) -> None:
    unknown = [name for name in table if name not in keys]
    if unknown:
        raise WatchError(
            Message(
                '{where} has no key "{key}"; it takes: {keys}. Correct it or remove the line',
                where=where,
                key=str(unknown[0])[:60],
                keys=", ".join(keys),
            )
        )
