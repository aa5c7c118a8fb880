"""Signs that would cover one another → places beside one another, each a short way from its own. Pixels throughout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trucewatch.reports.drawing import Box

_ROUNDS = 80
_GOLDEN_ANGLE = 2.399963
"""Signs at the very same place leave it in directions that are as different as can be."""


def spread(
    places: Sequence[tuple[float, float]], *, apart: float, at_most: float, window: Box
) -> list[tuple[float, float]]:
    """A place for each sign: at least `apart` from the others where `at_most` from its own allows it, inside the
    window.

    A sign that touches no other stays where it is. The same places in the same order give the same result.

    >>> spread([(10.0, 10.0), (50.0, 10.0)], apart=20, at_most=30, window=Box(0, 0, 99, 99))
    [(10.0, 10.0), (50.0, 10.0)]
    """
    own = np.array(places, dtype=float).reshape(-1, 2)
    if len(own) < 2 or not touching(places, apart=apart):
        return list(places)
    turn = np.arange(len(own)) * _GOLDEN_ANGLE
    nudge = np.column_stack([np.cos(turn), np.sin(turn)]) * 0.01
    now = own.copy()
    for _ in range(_ROUNDS):
        away = now[:, None, :] - now[None, :, :] + (nudge[:, None, :] - nudge[None, :, :])
        gap = np.hypot(away[..., 0], away[..., 1])
        np.fill_diagonal(gap, np.inf)
        missing = np.clip(apart - gap, 0.0, None)
        if missing.max() < 0.05:
            break
        now = now + (away / np.maximum(gap, 1e-9)[..., None] * (missing * 0.5)[..., None]).sum(axis=1)
        now = _inside(own, now, at_most, window)
    moved = np.hypot(*(now - own).T) > 0.5
    return [
        (round(float(new[0]), 2), round(float(new[1]), 2)) if moves else old
        for old, new, moves in zip(places, now, moved, strict=True)
    ]


def touching(places: Sequence[tuple[float, float]], *, apart: float) -> int:
    """How many signs lie nearer than `apart` to another one."""
    spots = np.array(places, dtype=float).reshape(-1, 2)
    if len(spots) < 2:
        return 0
    gap = np.hypot(spots[:, None, 0] - spots[None, :, 0], spots[:, None, 1] - spots[None, :, 1])
    np.fill_diagonal(gap, np.inf)
    return int((gap.min(axis=1) < apart).sum())


def _inside(own: NDArray[np.float64], now: NDArray[np.float64], at_most: float, window: Box) -> NDArray[np.float64]:
    step = now - own
    length = np.hypot(step[:, 0], step[:, 1])
    limited = own + step * np.minimum(1.0, at_most / np.maximum(length, 1e-9))[:, None]
    # a place outside the window is drawn at its edge by nobody: such signs are left out before this
    return np.clip(limited, [window.left, window.top], [window.right, window.bottom])
