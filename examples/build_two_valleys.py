"""Writes the made parts of examples/two-valleys again: map, links, registers, inbox and truth.

The rest of it is by hand: the TOML files, texts/ and statements/.

    python examples/build_two_valleys.py [FOLDER]

The same seed gives the same bytes; tests/test_example_two_valleys.py holds the committed files to that.
"""

from __future__ import annotations

import sys
from pathlib import Path

from trucewatch.simulate.example.country import draw_country, read_country
from trucewatch.simulate.example.days import simulate_days
from trucewatch.simulate.example.drawn_links import links_geojson
from trucewatch.simulate.example.inbox_files import inbox_files, register_files, truth_csv
from trucewatch.simulate.example.map_files import basemap_geojson, zones_geojson
from trucewatch.simulate.example.parameters import read_parameters

SEED = 2031


def example_files(seed: int = SEED) -> dict[str, bytes]:
    """Name below the watch → bytes, of every file that is made."""
    country = read_country()
    drawn = draw_country(country)
    truth, deliveries = simulate_days(read_parameters(), seed)
    return {
        "zones.geojson": zones_geojson(country, drawn),
        "basemap.geojson": basemap_geojson(country, drawn),
        "links.geojson": links_geojson(country),
        "truth.csv": truth_csv(truth),
        **register_files(deliveries),
        **inbox_files(deliveries),
    }


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "two-valleys"
    for name, content in example_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(f"{path}  {len(content):,} bytes")


if __name__ == "__main__":
    main()
