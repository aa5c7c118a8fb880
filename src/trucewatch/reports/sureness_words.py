"""How sure it is that an incident happened, in words: a number where several voices agree, none where one speaks
alone."""

from __future__ import annotations

from typing import Final

from trucewatch.locale import Words, mark
from trucewatch.model.rounding import probability

ALONE: Final = {
    "nearly_all": (
        mark("one independent source, borne out by no other; nearly all such reports are right"),
        mark("alone; nearly all right"),
    ),
    "most": (
        mark("one independent source, borne out by no other; most such reports are right"),
        mark("alone; most are right"),
    ),
    "half": (
        mark("one independent source, borne out by no other; about half of such reports are right"),
        mark("alone; half are right"),
    ),
    "some": (
        mark("one independent source, borne out by no other; fewer than half of such reports are right"),
        mark("alone; some are right"),
    ),
    "few": (
        mark("one independent source, borne out by no other; few such reports are right"),
        mark("alone; few are right"),
    ),
    "not_learnt": (
        mark("one independent source, borne out by no other; it is not known yet how often such reports are right"),
        mark("alone; not known"),
    ),
}
"""What is said of one voice that nobody bears out, in a sentence and in a cell: two decimals would say more than is
known. A report is right if it answers to an event of its own; such reports: those of its giver of which as much speaks
for and against them."""
_BANDS: Final = ((0.85, "nearly_all"), (0.6, "most"), (0.4, "half"), (0.15, "some"), (0.0, "few"))


def alone_band(happened: float | None, alone: str) -> str:
    """Which of ALONE an incident has; empty where several voices agree, or nothing was weighed.

    alone: as in INCIDENT_SCHEMA.
    """
    if happened is None or not alone:
        return ""
    return alone if alone == "not_learnt" else next(name for least, name in _BANDS if happened >= least)


def sureness_words(happened: float | None, band: str, words: Words) -> str:
    """How sure it is that it happened: `happened 0.97`; of one voice words; nothing where nothing was weighed."""
    if band in ALONE:
        return words.gettext(ALONE[band][0])
    if happened is None:
        return ""
    return words.gettext("happened {probability}").format(probability=probability_words(happened, words))


def sureness_in_brief(happened: float | None, band: str, words: Words) -> str:
    """The same for a cell: `0.97`, `alone; most are right`, a dash."""
    return words.gettext(ALONE[band][1]) if band in ALONE else probability_words(happened, words)


def probability_words(value: float | None, words: Words) -> str:
    """`0.97`, `> 0.99`, `< 0.01`; a dash where there is none."""
    if value is None:
        return "–"
    rounded = probability(value)
    if rounded == probability(1.0):
        return f"> {words.fixed(0.99, 2)}"
    return f"< {words.fixed(0.01, 2)}" if rounded == probability(0.0) else words.fixed(rounded, 2)
