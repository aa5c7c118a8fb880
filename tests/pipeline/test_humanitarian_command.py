"""`trucewatch humanitarian`: what there is, what a row needs, a row from a file; and nothing of what is refused is said
or kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import copy_of
from tests.pipeline.test_command_line import call
from trucewatch.errors import NeverHereError, TrucewatchError
from trucewatch.model.aid_registry import TABLES
from trucewatch.pipeline.aid_states import STATES

REQUEST = 'organisation = "HR"\nkind = "blankets"\nquantity = 300\nunit = "pieces"\ndistrict = "kess"\n'
TYPED = "warm ones, as bales"
MARKER = "Aram Sargsyan, born 1961"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of("two-valleys-aid", tmp_path)


def enter(folder: Path, tmp_path: Path, table: str, text: str, *more: str) -> tuple[int, str]:
    path = tmp_path / "row.toml"
    path.write_text(text, "utf-8")
    outcome: tuple[int, str] = call("humanitarian", str(folder), table, "--enter", str(path), "--by", "desk", *more)
    return outcome


def document(folder: Path, what: str) -> dict[str, Any]:
    code, text = call("humanitarian", str(folder), what, "--json")
    assert code == 0
    content: dict[str, Any] = json.loads(text)
    return content


def test_an_empty_instance_says_which_tables_there_are(folder: Path) -> None:
    code, text = call("humanitarian", str(folder))
    assert code == 0
    assert "Nothing is on record yet" in text
    assert all(table.name in text for table in TABLES.values() if not table.is_step)


def test_how_an_item_stands_is_said_in_the_words_of_its_page(folder: Path, tmp_path: Path) -> None:
    enter(folder, tmp_path, "request", REQUEST)
    enter(folder, tmp_path, "promise", 'organisation = "GLS"\nquantity = 100\n', "--about", "RQ-1")
    stands = "100 of 300 promised, short by 200"
    for what in ("request", "RQ-1"):
        assert stands in " ".join(call("humanitarian", str(folder), what)[1].split())
    (item,) = document(folder, "request")["items"]
    assert item["state"] == stands


def test_who_is_said_to_have_imposed_a_constraint_is_in_no_document(folder: Path, tmp_path: Path) -> None:
    constraint = 'organisation = "HR"\nkind = "movement"\ndistrict = "kess"\nfrom = "2031-05-02"\n'
    assert enter(folder, tmp_path, "constraint", constraint)[0] == 0
    side = 'organisation = "HR"\nside = "UV"\n'
    assert enter(folder, tmp_path, "constraint_side", side, "--about", "AC-1")[0] == 0
    (item,) = document(folder, "constraint")["items"]
    assert item["steps"] == []


def test_every_table_of_items_says_how_its_items_stand() -> None:
    assert set(STATES) == {table.name for table in TABLES.values() if not table.is_step}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_says_its_fields(folder: Path, table: str) -> None:
    code, text = call("humanitarian", str(folder), table, "--fields")
    assert code == 0
    assert all(f"  {each.key} = " in text for each in TABLES[table].fields)


def test_a_row_from_a_file_is_entered_listed_and_followed_by_its_step(folder: Path, tmp_path: Path) -> None:
    assert enter(folder, tmp_path, "request", REQUEST + f'what = "{TYPED}"\n')[0] == 0
    promise = 'organisation = "GLS"\nquantity = 100\n'
    assert enter(folder, tmp_path, "promise", promise, "--about", "RQ-1")[0] == 0
    code, text = call("humanitarian", str(folder), "RQ-1")
    assert code == 0
    assert "300 pieces" in text
    assert "1 step." in text
    assert TYPED not in text
    (item,) = document(folder, "request")["items"]
    assert item["row"]["quantity"] == 300
    assert "what" not in item["row"]
    assert [step["row"]["quantity"] for step in item["steps"]] == [100]


@pytest.mark.parametrize(
    ("table", "text", "more"),
    [
        ("request", "", ()),
        ("request", "organisation = ", ()),
        ("request", REQUEST + "beneficiaries = 3\n", ()),
        ("request", REQUEST, ("--for", "LB")),
        ("promise", 'organisation = "GLS"\nquantity = 100\n', ("--about", "RQ-9")),
    ],
)
def test_what_cannot_be_entered_is_refused_with_a_reason(
    folder: Path, tmp_path: Path, table: str, text: str, more: tuple[str, ...]
) -> None:
    with pytest.raises(TrucewatchError):
        enter(folder, tmp_path, table, text, *more)
    assert document(folder, "")["items"] == []


def test_of_a_row_that_is_never_kept_only_the_refusal_stays(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NeverHereError) as refused:
        enter(folder, tmp_path, "request", REQUEST + f'what = "{MARKER}"\n')
    assert "Sargsyan" not in str(refused.value)
    _, text = call("log", str(folder))
    assert text.count("aid-refusal") == 1
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [path for path in files if b"Sargsyan" in path.read_bytes()]
