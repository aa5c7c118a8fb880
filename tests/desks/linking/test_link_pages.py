"""The pages of links: list, one link, an opening, a route, a corridor; on a small network that has every case."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.builders import copy_of
from tests.conftest import each
from tests.desks.linking.small_links import SOURCE, with_small_links
from tests.server.conftest import client_of, now
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.watch import load_watch

PAGES = (
    "/links",
    "/links?from=highmere&to=port-merrow",
    "/links/opening?from=highmere&to=port-merrow&open=bridge",
    "/links/bridge",
    "/links/routes/north-south",
    "/links/corridors/bridge-way",
)


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """The invented watch with the small network, to be looked at only."""
    folder = with_small_links(copy_of("two-valleys", tmp_path_factory.mktemp("linked")))
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


@pytest.fixture
def client(linked: Console) -> TestClient:
    return client_of(linked)


def words_of(answer: Response) -> str:
    """The text of a page's own part, without its tags."""
    main = answer.text[answer.text.find("<main") :].partition("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", main)))


def row_of(client: TestClient, link: str, query: str = "") -> str:
    """The row of a link in the list, as words."""
    page = client.get(f"/links?{query}").text
    row = re.search(rf'<tr data-link="{link}".*?</tr>', page, re.DOTALL)
    assert row
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", row[0])))


def test_every_page_of_links_answers(client: TestClient) -> None:
    for path in each(PAGES):
        assert client.get(path).status_code == 200, path


def test_a_link_of_which_nobody_says_anything_is_not_known(client: TestClient) -> None:
    row = row_of(client, "gap-road")
    assert "not known" in row
    assert "nobody" in row
    assert "Not known: no statement on record tells of this day." in words_of(client.get("/links/gap-road"))


def test_contradicting_words_stand_beside_each_other_and_none_is_the_status(client: TestClient) -> None:
    page = words_of(client.get("/links/bridge"))
    assert "Not known: the words that stand of this day differ, and none is put above another." in page
    assert "the bridge is open" in page
    assert "the bridge is shut" in page
    assert "not known" in row_of(client, "bridge")


def test_a_day_within_the_range_of_a_change_says_from_when_until_when(client: TestClient) -> None:
    page = words_of(client.get("/links/south-road"))
    assert "it changed on some day from 20 Apr 2031 to 20 May 2031, and this day lies within" in page


def test_each_direction_stands_for_itself_and_so_do_travellers(client: TestClient) -> None:
    assert "Sorrel Bridge → Port Merrow: open; Port Merrow → Sorrel Bridge: closed" in row_of(client, "coast-road")
    assert "closed both ways, for travellers of Lower Valley" in row_of(client, "side-road")


def test_what_became_known_later_is_not_in_what_was_known_then(client: TestClient) -> None:
    then = row_of(client, "valley-road", "at=2031-05-01&known_by=then")
    later = row_of(client, "valley-road", "at=2031-05-01&known_by=now")
    assert "closed" in then
    assert "open under restrictions" not in then
    assert "open under restrictions" in later


def test_the_history_has_both_times_and_a_drawing(client: TestClient) -> None:
    page = client.get("/links/valley-road")
    text = words_of(page)
    assert "Was so since Known since" in text
    assert "1 May 2031 2 May 2031, 08:00 (UTC-2)" in text
    assert 'class="link-history"' in page.text


def test_lengths_stand_as_stated_beside_the_interval(client: TestClient) -> None:
    page = words_of(client.get("/links/north-road"))
    assert "28.5 to 31 km" in page
    assert "From what is stated of the whole link: Lower Valley and Upper Valley." in page
    assert "31 km Lower Valley" in page
    assert "28.5 km Upper Valley" in page


def test_an_opening_says_for_each_side_what_it_changes_and_what_is_still_needed(client: TestClient) -> None:
    page = words_of(client.get("/links/opening?from=highmere&to=port-merrow&open=bridge"))
    for side in ("Lower Valley", "Upper Valley"):
        assert f"For travellers of {side}: newly joined, in " in page
    assert "Inside the centre only, until the heads of every delegation release it." in page
    assert "Of that at borders" in page
    assert f"{SOURCE} : to be decided by Lower Valley and Upper Valley: who stands at the bridge" in page
    assert "The whole way, if everything on it could be passed: " in page
    assert "works announced" in page


def test_what_one_opening_would_change_stands_beside_the_asked_way(client: TestClient) -> None:
    page = words_of(client.get("/links?from=highmere&to=port-merrow"))
    assert "no way on record of which every link can be passed" in page
    table = page.partition("What opening one would change")[2]
    assert "Crossing Middle Bridge – Threeoaks (link of clause 5a)" in table
    assert "newly joined" in table


def test_a_route_says_where_a_link_is_missing_and_who_decides(client: TestClient) -> None:
    page = words_of(client.get("/links/routes/north-south"))
    assert re.search(r"Route \S.* – \S", page)
    assert "Missing: no link on record from Port Merrow to Fallowlea." in page
    assert "Outland and Upper Valley who pays no toll the route as a whole" in page


def test_a_corridor_has_each_sides_word_for_its_checkpoint_and_adds_no_voices_together(client: TestClient) -> None:
    page = words_of(client.get("/links/corridors/bridge-way"))
    assert "Lower Valley the river gate" in page
    assert "Upper Valley the toll house" in page
    assert "lorries 1 10" in page
    assert "lorries 2 15 to 23" in page


def test_lines_are_labelled_inside_only_and_are_no_end_of_a_way(client: TestClient) -> None:
    assert "inside only" in row_of(client, "wire")
    assert "are in any release" in words_of(client.get("/links/wire")) or "is in any release" in words_of(
        client.get("/links/wire")
    )


def test_the_list_is_filtered_by_kind_status_clause_and_text(client: TestClient) -> None:
    def links(query: str) -> list[str]:
        return re.findall(r'<tr data-link="([^"]+)"', client.get(f"/links?{query}").text)

    assert links("kind=railway") == ["old-rail", "new-rail"]
    assert links("status=destroyed") == ["old-rail"]
    assert links("clause=5b") == ["new-rail"]
    assert links("q=sorrel") == ["coast-road", "east-road"]
    assert links("kind=railway&status=open") == []
    assert "No link is left by what is asked for." in words_of(client.get("/links?kind=railway&status=open"))


def test_a_clause_has_its_links(client: TestClient) -> None:
    page = words_of(client.get("/agreement/5"))
    assert "Crossing Middle Bridge – Threeoaks (link of clause 5a) : not known" in page or (
        "Crossing Middle Bridge – Threeoaks (link of clause 5a): not known" in page
    )


def test_a_watch_without_links_says_how_to_begin(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("unlinked"))
    (folder / "links.geojson").unlink(missing_ok=True)
    with Store(folder, now, desks=indexes()) as store:
        page = words_of(client_of(Console(store, folder, now, find())).get("/links"))
    assert "This watch has no links yet." in page
    assert "docs/links.md" in page


LONG = "x" * 10_000


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/links?at=2031-02-30", 400),
        (f"/links?at={LONG}", 400),
        ("/links?known_by=yesterday", 400),
        ("/links?at=2031-06-01", 400),
        ("/links/nothing-here", 404),
        (f"/links/{LONG}", 404),
        ("/links/routes/nothing", 404),
        ("/links/corridors/nothing", 404),
        ("/links/opening", 422),
        ("/links/opening?from=highmere&to=highmere&open=bridge", 422),
        ("/links/opening?from=highmere&to=port-merrow&open=nothing", 422),
        ("/links/opening?from=highmere&to=port-merrow&open=wire", 422),
        (f"/links/opening?from={LONG}&to=port-merrow&open=bridge", 422),
        ("/links?from=nowhere&to=port-merrow", 400),
        (f"/links?q={LONG}&kind={LONG}&status={LONG}&clause={LONG}&offset={LONG}", 200),
        ("/links?offset=-5", 200),
        ("/links?offset=9999999", 200),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_address_is_a_sentence_and_never_a_crash(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_a_status_says_when_it_was_last_said(client: TestClient) -> None:
    """Of a status that is carried on since 21 April the list, the link and the way say so."""
    assert "last said 21 Apr 2031" in row_of(client, "north-road")
    assert "last said" not in row_of(client, "gap-road")
    for path in each(("/links/north-road", "/links?from=highmere&to=port-merrow")):
        assert "last said 21 Apr 2031" in words_of(client.get(path)), path


def test_the_sentence_on_the_clock_is_set_off(client: TestClient) -> None:
    page = client.get("/links/north-road").text
    assert not re.search(r"\)\.[A-Z]", words_of(client.get("/links/north-road?at=2031-05-04")))
    assert "shown-day" in page


def test_an_opening_that_is_not_enough_offers_all_that_the_way_needs(client: TestClient) -> None:
    page = client.get("/links/opening?from=fallowlea&to=stonegate&open=new-rail")
    assert page.status_code == 200
    assert "The whole way, if everything on it could be passed: " in words_of(page)
    offered = re.search(r'id="open-all" href="([^"]*)"', page.text)
    assert offered
    answer = client.get(html.unescape(offered[1]))
    assert answer.status_code == 200
    assert "newly joined, in " in words_of(answer)
    assert 'id="open-all"' not in answer.text


def test_what_if_offers_all_links_that_the_way_needs_together(client: TestClient) -> None:
    page = client.get("/links?from=highmere&to=sorrel-bridge").text
    offered = re.search(r'<a href="([^"]*)" id="all-of-way">\s*all (\d) links of this way that are not open', page)
    if offered is None:  # two of them stand among the pairs
        assert " + " in page
        return
    assert html.unescape(offered[1]).count("open=") == int(offered[2])


def test_a_link_leads_to_what_was_entered_about_it(client: TestClient) -> None:
    assert "/links/entries?about=bridge" in client.get("/links/bridge").text
    assert client.get("/links/entries?about=bridge").status_code == 200


def test_who_says_what_is_to_be_decided_comes_first(client: TestClient) -> None:
    for path in each(("/links/bridge", "/links/opening?from=highmere&to=port-merrow&open=bridge")):
        page = words_of(client.get(path))
        assert f"{SOURCE} : to be decided by" in page, path
        assert "says Simulated" not in page, path
    works = words_of(client.get("/links/valley-road"))
    assert re.search(r"Upper Valley : works announced, due, as stated: 1 Jul 2031: new asphalt", works)


def test_passages_are_drawn_on_one_scale_beside_each_sum(client: TestClient) -> None:
    page = client.get("/links/corridors/bridge-way").text
    drawings = re.findall(r'<svg[^>]*class="link-passages".*?</svg>', page, re.DOTALL)
    sums = re.search(r"Added up by direction.*?</table>", page, re.DOTALL)
    assert sums
    assert drawings
    assert len(drawings) == sums[0].count('<th scope="row"')
    assert all("<rect" in drawing for drawing in drawings)


def test_no_users_own_name_for_a_route_is_a_heading_of_the_program(client: TestClient, linked: Console) -> None:
    network = load_watch(linked.folder).network
    assert network is not None
    named = {name.text for route in network.routes for name in route.name}
    for text in each(named):
        heading = re.search(r"<h1>.*?</h1>", client.get("/links/routes/north-south").text, re.DOTALL)
        assert heading
        assert text not in html.unescape(heading[0])
        assert text not in words_of(client.get("/links"))
        assert text in words_of(client.get("/links/routes/north-south"))
