"""What an incident says of its members: place, time, number, whose word, and which version stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOON, frame_of, observations, template_watch
from trucewatch.fusion import Setting, current_observations, fuse_observations, situate_incidents
from trucewatch.fusion.locate import STRAYS
from trucewatch.model.claims import party_words
from trucewatch.model.incident import SPEAKERS_APART, Incident, incident_rows
from trucewatch.model.watch import AssociationRule

HOUR = timedelta(hours=1)


def fuse(*rows: dict[str, Any]) -> list[Incident]:
    watch = template_watch()
    current = current_observations(observations(*rows), as_of=NOON + timedelta(days=30))
    table = fuse_observations(
        current, rule=AssociationRule(rule="cylinder"), setting=Setting(parties=party_words(watch.agreement))
    )
    situated = situate_incidents(table, zones=watch.zones, line_id=watch.settings.line, frame=frame_of(watch))
    return incident_rows(situated)


def test_ten_rows_of_one_source_do_not_shrink_the_ellipse() -> None:
    (one,) = fuse(*({"key": number} for number in range(10)))
    assert one.semi_major_m == pytest.approx(100.0 * STRAYS[1], abs=0.2)


def test_two_sources_that_agree_do() -> None:
    (one,) = fuse({"source": "a"}, {"source": "b", "means": "camera"})
    assert one.semi_major_m == pytest.approx(100 / np.sqrt(2) * STRAYS[2], abs=0.2)
    assert one.means == ("acoustic", "camera")


def test_two_sources_that_disagree_widen_it() -> None:
    (one,) = fuse({"source": "a", "lon": -25.0}, {"source": "b", "lon": -24.99})
    apart = 912.0
    assert one.semi_major_m is not None
    assert one.semi_major_m > apart / 4
    assert one.lon == pytest.approx(-24.995, abs=1e-4)


def test_the_more_certain_source_draws_the_place() -> None:
    (one,) = fuse(
        {"source": "a", "lon": -25.0, "semi_major_m": 10.0, "semi_minor_m": 10.0}, {"source": "b", "lon": -24.99}
    )
    assert one.lon == pytest.approx(-25.0, abs=3e-4)


def test_a_row_that_only_knows_the_day_does_not_widen_the_time() -> None:
    day = NOON.replace(hour=0)
    (one,) = fuse(
        {"source": "a", "occurred_start": NOON, "occurred_end": NOON + timedelta(minutes=5)},
        {"source": "list", "means": "event_list", "occurred_start": day, "occurred_end": day + 24 * HOUR},
    )
    assert (one.occurred_start, one.occurred_end) == (NOON, NOON + timedelta(minutes=5))


def test_counts_of_one_sensor_add_and_of_several_do_not() -> None:
    rows = [
        {"sensor": "1", "count_best": 2, "key": 1},
        {"sensor": "1", "count_best": 1, "key": 2},
        {"sensor": "2", "count_best": 2, "count_min": 1, "count_max": 5, "key": 3},
    ]
    (one,) = fuse(*rows)
    assert (one.count_min, one.count_best, one.count_max) == (3, 3, 4)


def test_pixels_of_a_fire_are_not_counted_as_fires() -> None:
    (one,) = fuse({"kind": "thermal_anomaly", "count_best": 1}, {"kind": "thermal_anomaly", "count_best": 1})
    assert one.count_best is None


def test_the_most_telling_kind_names_the_incident_and_all_are_kept() -> None:
    (one,) = fuse({"kind": "thermal_anomaly"}, {"kind": "explosion", "aspect": "impact", "text": "heard"})
    assert (one.kind, one.kinds, one.aspect, one.text) == (
        "explosion",
        ("explosion", "thermal_anomaly"),
        "impact",
        "heard",
    )


@pytest.mark.parametrize(
    ("claims", "claims_only", "claimed_by"),
    [
        (["A"], True, ("A",)),
        (["A", ""], False, ("A",)),
        (["A", "B"], True, ("A", "B")),
        (["A; B"], True, ("A", "B")),
        (["A;B"], True, ("A", "B")),
        (["a", "First party", " A ;A"], True, ("A",)),
        (["observers"], False, ("observers",)),
    ],
)
def test_whose_word_it_rests_on(claims: list[str], claims_only: bool, claimed_by: tuple[str, ...]) -> None:
    (one,) = fuse(*({"claimed_by": claim, "source": f"s{number}"} for number, claim in enumerate(claims)))
    assert (one.claims_only, one.claimed_by) == (claims_only, claimed_by)


def test_what_parts_speakers_is_in_nobody_s_own_words() -> None:
    said = {"A": "one · B: we fired first", "B": "nothing was fired"}
    (one,) = fuse(*({"claimed_by": who, "source": who, "text": text} for who, text in said.items()))
    assert len(one.text.split(SPEAKERS_APART)) == len(said)
    assert one.text.replace("\N{NO-BREAK SPACE}", " ") == "A: one · B: we fired first · B: nothing was fired"
    (alone,) = fuse({"claimed_by": "A", "text": said["A"]})
    assert SPEAKERS_APART not in alone.text


def test_the_id_is_that_of_the_smallest_member_and_stays() -> None:
    (one,) = fuse({"key": 1}, {"key": 2})
    assert one.incident_id == "i-" + min(one.members).removeprefix("o-")
    assert fuse({"key": 2}, {"key": 1})[0].incident_id == one.incident_id


def test_a_standard_row_supersedes_the_near_real_time_one_whatever_came_first() -> None:
    early = {"key": 1, "product_rank": 0, "lon": -25.0, "evidence_sha256": "a" * 64}
    late = {"key": 1, "product_rank": 1, "lon": -24.9, "evidence_sha256": "b" * 64, "known_at": NOON + 48 * HOUR}
    for rows in ((early, late), (late, early)):
        (one,) = fuse(*rows)
        assert one.lon == pytest.approx(-24.9)
    before = current_observations(observations(late, early), as_of=NOON + HOUR)
    assert before["lon"].to_pylist() == [-25.0], "at that time only the near-real-time row was known"


def test_zones_and_metres_to_the_line() -> None:
    (one,) = fuse({"lon": -25.0, "lat": -35.0, "semi_major_m": 50.0})
    assert one.zones == ("theatre", "pass")
    assert set(one.zones_at_edge) == {"west", "east"}
    assert one.line_distance_m == pytest.approx(1825, rel=0.01)


def test_an_incident_without_a_place_is_in_no_zone() -> None:
    (one,) = fuse({"lon": None, "lat": None})
    assert (one.lon, one.zones, one.zones_at_edge, one.line_distance_m) == (None, (), (), None)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(-400, 400), st.floats(-400, 400), st.floats(5, 500)), min_size=1, max_size=8))
def test_the_fused_place_lies_among_its_members(rows: list[tuple[float, float, float]]) -> None:
    frame = frame_of(template_watch())
    x, y = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    lon, lat = frame.to_degrees(x, y)
    found = fuse(
        *(
            {"key": i, "source": f"s{i}", "lon": lon[i], "lat": lat[i], "semi_major_m": sd, "semi_minor_m": sd}
            for i, (_, _, sd) in enumerate(rows)
        )
    )
    assert len(found) == 1
    fx, fy = frame.to_metres(np.array([found[0].lon]), np.array([found[0].lat]))
    assert x.min() - 1 <= fx[0] <= x.max() + 1
    assert y.min() - 1 <= fy[0] <= y.max() + 1
