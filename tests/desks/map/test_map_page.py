"""The Watch page: the same incidents in list, map and time; filters in the address; hostile addresses; what is said
when nothing is there."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import each
from tests.desks.replaying import replaying
from tests.server.conftest import client_of, copy_of, now, unbroken
from trucewatch.desks import find, indexes
from trucewatch.desks.map.pages import columns_of
from trucewatch.locale import LANGUAGES, words
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.rounding import coordinate
from trucewatch.model.short_codes import codes_of
from trucewatch.server.console import Console
from trucewatch.server.filters import read_chosen, show, towns_spoken_of
from trucewatch.server.formatting import Telling
from trucewatch.server.snapshot import Snapshot
from trucewatch.store import Store


def rows_of(html: str) -> list[int]:
    return [int(one) for one in re.findall(r'<li id="row-(\d+)"', html)]


def mask_of(html: str, rows: int) -> list[int]:
    found = re.search(r'data-mask="([^"]*)"', html)
    assert found is not None
    bits = np.unpackbits(np.frombuffer(base64.b64decode(found[1]), np.uint8), bitorder="little")[:rows]
    return [int(one) for one in np.flatnonzero(bits)]


def test_list_and_mask_show_the_same_incidents_whatever_is_filtered(valleys: Console) -> None:
    client = client_of(valleys)
    for query in (
        "",
        "outcome=inconsistent",
        "kind=explosion",
        "means=seismic",
        "zone=east",
        "from=2031-05-02T00:00Z&to=2031-05-03T00:00Z",
    ):
        page = client.get(f"/watch?{query}")
        assert page.status_code == 200
        assert rows_of(page.text) == mask_of(page.text, valleys.snapshot.rows), query


def test_each_filter_keeps_what_its_records_say(valleys: Console) -> None:
    snapshot = valleys.snapshot
    wholes = [snapshot.incident(row) for row in range(snapshot.rows)]
    for name, value, holds in (
        ("kind", "explosion", lambda one: one.kind == "explosion"),
        ("means", "seismic", lambda one: "seismic" in one.means),
        ("zone", wholes[0].zones[0], lambda one: wholes[0].zones[0] in (*one.zones, *one.zones_at_edge)),
    ):
        shown = show(snapshot, read_chosen([(name, value)], snapshot))
        expected = [row for row, one in enumerate(wholes) if holds(one)]
        assert expected
        assert shown.rows.tolist() == expected, name


def test_outcomes_are_the_worst_of_each_incidents_findings(valleys: Console) -> None:
    snapshot = valleys.snapshot
    findings = valleys.assessment().findings.to_pylist()
    for row, incident_id in each(enumerate(snapshot.ids)):
        found = [OUTCOMES.index(one["outcome"]) for one in findings if one["incident_id"] == incident_id]
        assert snapshot.outcome[row] == min(found, default=len(OUTCOMES) - 1)


def test_columns_for_the_map_are_the_records(valleys: Console) -> None:
    columns = columns_of(valleys.snapshot)
    assert columns["rows"] == len(columns["code"]) == valleys.snapshot.rows > 0
    for row in range(0, columns["rows"], 7):
        one = valleys.snapshot.incident(row)
        assert codes_of([one.incident_id])[0] == columns["code"][row][:7]
        assert columns["kinds"][columns["kind"][row]] == one.kind
        if one.lon is None:
            assert columns["lon"][row] is None
        else:
            assert columns["lon"][row] == coordinate(one.lon), "rounded as everywhere"
    assert json.dumps(columns, allow_nan=False)


def test_times_go_to_the_map_as_steps_that_lead_back_to_them(valleys: Console) -> None:
    sent, columns = client_of(valleys).get("/watch/incidents.json").json(), columns_of(valleys.snapshot)
    assert np.cumsum(sent.pop("start_steps")).tolist() == columns["start"]
    lasts = sent.pop("lasts")
    assert [start + last for start, last in zip(columns["start"], lasts, strict=True)] == columns["end"]
    assert sent == {name: column for name, column in columns.items() if name not in ("start", "end")}


def test_the_fragment_for_htmx_is_the_view_alone(valleys: Console) -> None:
    client = client_of(valleys)
    fragment = client.get("/watch?kind=shot", headers={"hx-request": "true"}).text
    assert fragment.lstrip().startswith('<div id="view"')
    assert "<html" not in fragment
    assert rows_of(fragment) == rows_of(client.get("/watch?kind=shot").text)


def test_an_address_made_by_hand_is_named_and_left_out(valleys: Console) -> None:
    page = client_of(valleys).get("/watch?kind=<script>alert(1)</script>&from=yesterday&sel=zzz&outcome=inconsistent")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "from=yesterday" in page.text
    assert rows_of(page.text) == [row for row in range(valleys.snapshot.rows) if valleys.snapshot.outcome[row] == 0]


@settings(max_examples=60, deadline=None)
@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(("means", "kind", "zone", "outcome", "sim", "from", "to", "q", "sel", "x")),
            st.text(max_size=300),
        ),
        max_size=6,
    )
)
def test_no_address_breaks_the_view(valleys: Console, pairs: list[tuple[str, str]]) -> None:
    chosen = read_chosen(pairs, valleys.snapshot)
    shown = show(valleys.snapshot, chosen)
    assert shown.mask.shape == (valleys.snapshot.rows,)
    again = read_chosen(chosen.pairs(), valleys.snapshot)
    assert again.pairs() == chosen.pairs()
    assert again.unknown == ()


def test_a_place_is_found_by_any_of_its_names(karabakh: Console) -> None:
    client = client_of(karabakh)
    pages = [client.get("/watch", params={"q": name}).text for name in ("Akna", "Ağdam", "Агдам", "Ակնա")]
    assert rows_of(pages[0])
    assert all(rows_of(one) == rows_of(pages[0]) for one in pages)
    assert "No place of this watch is called" in client.get("/watch", params={"q": "Atlantis"}).text


def test_empty_by_filter_and_empty_by_time_say_so_differently(valleys: Console) -> None:
    client = client_of(valleys)
    assert (
        "No incident matches these filters"
        in client.get("/watch?kind=jamming&outcome=consistent&means=event_list").text
    )
    quiet = client.get("/watch?from=2001-01-01T00:00Z&to=2001-01-02T00:00Z").text
    assert "No incident was recorded in this time" in quiet
    assert "says nothing about quiet" in quiet


def test_the_table_of_time_counts_what_the_list_shows(valleys: Console) -> None:
    page = unbroken(client_of(valleys).get("/watch?kind=explosion").text)
    table = page[page.index("The same as a table") :]
    counts = [int(one) for one in re.findall(r'</th><td class="num"[^>]*>(\d+)</td>', table)]
    assert sum(counts) == int((valleys.snapshot.kind == KINDS.index("explosion")).sum())


def test_real_and_simulated_are_told_apart_in_every_row(valleys: Console, karabakh: Console) -> None:
    def listed(html: str) -> str:
        begin = html.index('<ol id="list"')
        return html[begin : html.index("</ol>", begin)]

    simulated = listed(client_of(valleys).get("/watch").text)
    assert simulated.count('class="sim">sim<') == len(rows_of(simulated)) > 0
    assert 'class="sim"' not in listed(client_of(karabakh).get("/watch").text)


def test_a_row_says_in_words_why_no_assessment_is_said_and_how_sure_it_is(valleys: Console) -> None:
    page = unbroken(client_of(valleys).get("/watch").text)
    rows = re.findall(r'<li id="row-(\d+)".*?</li>', page, re.DOTALL)
    assert rows
    for row in each(map(int, rows)):
        text = unbroken(re.search(rf'<li id="row-{row}".*?</li>', page, re.DOTALL)[0])  # type: ignore[index]
        incident = valleys.snapshot.incident(row)
        telling = Telling(words("en"), valleys.snapshot.watch.zone, valleys.snapshot.watch)
        standing = valleys.snapshot.standings(np.array([row]))[0]
        assert f'class="o-{standing.outcome}">{telling.standing(standing)}<' in text
        sure = text[text.index('<b class="sure">') :].split("</b>")[0].removeprefix('<b class="sure">')
        if incident.alone:
            assert sure == "one report alone"
        else:
            assert sure == (
                "" if incident.happened is None else telling.probability(incident.happened).replace(">", "&gt;")
            )


def test_empty_time_fields_show_the_time_that_is_drawn(valleys: Console) -> None:
    page = client_of(valleys).get("/watch").text
    first = datetime.fromtimestamp(int(valleys.snapshot.start_s.min()), UTC).astimezone(valleys.snapshot.watch.zone)
    shown = re.findall(r'data-time="(?:from|to)"[^>]*', page)
    placeholders = re.findall(r'placeholder="([^"]*)"(?=[^>]*data-time)', page)
    assert len(shown) == 2
    assert f"{first.day} {first:%b %Y}" in placeholders[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_count_names_its_coverage_and_every_time_its_zone(valleys: Console, language: str) -> None:
    page = client_of(valleys).get(f"/watch?lang={language}").text
    assert f'<html lang="{language}"' in page
    assert "UTC" in page


def test_a_list_that_comes_later_has_another_version_and_tells_what_is_new(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    before = console.snapshot
    source = next(one for one in before.watch.settings.source if one.adapter == "observations")
    files = sorted(console.folder.glob(source.files[0]))
    text = files[0].read_text(encoding="utf-8").splitlines()
    files[0].write_text("\n".join(text[: len(text) // 2]) + "\n", encoding="utf-8")
    told: list[tuple[str, dict[str, object]]] = []
    console.hub.publish = lambda event, data: told.append((event, dict(data)))  # type: ignore[method-assign]
    after = console.refresh()
    assert after.version != before.version
    assert [event for event, _ in told] == ["snapshot", "state"]
    assert told[0][1]["incidents"] == after.rows < before.rows


def test_a_watch_that_cannot_be_read_keeps_its_last_good_list_and_says_why(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    rows = console.snapshot.rows
    (console.folder / "zones.geojson").write_text("{not json", encoding="utf-8")
    console.refresh()
    page = client_of(console).get("/watch").text
    assert console.snapshot.rows == rows
    assert "zones.geojson" in page
    assert "stays in use" in page


def test_a_replay_shows_what_was_known_and_records_nothing(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    entries, whole = len(console.store.journal), console.snapshot.rows
    middle = datetime.fromtimestamp(float(np.median(console.snapshot.start_s)), UTC)
    client, lookback = replaying(console, middle)
    assert 0 < lookback.snapshot.rows < whole
    assert lookback.snapshot.is_replay
    assert len(console.store.journal) == entries
    assert f'data-rows="{lookback.snapshot.rows}"' in client.get("/watch").text
    assert f'data-rows="{whole}"' in client_of(console).get("/watch").text, "another tab has today's list"


def test_the_page_of_a_provision_shows_it_in_every_language_side_by_side(karabakh: Console) -> None:
    client = client_of(karabakh)
    known = karabakh.snapshot.watch.agreement.known_at(karabakh.snapshot.as_of)
    for provision in each(known.provision):
        page = client.get(f"/agreement/{provision.number}").text
        beside = page[page.index('<div class="beside">') :]
        beside = beside[: beside.index("</details>")]
        for language, text in each(provision.summary.items()):
            assert f'lang="{language}"' in beside
            assert re.split("[;'\"]", text)[0][:40] in beside
        for stipulation in each(provision.stipulation):
            assert f'id="{stipulation.id}"' in page
    instruments = client.get("/agreement/instruments").text
    for text in each(known.text):
        assert text.id in instruments


def test_the_agreement_shows_nothing_that_became_known_after_the_clock(karabakh: Console) -> None:
    client = client_of(karabakh)
    agreement = karabakh.snapshot.watch.agreement
    known = agreement.known_at(karabakh.snapshot.as_of)
    addresses = ("/agreement", "/agreement?known=today", "/agreement/instruments", "/agreement/6", "/agreement/9")
    page = "".join(client.get(address, headers={"accept-language": "en"}).text for address in addresses)
    assert 0 < len(known.instrument) < len(agreement.instrument)
    for instrument in each([later for later in agreement.instrument if later not in known.instrument]):
        assert instrument.names["en"] not in page
    for text in each([later for later in agreement.text if later not in known.text]):
        assert text.id not in page
    for provision in each(agreement.provision):
        for reading in provision.reading:
            assert reading.source not in page
    assert "The record of this watch ends on 30 Nov 2025" in page


def test_a_watch_without_any_incident_has_pages(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    for path in each((folder / "inbox").glob("*.csv")):
        path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        assert console.snapshot.rows == 0
        client = client_of(console)
        for address in ("/watch", "/incidents", "/agreement", "/reports", "/sources", "/ledger"):
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "address",
    [
        "from=0002-01-01T00:00Z&to=9998-01-01T00:00Z",
        "from=0002-01-01T00:00Z&to=3000-01-01T00:00Z",
        "from=1900-01-01T00:00Z&to=2200-01-01T00:00Z",
        "to=0003-01-01T00:00Z",
        f"q={'(a%2B)%2B%24' * 1000}",
        f"sel={'i-' * 5000}",
        "&".join(f"kind=shot&zone=z{n}" for n in range(3000)),
    ],
    ids=range(7),
)
def test_no_address_makes_the_page_fail_or_grow(address: str, valleys: Console) -> None:
    answer = client_of(valleys).get(f"/watch?{address}")
    assert answer.status_code == 200
    assert len(answer.content) < 1_000_000


def test_the_drawing_of_three_hundred_years_has_few_bars_and_ticks(valleys: Console) -> None:
    page = client_of(valleys).get("/watch?from=1900-01-01T00:00Z&to=2200-01-01T00:00Z").text
    drawing = page.partition('id="histogram"')[2].partition("</svg>")[0]
    assert 0 < drawing.count("h-tick") < 30


def test_the_address_keeps_where_the_map_stands_and_names_what_is_no_place(valleys: Console) -> None:
    snapshot = valleys.snapshot
    chosen = read_chosen([("map", "9.5/-34.95/-25.1"), ("outcome", "inconsistent")], snapshot)
    assert chosen.map == "9.5/-34.95/-25.1"
    assert "map=9.5/-34.95/-25.1" in chosen.address(begin=None)
    assert not read_chosen([("map", "9/1/1")], snapshot).is_filtered
    for nonsense in ("9", "9/1", "99/1/1", "9/91/1", "9/1/181", "9/1e1/1", "a/b/c", "9/١/1", "9/1/1/1", "<i>/1/1"):
        refused = read_chosen([("map", nonsense)], snapshot)
        assert refused.map == ""
        assert refused.unknown == (f"map={nonsense}",)
    client = client_of(valleys)
    page = client.get("/watch?map=9.5/-34.95/-25.1").text
    for link in each(re.findall(r'href="(/watch\?[^"]*from=[^"]*)"', page)):
        assert "map=9.5/-34.95/-25.1" in link, "steps in time keep the map where it is"
    assert "map=nowhere" in client.get("/watch?map=nowhere").text


def test_a_searched_place_tells_the_map_where_it_is(valleys: Console) -> None:
    client = client_of(valleys)
    town = valleys.snapshot.watch.basemap.towns[0]
    found = re.search(r'data-places="([^"]*)"', client.get(f"/watch?q={town.names['en']}").text)
    assert found is not None
    assert f"{town.lon:.5f},{town.lat:.5f}" in found[1].split(" ")
    assert 'data-places=""' in client.get("/watch?q=nowhere-at-all").text
    assert 'data-places=""' in client.get("/watch").text


def test_the_card_tells_the_distance_to_the_line_with_its_error(valleys: Console) -> None:
    snapshot = valleys.snapshot
    row = next(row for row in range(snapshot.rows) if snapshot.incident(row).line_distance_m is not None)
    card = client_of(valleys).get(f"/watch/card/{snapshot.codes[row]}").text
    assert re.search(r"[\d.,]+ k?m ± [\d.,]+ k?m to the line", " ".join(card.split()))


def test_the_towns_that_places_are_told_by_are_the_nearest_to_the_most_incidents(valleys: Console) -> None:
    snapshot = valleys.snapshot
    told = [
        words("en").name(town.names) for town in snapshot.watch.basemap.towns if town.id in towns_spoken_of(snapshot)
    ]
    places = [place_words_of(snapshot, row) for row in range(snapshot.rows)]
    counts = {name: sum(name in place for place in places) for name in told}
    assert len(told) == 5
    assert all(count > 0 for count in each(counts.values()))
    others = [
        words("en").name(town.names)
        for town in snapshot.watch.basemap.towns
        if words("en").name(town.names) not in told
    ]
    assert min(counts.values()) >= max(sum(name in place for place in places) for name in each(others))


def place_words_of(snapshot: Snapshot, row: int) -> str:
    return Telling(words("en"), snapshot.watch.zone, snapshot.watch).where(snapshot.incident(row))


def test_filters_are_cleared_by_a_link_to_the_same_time_without_them(valleys: Console) -> None:
    page = client_of(valleys).get("/watch?kind=explosion&from=2031-05-02T00:00Z").text
    assert 'href="/watch?from=2031-05-02T00:00Z" id="clear"' in unbroken(page).replace("%3A", ":")
    empty = client_of(valleys).get("/watch?kind=explosion&kind=shot&zone=nowhere&q=Nowhere").text
    assert '<a class="button" href="/watch">Clear filters</a>' in unbroken(empty)
