"""No page says a distance without how far off it may be."""

from __future__ import annotations

import html
import re

import pytest

from tests.server.addresses import PAGES, Busy, Kind

DISTANCE = re.compile(r"(?<![±×–] )(?<![\d.,×±])\d[\d.,]*\s?k?m\b(?! ×)")
"""A length in metres or kilometres that is no half of an ellipse and no ± itself."""
EXCUSED = re.compile(r"±\s*[\d.,]+\s*k?m\b|\bwithin\b|\bin the area\b|cell of|than 1 km|at 1 km", re.IGNORECASE)


def told(page: str) -> str:
    """What the page says, in one line; without what is a form's own field or a row of a file."""
    bare = re.sub(r"<(script|style|template|pre|code|textarea|select|datalist)\b.*?</\1>", " ", page, flags=re.S)
    bare = re.sub(r'class="(raw|mono)[^>]*>.*?<', "<", bare, flags=re.S)
    bare = re.sub(r"\b[a-z]-[a-z2-7]{26}\b", " ", bare)  # a reference drawn by lot may end like a length: 5m
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def bare_distances(text: str) -> list[str]:
    """Every distance beside which neither a ± stands nor a word that says the same."""
    found = []
    for match in DISTANCE.finditer(text):
        around = text[max(match.start() - 40, 0) : match.end() + 110]
        if not EXCUSED.search(around):
            found.append(around)
    return found


def test_the_search_finds_a_bare_distance() -> None:
    assert bare_distances("Shots 3 km WSW of Hadrut, 11 Dec 2020; happened 0.9.")
    assert bare_distances("9,900 m to the line")
    assert not bare_distances("Shots 3 km ± 420 m WSW of Hadrut, 11 Dec 2020")
    assert not bare_distances("3 km WSW of Hadrut ±420 m")


@pytest.mark.parametrize("example", ["valleys", "karabakh"])
def test_no_page_says_a_distance_without_its_error(request: pytest.FixtureRequest, example: str) -> None:
    busy: Busy = request.getfixturevalue(f"busy_{example}")
    wanted = [address for address in PAGES if address.desk in ("incidents", "map")]
    paths = [busy.at(address) for address in wanted if address.kind is Kind.PAGE]
    codes = busy.console.snapshot.codes
    paths += [f"/incident/{code}" for code in codes] + [f"/watch/card/{code}" for code in codes]
    seen = {path: bare_distances(told(busy.client.get(path, params={"lang": "en"}).text)) for path in paths}
    assert len(seen) > len(codes)
    assert not {path: found for path, found in seen.items() if found}
