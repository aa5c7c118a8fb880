"""A draft becomes a sound watch folder, whatever it says; TOML holds any text; one source's entry changes and no other
line does."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import make_watch
from trucewatch.errors import WatchError
from trucewatch.model.watch import SourceSetting
from trucewatch.watch import check_watch, load_watch, read_watch
from trucewatch.watch.source_entry import changed_watch, source_section, with_source
from trucewatch.watch.toml_lines import table_span
from trucewatch.watch.toml_writing import toml_pairs
from trucewatch.watch.watch_draft import Draft, DraftStipulation, DraftZone, Named, draft_json, read_draft, slug
from trucewatch.watch.world_map import town_named, world_basemap
from trucewatch.watch.write_files import area_of, compose, load_draft, refuse_changed_by_hand, save

LEAST = Draft(
    id="w", names={"en": "W"}, theatre={"en": "T"}, time_zone="UTC", languages=("en",), area=(44.6, 38.9, 48.4, 40.5)
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(TEXTS)
def test_any_text_comes_back_from_toml(text: str) -> None:
    assert tomllib.loads(toml_pairs({text: text})) == {text: text}


@given(
    st.recursive(
        st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_value_comes_back_from_toml(value: object) -> None:
    assert tomllib.loads(toml_pairs({"a": value})) == {"a": value}


def test_times_and_days_come_back_from_toml() -> None:
    moment, day = datetime(987, 5, 4, 3, 2, 1, tzinfo=UTC), date(2031, 5, 4)
    assert tomllib.loads(toml_pairs({"a": moment, "b": day})) == {"a": moment, "b": day}
    with pytest.raises(ValueError, match="no zone of time"):
        toml_pairs({"a": datetime.fromisoformat("2031-05-04")})
    with pytest.raises(ValueError, match="is no number"):
        toml_pairs({"a": float("nan")})


def test_the_least_draft_is_a_sound_watch() -> None:
    watch, faults = read_watch(compose(LEAST))
    assert watch is not None
    assert faults == ()
    assert [one.id for one in watch.zones] == ["theatre"]
    assert [one.id for one in watch.settings.recipient] == ["joint-centre", "public"]


@settings(deadline=None, max_examples=60)
@given(TEXTS.filter(bool), TEXTS.filter(bool))
def test_whatever_is_written_the_watch_stays_sound(one: str, other: str) -> None:
    square = {"type": "Polygon", "coordinates": [[[45, 39], [46, 39], [46, 40], [45, 39]]]}
    zone = DraftZone(id="z", kind="district", names={"en": one}, geometry=square, accuracy_m=1, provenance=other)
    said = DraftStipulation(
        provision="1", kind="prohibited", summary={"en": other}, kinds=("shot",), obliged=("A",), zone="z"
    )
    draft = replace(
        LEAST,
        names={"en": one},
        theatre={"en": other},
        agreement=one,
        published=other,
        zones=(zone,),
        stipulations=(said, said),
        parties=(Named(id="A", names={"en": one}),),
    )
    watch, faults = read_watch(compose(draft))
    assert watch is not None, faults
    assert watch.settings.names["en"] == one
    assert watch.agreement.provision[0].summary["en"] == other
    assert read_draft(draft_json(draft)) == draft


def test_the_area_grows_with_the_zones() -> None:
    line = {"type": "LineString", "coordinates": [[40.0, 39], [50.0, 41]]}
    zone = DraftZone(id="l", kind="line", names={"en": "l"}, geometry=line, accuracy_m=1, provenance="x")
    draft = replace(LEAST, zones=(zone,))
    assert area_of(draft) == (40.0, 38.9, 50.0, 41.0)
    watch, faults = read_watch(compose(draft))
    assert watch is not None, faults
    assert watch.settings.line == "l"


def test_a_deadline_and_days_are_those_of_the_watchs_own_zone_of_time() -> None:
    said = DraftStipulation(
        provision="2",
        kind="required",
        summary={"en": "s"},
        what="handover",
        begin=date(2031, 5, 1),
        end=date(2031, 5, 9),
        due=date(2031, 5, 8),
    )
    watch, faults = read_watch(compose(replace(LEAST, time_zone="Asia/Baku", stipulations=(said,))))
    assert watch is not None, faults
    assert faults == ()
    (_, one) = next(watch.agreement.stipulations())
    assert one.in_force.from_ == datetime(2031, 4, 30, 20, tzinfo=UTC)
    assert one.in_force.until == datetime(2031, 5, 9, 20, tzinfo=UTC)
    due = one.due(datetime(2031, 5, 1, tzinfo=UTC), watch.zone)
    assert due is not None
    assert due.moment == datetime(2031, 5, 8, 20, tzinfo=UTC)


def test_provisions_stand_in_the_order_of_their_numbers() -> None:
    said = [DraftStipulation(provision=one, kind="judged", summary={"en": one}) for one in ("10", "2", "2", "B", "1")]
    watch, faults = read_watch(compose(replace(LEAST, stipulations=tuple(said))))
    assert watch is not None, faults
    assert [one.number for one in watch.agreement.provision] == ["1", "2", "10", "B"]
    assert [one.id for _, one in watch.agreement.stipulations()] == ["1", "2a", "2b", "10", "B"]


def test_a_saved_draft_is_a_folder_that_passes_the_check(tmp_path: Path) -> None:
    kept = save(tmp_path / "w", LEAST)
    assert check_watch(tmp_path / "w").faults == ()
    assert load_draft(tmp_path / "w") == kept
    save(tmp_path / "w", replace(kept, names={"en": "other"}), before=kept)
    (tmp_path / "w" / "zones.geojson").write_text("{}")
    with pytest.raises(WatchError, match="changed by hand"):
        refuse_changed_by_hand(tmp_path / "w", kept)


def test_a_step_that_was_cut_short_can_be_done_again(tmp_path: Path) -> None:
    first = save(tmp_path / "w", LEAST)
    old = (tmp_path / "w" / "watch.toml").read_bytes()
    second = save(tmp_path / "w", replace(first, names={"en": "other"}), before=first)
    (tmp_path / "w" / "watch.toml").write_bytes(old)
    save(tmp_path / "w", replace(second, names={"en": "third"}), before=second)
    assert load_watch(tmp_path / "w").settings.names["en"] == "third"


def test_a_source_is_put_in_and_replaced_with_every_other_line_as_it_was(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    text = (folder / "watch.toml").read_text()
    new = SourceSetting(
        id="lists", adapter="event_table", files=("inbox/l.csv",), columns={"kind": "=shot", "date_start": 'a "b"'}
    )
    with_new = with_source(text, new)
    assert [line for line in text.splitlines() if line not in with_new.splitlines()] == []
    assert (tmp_path / "w" / "watch.toml").read_text() == text
    changed = with_source(with_new, replace(new, organisation="x"))
    assert set(changed.splitlines()) - set(with_new.splitlines()) == {'organisation = "x"'}
    first = load_watch(folder).settings.source[0]
    replaced = with_source(text, replace(first, organisation="y"))
    assert "# Who gets what. Everything that leaves passes one of these rules." in replaced
    assert tomllib.loads(replaced)["recipient"] == tomllib.loads(text)["recipient"]
    read, faults = read_watch({**compose(LEAST), "watch.toml": changed_watch(folder, new)})
    assert read is None or read.settings.source[-1] == new, faults
    assert tomllib.loads(source_section(new))["source"][0]["columns"]["date_start"] == 'a "b"'


def test_a_source_that_spoils_the_watch_is_refused(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    with pytest.raises(WatchError, match="leaves the watch"):
        changed_watch(folder, SourceSetting(id="x", adapter="firms", files=("../x.csv",)))


@pytest.mark.parametrize(
    ("text", "index", "span"),
    [
        ("a = 1\n[[source]]\nb = 2\n# next\n[[source]]\nc = 3\n", 0, (1, 3)),
        (
            "[[source]]\nb = '''\n[[source]]\n'''\n[source.columns]\nc = 1\n\n# of the recipient\n[[recipient]]\n",
            0,
            (0, 6),
        ),
        ("[[source]]\nb = 1\n", 0, (0, 2)),
        ("[[source]]\nb = 1\n", 1, None),
    ],
)
def test_the_lines_of_one_table_are_found(text: str, index: int, span: tuple[int, int] | None) -> None:
    assert table_span(text, "source", index) == span


def test_the_bundled_world_has_land_boundaries_and_towns_and_says_whose_they_are() -> None:
    ground = world_basemap((44.6, 38.9, 48.4, 40.5))
    kinds = {one["properties"]["kind"] for one in ground["features"]}
    assert kinds == {"land", "boundary", "town"}
    assert "Natural Earth" in ground["boundary_set"]["en"]
    assert "GeoNames" in ground["credit"]["en"]
    sea = world_basemap((-25.5, -35.5, -24.5, -34.5))
    assert sea["features"] == []
    town = town_named("yerevan")
    assert town is not None
    assert town == pytest.approx((44.51, 40.18), abs=0.05)


def test_a_short_name_is_free_and_plain() -> None:
    assert slug("Ağdam (şehir)", ["agdam-sehir"], "zone") == "agdam-sehir-2"
    assert slug("Ստեփանակերտ", [], "zone") == "stepanakert"
    assert slug("Агдамский район", [], "zone") == "agdamskiy-rayon"
    assert slug("شوشا", [], "zone") == "shwsha"
    assert slug("Bağçalı", [], "zone") == "bagcali"
    assert slug("東京", [], "zone") == "zone"
