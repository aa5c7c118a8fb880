"""A calibration in an archive: clocks that are off are set right, stated errors are as large as they proved to be."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.archive.test_cli import run
from tests.conftest import each
from trucewatch.archive.calibrated_rows import calibrated_rows
from trucewatch.archive.rows import Rows
from trucewatch.errors import TrucewatchError
from trucewatch.model.calibration import PRIOR, Calibration, DeviceBook, MeansBook, calibration_record
from trucewatch.watch.template import write_template

DEVICE = DeviceBook(
    source="one",
    sensor="ac-7",
    key="0a",
    means="acoustic",
    reports=40,
    alone=3,
    answers=0.9,
    answers_sd=0.05,
    alone_answers=0.5,
    alone_logit=0.0,
    false_per_day=0.1,
    days=30.0,
    expected=30.0,
    noticed=28,
    notices_times=1.0,
    clock_s=30.0,
)
LEARNT = Calibration(
    period="2031-05",
    since=datetime(2029, 5, 1, tzinfo=UTC),
    until=datetime(2031, 5, 1, tzinfo=UTC),
    rows=40,
    devices=(DEVICE,),
    means=(MeansBook(means="acoustic", pairs=90, place_times=2.0, time_times=1.0),),
)
HEAD = "lon,lat,time,means,kind,sensor,sd_m\n"
RIGHT = HEAD + (
    "-25,-35,2031-05-04T02:00:00Z,acoustic,explosion,ac-6,200\n"
    "-25,-35,2031-05-04T02:00:01Z,acoustic,explosion,ac-7,200\n"
)
AHEAD = RIGHT.replace("02:00:01Z", "02:00:31Z").replace(",200\n", ",100\n")


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    write_template(tmp_path / "watch")
    return tmp_path / "watch"


def test_an_archive_whose_clocks_and_errors_are_set_right_is_one_that_was_right(tmp_path: Path, watch: Path) -> None:
    file = tmp_path / "learnt.json"
    file.write_text(json.dumps(calibration_record(LEARNT)))
    assert run(tmp_path, watch, text=RIGHT).exit_code == 0
    right = pq.read_table(tmp_path / "out.parquet")
    assert run(tmp_path, watch, "--calibration", str(file), text=AHEAD).exit_code == 0
    assert pq.read_table(tmp_path / "out.parquet").equals(right)
    assert run(tmp_path, watch, text=AHEAD).exit_code == 0
    assert not pq.read_table(tmp_path / "out.parquet").equals(right)


def test_rows_of_which_nothing_was_learnt_are_left_as_they_are() -> None:
    rows = Rows(0, {})
    assert calibrated_rows(rows, PRIOR) is rows


def test_a_file_that_is_no_calibration_is_said_in_a_sentence(tmp_path: Path, watch: Path) -> None:
    other = tmp_path / "other.json"
    with pytest.raises(TrucewatchError, match="cannot be read"):
        run(tmp_path, watch, "--calibration", str(other))
    for text in each(("[]", "{}", "no json", '{"schema": "trucewatch/calibration/2"}')):
        other.write_text(text)
        with pytest.raises(TrucewatchError, match="is no calibration"):
            run(tmp_path, watch, "--calibration", str(other))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clock_s", "nan"),
        ("clock_s", "-1e9"),
        ("clock_s", "1e30"),
        ("answers", "1.5"),
        ("days", "inf"),
        ("false_per_day", "-5"),
        ("reports", -5),
        ("reports", "many"),
        ("register_fits", 1),
        ("source", None),
        ("colour", "red"),
    ],
)
def test_a_number_that_no_calibration_holds_is_refused(tmp_path: Path, watch: Path, name: str, value: object) -> None:
    record = calibration_record(LEARNT)
    record["devices"][0][name] = value
    file = tmp_path / "learnt.json"
    file.write_text(json.dumps(record))
    with pytest.raises(TrucewatchError, match=rf"learnt.json is no calibration \(.*{name}"):
        run(tmp_path, watch, "--calibration", str(file), text=AHEAD)
