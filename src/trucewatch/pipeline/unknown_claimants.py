"""Claimants that a watch does not know, and that are written much like one that it knows."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from trucewatch.messages import Message
from trucewatch.model.claims import NOBODY, folded_name, looks_like, party_words, voice_words
from trucewatch.model.watch import Watch


def unknown_claimants(texts: Collection[str], watch: Watch) -> list[Message]:
    """Claimants who are no party of the watch and written much like one: taken for another body, and said."""
    parties = party_words(watch.agreement)
    bodies = voice_words(watch.agreement)
    named = {part.strip() for text in texts for part in text.split(";")} - {""}
    others = sorted(name for name in named if folded_name(name) not in bodies)
    warnings = []
    for name in others:
        near = difflib.get_close_matches(folded_name(name), parties, n=1, cutoff=0.75)
        alike = [word for word in parties if word == looks_like(name)]
        if folded_name(name) in NOBODY:
            warnings.append(
                Message('claimed_by "{name}" names nobody; leave it empty, or say who says so', name=name[:60])
            )
        elif near or alike:
            warnings.append(
                Message(
                    'claimed_by "{name}" is taken for another body; if it means {party}, correct it',
                    name=name[:60],
                    party=parties[(alike or near)[0]],
                )
            )
    return warnings
