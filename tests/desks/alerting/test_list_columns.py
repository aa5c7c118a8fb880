"""What matches a rule, and what changed from list to list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pytest

from tests.conftest import each
from trucewatch.desks.alerting.columns import NEW, ListColumns
from trucewatch.model.alarm import BEFORE_GATE, RUNG_ORDER, AlarmRule
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.server.console import Console
from trucewatch.server.snapshot import NOT_SAID, Snapshot

RULE: Final = AlarmRule(number=1, name="x", about="incidents")


def test_a_list_that_is_the_same_has_nothing_that_changed(valleys: Console) -> None:
    rows, was = ListColumns.of(valleys.snapshot).changed_since(ListColumns.of(replace(valleys.snapshot)))
    assert len(rows) == len(was) == 0


def test_what_is_new_is_found_whatever_row_it_takes(valleys: Console) -> None:
    snapshot = valleys.snapshot
    kept = [row for row in range(snapshot.rows) if row % 7]
    former = ListColumns.of(replace(snapshot, incidents=snapshot.incidents.take(kept)))
    rows, was = ListColumns.of(snapshot).changed_since(former)
    assert rows.tolist() == [row for row in each(range(snapshot.rows)) if row % 7 == 0]
    assert set(was.tolist()) == {NEW}


def test_an_incident_that_got_an_earlier_report_is_the_same_one(valleys: Console) -> None:
    """Its name is that of its first report; what is told of it is no news."""
    snapshot = valleys.snapshot
    ids, members = (snapshot.incidents[name].to_pylist() for name in ("incident_id", "members"))
    former = ListColumns.of(snapshot)
    renamed = _with(snapshot, "incident_id", ["i-earlier", *ids[1:]])
    later = ListColumns.of(_with(renamed, "members", [["o-earlier", *members[0]], *members[1:]]))
    rows, was = later.changed_since(former)
    assert NEW not in was.tolist()
    assert later.newly(RULE, rows, was, former).tolist() == []


def test_what_becomes_likely_enough_rings_then_and_no_second_time(valleys: Console) -> None:
    snapshot = valleys.snapshot
    rule = replace(RULE, happened=0.9)
    values = [0.5, *snapshot.incidents["happened"].to_pylist()[1:]]
    low, high, higher = (
        ListColumns.of(_with(snapshot, "happened", [value, *values[1:]])) for value in (0.5, 0.93, 0.99)
    )
    assert high.newly(rule, *high.changed_since(low), low).tolist() == [0]
    rows, was = higher.changed_since(high)
    assert rows.tolist() == [0]
    assert higher.newly(rule, rows, was, high).tolist() == []


def test_what_was_not_weighed_is_no_number_that_reaches_a_bound(valleys: Console) -> None:
    values = [None] * valleys.snapshot.rows
    columns = ListColumns.of(_with(valleys.snapshot, "happened", values))
    rows = np.arange(valleys.snapshot.rows)
    assert not columns.matches(replace(RULE, happened=0.0), rows).any()
    assert columns.matches(RULE, rows).all()


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (replace(RULE, kinds=("explosion",)), lambda shot, row: shot.kind[row] == KINDS.index("explosion")),
        (replace(RULE, about="grave"), lambda shot, row: shot.grave[row]),
        (replace(RULE, rung="corroborated"), lambda shot, row: _rung(shot, row) >= RUNG_ORDER.index("corroborated")),
        (
            replace(RULE, outcomes=("inconsistent",)),
            lambda shot, row: shot.outcome[row] == OUTCOMES.index("inconsistent"),
        ),
        (replace(RULE, outcomes=(BEFORE_GATE,)), lambda shot, row: shot.outcome[row] == NOT_SAID),
    ],
)
def test_a_rule_asks_for_what_it_says(valleys: Console, rule: AlarmRule, holds: Callable[[Any, int], bool]) -> None:
    snapshot = valleys.snapshot
    matching = ListColumns.of(snapshot).matches(rule, np.arange(snapshot.rows))
    assert matching.tolist() == [bool(holds(snapshot, row)) for row in range(snapshot.rows)]
    assert matching.any() or rule.about == "grave"
    assert not matching.all()


def test_a_rule_of_a_zone_and_a_clause_asks_for_both(valleys: Console) -> None:
    snapshot = valleys.snapshot
    columns, rows = ListColumns.of(snapshot), np.arange(snapshot.rows)
    for zone, inside in each(snapshot.zones.items()):
        assert (columns.matches(replace(RULE, zones=(zone,)), rows) == inside).all()
    for clause, places in each(snapshot.clauses.items()):
        matching = columns.matches(replace(RULE, clause=clause, outcomes=("inconsistent",)), rows)
        of = [int(place) for place in places if snapshot.finding_outcome[place] == OUTCOMES.index("inconsistent")]
        wanted = {int(snapshot.finding_incident[place]) for place in of} - {-1}
        assert set(np.flatnonzero(matching).tolist()) == wanted


def test_a_zone_or_clause_that_is_gone_from_the_watch_rings_for_nothing(valleys: Console) -> None:
    columns, rows = ListColumns.of(valleys.snapshot), np.arange(valleys.snapshot.rows)
    assert not columns.matches(replace(RULE, zones=("nowhere",)), rows).any()
    assert not columns.matches(replace(RULE, clause="nothing", outcomes=("inconsistent",)), rows).any()


def _rung(snapshot: Snapshot, row: int) -> int:
    return RUNG_ORDER.index(snapshot.incidents["rung"][row].as_py())


def _with(snapshot: Snapshot, name: str, values: list[Any]) -> Snapshot:
    """The same list with one column changed."""
    table = snapshot.incidents
    field = table.schema.field(name)
    changed = table.set_column(table.schema.get_field_index(name), field, pa.array(values, field.type))
    findings = snapshot.findings
    if name == "incident_id":
        old = table[name].to_pylist()
        new = dict(zip(old, values, strict=True))
        ids = [new.get(of, of) for of in findings[name].to_pylist()]
        findings = findings.set_column(
            findings.schema.get_field_index(name), findings.schema.field(name), pa.array(ids, pa.string())
        )
    return replace(snapshot, incidents=changed, findings=findings)
