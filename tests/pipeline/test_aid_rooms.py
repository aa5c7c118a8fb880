"""Hazards, accidents, access, agreed operations, sites, visits and gatherings, as they are entered and stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import copy_of
from tests.conftest import ROOT
from tests.server.conftest import AID
from trucewatch.errors import NeverHereError
from trucewatch.model.aid_access import counts_by_side, counts_by_type
from trucewatch.model.aid_communities import differs, site_names, site_state
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_operations import operation_state, operation_word, place_of_operation
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_visits import both_agree, place_of_gathering, visit_state
from trucewatch.pipeline.aid_entering import AidBook, AidRefusedError
from trucewatch.store import Store
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
ROW: Mapping[str, Mapping[str, Any]] = {
    "hazard": {"organisation": "HR", "kind": "suspected", "district": "kess"},
    "survey": {
        "organisation": "HR",
        "method": "technical",
        "result": "none_known",
        "district": "kess",
        "outline": "-25.1, -35.1\n-25.0, -35.1\n-25.0, -35.0",
        "day": "2031-05-01",
    },
    "device": {
        "organisation": "HR",
        "group": "submunition",
        "number": "12",
        "district": "kess",
        "day": "2031-05-01",
        "place": "-25.05, -35.09",
    },
    "accident": {"organisation": "HR", "kind": "mine", "district": "kess", "day": "2031-05-03"},
    "constraint": {"organisation": "HR", "kind": "movement", "district": "kess", "from": "2031-05-01", "people": "120"},
    "operation": {"organisation": "GLS", "kind": "exchange", "district": "kess", "intermediary": "GLS"},
    "site": {"organisation": "MB-council", "kind": "cemetery", "district": "sorrel"},
    "visit": {"organisation": "MB-council", "district": "sorrel", "people": "14", "day": "2031-05-06"},
    "gathering": {"organisation": "MB-council", "district": "sorrel", "people": "20", "day": "2031-05-02"},
}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[AidBook]:
    with Store(copy_of(AID, tmp_path), lambda: NOW) as store:
        yield AidBook(store, load_watch(ROOT / "examples" / AID), NOW)


def entered(book: AidBook, table: str, **more: Any) -> str:
    return str(book.enter(table, {**ROW[table], **more}, by="p-1").record["code"])


def stepped(book: AidBook, table: str, code: str, **fields: Any) -> None:
    book.enter(table, {"organisation": "HR", **fields}, by="p-1", about=code)


def refused_keys(book: AidBook, table: str, fields: Mapping[str, Any], about: str = "") -> set[str]:
    before = len(book.store.journal)
    with pytest.raises(AidRefusedError) as refused:
        book.enter(table, fields, by="p-1", about=about)
    assert len(book.store.journal) == before
    return {str(trouble.at[0]) for trouble in refused.value.troubles}


@pytest.mark.parametrize("table", sorted(ROW))
def test_a_row_of_each_table_is_entered_and_stands_as_one_sentence(book: AidBook, table: str) -> None:
    code = entered(book, table)
    names = AidNaming(book.watch, "en")
    assert book.item(code).table == table
    assert str(TABLES[table].line(book.item(code).row, names))
    assert code not in str(TABLES[table].line(book.item(code).row, names))


def test_an_outline_that_crosses_itself_is_refused_and_one_that_does_not_is_kept_inside(book: AidBook) -> None:
    bow_tie = "-25.1,-35.1; -25.0,-35.0; -25.0,-35.1; -25.1,-35.0"
    assert refused_keys(book, "hazard", {**ROW["hazard"], "outline": bow_tie}) == {"outline"}
    code = entered(book, "hazard", outline="-25.1,-35.1; -25.0,-35.1; -25.0,-35.0")
    assert len(book.item(code).row.outline) == 3


@pytest.mark.parametrize("state", ["cancelled", "reduced", "cleared"])
def test_of_a_drawn_hazard_it_is_said_what_remains_or_that_nothing_does(book: AidBook, state: str) -> None:
    release = {"organisation": "HR", "state": state, "area_m2": "400", "day": "2031-05-02", "reference": "LR-1"}
    drawn = entered(book, "hazard", outline="-25.1,-35.1; -25.0,-35.1; -25.0,-35.0")
    assert refused_keys(book, "land_release", release, about=drawn) == {"outline"}
    both = {**release, "outline": "-25.1,-35.1; -25.0,-35.1; -25.0,-35.0", "nothing_remains": "yes"}
    assert refused_keys(book, "land_release", both, about=drawn) == {"nothing_remains"}
    stepped(book, "land_release", drawn, **release, nothing_remains="yes")
    stepped(book, "land_release", entered(book, "hazard"), **release)


def test_land_release_needs_a_document_and_no_day_to_come(book: AidBook) -> None:
    code = entered(book, "hazard")
    release = {"organisation": "HR", "state": "cleared", "area_m2": "400"}
    assert refused_keys(book, "land_release", {**release, "day": "2031-05-02"}, about=code) == {"reference"}
    assert refused_keys(book, "land_release", {**release, "day": "2031-05-09", "reference": "x"}, about=code) == {"day"}


def test_casualties_of_two_givers_stand_side_by_side_and_are_added_up_nowhere(book: AidBook) -> None:
    code = entered(book, "accident")
    stepped(book, "casualties", code, day="2031-05-03", injured="3")
    stepped(book, "casualties", code, organisation="GLS", day="2031-05-03", killed="1", injured="2")
    rows = [step.row for step in book.item(code).steps_of("casualties")]
    assert [(row.organisation, row.killed, row.injured) for row in rows] == [("HR", None, 3), ("GLS", 1, 2)]
    assert all(step.totals == {} for step in book.item(code).steps)
    assert refused_keys(book, "casualties", {"organisation": "HR", "day": "2031-05-03"}, about=code) == {"killed"}


def test_a_worksite_belongs_to_a_demining_accident_alone(book: AidBook) -> None:
    hazard = entered(book, "hazard")
    assert refused_keys(book, "accident", {**ROW["accident"], "worksite": hazard}) == {"worksite"}
    assert entered(book, "accident", kind="demining", worksite=hazard) == "MA-1"


def test_who_imposed_a_constraint_stands_in_no_row_that_travels(book: AidBook) -> None:
    code = entered(book, "constraint")
    stepped(book, "constraint_side", code, side="UV")
    assert TABLES["constraint_side"].travels == frozenset()
    assert TABLES["constraint"].field("side") is None
    assert counts_by_side(book.items("constraint")) == (("UV", 1),)


def test_constraints_are_counted_by_type_and_district_in_the_order_of_the_framework(book: AidBook) -> None:
    for kind, district in (("mines", "kess"), ("movement", "kess"), ("mines", "kess"), ("movement", "eastmark")):
        entered(book, "constraint", kind=kind, district=district)
    counted = [(each.kind, each.district, each.count) for each in counts_by_type(book.items("constraint"))]
    assert counted == [("movement", "eastmark", 1), ("movement", "kess", 1), ("mines", "kess", 2)]


@pytest.mark.parametrize("people", ["7", "123", "0"])
def test_people_kept_from_help_are_a_rounded_number(book: AidBook, people: str) -> None:
    assert refused_keys(book, "constraint", {**ROW["constraint"], "people": people}) == {"people"}


def test_the_place_of_an_operation_is_gone_from_sight_once_it_is_done_and_lapses(book: AidBook) -> None:
    code = entered(book, "operation")
    stepped(book, "operation_place", code, place="-25.05, -35.09", at="2031-05-05T09:00Z")
    assert place_of_operation(book.item(code)) is not None
    table, row = TABLES["operation_place"], book.item(code).steps_of("operation_place")[0].row
    assert table.lapse_hours == 72
    assert table.ends_at(row, book.zone) == NOW + timedelta(hours=31)
    stepped(book, "operation_state", code, state="done", day="2031-05-05")
    assert operation_word(book.item(code)) == "done"
    assert place_of_operation(book.item(code)) is None
    fields = {"organisation": "HR", "place": "-25.05, -35.09", "at": "2031-05-05T09:00Z"}
    assert refused_keys(book, "operation_place", fields, about=code) == {"place"}


def test_an_operation_that_is_agreed_says_by_whom(book: AidBook) -> None:
    code = entered(book, "operation")
    fields = {"organisation": "HR", "state": "agreed", "day": "2031-05-03"}
    assert refused_keys(book, "operation_state", fields, about=code) == {"sides"}


def test_numbers_of_an_operation_stand_as_each_side_says_them(book: AidBook) -> None:
    code = entered(book, "operation")
    stepped(book, "operation_numbers", code, day="2031-05-03", side="UV", people="12")
    stepped(book, "operation_numbers", code, day="2031-05-03", side="LV", people="15")
    steps = book.item(code).steps_of("operation_numbers")
    assert [(step.row.side, step.row.people) for step in steps] == [("UV", 12), ("LV", 15)]
    assert [step.totals for step in steps] == [{"people": 12}, {"people": 15}]


def test_a_site_has_every_name_with_who_uses_it_and_no_field_for_whose_it_is(book: AidBook) -> None:
    code = entered(book, "site")
    stepped(book, "site_name", code, name="Old Ford graves", side="UV")
    stepped(book, "site_name", code, name="Graves of the Ferry", side="LV")
    names = AidNaming(book.watch, "en")
    assert [name for name, _ in site_names(book.item(code), names)] == ["Graves of the Ferry", "Old Ford graves"]
    assert [each.key for each in TABLES["site"].fields] == ["organisation", "kind", "district"]


def test_observations_that_contradict_stand_side_by_side(book: AidBook) -> None:
    code = entered(book, "site")
    names = AidNaming(book.watch, "en")
    assert str(site_state(book.item(code), names)) == "nothing is entered that anybody saw"
    stepped(book, "site_state", code, state="standing", day="2031-05-01", vantage="remotely")
    stepped(book, "site_state", code, organisation="GLS", state="not_seen", day="2031-05-03", vantage="on_site")
    assert not differs(book.item(code)), "who did not see it is no word against another"
    stepped(book, "site_state", code, organisation="GLS", state="damaged", day="2031-05-03", vantage="on_site")
    assert differs(book.item(code))
    assert "observations differ" in str(site_state(book.item(code), names))
    assert len(book.item(code).steps_of("site_state")) == 3


def test_a_visit_is_asked_agreed_and_escorted_as_numbers(book: AidBook) -> None:
    code = entered(book, "visit")
    assert str(visit_state(book.item(code))) == "asked for 14"
    stepped(book, "visit_step", code, state="agreed", people="10", day="2031-05-04", side="LV")
    assert str(visit_state(book.item(code))).startswith("one answer so far: agreed for 10")
    stepped(book, "visit_step", code, state="not_agreed", people="10", day="2031-05-04", side="UV")
    assert str(visit_state(book.item(code))) == "answers differ; each stands below"
    stepped(book, "visit_step", code, state="agreed", people="10", day="2031-05-04", side="UV")
    assert str(visit_state(book.item(code))).startswith("agreed for 10")


def test_a_site_or_a_place_is_kept_of_ten_people_and_more_alone(book: AidBook) -> None:
    site = entered(book, "site")
    few = {"organisation": "MB-council", "district": "sorrel", "people": "9", "day": "2031-05-06"}
    assert refused_keys(book, "visit", few | {"site": site}) == {"site"}
    small = entered(book, "gathering", people="9")
    for side in ("LV", "UV"):
        stepped(book, "gathering_consent", small, organisation="HR", side=side, agrees="yes")
    place = {"organisation": "HR", "place": "-25.05, -35.09"}
    assert refused_keys(book, "gathering_place", place, about=small) == {"place"}


def test_an_operation_that_one_side_agrees_to_is_not_agreed(book: AidBook) -> None:
    code = entered(book, "operation")
    stepped(book, "operation_state", code, organisation="HR", state="agreed", day="2031-05-04", sides=["UV"])
    assert "one side agrees" in str(operation_state(book.item(code)))
    stepped(book, "operation_state", code, organisation="HR", state="agreed", day="2031-05-04", sides=["LV"])
    assert str(operation_state(book.item(code))).startswith("agreed, ")


def test_an_observation_of_an_earlier_day_that_is_entered_later_is_not_the_last(book: AidBook) -> None:
    code = entered(book, "site")
    seen = {"organisation": "HR", "vantage": "on_site"}
    stepped(book, "site_state", code, **seen, state="damaged", day="2031-05-03")
    stepped(book, "site_state", code, organisation="GLS", vantage="on_site", state="damaged", day="2031-05-03")
    stepped(book, "site_state", code, **seen, state="standing", day="2031-04-01")
    assert not differs(book.item(code))


def test_the_place_of_a_gathering_needs_two_yes_and_one_no_takes_it_away(book: AidBook) -> None:
    code = entered(book, "gathering")
    place = {"organisation": "HR", "place": "-25.05, -35.09"}
    assert refused_keys(book, "gathering_place", place, about=code) == {"place"}
    stepped(book, "gathering_consent", code, organisation="UV-works", side="UV", agrees="yes")
    stepped(book, "gathering_consent", code, organisation="MB-council", side="UV", agrees="yes")
    assert not both_agree(book.item(code)), "twice the same side is one"
    assert refused_keys(book, "gathering_place", place, about=code) == {"place"}
    stepped(book, "gathering_consent", code, organisation="LV-works", side="LV", agrees="yes")
    stepped(book, "gathering_place", code, **place)
    assert place_of_gathering(book.item(code)) == (-25.05, -35.09)
    stepped(book, "gathering_consent", code, organisation="LV-works", side="LV", agrees="no")
    assert place_of_gathering(book.item(code)) is None


@pytest.mark.parametrize(
    ("table", "fields"),
    [
        ("constraint", {"what": "Zorvan Kelemet, born 12.03.1971"}),
        ("hazard", {"source": "passport AZE12345678"}),
    ],
)
def test_what_is_never_kept_is_refused_in_these_tables_too(
    book: AidBook, table: str, fields: Mapping[str, Any]
) -> None:
    before = len(book.store.journal)
    with pytest.raises(NeverHereError):
        entered(book, table, **fields)
    assert len(book.store.journal) <= before + 1
