"""What a desk is: one kind of work in the console, with all that it needs in one folder.

A desk names itself; all else is found by file name and imported only when it is needed:

records.py      KINDS: its kinds of records, each with its one line for the ledger
rule.py         read(values): what the watch agreed for its work, from `[desk.NAME]` of watch.toml;
                faults(values, watch): what of it does not fit the rest of the watch
index.py        VERSION, KINDS, TABLES, fill(): its own tables of the disposable index
operations.py   what can be done, each rule once
forms.py        a form's fields and its words
beside_clause.py   lines(view, part): what it has of a part of a clause, as links on the clause's page
beside_claim.py    lines(view, code): what it has of a claim or letter and offers to do with it, as links on its page
beside_incident.py lines(view, code): the same of an incident, as links on its page
at_drill_end.py    ended(view, drill): what of it ends with a drill, once that end is on record
on_floor.py     items(view): what of it waits or runs, for the board of the floor and for the hand-over of a shift;
                came_in(view, since): what came to it after a moment, for the board
beside.py       work(console): what goes on beside its pages while the console is open, a look every few seconds
pages.py api.py a `router` each: for people, for programs
cli.py          its commands, added to the program when it is imported
templates/ static/ <desk>.css messages/LANG.po   what a person sees
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal, get_args

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.watch_kind import WatchKind

SECTIONS: Final = {
    "now": Message("Now"),
    "response": Message("Response"),
    "agreement": Message("Agreement"),
    "record": Message("Record"),
}
"""The groups of the menu, in order."""


class DeskError(TrucewatchError):
    """A desk cannot be loaded; the program does not start with half of its desks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuAct:
    """What is begun from the menu, by one letter from any page. right: who may; as `View.may` takes it."""

    path: str
    label: Message
    key: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """A desk's place in the menu. `order` counts within the section."""

    section: str
    order: int
    path: str
    label: Message
    key: str = ""
    """The letter that opens it."""
    tab: bool = False
    """Whether it stands at the foot of a narrow screen too."""
    counts: bool = False
    """Whether the number of incidents stands beside it."""
    also: tuple[str, ...] = ()
    """Other addresses that are its own: `/incident`."""
    act: MenuAct | None = None
    """What stands below it, to be begun at once."""
    otherwise: str = ""
    """The page that stands here for who may not open `path`: what is their own of it."""
    otherwise_label: Message | None = None
    """What it is called for them, where that is another word."""

    def is_of(self, path: str) -> bool:
        """Whether an address is one of its pages."""
        return any(path == own or path.startswith(f"{own}/") for own in (self.path, *self.also))

    @property
    def section_place(self) -> int:
        return list(SECTIONS).index(self.section)

    @property
    def section_title(self) -> Message:
        return SECTIONS[self.section]

    @property
    def place(self) -> tuple[int, int, str]:
        return self.section_place, self.order, self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideClause:
    """What a desk has of a part of a clause: a sentence for the page of the clause, and where it leads."""

    sentence: Message
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideClaim:
    """What a desk has of a claim or a letter, or offers to do with it: a short label for its page, and where to."""

    label: Message
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideIncident:
    """What a desk has of an incident, or offers to do with it: a short label for its page, and where to."""

    label: Message
    path: str
    key: str = ""
    """The letter that follows the link; of an act that stands in view."""
    stands: Literal["on_record", "in_view", "in_menu"] = "on_record"
    """A link to what is on record, or an act: beside the sentence, or in the menu of the other acts."""


FloorPart = Literal[
    "medical",
    "flash",
    "verification",
    "clock",
    "task",
    "movement",
    "window",
    "road",
    "request",
    "return",
    "work",
    "hazard",
    "post",
    "line",
    "source",
    "other",
]
FLOOR_PARTS: Final[tuple[FloorPart, ...]] = get_args(FloorPart)
"""Where it stands on the board, in this order: medical passage before everything, unanswered urgent messages, what is
being verified, what is due, what was asked of whom, movements, windows of silence, road notices, requests, returns,
works, hazardous areas, what the post-box brought, lines that do not answer, sources that are silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorItem:
    """What waits or runs, as one line of the board: the sentence, where it leads, since when, until when. is_late: the
    time is past. A drill is simulated, and stands below what is real."""

    part: FloorPart
    label: Message
    path: str
    since: datetime | None = None
    due: datetime | None = None
    is_late: bool = False
    simulated: bool = False
    is_drill: bool = False
    has_failed: bool = False
    """Whether it says that something did not work, as a way by which a message goes."""


CameInSort = Literal["claim", "incident", "letter", "statement", "file", "message"]
CAME_IN_SORTS: Final[tuple[CameInSort, ...]] = ("incident", "claim", "letter", "statement", "file", "message")
"""What comes in, as the board counts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameIn:
    """What came in, as one line of the board: what it is and whose words, where it leads, when it came.

    says: the sentence, worked out for the few that are shown. held: of an incident why its outcome does not pass the
    gate; None where it passes, and of what no gate is asked.
    """

    sort: CameInSort
    says: Callable[[], Message]
    path: str
    at: datetime
    held: str | None = None
    simulated: bool = False
    is_drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One desk. `menu`: none for a desk without a page of its own. Whose desk it is its handlers say, each by the
    right that it needs."""

    name: str
    menu: MenuItem | None = None
    serves: tuple[WatchKind, ...] = ("centre",)
    """In which kinds of watch it is there: in others it has no place in the menu, and nothing answers its addresses."""

    @property
    def package(self) -> str:
        return f"{__package__}.{self.name}"

    @property
    def folder(self) -> Path:
        """Where its templates and styles lie."""
        return Path(__file__).parent / self.name

    @property
    def routers(self) -> list[Any]:
        """The addresses of its pages and of its API, in the order of its files: `edit_pages` before `pages`."""
        names = sorted(
            path.stem for path in self.folder.glob("*.py") if path.stem.endswith("pages") or path.stem == "api"
        )
        return [self.gives(name, "router") for name in names]

    def part(self, name: str) -> ModuleType | None:
        """One of its modules by its file name; None if it has none. Raises DeskError for one that cannot be loaded."""
        if not _is_there(f"{self.package}.{name}"):
            return None
        return load(self.name, f"{self.package}.{name}")

    def gives(self, part: str, name: str, otherwise: Any = ()) -> Any:
        """What one of its modules gives under a name."""
        return getattr(self.part(part), name, otherwise)


@cache
def _is_there(module: str) -> bool:
    """Whether there is a file for a module of a desk: pages ask every desk for several, at every request."""
    return find_spec(module) is not None


def load(desk: str, module: str) -> ModuleType:
    """A module of a desk. Raises DeskError, naming the desk and what is wrong with it."""
    try:
        return import_module(module)
    except TrucewatchError:
        raise
    except Exception as exc:
        error = f"{type(exc).__name__}: {exc}"
        raise DeskError(
            Message("the desk {desk} cannot be loaded: {error}; mend it or remove its folder", desk=desk, error=error)
        ) from exc
