"""The page of incidents: ordered by every column, narrowed by facets, words and codes, given as a file for inside."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pyarrow as pa
import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from tests.pipeline.test_claims_assessed import draft
from tests.server.conftest import NOW, client_of, unbroken
from trucewatch.desks.incidents import export
from trucewatch.desks.incidents.facets import facets_of
from trucewatch.desks.incidents.listing import KEYS, ListView, masks_of, ordered
from trucewatch.locale import words
from trucewatch.model.claim_record import CLAIMS, CLAIMS_INSIDE, CallerAnswers, Speaker
from trucewatch.model.observation import KINDS
from trucewatch.model.short_codes import grouped, numbers_of
from trucewatch.model.watch import Watch
from trucewatch.pipeline.claim_entering import enter_claim
from trucewatch.server.console import Console
from trucewatch.server.filters import Chosen, passing
from trucewatch.server.preferences import visit_of
from trucewatch.server.snapshot import Snapshot

CLAIMED = (CLAIMS_INSIDE, CLAIMS)
LISTED = re.compile(r'<a class="mono opens" href="/incident/([\d-]+)"')
NUMBER = re.compile(r'id="matching"[^>]*><strong>([\d,]+) incident')


def page_of(client: TestClient, address: str = "/incidents") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unbroken(answer.text)


def every_code(client: TestClient, address: str) -> list[str]:
    """The codes of all rows of a view, page by page."""
    codes: list[str] = []
    while address:
        page = page_of(client, address)
        codes += LISTED.findall(page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = html.unescape(more[1]) if more else ""
    return codes


def facet_links(page: str) -> Iterator[tuple[str, int, bool]]:
    """Address, count and whether it is chosen, of each value of each facet."""
    part = page[page.index('class="facets"') : page.index("</dl>")]
    for link in re.findall(r"<a [^>]*>.*?</a>", part):
        address, count = re.findall(r'href="([^"]+)"', link)[0], re.findall(r"<b>([\d,]+)</b>", link)[0]
        yield html.unescape(address), int(count.replace(",", "")), "aria-current" in link


@pytest.mark.parametrize("column", KEYS)
def test_every_column_orders_the_list_and_the_address_holds_it(valleys: Console, column: str) -> None:
    client, snapshot = client_of(valleys), valleys.snapshot
    key = KEYS[column](snapshot, words("en"))
    for sort in (column, f"-{column}"):
        codes = every_code(client, f"/incidents?sort={sort}")
        assert sorted(codes) == sorted(snapshot.codes), "a row is missing or stands twice"
        rows = np.array([snapshot.row_of[code] for code in codes])
        values = key[rows] if sort == column else -key[rows]
        known = values[~np.isnan(values)]
        assert (np.diff(known) >= 0).all()
        assert not np.isnan(values[: len(known)]).any(), "what is not known stands last"
        same = np.diff(values) == 0
        assert (np.diff(rows)[same] > 0).all(), "equal ones stay newest first"
        state = "ascending" if sort == column else "descending"
        assert page_of(client, f"/incidents?sort={sort}").count(f'aria-sort="{state}"') == 1


def test_the_newest_stand_first_where_nothing_is_chosen(valleys: Console) -> None:
    page = page_of(client_of(valleys))
    assert LISTED.findall(page) == valleys.snapshot.codes[:100]
    assert re.findall(r'aria-sort="(\w+)"[^>]*><a [^>]*>([^<]+?) ?<', page) == [("descending", "When, UTC-2")]


@pytest.mark.parametrize(
    "address", ["/incidents", "/incidents?kind=explosion", "/incidents?outcome=inconsistent&means=uav"]
)
def test_each_facet_lists_as_many_as_it_says(valleys: Console, address: str) -> None:
    client = client_of(valleys)
    links = [link for link in facet_links(page_of(client, address)) if not link[2]]
    assert len(links) > 5
    of_address = dict(parse_qsl(urlsplit(address).query))
    for link, count, _ in links:
        added = [pair for pair in parse_qsl(urlsplit(link).query) if pair not in of_address.items()]
        alone = [name for name, _ in added]
        if set(alone) & set(of_address):
            continue  # one more value of the same filter: the count is that value's alone
        page = page_of(client, link)
        assert int(NUMBER.findall(page)[0].replace(",", "")) == count == len(every_code(client, link)), link


def test_a_chosen_value_is_a_chip_that_takes_it_away_again(valleys: Console) -> None:
    client = client_of(valleys)
    page = page_of(client, "/incidents?kind=shot&kind=burst&means=acoustic&text=fire&sort=-size")
    chips = {
        re.sub(r"<[^>]+>|×", "", inner).strip(): html.unescape(address)
        for address, inner in re.findall(r'<a class="chip" href="([^"]+)"[^>]*>(.*?)</a>', page)
    }
    assert list(chips) == ["kind: Shot", "kind: Burst", "means: acoustic", "text: fire"]
    assert chips["kind: Shot"] == "/incidents?means=acoustic&kind=burst&text=fire&sort=-size"
    assert chips["text: fire"] == "/incidents?means=acoustic&kind=shot&kind=burst&sort=-size"


def test_what_is_hidden_names_what_hides_it(valleys: Console) -> None:
    client, rows = client_of(valleys), valleys.snapshot.rows
    page = page_of(client, "/incidents?kind=shot&month=2031-05")
    shown = len(every_code(client, "/incidents?kind=shot&month=2031-05"))
    assert 0 < shown < rows
    assert f"{rows - shown} hidden by: kind: Shot; month: May 2031" in page
    assert "hidden by" not in page_of(client)
    nothing = page_of(client, "/incidents?kind=meeting&means=satellite")
    assert f"{rows} hidden by: kind: Meeting; means: satellite" in nothing
    assert "No incident matches these filters." in nothing
    watch = unbroken(client.get("/watch?kind=meeting&means=satellite").text)
    assert f"{rows} hidden by: kind: Meeting; means: satellite" in watch


def test_words_places_and_codes_are_searched(valleys: Console, karabakh: Console) -> None:
    client, snapshot = client_of(karabakh), karabakh.snapshot
    row = next(row for row in range(snapshot.rows) if "telephone worker" in snapshot.incident(row).text)
    assert every_code(client, "/incidents?text=telephone+WORKER") == [snapshot.codes[row]]
    assert snapshot.codes[row] in every_code(client, "/incidents?text=hadrut")
    assert not every_code(client, "/incidents?text=no-such-word-anywhere")
    code = snapshot.codes[row]
    for typed in (code, code.replace("-", ""), code.replace("-", "+"), snapshot.ids[row][:9]):
        assert every_code(client, f"/incidents?text={typed}") == [code]


@pytest.mark.parametrize("made", ["{}", "{0[0]}{0[1]}{0[2]} {0[4]}{0[5]}{0[6]}"])
def test_an_incident_opens_by_its_code_in_any_form_and_by_its_old_address(valleys: Console, made: str) -> None:
    client, snapshot = client_of(valleys), valleys.snapshot
    for row in (0, snapshot.rows // 2):
        code = snapshot.codes[row]
        for text in (made.format(code), snapshot.ids[row], snapshot.ids[row][:12]):
            assert f"Incident {code}" in client.get(f"/incident/{text}").text
    assert client.get("/incident/000-000-000-000-000-001").status_code == 404


def test_where_two_begin_alike_both_are_named(fresh: Callable[..., Console], monkeypatch: pytest.MonkeyPatch) -> None:
    console = fresh()
    snapshot = console.snapshot
    numbers = numbers_of(snapshot.ids)
    numbers[1] = numbers[0] + 10**9
    codes = [grouped(f"{number:018d}"[:9]) for number in numbers.tolist()]
    monkeypatch.setitem(vars(snapshot), "_code_numbers", numbers)
    monkeypatch.setitem(vars(snapshot), "codes", codes)
    monkeypatch.setitem(vars(snapshot), "row_of", {name: row for row, name in enumerate(snapshot.ids)})
    answer = client_of(console).get(f"/incident/{codes[0][:7]}")
    assert answer.status_code == 404
    assert all(code in answer.text for code in codes[:2])


def test_the_files_hold_the_rows_of_the_view_in_its_order_and_say_that_they_are_inside(valleys: Console) -> None:
    client, query = client_of(valleys), "kind=explosion&sort=-size"
    codes = every_code(client, f"/incidents?{query}")
    answer = client.get(f"/incidents.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["code"] for row in rows] == codes
    assert {row["status"] for row in rows} == {"inside the centre, not released"}
    assert {row["simulated"] for row in rows} == {"true"}
    assert 'attachment; filename="inside-' in answer.headers["content-disposition"]
    document = client.get(f"/incidents.json?{query}").json()
    assert document["status"] == "inside the centre, not released"
    assert document["view"] == f"/incidents?{query}"
    assert [row["code"] for row in document["incidents"]] == codes
    for row in document["incidents"]:
        assert (row["lon"] is None) == (row["semi_major_95_m"] is None)
        assert (row["line_distance_m"] is None) == (row["line_distance_95_m"] is None)


def test_no_file_holds_a_device_an_observer_or_a_source(valleys: Console) -> None:
    client, assessment = client_of(valleys), valleys.assessment()
    told = client.get("/incidents.csv").text + client.get("/incidents.json").text
    observations = assessment.observations
    sensors = {name for name in observations["sensor"].to_pylist() if name}
    assert len(sensors) > 10
    assert not [name for name in sensors if name in told]
    observers = {f"{lon:.4f}" for lon in observations["observer_lon"].to_pylist() if lon is not None}
    assert observers
    own = {f"{lon:.4f}" for lon in valleys.snapshot.lon.tolist()}
    assert not [lon for lon in observers - own if lon in told]
    for name in ("observation_id", "incident_id", "o-", "i-"):
        assert not re.search(rf"\b{name}[a-z2-7]{{10}}", told)


def test_what_never_leaves_is_in_no_file(valleys: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = valleys.snapshot
    alone = [row for row in range(snapshot.rows) if set(snapshot.incident(row).sources) == {"fires"}]
    assert alone
    monkeypatch.setattr(Watch, "never_leaving", property(lambda self: frozenset(("fires",))))
    monkeypatch.setattr("trucewatch.reports.never_leaving.NEVER_LEAVING", Anything())
    client = client_of(valleys)
    document = client.get("/incidents.json").json()
    codes = [row["code"] for row in document["incidents"]]
    assert not [row for row in alone if snapshot.codes[row] in codes]
    assert document["left_out_never_leaving"] == len(alone) == snapshot.rows - len(codes)
    assert "rows never leave" in client.get("/incidents").text


def test_what_somebody_asked_to_keep_from_the_sides_is_in_no_file(fresh: Callable[[], Console]) -> None:
    console = fresh()
    for answer, lon in (("no", -25.6), ("yes", -25.3)):
        taken_down = draft(Speaker("civilian", "hollin-meadows"), answers=CallerAnswers(may_tell=answer))
        assert taken_down.event.where is not None
        event = replace(taken_down.event, where=replace(taken_down.event.where, lon=lon))
        enter_claim(console.store, console.snapshot.watch, replace(taken_down, event=event), by="a", now=NOW)
    client, snapshot = client_of(console), console.refresh()
    rows = {
        name: [row for row in range(snapshot.rows) if tuple(snapshot.incident(row).sources) == (name,)]
        for name in CLAIMED
    }
    assert [len(rows[name]) for name in CLAIMED] == [1, 1]
    document = client.get("/incidents.json").json()
    codes = {row["code"] for row in document["incidents"]}
    assert {name: snapshot.codes[each] in codes for name, (each,) in rows.items()} == {
        CLAIMS_INSIDE: False,
        CLAIMS: True,
    }
    assert document["left_out_never_leaving"] == 1
    assert snapshot.codes[rows[CLAIMS_INSIDE][0]] not in client.get("/incidents.csv").text


class Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def test_no_cell_of_a_file_runs_as_a_formula() -> None:
    assert export._cell("=1+1") == "'=1+1"
    assert export._cell(["@a", "b"]) == "'@a; b"
    assert export._cell(-1.5) == "-1.5"


def test_a_replay_gives_no_file(valleys: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(valleys.snapshot), "is_replay", True)
    answer = client_of(valleys).get("/incidents.csv")
    assert answer.status_code == 409
    assert "replay" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "nothing"},
        {"sort": "--when"},
        {"month": "9999-99"},
        {"month": "<b>"},
        {"text": "x" * 5000},
        {"text": "a\x00b"},
        {"after": "-1"},
        {"after": "9" * 30},
        {"after": "٣"},
        {"kind": "rumour"},
        {"from": "yesterday"},
        {"sel": "i-none"},
        {"rejected": "x"},
    ],
)
def test_an_address_that_means_nothing_is_answered_and_says_so(valleys: Console, query: dict[str, str]) -> None:
    answer = client_of(valleys).get("/incidents", params=query)
    assert answer.status_code == 200
    assert "<b>" not in re.findall(r'class="notice warning".*?</div>', answer.text, re.S).__str__()
    if not {"after", "rejected"} & set(query):
        assert "The address asks for what this watch does not know" in answer.text
    assert LISTED.findall(unbroken(answer.text))


def test_no_two_columns_have_one_name(valleys: Console) -> None:
    head = page_of(client_of(valleys)).split("<thead>")[1].split("</thead>")[0]
    titles = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<th [^>]*>(.*?)</th>", head)]
    assert len(titles) == len(set(titles)) == len(KEYS)
    assert "Rung" not in titles


def test_20_000_rows_are_filtered_and_ordered_without_reading_a_record(
    valleys: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = valleys.snapshot
    table = pa.concat_tables([snapshot.incidents] * 250).combine_chunks()
    ids = pa.array([f"i-{number:026d}" for number in range(table.num_rows)])
    many = replace(snapshot, incidents=table.set_column(0, table.schema.field(0), ids))
    visit = visit_of(Request({"type": "http", "headers": [], "query_string": b""}), snapshot.watch)

    def refuse(*_: object) -> None:
        pytest.fail("a record was read")

    monkeypatch.setattr(Snapshot, "incident", refuse)
    monkeypatch.setattr(Snapshot, "incidents_at", refuse)
    view = ListView(chosen=Chosen(kind=("explosion",)), text="simulated")
    masks = masks_of(many, view, visit.zone)
    rows = np.flatnonzero(passing(many, masks.values()))
    assert len(rows) == 250 * int((snapshot.kind == KINDS.index("explosion")).sum())
    assert all(len(ordered(many, rows, sort, visit.words)) == len(rows) for sort in KEYS)
    assert facets_of(many, view, visit, masks)
