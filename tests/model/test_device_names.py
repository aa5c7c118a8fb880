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
    Sensor(
        id="lm", means="acoustic", names={"en": "Listening mast 1", "ru": "Вышка 2 (учебная)"}, lon=1, lat=1, range_m=1
    ),
    Sensor(id="NR-3", means="acoustic", names={"en": "Gate No. 4"}, lon=1, lat=1, range_m=1),
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
        "OP-03 and OP 003",
        "ac-01",
        "ac no. 1",
        "ac No 01",
        "ac №1",
        "ac№ 1",
        "ac Nº 1",
        "ac number 1",
        "ac номер 1",
        "ac nömrəli 1",
        "ac numara 1",
        "ac թիվ 1",
        "ac number one heard it",
        "ac-I heard it",
        "ac-one",
        "the listening mast 01 and its neighbour",
        "Listening mast No. 1",
        "listening masts number 1",
        "listening mast one.",
        "listening mast (one), again",
        "Listening mast I",
        "listening mast no I heard it",
        "вышка два.",
        "вышка номер два слышала",
        "от вышки II",
        "на вышке 02",
        "вышка №2",
        "NR-3",
        "nr 03",
        "gate 4 has it",
        "Gate No. 4",
        "gate four.",
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
        "TX-400",
        "ac-010",
        "the listening mast I saw",
        "from the listening mast one hears the road",
        "at the listening mast, one more fell",
        "listening mast two.",
        "listening mast one-sided",
        "no 1 of the mast; the mast was no 1",
        "above the gate four rounds fell",
        "the gates, no 40 of them",
        "вышка два раза горела",
        "камера No 3",
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
