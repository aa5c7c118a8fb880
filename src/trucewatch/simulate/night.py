"""`night.toml` of an invented example → its people, its watch, calls, letters and complaints.

Only what is simulated is played so: no watch reads such a file, and nothing of it is a source. Who enters it is the
command line, through the operations that pages use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from trucewatch.errors import PlaceError, TimeError
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import (
    SPEAKER_KINDS,
    Answered,
    CallerAnswers,
    ClaimWords,
    Speaker,
    SpeakerKind,
    StatedEvent,
    Via,
)
from trucewatch.model.letters import Letter
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.model.watch import Watch
from trucewatch.simulate.strict_toml import Strict, parse_record
from trucewatch.simulate.watch_night import (
    Beginning,
    Checked,
    DutyFunction,
    Exercise,
    HandedOver,
    LogEntry,
    Urgent,
)
from trucewatch.sources.letter_claims import rows_of_letter
from trucewatch.sources.spoken_when import read_when
from trucewatch.sources.spoken_where import gazetteer_of, read_where


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody(Strict):
    """An invented person of the shift. key: how the file names them. role, side: what they are granted with
    accounts."""

    key: str
    name: str
    login: str
    role: str
    side: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated(Strict):
    """The words of a call in another language, by the interpreter."""

    by: str
    language: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Strict):
    """One call. at: by the watch's clock. by: who took it down. joins: keys of calls that a person held to speak of the
    same event."""

    key: str
    at: datetime
    by: str
    speaker: str
    says: str
    via: Via = "telephone"
    language: str = "en"
    when: str = ""
    where: str = ""
    kind: str = ""
    count: int | None = None
    injured: int | None = None
    perceived: str = "told"
    actor: str = ""
    name: str = ""
    call_back: str = ""
    may_tell: Answered = "not_asked"
    may_call: Answered = "not_asked"
    in_danger: Answered = "not_asked"
    is_drill: bool = False
    joins: tuple[str, ...] = ()
    translated: Translated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLetter(Strict):
    """One letter, and who entered it."""

    key: str
    at: datetime
    by: str
    sender: str
    text: str
    their_number: str = ""
    subject: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering(Strict):
    """A reply through its steps: who drafted, checked and agreed to it, and when it was sent."""

    outcome: str
    says: str
    drafted: str
    checked: str
    agreed: tuple[str, ...]
    sent_at: datetime
    grounds: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection(Strict):
    """That a sender does not accept the reply."""

    at: datetime
    by: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grievance(Strict):
    """One complaint, question or problem of the register. claims: keys of calls; letter: key of a letter."""

    key: str
    at: datetime
    by: str
    sender: str
    says: str
    sort: str = "complaint"
    own_number: str = ""
    claims: tuple[str, ...] = ()
    letter: str = ""
    reply: Answering | None = None
    appeal: Objection | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Night(Strict):
    """All that `night.toml` holds."""

    person: tuple[Somebody, ...]
    call: tuple[Call, ...]
    letter: tuple[PaperLetter, ...] = field(default=())
    complaint: tuple[Grievance, ...] = field(default=())
    function: tuple[DutyFunction, ...] = field(default=())
    shift: tuple[Beginning, ...] = field(default=())
    entry: tuple[LogEntry, ...] = field(default=())
    check: tuple[Checked, ...] = field(default=())
    urgent: tuple[Urgent, ...] = field(default=())
    drill: tuple[Exercise, ...] = field(default=())
    handover: tuple[HandedOver, ...] = field(default=())

    def somebody(self, key: str) -> Somebody:
        """Raises KeyError for a key that the file does not explain."""
        return {person.key: person for person in self.person}[key]


def read_night(text: str) -> Night:
    """Raises pydantic.ValidationError for a key or a value that is not known."""
    return parse_record(text, Night)


def moment_of(at: datetime, watch: Watch) -> datetime:
    """A moment of the file, written without a zone, by the watch's own; UTC."""
    return at.replace(tzinfo=watch.zone).astimezone(UTC)


def speaker_in(code: str) -> Speaker:
    """`party:UV`, `civilian:hollin`, `not_said` → who speaks. Raises KeyError for another kind."""
    kind, _, name = code.partition(":")
    kinds: dict[str, SpeakerKind] = {each: each for each in SPEAKER_KINDS}
    return Speaker(kinds[kind], name)


def draft_of_call(call: Call, watch: Watch) -> ClaimDraft:
    """What a call says; a time or a place that cannot be read stays as words, and is unknown otherwise."""
    received_at = moment_of(call.at, watch)
    return ClaimDraft(
        event=StatedEvent(
            kind=call.kind,
            when=_when(call.when, received_at, watch, call.language),
            where=_where(call.where, watch),
            count=(None, call.count, None),
            injured=(None, call.injured, None),
            perceived=call.perceived,
            actor=call.actor,
        ),
        words=ClaimWords(says=call.says, when=call.when, where=call.where, name=call.name, call_back=call.call_back),
        speaker=speaker_in(call.speaker),
        via=call.via,
        received_at=received_at,
        language=call.language,
        answers=CallerAnswers(may_tell=call.may_tell, may_call=call.may_call, in_danger=call.in_danger),
        is_drill=call.is_drill,
    )


def drafts_of_letter(letter: Letter, text: str, watch: Watch) -> Iterator[ClaimDraft]:
    """The claims of a letter that was entered: of every row that has anything of a claim in it, as its page ticks
    them."""
    names = [name for zone in watch.zones for name in zone.names.values()]
    names += [name for town in watch.basemap.towns for name in town.names.values()]
    names += [name.text for place in (watch.naming.place if watch.naming else ()) for name in place.name]
    parties = [name for party in watch.agreement.party for name in party.names.values()]
    for row in rows_of_letter(text, places=dict.fromkeys(names), nobodys=parties).rows:
        if row.is_likely:
            yield ClaimDraft(
                event=StatedEvent(
                    kind=row.kind,
                    when=_when(row.when, letter.received_at, watch, letter.language, may_lie_ahead=True),
                    where=_where(row.where, watch),
                    count=row.count,
                ),
                words=ClaimWords(says=row.words, when=row.when, where=row.where),
                speaker=letter.sender,
                via=letter.via,
                received_at=letter.received_at,
                language=letter.language,
                letter=letter.number,
                row=row.number,
            )


def _when(
    text: str, received_at: datetime, watch: Watch, language: str, *, may_lie_ahead: bool = False
) -> SpokenTime | None:
    try:
        return (
            read_when(
                text, received_at=received_at, zone=watch.zone, languages=(language, "en"), may_lie_ahead=may_lie_ahead
            )
            if text
            else None
        )
    except TimeError:
        return None


def _where(text: str, watch: Watch) -> SpokenPlace | None:
    try:
        return read_where(text, gazetteer_of(watch)) if text else None
    except PlaceError:
        return None
