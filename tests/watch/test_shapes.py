"""A shape as it is drawn: corners that are numbers, taken whole; anything else is refused as no geometry."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from trucewatch.watch.feature_shapes import FeatureFault, geometry_of
from trucewatch.watch.toml_records import did_you_mean


@pytest.mark.parametrize(
    "coordinates",
    [
        [],
        None,
        "x",
        [[]],
        [[[45, 39], [46, 39]]],
        [[["45", "39"], ["46", "x"], ["46", "40"], ["45", "39"]]],
        [[[45, 39], [46, 39], [46], [45, 39]]],
        [[[45, None], [46, 39], [46, 40], [45, None]]],
        [[[45], [46], [46], [45]]],
        {"0": [1, 2]},
        [[[45, 10**400], [46, 39], [46, 40], [45, 10**400]]],
        [[[45, 39, 1, 2, 3], [46, 39, 1, 2, 3], [46, 40, 1, 2, 3], [45, 39, 1, 2, 3]]],
    ],
)
def test_a_polygon_of_anything_else_than_corners_is_refused(coordinates: Any) -> None:
    with pytest.raises(FeatureFault):
        geometry_of({"geometry": {"type": "Polygon", "coordinates": coordinates}}, ("Polygon",), None)


def test_rings_with_heights_and_holes_are_taken_whole() -> None:
    outer = [[45, 39, 5], [46, 39, 5], [46, 40, 5], [45, 40, 5], [45, 39, 5]]
    hole = [[45.2, 39.2], [45.4, 39.2], [45.4, 39.4], [45.2, 39.2]]
    found = geometry_of({"geometry": {"type": "Polygon", "coordinates": [outer, hole]}}, ("Polygon",), None)
    assert found.equals(shapely.Polygon([one[:2] for one in outer], [hole]))
    assert not found.has_z


@pytest.mark.parametrize("geometry", [None, [], "x", {}, {"type": None}, {"type": ["Polygon"]}])
def test_a_feature_without_a_geometry_is_told_so(geometry: Any) -> None:
    with pytest.raises(FeatureFault) as fault:
        geometry_of({"geometry": geometry}, ("Polygon",), None)
    assert str(fault.value.what) == "has no geometry"


def test_where_there_is_nothing_to_choose_from_the_remedy_says_so() -> None:
    assert str(did_you_mean("belt", [])) == "there is none yet; mend that first"
    assert str(did_you_mean("belt", ["belts"])) == 'did you mean "belts"?'
    assert str(did_you_mean("belt", ["coast", "hills"])) == "write one of: coast, hills"
