"""Writes the made parts of examples/two-valleys-aid again: the map of the invented island, without line and belts.

The rest of it is by hand: the TOML files.

    python examples/build_two_valleys_aid.py [FOLDER]

It draws the island that examples/build_two_valleys.py draws; tests/test_example_two_valleys_aid.py holds the committed
files to it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from trucewatch.simulate.example.country import draw_country, read_country
from trucewatch.simulate.example.map_files import basemap_geojson, zones_geojson
from trucewatch.simulate.files import geojson_bytes

ZONE_KINDS: Final = ("area", "region")
"""The island and its districts. Where weapons stand, and the line between the sides, are the centre's."""


def example_files() -> dict[str, bytes]:
    """Name below the watch → bytes, of every file that is made."""
    country = read_country()
    drawn = draw_country(country)
    zones = json.loads(zones_geojson(country, drawn))["features"]
    features = [zone for zone in zones if zone["properties"]["kind"] in ZONE_KINDS]
    return {
        "zones.geojson": geojson_bytes(features, simulated=True, note=country.credit),
        "basemap.geojson": basemap_geojson(country, drawn),
    }


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "two-valleys-aid"
    for name, content in example_files().items():
        (folder / name).write_bytes(content)
        print(f"{folder / name}  {len(content):,} bytes")


if __name__ == "__main__":
    main()
