"""What the engine says of a file of real satellite fires, as the page and the picture that docs/real-fires.md shows.

    python benchmarks/real_fires.py FIRES.csv

FIRES.csv: a FIRMS delivery, as the 8,097 rows of S-NPP over Ukraine that the page names. Nothing here is scored: nobody
knows what burnt. Writes docs/img/real-fires.svg, and the lines between the two marks of docs/real-fires.md, so that
both can be made anew after a change of the engine. The file itself stays where it is.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.heat_signs import read_heat_signs
from trucewatch.fusion.measurements import prepare_reports
from trucewatch.model.batch import Origin, ReadingContext
from trucewatch.model.ids import sha256_of
from trucewatch.model.watch import AssociationRule, SourceSetting
from trucewatch.sources import firms
from trucewatch.svg import element, named, px, rect, text, text_element, upright_bar

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
PAGE, PICTURE = DOCS / "real-fires.md", DOCS / "img" / "real-fires.svg"
BEGIN, END = "<!-- made by benchmarks/real_fires.py -->", "<!-- to here -->"

CLASSES: Final = ("farm_fire", "fire", "industry", "gas_flare")
WORDS: Final = {
    "farm_fire": "farm fire",
    "fire": "fire between the sides",
    "industry": "industry",
    "gas_flare": "gas flare",
}
DAYS: Final = ((0, 0, "none"), (1, 3, "1 to 3"), (4, 15, "4 to 15"), (16, 999, "16 and more"))
"""Bands of other days on which a place was hot: first, last, in words."""
CHANCES: Final = ((0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01))
SQUARE_DEG: Final = 0.5
PASS: Final = 60
"""Pixels of one sensor in one hour that no device on the ground would send without being out of order."""


@dataclass(frozen=True)
class RealFires:
    """Rows and incidents of a file; what each incident's pixels show: by day, and on how many other days on average."""

    pixels: pa.Table
    incidents: list[dict[str, Any]]
    by_day: Mapping[str, bool]
    other_days: Mapping[str, float]

    def chance(self, incident: Mapping[str, Any], name: str) -> float:
        stated = dict(zip(incident["classes"], incident["class_probabilities"], strict=True))
        return float(stated.get(name, 0.0))


def read_fires(path: Path) -> pa.Table:
    """The file as observations, sorted by id, one row each."""
    origin = Origin(evidence_sha256=sha256_of(path.read_bytes()), file=path.name, received_at=datetime.now(tz=UTC))
    source = SourceSetting(id="fires", adapter="firms", files=())
    table = pa.concat_tables([batch.observations for batch in firms.read(path, origin, source, ReadingContext())])
    ids, first = np.unique(table["observation_id"].to_numpy(zero_copy_only=False), return_index=True)
    return table.take(pa.array(first)) if len(ids) else table


def judge_fires(pixels: pa.Table) -> RealFires:
    """Incidents by the shipped settings, without register and notices."""
    signs = read_heat_signs(pixels, prepare_reports(pixels))
    row_of = {name: row for row, name in enumerate(pixels["observation_id"].to_pylist())}
    incidents = fuse_observations(pixels, rule=AssociationRule()).to_pylist()
    by_day, other_days = {}, {}
    for incident in incidents:
        rows = [row_of[name] for name in incident["members"]]
        by_day[incident["incident_id"]] = bool(signs.by_day[rows].mean() >= 0.5)
        other_days[incident["incident_id"]] = float(signs.other_days[rows].mean())
    return RealFires(pixels, incidents, by_day, other_days)


def bands_of(fires: RealFires) -> list[tuple[str, list[dict[str, Any]]]]:
    """Incidents by day or night and other days, in words."""
    return [
        (
            f"{'day' if day else 'night'}, {words}",
            [
                incident
                for incident in fires.incidents
                if fires.by_day[incident["incident_id"]] == day
                and first <= round(fires.other_days[incident["incident_id"]]) <= last
            ],
        )
        for day in (True, False)
        for first, last, words in DAYS
    ]


def _mean(fires: RealFires, incidents: Sequence[Mapping[str, Any]], name: str) -> float:
    return sum(fires.chance(incident, name) for incident in incidents) / max(len(incidents), 1)


def largest_passes(pixels: pa.Table) -> tuple[int, int, int]:
    """Hours of one sensor with PASS pixels or more, how many pixels stand in them, and the most in one."""
    hours = pixels["occurred_start"].cast(pa.int64()).to_numpy() // 3_600_000_000
    counts = Counter(zip(pixels["sensor"].to_pylist(), hours.tolist(), strict=True))
    large = [many for many in counts.values() if many >= PASS]
    return len(large), sum(large), max(counts.values(), default=0)


def write_lines(fires: RealFires) -> str:
    """The figures of the page."""
    happened = np.array([incident["happened"] for incident in fires.incidents])
    passes, inside, most = largest_passes(fires.pixels)
    first = min(fires.pixels["occurred_start"].to_pylist())
    last = max(fires.pixels["occurred_start"].to_pylist())
    lines = [
        f"{fires.pixels.num_rows:,} pixels from {first:%d %b %Y} to {last:%d %b %Y} are {len(fires.incidents):,} "
        f"incidents. {passes} passes have {PASS} pixels or more in an hour; they hold {inside:,} pixels, the largest "
        f"{most:,}.",
        "",
        "| pixels seen by, and other days on which the place was hot | incidents | "
        + " | ".join(WORDS[name] for name in CLASSES)
        + " |",
        "|---|---:|" + "---:|" * len(CLASSES),
    ]
    for words, incidents in bands_of(fires):
        shares = " | ".join(f"{_mean(fires, incidents, name):.2f}" if incidents else "–" for name in CLASSES)
        lines.append(f"| {words} | {len(incidents):,} | {shares} |")
    lines += [
        "",
        "| `happened` | " + " | ".join(_span(low, high) for low, high in CHANCES) + " |",
        "|---|" + "---:|" * len(CHANCES),
        "| incidents | "
        + " | ".join(f"{int(((happened >= low) & (happened < high)).sum()):,}" for low, high in CHANCES)
        + " |",
    ]
    return "\n".join(lines)


def _span(low: float, high: float) -> str:
    return f"{low:g} to {min(high, 1.0):g}"


WIDTH, HEIGHT = 920.0, 430.0
_FILLS: Final = {"farm_fire": "#b9a46a", "fire": "#a33b2c", "industry": "#1b4b72", "gas_flare": "#7fa7c4"}
_INK, _FAINT = "#222222", "#bbbbbb"
_BASE = 372.0


def draw(fires: RealFires) -> str:
    """The picture: where, what, and how surely; every cell of the map stands for what lies in half a degree."""
    summary = "; ".join(
        f"{words}: {len(incidents)} incidents, "
        + ", ".join(f"{WORDS[name]} {_mean(fires, incidents, name):.2f}" for name in CLASSES)
        for words, incidents in bands_of(fires)
    )
    body = [*_map(fires, 24.0, 56.0), *_bars(fires, 520.0), *_surely(fires, 520.0)]
    body += _legend(24.0, HEIGHT - 32)
    body.append(
        _text(24, HEIGHT - 8, "Data: NASA FIRMS (LANCE, ESDIS). No truth is known: nothing here is a score.", 10)
    )
    return (
        element(
            "svg",
            text_element("desc", summary),
            element("rect", width=WIDTH, height=HEIGHT, fill="white"),
            _text(24, 22, f"What is said of {fires.pixels.num_rows:,} real fire pixels", 14),
            *body,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
            **named("Real satellite fires: where, what they may have been, how surely they happened"),
            font_family="system-ui, sans-serif",
            font_size=11,
        )
        + "\n"
    )


def _map(fires: RealFires, left: float, top: float) -> list[str]:
    """A bar of shares in each half degree, as wide as the root of the number of incidents in it."""
    cells: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for incident in fires.incidents:
        at = (int(np.floor(incident["lon"] / SQUARE_DEG)), int(np.floor(incident["lat"] / SQUARE_DEG)))
        cells.setdefault(at, []).append(incident)
    west, east = min(at[0] for at in cells), max(at[0] for at in cells) + 1
    south, north = min(at[1] for at in cells), max(at[1] for at in cells) + 1
    step = min(470.0 / (east - west), 300.0 / ((north - south) * 1.5))
    most = max(len(incidents) for incidents in cells.values())
    parts = [_text(left, 44, f"Where: a square of {SQUARE_DEG:g}° each, the largest {most} incidents")]
    for (column, row), incidents in sorted(cells.items()):
        # One degree of latitude is about one and a half of longitude here.
        x, y = left + (column - west + 0.5) * step, top + (north - row - 0.5) * step * 1.5
        side = step * (0.2 + 1.2 * (len(incidents) / most) ** 0.5)
        low = y + side / 2
        for name in CLASSES:
            high = side * _mean(fires, incidents, name)
            low -= high
            parts.append(rect(px(x - side / 2), px(low), px(side), px(high), fill=_FILLS[name]))
    for column in range(west, east + 1):
        if column * SQUARE_DEG % 5 == 0:
            x = left + (column - west) * step
            parts.append(_text(x, top + (north - south) * step * 1.5 + 12, f"{column * SQUARE_DEG:g}° E", 9, "middle"))
    for row in range(south, north + 1):
        if row * SQUARE_DEG % 2 == 0:
            parts.append(_text(left - 2, top + (north - row) * step * 1.5 + 3, f"{row * SQUARE_DEG:g}°", 9, "end"))
    return parts


def _bars(fires: RealFires, left: float) -> list[str]:
    """The shares of each class by day or night and other days."""
    base, high, wide = 208.0, 130.0, 370.0
    parts = [_text(left, 44, "What: mean probability, by pass and other hot days there")]
    step = wide / 8
    for number, (words, incidents) in enumerate(bands_of(fires)):
        x, low = left + number * step, base
        for name in CLASSES:
            part = high * _mean(fires, incidents, name)
            low -= part
            parts.append(rect(px(x), px(low), px(step * 0.82), px(part), fill=_FILLS[name]))
        pass_, days = words.split(", ")
        parts.append(_text(x + step * 0.41, base + 12, pass_, 9, "middle"))
        parts.append(_text(x + step * 0.41, base + 23, days.replace(" and more", "+"), 9, "middle"))
        parts.append(_text(x + step * 0.41, base - high - 5, f"{len(incidents):,}", 9, "middle"))
    return parts


def _surely(fires: RealFires, left: float) -> list[str]:
    """How many incidents are held to have happened how surely."""
    happened = np.array([incident["happened"] for incident in fires.incidents])
    counts = [int(((happened >= low) & (happened < high)).sum()) for low, high in CHANCES]
    step = 370.0 / len(counts)
    parts = [_text(left, 258, "How surely: incidents by “happened”")]
    parts.append(element("path", d=f"M{px(left)} {px(_BASE)}h370", stroke=_FAINT))
    for number, (count, (low, high)) in enumerate(zip(counts, CHANCES, strict=True)):
        x, tall = left + number * step, 85.0 * count / max(counts)
        parts.append(upright_bar(x, _BASE, step * 0.82, tall, fill="#8a8a8a"))
        parts.append(_text(x + step * 0.41, _BASE - tall - 4, f"{count:,}", 9, "middle"))
        parts.append(_text(x + step * 0.41, _BASE + 12, _span(low, high), 9, "middle"))
    return parts


def _legend(left: float, y: float) -> list[str]:
    parts, x = [], left
    for name in CLASSES:
        parts += [rect(px(x), px(y - 9), "9.0", "9.0", fill=_FILLS[name]), _text(x + 13, y, WORDS[name], 10)]
        x += 30 + 6.0 * len(WORDS[name])
    return parts


def _text(x: float, y: float, words: str, size: float = 11, anchor: str = "start") -> str:
    return text(px(x), px(y), words, anchor=anchor, font_size=size, fill=_INK)


def main() -> None:
    """Both files anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fires", type=Path, help="a FIRMS delivery: CSV with all columns")
    fires = judge_fires(read_fires(parser.parse_args().fires))
    PICTURE.write_text(draw(fires), "utf-8")
    page = PAGE.read_text("utf-8")
    lines = f"{BEGIN}\n\n{write_lines(fires)}\n\n{END}"
    PAGE.write_text(re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: lines, page, flags=re.DOTALL), "utf-8")
    print(write_lines(fires))


if __name__ == "__main__":
    main()
