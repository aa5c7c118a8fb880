"""Periods of dense reports in the console: the incident's page, the list, the filter of the Watch page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.builders import edit, make_watch
from tests.server.conftest import client_of, now, unbroken
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.server.filters import read_chosen, show
from trucewatch.store import Store

DENSE_ROWS = 30


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A watch with a few incidents by themselves and thirty in as many minutes."""
    folder: Path = make_watch(tmp_path_factory.mktemp("periods") / "w", rows=4)
    rule = 'rule = "cylinder"\nradius_m = 10.0\ngap_hours = 0.001'
    edit(folder / "watch.toml", 'rule = "likelihood"', rule)
    path = folder / "inbox" / "reports.csv"
    start = datetime(2031, 5, 2, 12, tzinfo=UTC)
    lines = [
        f"{number + 100},{start + timedelta(minutes=number):%Y-%m-%dT%H:%M:00Z},"
        f'"-35.3, {-25.3 + 0.002 * (number % 10):.4f}",blast,1,invented'
        for number in range(DENSE_ROWS)
    ]
    path.write_text(path.read_text() + "\n".join(lines) + "\n")
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


def test_an_incident_leads_to_its_period_and_the_filter_shows_that_alone(dense: Console) -> None:
    snapshot, client = dense.snapshot, client_of(dense)
    (period,) = snapshot.periods.values()
    inside = np.flatnonzero(snapshot.period == period.period_id)
    assert {snapshot.ids[row] for row in inside} == set(period.incident_ids)
    assert len(inside) == DENSE_ROWS < snapshot.rows
    page = unbroken(client.get(f"/incident/{snapshot.codes[inside[0]]}").text)
    address = f"/watch?period={period.period_id}"
    assert f'<a href="{address}">Part of a period of dense reports</a>' in page
    assert "30 incidents listed; by their probabilities" in page
    chosen = read_chosen([("period", period.period_id)], snapshot)
    assert chosen.is_filtered
    assert chosen.address() == address
    assert show(snapshot, chosen).rows.tolist() == inside.tolist()
    view = unbroken(client.get(address).text)
    assert "Period of dense reports, " in view
    assert f'<option value="{period.period_id}" selected' in view
    listed = unbroken(client.get("/incidents").text)
    assert "1 period of dense reports" in listed
    assert listed.count(f'href="{address}"') == 1 + DENSE_ROWS


def test_an_incident_of_no_period_says_nothing_of_one(dense: Console) -> None:
    snapshot = dense.snapshot
    outside = np.flatnonzero(snapshot.period == "")[0]
    assert "dense reports" not in client_of(dense).get(f"/incident/{snapshot.codes[outside]}").text


def test_a_period_that_this_watch_does_not_have_is_named_and_left_out(dense: Console) -> None:
    chosen = read_chosen([("period", "p-of-yesterday")], dense.snapshot)
    assert chosen.period == ""
    assert chosen.unknown == ("period=p-of-yesterday",)
