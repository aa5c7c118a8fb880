"""How many voices stand behind claims: whoever speaks for a side once, with its posts; the people of one place once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trucewatch.model.claim_record import Claim, Speaker


def voice_of(speaker: Speaker, counts_with: Mapping[str, str] | None = None) -> str:
    """Whose voice a speaker is, as `model.testimony` names givers. counts_with: a body → the party with which it
    counts.

    Civilians who speak from one place are that place's voice: two callers of a village tell what the village tells.
    """
    if speaker.kind in ("party", "body"):
        return (counts_with or {}).get(speaker.id, speaker.id)
    if speaker.kind == "delegation":
        return speaker.id
    if speaker.kind == "civilian":
        return f"civilian:{speaker.id}" if speaker.id else "civilian"
    return speaker.code


def voices(claims: Sequence[Claim], counts_with: Mapping[str, str] | None = None) -> int:
    """How many voices stand behind claims; those taken back and exercises leave none.

    Whoever is not named may be one of the others, so that they add a voice only where nobody else speaks: an unnamed
    civilian beside no other civilian, somebody unknown beside nobody at all.
    """
    heard = {_voice(claim, counts_with) for claim in claims if claim.stands and not claim.is_drill}
    if any(voice.startswith("civilian:") for voice in heard):
        heard.discard("civilian")
    if len(heard) > 1:
        heard.discard("not_said")
    return len(heard)


def _voice(claim: Claim, counts_with: Mapping[str, str] | None) -> str:
    """Whose voice a claim is: what a side's post says is that side's."""
    if claim.speaker.kind == "post" and claim.claimed_by:
        return (counts_with or {}).get(claim.claimed_by, claim.claimed_by)
    return voice_of(claim.speaker, counts_with)
