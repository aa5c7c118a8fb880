"""The area service: the address, what it answers, and a key that nobody gets to see. No network: answers are written
here."""

from __future__ import annotations

import urllib.error
from datetime import date

import pytest

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.sources import firms_area
from trucewatch.sources.firms_area import area_address, download_area, fetch_https

from .reading import read_bytes, sample_setting

KEY = "0123456789abcdef0123456789abcdef"
ASKED = {
    "map_key": KEY,
    "product": "VIIRS_SNPP_NRT",
    "area": (46.0, 39.0, 47.5, 40.25),
    "days": 3,
    "until": date(2031, 3, 4),
}
TABLE = b"""latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,\
satellite,instrument,confidence,version,bright_ti5,frp,daynight
10.12345,20.54321,331.2,0.41,0.37,2031-03-04,824,N,VIIRS,n,2.0NRT,290.1,4.5,D
"""


def test_the_address_names_product_box_and_first_day():
    address = area_address(**ASKED)
    assert (
        address
        == f"https://firms.modaps.eosdis.nasa.gov/api/area/csv/{KEY}/VIIRS_SNPP_NRT/46,39,47.5,40.25/3/2031-03-02"
    )


def test_the_answer_is_evidence_that_firms_reads(tmp_path):
    content = download_area(lambda address: TABLE, **ASKED)
    assert content == TABLE
    assert read_bytes(content, tmp_path, sample_setting("firms")).taken == 1


@pytest.mark.parametrize(
    ("answer", "phrase"),
    [
        (b"Invalid MAP_KEY.", "check the MAP_KEY"),
        (b"Invalid API call.", "check product, area and days"),
        (b"Exceeding allowed transaction limit for " + KEY.encode(), "wait ten minutes"),
        (b"", "empty answer"),
        (b"<html>maintenance</html>", "web page"),
    ],
)
def test_refusals_of_the_service_are_told_without_the_key(answer, phrase):
    with pytest.raises(UnreadableInput, match=phrase) as caught:
        download_area(lambda address: answer, **ASKED)
    assert KEY not in str(caught.value)


def test_a_broken_connection_does_not_show_the_key():
    def fail(address: str) -> bytes:
        raise urllib.error.URLError(f"no route to {address}")

    with pytest.raises(UnreadableInput, match="could not be reached") as caught:
        download_area(fail, **ASKED)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"map_key": "../../x"}, "MAP_KEY"),
        ({"product": "LANDSAT"}, "no FIRMS product"),
        ({"days": 11}, "1 to 10 days"),
        ({"area": (47.0, 39.0, 46.0, 40.0)}, "lon_min"),
    ],
)
def test_an_unusable_request_is_never_sent(change, phrase):
    def never(address: str) -> bytes:
        raise AssertionError(address)

    with pytest.raises(UnreadableInput, match=phrase):
        download_area(never, **{**ASKED, **change})


def test_an_answer_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(firms_area, "MAX_ANSWER_BYTES", 100)
    with pytest.raises(InputTooLarge, match="smaller area"):
        download_area(lambda address: TABLE, **ASKED)


def test_only_tls_is_fetched():
    with pytest.raises(UnreadableInput, match="https"):
        fetch_https("http://firms.modaps.eosdis.nasa.gov/")
