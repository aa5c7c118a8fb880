"""Any text comes back from a drawing as it went in, and numbers are written one way."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.svg import element, hatch, hidden, named, percent, px, rect, text, text_element, upright_bar

WORDS = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cn")))


@given(WORDS)
def test_a_text_comes_back_from_element_and_attribute(words: str) -> None:
    root = ET.fromstring(element("svg", text(1, 2, words, "label"), text_element("desc", words), **named(words)))
    assert [one.text or "" for one in root] == [words, words]
    assert root.attrib == {"role": "img", "aria-label": words}


def test_attributes_stand_in_the_order_given_and_nothing_is_left_out() -> None:
    assert rect(px(1.26), 8, "100%", 9.0, "bar", rx=2) == (
        '<rect x="1.3" y="8" width="100%" height="9" class="bar" rx="2"/>'
    )
    assert text(px(0), 3, "a", anchor="end") == '<text x="0.0" y="3" text-anchor="end">a</text>'
    assert element("line", class_=None, x1="0", **hidden()) == '<line x1="0" aria-hidden="true" focusable="false"/>'


def test_a_bar_stands_on_its_base() -> None:
    assert upright_bar(10, 96, 4, 30, "day") == '<rect x="10.0" y="66.0" width="4.0" height="30.0" class="day"/>'


def test_a_hatch_is_a_pattern_with_its_name() -> None:
    root = ET.fromstring(hatch("unseen", 6, element("path", d="M0 0v6")))
    assert root[0].attrib["id"] == "unseen"
    assert root[0].attrib["width"] == "6"


@pytest.mark.parametrize(("value", "said"), [(33.33333, "33.333%"), (0, "0.000%"), (100, "100.000%")])
def test_a_share_of_the_width_has_three_decimals(value: float, said: str) -> None:
    assert percent(value) == said
