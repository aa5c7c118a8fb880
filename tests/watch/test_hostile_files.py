"""Files of words that nobody writes by hand are refused with a sentence, and stop nothing."""

from __future__ import annotations

import pytest

from tests.builders import template_files
from trucewatch.watch import read_watch

DEEP = {
    "arrays": "x = " + "[" * 20_000,
    "inline tables": "x = " + "{a=" * 400 + "1" + "}" * 400,
    "a dotted key": ".".join(["a"] * 3_000) + " = 1",
    "a dotted table": "[" + ".".join(["a"] * 20_000) + "]",
}


@pytest.mark.parametrize("file", ["agreement.toml", "meetings.toml", "initiatives.toml", "texts/en-1.toml"])
@pytest.mark.parametrize("text", DEEP.values(), ids=list(DEEP))
def test_tables_in_tables_without_end_are_one_fault(file: str, text: str) -> None:
    watch, faults = read_watch(template_files() | {file: text.encode()})
    assert watch is None
    (fault,) = [fault for fault in faults if fault.file == file and "TOML" in fault.sentence()]
    assert "nested too deep" in fault.sentence()


@pytest.mark.parametrize("name", ["", " 2", "2\\u0000", "2\\n3", "\\u202E2", "2" * 101])
@pytest.mark.parametrize("old", ['number = "2"', 'id = "2"', 'id = "agreement"'])
def test_a_row_has_a_name_that_can_be_shown_and_asked_for(old: str, name: str) -> None:
    text = template_files()["agreement.toml"].decode()
    assert old in text
    changed = text.replace(old, f'{old.partition(" = ")[0]} = "{name}"', 1)
    _, faults = read_watch(template_files() | {"agreement.toml": changed.encode()})
    line = 1 + text[: text.index(old)].count("\n")
    assert line in [fault.line for fault in faults if "no name that a row can have" in fault.sentence()]
