"""Colours from the tokens: contrast by WCAG 2.2, and outcomes that stay apart in three kinds of colour blindness.

Matrices: Machado, Oliveira, Fernandes, "A physiologically-based model for simulation of color vision deficiency", IEEE
TVCG 15(6), 2009, full strength, on linear RGB; difference: CIELAB 1976 under D65.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from trucewatch.desks.map.map_symbols import tokens

Floats = npt.NDArray[np.float64]
TEXT = ("ink", "ink-2", "ink-3", "accent", "inconsistent", "undetermined-text", "consistent-text", "na-text")
GRAPHICS = ("line-strong", "undetermined", "consistent", "na")
SOFT = {
    "inconsistent": "inconsistent-soft",
    "undetermined-text": "undetermined-soft",
    "consistent-text": "consistent-soft",
    "na-text": "na-soft",
    "ink": "accent-soft",
    "on-accent": "accent",
}
OUTCOMES = ("inconsistent", "undetermined", "consistent", "na")
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
LEAST_APART = {"light": 24.5, "dark": 16.5}


def linear(colour: str) -> Floats:
    """Linear RGB, 0 to 1, of `#RRGGBB`."""
    part = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    bright, dark = sorted((float(weights @ linear(first)), float(weights @ linear(second))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def lab(rgb: Floats) -> Floats:
    xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    ) @ np.clip(rgb, 0, 1)
    share = xyz / np.array([0.95047, 1.0, 1.08883])
    root = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_signs_have_contrast_on_every_ground(theme: str) -> None:
    colours = tokens(theme)
    for ground in ("surface", "page"):
        for name in TEXT:
            assert contrast(colours[name], colours[ground]) >= 4.5, f"{name} on {ground}"
        for name in GRAPHICS:
            assert contrast(colours[name], colours[ground]) >= 3, f"{name} on {ground}"
    for name, ground in SOFT.items():
        assert contrast(colours[name], colours[ground]) >= 4.5, f"{name} on {ground}"
    for name in OUTCOMES:
        assert contrast(colours[name], colours["map-land"]) >= 3, f"{name} on the map"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_outcomes_stay_apart_for_who_sees_colours_otherwise(theme: str) -> None:
    colours = tokens(theme)
    for blindness, matrix in BLINDNESS.items():
        for first, second in combinations(OUTCOMES, 2):
            apart = float(np.linalg.norm(lab(matrix @ linear(colours[first])) - lab(matrix @ linear(colours[second]))))
            assert apart >= LEAST_APART[theme], f"{first} and {second}, {blindness}: {apart:.1f}"


def test_the_measures_are_those_of_their_standards() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert lab(np.ones(3)) == pytest.approx([100, 0, 0], abs=0.02)
    for matrix in BLINDNESS.values():
        assert matrix.sum(axis=1) == pytest.approx(1, abs=1e-4)


def test_both_themes_know_every_token() -> None:
    assert set(tokens("light")) == set(tokens("dark"))


FLAGS = {
    "AM": ("#D90012", "#0033A0", "#F2A800"),
    "AZ": ("#00B5E2", "#EF3340", "#509E2F"),
}
"""The parties' colours of the reference watch, as their flags are usually drawn. No code knows them."""
ALIKE_DEG = 25.0
"""Two colours of less difference in hue (CIELAB) are taken for one by a reader who knows the flag."""
LEAST_CHROMA = 15.0


def hue_of(colour: str) -> tuple[float, float]:
    """Hue in degrees and chroma in CIELAB."""
    _, green_red, blue_yellow = lab(linear(colour))
    return float(np.degrees(np.arctan2(blue_yellow, green_red)) % 360), float(np.hypot(green_red, blue_yellow))


def worn(outcomes: list[str], flag: tuple[str, ...]) -> set[str]:
    """Which colours of a flag the colours of the outcomes come near."""
    close = set()
    for colour in outcomes:
        hue, chroma = hue_of(colour)
        for part in flag:
            apart = abs(hue - hue_of(part)[0])
            if chroma >= LEAST_CHROMA and min(apart, 360 - apart) < ALIKE_DEG:
                close.add(part)
    return close


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("party", sorted(FLAGS))
def test_no_two_outcomes_side_by_side_make_a_partys_flag(theme: str, party: str) -> None:
    """Tiles, strips and legends set the outcomes' colours side by side: of no flag more than one may come of it."""
    colours = tokens(theme)
    assert len(worn([colours[name] for name in OUTCOMES], FLAGS[party])) <= 1
    texts = ("inconsistent", "undetermined-text", "consistent-text", "na-text")
    assert len(worn([colours[name] for name in texts], FLAGS[party])) <= 1


def test_a_palette_that_wears_a_flag_is_seen() -> None:
    assert len(worn(["#C8102E", "#F0A500", "#1040A0"], FLAGS["AM"])) == 3
    assert len(worn(["#C8102E", "#2E8FB5"], FLAGS["AZ"])) == 2
