"""How delegations review findings: `[review]` of watch.toml, and `[review.attribution]` for the question apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

from trucewatch.model.roles import Role

Silence = Literal["no_position", "abstain"]
"""What is written of a delegation that gave no position within the clock. Neither is consent."""
LONGEST_PAUSE_HOURS: Final = 72
"""For how long the clock stands still at most while the log shows that a delegation's line is down."""
_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributionRule:
    """The quorum of *who*, which is put only after *happened* is agreed."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    hours: float = 72.0
    each: int = 1
    signers: tuple[Role, ...] = (Role.HEAD,)
    stands_in: tuple[Role, ...] = ()
    silence: Silence = "no_position"
    head_decides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRule:
    """What a watch agreed. hours: the clock of blind first positions, the same for all; discussion_hours: the clock
    after they were opened; each: how many signed positions of every delegation; signers: which roles sign; stands_in:
    which count where too few of those did; head_decides: where the people of one delegation differ, its head's position
    is the delegation's, else it has none (a tie stays a tie); recuse: the yes of a delegation whose own state the
    clause binds makes nothing agreed; recuse_evidence: nor where observations of the finding are its own state's;
    objection_hours: for how long a party may object in writing; decision_hours: for how long a proposed release can be
    agreed to."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    hours: float = 24.0
    discussion_hours: float = 72.0
    each: int = 1
    signers: tuple[Role, ...] = (Role.HEAD, Role.OFFICER)
    stands_in: tuple[Role, ...] = ()
    silence: Silence = "no_position"
    head_decides: bool = True
    recuse: bool = False
    recuse_evidence: bool = False
    objection_hours: float = 48.0
    decision_hours: float = 72.0
    attribution: AttributionRule = field(default_factory=AttributionRule)
