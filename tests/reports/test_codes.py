"""Codes that leave cannot be guessed back into a place, and no two recipients can join a record by them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from tests.builders import edit, make_watch
from tests.reports.invented import (
    CELLS,
    CENTRE,
    DAY,
    OPEN_CELLS,
    PUBLIC,
    at,
    busy_day,
    finding,
    incident,
    inputs_of,
    invented_watch,
)
from tests.reports.opened import everything_in, tables_in
from tests.reports.two_watches import DAY as OF_FILES
from tests.reports.two_watches import NOW
from trucewatch.model.ids import incident_id, observation_id
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.watch import Recipient
from trucewatch.pipeline import assess
from trucewatch.reports import FORMATS, build_daily, publication_of, release, render
from trucewatch.store import Store

NEXT = DAY + timedelta(days=1)
PARTIES = replace(CENTRE, id="parties", names={"en": "The parties"})
HELD_BACK = (
    replace(CENTRE, id="no weapons", withheld_kinds=("weapon_present",)),
    replace(CENTRE, id="no outgoing", withheld_aspects=("outgoing",)),
    replace(CENTRE, id="delayed", delay_hours=1),
)
COARSE = (*HELD_BACK, PUBLIC, CELLS, OPEN_CELLS, PARTIES, replace(CENTRE, id="hourly", time="hour"))
CODE = re.compile(r"[a-z]-[a-z2-7]{26}")


def ids_of(inputs: Any) -> set[str]:
    ids = {row for name in ("incident_id",) for row in inputs.incidents[name].to_pylist()}
    ids |= set(inputs.findings["finding_id"].to_pylist()) | set(inputs.counters["counter_id"].to_pylist())
    return ids | {member for members in inputs.incidents["members"].to_pylist() for member in members}


# The attack: every place of a zone and every minute of a day, hashed as the program hashes a row


HEAD = "when,where,what,how"
STEP = 0.01
WEST, SOUTH, SIDE = -25.30, -35.30, 12
"""Of a small zone, so that all of it is tried in a moment; degrees, and how many steps of 0.01°."""
MINUTES = 180


def guesses() -> Iterator[tuple[str, str]]:
    """Every row that the attacker can think of: the id that it would have, and its place and minute."""
    start = datetime(OF_FILES.year, OF_FILES.month, OF_FILES.day, tzinfo=UTC)
    for x, y, minute in product(range(SIDE), range(SIDE), range(MINUTES)):
        cells = line_of(start + timedelta(minutes=minute), WEST + x * STEP, SOUTH + y * STEP)
        row = dict(zip(HEAD.split(","), next(csv.reader([cells])), strict=True))
        key = "\x1e".join(f"{name}={value}" for name, value in sorted(row.items()) if value)
        yield incident_id(observation_id("reports", key)), cells


def line_of(moment: datetime, lon: float, lat: float) -> str:
    return f'{moment:%Y-%m-%dT%H:%M:00Z},"{lat:.2f}, {lon:.2f}",blast,patrol'


@pytest.fixture(scope="module")
def guessable(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Recipient, set[str]]:
    """A watch whose source has no key of its own, the public's rule, and the rows that it read."""
    folder = make_watch(tmp_path_factory.mktemp("guess") / "w")
    edit(folder / "watch.toml", 'natural_key = "number"\n', "")
    edit(folder / "watch.toml", 'means = "=patrol"', 'means = "how"')
    edit(folder / "watch.toml", 'count_best = "how many"\ntext = "remark"\n', "")
    start = datetime(OF_FILES.year, OF_FILES.month, OF_FILES.day, tzinfo=UTC)
    places = ((17, 3, 4), (58, 9, 2), (91, 1, 10), (160, 6, 6))
    rows = [line_of(start + timedelta(minutes=m), WEST + x * STEP, SOUTH + y * STEP) for m, x, y in places]
    (folder / "inbox" / "reports.csv").write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    with Store(folder, lambda: NOW) as store:
        today = assess(store, folder, now=NOW)
    return today.report_inputs(), today.watch.settings.recipient[-1], set(rows)


def recovered(inputs: Any, recipient: Recipient) -> set[str]:
    """The rows that somebody finds who has the public table and tries everything."""
    report = build_daily(inputs, recipient=recipient, day_from=OF_FILES, day_until=OF_FILES + timedelta(days=1))
    table = csv.DictReader(io.StringIO(render(report, format="csv", language="en").decode("utf-8-sig"), newline=""))
    codes = {line["id"] for line in table if line["record"] == "incident"}
    assert len(codes) == 4
    return {cells for code, cells in guesses() if code in codes}


def test_the_attack_finds_every_place_and_minute_of_an_issue_of_before(
    guessable: tuple[Any, Recipient, set[str]],
) -> None:
    """Else the test below could hold of an attack that does not work."""
    inputs, public, rows = guessable
    assert recovered(replace(inputs, is_early_form=True), public) == rows


def test_the_attack_finds_nothing(guessable: tuple[Any, Recipient, set[str]]) -> None:
    inputs, public, _ = guessable
    assert recovered(inputs, public) == set()


# What leaves


def test_who_is_told_every_record_with_place_and_minute_at_once_keeps_the_ids() -> None:
    agreement = invented_watch().agreement
    assert keeps_ids(CENTRE, agreement)
    assert not [one.id for one in HELD_BACK if keeps_ids(one, agreement)]
    assert not [recipient.id for recipient in COARSE if keeps_ids(recipient, agreement)]


@pytest.mark.parametrize("recipient", COARSE, ids=lambda one: one.id)
@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_id_is_in_the_bytes_of_any_format(recipient: Recipient, form: str) -> None:
    inputs = busy_day()
    issued = publication_of(build_daily(inputs, recipient=recipient, day_from=DAY, day_until=NEXT))
    rows = [*inputs.incidents.to_pylist()[1:], incident("new", hours=12.5, known_after_hours=12)]
    later = replace(
        inputs_of(rows, inputs.findings.to_pylist(), counters=inputs.counters.to_pylist(), as_of=at(24 * 6)),
        earlier=(issued,),
    )
    ids = ids_of(inputs) | ids_of(later)
    for one in (inputs, later):
        report = build_daily(one, recipient=recipient, day_from=DAY, day_until=NEXT)
        assert report.rows
        for is_draft in (True, False):
            text = everything_in(render(replace(report, is_draft=is_draft), format=form, language="en"))
            told = set(CODE.findall(text))
            assert told
            assert not told & ids
            assert not [one for one in ids if one[2:] in text]
    assert recipient.smallest_count > 1 or report.corrections, "corrections have codes too"


def test_the_codes_of_two_recipients_join_nothing() -> None:
    told: dict[str, set[str]] = {}
    for recipient in COARSE:
        report = build_daily(busy_day(), recipient=recipient, day_from=DAY, day_until=NEXT)
        told[recipient.id] = set().union(
            *(CODE.findall(everything_in(render(report, format=form, language="en"))) for form in ("html", "gpkg"))
        )
        assert told[recipient.id]
    for one, other in product(told, told):
        assert one == other or not told[one] & told[other], (one, other)


@pytest.mark.parametrize("recipient", COARSE, ids=lambda one: one.id)
def test_one_code_stands_for_one_record_in_every_format_and_report(recipient: Recipient) -> None:
    rows = [incident(str(number), hours=9.0 + number / 7) for number in range(5)]
    reports = [
        build_daily(inputs_of(rows, as_of=at(24 * days)), recipient=recipient, day_from=DAY, day_until=NEXT)
        for days in (4, 5)
    ]
    shown = [{row.incident.incident_id for row in report.rows} for report in reports]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 5
    for form in sorted(FORMATS):
        text = everything_in(render(reports[0], format=form, language="ru"))
        assert all(code in text for code in shown[0]), form


def test_rows_of_one_told_time_stand_in_the_order_of_their_codes() -> None:
    """Neither in that of their ids, which somebody who guesses could hold a guess against, nor of their minutes."""
    rows = [incident(str(number), hours=6.0 + number / 10) for number in range(12)]
    inputs = inputs_of(rows)
    report = build_daily(inputs, recipient=PUBLIC, day_from=DAY, day_until=NEXT)
    codes = [row.incident.incident_id for row in report.rows]
    assert codes == sorted(codes)
    kept = [row.incident_id for row in publication_of(report).rows]
    assert kept not in (sorted(kept), [row["incident_id"] for row in rows])
    assert [row.incident_id for row in publication_of(report).rows] != [
        one.incident_id for one in release(inputs, PUBLIC).incidents
    ]
    package = tables_in(render(report, format="gpkg", language="en"))
    numbers = [row[0] for row in package["incidents"]]
    assert numbers == list(range(1, 13)), "features are numbered as the rows stand"


def test_a_report_of_several_recipients_corrects_by_the_records_themselves() -> None:
    rows = [incident(str(number), hours=9.0 + number) for number in range(4)]
    issued = publication_of(build_daily(inputs_of(rows), recipient=OPEN_CELLS, day_from=DAY, day_until=NEXT))
    moved = [rows[0] | {"lon": 20.9}, *rows[1:]]
    inputs = inputs_of(moved, as_of=at(24 * 6), earlier=(issued,))
    report = build_daily(inputs, recipient=OPEN_CELLS, day_from=DAY, day_until=NEXT)
    (told,) = report.corrections
    line = next(row for row in issued.rows if row.incident_id == rows[0]["incident_id"])
    assert (told.change, told.number) == ("changed", line.number)
    assert told.incident_id in {row.incident.incident_id for row in report.rows}
    assert told.incident_id != rows[0]["incident_id"]


@pytest.mark.parametrize(
    ("plain", "exact", "more"),
    [
        ("prohibited_act", "prohibited_act_notice_late", {"notice": "notice-118", "known_at": "2031-05-10T12:34:56Z"}),
        ("prohibited_act", "prohibited_act_seen", {"probability": "0.71"}),
        ("prohibited_act", "prohibited_act_agreed", {"probability": "0.71", "agreed_by": ["DP", "DQ"]}),
        ("claimed_alone", "kind_claimed_alone", {}),
    ],
)
def test_a_general_reason_says_the_same_whatever_it_stands_for(plain: str, exact: str, more: dict[str, str]) -> None:
    """A sentence without the zone would tell that a notice covers the place, which is public elsewhere."""
    row = incident("a", claimed_by=["P"])
    outcome = "undetermined" if "alone" in plain else "inconsistent"
    facts = {"kind": "explosion"} | ({"claimed_by": "P"} if "alone" in plain else {"zone": "theatre"})
    texts = set()
    for reason, told in ((plain, facts), (exact, facts | more)):
        one = finding(row["incident_id"], "1a", outcome, reason, facts=told)
        report = build_daily(inputs_of([row], [one]), recipient=OPEN_CELLS, day_from=DAY, day_until=NEXT)
        assert report.rows[0].incident.findings
        texts.add(render(report, format="html", language="en"))
    assert len(texts) == 1
