"""Places in words: every way of writing gives the same place, with the error of that way."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from trucewatch.errors import PlaceError
from trucewatch.geo.place_text import read_place
from trucewatch.model.zone import Town

GEOD = Geod(ellps="WGS84")
TOWNS = (
    Town(id="shusha", names={"en": "Shusha / Shushi", "az": "Şuşa", "ru": "Шуша"}, lon=46.75, lat=39.76),
    Town(id="khojavend", names={"en": "Khojavend / Martuni"}, lon=47.11, lat=39.79),
    Town(id="martuni", names={"en": "Martuni"}, lon=45.30, lat=40.14),
)


def metres(place, lon, lat):
    return GEOD.inv(place.lon, place.lat, lon, lat)[2]


@pytest.mark.parametrize(
    "text",
    [
        "39.8175, 46.7528",
        "39.8175 46.7528",
        "39,8175; 46,7528",
        "46.7528E 39.8175N",
        "N 39.8175, E 46.7528",
        "39°49′03″N 46°45′10″E",
        "39°49'03\"N, 46°45'10\"E",
        "39 49 03 N 46 45 10 E",
        "39°49.05'N 46°45.168'E",
        "39°49′03″ с.ш. 46°45′10″ в.д.",
        "39°49′03″ K, 46°45′10″ D",
        "38S 650020 4408971",
        "38SPK5002008971",
        "38S PK 50020 08971",
        "38S PK 500 089",
    ],
)
def test_one_place_in_many_writings(text):
    assert metres(read_place(text), 46.7528, 39.8175) < 80


@pytest.mark.parametrize(
    ("text", "step_m"),
    [
        ("39.8, 46.8", 11132),
        ("39.8177, 46.7528", 11.1),
        ("39°49′N 46°45′E", 1855),
        ("39°49′03″N 46°45′10″E", 30.9),
        ("38SPJ", 1e5),
        ("38SPJ 1 2", 1e4),
        ("38SPJ123456", 100),
        ("38SPJ1234567890", 1),
    ],
)
def test_the_error_is_the_step_of_the_writing(text, step_m):
    assert read_place(text).sd_m == pytest.approx(step_m / math.sqrt(12), rel=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "2.1 km NE of Shusha",
        "2,1 km northeast of Shushi",
        "2.1 km to the north-east of Şuşa",
        "2100 m NE of SUSA",
        "2,1 км к северо-востоку от Шуша",
        "в 2,1 км северо-восточнее Шуша",
        "Şuşa'nın 2,1 km kuzeydoğusunda",
    ],
)
def test_a_place_beside_a_town_in_three_languages(text):
    place = read_place(text, TOWNS)
    azimuth, _, distance = GEOD.inv(46.75, 39.76, place.lon, place.lat)
    assert azimuth % 360 == pytest.approx(45, abs=0.01)
    assert distance == pytest.approx(2100, abs=0.01)
    assert place.sd_m > 500


def test_the_further_from_the_town_the_wider_the_error():
    near, far = (read_place(f"{distance} km NNE of Shusha", TOWNS).sd_m for distance in (2, 30))
    assert far > near
    assert far == pytest.approx(math.hypot(30_000 * math.radians(22.5) / math.sqrt(12), 500), rel=0.01)


def test_a_town_by_its_name_is_anywhere_in_it():
    place = read_place("şuşa", TOWNS)
    assert (place.lon, place.lat, place.sd_m) == (46.75, 39.76, 2500.0)


def test_an_ambiguous_town_names_both():
    with pytest.raises(PlaceError, match=r"khojavend .* and martuni"):
        read_place("5 km SW of Martuni", TOWNS)


def test_the_letter_of_a_utm_place_is_its_band_unless_only_the_hemisphere_fits():
    assert read_place("38S 567890 4412345") == read_place("38N 567890 4412345")
    assert read_place("33S 567890 9412345").lat < 0
    with pytest.raises(PlaceError, match="latitude band"):
        read_place("38T 567890 1412345")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "39.8",
        "91, 200",
        "91N 46E",
        "39N 46N",
        "39N, 46",
        "39°61′N 46°10′E",
        "39°10′60″N 46°10′E",
        "39.5°10′N 46°10′E",
        "-39N 46E",
        "NaN, NaN",
        "38S IJ 12 34",
        "99S PJ 12 34",
        "38S PJ 123 45",
        "61S 567890 4412345",
        "5 km XX of Shusha",
        "5 km NE of Nowhere",
        "<b>here</b>",
        "0x10, 0x20",
        "1e5, 3",
        "x" * 500,
        "39.8177, 46.7528, 12",
    ],
)
def test_what_is_no_place_is_refused_with_a_remedy(text):
    with pytest.raises(PlaceError, match=r"[;:]"):
        read_place(text, TOWNS)


@settings(deadline=None)
@given(lat=st.floats(-80, 84), lon=st.floats(-179.99, 179.99))
def test_decimal_and_sexagesimal_writings_agree(lat, lon):
    def angle(value, letters):
        seconds = round(abs(value) * 3600)
        return f"{seconds // 3600}°{seconds // 60 % 60:02d}′{seconds % 60:02d}″{letters[value < 0]}"

    place = read_place(f"{angle(lat, 'NS')} {angle(lon, 'EW')}")
    assert abs(place.lat - lat) <= 0.5 / 3600 + 1e-9
    assert abs(place.lon - lon) <= 0.5 / 3600 + 1e-9
    decimal = read_place(f"{lat:.5f}, {lon:.5f}")
    assert abs(decimal.lat - lat) + abs(decimal.lon - lon) < 2e-5 or abs(lat) > 90


@settings(deadline=None, max_examples=300)
@given(text=st.text(max_size=60))
def test_any_text_is_a_place_on_the_globe_or_a_place_error(text):
    try:
        place = read_place(text, TOWNS)
    except PlaceError:
        return
    assert -180 <= place.lon <= 180
    assert -90 <= place.lat <= 90
    assert place.sd_m > 0
