"""What speaks for and against an incident: silent devices by name, one cause, echoes, words told again, and nothing
where nothing was weighed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.builders import NOON, observations
from tests.conftest import each
from trucewatch.fusion.for_and_against import Reason, reasons_of
from trucewatch.fusion.fuse import fuse_with_acts
from trucewatch.fusion.setting import Setting
from trucewatch.fusion.weights import WEIGHT_SCHEMA
from trucewatch.model.calibration import Calibration, Calibrations, DeviceBook, PairBook
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.times import NEVER
from trucewatch.model.watch import AssociationRule
from trucewatch.model.zone import Notice, Sensor

KM = 1 / 111.2  # degrees of latitude


def sensor(name: str, north_km: float, **more: Any) -> Sensor:
    plain: dict[str, Any] = {"names": {}, "means": "acoustic", "range_m": 20_000.0, "noise": "", "group": ""}
    plain |= {"lon": -25.0, "lat": -35.0 + north_km * KM, "notices": {"explosion": 0.8}}
    plain = {key: value for key, value in plain.items() if key in Sensor.__dataclass_fields__}
    return Sensor(id=name, **(plain | more))


def told(
    *rows: dict[str, Any], sensors: tuple[Sensor, ...] = (), calibrations: Calibrations | None = None
) -> tuple[Incident, list[Reason]]:
    """The only incident of these rows, and what speaks for and against it."""
    setting = Setting(sensors=sensors, calibrations=calibrations or Calibrations())
    table = observations(*rows)
    fused = fuse_with_acts(table, rule=AssociationRule(rule="cylinder"), setting=setting, acts=())
    assert fused.weights.schema.equals(WEIGHT_SCHEMA)
    (incident,) = incident_rows(fused.incidents)
    weights = fused.weights.to_pylist()
    reasons = reasons_of(
        incident,
        weights[0] if weights else None,
        sensors,
        spoke=set(table["sensor"].to_pylist()),
        first_end=min(table["occurred_end"].to_pylist()),
    )
    return incident, reasons


def by_code(reasons: list[Reason]) -> dict[str, Reason]:
    return {reason.code: reason for reason in reasons}


HEARD = {"means": "acoustic", "sensor": "ac-1"}
SEEN = {"means": "camera", "sensor": "cam-1"}


def test_silent_devices_are_named_with_how_near_they_are() -> None:
    register = (sensor("ac-1", 2), sensor("ac-8", 11.2), sensor("ac-7", 5), sensor("ac-9", 40))
    _, reasons = told(HEARD, sensors=register)
    silent = by_code(reasons)["silent"]
    assert silent.sign == "against"
    assert str(silent.message) == "ac-7, ac-8 were up within 12 km and silent"
    assert [device["sensor"] for device in silent.facts["devices"]] == ["ac-7", "ac-8"]
    assert silent.facts["devices"][0]["away_m"] == pytest.approx(5000, abs=30)


def test_who_was_down_or_cannot_notice_such_is_not_called_silent() -> None:
    outage = ((NOON - timedelta(hours=1), NOON + timedelta(hours=1)),)
    register = (
        sensor("ac-1", 2),
        sensor("ac-7", 5),
        sensor("down", 3, outages=outage),
        sensor("not-yet", 3, up_from=NOON + timedelta(days=1), up_until=NEVER),
        sensor("deaf", 3, notices={"overflight": 0.9}),
    )
    _, reasons = told(HEARD, sensors=register)
    assert str(by_code(reasons)["silent"].message) == "ac-7 was up within 5 km and silent"


def test_of_many_silent_devices_the_nearest_are_named_and_the_rest_counted() -> None:
    register = (sensor("ac-1", 0), *(sensor(f"s{number}", 2 + number) for number in range(9)))
    _, reasons = told(HEARD, sensors=register)
    words = str(by_code(reasons)["silent"].message)
    assert words == "s0, s1, s2, s3, s4, s5 were up within 7 km and silent, and 3 devices farther off too"


def test_independent_voices_speak_for_and_a_salvo_heard_by_one_means_alone_may_be_one_cause() -> None:
    _, reasons = told(HEARD, SEEN)
    assert by_code(reasons)["agreement"].sign == "for"
    assert "one_cause" not in by_code(reasons)
    assert str(by_code(reasons)["agreement"].message) == "sources that agree: 2; independent of each other: 2"
    _, reasons = told(*({**HEARD, "sensor": f"ac-{number}"} for number in range(16)))
    assert str(by_code(reasons)["agreement"].message) == "sources that agree: 16"
    assert by_code(reasons)["one_cause"].sign == "against"


def test_what_people_say_to_each_other_is_not_called_independent() -> None:
    rows = ({"means": "party", "claimed_by": "AL"}, {"means": "party", "claimed_by": "LV"})
    _, reasons = told(*rows)
    assert "heard it from each other" in str(by_code(reasons)["agreement"].message)


def test_a_rumour_told_again_is_one_voice_and_says_so() -> None:
    posts = ({"means": "public", "source": f"channel-{number}", "text": f"blast {number}"} for number in range(3))
    incident, reasons = told(*posts)
    assert incident.alone
    assert by_code(reasons)["retold"].facts == {"reports": 2}
    assert str(by_code(reasons)["retold"].message) == "2 more reports in words are of sources that are counted already"


def test_the_heaviest_reason_stands_first_and_what_moves_little_is_left_out() -> None:
    register = (sensor("ac-1", 2), sensor("ac-7", 5), sensor("ac-8", 6, notices={"explosion": 0.05}))
    _, reasons = told(HEARD, sensors=register)
    assert reasons[0].code == "one_not_learnt"
    assert [reason.weight for reason in reasons[1:]] == sorted((reason.weight for reason in reasons[1:]), reverse=True)
    _, reasons = told(HEARD, sensors=(register[0], register[2]))
    assert "silent" not in by_code(reasons)


PIXEL = {"means": "satellite", "kind": "thermal_anomaly", "sensor": "VIIRS"}
PARTS: tuple[tuple[str, tuple[dict[str, Any], ...]], ...] = (
    ("silence", (HEARD,)),
    ("silence", (HEARD, SEEN)),
    ("silence", (HEARD, {**HEARD, "sensor": "ac-2"})),
    ("pixels", (PIXEL, {**PIXEL, "lat": -35.0 + 0.4 * KM})),
    ("late_list", ({"means": "event_list", "source": "list"},)),
    ("announced", (HEARD,)),
)


def test_the_parts_add_up_to_the_log_odds() -> None:
    """Of one voice each part is worked out by itself; of several `book` is what is left, and silence is looked at."""
    register = (sensor("ac-1", 2), sensor("ac-7", 5), sensor("ac-8", 6))
    hour = timedelta(hours=1)
    notice = Notice(
        id="n",
        who="",
        kinds=("explosion",),
        zone="",
        lon=-25.0,
        lat=-35.0,
        radius_m=5000.0,
        start=NOON - hour,
        end=NOON + hour,
        known_at=NOON - 9 * hour,
        text="",
        source="",
        row=1,
    )
    for part, rows in each(PARTS):
        setting = Setting(sensors=register, notices=(notice,) if part == "announced" else ())
        fused = fuse_with_acts(observations(*rows), rule=AssociationRule(rule="cylinder"), setting=setting, acts=())
        (row,) = fused.weights.to_pylist()
        (happened,) = fused.incidents["happened"].to_pylist()
        parts = ("book", "silence", "lively", "settled", "echo", "hour", "pixels", "announced", "late_list")
        total = sum(row[name] for name in parts)
        assert 1 / (1 + np.exp(-total)) == pytest.approx(happened, abs=0.006)
        assert row[part] != 0.0, part


def test_nothing_is_weighed_and_nothing_told_of_a_handover() -> None:
    incident, reasons = told({"kind": "handover", "means": "patrol"}, {"kind": "handover", "means": "party"})
    assert (incident.happened, incident.where_when, incident.alone) == (None, None, "")
    assert incident.rung == "corroborated"
    assert reasons == []


def test_one_voice_has_words_by_what_was_learnt_of_its_giver() -> None:
    incident, reasons = told(HEARD)
    assert incident.alone == "not_learnt"
    assert "not known yet" in str(by_code(reasons)["one_not_learnt"].message)
    incident, reasons = told(HEARD, calibrations=learnt(alone=120, alone_answers=0.25))
    assert incident.alone == "learnt"
    assert by_code(reasons)["one_learnt"].sign == "against"
    assert "of 120 such reports of its giver about 30 are held to be right" in str(
        by_code(reasons)["one_learnt"].message
    )
    incident, _ = told(HEARD, calibrations=learnt(alone=3, alone_answers=0.25))
    assert incident.alone == "not_learnt"
    incident, _ = told(HEARD, SEEN)
    assert incident.alone == ""


def test_agreements_that_were_learnt_are_counted() -> None:
    book = PairBook(
        kind="acoustic / camera",
        events=120,
        borne_out=60,
        answers=0.983,
        answers_sd=0.01,
        alone_answers=0.97,
        alone_logit=3.5,
    )
    _, reasons = told(HEARD, SEEN, calibrations=Calibrations((calibration(pairs=(book,)),)))
    message = by_code(reasons)["agreement"].message
    assert str(message).endswith("; of 120 such agreements about 118 are held to be right")


@pytest.mark.parametrize("claimed", ["AL", "LV"])
def test_the_same_is_said_of_a_report_from_either_side(claimed: str) -> None:
    register = (sensor("ac-7", 5), sensor("ac-8", 6))
    expected = told({"means": "party", "source": "x", "key": 1}, sensors=register)[1]
    _, reasons = told({"means": "party", "source": "x", "key": 1, "claimed_by": claimed}, sensors=register)
    assert [(reason.sign, str(reason.message)) for reason in reasons] == [
        (reason.sign, str(reason.message)) for reason in expected
    ]


def calibration(**more: Any) -> Calibration:
    since = NOON - timedelta(days=60)
    return Calibration(period="opening", until=NOON, since=since, rows=100, **more)


def learnt(*, alone: int, alone_answers: float) -> Calibrations:
    """A book of the acoustic device of these tests."""
    from trucewatch.fusion.measurements import prepare_reports

    key = int(prepare_reports(observations(HEARD)).k["key"][0])
    book = DeviceBook(
        source="s",
        sensor="ac-1",
        key=f"{key:x}",
        means="acoustic",
        reports=alone + 40,
        alone=alone,
        answers=0.5,
        answers_sd=0.05,
        alone_answers=alone_answers,
        alone_logit=-1.1,
        false_per_day=2.0,
        days=60.0,
        expected=50.0,
        noticed=40,
        notices_times=1.0,
    )
    return Calibrations((calibration(devices=(book,)),))
