"""Figures of an issued report: what it showed, what it left out and by which rule, and that nothing was omitted."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from tests.desks.bundling.conftest import REPORT, Given
from tests.desks.bundling.opened_bundles import check, members_of, refusal, zipped
from tests.pipeline.test_command_line import call
from tests.server.conftest import copy_of, now
from trucewatch.desks import indexes
from trucewatch.desks.bundling.figures import give_figure, prepare_figure
from trucewatch.errors import ReportError, StoreError
from trucewatch.ledger.bundle import LEAST
from trucewatch.model.incident import incident_rows
from trucewatch.pipeline import assess
from trucewatch.pipeline.day_manifest import DECISIONS, RECORD, incidents_of_days, manifest_of, rows_of
from trucewatch.pipeline.issue import issue_report
from trucewatch.store import Store


def figure_of(given: Given, subject: str, recipient: str = "") -> bytes:
    figure = prepare_figure(given.store, given.assessment, subject, recipient=recipient, language="en")
    return give_figure(given.store, given.assessment, figure, by="p-x")[1]


def test_the_manifest_of_a_day_has_every_incident_of_the_day_and_the_rule_that_decided(given: Given) -> None:
    manifest = manifest_of(given.store, REPORT, 1)
    rows = rows_of(given.store, manifest.record).every
    inputs = given.assessment.report_inputs()
    of_day = incident_rows(incidents_of_days(inputs, date(2031, 5, 1), date(2031, 5, 2)))
    assert [row["incident_id"] for row in rows] == sorted(row.incident_id for row in of_day)
    counts = Counter(row["decision"] for row in rows)
    assert set(counts) <= set(DECISIONS)
    assert counts["counted"] > 20
    assert {row["kind"] for row in rows if row["decision"] == "kind"} == {"movement"}


def test_who_may_see_everything_is_shown_what_was_left_out_row_by_row(given: Given, tmp_path: Path) -> None:
    path = tmp_path / "whole.zip"
    path.write_bytes(figure_of(given, f"{REPORT}#explosion", "joint-centre"))
    code, document = check(path, given.key)
    assert code == 0, document
    figure = document["bundle"]["figure"]
    assert figure["count"] == len(figure["rows"]) > 3
    assert {row["kind"] for row in figure["rows"]} == {"explosion"}
    assert [row["decision"] for row in figure["left_out"]] == ["kind", "kind"]
    members = members_of(path.read_bytes())
    shown = json.loads(members["figure.json"])
    for change in (
        {"all": shown["all"][:-1]},
        {"shown": shown["shown"][1:]},
        {"count": shown["count"] + 1},
        {"figure": "all"},
    ):
        other = json.dumps({**shown, **change}, separators=(",", ":"), ensure_ascii=False).encode()
        assert "figure.json" in refusal(tmp_path, zipped({**members, "figure.json": other}), given.key)


def test_its_own_recipient_gets_what_it_was_shown_and_no_id_count_or_size_of_the_rest(
    given: Given, tmp_path: Path
) -> None:
    content = figure_of(given, f"{REPORT}#all")
    assert len(content) == LEAST
    text = b"".join(members_of(content).values()).decode("utf-8", "replace")
    for incident in incident_rows(given.assessment.incidents):
        assert incident.incident_id not in text
    figure = json.loads(members_of(content)["figure.json"])
    assert figure["all"] == []
    manifest = manifest_of(given.store, REPORT, 1).record
    named = {name: manifest[name] for name in ("report", "revision", "shown")}
    assert json.loads(figure["record"]) == {"schema": "trucewatch/figure-rows/1", **named}
    assert (figure["proof"], set(manifest) > {"recorded_at", "list", "all", "rows"}) == ({}, True)
    for hidden in (manifest["recorded_at"], manifest["all"], manifest["rows"], given.store.public_key.name):
        assert hidden not in text.replace(members_of(content)["inspector.py"].decode(), "")
    (tmp_path / "own.zip").write_bytes(content)
    key = members_of(content)["keys.txt"].decode().strip()
    code, document = check(tmp_path / "own.zip", key)
    assert (code, document["bundle"]["proofs"], document["bundle"]["figure"]["decisions"]) == (0, "log", {})
    assert len(document["bundle"]["figure"]["rows"]) == len(figure["shown"])
    code = figure["shown"][0]["row"]["code"]
    single = json.loads(members_of(figure_of(given, f"{REPORT}#{code[:14]}"))["figure.json"])
    assert (single["figure"], single["count"]) == (code, 1)


@pytest.mark.parametrize(
    ("subject", "recipient", "words"),
    [
        (f"{REPORT}#all", "parties", "is given to public itself"),
        (f"{REPORT}#i-nothere", "", "showed no row"),
        ("two-valleys/2031-05-02/public#all", "", "no issued report"),
    ],
)
def test_what_cannot_be_given_is_refused_with_what_to_do(
    given: Given, subject: str, recipient: str, words: str
) -> None:
    with pytest.raises(ReportError, match=words):
        prepare_figure(given.store, given.assessment, subject, recipient=recipient)


def test_a_report_of_before_there_were_manifests_says_so(given: Given) -> None:
    with pytest.raises(StoreError, match="no manifest of the day"):
        manifest_of(given.store, REPORT, 7)


def test_how_much_was_withheld_moves_nothing_in_what_a_coarse_recipient_gets(tmp_path: Path) -> None:
    """Two watches, alike but for incidents of a kind that the recipient may not have."""
    seen = []
    for number in (0, 2):
        folder = copy_of("two-valleys", tmp_path / str(number))
        with Store(folder, now, desks=indexes()) as store:
            assessment = assess(store, folder, now=now())
            kinds = assessment.incidents["kind"].to_pylist()
            dropped = [place for place, kind in enumerate(kinds) if kind == "movement"][:number]
            kept = pa.array([place not in dropped for place in range(len(kinds))])
            assessment = replace(assessment, incidents=assessment.incidents.filter(kept))
            day = date(2031, 5, 1)
            issue_report(
                store,
                assessment,
                recipient="parties",
                day_from=day,
                day_until=date(2031, 5, 2),
                languages=["en"],
                formats=["csv"],
                by="p-x",
            )
            figure = prepare_figure(store, assessment, "two-valleys/2031-05-01/parties#all", language="en")
            content = give_figure(store, assessment, figure, by="p-x")[1]
            every = len(figure.rows)
            seen.append((len(content), masked(members_of(content)), every))
    (first, one, all_of_one), (second, other, all_of_other) = seen
    assert all_of_one != all_of_other, "the days differ in what was withheld"
    assert first == second
    assert one == other


def masked(members: dict[str, bytes]) -> dict[str, object]:
    """What a reader sees but for hashes, salts, keys' names and the codes that each watch's own key makes."""
    figure = json.loads(members["figure.json"])
    return {
        "names": sorted(members),
        "lengths": {name: len(content) for name, content in members.items() if name not in ("padding", "figure.json")},
        "rows": sorted(
            tuple(sorted((name, str(value)) for name, value in opened["row"].items() if name not in ("code", "number")))
            for opened in figure["shown"]
        ),
        "count": figure["count"],
        "all": figure["all"],
        "record": sorted(json.loads(figure["record"])),
        "readme": re.sub(rb"trucewatch/\S+", b"KEY", members["README.txt"]),
    }


def test_the_manifest_is_entered_in_one_act_with_the_issue_and_once(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    issue = ("report", str(folder), "--date", "2031-05-01", "--recipient", "public", "--issue", "--by", "Ann")
    for _ in range(2):
        assert call(*issue)[0] == 0
        with Store(folder, now, desks=indexes()) as store:
            kinds = [entry.record["schema"] for entry in store.journal.entries(0)]
        assert kinds.count(RECORD) == 1
        assert kinds[kinds.index(RECORD) - 1] == "trucewatch/publication/1"
