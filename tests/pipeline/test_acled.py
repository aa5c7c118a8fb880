"""An export of ACLED in a watch: by itself it leads to no outcome, however near or far its rows are told."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import edit, make_watch
from trucewatch.locale import words
from trucewatch.model.outcomes import SAID
from trucewatch.pipeline import Assessment, assess
from trucewatch.reports import build_daily
from trucewatch.reports.headline import limits_words, quiet_words
from trucewatch.reports.release import release
from trucewatch.store import Store

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "event_table" / "acled" / "good.csv"
NOW = datetime(2031, 8, 1, tzinfo=UTC)
SOURCE = """[[source]]
id = "coded"
adapter = "event_table"
files = ["inbox/*.csv"]
preset = "acled"
time_zone = "UTC"

"""


def with_acled(folder: Path) -> Path:
    """The template with a source of this preset alone, and an empty inbox."""
    make_watch(folder)
    (folder / "inbox" / "reports.csv").unlink()
    toml = (folder / "watch.toml").read_text()
    before, after = toml.index("[[source]]"), toml.index("# Who gets what")
    (folder / "watch.toml").write_text(toml[:before] + SOURCE + toml[after:])
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return with_acled(tmp_path / "w")


def assessed(folder: Path) -> Assessment:
    with Store(folder, lambda: NOW) as store:
        return assess(store, folder, now=NOW, as_of=NOW)


@pytest.mark.parametrize("precision", ["1", "2", "3"])
def test_no_row_of_it_alone_leads_to_an_outcome(folder: Path, precision: str) -> None:
    lines = SAMPLE.read_text().splitlines()
    rows = []
    for line in lines[1:4]:
        cells = line.split(";")
        cells[3] = cells[16] = precision
        rows.append(";".join(cells))
    (folder / "inbox" / "coded.csv").write_text("\n".join([lines[0], *rows, ""]))
    # The zone holds every place that may be meant, and the clause was in force on every day.
    edit(
        folder / "agreement.toml",
        "in_force = { from = 2031-05-01T00:00:00Z }",
        "in_force = { from = 2030-05-01T00:00:00Z }",
    )
    result = assessed(folder)
    assert result.incidents.num_rows == 3
    findings = [row for row in result.findings.to_pylist() if row["incident_id"]]
    assert findings
    assert {row["outcome"] for row in findings}.isdisjoint(SAID)


def test_its_rows_are_kept_and_leave_to_nobody(folder: Path) -> None:
    shutil.copy(SAMPLE, folder / "inbox" / "coded.csv")
    result = assessed(folder)
    assert result.observations.num_rows == 5
    assert result.rejected.num_rows == 0
    inputs = result.report_inputs()
    assert inputs.incidents.num_rows == 5
    for recipient in inputs.watch.settings.recipient:
        assert release(inputs, recipient).incidents == ()


def test_a_march_is_no_incident_of_the_ceasefire(folder: Path) -> None:
    lines = SAMPLE.read_text().splitlines()
    (folder / "inbox" / "coded.csv").write_text("\n".join([lines[0], lines[4], ""]))
    result = assessed(folder)
    assert result.incidents["kind"].to_pylist() == ["other"]
    assert not any(row["incident_id"] for row in result.findings.to_pylist())


@pytest.mark.parametrize("kind", ["daily", "weekly", "casualties", "restrictions"])
def test_no_report_says_that_nothing_was_recorded_where_its_rows_may_be_held_back(folder: Path, kind: str) -> None:
    shutil.copy(SAMPLE, folder / "inbox" / "coded.csv")
    inputs = assessed(folder).report_inputs()
    day = inputs.incidents["occurred_start"][0].as_py().date()
    centre = next(recipient for recipient in inputs.watch.settings.recipient if recipient.id == "joint-centre")
    days = 7 if kind == "weekly" else 1
    report = build_daily(inputs, recipient=centre, day_from=day, day_until=day + timedelta(days=days), kind=kind)
    english = words("en")
    assert report.rows == ()
    assert report.withholds
    assert "can be shown" in quiet_words(report, english)
    assert "licence" in limits_words(report, english)[-1]
