"""`review.toml` of an invented example → what its delegations do with findings, act by act.

Only what is simulated is played so: no watch reads such a file, and nothing of it is a source. Who enters it is the
command line, through the operations that pages use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from trucewatch.simulate.strict_toml import Strict, parse_record

Does = Literal[
    "put",
    "seal",
    "open",
    "give",
    "withhold",
    "speak",
    "done",
    "put_who",
    "text",
    "sign_text",
    "propose",
    "assent",
    "object",
]
PositionWord = Literal["concur", "dissent", "abstain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutFinding(Strict):
    """A finding that is put to review. key: how the file names its case. of: one of the event's reports, by its id;
    stipulation: the clause of the finding."""

    key: str
    stipulation: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAct(Strict):
    """One act of a person of the night. at: by the watch's own clock. on: keys of cases; several are taken a second
    apart, but sealed as one list. happened, what, where_when: the answers of a position; who: to that question alone.
    """

    at: datetime
    by: str
    do: Does
    key: str = ""
    put: tuple[PutFinding, ...] = ()
    on: tuple[str, ...] = ()
    happened: PositionWord = "concur"
    what: PositionWord = "concur"
    where_when: PositionWord = "concur"
    who: Literal["none", "abstain"] = "none"
    versions: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    says: str = ""
    refers: tuple[str, ...] = ()
    of: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    opens: tuple[Literal["positions", "wording", "attribution"], ...] = ()
    to: tuple[str, ...] = ()
    party: str = ""
    language: str = ""
    in_print: bool = False

    def moments(self) -> Iterator[tuple[datetime, tuple[str, ...]]]:
        """When what is entered of it: a list at once, else one case after the other."""
        if self.do in ("put", "seal"):
            yield self.at, self.on
            return
        for number, key in enumerate(self.on):
            yield self.at + timedelta(seconds=number), (key,)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysInForce(Strict):
    """From when whose test keys are in force: officers' and heads' own, and heads' recovery keys."""

    at: datetime
    people: tuple[str, ...]
    recovery: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewNight(Strict):
    """All that `review.toml` holds. late_at: when what came late is held against what was judged."""

    keys: KeysInForce
    late_at: datetime
    act: tuple[ReviewAct, ...]


def read_review(text: str) -> ReviewNight:
    """Raises pydantic.ValidationError for a key or a value that is not known, ValueError for acts out of order."""
    review = parse_record(text, ReviewNight)
    last = review.keys.at
    for act in review.act:
        first = next(act.moments(), (act.at, ()))[0]
        if first <= last:
            raise ValueError(f"{act.at} {act.do}: stands after what came later, or at its moment")
        last = max(moment for moment, _ in act.moments())
    if review.late_at <= last:
        raise ValueError(f"late_at {review.late_at}: stands before an act")
    return review
