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
