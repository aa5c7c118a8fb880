"""A code of a coarse recipient's report → its record, by the script alone and in the program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import ROOT, each
from tests.server.conftest import client_of, copy_of
from tests.store.test_ledger_words import call
from tests.store.test_recipient_codes import NOW, opened
from trucewatch.desks import find
from trucewatch.errors import WatchError
from trucewatch.pipeline import assess
from trucewatch.pipeline.issue import issue_report
from trucewatch.server.console import Console
from trucewatch.store.lists import recorded_lists
from trucewatch.store.recipient_codes import FILE

UNTIL = date(2020, 12, 12)
PERIOD = {"day_from": UNTIL - timedelta(days=10), "day_until": UNTIL}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of("karabakh-2020", tmp_path_factory.mktemp("codes"))


@pytest.fixture(scope="module")
def report(folder: Path) -> str:
    """The parties' report, as CSV."""
    with opened(folder) as store:
        today = assess(store, folder, now=NOW)
        return issue_report(store, today, recipient="parties", **PERIOD, languages=["en"], formats=["csv"])[
            "csv", "en"
        ].decode()


def codes(report: str, letter: str) -> list[str]:
    return each(dict.fromkeys(re.findall(rf"\b{letter}-[a-z2-7]{{26}}\b", report)))


def walk_back(folder: Path, code: str) -> tuple[int, str]:
    words = [sys.executable, str(ROOT / "docs/walk_back.py"), str(folder), code]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("letter", "record"), [("i", "incident"), ("f", "finding"), ("c", "counter")])
def test_a_code_of_the_parties_report_walks_back_to_its_bytes(
    folder: Path, report: str, letter: str, record: str
) -> None:
    for code in codes(report, letter)[:3]:
        returned, text = walk_back(folder, code[:12] + "…")
        assert returned == 0, text
        assert re.match(rf"code +{code[:12]} to parties: {letter}-[a-z2-7]{{26}}\n{record}", text), text
        assert "hash checked" in text or "rests on the absence" in text
    assert f"no {record} begins with" in walk_back(folder, f"{letter}-aaaaaaaaaaaa")[1]


def test_a_code_of_a_finding_or_a_counter_is_looked_up_inside(folder: Path, report: str) -> None:
    with opened(folder) as store:
        console = Console(store, folder, lambda: NOW, find())
        console.assessment()
        client = client_of(console)
        findings = recorded_lists(store)[-1].table(store, "findings").to_pylist()
        incident_of = {row["finding_id"]: row["incident_id"] for row in findings}
        named = {}
        for code in codes(report, "f"):
            found = re.search(r"to parties: (f-[a-z2-7]{26})", walk_back(folder, code)[1])
            assert found
            incident, page = incident_of[found[1]], client.get(f"/incident/{code}")
            named[code] = incident
            if incident:
                shown = console.snapshot.codes[console.snapshot.row_of[incident]]
                assert (page.status_code, shown in page.text) == (200, True)
            else:
                assert (page.status_code, found[1] in page.text) == (404, True)
        assert "" in named.values()
        assert any(named.values())
        (counter, *_) = codes(report, "c")
        page = client.get(f"/incident/{counter}")
        assert (page.status_code, "belongs to no incident: it means c-" in page.text) == (404, True)
    for which, incident in [(code, incident) for code, incident in named.items() if incident][:2]:
        for text in (which, which[:12].upper()):
            document = json.loads(call("incident", folder, "show", text, "--json")[1])
            assert document["incident"]["incident_id"] == incident
    with pytest.raises(WatchError, match=r"it means c-.*walk_back\.py WATCH c-"):
        call("incident", folder, "show", counter)


def test_where_the_keys_are_encrypted_the_script_says_where_to_look(folder: Path, report: str) -> None:
    path, (code, *_) = folder / ".trucewatch" / "private" / FILE, codes(report, "i")
    closed = path.with_name(path.name + ".age")
    path.rename(closed)
    try:
        returned, text = walk_back(folder, code)
    finally:
        closed.rename(path)
    assert (returned, "Traceback" in text) == (1, False)
    assert f"trucewatch incident {folder} show CODE" in text
    path.write_text("{", "utf-8")
    assert "put back a copy" in walk_back(folder, code)[1]
