"""What an urgent message says comes from the record alone, and no finer than it may be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import incidents
from tests.urgent_drafts import (
    AT,
    HEARD,
    LARKFELL,
    NOW,
    RESIDENT,
    UV,
    WATCH,
    claim,
    draft_of,
    real_watch,
    rule_of,
    spot,
)
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.claim_record import Speaker
from trucewatch.model.flash import MATTER_OF_KIND, MATTERS, FlashRecipient, FlashRule
from trucewatch.model.flash_refused import FlashRefusedError
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.observation import KINDS
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.pipeline.claim_entering import take_back_claim
from trucewatch.pipeline.flash_drafting import answer_by, draft_for, quarter_of, subject_of
from trucewatch.reports.cells import cell_of
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, lambda: NOW) as opened:
        yield opened


def incident(**row: object) -> Incident:
    return incident_rows(incidents({"simulated": True, **row}))[0]


def why(store: Store, subject: Incident, **more: object) -> Message:
    with pytest.raises(FlashRefusedError) as caught:
        draft_for(store, WATCH, subject, rule=rule_of(), now=NOW, **more)  # type: ignore[arg-type]
    return caught.value.faults["about"]


def test_every_kind_of_the_table_has_a_matter_that_is_no_finer() -> None:
    assert {MATTER_OF_KIND.get(kind, "other") for kind in KINDS} == set(MATTERS)


def test_a_claim_is_told_by_its_quarter_and_counted_from_when_it_was_heard(store: Store) -> None:
    draft = draft_of(store)
    assert draft.quarter == (datetime(2031, 5, 4, 1, 30, tzinfo=UTC), datetime(2031, 5, 4, 1, 45, tzinfo=UTC))
    assert draft.first_report == HEARD
    assert (draft.matter, draft.reporter, draft.reporter_id) == ("fire", "party", "UV")
    assert draft.about == ("claim:CL-1",)
    assert draft.answer_by == NOW + timedelta(minutes=30)


@given(
    before=st.timedeltas(timedelta(0), timedelta(days=300)),
    span=st.timedeltas(timedelta(0), timedelta(hours=23)),
)
def test_quarters_hold_all_of_a_stated_time_and_no_quarter_more(before: timedelta, span: timedelta) -> None:
    start = NOW - before
    first, last = quarter_of(WATCH, start, start + span)
    assert first <= start
    assert start + span <= last
    assert (start - first) < timedelta(minutes=15)
    assert last - (start + span) <= timedelta(minutes=15)
    assert all(moment.minute % 15 == 0 and not moment.second and not moment.microsecond for moment in (first, last))
    assert last - first >= timedelta(minutes=15)


def test_a_claim_without_a_time_is_refused_with_what_to_do(store: Store) -> None:
    with pytest.raises(FlashRefusedError, match="does not say when it was; ask"):
        draft_of(store, timed=False)


def test_what_is_known_to_a_day_only_is_refused(store: Store) -> None:
    with pytest.raises(FlashRefusedError, match="no nearer than to a day"):
        draft_of(store, when=SpokenTime(start=AT - timedelta(days=1), end=AT))


def test_a_cell_is_one_of_the_grid_of_what_is_released(store: Store) -> None:
    place = draft_of(store).place
    cell = cell_of(-24.60, -34.99, 5000)
    assert place is not None
    assert (place.form, place.lon, place.lat, place.size_m) == ("cell", cell.lon, cell.lat, 5000.0)


def test_a_smaller_cell_than_five_kilometres_is_never_told_whatever_a_rule_says(store: Store) -> None:
    fine = FlashRule(to=tuple(FlashRecipient(id=each, cell_m=100.0) for each in ("LV", "UV")))
    place = draft_for(store, WATCH, claim(store), rule=fine, now=NOW).place
    assert place is not None
    assert place.size_m == 5000.0


@pytest.mark.parametrize(
    ("east", "sd_m", "form"), [(0.0, 150.0, "settlement"), (0.0, 2000.0, "cell"), (0.04, 150.0, "cell")]
)
def test_a_settlement_is_told_only_where_its_name_says_the_place(
    store: Store, east: float, sd_m: float, form: str
) -> None:
    where = spot(LARKFELL[0] + east, LARKFELL[1], sd_m)
    place = draft_of(store, place="settlement", where=where).place
    assert place is not None
    assert place.form == form


def test_a_settlement_beside_another_is_told_by_cell_since_the_nearer_of_two_says_more(store: Store) -> None:
    towns = WATCH.basemap.towns
    larkfell = next(town for town in towns if town.id == "larkfell")
    twin = replace(larkfell, id="twin", names={"en": "Twin"}, lon=larkfell.lon + 0.02)
    crowded = replace(WATCH, basemap=replace(WATCH.basemap, towns=(*towns, twin)))
    place = draft_for(store, crowded, claim(store, where=spot(*LARKFELL)), rule=rule_of("settlement"), now=NOW).place
    assert place is not None
    assert place.form == "cell"


def test_a_settlement_that_a_caller_names_is_told_by_that_name(store: Store) -> None:
    where = SpokenPlace(
        basis="place", lon=LARKFELL[0], lat=LARKFELL[1], semi_major_m=2500.0, semi_minor_m=2500.0,
        major_azimuth_deg=0.0, place="larkfell",
    )  # fmt: skip
    place = draft_of(store, place="settlement", where=where).place
    assert place is not None
    assert (place.form, place.id) == ("settlement", "larkfell")


@pytest.mark.parametrize(
    "event", [{"aspect": "outgoing"}, {"kind": "muzzle_flash"}, {"kind": "weapon_present"}], ids=str
)
def test_where_fire_came_from_is_told_by_zone_at_the_finest(store: Store, event: dict[str, str]) -> None:
    place = draft_of(store, place="settlement", where=spot(*LARKFELL), **event).place
    assert place is not None
    assert place.form == "zone"


def test_an_incident_that_anybody_calls_outgoing_is_told_by_zone(store: Store) -> None:
    row = incident(lon=LARKFELL[0], lat=LARKFELL[1], semi_major_m=50.0, semi_minor_m=50.0, aspect="outgoing")
    place = draft_for(store, WATCH, row, rule=rule_of("settlement"), now=NOW).place
    assert place is not None
    assert place.form == "zone"


def test_a_direction_from_a_post_is_no_place_that_is_told(store: Store) -> None:
    ray = SpokenPlace(basis="bearing", observer_lon=-24.6, observer_lat=-34.9, bearing_deg=40.0, bearing_sd_deg=5.0)
    assert draft_of(store, where=ray).place is None


def test_a_zone_that_is_told_is_no_smaller_than_a_cell(store: Store) -> None:
    where = SpokenPlace(
        basis="place", lon=-24.71, lat=-34.83, semi_major_m=200.0, semi_minor_m=200.0, major_azimuth_deg=0.0,
        place="storage-stonegate",
    )  # fmt: skip
    place = draft_of(store, place="zone", where=where).place
    assert place is not None
    assert place.id != "storage-stonegate"


def test_a_resident_has_no_place_in_a_draft(store: Store) -> None:
    draft = draft_of(store, RESIDENT)
    assert (draft.reporter, draft.reporter_id) == ("civilian", "")


@pytest.mark.parametrize("post", ["middle-bridge", "JC/mill"])
def test_a_post_of_the_centre_is_its_own_means_by_no_name(store: Store, post: str) -> None:
    draft = draft_of(store, Speaker("post", post))
    assert (draft.reporter, draft.reporter_id) == ("centre", "")


def test_a_post_of_a_side_is_that_side(store: Store) -> None:
    draft = draft_of(store, Speaker("post", "LV/mill"))
    assert (draft.reporter, draft.reporter_id) == ("party", "LV")


@pytest.mark.parametrize("answer", ["no", "not_asked"])
def test_a_resident_who_did_not_say_that_both_may_be_told_is_not_told(store: Store, answer: str) -> None:
    with pytest.raises(FlashRefusedError, match="did not say that both sides may be told"):
        draft_of(store, RESIDENT, may_tell=answer)


def test_a_claim_that_was_taken_back_is_refused(store: Store) -> None:
    call = claim(store)
    take_back_claim(store, WATCH, call.code, version=1, by="officer", now=NOW, reason_code="mistake")
    with pytest.raises(FlashRefusedError, match="CL-1 was taken back"):
        draft_for(store, WATCH, claim_of(store, call.code), rule=rule_of(), now=NOW)


def test_a_call_of_a_drill_is_sent_in_a_drill_alone(store: Store) -> None:
    call = claim(store, is_drill=True)
    with pytest.raises(FlashRefusedError, match="of a drill, and none runs"):
        draft_for(store, WATCH, call, rule=rule_of(), now=NOW)
    draft = draft_for(store, WATCH, call, rule=rule_of(), now=NOW, drill=2)
    assert (draft.drill, draft.simulated) == (2, True)


def test_a_real_call_is_never_sent_as_a_drill(store: Store) -> None:
    with pytest.raises(FlashRefusedError, match="say first that it is real"):
        draft_for(store, WATCH, claim(store), rule=rule_of(), now=NOW, drill=2)


def test_what_is_simulated_is_not_sent_in_a_real_watch(store: Store) -> None:
    with pytest.raises(FlashRefusedError, match="simulated and the watch is real"):
        draft_for(store, real_watch(), incident(), rule=rule_of(), now=NOW)


def test_a_clock_before_the_report_is_refused(store: Store) -> None:
    call = claim(store)
    with pytest.raises(FlashRefusedError, match="clock stands before"):
        draft_for(store, WATCH, call, rule=rule_of(), now=HEARD - timedelta(seconds=1))


def test_an_incident_of_which_no_report_can_be_read_names_nobody(store: Store) -> None:
    draft = draft_for(store, WATCH, incident(), rule=rule_of(), now=NOW)
    assert (draft.reporter, draft.reporter_id) == ("not_said", "")


def test_an_incident_of_a_source_that_never_leaves_is_refused(store: Store) -> None:
    assert "did not say that both sides may be told" in str(why(store, incident(sources=["claims-inside"])))


def test_the_draft_of_a_claim_is_found_by_its_number_and_nothing_else_is(store: Store) -> None:
    claim(store)
    assert subject_of(store, "claim:cl-1") == subject_of(store, "CL-1")
    for word in ("claim:CL-9", "incident:123-456", "", "claim:", "'; DROP TABLE", "x" * 500):
        with pytest.raises(StoreError):
            subject_of(store, word)


def test_an_answer_is_asked_by_a_round_minute() -> None:
    assert answer_by(NOW + timedelta(minutes=1, seconds=7), 30) == NOW + timedelta(minutes=35)


def test_both_parties_without_a_rule_get_the_default(store: Store) -> None:
    place = draft_for(store, WATCH, claim(store, UV), rule=FlashRule(), now=NOW).place
    assert place is not None
    assert place.form == "cell"
