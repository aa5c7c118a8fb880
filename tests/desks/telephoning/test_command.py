"""`trucewatch lines`: functions and when each was tested, and never a number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pipeline.test_command_line import call
from tests.server.conftest import copy_of
from trucewatch.desks.telephoning.operations import NotEnteredError
from trucewatch.desks.telephoning.rule import read
from trucewatch.errors import WatchError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of("two-valleys", tmp_path)


def test_a_function_is_added_checked_and_listed_without_its_number(folder: Path) -> None:
    added = ("add", "duty officer", "--of", "UV", "--telephone", "555-0177", "--radio", "HERON 1")
    assert call("lines", str(folder), *added)[0] == 0
    assert call("lines", str(folder), "check", "UV", "answered", "--number", "F-1:1")[0] == 0
    code, said = call("lines", str(folder))
    assert code == 0
    assert "F-1" in said
    assert "duty officer" in said
    assert "answered" in said
    assert "Line to LV: not checked in this shift." in said
    code, document = call("lines", str(folder), "list", "--json")
    assert "555-0177" not in said + document
    assert "HERON" not in said + document
    record = json.loads(document)
    assert record["functions"][0]["last_tested"]["result"] == "answered"


@pytest.mark.parametrize("words", [("add", "post"), ("check", "XX", "answered"), ("check", "UV", "hostile")])
def test_what_cannot_be_entered_is_refused(folder: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(NotEnteredError):
        call("lines", str(folder), *words)


@pytest.mark.parametrize("values", [{"chek": []}, {"check": "UV"}, {"check": [1]}, {"check": ["x"] * 41}])
def test_a_rule_that_cannot_be_read_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(WatchError):
        read(values)
