"""The whole chain on real files: nothing in, everything out, the same again, and what was known when."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import edit, make_watch
from trucewatch.desks import indexes
from trucewatch.errors import WatchError
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.issue import default_day, issue_report
from trucewatch.store import Store

NOW = datetime(2031, 5, 5, tzinfo=UTC)
Run = Callable[..., Assessment]


def run(folder: Path, *, now: datetime = NOW, **options: Any) -> Assessment:
    with Store(folder, lambda: now) as store:
        return assess(store, folder, now=now, **options)


def report(
    folder: Path,
    *,
    name: str = "html",
    language: str = "en",
    recipient: str = "joint-centre",
    now: datetime = NOW,
    **options: Any,
) -> bytes:
    with Store(folder, lambda: now) as store:
        assessment = assess(store, folder, now=now, **options)
        day = (
            default_day(assessment) if assessment.watch.settings.watch_time else datetime(2031, 5, 2, tzinfo=UTC).date()
        )
        made = issue_report(
            store,
            assessment,
            recipient=recipient,
            day_from=day,
            day_until=day + timedelta(days=1),
            languages=[language],
            formats=[name],
        )
    return made[name, language]


def test_the_template_runs_and_counts_add_up(tmp_path: Path) -> None:
    found = run(make_watch(tmp_path / "w"))
    summary = found.summary()
    assert summary["observations"] == 2
    assert summary["rejected"] == 0
    assert summary["incidents"] == 2
    assert sum(summary["findings"].values()) == found.findings.num_rows
    by_incident = dict(
        zip(found.findings["incident_id"].to_pylist(), found.findings["outcome"].to_pylist(), strict=True)
    )
    assert "consistent" in by_incident.values(), "the blast under notice"


def test_a_row_that_begins_after_it_was_known_takes_no_report_away(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", 'text = "remark"\n', 'text = "remark"\nknown_at = "known"\n')
    table = folder / "inbox" / "reports.csv"
    head, *rows = table.read_text().splitlines()
    late = [
        '3,2031-05-05T09:10:00Z,"-35.02, -25.19",blast,1,a clock that is ahead,2031-05-04T23:00:00Z',
        '4,2099-05-03T09:10:00Z,"-35.02, -25.19",blast,1,a slip of the pen,2031-05-03T12:00:00Z',
    ]
    table.write_text("\n".join([head + ",known", *(row + "," for row in rows), *late]) + "\n")
    found = run(folder)
    assert found.incidents.num_rows == 3, "the first is held, the second is refused"
    (refused,) = found.rejected.to_pylist()
    assert "known_at is more than a day before it happened" in refused["reason"]
    assert str(default_day(found)) == "2031-05-03"
    assert b"2031" in report(folder)


def test_a_watch_that_is_run_as_the_folder_here_names_its_files_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_watch(tmp_path / "w"))
    (Path() / "inbox" / "reports.csv").write_bytes(b"no,table\n1,2\n")
    assert {row["file"] for row in run(Path()).rejected.to_pylist()} == {"inbox/reports.csv"}


def test_a_second_run_reads_nothing_and_records_nothing(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=50)
    first = run(folder)
    with Store(folder, lambda: NOW) as store:
        before = len(store.journal)
        again = assess(store, folder, now=NOW + timedelta(hours=1))
        assert len(store.journal) == before
    assert again.incidents.equals(first.incidents)
    assert again.findings["finding_id"].equals(first.findings["finding_id"])


def test_the_same_watch_elsewhere_gives_the_same_ids_and_the_same_bytes(tmp_path: Path) -> None:
    one, other = make_watch(tmp_path / "a", rows=50), make_watch(tmp_path / "b", rows=50)
    assert run(one).incidents.equals(run(other, now=NOW).incidents)
    assert report(one, name="csv") == report(other, name="csv")
    for name in ("html", "csv", "geojson"):
        assert report(one, name=name) == report(one, name=name)
    mine, theirs = (report(each).decode().partition('<h2 id="proof">') for each in (one, other))
    assert mine[0] == theirs[0]
    assert mine[2] != theirs[2], "each ledger signs for itself"


def test_rows_read_again_in_another_file_count_once(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=20)
    first = run(folder)
    edit(folder / "watch.toml", 'files = ["inbox/reports.csv"]', 'files = ["inbox/*.csv*"]')
    content = (folder / "inbox" / "reports.csv").read_text().splitlines(keepends=True)
    with gzip.open(folder / "inbox" / "again.csv.gz", "wt", encoding="utf-8") as stream:
        stream.writelines([content[0], *reversed(content[1:])])
    second = run(folder)
    assert second.observations["observation_id"].equals(first.observations["observation_id"])
    assert second.incidents["incident_id"].equals(first.incidents["incident_id"])


def test_as_of_shows_only_what_was_known_then(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    assert run(folder, as_of=datetime(2031, 5, 2, 6, tzinfo=UTC)).observations.num_rows == 0
    assert run(folder, as_of=NOW).observations.num_rows == 2


def test_recorded_by_replays_what_the_journal_held(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    with pytest.raises(WatchError, match="nothing was recorded"):
        run(folder, recorded_by=NOW)
    first = run(folder, now=NOW)
    with (folder / "inbox" / "reports.csv").open("a") as stream:
        stream.write("77,2031-05-02T09:00:00Z,2.0 km S of Millfield,shots,2,\n")
    edit(folder / "watch.toml", "radius_m = 1500", "radius_m = 2500")
    later = run(folder, now=NOW + timedelta(days=1))
    assert later.incidents.num_rows == first.incidents.num_rows + 1
    replay = run(folder, now=NOW + timedelta(days=2), recorded_by=NOW, as_of=first.as_of)
    assert replay.incidents.equals(first.incidents)
    assert replay.findings.equals(first.findings)
    assert replay.watch.settings.association.radius_m == 1500


def test_a_setting_that_changes_the_reading_reads_again(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    before = run(folder).observations["semi_major_m"].to_pylist()
    edit(folder / "watch.toml", "place_sd_m = 500", "place_sd_m = 800")
    assert run(folder).observations["semi_major_m"].to_pylist() != before


def test_a_name_that_only_is_shown_and_a_setting_at_its_default_read_nothing_again(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    run(folder)
    edit(folder / "watch.toml", "place_sd_m = 500", "place_sd_m = 500\ndecimal_comma = false")
    edit(folder / "watch.toml", "place_sd_m = 500", 'title = {en = "Another name"}\nplace_sd_m = 500')
    edit(folder / "watch.toml", "who sends this file", "Another body")
    run(folder, now=NOW + timedelta(hours=1))
    with Store(folder, lambda: NOW) as store:
        assert len(store.index.rows("SELECT entry FROM batch")) == 1


def test_two_events_of_one_number_are_not_silently_one(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    with (folder / "inbox" / "reports.csv").open("a") as stream:
        stream.write("2,2031-05-03T09:40:00Z,Millfield,shots,1,\n")
    found = run(folder)
    assert found.rejected["row"].to_pylist() == [4]
    assert "line 3 has the same natural key" in found.rejected["reason"][0].as_py()


def test_a_misspelt_party_is_said(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", "place_sd_m = 500", 'claimed_by = "Frist party"\nplace_sd_m = 500')
    assert any('"Frist party" is taken for another body; if it means A' in str(one) for one in run(folder).warnings)


def test_a_party_in_letters_of_another_script_and_a_claimant_who_is_nobody_are_said(tmp_path: Path) -> None:
    cyrillic = make_watch(tmp_path / "w")
    edit(cyrillic / "watch.toml", "place_sd_m = 500", 'claimed_by = "\u0410"\nplace_sd_m = 500')
    assert any("is taken for another body; if it means A" in str(one) for one in run(cyrillic).warnings)
    nobody = make_watch(tmp_path / "v")
    edit(nobody / "watch.toml", "place_sd_m = 500", 'claimed_by = "Unknown"\nplace_sd_m = 500')
    found = run(nobody)
    assert any('"Unknown" names nobody' in str(one) for one in found.warnings)
    assert found.incidents["claimed_by"].to_pylist() == [[], []], "nobody is no claimant"


def test_a_mended_file_replaces_its_earlier_version_and_history_stays(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    path = folder / "inbox" / "reports.csv"
    first = run(folder)
    before = path.read_text()
    path.write_text(before.replace("2.1 km NE", "3.4 km NE").replace("2,2031", "2,2041"))
    mended = run(folder, now=NOW + timedelta(hours=1))
    assert mended.incidents.num_rows == 1, "one row moved, the other is no longer known by then"
    assert mended.incidents["lon"][0] != first.incidents["lon"][0]
    path.write_text(before)
    assert run(folder, now=NOW + timedelta(hours=2)).incidents.equals(first.incidents)
    replay = run(folder, now=NOW + timedelta(hours=3), recorded_by=NOW + timedelta(hours=1))
    assert replay.incidents.equals(mended.incidents)


def test_rejected_rows_are_counted_with_line_and_reason(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    with (folder / "inbox" / "reports.csv").open("a") as stream:
        stream.write(
            '3,2031-05-02T25:00:00Z,"-35.02, -25.19",blast,1,\n4,2031-05-02T06:00:00Z,"-91, -25.19",blast,1,\n'
        )
    found = run(folder)
    assert [(row["row"], row["file"]) for row in found.rejected.to_pylist()] == [
        (4, "inbox/reports.csv"),
        (5, "inbox/reports.csv"),
    ]
    assert all(found.rejected["reason"].to_pylist())
    assert found.rejected_counts[0].rejected == 2
    assert found.rejected_counts[0].rows == 4


def test_a_correction_is_listed_after_a_late_notice_changes_an_outcome(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    notice = (folder / "notices.csv").read_text()
    (folder / "notices.csv").write_text(notice.splitlines()[0] + "\n")
    first = report_of(folder, 3, NOW)
    assert b"revision 1" in first.lower() or b"1" in first
    (folder / "notices.csv").write_text(notice)
    later = report_of(folder, 4, NOW + timedelta(days=1)).decode()
    assert "orrection" in later
    part = later[later.index("orrections to earlier") :]
    assert "inconsistent" in part
    assert "consistent" in part


def report_of(folder: Path, day: int, now: datetime) -> bytes:
    with Store(folder, lambda: now) as store:
        assessment = assess(store, folder, now=now)
        first = datetime(2031, 5, day, tzinfo=UTC).date()
        made = issue_report(
            store,
            assessment,
            recipient="joint-centre",
            day_from=first,
            day_until=first + timedelta(days=1),
            languages=["en"],
            formats=["html"],
        )
    return made["html", "en"]


def test_an_empty_day_says_that_it_says_nothing_about_quiet(tmp_path: Path) -> None:
    page = report_of(make_watch(tmp_path / "w"), 1, NOW).decode()
    assert "not computed yet" in page
    assert "quiet" in page


def program(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trucewatch", *words], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_run_json_is_one_document_and_nothing_else(tmp_path: Path) -> None:
    make_watch(tmp_path / "w")
    done = program("run", "w", "--json", "--as-of", "2031-05-05T00:00:00Z", cwd=tmp_path)
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["schema"] == "trucewatch/run/1"
    assert set(document) == {
        "schema",
        "watch",
        "as_of",
        "observations",
        "simulated",
        "rejected",
        "incidents",
        "findings",
    }
    assert document["as_of"] == "2031-05-05T00:00:00Z"


def test_killed_at_any_moment_the_next_run_is_whole(tmp_path: Path) -> None:
    whole = run(make_watch(tmp_path / "whole", rows=300))
    folder = make_watch(tmp_path / "w", rows=300)
    command = [sys.executable, "-m", "trucewatch", "run", str(folder), "--json"]
    for attempt in range(6):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.15 + 0.12 * attempt)
        process.send_signal(signal.SIGKILL)
        process.wait()
    found = run(folder)
    assert found.observations["observation_id"].equals(whole.observations["observation_id"])
    assert found.incidents.equals(whole.incidents)
    with Store(folder, lambda: NOW, desks=indexes()) as store:  # as the program that was killed opened it
        before = store.index.digest()
        store.rebuild()
        assert store.index.digest() == before


def test_two_runs_at_once_the_second_says_so(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    with Store(folder, lambda: NOW):
        done = program("run", "w", cwd=tmp_path)
    assert done.returncode == 2
    assert "Another run or its console has held this watch since 00:00Z (process" in done.stderr
    assert done.stdout == ""


def test_a_code_of_the_report_walks_back_to_its_bytes(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    found = run(folder)
    script = Path(__file__).resolve().parents[2] / "docs" / "walk_back.py"
    for code in (found.findings["finding_id"][0].as_py(), found.incidents["incident_id"][0].as_py()[:10]):
        done = subprocess.run(
            [sys.executable, str(script), str(folder), code], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "hash checked" in done.stdout
        assert "1,2031-05-02T06:41:00Z,2.1 km NE of Oldbridge,blast,3" in done.stdout
    evidence = next(path for path in (folder / ".trucewatch" / "evidence").rglob("*") if path.is_file())
    evidence.write_bytes(evidence.read_bytes().replace(b"blast", b"blust", 1))
    done = subprocess.run([sys.executable, str(script), str(folder), code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "which is not its name" in done.stderr
