"""The urgent message to both sides (`flash`): what is told to whom, and what came back of it.

It must be of no use for correcting fire. It names a settlement, a zone or a cell of at least 5 km and a quarter of an
hour; never a count, an effect, damage, an origin, a post or a caller. The same text goes to both bound parties in the
same second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from trucewatch.messages import Term

Way = Literal["console", "mail", "webhook", "telephone"]
WAYS: Final[tuple[Way, ...]] = ("console", "mail", "webhook", "telephone")
"""By which a message reaches somebody: the page of whoever speaks for them, a mail, a program, a person who reads it
out."""
PlaceForm = Literal["settlement", "cell", "zone"]
PLACE_FORMS: Final[tuple[PlaceForm, ...]] = ("settlement", "cell", "zone")
SMALLEST_CELL_M: Final = 5000.0
Told = Literal["reported_by", "matter", "place", "when", "not_checked", "asks", "answer_by", "added"]
TOLD: Final[tuple[Told, ...]] = (
    "reported_by",
    "matter",
    "place",
    "when",
    "not_checked",
    "asks",
    "answer_by",
    "added",
)
"""What a message may say, in its order; a rule lists those of them that leave to a recipient."""
ALWAYS_TOLD: Final[frozenset[Told]] = frozenset(("matter", "when", "reported_by", "not_checked"))
"""Without these it would be no report, or would read as more than one: no rule leaves them out."""
Matter = Literal["fire", "flares", "movement", "overflight", "other"]
MATTERS: Final[tuple[Matter, ...]] = ("fire", "flares", "movement", "overflight", "other")
"""What is reported, no finer: what was fired and how often would help to correct it."""
MATTER_OF_KIND: Final[Mapping[str, Matter]] = {
    "explosion": "fire",
    "projectile": "fire",
    "muzzle_flash": "fire",
    "burst": "fire",
    "shot": "fire",
    "hostilities": "fire",
    "flare": "flares",
    "movement": "movement",
    "line_crossing": "movement",
    "overflight": "overflight",
}
"""Kind of the observation table → what is said of it; any other is `other`."""
Ask = Literal["stop", "check_units", "answer"]
ASKS: Final[tuple[Ask, ...]] = ("stop", "check_units", "answer")
"""What both are asked: to stop, to check their units, to answer by a time."""
ReporterKind = Literal["party", "delegation", "body", "agency", "civilian", "not_said", "centre", "source"]
"""Whose report it is, no finer: a civilian by no name and no place, the centre's own means by no post."""
ActName = Literal[
    "acknowledged", "quiet", "own_quiet", "read_out", "bounced", "withdrawn", "closed", "reopened", "undone"
]
ACTS: Final[tuple[ActName, ...]] = (
    "acknowledged",
    "quiet",
    "own_quiet",
    "read_out",
    "bounced",
    "withdrawn",
    "closed",
    "reopened",
    "undone",
)
"""A recipient acknowledges; says that it is quiet on its side; the centre's own means saw that it is; the text was
read out by telephone; a mail came back; what was sent is withdrawn (told to all who got it); the centre closes it, or
opens it again; an entry is taken back."""
Via = Literal["console", "telephone", "radio", "mail", "in_person"]
VIAS: Final[tuple[Via, ...]] = ("console", "telephone", "radio", "mail", "in_person")
"""How an answer came: by the recipient's own page, or as the centre entered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashRecipient:
    """To whom it goes, and by what rule. id: a bound party, a delegation or a body of the agreement. Delay is 0: it is
    urgent or it is none.

    cell_m: of `cell`, and of `settlement` where no settlement lies so near that its name says it. tells: the fields
    that leave, in the order of TOLD.
    """

    id: str
    ways: tuple[Way, ...] = ("console", "telephone")
    place: PlaceForm = "cell"
    cell_m: float = SMALLEST_CELL_M
    tells: tuple[Told, ...] = TOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashRule:
    """What the watch agreed for urgent messages. `to`: every bound party, with one rule for all of them, and whoever
    else is told; empty in a watch that agreed nothing, and then `flash_rule_of` gives each bound party the default."""

    to: tuple[FlashRecipient, ...] = ()
    answer_minutes: int = 30
    """Within how long both are asked to answer."""

    def recipient(self, name: str) -> FlashRecipient | None:
        return next((each for each in self.to if each.id == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashPlace:
    """The place as it is told. form, id: a settlement of the base map, a zone, or "" for a cell, whose middle is lon,
    lat (WGS 84, degrees) with sides of size_m metres, on the same grid as released cells."""

    form: PlaceForm
    id: str = ""
    lon: float | None = None
    lat: float | None = None
    size_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashDraft:
    """What a person is about to send. about: what it rests on, `incident:i-…`, `claim:CL-7`, the first as it was begun.

    quarter: `[from, until)` of 15 minutes, of when it is reported to have been. reporter_id: whose report it is; where
    both bound parties reported it, both ids with a space between, in the order of the alphabet. first_report: when the
    first report reached the centre; told to nobody, figures count from it. added: words by language, of all languages
    of the watch or none; drill: the number of the drill (`model/drill.py`) or 0.
    """

    about: tuple[str, ...]
    matter: Matter
    place: FlashPlace | None
    quarter: tuple[datetime, datetime]
    reporter: ReporterKind
    reporter_id: str
    first_report: datetime
    asks: tuple[Ask, ...]
    answer_by: datetime
    added: Mapping[str, str] = field(default_factory=dict)
    drill: int = 0
    simulated: bool = False

    @property
    def reporter_ids(self) -> tuple[str, ...]:
        return tuple(self.reporter_id.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class FlashAct:
    """One thing that came of a message, or was done to it. to: whose act or answer it is; "" for the centre's own. at:
    when, as it is stated, by the watch's clock. words: a reference `w-…`. undoes: an entry. of: the id of a delivery,
    of a bounce."""

    entry: int
    flash: int
    act: ActName
    to: str
    at: datetime
    via: Via
    by: str
    recorded_at: datetime
    words: str = ""
    undoes: int = 0
    of: str = ""
    is_late: bool = False
    """Entered after the message was withdrawn or closed: kept, and changes nothing."""
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """One message as it was sent, with what came of it, in the order of the entries.

    sent_at: by the watch's clock; queued_at: the second in which it was queued to all, by the computer's. texts:
    recipient → the reference of its text, of which every bound party has the same. text_hash: the reference of the
    SHA-256 of what was seen before it was sent; a bare hash would confirm whoever guesses words that were erased.
    """

    number: int
    entry: int
    by: str
    sent_at: datetime
    queued_at: datetime
    draft: FlashDraft
    to: tuple[FlashRecipient, ...]
    parties: tuple[str, ...]
    """The recipients that are bound parties: those from whom quiet is asked."""
    texts: Mapping[str, str]
    text_hash: str
    acts: tuple[FlashAct, ...] = ()

    @property
    def code(self) -> str:
        return flash_code(self.number)

    @property
    def is_drill(self) -> bool:
        return bool(self.draft.drill)

    @property
    def simulated(self) -> bool:
        return self.draft.simulated or self.is_drill

    def _standing(self, act: ActName, to: str = "") -> FlashAct | None:
        """The first that counts: what was said again later, or after the end, changes nothing."""
        counted = (each for each in self.acts if each.act == act and not each.undone and not each.is_late)
        return next((each for each in counted if not to or each.to == to), None)

    def acknowledged(self, to: str) -> FlashAct | None:
        return self._standing("acknowledged", to)

    def quiet(self, to: str) -> FlashAct | None:
        """What a side says of its own side: from when on it is quiet."""
        return self._standing("quiet", to)

    @property
    def own_quiet(self) -> FlashAct | None:
        return self._standing("own_quiet")

    @property
    def withdrawn(self) -> FlashAct | None:
        return self._standing("withdrawn")

    @property
    def ended(self) -> FlashAct | None:
        """The act by which it ended, if it did and was not opened again since."""
        last: FlashAct | None = None
        for each in self.acts:
            if each.undone:
                continue
            if each.act in ("withdrawn", "closed"):
                last = each
            elif each.act == "reopened":
                last = None
        return last

    def unanswered(self, now: datetime) -> tuple[str, ...]:
        """The bound parties that have said nothing by the time that they were asked for; a silent line says nothing of
        what happens there."""
        if now < self.draft.answer_by:
            return ()
        return tuple(each for each in self.parties if not self.acknowledged(each) and not self.quiet(each))

    @property
    def quiet_at(self) -> datetime | None:
        """From when on it was quiet: the later of what both parties say, or what the centre's own means saw; None while
        neither is there."""
        return self.own_quiet.at if self.own_quiet else self.both_quiet_at

    @property
    def both_quiet_at(self) -> datetime | None:
        """The later of what both parties say of their own side; None while one of them has not said it."""
        quiet_acts = [self.quiet(each) for each in self.parties]
        return max(each.at for each in quiet_acts if each) if quiet_acts and all(quiet_acts) else None

    def time_to_quiet(self, to: str = "") -> timedelta | None:
        """From the first report to what one side says, or to `quiet_at`; None where there is none."""
        at = self.quiet_at if not to else (act.at if (act := self.quiet(to)) else None)
        return at - self.draft.first_report if at else None


def flash_code(number: int) -> str:
    """Our number of an urgent message as people write it.

    >>> flash_code(3)
    'UM-3'
    """
    return f"UM-{number}"


def flash_rule_of(rule: FlashRule, parties: Sequence[str]) -> FlashRule:
    """The rule with its recipients; where the watch agreed none, each bound party by the default."""
    return rule if rule.to else FlashRule(to=tuple(FlashRecipient(id=each) for each in parties))


def with_undone(acts: Iterable[FlashAct]) -> tuple[FlashAct, ...]:
    """The acts with those marked that a later one takes back."""
    acts = tuple(acts)
    undone = {each.undoes for each in acts if each.act == "undone"}
    return tuple(replace(each, undone=True) if each.entry in undone else each for each in acts)


MATTER_WORDS: Final[Mapping[Matter, Term]] = {
    # Nobody has checked it: what is heard as fire may be a demolition, and both words stand for both.
    "fire": Term("urgent", "fire or an explosion"),
    "flares": Term("urgent", "flares"),
    "movement": Term("urgent", "movement at the line"),
    "overflight": Term("urgent", "an overflight"),
    "other": Term("urgent", "an event"),
}
WAY_WORDS: Final[Mapping[Way, Term]] = {
    "console": Term("urgent", "console"),
    "mail": Term("urgent", "mail"),
    "webhook": Term("urgent", "program"),
    "telephone": Term("urgent", "telephone"),
}
VIA_WORDS: Final[Mapping[Via, Term]] = {
    "console": Term("urgent", "by their own page"),
    "telephone": Term("urgent", "by telephone"),
    "radio": Term("urgent", "by radio"),
    "mail": Term("urgent", "by mail"),
    "in_person": Term("urgent", "in person"),
}
