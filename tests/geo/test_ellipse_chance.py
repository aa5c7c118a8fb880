"""The chance that a place lies within a radius of its ellipse's centre."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from trucewatch.geo.ellipse import chance_within


def chance(semi_major_m: float, semi_minor_m: float) -> float:
    (value,) = chance_within(1000.0, np.array([semi_major_m]), np.array([semi_minor_m]))
    return float(value)


def test_a_long_narrow_ellipse_is_no_circle_of_the_same_area() -> None:
    """4,000 × 50 m: a circle of that area has 1 - exp(-1000² / (2 × 4000 × 50)) = 0.918 within 1 km; of the ellipse it
    is nearly the normal mass within a quarter of a sigma of the long axis, 0.197."""
    assert 1 - np.exp(-(1000.0**2) / (2 * 4000.0 * 50.0)) == pytest.approx(0.918, abs=5e-4)
    assert chance(4000.0, 50.0) == pytest.approx(0.197, abs=5e-4)


@pytest.mark.parametrize("sigma", [1.0, 30.0, 200.0, 500.0, 1000.0, 5000.0, 1e6])
def test_of_a_circle_it_is_the_rayleigh_distribution(sigma: float) -> None:
    assert chance(sigma, sigma) == pytest.approx(-np.expm1(-(1000.0**2) / (2 * sigma**2)), abs=1e-9)


def test_of_any_ellipse_it_is_the_mean_over_all_directions() -> None:
    """In a direction t of the standardised plane 1 - exp(-r² / 2 (a² cos² t + b² sin² t)) of the mass is within r."""
    rng = np.random.default_rng(7)
    axes = 10.0 ** rng.uniform(1.0, 5.0, (60, 2))
    major, minor = axes.max(axis=1), axes.min(axis=1)
    for value, a, b in zip(chance_within(1000.0, major, minor).tolist(), major.tolist(), minor.tolist(), strict=True):

        def reached(t: float, a: float = a, b: float = b) -> float:
            return float(-np.expm1(-(1000.0**2) / (2 * ((a * np.cos(t)) ** 2 + (b * np.sin(t)) ** 2))))

        edge = np.pi / 2 - min(1000.0 / a, 1.5)
        mean = quad(reached, 0, np.pi / 2, points=[edge], limit=400, epsabs=1e-11)[0] * 2 / np.pi
        assert value == pytest.approx(mean, abs=1e-6)


def test_it_is_the_share_of_points_drawn_from_the_ellipse() -> None:
    drawn = np.random.default_rng(3).standard_normal((400_000, 2))
    for major, minor in [(4000.0, 50.0), (1500.0, 400.0), (700.0, 600.0)]:
        share = float((np.hypot(drawn[:, 0] * major, drawn[:, 1] * minor) <= 1000.0).mean())
        assert chance(major, minor) == pytest.approx(share, abs=0.003)  # four standard errors


def test_without_an_ellipse_it_is_nothing_and_of_a_point_certain() -> None:
    axes = np.array([np.nan, np.inf, 0.0])
    assert chance_within(1000.0, axes, axes).tolist() == pytest.approx([0.0, 0.0, 1.0])
    assert chance_within(1000.0, np.zeros(0), np.zeros(0)).shape == (0,)
