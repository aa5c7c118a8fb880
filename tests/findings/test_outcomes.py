"""Every stipulation kind reaches all four outcomes; outside its dates nothing applies; no party is named as author."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from tests.builders import NOON, frame_of, incidents, template_watch
from trucewatch.findings import KINDS_OF_STIPULATION, check_agreement
from trucewatch.model.deadlines import Range
from trucewatch.model.incident import Finding, finding_rows
from trucewatch.model.observation import COUNTER_SCHEMA, empty_counters
from trucewatch.model.testimony import Attestation
from trucewatch.model.watch import Watch

DAY = timedelta(days=1)


def check(
    rows: pa.Table, *, watch: Watch | None = None, as_of: datetime = NOON + 30 * DAY, counters: pa.Table | None = None
) -> list[Finding]:
    held = watch or template_watch()
    table = check_agreement(
        rows, empty_counters() if counters is None else counters, watch=held, frame=frame_of(held), as_of=as_of
    )
    return finding_rows(table)


def one(found: list[Finding], stipulation: str, *, whole: bool = False) -> Finding:
    (finding,) = [each for each in found if each.stipulation == stipulation and (each.incident_id == "") == whole]
    return finding


def with_agreement(old: str, new: str) -> Watch:
    return template_watch({"agreement.toml": (old, new)})


CASES: list[tuple[dict[str, Any], str, str]] = [
    ({}, "inconsistent", "prohibited_act"),
    ({"kind": "thermal_anomaly"}, "undetermined", "indication_only"),
    ({"zones": [], "zones_at_edge": ["theatre"]}, "undetermined", "at_zone_edge"),
    ({"lon": None, "lat": None, "zones": []}, "undetermined", "no_place"),
    ({"zones": []}, "not_applicable", "outside_zone"),
    ({"occurred_start": datetime(2031, 4, 30, tzinfo=UTC)}, "not_applicable", "before_in_force"),
    (
        {"occurred_start": datetime(2031, 4, 30, tzinfo=UTC), "occurred_end": datetime(2031, 5, 1, 1, tzinfo=UTC)},
        "undetermined",
        "maybe_in_force",
    ),
    ({"aspect": "controlled"}, "consistent", "aspect_exempt_by_watch"),
    ({"claimed_by": ["A"], "claims_only": True}, "undetermined", "claimed_alone"),
    ({"claimed_by": ["A", "B"], "claims_only": True}, "inconsistent", "prohibited_act"),
    ({"claimed_by": ["A"], "claims_only": False}, "inconsistent", "prohibited_act"),
    (
        {"occurred_start": datetime(2031, 5, 3, 9, tzinfo=UTC), "lon": -25.19, "lat": -35.02},
        "consistent",
        "notice_covers_by_watch",
    ),
    (
        {"occurred_start": datetime(2031, 5, 3, 9, tzinfo=UTC), "lon": -25.19, "lat": -35.02, "semi_major_m": 1300.0},
        "undetermined",
        "notice_maybe",
    ),
    (
        {"occurred_start": datetime(2031, 5, 3, 9, tzinfo=UTC), "kind": "shot", "lon": -25.19, "lat": -35.02},
        "inconsistent",
        "prohibited_act_notice_other",
    ),
    (
        {"occurred_start": datetime(2031, 5, 3, 13, tzinfo=UTC), "lon": -25.19, "lat": -35.02},
        "inconsistent",
        "prohibited_act",
    ),
    ({"occurred_start": datetime(2031, 5, 3, 9, tzinfo=UTC)}, "inconsistent", "prohibited_act"),
]


@pytest.mark.parametrize(
    ("row", "outcome", "reason"),
    CASES,
    ids=[f"{outcome}-{reason}-{number}" for number, (_, outcome, reason) in enumerate(CASES)],
)
def test_prohibited(row: dict[str, Any], outcome: str, reason: str) -> None:
    finding = one(check(incidents(row)), "1a")
    assert (finding.outcome, finding.reason) == (outcome, reason)


def test_a_notice_known_too_late_exempts_nothing_and_is_named() -> None:
    watch = template_watch({"notices.csv": ("2031-05-02T09:00:00Z", "2031-05-03T10:00:00Z")})
    row = {"occurred_start": datetime(2031, 5, 3, 9, tzinfo=UTC), "lon": -25.19, "lat": -35.02}
    finding = one(check(incidents(row), watch=watch), "1a")
    assert (finding.outcome, finding.reason) == ("inconsistent", "prohibited_act_notice_late")
    assert finding.facts["notice"] == "N-1"


DAY_LONG = {
    "occurred_start": datetime(2031, 5, 3, tzinfo=UTC),
    "occurred_end": datetime(2031, 5, 4, tzinfo=UTC),
    "lon": -25.19,
    "lat": -35.02,
}


def test_a_notice_known_within_a_day_long_interval_may_have_come_before_the_event() -> None:
    watch = template_watch({"notices.csv": ("2031-05-02T09:00:00Z", "2031-05-03T07:00:00Z")})
    finding = one(check(incidents(DAY_LONG), watch=watch), "1a")
    assert (finding.outcome, finding.reason) == ("undetermined", "notice_maybe")


def test_a_notice_that_nobody_knew_yet_is_not_spoken_of() -> None:
    watch = template_watch({"notices.csv": ("2031-05-02T09:00:00Z", "2031-06-01T00:00:00Z")})
    row = {"occurred_start": datetime(2031, 5, 3, 9, tzinfo=UTC), "lon": -25.19, "lat": -35.02}
    early = one(check(incidents(row), watch=watch, as_of=datetime(2031, 5, 5, tzinfo=UTC)), "1a")
    later = one(check(incidents(row), watch=watch, as_of=datetime(2031, 6, 2, tzinfo=UTC)), "1a")
    assert (early.reason, later.reason) == ("prohibited_act", "prohibited_act_notice_late")


def test_a_heat_source_does_not_confirm_what_one_party_claims() -> None:
    row = {
        "claimed_by": ["A"],
        "kinds": ["explosion", "thermal_anomaly"],
    }
    claim = Attestation("explosion", "A", "party", "told", is_claim=True).text
    heat = Attestation("thermal_anomaly", "centre", "satellite", "recorded", is_claim=False).text
    burst = Attestation("burst", "centre", "acoustic", "recorded", is_claim=False).text
    assert one(check(incidents(row | {"testimony": [claim, heat]})), "1a").reason == "claimed_alone"
    heard = row | {"kinds": ["burst", "explosion"], "testimony": [claim, burst]}
    assert one(check(incidents(heard)), "1a").reason == "prohibited_act"


def test_a_start_that_no_text_states_leaves_doubt_between_its_bounds() -> None:
    watch = with_agreement(
        'unless = ["notice", "aspect:controlled"]\n  in_force = { from = 2031-05-01T00:00:00Z }',
        "unless = []\n  in_force = { from_earliest = 2031-05-01T00:00:00Z, from_latest = 2031-05-03T00:00:00Z }",
    )
    assert one(check(incidents({}), watch=watch), "1a").reason == "maybe_in_force"
    assert one(check(incidents({"occurred_start": NOON + DAY}), watch=watch), "1a").outcome == "inconsistent"


HANDOVER = {"kind": "handover", "zones": ["theatre", "pass"], "means": ["patrol"]}


@pytest.mark.parametrize(
    ("row", "as_of", "outcome", "reason"),
    [
        (HANDOVER, NOON + 30 * DAY, "consistent", "happened_in_time"),
        (HANDOVER | {"occurred_start": NOON + 20 * DAY}, NOON + 30 * DAY, "inconsistent", "happened_late"),
        (
            HANDOVER | {"occurred_start": NOON, "occurred_end": NOON + 20 * DAY},
            NOON + 30 * DAY,
            "undetermined",
            "happened_around_due",
        ),
        (
            HANDOVER | {"zones": ["theatre"], "zones_at_edge": ["pass"]},
            NOON + 30 * DAY,
            "undetermined",
            "happened_place_unsure",
        ),
        (
            HANDOVER | {"claimed_by": ["A"], "claims_only": True},
            NOON + 30 * DAY,
            "undetermined",
            "happened_claimed_alone",
        ),
        (None, NOON + 30 * DAY, "undetermined", "no_record"),
        (HANDOVER | {"zones": ["theatre"]}, NOON + 30 * DAY, "undetermined", "no_record"),
        (None, NOON, "not_applicable", "not_due"),
        (None, NOON + 2 * DAY, "not_applicable", "due_soon"),
        (None, NOON - 10 * DAY, None, None),
    ],
)
def test_required_by_a_deadline(
    row: dict[str, Any] | None, as_of: datetime, outcome: str | None, reason: str | None
) -> None:
    found = check(incidents(*([row] if row else [])), as_of=as_of)
    if outcome is None:
        assert found == [], "an agreement that nobody had published gives no findings"
        return
    finding = one(found, "2", whole=True)
    assert (finding.outcome, finding.reason) == (outcome, reason)
    assert finding.due == datetime(2031, 5, 11, tzinfo=UTC)


def test_what_happens_again_after_it_was_met_is_not_late() -> None:
    found = check(incidents(HANDOVER, HANDOVER | {"occurred_start": NOON + 20 * DAY}))
    first, again, whole = [each for each in found if each.stipulation == "2"]
    assert (first.reason, again.reason, whole.reason) == ("happened_in_time", "met_before", "happened_in_time")
    assert again.outcome == "not_applicable"


def test_an_extension_counts_from_the_moment_it_was_known() -> None:
    extension = (
        '\n  [[provision.stipulation.extension]]\n  day = 2031-05-25\n  form = "oral"\n'
        '  known_at = 2031-05-10T00:00:00Z\n  source = "a letter"\n'
    )
    watch = with_agreement('zone = "UTC", text = "en-1" }\n', f'zone = "UTC", text = "en-1" }}{extension}')
    late = incidents(HANDOVER | {"occurred_start": datetime(2031, 5, 20, tzinfo=UTC)})
    before = one(check(late, watch=watch, as_of=datetime(2031, 5, 9, tzinfo=UTC)), "2", whole=True)
    after = one(check(late, watch=watch, as_of=datetime(2031, 5, 21, tzinfo=UTC)), "2", whole=True)
    assert before.due == datetime(2031, 5, 11, tzinfo=UTC)
    assert (after.due, after.outcome, after.facts["extension"]) == (
        datetime(2031, 5, 26, tzinfo=UTC),
        "consistent",
        "1",
    )


@pytest.mark.parametrize(
    ("bound", "zone", "due"),
    [
        ("by", "Europe/Moscow", datetime(2031, 5, 10, 21, tzinfo=UTC)),
        ("until", "Europe/Moscow", datetime(2031, 5, 10, 21, tzinfo=UTC)),
        ("before", "Europe/Moscow", datetime(2031, 5, 9, 21, tzinfo=UTC)),
        ("by", "Asia/Baku", datetime(2031, 5, 10, 20, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_the_end_of_its_day_in_its_own_zone(bound: str, zone: str, due: datetime) -> None:
    watch = with_agreement('bound = "by", zone = "UTC"', f'bound = "{bound}", zone = "{zone}"')
    stipulation = next(each for _, each in watch.agreement.stipulations() if each.id == "2")
    assert stipulation.deadline is not None
    assert stipulation.deadline.day == date(2031, 5, 10)
    computed = stipulation.due(NOON, UTC)
    assert computed is not None
    assert (computed.range, computed.extension) == (Range(due, due), 0)


NUMBER = 'number = { counter = "patrols", at_least = 100 }'


def counter(value: float, **changes: Any) -> pa.Table:
    row = {
        "counter_id": "c-1",
        "source": "b",
        "name": "patrols",
        "span": "level",
        "zone": "pass",
        "period_start": NOON,
        "period_end": NOON,
        "value": value,
        "qualifier": "exactly",
        "unit": "",
        "claimed_by": "observers",
        "simulated": False,
        "known_at": NOON,
        "received_at": None,
        "evidence_sha256": "e" * 64,
        "evidence_row": 2,
        "text": "",
    }
    return pa.Table.from_pylist([row | changes], schema=COUNTER_SCHEMA)


@pytest.mark.parametrize(
    ("table", "outcome", "reason"),
    [
        (counter(120), "undetermined", "number_claimed_alone"),
        (counter(120, claimed_by="B"), "consistent", "number_reached"),
        (counter(120, claimed_by="A"), "undetermined", "number_claimed_alone"),
        (counter(80), "undetermined", "number_claimed_alone"),
        (counter(80, claimed_by="A"), "inconsistent", "number_short"),
        (counter(80, claimed_by="B"), "undetermined", "number_claimed_alone"),
        (counter(80, claimed_by="second PARTY"), "undetermined", "number_claimed_alone"),
        (counter(80, qualifier="more_than"), "undetermined", "number_unclear"),
        (counter(120, claimed_by="B", zone=""), "undetermined", "number_not_shown"),
        (counter(120, period_end=NOON + 20 * DAY), "undetermined", "number_not_shown"),
        (empty_counters(), "undetermined", "number_not_shown"),
    ],
)
def test_required_number(table: pa.Table, outcome: str, reason: str) -> None:
    watch = with_agreement('what = "handover"', NUMBER)
    finding = one(check(incidents(), watch=watch, counters=table), "2", whole=True)
    assert (finding.outcome, finding.reason) == (outcome, reason)


def judgments(*pairs: tuple[str, str]) -> str:
    return "".join(
        f'\n  [[provision.stipulation.judgment]]\n  by = "{by}"\n  outcome = "{outcome}"\n  known_at = '
        f'2031-05-0{number + 3}T00:00:00Z\n  source = "minutes"\n'
        for number, (by, outcome) in enumerate(pairs)
    )


@pytest.mark.parametrize(
    ("said", "outcome", "reason"),
    [
        ((), "undetermined", "not_put"),
        ((("D1", "consistent"),), "undetermined", "judged_in_part"),
        ((("D1", "consistent"), ("D2", "inconsistent")), "undetermined", "judged_differently"),
        ((("D1", "consistent"), ("D2", "consistent")), "consistent", "judged"),
        ((("D1", "inconsistent"), ("D2", "consistent"), ("D1", "consistent")), "consistent", "judged"),
        ((("D1", "inconsistent"), ("D2", "inconsistent")), "inconsistent", "judged"),
        ((("D1", "not_applicable"), ("D2", "not_applicable")), "not_applicable", "judged"),
    ],
)
def test_judged_by_the_delegations(said: tuple[tuple[str, str], ...], outcome: str, reason: str) -> None:
    end = 'kinds = ["access_denied"]\n  in_force = { from = 2031-05-01T00:00:00Z }\n'
    watch = with_agreement(end, end + judgments(*said))
    finding = one(check(incidents(), watch=watch), "3", whole=True)
    assert (finding.outcome, finding.reason) == (outcome, reason)


def test_an_incident_to_be_judged_is_gathered_and_not_judged() -> None:
    found = check(
        incidents(
            {"kind": "access_denied"}, {"kind": "access_denied", "occurred_start": datetime(2031, 4, 1, tzinfo=UTC)}
        )
    )
    assert [(each.outcome, each.reason) for each in found if each.stipulation == "3" and each.incident_id] == [
        ("undetermined", "not_put"),
        ("not_applicable", "before_in_force"),
    ]


def test_no_finding_names_a_party_as_author() -> None:
    rows = incidents({}, {"kind": "shot"}, HANDOVER, {"kind": "access_denied"})
    findings = check(rows)
    assert {finding.stipulation for finding in findings} == {"1a", "2", "3"}, "each kind of stipulation is held to it"
    assert any(finding.facts for finding in findings)
    for finding in findings:
        facts = {key: value for key, value in finding.facts.items() if key != "claimed_by"}
        assert not {"A", "B"} & set(json.dumps(facts).replace('"', " ").split())


def test_the_registry_holds_every_kind_that_the_model_knows() -> None:
    assert set(KINDS_OF_STIPULATION) == {"prohibited", "required", "kept_up", "judged"}
