"""Scores as one picture, our own SVG: F1 a density and method, coverage by number of means, reliability of
"happened"."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from trucewatch.evaluate.score import MEANS_CELLS, Calibration, Score, Share
from trucewatch.evaluate.score_table import Scores
from trucewatch.svg import element, named, px, rect, text, text_element, upright_bar

WIDTH, HEIGHT = 920.0, 330.0
_TOP, _BASE, _HIGH = 58.0, 262.0, 204.0
_FILLS = ("#1b4b72", "#7fa7c4", "#b9a46a", "#8a8a8a", "#c9c9c9")
_INK, _FAINT, _BAND = "#222222", "#bbbbbb", "#e7efe4"


def draw_scores(scores: Scores, *, chosen: str, pooled: Score | None = None) -> str:
    """The picture. `chosen` is the method whose coverage and reliability are shown; `pooled` is its score over all
    densities.

    Every number stands in the picture too, and all of them in its text alternative.
    """
    detail = pooled or next(score for (_, method), score in scores.items() if method == chosen)
    summary = "; ".join(f"{density}, {method}: F1 {score.f1:.3f}" for (density, method), score in scores.items())
    summary += f". {chosen}, in the 95 % ellipse by number of means: " + ", ".join(
        f"{name}: {100 * cell.value:.1f} % of {cell.n}"
        for name, cell in zip(MEANS_CELLS, detail.coverage, strict=True)
        if cell.n
    )
    if detail.calibration.n:
        summary += f". Expected calibration error {detail.calibration.ece:.3f} over {detail.calibration.n} incidents"
    parts = [
        _bars(scores, 30.0, 370.0),
        *_coverage(detail.coverage, 440.0, 210.0),
        *_reliability(detail.calibration, 700.0),
    ]
    picture = element(
        "svg",
        text_element("desc", summary),
        element("rect", width=WIDTH, height=HEIGHT, fill="white"),
        _text(30, 22, "Simulated days with known truth", size=14),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        **named("Simulated days: how well incidents are found"),
        font_family="system-ui, sans-serif",
        font_size=11,
    )
    return picture + "\n"


def _bars(scores: Scores, left: float, wide: float) -> str:
    """F1: a group of bars a density, one a method."""
    densities = list(dict.fromkeys(density for density, _ in scores))
    methods = list(dict.fromkeys(method for _, method in scores))
    group = wide / max(1, len(densities))
    bar = group * 0.86 / max(1, len(methods))
    parts = [_text(left, 44, "F1 of incidents"), _line(left, _BASE, left + wide, _BASE)]
    for place, density in enumerate(densities):
        x = left + place * group
        for number, method in enumerate(methods):
            if (density, method) not in scores:
                continue
            value = scores[density, method].f1
            high = 0.0 if isnan(value) else value * _HIGH
            fill = _FILLS[number % len(_FILLS)]
            parts.append(upright_bar(x + number * bar, _BASE, bar * 0.9, high, fill=fill))
            parts.append(_text(x + (number + 0.45) * bar, _BASE - high - 4, f"{value:.2f}", anchor="middle", size=9))
        parts.append(_text(x + group * 0.43, _BASE + 15, density, anchor="middle"))
    step = (wide + 30) / 3
    for number, method in enumerate(methods):
        x, y = left + number % 3 * step, _BASE + 28 + number // 3 * 16
        parts.append(rect(px(x), px(y), "9.0", "9.0", fill=_FILLS[number % len(_FILLS)]))
        parts.append(_text(x + 13, y + 9, method, size=10))
    return "".join(parts)


def _coverage(cells: Sequence[Share], left: float, wide: float) -> list[str]:
    """The share of truths in the 95 % ellipse with its interval, from 80 to 100 % (hollow: below); the band asked for
    behind."""

    def height(value: float) -> float:
        return _BASE - (min(max(value, 0.8), 1.0) - 0.8) / 0.2 * _HIGH

    step = wide / len(cells)
    parts = [
        _text(left, 44, "Truth in the 95 % ellipse, by means"),
        upright_bar(left, height(0.93), wide, height(0.93) - height(0.97), fill=_BAND),
        _line(left, height(0.95), left + wide, height(0.95), dashed=True),
        _line(left, _BASE, left + wide, _BASE),
        *(_text(left - 4, height(at) + 4, f"{100 * at:.0f} %", anchor="end", size=9) for at in (0.8, 0.9, 0.95, 1.0)),
    ]
    for place, (name, cell) in enumerate(zip(MEANS_CELLS, cells, strict=True)):
        x = left + (place + 0.5) * step
        parts.append(_text(x, _BASE + 15, name, anchor="middle"))
        parts.append(_text(x, _BASE + 29, f"n {cell.n}", anchor="middle", size=9))
        if cell.n:
            low, high = cell.interval
            parts.append(_line(x, height(low), x, height(high), colour=_INK))
            parts.append(_dot(x, height(cell.value), hollow=cell.value < 0.8))
            parts.append(_text(x + 6, height(cell.value) - 4, f"{100 * cell.value:.1f}", size=9))
    return parts


def _reliability(calibration: Calibration, left: float) -> list[str]:
    """How often it was so, against what was said; on the diagonal both agree."""
    side = _HIGH
    parts = [
        _text(left, 44, "“Happened”: said (→) and was (↑)"),
        _line(left, _BASE, left + side, _BASE),
        _line(left, _BASE, left, _BASE - side),
        _line(left, _BASE, left + side, _BASE - side, dashed=True),
        *(_text(left + at * side, _BASE + 15, f"{at:g}", anchor="middle", size=9) for at in (0, 0.5, 1)),
        *(_text(left - 5, _BASE - at * side + 4, f"{at:g}", anchor="end", size=9) for at in (0.5, 1)),
    ]
    for cell in calibration.bins:
        low, high = cell.was.interval
        x = left + cell.stated * side
        parts.append(_line(x, _BASE - low * side, x, _BASE - high * side, colour=_INK))
        parts.append(_dot(x, _BASE - cell.was.value * side))
    if calibration.n:
        words = f"calibration error {calibration.ece:.3f}, Brier {calibration.brier:.3f}, n {calibration.n}"
        parts.append(_text(left, _BASE + 41, words, size=10))
    else:
        parts.append(_text(left + 20, _BASE - side / 2, "nothing said"))
    return parts


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: float = 11) -> str:
    return text(px(x), px(y), words, anchor=anchor, font_size=size, fill=_INK)


def _line(x: float, y: float, to_x: float, to_y: float, *, dashed: bool = False, colour: str = _FAINT) -> str:
    path = f"M{px(x)} {px(y)}L{px(to_x)} {px(to_y)}"
    return element("path", d=path, stroke=colour, stroke_dasharray="4 3" if dashed else None)


def _dot(x: float, y: float, *, hollow: bool = False) -> str:
    fill, stroke = ("white", _FILLS[0]) if hollow else (_FILLS[0], None)
    return element("circle", cx=px(x), cy=px(y), r=3, fill=fill, stroke=stroke)
