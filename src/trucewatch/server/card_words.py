"""What the cards of our own sources say of delay and blind spots, for readers of other languages.

The cards stand in `sources/`, which knows no language; a test holds that each of their sentences is here. A card that
is not ours is shown in its own words.
"""

from __future__ import annotations

from typing import Final

from trucewatch.locale import Words, mark

SENTENCES: Final = (
    mark("12 hours after the period unless the row states known_at"),
    mark("what the issuer does not count or does not publish; figures are one body's claim and cannot be re-counted"),
    mark("one day unless the list states known_at or the source sets delay_hours; 31 days for ucdp_ged"),
    mark("what nobody reported; a list counts claims, not events; places are often a town's centre or a district's"),
    mark("about 3 hours after the pass for near-real-time rows; 2 to 3 months for the standard rows that replace them"),
    mark(
        "nothing between passes, under thick cloud or smoke, or below the pixel's threshold; field burning, "
        "industry and sun glint look alike; a pixel is 375 m to several km wide and says nothing of cause or "
        "author"
    ),
    mark("as each row's known_at says; a row without one counts as known when the event ended"),
    mark("those of the means that each row names; the file itself does not say what nobody watched"),
)


def is_translated(text: str) -> bool:
    """Whether a card's sentence is one of ours."""
    return text in SENTENCES


def card_words(text: str, words: Words) -> str:
    """A card's sentence in the reader's language; as it stands where it is not ours."""
    return words.gettext(text) if is_translated(text) else text
