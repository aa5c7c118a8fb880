"""Error ellipses: one sigma in metres ↔ covariance matrices in east/north, and outlines of the 95 % ellipse."""

from __future__ import annotations

import numpy as np

from trucewatch.geo.arrays import Floats

SIGMA_TO_95: float = float(np.sqrt(5.991464547107979))
"""Half-axes of the 95 % ellipse are the one-sigma half-axes times √χ²(0.95; 2) = 2.4477."""


def covariance_of(semi_major_m: Floats, semi_minor_m: Floats, azimuth_deg: Floats) -> Floats:
    """East/north covariance, shape (n, 3) as (ee, en, nn) in m², of one-sigma ellipses with their major axis at this
    azimuth."""
    theta = np.radians(azimuth_deg)
    sin, cos = np.sin(theta), np.cos(theta)
    a2, b2 = semi_major_m**2, semi_minor_m**2
    return np.column_stack((a2 * sin**2 + b2 * cos**2, (a2 - b2) * sin * cos, a2 * cos**2 + b2 * sin**2))


def ellipse_of(covariance: Floats) -> tuple[Floats, Floats, Floats]:
    """One-sigma half-axes (m) and the azimuth of the major axis (degrees, 0 ≤ a < 180) of (ee, en, nn), shape (n,
    3)."""
    ee, en, nn = covariance[:, 0], covariance[:, 1], covariance[:, 2]
    middle = (ee + nn) / 2
    spread = np.sqrt(((ee - nn) / 2) ** 2 + en**2)
    azimuth = np.degrees(np.arctan2(2 * en, nn - ee)) / 2
    # The smaller axis of a line is zero; rounding must not make its square negative.
    return np.sqrt(middle + spread), np.sqrt(np.maximum(middle - spread, 0.0)), np.mod(azimuth, 180.0)


def chance_within(radius_m: float, semi_major_m: Floats, semi_minor_m: Floats) -> Floats:
    """The probability that a place lies within so many metres of the centre of its one-sigma ellipse, shape (n,); 0
    where the ellipse is not known or has no end.

    The integral over the major axis of its normal density times the normal mass of the chord across it,
    P = ∫ φ(x / a) / a · erf(√(r² − x²) / (b √2)) dx from −r to r, by Gauss's rule in x = r sin φ, in two parts: where
    half the chord is longer than six b, and the rest. To 1e-9.
    """
    chance = np.zeros(len(semi_major_m))
    known = np.flatnonzero(np.isfinite(semi_major_m) & np.isfinite(semi_minor_m))
    for block in np.array_split(known, len(known) // _BLOCK + 1):
        # In radii; a hundred-thousandth of one is as good as nothing.
        major, minor = (np.maximum(axis[block] / radius_m, 1e-5) for axis in (semi_major_m, semi_minor_m))
        chance[block] = _within_one(major, minor)
    return chance


_BLOCK = 1 << 15


def _within_one(major: Floats, minor: Floats) -> Floats:
    """The same for the radius 1."""
    from scipy.special import erf

    end = np.arcsin(np.minimum(9.0 * major, 1.0))  # beyond nine sigma nothing is left
    part = np.minimum(np.arccos(np.minimum(6.0 * minor, 1.0)), end)
    at, weight = np.polynomial.legendre.leggauss(32)
    total = np.zeros(len(major))
    for low, high in ((np.zeros(len(major)), part), (part, end)):
        half = (high - low)[:, None] / 2
        angle = (high + low)[:, None] / 2 + half * at
        along = np.exp(-((np.sin(angle) / major[:, None]) ** 2) / 2) / (major[:, None] * np.sqrt(2 * np.pi))
        across = erf(np.cos(angle) / (minor[:, None] * np.sqrt(2)))
        total += (weight * half * along * across * np.cos(angle)).sum(axis=1)
    return np.clip(2 * total, 0.0, 1.0)


def outline_95(
    x: Floats, y: Floats, semi_major_m: Floats, semi_minor_m: Floats, azimuth_deg: Floats, *, points: int = 48
) -> Floats:
    """Closed outlines of 95 % ellipses around (x, y), metres: shape (n, points + 1, 2).

    The polygon is drawn around the ellipse, not inside it: no part of the ellipse is left out (half-axes /
    cos(π/points)).
    """
    turn = np.linspace(0.0, 2 * np.pi, points + 1)
    grow = SIGMA_TO_95 / np.cos(np.pi / points)
    along = (semi_major_m * grow)[:, None] * np.cos(turn)
    across = (semi_minor_m * grow)[:, None] * np.sin(turn)
    theta = np.radians(azimuth_deg)[:, None]
    east = x[:, None] + along * np.sin(theta) + across * np.cos(theta)
    north = y[:, None] + along * np.cos(theta) - across * np.sin(theta)
    return np.stack((east, north), axis=-1)
