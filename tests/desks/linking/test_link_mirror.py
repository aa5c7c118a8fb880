"""What is said of one side is said of the other in the same words: what two parties state, exchanged, gives the same
sentences with their names exchanged."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from starlette.testclient import TestClient

from tests.builders import copy_of
from tests.desks.linking.small_links import with_small_links
from tests.server.conftest import client_of, now
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.store import Store

_PAIRS: Final = (("UV", "LV"), ("Upper Valley", "Lower Valley"), ("Верхняя Долина", "Нижняя Долина"))
EXCHANGED: Final = {name: other for pair in _PAIRS for name, other in (pair, pair[::-1])}
PAGES: Final = (
    "/links?from=highmere&to=port-merrow",
    "/links?from=stonegate&to=middle-bridge",
    "/links/opening?from=highmere&to=port-merrow&open=bridge",
    "/links/opening?from=stonegate&to=middle-bridge&open=side-road",
    "/links/bridge",
    "/links/valley-road",
    "/links/side-road",
    "/links/routes/north-south",
    "/links/corridors/bridge-way",
    "/links/bridge?lang=ru",
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, TestClient]]:
    """The same network, and the one in which each party states what the other one did."""
    folders = [_folder(tmp_path_factory, "UV", "LV"), _folder(tmp_path_factory, "LV", "UV")]
    with (
        Store(folders[0], now, desks=indexes()) as store,
        Store(folders[1], now, desks=indexes()) as mirrored,
    ):
        yield client_of(Console(store, folders[0], now, find())), client_of(Console(mirrored, folders[1], now, find()))


def _folder(tmp_path_factory: pytest.TempPathFactory, first: str, second: str) -> Path:
    return with_small_links(copy_of("two-valleys", tmp_path_factory.mktemp("mirror")), first, second)


def sentences(client: TestClient, path: str, *, exchanged: bool) -> list[list[str]]:
    """The words of each piece of a page's own part, both in the order of the alphabet: names stand in that order, so
    exchanged ones stand elsewhere."""
    page = client.get(path)
    assert page.status_code == 200, path
    main = page.text[page.text.find("<main") :].partition("</main>")[0]
    pieces = [html.unescape(piece) for piece in re.split(r"<[^>]*>", main)]
    if exchanged:
        either = re.compile("|".join(map(re.escape, EXCHANGED)))
        pieces = [either.sub(lambda name: EXCHANGED[name[0]], piece) for piece in pieces]
    return sorted(sorted(re.findall(r"\w+", piece)) for piece in pieces if piece.strip())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_the_same_of_either_side(both: tuple[TestClient, TestClient], path: str) -> None:
    as_it_was, mirrored = both
    said = sentences(as_it_was, path, exchanged=True)
    assert len(said) > 20
    assert said == sentences(mirrored, path, exchanged=False)
