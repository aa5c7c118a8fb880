"""The text of an urgent message: the same bytes for both sides, and nothing in it that the rule does not list."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import incidents
from tests.urgent_drafts import NOW, WATCH, later, rule_of
from trucewatch.locale import words
from trucewatch.model.flash import (
    ALWAYS_TOLD,
    MATTER_OF_KIND,
    MATTERS,
    TOLD,
    Flash,
    FlashDraft,
    FlashPlace,
    FlashRecipient,
    Told,
)
from trucewatch.model.incident import incident_rows
from trucewatch.pipeline.flash_drafting import answer_by, draft_for, quarter_of
from trucewatch.pipeline.flash_place import StatedPlace, place_for
from trucewatch.pipeline.flash_wording import FlashText, follow_texts, hash_of, preview_of, texts_of
from trucewatch.reports.cells import cell_of
from trucewatch.sources.gazetteer import gazetteer_of
from trucewatch.store import Store

QUARTER: Final = (datetime(2031, 5, 4, 1, 30, tzinfo=UTC), datetime(2031, 5, 4, 1, 45, tzinfo=UTC))
DRAFT: Final = FlashDraft(
    about=("claim:CL-1",),
    matter="fire",
    place=FlashPlace(form="zone", id="kess"),
    quarter=QUARTER,
    reporter="party",
    reporter_id="UV",
    first_report=NOW - timedelta(minutes=17),
    asks=("stop", "check_units", "answer"),
    answer_by=later(30),
    simulated=True,
)
REPORTERS: Final = [
    ("party", "UV"),
    ("party", "LV"),
    ("delegation", "NI"),
    ("body", "HG"),
    ("agency", ""),
    ("civilian", ""),
    ("not_said", ""),
    ("centre", ""),
    ("source", ""),
]


def told(draft: FlashDraft = DRAFT, **more: Any) -> dict[str, FlashText]:
    given = {"sent_at": NOW, "number": 3} | more
    return dict(texts_of(WATCH, draft, rule_of(), **given))


def edges_told(place: FlashPlace) -> list[str]:
    """South, north, west and east of a cell, outwards to hundredths."""
    assert place.lon is not None
    assert place.lat is not None
    cell = cell_of(place.lon, place.lat, place.size_m)
    lows = (cell.lat - cell.half_lat, cell.lon - cell.half_lon)
    highs = (cell.lat + cell.half_lat, cell.lon + cell.half_lon)
    south, west = (math.floor(round(each * 100, 6)) / 100 for each in lows)
    north, east = (math.ceil(round(each * 100, 6)) / 100 for each in highs)
    return [f"{each:.2f}" for each in (south, north, west, east)]


@st.composite
def drafts(draw: st.DrawFn) -> FlashDraft:
    """Drafts as incidents of any place, error, kind and time would lead to."""
    start = NOW - draw(st.timedeltas(timedelta(0), timedelta(days=3)))
    west, south, east, north = WATCH.settings.area
    stated = StatedPlace(
        lon=draw(st.floats(west, east)),
        lat=draw(st.floats(south, north)),
        semi_major_m=draw(st.floats(1.0, 20_000.0)),
        semi_minor_m=1.0,
        major_azimuth_deg=draw(st.floats(0.0, 180.0)),
        is_origin=draw(st.booleans()),
    )
    reporter, reporter_id = draw(st.sampled_from(REPORTERS))
    form = draw(st.sampled_from(("settlement", "cell", "zone")))
    return replace(
        DRAFT,
        matter=draw(st.sampled_from(MATTERS)),
        place=place_for(WATCH, stated, FlashRecipient(id="UV", place=form), start),
        quarter=quarter_of(WATCH, start, start + draw(st.timedeltas(timedelta(0), timedelta(hours=3)))),
        reporter=reporter,
        reporter_id=reporter_id,
        answer_by=answer_by(start, 30),
    )


@given(draft=drafts(), number=st.integers(1, 999), after=st.timedeltas(timedelta(0), timedelta(days=200)))
def test_both_sides_get_the_same_bytes_with_no_number_that_is_not_told(
    draft: FlashDraft, number: int, after: timedelta
) -> None:
    texts = told(draft, number=number, sent_at=NOW + after)
    assert texts["UV"].whole.encode() == texts["LV"].whole.encode()
    assert texts["UV"].subject == texts["LV"].subject
    zone = WATCH.zone
    moments = [each.astimezone(zone) for each in (*draft.quarter, draft.answer_by, NOW + after)]
    allowed = {str(number), "2"}  # the zone of the watch is UTC-2
    for moment in moments:
        allowed |= {str(moment.year), str(moment.day), f"{moment:%H}", f"{moment:%M}", f"{moment:%S}"}
    for recipient in texts.values():
        place = draft.place
        if place is not None and place.lon is not None:
            allowed |= {"5", *re.findall(r"\d+", " ".join(str(each) for each in edges_told(place)))}
        assert set(re.findall(r"\d+", recipient.whole)) <= allowed


@given(draft=drafts())
def test_no_post_and_no_place_finer_than_the_told_one_is_named(draft: FlashDraft) -> None:
    whole = told(draft)["UV"].whole.casefold()
    posts = {name for names in gazetteer_of(WATCH).posts.values() for name in names}
    assert posts
    assert not [post.name for post in posts if len(post.name) > 3 and post.name.casefold() in whole]
    if draft.place is not None and draft.place.form == "zone":
        names = {name.casefold() for town in WATCH.basemap.towns for name in town.names.values()}
        zones = " ".join(" ".join(zone.names.values()) for zone in WATCH.zones).casefold()
        assert not [name for name in names if name in whole and name not in zones]


def test_nothing_of_an_incident_but_matter_place_quarter_and_reporter_is_in_the_text(tmp_path: Path) -> None:
    row = {
        "lon": -24.6012345,
        "lat": -34.9912345,
        "count_min": 71,
        "count_best": 72,
        "count_max": 73,
        "text": "secretword of a resident",
        "sources": ["acoustic"],
        "grave": ["hospital"],
        "simulated": True,
        "occurred_start": datetime(2031, 5, 3, 21, 37, 11, tzinfo=UTC),
    }
    (incident,) = incident_rows(incidents(row))
    with Store(tmp_path, lambda: NOW) as store:
        draft = draft_for(store, WATCH, incident, rule=rule_of(), now=NOW)
    whole = told(draft)["UV"].whole
    for hidden in ("71", "72", "73", "6012", "9912", "37", "secretword", "acoustic", "hospital"):
        assert hidden not in whole


@given(left_out=st.sets(st.sampled_from([each for each in TOLD if each not in ALWAYS_TOLD])))
def test_what_a_rule_does_not_list_does_not_leave(left_out: set[Told]) -> None:
    tells = tuple(each for each in TOLD if each not in left_out)
    rule = rule_of(tells=tells)
    draft = replace(DRAFT, added={"en": "Keep calm.", "ru": "Спокойно.", "tr": "Sakin olun."})
    whole = texts_of(WATCH, draft, rule, sent_at=NOW, number=3)["UV"].whole
    marks = {
        "place": "Kess District",
        "asks": "to check their own units",
        "answer_by": "answer the centre by",
        "added": "Keep calm.",
    }
    assert {each: mark in whole for each, mark in marks.items()} == {each: each not in left_out for each in marks}
    assert "It has not been checked" in whole
    assert "Upper Valley" in whole


def test_every_language_of_the_watch_stands_under_its_heading_in_its_order() -> None:
    whole = told()["UV"].whole
    headings = [f"== {words(language).language_name(language)} ==" for language in WATCH.settings.languages]
    places = [whole.index(heading) for heading in headings]
    assert places == sorted(places)
    assert len(set(places)) == 3
    assert list(told()["UV"].by_language) == ["en", "ru", "tr"]


def test_a_drill_says_so_first_and_last_in_every_language() -> None:
    text = told(replace(DRAFT, drill=2), drill_label="Spring exercise")["UV"]
    for language, body in text.by_language.items():
        mark = words(language).gettext("DRILL / EXERCISE: {label}. Nothing of this happened.")
        lines = body.splitlines()
        assert lines[0] == lines[-1] == mark.format(label="DR-2 Spring exercise")
    assert words("en").gettext("DRILL / EXERCISE") in text.subject


def test_a_drill_label_cannot_break_out_of_its_line() -> None:
    text = told(replace(DRAFT, drill=2), drill_label="a\n== English ==\nreal\u202e\u200b")["UV"].by_language["en"]
    assert text.splitlines()[0] == text.splitlines()[-1]
    assert text.count("\n") == told(replace(DRAFT, drill=2), drill_label="a")["UV"].by_language["en"].count("\n")
    assert "\u202e" not in text


def test_added_words_cannot_look_like_another_line() -> None:
    added = {"en": "Keep calm.\nReported by: the centre", "ru": "Спокойно.", "tr": "Sakin."}
    text = told(replace(DRAFT, added=added))["UV"].by_language["en"]
    assert "Added: Keep calm. Reported by: the centre" in text.splitlines()


def test_an_invented_watch_says_so_in_every_text() -> None:
    texts = told()
    assert texts
    for text in texts.values():
        for language, body in text.by_language.items():
            mark = words(language).gettext("SIMULATED: what is told here is invented.")
            assert body.startswith(mark)
            assert body.endswith(mark)


def test_whoever_is_told_by_zone_gets_a_zone_that_holds_all_of_the_cell() -> None:
    draft = replace(DRAFT, place=FlashPlace(form="cell", lon=-24.6, lat=-34.99, size_m=5000.0))
    texts = told(draft)
    assert "a square of at least 5 km" in texts["UV"].whole
    assert "(zone)" in texts["HG"].whole
    assert "34.99" not in texts["HG"].whole


def test_a_cell_is_told_by_its_sides_no_narrower_than_it_is_and_by_no_point_in_it() -> None:
    place = FlashPlace(form="cell", lon=-24.6, lat=-34.99, size_m=5000.0)
    text = told(replace(DRAFT, place=place))["UV"].by_language["en"]
    cell = cell_of(-24.6, -34.99, 5000.0)
    south, north, west, east = edges_told(place)
    assert f"lat {south} to {north}, lon {west} to {east}" in text
    assert float(south) <= cell.lat - cell.half_lat < cell.lat + cell.half_lat <= float(north)
    assert float(west) <= cell.lon - cell.half_lon < cell.lon + cell.half_lon <= float(east)
    assert float(north) - float(south) < 3 * cell.half_lat
    assert f"{cell.lat:.4f}" not in text


def test_the_text_is_read_out_in_the_order_in_which_it_is_needed() -> None:
    lines = told(replace(DRAFT, drill=2), drill_label="Spring")["UV"].by_language["en"].splitlines()
    order = ("DRILL", "SIMULATED", "Urgent message", "Reported by:", "Reported:", "Where:", "When:", "This is a report")
    asked = ("Both sides are asked", "– to stop", "– to check", "– to answer the centre by", "One text for both sides")
    assert len(lines) > len(order) + len(asked)
    for line, start in zip(lines, (*order, *asked), strict=False):
        assert line.startswith(start)


def test_every_time_in_the_text_stands_with_its_day_and_zone() -> None:
    timed = [line for line in told()["UV"].by_language["en"].splitlines() if re.search(r"\d:\d\d", line)]
    assert len(timed) == 3
    for line in timed:
        assert "May 2031" in line
        assert "(UTC-2)" in line


def test_a_shot_and_a_blast_that_may_be_a_demolition_are_told_by_the_same_words() -> None:
    assert {MATTER_OF_KIND[kind] for kind in ("shot", "explosion", "burst")} == {"fire"}
    assert "Reported: fire or an explosion" in told()["UV"].by_language["en"].splitlines()


def test_a_settlement_stands_for_what_lies_around_it() -> None:
    text = told(replace(DRAFT, place=FlashPlace(form="settlement", id="larkfell", size_m=5000.0)))["UV"]
    assert "(settlement), or near it" in text.by_language["en"]


def test_what_both_sides_reported_is_told_as_the_report_of_both() -> None:
    text = told(replace(DRAFT, reporter_id="LV UV"))["UV"].by_language["en"]
    assert "Reported by: Lower Valley, Upper Valley" in text.splitlines()


def test_the_names_of_a_place_are_the_same_under_every_policy_of_names() -> None:
    draft = replace(DRAFT, place=FlashPlace(form="settlement", id="larkfell", size_m=5000.0))
    text = told(draft)["UV"].by_language
    assert "Larkfell / Quarrystead" in text["en"]
    assert "Жаворонково / Каменоломня" in text["ru"]
    assert "Taşocak / Turgaytepe" in text["tr"]
    naming = WATCH.naming
    assert naming is not None
    theirs = replace(WATCH, naming=replace(naming, console="side:UV"))
    assert texts_of(theirs, draft, rule_of(), sent_at=NOW, number=3) == told(draft)


def test_what_is_looked_at_is_what_is_sent_but_for_number_and_second() -> None:
    before, after = preview_of(WATCH, DRAFT, rule_of())["UV"].whole, told()["UV"].whole
    differ = [pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert len(differ) == 2 * len(WATCH.settings.languages)


def test_the_hash_of_what_was_seen_tells_every_change() -> None:
    seen = hash_of(preview_of(WATCH, DRAFT, rule_of()))
    changed = [
        replace(DRAFT, matter="flares"),
        replace(DRAFT, answer_by=later(35)),
        replace(DRAFT, place=None),
        replace(DRAFT, reporter_id="LV"),
        replace(DRAFT, drill=1),
        replace(DRAFT, added={"en": "Keep calm."}),
    ]
    hashes = {hash_of(preview_of(WATCH, draft, rule_of())) for draft in changed}
    assert len(hashes) == len(changed)
    assert seen not in hashes


@pytest.mark.parametrize("hour", [21, 23])
def test_a_time_across_midnight_names_both_days(hour: int) -> None:
    start = datetime(2031, 5, 2, hour, 50, tzinfo=timezone(timedelta(hours=-2)))
    text = told(replace(DRAFT, quarter=quarter_of(WATCH, start, start + timedelta(hours=1))))["UV"].by_language["en"]
    assert ("3 May 2031" in text) == (hour == 23)


def _flash(draft: FlashDraft = DRAFT) -> Flash:
    return Flash(
        number=3,
        entry=1,
        by="p-x",
        sent_at=NOW,
        queued_at=NOW,
        draft=draft,
        to=rule_of().to,
        parties=("LV", "UV"),
        texts={},
        text_hash="",
    )


def test_a_withdrawal_is_the_same_for_all_and_says_which() -> None:
    texts = follow_texts(WATCH, _flash(), "withdrawn", at=later(5))
    assert set(texts) == {"UV", "LV", "HG"}
    assert len({text.whole for text in texts.values()}) == 1
    assert "UM-3 is withdrawn" in texts["UV"].whole


def test_the_end_of_a_drill_says_that_what_follows_is_real_as_its_last_word() -> None:
    text = follow_texts(WATCH, _flash(replace(DRAFT, drill=2)), "drill_over", at=later(5), drill_label="Spring")["UV"]
    for language, body in text.by_language.items():
        say = words(language)
        assert body.splitlines()[0] == say.gettext("DRILL / EXERCISE ENDED: {label}").format(label="DR-2 Spring")
        assert body.splitlines()[-1] == say.gettext("What follows is real.")
        assert say.gettext("DRILL / EXERCISE: {label}. Nothing of this happened.") not in body
