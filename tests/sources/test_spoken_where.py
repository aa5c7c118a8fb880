"""Where something was, as callers say it: offsets, bearings, seconds, grids, names, and whatever else may be typed."""

from __future__ import annotations

import math
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from trucewatch.errors import PlaceError
from trucewatch.geo.frame import wgs84
from trucewatch.geo.place_text import COMPASS
from trucewatch.model.spoken import SpokenPlace
from trucewatch.sources.compass_words import direction_of
from trucewatch.sources.gazetteer import Gazetteer, gazetteer_of, within_one_letter
from trucewatch.sources.spoken_where import read_where
from trucewatch.watch.load import load_watch


@cache
def gazetteer(name: str = "two-valleys") -> Gazetteer:
    return gazetteer_of(load_watch(ROOT / "examples" / name))


def read(text: str, name: str = "two-valleys") -> SpokenPlace:
    return read_where(text, gazetteer(name))


def refusal(text: str, name: str = "two-valleys") -> str:
    with pytest.raises(PlaceError) as caught:
        read(text, name)
    return str(caught.value)


def from_place(place: SpokenPlace, place_id: str, name: str = "two-valleys") -> tuple[float, float]:
    """Bearing and metres from a named place to where something was."""
    assert place.lon is not None
    assert place.lat is not None
    named = read(place_id, name)
    azimuth, _, metres = wgs84().inv(named.lon, named.lat, place.lon, place.lat)
    return float(azimuth) % 360, float(metres)


def is_within_95(place: SpokenPlace, lon: float, lat: float) -> bool:
    """Whether a place lies within the ellipse that holds 95 of 100."""
    assert place.semi_major_m
    assert place.semi_minor_m
    assert place.major_azimuth_deg is not None
    azimuth, _, metres = wgs84().inv(place.lon, place.lat, lon, lat)
    turn = math.radians(azimuth - place.major_azimuth_deg)
    along, across = metres * math.cos(turn) / place.semi_major_m, metres * math.sin(turn) / place.semi_minor_m
    return math.hypot(along, across) <= 2.4478


@pytest.mark.parametrize(
    ("text", "place_id", "watch"),
    [
        ("Ambermill", "ambermill", "two-valleys"),
        ("AMBERMILL", "ambermill", "two-valleys"),
        ("Янтарная Мельница", "ambermill", "two-valleys"),
        ("Янтарной Мельницы", "ambermill", "two-valleys"),
        ("Ortaköprü", "middle-bridge", "two-valleys"),
        ("Ortakopru'de", "middle-bridge", "two-valleys"),
        ("Quarrystead", "larkfell", "two-valleys"),
        ("Hollin Meadows", "hollin-meadows", "two-valleys"),
        ("near the bridge at Port Merrow", "port-merrow", "two-valleys"),
        ("post 3", "ac-3", "two-valleys"),
        ("ac-3", "ac-3", "two-valleys"),
        ("Степанакерт", "town-khankendi", "karabakh-2020"),
        ("Xankəndi", "town-khankendi", "karabakh-2020"),
        ("Ստեփանակերտ", "town-khankendi", "karabakh-2020"),
    ],
)
def test_a_place_is_read_by_any_of_its_names(text: str, place_id: str, watch: str) -> None:
    place = read(text, watch)
    assert (place.basis, place.place) == ("place", place_id)
    assert place.semi_major_m


@pytest.mark.parametrize("text", ["Ambermil", "Ambremill", "Ambermiill", "Amber", "Ambermyll"])
def test_a_near_spelling_is_told_as_what_it_was_taken_to_be(text: str) -> None:
    place = read(text)
    assert place.place == "ambermill"
    assert f'"{text}" taken to be Ambermill' in map(str, place.assumed)


def test_words_beside_a_name_are_kept_and_told() -> None:
    place = read("500 m west of the mill at Ambermill")
    assert (place.basis, place.place) == ("offset", "ambermill")
    assert str(place.assumed[0]) == '"mill" kept as it was spoken; counted from Ambermill'


@pytest.mark.parametrize(
    ("text", "place_id", "bearing", "metres", "watch"),
    [
        ("2 km N of Stonegate", "stonegate", 0, 2000, "two-valleys"),
        ("2.5 km north-east of Kessford", "kessford", 45, 2500, "two-valleys"),
        ("2,5 km northeast of Kessford", "kessford", 45, 2500, "two-valleys"),
        ("two km SSW of Hollin", "hollin", 202.5, 2000, "two-valleys"),
        ("500 m west of Ambermill", "ambermill", 270, 500, "two-valleys"),
        ("2 kilometres to the south of Highmere", "highmere", 180, 2000, "two-valleys"),
        ("в 2 км к северу от Верхнеозёрска", "highmere", 0, 2000, "two-valleys"),
        ("2 км С от Среднего Моста", "middle-bridge", 0, 2000, "two-valleys"),
        ("2 км СВ Каменных Ворот", "stonegate", 45, 2000, "two-valleys"),
        ("3 км юго-западнее Верхнеозёрска", "highmere", 225, 3000, "two-valleys"),
        ("Ortaköprü'nün 2 km kuzeyinde", "middle-bridge", 0, 2000, "two-valleys"),
        ("Taşkapı'dan 500 m güneybatıda", "stonegate", 225, 500, "two-valleys"),
        ("2 км к северо-востоку от Степанакерта", "town-khankendi", 45, 2000, "karabakh-2020"),
        ("Ստեփանակերտից 2 կմ հյուսիս", "town-khankendi", 0, 2000, "karabakh-2020"),
        ("Ստեփանակերտից 3 կմ հարավ-արևելք", "town-khankendi", 135, 3000, "karabakh-2020"),
        ("Ağdamdan 2 km şimalda", "town-aghdam", 0, 2000, "karabakh-2020"),
        ("Ağdamdan 3 km cənub-qərbdə", "town-aghdam", 225, 3000, "karabakh-2020"),
    ],
)
def test_so_far_from_a_place_lies_there(text: str, place_id: str, bearing: float, metres: float, watch: str) -> None:
    place = read(text, watch)
    assert (place.basis, place.place) == ("offset", place_id)
    azimuth, apart_m = from_place(place, place_id, watch)
    assert abs((azimuth - bearing + 180) % 360 - 180) < 0.01
    assert apart_m == pytest.approx(metres, abs=0.1)


@pytest.mark.parametrize(
    ("word", "points"),
    [
        ("N", "N"),
        ("north-easterly", "NE"),
        ("северо-восточнее", "NE"),
        ("юго-западу", "SW"),
        ("СЗ", "NW"),
        ("kuzeydoğusunda", "NE"),
        ("güneyinde", "S"),
        ("şimal-qərbində", "NW"),
        ("հյուսիս-արևելք", "NE"),
        ("հարավում", "S"),
        ("в", ""),
        ("с", ""),
        ("Eastmark", ""),
        ("Norhaven", ""),
        ("northsouth", ""),
    ],
)
def test_words_of_direction_are_told_from_other_words(word: str, points: str) -> None:
    assert direction_of(word) == points


def test_a_bearing_without_a_range_is_a_direction_from_its_post() -> None:
    place = read("bearing 045 from post 3")
    post = read("post 3")
    assert (place.basis, place.lon, place.lat, place.place) == ("bearing", None, None, "ac-3")
    assert (place.observer_lon, place.observer_lat) == (post.lon, post.lat)
    assert (place.bearing_deg, place.range_m) == (45.0, None)
    assert place.bearing_sd_deg


@pytest.mark.parametrize("text", ["post 3, 45 degrees, 3 km", "3 km from post 3 bearing 45", "пост 3, азимут 45, 3 км"])
def test_a_bearing_with_a_range_is_a_place(text: str) -> None:
    place = read(text)
    azimuth, metres = from_place(place, "ac-3")
    assert azimuth == pytest.approx(45, abs=0.01)
    assert metres == pytest.approx(3000, abs=0.1)
    assert (place.range_m, place.range_sd_m) == (3000, 750)


def test_the_seconds_between_flash_and_bang_are_a_range_with_its_error() -> None:
    place = read("post 3 bearing 45, 12 seconds")
    assert place.basis == "flash_to_bang"
    assert place.range_m == pytest.approx(4080)
    assert place.range_sd_m == pytest.approx(math.hypot(170, 4080 * 0.03))
    warm = read_where("post 3 bearing 45, 12 seconds", gazetteer(), air_c=20.0)
    assert warm.range_m == pytest.approx(12 * (331.3 + 0.606 * 20))
    assert place.range_sd_m is not None
    assert warm.range_sd_m is not None
    assert warm.range_sd_m < place.range_sd_m


@pytest.mark.parametrize(
    ("text", "lon", "lat", "basis", "watch"),
    [
        ("39°49'N 46°45'E", 46.75, 39.8166, "coordinates", "karabakh-2020"),
        ("39.82, 46.75", 46.75, 39.82, "coordinates", "karabakh-2020"),
        ("46.75 39.82", 46.75, 39.82, "coordinates", "karabakh-2020"),
        ("-34,9123 -25,1234", -25.1234, -34.9123, "coordinates", "two-valleys"),
        ("38SNJ12345678", 45.1432, 39.3604, "mgrs", "karabakh-2020"),
        ("38S NJ 1234 5678", 45.1432, 39.3604, "mgrs", "karabakh-2020"),
    ],
)
def test_coordinates_are_read_in_the_order_that_lies_in_the_area(
    text: str, lon: float, lat: float, basis: str, watch: str
) -> None:
    place = read(text, watch)
    assert place.basis == basis
    assert place.lon == pytest.approx(lon, abs=2e-4)
    assert place.lat == pytest.approx(lat, abs=2e-4)


def test_fewer_digits_of_a_grid_are_a_wider_place() -> None:
    wide, narrow = read("38S NJ 12 56", "karabakh-2020"), read("38S NJ 1234 5678", "karabakh-2020")
    assert wide.semi_major_m is not None
    assert narrow.semi_major_m is not None
    assert wide.semi_major_m > 50 * narrow.semi_major_m


def test_numbers_that_fit_either_way_are_asked_for() -> None:
    square = Gazetteer(area=(10.0, 10.0, 20.0, 20.0))
    with pytest.raises(PlaceError, match="fits either way"):
        read_where("11.5, 12.5", square)


def test_a_name_of_two_places_is_refused_with_the_choices() -> None:
    words = refusal("Ac")
    assert "no place" in words
    assert "may be" in refusal("Acoustic post")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zzyzx", 'no place "Zzyzx" is known here'),
        ("post 9 bearing 45", 'no post "9" is in the register'),
        ("12 seconds", "from where was it seen?"),
        ("2 km from Hollin", "in which direction?"),
        ("bearing 400 from post 1", "from 0 to 360"),
        ("post 1 bearing 10, 900 seconds", "nothing is heard"),
        ("900 km N of Hollin", "further than anybody sees"),
        ("7.5, 8.5", "outside the area"),
        ("38S NJ 123 45", "same number of digits"),
        ("", "no place is written"),
        ("x" * 10_000, "too long"),
    ],
)
def test_what_is_no_place_is_refused_with_what_to_do(text: str, words: str) -> None:
    assert words in refusal(text)


@given(
    km=st.floats(0.2, 40),
    point=st.sampled_from(COMPASS[::2]),
    off_share=st.floats(-0.45, 0.45),
    off_deg=st.floats(-22.5, 22.5),
)
def test_what_lies_about_so_far_in_about_that_direction_is_within_the_ellipse(
    km: float, point: str, off_share: float, off_deg: float
) -> None:
    written = f"{km:.2f}"
    place = read(f"{written} km {point} of Hollin")
    hollin = read("Hollin")
    # Not both at their ends at once, which is 1 of 100.
    metres = float(written) * 1000 * (1 + off_share * math.cos(math.radians(4 * off_deg)))
    lon, lat, _ = wgs84().fwd(hollin.lon, hollin.lat, COMPASS.index(point) * 22.5 + off_deg, metres)
    assert is_within_95(place, lon, lat)
    azimuth, apart_m = from_place(place, "hollin")
    assert apart_m == pytest.approx(float(written) * 1000, abs=0.1)
    assert abs((azimuth - COMPASS.index(point) * 22.5 + 180) % 360 - 180) < 0.01


@given(st.text("abcdef", min_size=1, max_size=9), st.integers(0, 8), st.sampled_from("abcdefg"))
def test_one_letter_more_less_or_other_is_near(word: str, at: int, letter: str) -> None:
    at %= len(word)
    assert within_one_letter(word, word[:at] + letter + word[at:])
    assert within_one_letter(word, word[:at] + word[at + 1 :])
    assert within_one_letter(word, word[:at] + letter + word[at + 1 :])
    assert not within_one_letter(word, word + "zz")


PIECES = st.one_of(
    st.sampled_from(
        ["2 km", "500 m", "N", "СВ", "north", "of", "от", "Ambermill", "Hollin", "post 3", "bearing", "45°"]
    ),
    st.sampled_from(
        ["12 seconds", "38SNJ", "39°49'N", "46.75", ",", "\0", "\u202e", "١٢", "९ km", "-", "999999 km", "'"]
    ),
    st.text(max_size=8),
    st.integers(-999, 99999).map(str),
)


@given(st.one_of(st.lists(PIECES, max_size=7).map(" ".join), st.text(max_size=80)))
@example("(" * 190)
@example("1" * 200)
@example("post " * 40)
@example("north" * 40)
@example("2 km " * 40)
@example("a-" * 100)
@settings(max_examples=600)
def test_whatever_is_typed_is_a_place_or_a_refusal(text: str) -> None:
    try:
        place = read(text)
    except PlaceError:
        return
    assert place.lon is not None or place.observer_lon is not None
    for number in (place.lon, place.lat, place.semi_major_m, place.semi_minor_m, place.range_m, place.bearing_deg):
        assert number is None or math.isfinite(number)
    assert place.semi_major_m is None or place.semi_minor_m is None or place.semi_major_m >= place.semi_minor_m
    assert place.bearing_deg is None or 0 <= place.bearing_deg < 360


def test_what_a_distance_was_counted_from_is_said() -> None:
    place = read("2 km N of Ambermill")
    assert [str(words) for words in place.assumed] == [
        "counted from the middle of Ambermill; taken as rough: ±1,000 m in the distance, ±25° in the direction"
    ]
