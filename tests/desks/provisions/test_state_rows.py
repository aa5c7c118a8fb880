"""The files for outside coders: what each row holds, what marks it, what never stands in it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tests.conftest import ROOT, each
from tests.server.conftest import client_of, copy_of, now
from trucewatch.desks import find, indexes
from trucewatch.desks.provisions.state_rows import CHANGE_COLUMNS, INSIDE, STATE_COLUMNS, csv_text
from trucewatch.model.clause_state import STATES
from trucewatch.server.console import Console
from trucewatch.store import Store


def rows_of(console: Console, address: str) -> list[dict[str, str]]:
    answer = client_of(console).get(address)
    assert answer.status_code == 200
    assert 'filename="inside-' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_row_a_part_marked_as_inside_and_as_what_it_is(valleys: Console) -> None:
    rows = rows_of(valleys, "/agreement/states.csv")
    parts = [each.id for _, each in valleys.snapshot.watch.agreement.known_at(valleys.snapshot.as_of).stipulations()]
    assert [row["part"] for row in rows] == parts
    for row in each(rows):
        assert row["status"] == INSIDE
        assert row["simulated"] == "true"
        assert row["state"] in STATES
        assert row["since"], "the day on which it came to stand so"
    put_off = next(row for row in rows if row["part"] == "3b")
    assert (put_off["state"], put_off["extension"]) == ("extended", "1")
    assert put_off["due"] == "2031-05-06T02:00:00Z"
    assert "Extension 1" in put_off["rule"]


def test_the_same_at_another_moment_and_as_known_today(karabakh: Console) -> None:
    then, today = (
        {row["part"]: row for row in rows_of(karabakh, f"/agreement/states.csv?as_of=2020-11-20T12:00Z&known={known}")}
        for known in ("then", "today")
    )
    assert (then["2"]["state"], today["2"]["state"]) == ("due_soon", "met")
    assert today["2"]["evidence"].startswith("o-")
    assert (then["2"]["known"], today["2"]["known"]) == ("then", "today")
    assert then["2"]["as_of"] == "2020-11-20T12:00:00Z"
    assert today["2"]["since"] == "", "changes are told as they were known"


def test_the_end_of_a_term_and_the_last_moment_for_notice_are_columns_and_ranges(karabakh: Console) -> None:
    rows = {row["part"]: row for row in rows_of(karabakh, "/agreement/states.csv")}
    names = ("until_from", "until", "last_notice_from", "last_notice")
    assert [rows["4b"][name] for name in names] == [
        *("2025-11-09T21:00:00Z", "2025-12-01T21:00:00Z"),
        *("2025-05-09T21:00:00Z", "2025-06-01T21:00:00Z"),
    ]
    assert [rows["4a"][name] for name in names] == [""] * 4


def test_json_holds_the_same_rows_with_the_pace_of_the_whole(karabakh: Console) -> None:
    document = client_of(karabakh).get("/agreement/states.json").json()
    rows = rows_of(karabakh, "/agreement/states.csv")
    assert document["status"] == INSIDE
    assert document["pace"]["due"] == 3
    assert [row["part"] for row in document["stipulations"]] == [row["part"] for row in rows]
    assert set(document["stipulations"][0]) == set(STATE_COLUMNS)
    assert json.dumps(document).count("score") == 0


def test_every_change_is_a_row_with_what_it_was_before(karabakh: Console) -> None:
    rows = [row for row in rows_of(karabakh, "/agreement/changes.csv") if row["part"] == "6a"]
    assert [(row["state_before"], row["state"]) for row in rows] == [
        ("", "due_soon"),
        ("due_soon", "extended"),
        ("extended", "met"),
    ]
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)


def test_a_moment_that_cannot_be_shown_gives_no_file(karabakh: Console) -> None:
    for address in ("/agreement/states.csv?as_of=2099-01-01", "/agreement/states.json?as_of=soon"):
        answer = client_of(karabakh).get(address)
        assert answer.status_code == 400
        assert "inside" not in answer.text


def test_no_cell_runs_as_a_formula() -> None:
    line = dict.fromkeys(CHANGE_COLUMNS, "") | {"clause": "=cmd()", "part": " @x", "state": "-1"}
    _, row, *_ = csv_text([line], CHANGE_COLUMNS).split("\r\n")
    assert "'=cmd()" in row
    assert "' @x" in row
    assert "'-1" in row


def test_what_rests_on_a_source_that_never_leaves_is_left_out_and_counted(tmp_path: Path) -> None:
    folder = copy_of("karabakh-2020", tmp_path)
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        barred = console.snapshot.watch.never_leaving
        for row in each(rows_of(console, "/agreement/states.csv")):
            assert int(row["evidence_left_out"]) >= 0
            assert barred or row["evidence_left_out"] == "0"


def test_every_column_is_documented() -> None:
    page = (ROOT / "docs" / "provisions.md").read_text(encoding="utf-8")
    for name in each({*STATE_COLUMNS, *CHANGE_COLUMNS}):
        assert f"`{name}`" in page, name
