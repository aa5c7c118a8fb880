"""A device is named under any of its names, however the letters are hidden; a text without one is not taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import each
from trucewatch.model.device_names import DeviceNames
from trucewatch.model.zone import Sensor

REGISTER = (
    Sensor(
        id="OP3",
        means="patrol",
        names={"en": "Post Elm (simulated)", "ru": "пост «Вяз»", "hy": "Թեղի դիտակետ", "az": "Qaraağac postu"},
        lon=1,
        lat=1,
        range_m=1,
    ),
    Sensor(id="ac-1", means="acoustic", names={"ru": "Восточная камера"}, lon=1, lat=1, range_m=1, also=("src:TX-40",)),
    Sensor(id="seis-net", means="seismic", names={}, lon=1, lat=1, range_m=1),
    Sensor(id="7", means="acoustic", names={"en": "K"}, lon=1, lat=1, range_m=1),
)
NAMES = DeviceNames(REGISTER)


@pytest.mark.parametrize(
    "text",
    [
        "OP3 saw it",
        "op-3 saw it",
        "OP 3",
        "O\u200bP3",
        "O\u00adP\u20603",
        "ＯＰ３",
        "ОР3 by Cyrillic letters",
        "post elm",
        "Post  Elm",
        "Post\u00a0Elm",
        "Post\nElm",
        "Post\u2011Elm",
        "PostElm",
        "“Post” ‘Elm’",
        "Pośt Élm",
        "P o s t E l m",
        "from Post Elm's roof",
        "с поста «Вяз»",
        "посту Вяз",
        "на «Вяз» видели",
        "Թեղի դիտակետից",
        "Qaraağac postundan",
        "QARAAĞAC POSTU",
        "ac\u20111 heard it",
        "AC_1",
        "ac.1",
        "ас-1 in Cyrillic",
        "с восточной камеры",
        "seen by TX40",
        "src:TX-40",
        "\u202emlE tsoP",
        "P&#111;st Elm",
    ],
)
def test_a_name_is_read_however_it_is_written(text: str) -> None:
    assert NAMES.are_in(text)
    assert NAMES.are_in(f"It was late. {text}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "An elm fell on the road; a post was sent.",
        "OP31 and OP 30",
        "ac-12, ac-10",
        "seven, 7 and 7.5; K",
        "Fire from the ridge at 22:10, three rounds.",
        "камера сгорела",
        "the seismic network has it there",
        "the drop 3 km away",
        "TX-401",
    ],
)
def test_words_that_name_none_pass(text: str) -> None:
    assert not NAMES.are_in(text)


@given(st.text(max_size=200))
def test_any_text_is_read_and_where_there_are_no_devices_none_is_named(text: str) -> None:
    assert not DeviceNames(()).are_in(text)
    assert NAMES.are_in(f"{text}\n\n;OP3;") or "\u202d" in text or "\u202e" in text


def test_every_name_of_the_register_is_read() -> None:
    for sensor in each(REGISTER[:3]):
        for name in (sensor.id, *sensor.names.values(), *sensor.also):
            assert NAMES.are_in(f"They wrote “{name}”, no more."), name
