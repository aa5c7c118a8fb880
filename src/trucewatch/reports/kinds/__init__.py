"""The kinds of report: each chooses period, rows and parts of what was released, after the one rule of the recipient.

Outside code joins here: one file with KIND, found by itself like the formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final

from trucewatch.errors import ReportError
from trucewatch.messages import Message, Term
from trucewatch.model.report import NOTE_SECTIONS
from trucewatch.reports.released import ReleasedIncident

if TYPE_CHECKING:
    from trucewatch.locale import Words
    from trucewatch.model.watch import Recipient
    from trucewatch.reports.daily_report import DailyReport
    from trucewatch.reports.section import Section

PARTS: Final = frozenset(
    (
        "grave",
        "earlier",
        "figures",
        "found",
        "coverage",
        "findings",
        "regions",
        "days",
        "published",
        "withdrawal",
        "corridor",
        "restrictions",
        "humanitarian",
        "corrections",
        "rejected",
    )
)
"""The parts that a page may have beside title, map, places, codes and proof, which all have."""
OF_SOME: Final = frozenset(("grave", "coverage", "findings", "corrections"))
"""Those of a report that tells of some incidents alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of report.

    is_whole: it tells of every released incident of its days, so that its counts stand for them. is_of_one: of one
    event alone. is_of_clauses: of how parts of clauses stood, and of no incident. days: how many it has, 0 for any.
    """

    name: str
    title: Term
    """What it is called where one is chosen."""
    parts: frozenset[str]
    is_whole: bool
    is_of_one: bool = False
    is_of_clauses: bool = False
    days: int = 0
    selects: Callable[[ReleasedIncident], bool]
    """Whether an incident is a row of it; of one event the builder chooses."""
    head_words: Callable[[DailyReport, Words], str]
    """What it is called at the head of its pages."""
    title_words: Callable[[DailyReport, Words], str]
    quiet_words: Callable[[DailyReport, Words], str]
    """What it says without a row, and what that does not say; empty if it has rows."""
    sections: Callable[[DailyReport, Words], tuple[Section, ...]]
    """Its own sections."""

    @property
    def note_sections(self) -> tuple[str, ...]:
        """Where editors may put words of their own."""
        return tuple(name for name in NOTE_SECTIONS if name == "summary" or name in self.parts)


class _Kinds(Mapping[str, Kind]):
    """The kinds in this folder by name, imported when first asked for."""

    @cached_property
    def _by_name(self) -> dict[str, Kind]:
        kinds = [import_module(f"{__name__}.{module.name}").KIND for module in iter_modules(__path__)]
        return {kind.name: kind for kind in sorted(kinds, key=lambda kind: (not kind.is_whole, kind.days, kind.name))}

    def __getitem__(self, name: str) -> Kind:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


KINDS: Mapping[str, Kind] = _Kinds()


def kind_called(name: str) -> Kind:
    """The kind of this name. Raises ReportError, which names those that there are."""
    if name not in KINDS:
        raise ReportError(
            Message('there is no report of kind "{kind}"; there are: {words}', kind=name[:40], words=", ".join(KINDS))
        )
    return KINDS[name]


def is_whole(name: str) -> bool:
    """Whether reports of a kind tell of every released incident of their days; not of a kind that is not known."""
    return name in KINDS and KINDS[name].is_whole


def may_have_spot(recipient: Recipient) -> bool:
    """Whether a recipient is told single events, as a report on one needs."""
    return recipient.smallest_count <= 1 and recipient.place != "zone"


def refuse_spot(recipient: Recipient) -> None:
    """Raises ReportError where a recipient is told no single event; by its rule alone, whatever the event."""
    if not may_have_spot(recipient):
        raise ReportError(
            Message(
                "a spot report tells of one event, and the rule of {recipient} tells of none alone: its places are "
                "told by zone, or fewer than its smallest count are withheld. Nothing was made; choose a recipient who "
                "is told single events, or report the day",
                recipient=recipient.id,
            )
        )
