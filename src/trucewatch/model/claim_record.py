"""What somebody says happened, as it was taken down: by telephone, in a letter, at the door. It stays a claim.

Words, names and numbers to call back lie apart; a record holds their references `w-…`. Everything that the speaker did
not say is unknown and stays so: None, "" or "not_asked".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from trucewatch.model.spoken import SpokenPlace, SpokenTime

SpeakerKind = Literal["party", "delegation", "post", "body", "agency", "civilian", "not_said"]
SPEAKER_KINDS: Final[tuple[SpeakerKind, ...]] = (
    "party",
    "delegation",
    "post",
    "body",
    "agency",
    "civilian",
    "not_said",
)
Via = Literal["telephone", "radio", "letter", "message", "in_person"]
VIAS: Final[tuple[Via, ...]] = ("telephone", "radio", "letter", "message", "in_person")
Answered = Literal["yes", "no", "not_asked"]
ANSWERED: Final[tuple[Answered, ...]] = ("yes", "no", "not_asked")
CLAIMS: Final = "claims"
"""The source under which claims stand among observations. No file is read for it."""
CLAIMS_INSIDE: Final = "claims-inside"
"""The same for claims of civilians who did not say that both sides may be told: no release holds them."""
CLAIM_SOURCES: Final = frozenset((CLAIMS, CLAIMS_INSIDE))
RUNG: Final = "claimed"
"""Where a claim stands on the ladder of verification, and no higher, whatever door it came through."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose words these are. id: of the party, delegation, post, body or agency; for a civilian the place that they
    speak from, or "", since a civilian is nobody's side."""

    kind: SpeakerKind
    id: str = ""

    @property
    def code(self) -> str:
        """`party:UV`, `post:p3`, `civilian:hollin`, `not_said`."""
        return f"{self.kind}:{self.id}" if self.id else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerAnswers:
    """What a civilian was asked: whether both sides may be told, whether we may call back, whether anybody is in danger
    now."""

    may_tell: Answered = "not_asked"
    may_call: Answered = "not_asked"
    in_danger: Answered = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedEvent:
    """What a claim says of one event. kind, aspect: of the observation table; "" where it was not said. Counts and
    people as least, best and most; None where not stated."""

    kind: str = ""
    aspect: str = "undetermined"
    when: SpokenTime | None = None
    where: SpokenPlace | None = None
    count: tuple[int | None, int | None, int | None] = (None, None, None)
    killed: tuple[int | None, int | None, int | None] = (None, None, None)
    injured: tuple[int | None, int | None, int | None] = (None, None, None)
    person_status: str = "not_stated"
    perceived: str = "told"
    actor: str = ""
    """Whose forces the speaker says it was; "" for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWords:
    """What was typed of a claim before it is entered: bytes that can be erased. `when` and `where` as the speaker said
    them."""

    says: str
    when: str = ""
    where: str = ""
    name: str = ""
    call_back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimUndone:
    """That a claim was taken back as entered by mistake, or by its speaker. reason: a reference `w-…`, or
    reason_code."""

    entry: int
    recorded_at: datetime
    by: str
    reason: str
    reason_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim as it stands: the last version of what was taken down.

    number: ours. version: from 1; a correction is a later one. letter, row: the letter that it stands in and its row
    there; 0 for none. says … call_back: references. language: of the words. translations: language → (reference, who
    translated). attachments: SHA-256 of what was handed over with it. joined: numbers of claims that a person held to
    speak of the same event. is_drill: it is an exercise; simulated is then true.
    """

    number: int
    version: int
    entry: int
    speaker: Speaker
    via: Via
    received_at: datetime
    recorded_at: datetime
    known_at: datetime
    by: str
    says: str
    language: str
    event: StatedEvent
    answers: CallerAnswers = field(default_factory=CallerAnswers)
    when_words: str = ""
    where_words: str = ""
    name: str = ""
    call_back: str = ""
    letter: int = 0
    row: int = 0
    simulated: bool = False
    is_drill: bool = False
    translations: tuple[tuple[str, str, str], ...] = ()
    attachments: tuple[str, ...] = ()
    joined: tuple[int, ...] = ()
    undone: ClaimUndone | None = None
    claimed_by: str = ""
    """Whose claim it is: of a post its keeper's; "" for a civilian, who is nobody's side, and for who did not say."""
    sha256: str = ""
    """The name of its record."""
    reason: str = ""
    """Why it corrects the version before: a reference; "" where nobody said."""

    @property
    def code(self) -> str:
        return claim_code(self.number)

    @property
    def stands(self) -> bool:
        return self.undone is None


def claim_code(number: int) -> str:
    """Our number of a claim as people write it.

    >>> claim_code(7)
    'CL-7'
    """
    return f"CL-{number}"
