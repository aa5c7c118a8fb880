"""`names.toml`: every fault at its line with a remedy, and labels by policy, language and day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.builders import make_watch, template_files, template_watch
from trucewatch.geo.place_text import read_place
from trucewatch.locale import words
from trucewatch.model.agreement import Agreement, Body
from trucewatch.model.faults import Fault
from trucewatch.model.names import NamesFile, PlaceName, PlaceRow
from trucewatch.model.naming import CONSOLE, called, label, lines_by_user, numbers_of, policy_for
from trucewatch.model.watch import Watch
from trucewatch.watch import check_watch, read_watch

TABLE = """schema = 1
console = "all"

[[policy]]
recipient = "public"
policy = "instrument"

[[place]]
id = "pass"

  [[place.name]]
  text = "The pass"
  language = "en"
  used_by = "A"
  source = "gazette of A, 4 May 2031"

  [[place.name]]
  text = "High gate"
  language = "en"
  used_by = "B"
  from = 2029-06-01
  source = "decree of B, 1 June 2029"
"""
DAY = date(2031, 5, 2)
WORDS = {
    ("A", "en"): "Alden",
    ("A", "ru"): "Алден",
    ("A", "tr"): "Yalden",
    ("B", "en"): "Beldra",
    ("B", "ru"): "Белдра",
    ("B", "tr"): "Beldra",
    ("en-1", "en"): "Town of Alden",
    ("UN", "en"): "Ālden",
}


def row_of(words_by_user: dict[tuple[str, str], str], place_id: str = "pass") -> PlaceRow:
    names = (
        PlaceName(text=text, language=language, used_by=user, source="invented")
        for (user, language), text in words_by_user.items()
    )
    return PlaceRow(id=place_id, name=tuple(names))


def faults_of(table: str) -> list[Fault]:
    return list(read_watch({**template_files(), "names.toml": table.encode()})[1])


def agreement() -> Agreement:
    return template_watch().agreement


def named(policy: str, language: str, row: PlaceRow | None = None, day: date = DAY) -> str:
    return label(row or row_of(WORDS), policy, language, day, agreement()).text


def test_a_sound_table_has_no_fault_and_the_watch_bears_its_names() -> None:
    watch, faults = read_watch({**template_files(), "names.toml": TABLE.encode()})
    assert faults == ()
    assert watch is not None
    zone = watch.zone_with("pass")
    assert zone is not None
    assert zone.names["en"] == "High gate / The pass"


ONE_FAULT = [
    ('id = "pass"', 'id = "pas"', '"pas" is no zone, line or town', 'did you mean "pass"?', 9, "error"),
    (
        '"gazette of A, 4 May 2031"',
        '""',
        'the name "The pass" has no source',
        "say which text uses it: who published it, and when",
        11,
        "error",
    ),
    ('  source = "gazette of A, 4 May 2031"\n', "", '"source" is missing', "add source = …", 11, "error"),
    (
        'source = "decree',
        'until = 2029-06-01\n  source = "decree',
        "is used from 2029-06-01 until 2029-06-01",
        "swap from and until",
        17,
        "error",
    ),
    ('used_by = "B"', 'used_by = "C"', 'is used by "C", who is not known', "write one of", 17, "error"),
    ('used_by = "B"', "used_by = []", 'nobody uses the name "High gate"', "name a party", 17, "error"),
    ('used_by = "B"', 'used_by = "A"', "only A has a name for it", "ask the other side", 8, "warning"),
    ('text = "The pass"', 'text = " "', "has an empty name", "write the name", 11, "error"),
    ('text = "The pass"', 'text = "The pass"\n  script = "Cyrl"', "in Cyrl", 'script = "Latn"', 11, "error"),
    (
        'language = "en"\n  used_by = "A"',
        'language = "de"\n  used_by = "A"',
        'A has no name for it in "en"',
        "",
        8,
        "warning",
    ),
    ('recipient = "public"', 'recipient = "pubic"', 'for "pubic", who is no recipient', 'mean "public"?', 5, "error"),
    ('policy = "instrument"', 'policy = "side:Z"', '"Z" is no party', "write one of: A, B", 6, "error"),
    ('policy = "instrument"', 'policy = "side"', 'policy "side" is not known', "", 6, "error"),
    ('policy = "instrument"', 'policy = "all"', 'policy "all" is not known', "write one of", 6, "error"),
    ('console = "all"', 'console = "instrument"', "the console cannot follow", 'console = "all"', 2, "error"),
    ('console = "all"', 'console = "side:Z"', '"Z" is no party', "write one of: A, B", 2, "error"),
    ('id = "pass"', 'id = "pass"\npcode = "X1"', "only one of pcode and pcode_of", "give both", 8, "error"),
    ("schema = 1", "schema = 1\nnames = 3", 'unknown key "names"', "", 2, "error"),
]


@pytest.mark.parametrize(("old", "new", "what", "remedy", "line", "severity"), ONE_FAULT)
def test_a_fault_is_found_at_its_line_with_a_remedy(
    old: str, new: str, what: str, remedy: str, line: int, severity: str
) -> None:
    assert old in TABLE
    faults = [fault for fault in faults_of(TABLE.replace(old, new, 1)) if what in str(fault.what)]
    assert [(fault.file, fault.line, fault.severity) for fault in faults] == [("names.toml", line, severity)]
    assert remedy in str(faults[0].remedy)
    for language in ("ru", "tr"):
        assert words(language).say(faults[0].message) != str(faults[0].message)


def test_a_place_with_two_rows_and_an_id_that_two_rows_claim_are_faults() -> None:
    row = TABLE[TABLE.index("[[place]]") :]
    twice = [str(fault.what) for fault in faults_of(TABLE + "\n" + row)]
    assert twice == ['"pass" has two rows: it stands in the row of "pass" too']
    other = row.replace('id = "pass"', 'id = "west"\nalso = ["pass"]')
    assert [str(fault.what) for fault in faults_of(TABLE + "\n" + other)] == [
        '"pass" has two rows: it stands in the row of "pass" too'
    ]
    policy = '\n[[policy]]\nrecipient = "public"\npolicy = "standardised"\n'
    assert any('policy "public" is given 2 times' in str(fault.what) for fault in faults_of(TABLE + policy))


@pytest.mark.parametrize("name", ["names.csv", "Names.toml", "names-2.toml", "names.ru.toml"])
def test_a_second_table_of_names_is_a_fault(tmp_path: Path, name: str) -> None:
    folder = make_watch(tmp_path / "w")
    (folder / name).write_text("")
    faults = check_watch(folder).faults
    assert [(fault.file, str(fault.what)) for fault in faults] == [(name, "is a second table of names")]


def test_without_a_table_names_are_those_of_the_files() -> None:
    contents = template_files()
    del contents["names.toml"]
    watch, faults = read_watch(contents)
    assert faults == ()
    assert watch is not None
    assert watch.naming is None
    assert called(watch, "public", datetime(2031, 5, 2, tzinfo=UTC)) is watch


def test_all_names_stand_together_in_the_readers_alphabet() -> None:
    assert named("all", "en") == "Alden / Beldra"
    assert named("all", "ru") == "Алден / Белдра"
    assert named("all", "tr") == "Beldra / Yalden"


def test_a_user_without_a_form_in_the_language_is_not_left_out() -> None:
    row = row_of({key: text for key, text in WORDS.items() if key != ("B", "ru")})
    assert named("all", "ru", row).split(" / ") == ["Алден", "Beldra"]
    assert named("all", "hy", row) == "Alden / Beldra"


def test_the_instruments_copy_in_the_readers_language_and_else_all() -> None:
    assert named("instrument", "en") == "Town of Alden"
    assert named("instrument", "ru") == named("all", "ru")
    both = row_of({**WORDS, ("agreement", "en"): "Alden town"})
    assert named("instrument", "en", both) == "Alden town / Town of Alden"


def test_a_sides_names_its_bodies_and_else_all() -> None:
    assert named("side:B", "en") == "Beldra"
    assert named("side:A", "ru") == "Алден"
    body = Body(id="press", names={"en": "Press"}, counts_with="B")
    row = row_of({("A", "en"): "Alden", ("press", "en"): "Beldra"})
    with_body = replace(agreement(), body=(body,))
    assert label(row, "side:B", "en", DAY, with_body).text == "Beldra"
    alone = row_of({("A", "en"): "Alden"})
    assert named("side:B", "en", alone) == "Alden"


def test_the_united_nations_name_has_the_others_in_brackets() -> None:
    assert named("standardised", "en") == "Ālden (Alden / Beldra)"
    assert named("standardised", "ru") == "Ālden (Алден / Белдра)"
    alone = row_of({("A", "en"): "Alden"})
    assert named("standardised", "en", alone) == "Alden"


def test_a_way_to_write_a_name_counts_alone_only_where_nobody_else_has_one() -> None:
    assert named("all", "en", row_of({("en-1", "en"): "Town"})) == "Town"
    assert named("all", "en", row_of({("UN", "en"): "Ālden", ("en-1", "en"): "Town"})) == "Ālden / Town"


def test_a_name_is_chosen_by_the_day() -> None:
    row = PlaceRow(
        id="pass",
        name=(
            PlaceName(text="Old", language="en", used_by="A", source="s", until=date(2030, 1, 1)),
            PlaceName(text="New", language="en", used_by="A", source="s", from_=date(2030, 1, 1)),
        ),
    )
    assert named("all", "en", row, date(2029, 12, 31)) == "Old"
    assert named("all", "en", row, date(2030, 1, 1)) == "New"
    gone = PlaceRow(id="pass", name=row.name[:1])
    assert named("all", "en", gone, DAY) == "Old"


def test_names_of_a_road_stand_line_by_line_with_their_users() -> None:
    assert lines_by_user(row_of(WORDS), "all", "en", DAY, agreement()) == [(("A",), "Alden"), (("B",), "Beldra")]
    shared = PlaceRow(
        id="pass", name=(PlaceName(text="Pass", language="en", used_by=("A", "B"), source="both gazettes"),)
    )
    assert lines_by_user(shared, "all", "en", DAY, agreement()) == [(("A", "B"), "Pass")]


def with_table(*rows: PlaceRow, **table: object) -> Watch:
    return replace(template_watch(), naming=NamesFile(schema=1, place=rows, **table))  # type: ignore[arg-type]


def test_each_reader_has_a_policy_and_a_side_stands_first_in_its_own_copy() -> None:
    watch = with_table(row_of(WORDS))
    assert policy_for(watch, CONSOLE) == "all"
    assert policy_for(watch, "public") == "instrument"
    sided = read_watch({**template_files(), "names.toml": TABLE.replace('"instrument"', '"side:B"').encode()})[0]
    assert sided is not None
    public = called(sided, "public", None)
    assert [party.id for party in public.agreement.party] == ["B", "A"]
    assert [party.id for party in called(sided, CONSOLE, None).agreement.party] == ["A", "B"]
    zone = public.zone_with("pass")
    assert zone is not None
    assert zone.names["en"] == "High gate"


def test_numbers_are_those_of_the_rows_whatever_the_order_in_the_file() -> None:
    first, second = row_of(WORDS, "west"), row_of(WORDS, "east")
    assert numbers_of(with_table(first, second)) == numbers_of(with_table(second, first)) == {"east": 1, "west": 2}
    also = replace(second, also=("pass",))
    assert numbers_of(with_table(first, also))["pass"] == 1


def test_every_name_that_a_place_ever_had_is_read() -> None:
    basemap = json.loads(template_files()["basemap.geojson"])
    town = next(feature for feature in basemap["features"] if feature["properties"]["kind"] == "town")
    table = TABLE.replace('id = "pass"', f'id = "{town["id"]}"').replace(
        "from = 2029-06-01", "from = 1890-01-01\n  until = 1901-01-01"
    )
    watch, faults = read_watch({**template_files(), "names.toml": table.encode()})
    assert watch is not None, faults
    then = called(watch, "public", datetime(2031, 5, 2, tzinfo=UTC))
    read = read_place("High gate", then.basemap.towns)
    assert (read.lon, read.lat) == tuple(town["geometry"]["coordinates"])
    assert "High gate" not in next(place for place in then.basemap.towns if place.id == town["id"]).names["en"]


@pytest.mark.parametrize("example", ["karabakh-2020", "two-valleys"])
def test_the_examples_name_as_many_users_in_every_language(example: str) -> None:
    """The same set of names in every language of the console, and no name without a source."""
    reading = check_watch(Path(__file__).parents[2] / "examples" / example)
    assert reading.errors == 0
    watch = reading.watch
    assert watch is not None
    assert watch.naming is not None
    day = watch.settings.watch_time.date() if watch.settings.watch_time else None
    for row in watch.naming.place:
        users = {user for name in row.name for user in name.users if user in watch.agreement.party_ids}
        for language in watch.settings.languages:
            names = label(row, "all", language, day, watch.agreement).names
            spoken = {
                user
                for name in row.name
                if name.language == language and name.text in names
                for user in name.users
                if user in users
            }
            assert spoken == users, (row.id, language)


def test_the_reference_watch_names_all_its_zones_and_towns_and_warns_of_one_sided_ones_alone() -> None:
    reading = check_watch(Path(__file__).parents[2] / "examples" / "karabakh-2020")
    watch = reading.watch
    assert watch is not None
    assert watch.naming is not None
    rows = {place_id for row in watch.naming.place for place_id in row.ids}
    assert {zone.id for zone in watch.zones} | {town.id for town in watch.basemap.towns} <= rows
    warnings = [fault for fault in reading.faults if fault.file == "names.toml"]
    assert all("has a name for it; that name alone is shown" in str(fault.what) for fault in warnings)
    names = " ".join(name for place in (*watch.zones, *watch.basemap.towns) for name in place.names.values())
    for word in ("Basarkeçər", "Gorus", "Cermuk", "Gandzak", "Partav", "Պարտավ", "Ivanyan", "Գանձակ", "Իվանյան"):
        assert word not in names


@pytest.mark.parametrize(
    ("properties", "what"),
    [
        ({"follows": "line-of-contct"}, 'follows "line-of-contct", which is no line of this watch'),
        ({"entered_by": ["D1", "D9"]}, 'is entered by "D9", who is no delegation'),
        ({"entered_by": "D1"}, "has entered_by that is no list"),
    ],
)
def test_a_wrong_word_that_would_let_a_line_out_is_a_fault(properties: dict[str, object], what: str) -> None:
    document = json.loads(template_files()["zones.geojson"])
    line = next(feature for feature in document["features"] if feature["properties"]["kind"] == "line")
    line["properties"] |= properties
    faults = read_watch({**template_files(), "zones.geojson": json.dumps(document).encode()})[1]
    assert what in [str(fault.what) for fault in faults]


def test_lines_drawn_by_hand_are_for_who_gets_exact_places() -> None:
    settings = template_files()["watch.toml"].decode().replace('place = "exact"', 'place = "cell"\ncell_m = 2000')
    faults = read_watch({**template_files(), "watch.toml": settings.encode()})[1]
    assert [str(fault.what) for fault in faults] == ["would get lines drawn by hand"]
