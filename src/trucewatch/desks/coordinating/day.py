"""The lines of every desk → the day on one page: medical passage before everything, what is late or due today, then the
questions of a first day, each with what is on record or with the words that nothing is.

A line stands once. What moves, windows and roads stand whole in their own parts, late or not; of the rest what is late
or due today stands above. Nothing here says that anything is safe, open or enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from trucewatch.desks.base import FloorItem, FloorPart
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.aid_destinations import destination_state
from trucewatch.model.aid_items import AidEntry, Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_request_state import offer_left, offer_stands, offer_state
from trucewatch.model.times import day_of
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_view import book_of, names_of
from trucewatch.server.notice_view import NOTICES, path_of
from trucewatch.server.view import View

BACK: Final = timedelta(hours=24)
"""How far back the page says what came from other instances."""
MOST: Final = 40
"""Lines of one part; the list of its desk has all."""
WHOLE: Final[tuple[FloorPart, ...]] = ("movement", "return", "window", "road")
"""Parts that keep what is late among their own lines: a bus that is late is looked for among the buses."""
PAGES_OF: Final[dict[str, str]] = {
    "destination": "/destinations",
    "offer": "/offers",
    "road_notice": "/road-notices",
    "window": "/windows",
    "request": "/requests",
    "work": "/works",
    "return": "/returns",
    "hazard": "/mines",
}
"""Where the items of a table have their pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the page. mark: `drill` or `simulated` where it is that in a watch of real records."""

    label: Message
    path: str
    since: datetime | None = None
    due: datetime | None = None
    is_late: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the page: its title, the question that it answers, a sentence that counts, its lines.

    nothing: what is said where there is no line; None for a part that then is not shown. paths: the lists that lead
    further, each with its label. more: lines that are not shown.
    """

    name: str
    title: Message
    question: Message | None = None
    count: Message | None = None
    lines: tuple[Line, ...] = ()
    more: int = 0
    nothing: Message | None = None
    note: Message | None = None
    paths: tuple[tuple[str, Message], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The page. is_empty: whether nothing at all was entered yet."""

    day: date
    medical: tuple[Line, ...]
    parts: tuple[Part, ...]
    is_empty: bool


def day_of_view(view: View) -> Day:
    """The day of the watch's clock, in its reader's zone."""
    book = book_of(view)
    today = book.now.astimezone(view.reader.zone).date()
    ends = day_of(today, view.reader.zone).end
    items = list(_floor_items(view))
    waiting = [item for item in items if item.part != "medical"]
    due = [item for item in waiting if item.part not in WHOLE and _is_due(item, ends)]
    left = [item for item in waiting if item not in due]

    def of(*parts: FloorPart) -> list[FloorItem]:
        return [item for item in left if item.part in parts]

    parts = (
        _part("due", Message("Late or due today"), due, _due_count),
        _part(
            "movement",
            Message("Movements and returns"),
            of("movement", "return"),
            _movement_count,
            question=Message("Which buses, when?"),
            nothing=Message(
                "No movement and no return is entered for these days. That does not say that nobody travels."
            ),
            paths=(("/returns", Message("All returns")), ("/notifications", Message("All notifications"))),
        ),
        _destinations(view, book),
        _part(
            "road",
            Message("Road notices"),
            of("road"),
            _road_count,
            question=Message("Is the road safe?"),
            nothing=Message("No notice stands here, so nothing is known of any road."),
            note=Message("A notice is advice on one road until its hour. Your organisation decides."),
            paths=(("/road-notices", Message("All road notices")),),
        ),
        _part(
            "window",
            Message("Windows of silence"),
            of("window"),
            _window_count,
            paths=(("/windows", Message("All windows")),),
        ),
        _part(
            "request",
            Message("Requests"),
            of("request"),
            _request_count,
            question=Message("Who needs what?"),
            nothing=Message("No open request is entered that is short of something or due soon."),
            paths=(("/requests", Message("All requests")),),
        ),
        _offers(view, book, today),
        _part(
            "work",
            Message("Works"),
            [_with_repairer(view, book, item) for item in of("work")],
            _work_count,
            question=Message("Who repairs the line?"),
            nothing=Message("No work is entered that is not said to be back. That does not say that everything works."),
            paths=(("/works", Message("All works")),),
        ),
        _part(
            "hazard",
            Message("Hazardous areas"),
            of("hazard"),
            _hazard_count,
            note=Message("Ground that nobody surveyed is not surveyed, whatever stands here."),
            paths=(("/mines", Message("All areas and devices")),),
        ),
        _came_in(view, book, of("post")),
        _part(
            "line",
            Message("Whom to call"),
            of("line"),
            _line_count,
            question=Message("Whom do I call?"),
            nothing=Message(
                "The directory has the numbers, by function. That nothing waits here does not say that a line works."
            ),
            paths=(("/lines", Message("The directory")),),
        ),
        _part(
            "other", Message("Also waiting"), of("flash", "verification", "clock", "task", "source", "other"), _count
        ),
    )
    return Day(
        day=today,
        medical=tuple(map(_line_of, sorted((item for item in items if item.part == "medical"), key=_place))),
        parts=tuple(part for part in parts if part.lines or part.nothing),
        is_empty=not book.entries(),
    )


def _floor_items(view: View) -> Iterable[FloorItem]:
    for desk in view.console.desks:
        waits: Callable[[View], Iterable[FloorItem]] | None = desk.gives("on_floor", "items")
        if waits:
            yield from waits(view)


def _is_due(item: FloorItem, ends: datetime) -> bool:
    return item.is_late or (item.due is not None and item.due <= ends)


def _place(item: FloorItem) -> tuple[bool, bool, datetime, datetime, str]:
    """Drills last; what is late first, then what is due first, then what waits longest."""
    end = datetime.max.replace(tzinfo=UTC)
    return item.is_drill, not item.is_late, item.due or end, item.since or end, item.path


def _line_of(item: FloorItem) -> Line:
    return Line(
        label=item.label,
        path=item.path,
        since=item.since,
        due=item.due,
        is_late=item.is_late,
        mark="drill" if item.is_drill else "simulated" if item.simulated else "",
    )


def _part(
    name: str,
    title: Message,
    items: Sequence[FloorItem],
    count: Callable[[int], Message],
    *,
    question: Message | None = None,
    nothing: Message | None = None,
    note: Message | None = None,
    paths: tuple[tuple[str, Message], ...] = (),
) -> Part:
    """A part of floor items; drills are in no count."""
    lines = tuple(map(_line_of, sorted(items, key=_place)))
    real = sum(not item.is_drill for item in items)
    return Part(
        name=name,
        title=title,
        question=question,
        count=count(real) if real else None,
        lines=lines[:MOST],
        more=max(len(lines) - MOST, 0),
        nothing=nothing,
        note=note,
        paths=paths,
    )


def _with_repairer(view: View, book: AidBook, line: FloorItem) -> FloorItem:
    """A line of a work with who repairs it, as it is stated."""
    item = book.item_or_none(line.path.rpartition("/")[2])
    if item is None or item.row is None:
        return line
    names = names_of(view)
    label = (
        Message("{line}; {organisation} repairs it", line=line.label, organisation=names.organisation(item.row.repairs))
        if item.row.repairs
        else Message("{line}; nobody is named who repairs it", line=line.label)
    )
    return replace(line, label=label)


def _destinations(view: View, book: AidBook) -> Part:
    """Of how much of each destination something is known, as it is stated."""
    items = [item for item in book.items("destination") if item.row is not None]
    table, names = TABLES["destination"], names_of(view)
    lines = tuple(
        Line(
            label=Message("{line}: {state}", line=table.line(item.row, names), state=destination_state(item)),
            path=f"{PAGES_OF['destination']}/{item.code}",
        )
        for item in items
    )
    return Part(
        name="destination",
        title=Message("Destinations"),
        question=Message("Is the settlement ready?"),
        lines=lines[:MOST],
        more=max(len(lines) - MOST, 0),
        nothing=Message("No destination has a card yet, so nothing is known of any."),
        note=Message("A card says what each source states. Whether that is enough is for those who return.")
        if lines
        else None,
        paths=((PAGES_OF["destination"], Message("All destinations")),),
    )


def _offers(view: View, book: AidBook, today: date) -> Part:
    """What is offered and not promised away, in the order of codes: which one is taken, a person decides."""
    requests, table, names = book.items("request"), TABLES["offer"], names_of(view)
    standing = [item for item in book.items("offer") if offer_stands(item, today)]
    offers = [item for item in standing if offer_left(item, requests) > 0]
    lines = tuple(
        Line(
            label=Message(
                "{line}: {state}", line=table.line(item.row, names), state=offer_state(item, requests, today)
            ),
            path=f"{PAGES_OF['offer']}/{item.code}",
        )
        for item in offers
    )
    return Part(
        name="offer",
        title=Message("Offers"),
        question=Message("Who has blankets?"),
        count=Plural("{n} offer stands.", "{n} offers stand.", len(lines), n=Amount(len(lines))) if lines else None,
        lines=lines[:MOST],
        more=max(len(lines) - MOST, 0),
        nothing=Message("All that is offered is promised.") if standing else Message("No offer stands."),
        paths=((PAGES_OF["offer"], Message("All offers")),),
    )


def _came_in(view: View, book: AidBook, items: Sequence[FloorItem]) -> Part:
    """What waits in the post-box, and what other instances sent within a day, the newest first."""
    came = [entry for entry in book.entries() if entry.origin and entry.stands and book.now - entry.known_at <= BACK]
    lines = (
        *map(_line_of, sorted(items, key=_place)),
        *(_received(view, book, entry) for entry in sorted(came, key=lambda entry: entry.known_at, reverse=True)),
    )
    return Part(
        name="post",
        title=Message("Post-box"),
        count=Plural(
            "{n} entry came from another instance within a day.",
            "{n} entries came from other instances within a day.",
            len(came),
            n=Amount(len(came)),
        )
        if came
        else None,
        lines=lines[:MOST],
        more=max(len(lines) - MOST, 0),
        paths=(("/post", Message("The post-box")),),
    )


def _received(view: View, book: AidBook, entry: AidEntry) -> Line:
    table = TABLES.get(entry.table)
    root = PAGES_OF.get(entry.table) or next(
        (PAGES_OF[name] for name in (table.about if table else ()) if name in PAGES_OF), ""
    )
    code, path = entry.code, f"{root}/{entry.code}" if root else "/post"
    notice = _notice_of(book, entry.code)
    if notice is not None:
        code, path = notice.code, path_of(notice)
    label = (
        Message("{code}, from {origin}: {line}", code=code, origin=entry.origin, line=_line_words(view, entry))
        if table and entry.row is not None
        else Message("{code}, from {origin}", code=code, origin=entry.origin)
    )
    return Line(label=label, path=path, since=entry.known_at)


def _notice_of(book: AidBook, code: str) -> Item | None:
    """The notification or passage of which the centre is shown a row of this code: what it answers is of that."""
    for item in book.items(*NOTICES, "passage"):
        if any(step.row is not None and step.row.shared == code for step in item.steps_of("notice_shown")):
            return item
    return None


def _line_words(view: View, entry: AidEntry) -> Message:
    return TABLES[entry.table].line(entry.row, names_of(view))


def _due_count(count: int) -> Message:
    return Plural("{n} line is late or due today.", "{n} lines are late or due today.", count, n=Amount(count))


def _movement_count(count: int) -> Message:
    return Plural(
        "{n} movement or return is near or past its day.",
        "{n} movements and returns are near or past their day.",
        count,
        n=Amount(count),
    )


def _road_count(count: int) -> Message:
    return Plural("{n} notice is on record for today.", "{n} notices are on record for today.", count, n=Amount(count))


def _window_count(count: int) -> Message:
    return Plural(
        "{n} window runs, comes or waits for an answer.",
        "{n} windows run, come or wait for answers.",
        count,
        n=Amount(count),
    )


def _request_count(count: int) -> Message:
    return Plural("{n} request is open.", "{n} requests are open.", count, n=Amount(count))


def _work_count(count: int) -> Message:
    return Plural(
        "{n} work is not said to be back by everybody.",
        "{n} works are not said to be back by everybody.",
        count,
        n=Amount(count),
    )


def _hazard_count(count: int) -> Message:
    return Plural("{n} entry is new.", "{n} entries are new.", count, n=Amount(count))


def _line_count(count: int) -> Message:
    return Plural("{n} line needs a look.", "{n} lines need a look.", count, n=Amount(count))


def _count(count: int) -> Message:
    return Plural("{n} line.", "{n} lines.", count, n=Amount(count))
