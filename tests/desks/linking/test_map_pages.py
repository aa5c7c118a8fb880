"""The map's table as it is sent: not twice to who has it, packed for who can unpack it, never kept by a browser."""

from __future__ import annotations

import gzip
from datetime import date

from tests.conftest import each
from tests.link_samples import link, node
from tests.server.conftest import client_of
from trucewatch.desks.linking.map_data import MAP_STATUSES, day_number
from trucewatch.desks.linking.network_map import without_lines
from trucewatch.model.links import INSIDE_ONLY, Network
from trucewatch.server.console import Console

ADDRESS = "/links/map.json"


def test_who_has_the_table_is_not_sent_it_again(valleys: Console) -> None:
    client = client_of(valleys)
    first = client.get(ADDRESS)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-store"
    again = client.get(ADDRESS, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(ADDRESS, headers={"if-none-match": '"other"'}).status_code == 200


def test_packed_and_plain_are_the_same_table(valleys: Console) -> None:
    client = client_of(valleys)
    packed = client.get(ADDRESS, headers={"accept-encoding": "gzip"})
    plain = client.get(ADDRESS, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert len(gzip.compress(plain.content)) < len(plain.content)


def test_each_link_is_in_the_table_with_spans_both_ways_of_knowing(valleys: Console) -> None:
    table = client_of(valleys).get(ADDRESS).json()
    assert table["statuses"] == list(MAP_STATUSES)
    assert len(table["links"]) == len(each(table["spans"]["then"])) == len(each(table["spans"]["fixed"]))
    for ways in each(table["spans"]["fixed"]):
        assert ways[0][0][0] is None
        assert ways[0][-1][1] is None


def test_neither_a_line_of_power_nor_what_is_an_end_of_it_alone_is_sent_unless_it_is_asked_for(
    valleys: Console,
) -> None:
    client = client_of(valleys)
    plain, full = client.get(ADDRESS).json(), client.get(ADDRESS, params={"lines": "on"}).json()
    kinds = {row["kind"] for row in full["links"]}
    assert kinds & INSIDE_ONLY
    assert {row["kind"] for row in plain["links"]} == kinds - INSIDE_ONLY
    for table in (plain, full):
        ends = {table["nodes"][end]["id"] for row in table["links"] for end in row["ends"]}
        assert ends == {node["id"] for node in table["nodes"]}
    for typed in ("", "off", "ON", "on ", "1"):
        assert client.get(ADDRESS, params={"lines": typed}).json() == plain
    page = client.get("/links?lang=en").text
    assert "/links/map.json?lang=en" in page
    assert "lines=on" not in page.partition("<tw-links")[2].partition(">")[0]
    assert "lines=on" in client.get("/links?lang=en&lines=on").text.partition("<tw-links")[2].partition(">")[0]


def test_an_end_of_lines_alone_goes_with_them_and_a_town_without_any_link_stays() -> None:
    nodes = tuple(node(name, lon) for name, lon in (("town", 0.0), ("mill", 0.1), ("plant", 0.2), ("hamlet", 0.3)))
    links = (link("road", "town", "mill"), link("wire", "mill", "plant", "power"))
    left = without_lines(Network(nodes=nodes, links=links))
    assert [each.id for each in left.nodes] == ["town", "mill", "hamlet"]
    assert [each.id for each in left.links] == ["road"]


def test_what_is_known_at_another_moment_is_another_table(valleys: Console) -> None:
    client = client_of(valleys)
    early = client.get(ADDRESS, params={"known_by": "2031-04-21T00:00:00Z"})
    now = client.get(ADDRESS, params={"known_by": "now"})
    assert early.status_code == now.status_code == 200
    assert early.headers["etag"] != now.headers["etag"]
    assert early.json()["spans"]["then"] == now.json()["spans"]["then"]


def test_a_moment_that_is_none_changes_nothing(valleys: Console) -> None:
    client = client_of(valleys)
    for typed in ("", "yesterday-ish", "9" * 500, "<b>", "0000-00-00"):
        answer = client.get(ADDRESS, params={"known_by": typed, "at": typed})
        assert answer.status_code == 200


def test_the_page_has_drawing_slider_and_legend_of_the_day_that_is_asked(valleys: Console) -> None:
    page = client_of(valleys).get("/links?at=2031-05-02&lang=en").text
    assert 'data-day="2031-05-02"' in page
    assert 'type="range"' in page
    assert page.count('class="network"') == 1
    assert all(f'data-count="{status}"' in page for status in MAP_STATUSES)
    assert day_number(date(1970, 1, 1)) == 0
