"""`[quorum]` of watch.toml: every fault at its line, with a remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.builders import edit, make_watch
from trucewatch.model.faults import Fault
from trucewatch.model.quorum import QuorumRule
from trucewatch.watch import check_watch, load_watch


def line_of(folder: Path, text: str) -> int:
    lines = (folder / "watch.toml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def faults_of_rule(folder: Path) -> list[Fault]:
    return [fault for fault in check_watch(folder).faults if "quorum" in fault.sentence() or "each" in fault.sentence()]


def test_without_the_table_the_rule_is_that_of_the_product(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    text = (folder / "watch.toml").read_text(encoding="utf-8")
    (folder / "watch.toml").write_text(re.sub(r"\[quorum\]\n(\w+ = .*\n)+", "", text), encoding="utf-8")
    assert load_watch(folder).settings.quorum == QuorumRule()
    assert check_watch(folder).faults == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('release = "one_head"', 'release = "both"'),
        ('reply = "each_delegation"', 'replies = "each_delegation"'),
        ('reply = "each_delegation"', "reply = 2"),
    ],
)
def test_a_word_or_key_that_the_rule_does_not_have_is_an_error_at_its_line(tmp_path: Path, old: str, new: str) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", old, new)
    (fault,) = check_watch(folder).faults
    assert fault.severity == "error"
    assert fault.line == line_of(folder, new)


def test_a_rule_that_needs_two_delegations_is_a_warning_where_there_is_one(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", '[[delegation]]\nid = "D2"\nnames = { en = "Second delegation" }\n', "")
    faults = faults_of_rule(folder)
    assert [fault.severity for fault in faults] == ["warning", "warning"]
    assert [fault.line for fault in faults] == [line_of(folder, "reading = "), line_of(folder, "reply = ")]
