"""Who says by which means that an event was of which kind, and how they know: a line an incident keeps for each.

A giver is whose word or record it is, once, whatever door it came through: the centre (`CENTRE`), a party (its id), a
delegation or signatory with a source of its own (its id), the public of one side ("public:ID"), a body as it is
written, or the organisation or source that runs a device. A row that names several speakers is none's own word: its
giver is all of them, joined by "; ".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa

CENTRE: Final = "centre"
"""The giver of what a source of the centre's own saw or recorded (`of = "centre"`)."""
PUBLIC: Final = "public"
_NOTHING: Final = "-"
"""Stands in a text for what is not stated."""

WORDS: Final = frozenset(("party", "public"))
"""Means of words: what is said, and by itself no record."""
_DEVICES: Final = frozenset(("satellite", "seismic", "acoustic", "uav", "camera"))
_AUDIBLE: Final = frozenset(("explosion", "burst", "shot", "projectile", "overflight", "hostilities"))
"""Kinds that somebody may tell of who only heard them."""


@dataclass(frozen=True, slots=True, order=True)
class Attestation:
    """What one giver says, by one means, of the kind of an event.

    perceived: saw, heard, recorded or told. is_claim: it is somebody's word and no record: a party's, a body's that is
    named as claimant, hearsay. body: the id of the body that speaks, where its words count with a party's. aspect: ""
    where none is stated. actor: whose forces the giver says it was; "" for nobody.
    """

    kind: str
    giver: str
    means: str
    perceived: str
    is_claim: bool
    aspect: str = ""
    actor: str = ""
    body: str = ""

    @property
    def text(self) -> str:
        """As an incident keeps it: `explosion acoustic recorded record - - - centre`."""
        claim = "claim" if self.is_claim else "record"
        words = (self.kind, self.means, self.perceived, claim, self.aspect, "_".join(self.actor.split()), self.body)
        return " ".join((*(word or _NOTHING for word in words), self.giver))

    @classmethod
    def of_text(cls, text: str) -> Attestation:
        """The attestation that a text of an incident holds."""
        *words, giver = text.split(" ", 7)
        kind, means, perceived, claim, aspect, actor, body = ("" if word == _NOTHING else word for word in words)
        return cls(kind, giver, means, perceived, claim == "claim", aspect, actor, body)

    @property
    def speaker(self) -> str:
        """Who is to be named: the body that speaks, else the giver. A rule of counting names nobody anew."""
        return self.body or self.giver

    @property
    def is_seen(self) -> bool:
        """Seen or recorded, not only heard, and not told."""
        return self.perceived in ("saw", "recorded")


def attestations(texts: Iterable[str]) -> list[Attestation]:
    """All that an incident keeps."""
    return [Attestation.of_text(text) for text in texts]


def retold(texts: Sequence[str], before: str, kind: str) -> list[str]:
    """The same, with what was said of kind `before` said of `kind` as well: an analyst typed the incident anew."""
    moved = [replace(each, kind=kind) for each in attestations(texts) if each.kind == before]
    return sorted({*texts, *(each.text for each in moved)})


def how_known(perceived: str, means: str, kind: str) -> str:
    """How the giver knows: as the row states it, else what its means can do at the least.

    A device records. A patrol that does not say how it knows of what can be heard is taken to have heard it; of what
    can only be seen, to have seen it. Whoever else does not say was told.
    """
    if perceived:
        return perceived
    if means in _DEVICES:
        return "recorded"
    if means == "patrol":
        return "heard" if kind in _AUDIBLE else "saw"
    return "told"


def testimony_of_earlier_list(witnessed_kinds: Sequence[Sequence[str]], claims: Sequence[Sequence[str]]) -> pa.Array:
    """The column `testimony` of a list that was recorded with kinds that anybody but a party reported, and claims as
    "explosion AM": of the first nobody kept who reported them."""
    rows = []
    for witnessed, claimed in zip(witnessed_kinds, claims, strict=True):
        told = [claim.partition(" ") for claim in claimed]
        rows.append(
            sorted(
                [Attestation(kind, "", "", "", is_claim=False).text for kind in witnessed]
                + [Attestation(kind, who, "", "", is_claim=True).text for kind, _, who in told]
            )
        )
    return pa.array(rows, pa.list_(pa.string()))
