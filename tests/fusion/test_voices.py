"""Voices are counted once: one party under all its names, one camera through two feeds, a rumour in other words, lists
that copy one press report."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.builders import observations, template_watch
from tests.conftest import each
from tests.fusion.grown import is_grown_alike
from tests.fusion.test_likelihood import METRE, at, device, ray, resolved, together
from trucewatch.fusion.fuse import Groups, Setting, fuse_observations, fuse_with_acts
from trucewatch.fusion.likelihood import associate_by_likelihood
from trucewatch.fusion.locate import locate_events
from trucewatch.fusion.measurements import Reports, prepare_reports, with_room_to_move
from trucewatch.fusion.voices import settle_voices
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.speakers import Speakers, origins_of, speakers_of
from trucewatch.model.watch import AssociationRule, SourceSetting
from trucewatch.model.zone import Sensor

Row = dict[str, Any]
VAGUE: Row = {"semi_major_m": 1500.0, "semi_minor_m": 1500.0, "time_sd_s": 900.0}
PARTIES = {"al": "AL", "aldor": "AL", "ministry of aldor": "AL", "be": "BE", "berun": "BE"}


def word(source: str, text: str = "", **more: Any) -> Row:
    return VAGUE | {"means": "public", "source": source, "key": f"{source}{text}{more}", "text": text} | more


def said(source: str, claimed_by: str, **more: Any) -> Row:
    return word(source, f"{source} {claimed_by} {more}", means="party", claimed_by=claimed_by, **more)


def listed(source: str, **more: Any) -> Row:
    return word(source, f"{source} {more}", means="event_list", **more)


def voices(*rows: Row, speakers: Speakers | None = None) -> int:
    """How many voices speak in the one event that these rows are."""
    reports = prepare_reports(observations(*rows).sort_by("observation_id"), None, speakers)
    order, bounds = np.arange(len(rows)), np.array([0, len(rows)])
    return len(set(settle_voices(reports, order, bounds).k["voice"].tolist()))


def fuse(*rows: Row, speakers: Speakers | None = None, **more: Any) -> list[Incident]:
    setting = Setting(parties=PARTIES, speakers=speakers or Speakers(), **more)
    return incident_rows(fuse_observations(observations(*rows), rule=AssociationRule(), setting=setting))


# Words of the public


def test_a_rumour_in_other_words_is_one_voice() -> None:
    told = (word("c1", "Two blasts"), word("c2", "I heard a bang", **at(240)), word("c3", "Explosions!!", **at(-60)))
    assert voices(*told) == 1
    (several,) = fuse(*told)
    (alone,) = fuse(told[0])
    assert several.happened is not None
    assert alone.happened is not None
    assert several.happened == alone.happened
    assert several.rung == "claimed"


def test_a_rumour_with_another_number_or_minute_is_one_voice() -> None:
    told = [word(f"c{n}", f"{n} blasts by the mill", count_best=n, **at(60 * n)) for n in range(1, 8)]
    assert voices(*told) == 1
    (one,), (alone,) = fuse(*told), fuse(told[0])
    assert one.happened is not None
    assert one.happened == alone.happened


def test_a_rumour_in_other_words_makes_no_place_sharper() -> None:
    told = [word(f"c{number}", f"wording {number}") for number in range(10)]
    (one,) = fuse(*told)
    assert one.semi_major_m == pytest.approx(1500.0, rel=0.01)
    sharp = word("c99", "Geolocated", semi_major_m=200.0, semi_minor_m=200.0)
    (with_sharp,) = fuse(*told, sharp)
    assert with_sharp.semi_major_m is not None
    assert with_sharp.semi_major_m < 1000.0


def test_what_a_patrol_was_told_adds_no_voice_to_those_who_told_it() -> None:
    resident = word("c1", "Two blasts")
    noted = word("patrols", "residents speak of two blasts", means="patrol", sensor="p-1", perceived="told")
    assert voices(resident, noted) == 1
    assert voices(resident, noted | {"perceived": "heard"}) == 2
    speakers = Speakers(side={"c1": "AL"})
    assert voices(resident, noted, speakers=speakers) == 1


def test_words_from_both_sides_of_the_line_are_two_voices() -> None:
    speakers = Speakers(side={"east": "AL", "west": "BE", "west-2": "BE"})
    east, west, again = word("east", "a bang"), word("west", "a blast"), word("west-2", "smoke")
    assert voices(east, west, speakers=speakers) == 2
    assert voices(west, again, speakers=speakers) == 1
    assert voices(east, west, again, speakers=speakers) == 2


def test_whose_side_nobody_states_adds_no_voice_to_a_stated_one() -> None:
    speakers = Speakers(side={"east": "AL", "west": "BE"})
    assert voices(word("somewhere", "x"), speakers=speakers) == 1
    assert voices(word("somewhere", "x"), word("elsewhere", "y"), speakers=speakers) == 1
    assert voices(word("east", "a"), word("somewhere", "x"), speakers=speakers) == 1
    assert voices(word("east", "a"), word("west", "b"), word("somewhere", "x"), speakers=speakers) == 2


def test_two_rumours_of_two_places_stay_two_events() -> None:
    north = word("c1", "north", lat=-35.0 + 30_000 * METRE)
    assert [len(one.members) for one in fuse(word("c1", "south"), north)] == [1, 1]


# Parties


def test_a_party_in_two_sources_or_by_its_ministrys_name_is_one_voice() -> None:
    speakers = Speakers(voices=PARTIES)
    assert voices(said("site", "AL"), said("channel", "Aldor"), speakers=speakers) == 1
    assert voices(said("site", "AL"), said("channel", "ministry of ALDOR"), speakers=speakers) == 1
    assert voices(said("site", "AL"), said("channel", "BE"), speakers=speakers) == 2
    # A list that writes down what a party said, too.
    assert voices(said("site", "AL"), listed("digest", claimed_by="Ministry of Aldor"), speakers=speakers) == 1


def test_a_name_is_one_with_other_blanks_quotes_or_a_full_stop() -> None:
    speakers = Speakers(voices=PARTIES)
    spelled = ("Ministry of Aldor", "ministry\u00a0of  Aldor", "«Ministry of Aldor»", "Ministry of Aldor.", "ＡＬ")
    assert voices(*(said(f"s{n}", name) for n, name in enumerate(spelled)), speakers=speakers) == 1
    assert voices(said("a", "Aldor"), said("b", "Aldoria"), speakers=speakers) == 2


def test_what_a_party_said_is_its_word_whoever_passes_it_on() -> None:
    speakers = Speakers(voices=PARTIES, parties=frozenset({"AL", "BE"}))
    own = said("site", "AL")
    passed_on = (
        word("channel", "they say", claimed_by="Aldor"),
        device("team", means="patrol", claimed_by="Ministry of Aldor"),
        device("n1", claimed_by="AL"),
    )
    for row in each(passed_on):
        assert voices(own, row, speakers=speakers) == 1, row["means"]
        assert voices(said("site", "BE"), row, speakers=speakers) == 2, row["means"]
    # Whom the public names else, and whom a patrol works with, change nothing.
    assert voices(own, word("channel", "x", claimed_by="a villager"), speakers=speakers) == 2
    assert voices(word("c1", "x", claimed_by="a villager"), word("c2", "y", claimed_by="X"), speakers=speakers) == 1
    assert voices(own, device("team", means="patrol", claimed_by="AL; observers"), speakers=speakers) == 2
    (one,), (alone,) = (fuse(*rows, speakers=speakers) for rows in ((own, passed_on[0]), (own,)))
    assert one.happened == alone.happened


def test_a_party_under_three_names_raises_nothing_and_keeps_its_names() -> None:
    rows = (said("a", "AL"), said("b", "Aldor"), said("c", "Ministry of Aldor"))
    speakers = Speakers(voices=PARTIES)
    setting = Setting(parties={"al": "AL", "aldor": "AL"}, speakers=speakers)
    (one,), (alone,) = (
        incident_rows(fuse_observations(observations(*told), rule=AssociationRule(), setting=setting))
        for told in (rows, rows[:1])
    )
    assert one.claimed_by == ("AL", "Ministry of Aldor")
    assert one.happened is not None
    assert one.happened == alone.happened


def test_what_two_parties_say_together_adds_no_third_voice() -> None:
    speakers = Speakers(voices=PARTIES)
    both = said("joint", "AL; Berun")
    assert voices(both, speakers=speakers) == 1
    assert voices(both, said("a", "AL"), speakers=speakers) == 1
    assert voices(both, said("a", "AL"), said("b", "BE"), speakers=speakers) == 2


# Lists and what they repeat


def test_lists_that_copy_one_press_report_are_one_voice() -> None:
    speakers = Speakers(repeats={"l1": ("press:Courier",), "l2": ("press:courier",)})
    assert voices(listed("l1"), listed("l2")) == 2
    assert voices(listed("l1"), listed("l2"), speakers=speakers) == 1


def test_a_list_that_copies_another_source_adds_no_voice_to_it() -> None:
    speakers = Speakers(repeats={"copy": ("list",), "digest": ("claims", "posts", "nodes")}, voices=PARTIES)
    assert voices(listed("copy"), listed("list"), speakers=speakers) == 1
    assert voices(listed("copy"), listed("other"), speakers=speakers) == 2
    # Whatever the rows of the copied source are: a party's words, posts, a device's reports.
    for own in each([said("claims", "AL"), word("posts", "bang"), device("a", source="nodes")]):
        assert voices(listed("digest"), own, speakers=speakers) == 1
    assert voices(listed("digest"), said("claims", "AL"), device("a", source="nodes"), speakers=speakers) == 2


def test_what_repeats_a_device_makes_it_neither_surer_nor_a_list() -> None:
    speakers = Speakers(repeats={"digest": ("nodes",)})
    own = device("a", source="nodes")
    for number in range(4):  # whichever id comes first
        (both,) = fuse(own, listed("digest", key=number), speakers=speakers)
        (alone,) = fuse(own, speakers=speakers)
        assert (both.happened, both.what) == (alone.happened, alone.what)


def test_a_digest_of_two_sources_joins_them_to_no_one_voice() -> None:
    speakers = Speakers(repeats={"digest": ("l1", "l2"), "third": ("l2", "press:Courier")})
    assert voices(listed("l1"), listed("l2"), listed("digest"), speakers=speakers) == 2
    assert voices(listed("digest"), listed("third"), speakers=speakers) == 1
    assert voices(listed("digest"), listed("third"), listed("l1"), speakers=speakers) == 2


def test_repeats_are_followed_and_a_ring_ends() -> None:
    def source(name: str, *repeats: str) -> SourceSetting:
        return SourceSetting(id=name, adapter="event_table", files=(), repeats=repeats)

    chain = (source("a", "b"), source("b", "c"), source("c"))
    assert origins_of("a", chain) == ("b", "c")
    assert origins_of("a", (source("a", "b"), source("b", "a"))) == ("b",)


# Devices


CAMERA = Sensor(
    id="cam-3", means="camera", names={}, lon=-25.0, lat=-35.0, range_m=8000.0, also=("feed-b:3", "relay-3")
)
FEEDS = Speakers(devices={"cam-3": "cam-3", "feed-b:3": "cam-3", "relay-3": "cam-3"})


def sight(source: str, sensor: str, bearing: float = 40.0, **more: Any) -> Row:
    return ray(sensor, -25.0, -35.0, bearing, means="camera", source=source, key=f"{source}{bearing}{more}", **more)


@pytest.mark.parametrize("second", [("feed-b", "cam-3"), ("feed-b", "3"), ("feed-c", "relay-3")])
def test_one_camera_through_two_feeds_is_one_voice_and_one_event(second: tuple[str, str]) -> None:
    rows = (sight("feed-a", "cam-3", **at(0.4)), sight(*second, 40.2, **at(0)))
    (one,) = fuse(*rows, speakers=FEEDS, sensors=(CAMERA,))
    assert len(one.members) == 2
    assert voices(*rows, speakers=FEEDS) == 1
    (alone,) = fuse(rows[0], speakers=FEEDS, sensors=(CAMERA,))
    assert one.happened is not None
    assert alone.happened is not None
    assert one.happened == alone.happened
    assert one.rung == alone.rung == "recorded"
    # Of two names that nothing says are one, two cameras are made, as before.
    assert voices(*rows) == 2


def test_two_arrivals_at_one_camera_stay_two_events_through_two_feeds_too() -> None:
    def arrival(seconds: float, bearing: float) -> list[Row]:
        return [
            sight("feed-a", "cam-3", bearing, **at(seconds)),
            sight("feed-b", "3", round(bearing), **at(np.floor(seconds))),
        ]

    first, second, third = arrival(0.3, 40.2), arrival(4.25, 40.2), arrival(0.3, 43.0)
    found = fuse(*first, *second, *third, speakers=FEEDS, sensors=(CAMERA,))
    assert [len(one.members) for one in found] == [2, 2, 2]


def test_a_node_delivered_twice_counts_once_beside_another() -> None:
    speakers = Speakers(devices={"n1": "n1", "n2": "n2"})
    one, again, other = device("n1", source="a"), device("n1", source="b"), device("n2", source="a")
    assert voices(one, again, other, speakers=speakers) == 2
    (twice,) = fuse(one, again, other, speakers=speakers)
    (once,) = fuse(one, other, speakers=speakers)
    assert (twice.happened, twice.rung, twice.semi_major_m) == (once.happened, once.rung, once.semi_major_m)


def test_bearings_that_come_twice_cross_as_one() -> None:
    twice = observations(
        sight("feed-a", "cam-3"),
        sight("feed-b", "3"),
        ray("p", -24.9, -35.0, 320.0, means="camera", source="feed-a"),
    ).sort_by("observation_id")
    reports = prepare_reports(twice, None, FEEDS)
    whole, _ = locate_events(reports, np.arange(3), np.array([0, 3]))
    second = twice["source"].to_pylist().index("feed-b")
    rest, _ = locate_events(reports, np.delete(np.arange(3), second), np.array([0, 2]))
    assert whole[0, 2:4] == pytest.approx(rest[0, 2:4], rel=1e-9)


def test_a_feed_that_copies_another_brings_the_same_devices() -> None:
    speakers = Speakers(repeats={"mirror": ("nodes",)})
    rows = device("x", source="nodes"), device("x", source="mirror")
    assert voices(*rows, speakers=speakers) == 1
    assert [len(one.members) for one in fuse(*rows, speakers=speakers)] == [2]


# What must hold of all of them


SPEAKERS = Speakers(
    voices=PARTIES,
    repeats={"digest": ("claims", "list", "press:Courier"), "l2": ("press:Courier",)},
    side={"east": "AL", "west": "BE"},
    devices=FEEDS.devices,
)
MIXED: tuple[Row, ...] = (
    word("east", "a bang", **at(20)),
    word("nowhere", "two bangs", **at(100)),
    word("west", "smoke", **at(60)),
    said("claims", "Ministry of Aldor"),
    said("site", "AL", **at(30)),
    listed("digest", **at(15)),
    listed("l2", **at(5)),
    sight("feed-a", "cam-3", 0.0, **at(1)),
    sight("feed-b", "3", 0.0, **at(1)),
    device("n1", **at(2)),
    device("n1", key="later", **at(400)),
)


def judged(rows: tuple[Row, ...]) -> tuple[list[Row], list[Row]]:
    setting = Setting(parties=PARTIES, speakers=SPEAKERS, sensors=(CAMERA,))
    fused = fuse_with_acts(observations(*rows), rule=AssociationRule(), setting=setting, acts=(), contributions=True)
    assert fused.contributions is not None
    return fused.incidents.to_pylist(), fused.contributions.to_pylist()


def test_the_order_of_rows_does_not_matter() -> None:
    expected = judged(MIXED)
    rng = np.random.default_rng(1)
    for _ in range(6):
        assert judged(tuple(MIXED[i] for i in rng.permutation(len(MIXED)))) == expected


def test_a_voice_that_may_be_anothers_does_not_depend_on_the_order_of_rows() -> None:
    rows = (listed("digest"), listed("l2"), said("claims", "AL"), word("east", "x"))
    assert {voices(*some, speakers=SPEAKERS) for some in permutations(rows)} == {3}


def test_one_at_a_time_makes_the_same_events() -> None:
    rows = [*MIXED, *(sight("feed-b", "3", 0.0, **at(401 + n)) for n in range(40))]
    table = observations(*rows).sort_by("observation_id")
    batch = together(table, associate_by_likelihood(table, None, None, SPEAKERS))
    # Each row is prepared by itself: what it is follows from the row and the watch's files alone.
    alone = [with_room_to_move(prepare_reports(table.slice(row, 1), None, SPEAKERS)) for row in range(len(rows))]
    every = Reports(np.concatenate([report.f for report in alone]), np.concatenate([report.k for report in alone]))
    every.k["order"] = np.arange(len(rows))
    setting = Setting(parties=PARTIES, speakers=SPEAKERS, sensors=(CAMERA,))
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(rows))
        assert together(table.take(pa.array(order)), resolved(every, order)) == batch
        assert is_grown_alike(rows, np.split(order, [20, 21, 40, 50]), setting=setting)


def test_no_row_is_dropped() -> None:
    incidents, _ = judged(MIXED)
    assert sum(len(one["members"]) for one in incidents) == len(MIXED)


def test_where_nobody_may_speak_for_another_nothing_is_settled() -> None:
    table = observations(*MIXED).sort_by("observation_id")
    reports, groups = prepare_reports(table), Groups.of(associate_by_likelihood(table))
    assert settle_voices(reports, groups.order, groups.bounds) is reports
    shared = prepare_reports(table, None, SPEAKERS)
    assert settle_voices(shared, groups.order, groups.bounds) is not shared


def test_the_watchs_files_say_who_speaks() -> None:
    watch = template_watch(
        {
            "agreement.toml": (
                "[[text]]",
                '[[body]]\nid = "mod-a"\nnames = { en = "Ministry of A" }\ncounts_with = "A"\n\n[[text]]',
            ),
            "watch.toml": (
                'adapter = "event_table"',
                'adapter = "event_table"\nrepeats = ["press:Courier"]\nside = "A"',
            ),
        }
    )
    speakers = speakers_of(watch)
    assert speakers.voices["ministry of a"] == speakers.voices["mod-a"] == "A"
    (source,) = [source.id for source in watch.settings.source]
    assert speakers.repeats == {source: ("press:Courier",)}
    assert speakers.side == {source: "A"}
