"""The board of the floor: grave events and their verification first, then what came in and what waits or runs.

Every desk says its own by `on_floor.py`. What is a drill, or simulated in a watch of real records, stands below and
apart, and is in no count above.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from trucewatch.desks.base import CAME_IN_SORTS, FLOOR_PARTS, CameIn, CameInSort, FloorItem, FloorPart
from trucewatch.model.drill import Drill
from trucewatch.model.shift import Shift
from trucewatch.model.times import iso_utc
from trucewatch.server.console import Console
from trucewatch.server.grave import GraveLine, board_of
from trucewatch.server.view import View
from trucewatch.store.drill_records import drill_now
from trucewatch.store.shift_records import shift_now

HOURS: Final = (1, 3, 6, 12)
"""How far back the board looks, as its reader chooses."""
LONGEST: Final = timedelta(hours=HOURS[-1])
WAITING: Final[tuple[FloorPart, ...]] = tuple(part for part in FLOOR_PARTS if part != "verification")
"""The parts below the head of the board, in their order."""
DOCUMENT: Final = "trucewatch/floor/1"
WITHHELD: Final = ("label",)
"""What programs are not given: a sentence may hold what somebody typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraveShown:
    """A grave event with its verification, while a step of that is open."""

    line: GraveLine
    verification: FloorItem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GraveHead:
    """Grave events: `Grave events: 2 established, 5 not yet established`, the newest first. more: how many are not
    named. others: what is verified beside them, and claims that people were killed which stand in no list."""

    title: str
    events: tuple[GraveShown, ...]
    more: int
    others: tuple[FloorItem, ...]

    @property
    def is_empty(self) -> bool:
        return not self.events and not self.others


@dataclass(frozen=True, slots=True, kw_only=True)
class PartShown:
    """What waits of one sort, what is late first. late: how many of it are past their time."""

    part: FloorPart
    items: tuple[FloorItem, ...]
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CameInShown:
    """What came in within the hours that are looked back, the newest first; counts: by sort. passed, held: of the
    incidents how many pass the gate, and the others by the reason that they do not. by_hours: how much in each of
    HOURS."""

    rows: tuple[CameIn, ...]
    counts: Mapping[CameInSort, int]
    passed: int
    held: Mapping[str, int]
    by_hours: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One board: of what is real (of an invented watch: of its own records), of what is simulated, or of drills."""

    grave: GraveHead
    came: CameInShown
    parts: tuple[PartShown, ...]

    @property
    def is_empty(self) -> bool:
        return self.grave.is_empty and not self.came.rows and not self.parts

    @property
    def waits(self) -> int:
        return sum(len(part.items) for part in self.parts) + len(self.grave.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorBoard:
    """The board at a moment of the watch's clock. simulated, drills: None where there are none. last_at: when the last
    thing came in within LONGEST, else when the last record became known."""

    at: datetime
    hours: int
    real: Panel
    simulated: Panel | None
    drills: Panel | None
    shift: Shift | None
    drill: Drill | None
    last_at: datetime | None


def board_key(view: View, hours: int) -> str:
    """Changes whenever the board may: with any entry of the ledger, with the list and once it is worked out, with each
    minute of the clock. Costs next to nothing."""
    clock, snapshot = view.clock.replace(second=0, microsecond=0), view.snapshot
    state = (view.console.store.index.applied, snapshot.version, snapshot.assessment is not None, clock)
    parts = (*state, hours, view.by, sorted(view.rights))
    reader = (view.reader.language, view.reader.zone_name)
    return hashlib.sha256(repr((parts, reader)).encode()).hexdigest()[:16]


def floor_board(view: View, hours: int) -> FloorBoard:
    """The board for whoever asks. hours: one of HOURS."""
    items, came = _gathered(view)
    is_invented = view.snapshot.watch.settings.simulated
    groups: dict[str, tuple[list[FloorItem], list[CameIn]]] = {
        name: ([], []) for name in ("real", "simulated", "drill")
    }
    for item in items:
        groups[_group(item, is_invented=is_invented)][0].append(item)
    for row in came:
        groups[_group(row, is_invented=is_invented)][1].append(row)
    store = view.console.store
    last_at = max((row.at for row in came if not row.is_drill), default=view.snapshot.last_known)
    return FloorBoard(
        at=view.clock,
        hours=hours,
        real=_panel(view, hours, *groups["real"], simulated=None if is_invented else False),
        simulated=None if is_invented else _filled(_panel(view, hours, *groups["simulated"], simulated=True)),
        drills=_filled(_panel(view, hours, *groups["drill"], has_incidents=False)),
        shift=shift_now(store),
        drill=drill_now(store),
        last_at=last_at,
    )


def _gathered(view: View) -> tuple[list[FloorItem], list[CameIn]]:
    """What every desk says of itself."""
    since = view.clock - LONGEST
    items: list[FloorItem] = []
    came: list[CameIn] = []
    hooks = view.console.part(_hooks_of)
    for waits in hooks.items:
        items += waits(view)
    for comes in hooks.came_in:
        came += comes(view, since)
    return items, sorted(came, key=lambda row: row.at, reverse=True)


@dataclass(frozen=True, slots=True)
class _Hooks:
    """What the desks of a console have for the board; looked up once."""

    items: tuple[Callable[[View], Iterable[FloorItem]], ...]
    came_in: tuple[Callable[[View, datetime], Iterable[CameIn]], ...]


def _hooks_of(console: Console) -> _Hooks:
    def of(name: str) -> tuple[Any, ...]:
        hooks = (desk.gives("on_floor", name) for desk in console.desks)
        return tuple(hook for hook in hooks if hook)

    return _Hooks(items=of("items"), came_in=of("came_in"))


def _group(what: FloorItem | CameIn, *, is_invented: bool) -> str:
    if what.is_drill:
        return "drill"
    return "simulated" if what.simulated and not is_invented else "real"


def _filled(panel: Panel) -> Panel | None:
    return None if panel.is_empty else panel


def _panel(
    view: View,
    hours: int,
    items: Sequence[FloorItem],
    came: Sequence[CameIn],
    *,
    simulated: bool | None = None,
    has_incidents: bool = True,
) -> Panel:
    """simulated: which incidents are its own, None for all of them."""
    verified = [item for item in items if item.part == "verification"]
    return Panel(
        grave=_head(view, verified, simulated=simulated, has_incidents=has_incidents),
        came=_came(view.clock, hours, came),
        parts=tuple(
            PartShown(part=part, items=of_part, late=sum(_is_past(item, view.clock) for item in of_part))
            for part in WAITING
            if (of_part := tuple(sorted((item for item in items if item.part == part), key=_place)))
        ),
    )


def _head(view: View, verified: Sequence[FloorItem], *, simulated: bool | None, has_incidents: bool) -> GraveHead:
    snapshot = view.snapshot
    mask = None if simulated is None else snapshot.simulated == simulated
    board = board_of(snapshot, view.telling, mask) if has_incidents else None
    by_path = {item.path: item for item in verified}
    lines = board.lines if board else []
    events = tuple(GraveShown(line=line, verification=by_path.pop(f"/incident/{line.code}", None)) for line in lines)
    return GraveHead(
        title=board.title if board else "",
        events=events,
        more=board.more if board else 0,
        others=tuple(by_path.values()),
    )


def _came(at: datetime, hours: int, came: Sequence[CameIn]) -> CameInShown:
    """came: the newest first."""
    ages = [(at - row.at).total_seconds() for row in came]
    by_hours = {each: bisect_left(ages, each * 3600.0) for each in HOURS}
    rows = tuple(came[: by_hours[hours]])
    counts = Counter(row.sort for row in rows)
    incidents = [row for row in rows if row.sort == "incident"]
    return CameInShown(
        rows=rows,
        counts={sort: counts[sort] for sort in CAME_IN_SORTS if counts[sort]},
        passed=sum(row.held is None for row in incidents),
        held=dict(Counter(row.held for row in incidents if row.held is not None).most_common()),
        by_hours=by_hours,
    )


def _is_past(item: FloorItem, at: datetime) -> bool:
    """Whether its time is past: whom somebody has to ring now stands first too, with their time still to come."""
    return item.is_late and (item.due is None or item.due <= at)


def _place(item: FloorItem) -> tuple[bool, datetime, datetime, str]:
    """What is late first, then what is due first, then what waits longest."""
    end = datetime.max.replace(tzinfo=UTC)
    return not item.is_late, item.due or end, item.since or end, item.path


def board_document(view: View, hours: int = HOURS[-1]) -> dict[str, Any]:
    """The board for programs, without sentences: `trucewatch shift board --json`, `/floor.json`. Each line is named by
    its page."""
    board = floor_board(view, hours)
    shift, drill = board.shift, board.drill
    return {
        "schema": DOCUMENT,
        "watch": view.watch.settings.id,
        "simulated": view.watch.settings.simulated,
        "as_of": iso_utc(board.at),
        "hours": board.hours,
        "withheld": list(WITHHELD),
        "shift": {"number": shift.code, "began_at": iso_utc(shift.began_at), "on": len(shift.on)} if shift else None,
        "drill": {"number": drill.code, "began_at": iso_utc(drill.began_at)} if drill else None,
        "last_at": iso_utc(board.last_at) if board.last_at else None,
        **_written(board.real),
        "apart": {
            name: _written(panel) for name, panel in (("simulated", board.simulated), ("drill", board.drills)) if panel
        },
    }


def _written(panel: Panel) -> dict[str, Any]:
    grave, came = panel.grave, panel.came
    return {
        "grave": [
            {
                "incident": each.line.code,
                "standing": each.line.standing.document(),
                "known_since": iso_utc(each.line.incident.first_known_at),
                "verification_open": each.verification is not None,
            }
            for each in grave.events
        ],
        "grave_not_named": grave.more,
        "verified_beside": _items(grave.others),
        "came_in": [{"sort": row.sort, "path": row.path, "at": iso_utc(row.at)} for row in came.rows],
        "counts": dict(came.counts),
        "incidents_past_the_gate": came.passed,
        "waits": {part.part: _items(part.items) for part in panel.parts},
    }


def _items(items: Iterable[FloorItem]) -> list[dict[str, Any]]:
    return [
        {
            "path": item.path,
            "since": iso_utc(item.since) if item.since else None,
            "due": iso_utc(item.due) if item.due else None,
            "late": item.is_late,
        }
        for item in items
    ]
