"""Pages over very many rows: what is worked out and shown is a part, with a way to the rest."""

from __future__ import annotations

import re
from dataclasses import replace

import pyarrow as pa
import pytest

from tests.desks.incidents.test_incident_page import largest
from tests.server.conftest import client_of, unbroken
from trucewatch.desks.incidents import list_pages, pages
from trucewatch.desks.incidents.detail import IncidentDetail, detail_of
from trucewatch.desks.incidents.people import MOST_LETTERS
from trucewatch.model.people import PeopleReported
from trucewatch.model.short_codes import codes_of
from trucewatch.pipeline.dossier_fields import fields_of_incident
from trucewatch.server.console import Console
from trucewatch.server.preferences import visit_of


class Unsearchable(tuple[str, ...]):
    """Observations that are many: a search through all of them for each of them is never over."""

    def __contains__(self, _: object) -> bool:
        raise AssertionError("all observations of an incident were searched for one of them")


def test_the_observations_of_an_incident_are_not_searched_for_each_of_them(valleys: Console) -> None:
    incident, code = largest(valleys)
    detail = detail_of(valleys.store, valleys.snapshot, code)
    many = replace(detail, incident=replace(incident, members=Unsearchable(incident.members)))
    telling = visit_of(_request(valleys), valleys.snapshot.watch).telling
    assert len(pages._levels(many, telling)) == len(pages._levels(detail, telling))


def _request(console: Console):  # type: ignore[no-untyped-def] - Starlette's own
    from starlette.requests import Request

    return Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})


def test_who_states_people_is_shown_in_parts(valleys: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    incident, code = largest(valleys)
    names = incident.members * (MOST_LETTERS // len(incident.members) + 2)
    stated = tuple(
        PeopleReported(giver=f"giver-{number}", giver_kind="body", killed_best=1, observations=names)
        for number in range(250)
    )

    def crowded(*args: object) -> IncidentDetail:
        return replace(detail_of(*args), incident=replace(incident, people=stated))  # type: ignore[arg-type]

    monkeypatch.setattr(pages, "detail_of", crowded)
    client, seen = client_of(valleys), []
    for first, more in ((0, 150), (100, 50), (200, 0)):
        page = unbroken(client.get(f"/incident/{code}?people={first}").text)
        section = page[page.index('<section class="card" id="people">') :]
        section = section[: section.index("</section>")]
        seen += re.findall(r"giver-\d+", section)
        assert (f"{more} more" in section) == bool(more)
        assert ("Those before" in section) == bool(first)
        assert "…" in section
    assert seen == [each.giver for each in stated]


def test_what_was_rejected_is_listed_in_parts(valleys: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = valleys.snapshot
    row = snapshot.incidents.slice(0, 1)
    count = 2 * list_pages.ROWS_AT_ONCE + 50
    many = pa.concat_tables([row] * count)
    ids = pa.array([f"i-{number:026d}" for number in range(count)])
    many = many.set_column(many.schema.get_field_index("incident_id"), "incident_id", ids)
    for name in ("rejected_by", "reason"):
        many = many.append_column(name, pa.array([""] * count))
    codes = codes_of(ids.to_pylist(), beside=snapshot.ids)
    monkeypatch.setitem(vars(snapshot), "rejected", many)
    monkeypatch.setitem(vars(snapshot), "rejected_codes", dict(zip(ids.to_pylist(), codes, strict=True)))
    real, worked_out = list_pages.rejected_incidents, []

    def counted(table: pa.Table, words_of: object) -> object:
        worked_out.append(table.num_rows)
        return real(table, lambda _: "")

    monkeypatch.setattr(list_pages, "rejected_incidents", counted)
    client = client_of(valleys)
    shown = []
    for first, more in ((0, 150), (100, 50), (200, 0)):
        page = unbroken(client.get(f"/incidents?rejected={first}").text)
        section = page[page.index('id="rejected"') :]
        shown += re.findall(r'class="mono" href="/incident/([\d-]+)"', section)
        assert (f"{more} more" in section) == bool(more)
    assert shown == codes
    assert worked_out == [100, 100, 50]


def test_the_page_before_a_copy_reads_one_observation_for_the_columns(valleys: Console) -> None:
    incident, _ = largest(valleys)
    assert len(incident.members) > 1
    assessment = valleys.assessment()
    look = fields_of_incident(
        valleys.store, assessment, incident.incident_id, bytes(32), recipient="parties", with_content=False
    )
    whole = fields_of_incident(valleys.store, assessment, incident.incident_id, bytes(32), recipient="parties")
    assert len(look.rows["observations"]) == 1
    assert len(whole.rows["observations"]) == len(incident.members)
    assert look.columns == whole.columns
    assert look.rows["released"] == whole.rows["released"]
