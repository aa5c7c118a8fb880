"""Books of agreements: how often voices that agree answer to nothing."""

from __future__ import annotations

from typing import Final

import numpy as np

from trucewatch.fusion.books import prior_agreement
from trucewatch.fusion.existence import Evidence, chance_of, logit_of
from trucewatch.fusion.likeliest import WORDS, likeliest
from trucewatch.geo.arrays import Mask
from trucewatch.model.calibration import PairBook
from trucewatch.model.observation import MEANS

_PAIR_WEIGHT: Final = 8.0  # as many agreements as the prior counts for
_ALONE_WEIGHT: Final = 3.0  # the same for those that nobody else bears out


def pair_books(evidence: Evidence) -> tuple[PairBook, ...]:
    """One book a kind of agreement, from all events in which voices agree so. `borne_out`: where others spoke besides.

    How many agreements that answer to an event others have missed is estimated from how often people's words and other
    devices speak of the same ones: captured by each, and by both. What stands alone beyond that answers to nothing.
    Loud events are noticed by all, so the estimate is low: it is raised by _HETEROGENEITY, and as unsure as that.
    Source: Chapman (1951), Univ. Calif. Publ. Stat. 1, 131, for the estimate and its variance.
    """
    voices = evidence.of_voices
    speaks = np.zeros((len(evidence.voices), len(MEANS)), dtype=np.bool_)
    speaks[voices.group_of, voices.means] = True
    books: list[PairBook] = []
    false_of: dict[str, tuple[float, int]] = {}
    # Two voices of one means before three, and three before four: a cause that reaches many reaches fewer too.
    for kind in sorted(evidence.kinds, key=lambda kind: (kind.endswith("four"), kind.endswith("three"), kind)):
        number = evidence.kinds.index(kind)
        pair = [MEANS.index(word) for word in kind.split(" / ") if word in MEANS]
        agreed, within = evidence.agreement == number, evidence.within == number
        own = agreed | (within if len(pair) < 2 else speaks[:, pair].all(axis=1) & (evidence.sources > 2))
        besides = own & (evidence.sources > (1 if len(pair) < 2 else 2))
        alone = own & ~besides
        others = speaks.copy()
        others[:, pair] = False
        told, sensed = own & others[:, WORDS].any(axis=1), own & np.delete(others, WORDS, axis=1).any(axis=1)
        events, stand = int(own.sum()), int(alone.sum())
        missed, missed_sd = _missed_by_both(
            int(told.sum()), int(sensed.sum()), int((told & sensed).sum()), stand, events
        )
        seldom = 1.0 - prior_agreement(kind)
        believed = np.array([seldom * _PAIR_WEIGHT + _SELDOM * events])
        of_fewer, fewer = false_of.get(kind.split(" / ")[0], (0.0, 0))
        if kind.endswith(tuple(_MORE)) and fewer:
            believed = np.maximum(believed, _REACHES_MORE * of_fewer / fewer * events)
        most, data = np.array([float(stand)]), np.array([stand - missed])
        false = (
            float(likeliest(believed, most, data, np.array([missed_sd]), 1.0, 1.0)[0]) if stand else float(believed[0])
        )
        if len(pair) < 2:
            so_far = (0.0, 0) if kind.endswith(tuple(_MORE)) else (of_fewer, fewer)
            false_of[kind.split(" / ")[0]] = (so_far[0] + false, so_far[1] + events)
        share = 1.0 - (false + 0.05) / (stand + _ALONE_WEIGHT)
        share = float(np.clip(share, 0.02, 0.9995))
        chance = float(np.clip(1.0 - false / (events + _ALONE_WEIGHT), 0.02, 0.9999))
        books.append(
            PairBook(
                kind=kind,
                events=events,
                borne_out=int(besides.sum()),
                answers=chance,
                answers_sd=float(np.sqrt(chance * (1.0 - chance) / (events + _PAIR_WEIGHT + 1.0))),
                alone_answers=share,
                alone_logit=_balance_pairs(evidence, alone, share),
            )
        )
    return tuple(sorted(books, key=lambda book: book.kind))


def _missed_by_both(told: int, sensed: int, both: int, stand: int, events: int) -> tuple[float, float]:
    """How many true agreements of a kind neither people nor other devices spoke of, and one standard deviation."""
    whole = (told + 1.0) * (sensed + 1.0) / (both + 1.0) - 1.0
    variance = (told + 1.0) * (sensed + 1.0) * (told - both) * (sensed - both) / ((both + 1.0) ** 2 * (both + 2.0))
    missed = max(whole - (told + sensed - both), 0.0)
    spread = _HETEROGENEITY_SD * missed
    # Of few that both spoke of next to nothing is known.
    unknown = 1.2 * stand / np.sqrt(1.0 + both)
    # Some events are of a kind or at a place where nobody else could notice.
    unlike = _UNLIKE_EVENTS * events
    variance = _HETEROGENEITY**2 * variance + spread**2 + unknown**2 + unlike**2 + 1.0
    return _HETEROGENEITY * missed, float(np.sqrt(variance))


_UNLIKE_EVENTS: Final = 0.07
_HETEROGENEITY, _HETEROGENEITY_SD = 1.9, 0.6
"""By how much the number that neither noticed is larger than the estimate, where some events are louder than others;
from simulated days on which every agreement answers to an event (tuning seeds)."""
_MORE: Final = ("three", "four")
_REACHES_MORE: Final = 0.2
"""The share of causes that reach so many devices of a means which reach one more [A]."""
_SELDOM: Final = 0.0007
"""The share of agreements that answer to nothing, before anything is learnt from the record [A]."""


def _balance_pairs(evidence: Evidence, alone: Mask, share: float) -> float:
    """The log-odds with which these agreements have the mean chance `share`; by bisection."""
    by_chance, by_cause = evidence.by_chance[alone], evidence.by_cause[alone]
    if not len(by_cause):
        return float(logit_of(np.array(share)))
    low, high = -12.0, 12.0
    for _ in range(30):
        middle = (low + high) / 2
        mean = float(chance_of(-np.logaddexp(by_chance, by_cause - middle)).mean())
        low, high = (middle, high) if mean < share else (low, middle)
    usual = float(logit_of(np.array(share)))
    # Silence that all of them share is no reason to be surer of them than of their kind.
    return float(np.clip((low + high) / 2, usual - 2.0, usual))
