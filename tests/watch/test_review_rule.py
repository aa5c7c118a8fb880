"""`[review]` of watch.toml: a rule that nobody can satisfy is refused at its line, with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import copy_of, edit, make_watch
from trucewatch.model.faults import Fault
from trucewatch.model.review_rule import ReviewRule
from trucewatch.watch import check_watch, load_watch

SECOND = '[[delegation]]\nid = "D2"\nnames = { en = "Second delegation" }\n'


def watch_with(tmp_path: Path, rule: str) -> Path:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", "[quorum]\n", f"{rule}\n\n[quorum]\n")
    return folder


def line_of(folder: Path, text: str) -> int:
    lines = (folder / "watch.toml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def faults_of(tmp_path: Path, rule: str) -> tuple[Fault, ...]:
    return check_watch(watch_with(tmp_path, rule)).faults


def test_without_the_table_the_rule_is_that_of_the_product(tmp_path: Path) -> None:
    assert load_watch(make_watch(tmp_path / "w")).settings.review == ReviewRule()


@pytest.mark.parametrize("example", ["two-valleys", "karabakh-2020"])
def test_the_rules_of_the_examples_can_be_satisfied(tmp_path: Path, example: str) -> None:
    faults = check_watch(copy_of(example, tmp_path)).faults
    assert [fault for fault in faults if "recuse" in fault.sentence() or "delegation" in fault.sentence()] == []


@pytest.mark.parametrize(
    ("table", "line", "says"),
    [
        ("[review]", "signers = []", "no role signs"),
        ("[review]", 'signers = ["liaison"]', "which nobody is for a delegation"),
        ("[review]", 'signers = ["analyst"]', "nobody of these roles speaks"),
        ("[review]", 'stands_in = ["member"]', "which nobody is for a delegation"),
        ("[review]", "each = 0", "each is 0"),
        ("[review]", "each = 21", "each is 21"),
        ("[review]", "hours = 0", "hours is 0"),
        ("[review]", "hours = -3", "hours is -3"),
        ("[review]", "hours = nan", "hours is nan"),
        ("[review]", "discussion_hours = 90000", "discussion_hours is 90000"),
        ("[review]", "objection_hours = 0.0", "objection_hours is 0"),
        ("[review]", "decision_hours = inf", "decision_hours is inf"),
        ("[review.attribution]", "hours = 0", "hours is 0"),
        ("[review]", "hours = 0.000001", "hours is 1e-06"),
        ("[review]", "discussion_hours = 1e-9", "discussion_hours is 1e-09"),
        ("[review]", "objection_hours = 0.08", "objection_hours is 0.08"),
        ("[review]", "decision_hours = 0.0833", "decision_hours is 0.0833"),
        ("[review.attribution]", "hours = 0.05", "hours is 0.05"),
        ("[review.attribution]", "each = 2", "a delegation has one head"),
        ("[review.attribution]", "signers = []", "no role signs"),
    ],
)
def test_a_rule_that_nobody_can_satisfy_is_refused_at_its_line(
    tmp_path: Path, table: str, line: str, says: str
) -> None:
    folder = watch_with(tmp_path, f"{table}\n{line}")
    errors = [fault for fault in check_watch(folder).faults if fault.severity == "error"]
    assert any(says in fault.sentence() for fault in errors), [fault.sentence() for fault in errors]
    assert {fault.line for fault in errors} == {line_of(folder, line)}
    assert all(str(fault.remedy) for fault in errors)


def test_two_heads_of_one_delegation_are_not_asked_for(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, '[review]\neach = 2\nsigners = ["head"]')
    assert fault.severity == "error"
    assert "one head" in fault.sentence()


def test_where_an_officer_stands_in_two_can_sign(tmp_path: Path) -> None:
    assert faults_of(tmp_path, '[review]\neach = 2\nsigners = ["head"]\nstands_in = ["officer"]') == ()


def test_one_delegation_alone_is_a_warning(tmp_path: Path) -> None:
    folder = watch_with(tmp_path, "[review]\nhours = 24")
    edit(folder / "watch.toml", SECOND, "")
    (fault,) = [fault for fault in check_watch(folder).faults if "two delegations or more" in fault.sentence()]
    assert (fault.severity, fault.line) == ("warning", line_of(folder, "[review]"))


def with_states(tmp_path: Path, first: str, second: str, rule: str = "") -> Path:
    folder = watch_with(tmp_path, rule)
    for name, state in (("D1", first), ("D2", second)):
        edit(folder / "watch.toml", f'id = "{name}"\n', f'id = "{name}"\nstate = "{state}"\n')
    return folder


def parties(folder: Path) -> tuple[str, str]:
    one, other = load_watch(folder).agreement.bound_ids[:2]
    return one, other


def test_recusal_that_leaves_nobody_for_a_clause_names_it(tmp_path: Path) -> None:
    one, other = parties(make_watch(tmp_path / "plain"))
    folder = with_states(tmp_path, one, other, "[review]\nrecuse = true")
    (fault,) = [fault for fault in check_watch(folder).faults if "recuse" in fault.sentence()]
    clauses = [
        each.id for _, each in load_watch(make_watch(tmp_path / "again")).agreement.stipulations() if each.obliged
    ]
    assert clauses
    assert all(clause in fault.sentence() for clause in clauses)
    assert fault.line == line_of(folder, "recuse = true")


def test_a_rule_that_recuses_from_every_clause_is_refused(tmp_path: Path) -> None:
    one, other = parties(make_watch(tmp_path / "plain"))
    folder = with_states(tmp_path, one, other, "[review]\nrecuse = true")
    agreement = folder / "agreement.toml"
    agreement.write_text(
        "\n".join(
            f'obliged = ["{one}"]' if line.startswith("obliged =") else line
            for line in agreement.read_text(encoding="utf-8").splitlines()
        ),
        encoding="utf-8",
    )
    faults = [fault for fault in check_watch(folder).faults if "recuse" in fault.sentence()]
    assert [fault.severity for fault in faults] == ["error"]
    assert "every clause" in faults[0].sentence()


def test_five_minutes_are_enough_for_every_clock(tmp_path: Path) -> None:
    keys = ("hours", "discussion_hours", "objection_hours", "decision_hours")
    assert faults_of(tmp_path, "\n".join(("[review]", *(f"{key} = 0.084" for key in keys)))) == ()


@pytest.mark.parametrize("first", [True, False], ids=["the first delegation", "the second delegation"])
def test_recusal_by_evidence_where_every_source_is_of_a_delegations_own_state_is_refused(
    tmp_path: Path, first: bool
) -> None:
    one, other = parties(make_watch(tmp_path / "plain"))
    folder = with_states(tmp_path, one, other, "[review]\nrecuse_evidence = true")
    edit(folder / "watch.toml", 'of = "centre"', f'of = "{one if first else other}"')
    (fault,) = [fault for fault in check_watch(folder).faults if "recuse_evidence" in fault.sentence()]
    assert fault.severity == "error"
    assert "every source" in fault.sentence()
    assert fault.line == line_of(folder, "recuse_evidence = true")


def test_recusal_by_evidence_names_the_sources_of_which_nothing_can_be_agreed(tmp_path: Path) -> None:
    one, other = parties(make_watch(tmp_path / "plain"))
    folder = with_states(tmp_path, one, other, "[review]\nrecuse_evidence = true")
    assert [fault for fault in check_watch(folder).faults if "recuse_evidence" in fault.sentence()] == []
    text = (folder / "watch.toml").read_text(encoding="utf-8")
    begin = text.index("[[source]]")
    source = text[begin : text.index("\n[", begin) + 1]
    theirs = source.replace('id = "reports"', 'id = "theirs"').replace('of = "centre"', f'of = "{one}"')
    edit(folder / "watch.toml", source, source + theirs)
    (fault,) = [fault for fault in check_watch(folder).faults if "recuse_evidence" in fault.sentence()]
    assert fault.severity == "warning"
    assert "theirs" in fault.sentence()
    assert "reports" not in fault.sentence()


def test_recusal_by_evidence_names_a_source_whose_every_row_is_claimed_by_a_delegations_own_state(
    tmp_path: Path,
) -> None:
    one, other = parties(make_watch(tmp_path / "plain"))
    folder = with_states(tmp_path, one, other, "[review]\nrecuse_evidence = true")
    edit(folder / "watch.toml", "[source.columns]", f'[source.columns]\nclaimed_by = "={one}"')
    (fault,) = [fault for fault in check_watch(folder).faults if "recuse_evidence" in fault.sentence()]
    assert fault.severity == "error"
    assert "reports" in fault.sentence()


def test_a_state_that_nobody_is_gets_the_nearest_that_somebody_is(tmp_path: Path) -> None:
    one, other = parties(make_watch(tmp_path / "plain"))
    folder = with_states(tmp_path, one, f"{other}x")
    (fault,) = check_watch(folder).faults
    assert "no party, body or delegation" in fault.sentence()
    assert other in str(fault.remedy)


def test_two_delegations_do_not_have_one_state(tmp_path: Path) -> None:
    one, _ = parties(make_watch(tmp_path / "plain"))
    faults = check_watch(with_states(tmp_path, one, one)).faults
    assert any("is that of delegation" in fault.sentence() for fault in faults)
    faults = check_watch(with_states(tmp_path / "other", "D2", "D2")).faults
    assert any("is that of delegation" in fault.sentence() for fault in faults)


@pytest.mark.parametrize(
    "name",
    [
        "First delegation",
        "FIRST  DELEGATION",
        "First dеlegation",  # a Cyrillic е
        "First delegat\u200bion",
        "Ｆirst delegation",
        "Fırst delegation",
        "First de1egation",
    ],
)
def test_names_that_look_alike_are_refused(tmp_path: Path, name: str) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", '"Second delegation"', f'"{name}"')
    (fault,) = check_watch(folder).faults
    assert fault.severity == "error"
    assert "looks like" in fault.sentence()


def test_ids_that_look_alike_are_refused(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", 'id = "D2"', 'id = "Dl"')
    (fault,) = check_watch(folder).faults
    assert "looks like" in fault.sentence()


def test_no_delegation_has_the_id_of_the_common_text(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", 'id = "D2"', 'id = "Common"')
    (fault,) = check_watch(folder).faults
    assert (fault.severity, fault.line) == ("error", line_of(folder, 'id = "Common"'))
