"""The table of a watch for urgent messages: what it states is read, what cannot be is refused at its line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.urgent_drafts import WATCH
from trucewatch.desks import rule_faults, rule_faults_in_watch
from trucewatch.desks.flashing.rule import KEYS, RECIPIENT_KEYS, read
from trucewatch.errors import WatchError
from trucewatch.model.flash import ALWAYS_TOLD, PLACE_FORMS, SMALLEST_CELL_M, TOLD, FlashRule


def to(**keys: Any) -> dict[str, Any]:
    return {"to": [{"id": "UV", **keys}]}


def test_an_empty_table_agrees_nothing() -> None:
    assert read({}) == FlashRule()


def test_the_example_states_both_sides_alike_and_the_guard_by_zone() -> None:
    rule = read(WATCH.settings.desk["flashing"])
    uv, lv, guard = rule.to
    assert replace(uv, id="LV") == lv
    assert (guard.id, guard.place, rule.answer_minutes) == ("HG", "zone", 30)


def test_what_is_left_out_has_its_default() -> None:
    (recipient,) = read(to()).to
    assert (recipient.place, recipient.cell_m, recipient.tells) == ("cell", SMALLEST_CELL_M, TOLD)
    assert recipient.ways == ("console", "telephone")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"delay_hours": 1}, 'no key "delay_hours"'),
        ({"answer_minutes": 0}, "answer_minutes is 0"),
        ({"answer_minutes": True}, "answer_minutes is True"),
        ({"answer_minutes": 1e9}, "answer_minutes"),
        ({"answer_minutes": "30"}, "answer_minutes"),
        ({"to": "UV"}, "no list"),
        ({"to": ["UV"]}, "is no table"),
        ({"to": [{}]}, "names nobody"),
        ({"to": [{"id": 7}]}, "names nobody"),
        ({"to": [{"id": "UV"}, {"id": "UV"}]}, "twice"),
        ({"to": [{"id": f"P{number}"} for number in range(21)]}, "at most 20"),
        (to(place="exact"), 'place is "exact"'),
        (to(place=[]), "place is"),
        (to(cell_m=4999), "cell_m is 4999"),
        (to(cell_m=float("nan")), "cell_m is nan"),
        (to(cell_m=float("inf")), "cell_m is inf"),
        (to(cell_m="5000"), "cell_m is 5000"),
        (to(ways=["pigeon"]), '"pigeon"'),
        (to(ways=[]), "ways is empty"),
        (to(ways="mail"), "is no list"),
        (to(ways=[["mail"]]), "none of"),
        (to(tells=["matter", "when", "reported_by"]), "leaves out not_checked"),
        (to(tells=[*TOLD, "count"]), '"count"'),
        (to(sensors=True), 'no key "sensors"'),
    ],
)
def test_what_cannot_be_is_refused_and_said(table: dict[str, Any], says: str) -> None:
    with pytest.raises(WatchError) as caught:
        read(table)
    assert says in str(caught.value)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(RECIPIENT_KEYS), inner, max_size=3),
    max_leaves=8,
)


@given(table=st.dictionaries(st.sampled_from(KEYS), _ANY, max_size=2))
def test_any_table_is_read_or_refused(table: dict[str, Any]) -> None:
    try:
        rule = read(table)
    except WatchError:
        return
    for each in rule.to:
        assert each.cell_m >= SMALLEST_CELL_M
        assert each.place in PLACE_FORMS
        assert set(each.tells) >= ALWAYS_TOLD


def test_check_tells_each_thing_that_does_not_fit_the_watch() -> None:
    values = {"to": [{"id": "UV", "place": "zone"}, {"id": "XX", "place": "zone"}]}
    watch = replace(WATCH, settings=replace(WATCH.settings, desk={"flashing": values}))
    assert list(rule_faults(watch.settings)) == []
    faults = [fault.sentence() for fault in rule_faults_in_watch(watch)]
    assert len(faults) == 2
    assert '"XX" is no party' in faults[0]
    assert "leaves out LV" in faults[1]
    unreadable = replace(watch, settings=replace(watch.settings, desk={"flashing": {"to": 3}}))
    assert list(rule_faults_in_watch(unreadable)) == []
    assert len(list(rule_faults(unreadable.settings))) == 1
