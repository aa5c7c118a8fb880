"""Who read, exported or took what, by the pages: noted outside the ledger, with nothing that somebody typed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.server.conftest import client_of
from tests.server.signing_in import Clock, Colleague, browser_at, enrol
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.store.access_log import Access, Accessed


@pytest.fixture
def head(console: Console, clock: Clock) -> Colleague:
    enrol(console, clock, "Nora Keeper", "nora", Role.ADMINISTRATOR)
    return enrol(console, clock, "Ida Head", "ida", Role.HEAD, side="NI")


@pytest.fixture
def analyst(head: Colleague, console: Console, clock: Clock) -> Colleague:
    return enrol(console, clock, "Ada North", "ada", Role.ANALYST, side="NI")


def on_disk(console: Console) -> list[dict[str, Any]]:
    """What the files hold at this moment."""
    files = sorted((console.store.root / "private" / "access").glob("*.jsonl"))
    return [json.loads(row) for file in files for row in file.read_bytes().splitlines()]


def of(console: Console, what: Access, who: Colleague) -> list[Accessed]:
    return [line for line in console.access.lines() if line.what == what and line.who == who.reference]


def test_a_page_that_was_read_is_noted_by_its_pattern_and_code_without_the_query(
    analyst: Colleague, console: Console
) -> None:
    code = console.snapshot.codes[0]
    assert analyst.browser.get(f"/incident/{code}?q=what-was-typed").status_code == 200
    analyst.browser.get("/incidents?q=what-was-typed")
    lines = of(console, Access.READ, analyst)
    assert {f"/incident/{code}", "/incidents"} <= {line.where for line in lines}
    assert {line.right for line in lines if line.where == "/incidents"} == {"inside"}
    text = b"".join(path.read_bytes() for path in (console.store.root / "private" / "access").iterdir())
    assert code.encode() in text
    assert b"what-was-typed" not in text
    assert b"ada" not in text.lower().replace(b'"ada"', b"ada")
    assert b"Ada North" not in text


def test_what_a_role_does_not_open_is_refused_and_on_disk_with_the_answer(analyst: Colleague, console: Console) -> None:
    assert analyst.browser.get("/people/access").status_code == 403
    rows = [row for row in on_disk(console) if row["what"] == "refused"]
    assert [(row["who"], row["where"], row["right"]) for row in rows] == [
        (analyst.reference, "/people/access", "audit")
    ]


def test_a_file_that_is_taken_away_is_on_disk_with_the_answer(analyst: Colleague, console: Console) -> None:
    assert analyst.browser.get("/incidents.csv").status_code == 200
    rows = [row for row in on_disk(console) if row["what"] == "export"]
    assert [(row["who"], row["where"]) for row in rows] == [(analyst.reference, "/incidents.csv")]


def test_signing_in_and_out_and_a_wrong_password_are_noted_without_a_login(
    analyst: Colleague, console: Console
) -> None:
    stranger = browser_at(console)
    assert analyst.sign_in(stranger, password="not the password at all").status_code == 401
    assert analyst.sign_in(stranger).status_code == 303
    assert stranger.post("/sign-out").status_code == 303
    rows = [row for row in on_disk(console) if row["what"] in ("sign_in", "sign_out", "refused")]
    assert {"sign_in", "sign_out", "refused"} <= {row["what"] for row in rows}
    assert [row["who"] for row in rows if row["what"] == "refused"] == [""]
    assert all('"ada"' not in json.dumps(row) for row in rows)


def test_a_page_loaded_again_and_again_is_one_line_a_minute_with_a_count(analyst: Colleague, console: Console) -> None:
    for _ in range(30):
        analyst.browser.get("/ledger")
        console.access.flush()
    lines = [line for line in of(console, Access.READ, analyst) if line.where == "/ledger"]
    assert [line.count for line in lines] == [30]
    assert len([row for row in on_disk(console) if row["where"] == "/ledger"]) == 1, "the count waits for the minute"
    analyst.clock.pass_on(60)
    console.access.flush()
    assert [row.get("count", 1) for row in on_disk(console) if row["where"] == "/ledger"] == [1, 29]


def test_nothing_is_noted_where_there_are_no_accounts_and_the_page_says_so(console: Console) -> None:
    browser = client_of(console)
    browser.get("/incidents")
    browser.get("/incidents.csv")
    page = browser.get("/people/access").text
    assert 'id="no-accounts"' in page
    assert list(console.access.lines()) == []
    assert not (console.store.root / "private" / "access").exists()


def test_nothing_of_it_is_entered_into_the_ledger(analyst: Colleague, console: Console) -> None:
    before = len(console.store.journal)
    analyst.browser.get("/incidents.csv")
    analyst.browser.get("/ledger")
    assert len(console.store.journal) == before


def test_the_page_says_who_by_name_to_a_head_and_lets_choose_person_day_and_act(
    head: Colleague, analyst: Colleague, console: Console
) -> None:
    analyst.browser.get("/incidents.csv")
    assert head.sign_in().status_code == 303
    page = head.browser.get("/people/access").text
    assert "Ada North" in page
    assert "/incidents.csv" in page
    assert "400 days" in page
    own = head.browser.get(f"/people/access?person={analyst.reference}&what=export").text
    table = own[own.index('id="access"') :]
    assert "/incidents.csv" in table
    assert "/people/access" not in table[: table.index("</table>")]
    other_day = head.browser.get("/people/access?day=2030-01-01").text
    assert 'id="access"' not in other_day
    assert "Nothing of that is noted." in other_day
    assert head.browser.get("/people/access?day=soon").status_code == 422
    file = head.browser.get("/people/access.csv?what=export")
    assert file.headers["content-type"].startswith("text/csv")
    assert analyst.reference in file.text
    assert "Ada North" not in file.text, "a file goes on to others"


def test_a_disk_that_takes_nothing_stops_nobody_from_reading_and_the_page_says_it(
    head: Colleague, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = console.store.root / "private" / "access"
    kept = folder.with_name("aside")
    folder.rename(kept)
    folder.write_bytes(b"")  # no folder: nothing can be written below it
    assert head.browser.get("/incidents").status_code == 200
    assert head.browser.get("/incidents.csv").status_code == 200
    assert console.access.trouble is not None
    assert "cannot be written down" in head.browser.get("/people/access").text
    folder.unlink()
    kept.rename(folder)
    console.access.flush()
    assert console.access.trouble is None
    assert {"/incidents", "/incidents.csv"} <= {line.where for line in of(console, Access.EXPORT, head)} | {
        line.where for line in of(console, Access.READ, head)
    }


def test_a_terminal_reads_it_beside_the_open_console_and_removes_nothing(analyst: Colleague, console: Console) -> None:
    old = console.store.root / "private" / "access" / "2001-01-01.jsonl"
    analyst.browser.get("/incidents.csv")
    old.write_bytes(
        b'{"at": "2001-01-01T00:00:00Z", "who": "p-a", "what": "read", "right": "", "where": "/x", "address": ""}\n'
        b"[cut off"
    )
    command = [sys.executable, "-m", "trucewatch", "people", str(console.folder), "access", "--json", "--last", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["access"]
    assert {"/x", "/incidents.csv"} <= {row["where"] for row in rows}
    assert old.is_file()
    console.access.remove_old()
    assert not old.exists(), "it is kept for 400 days"


def test_a_cut_off_line_hides_no_other(analyst: Colleague, console: Console) -> None:
    analyst.browser.get("/incidents.csv")
    (file,) = (console.store.root / "private" / "access").glob("*.jsonl")
    with file.open("ab") as stream:
        stream.write(b'{"at": "2031-05-0')
    analyst.clock.pass_on(60)
    analyst.browser.get("/incidents.csv")
    exports = [line for line in of(console, Access.EXPORT, analyst) if line.where == "/incidents.csv"]
    assert len(exports) == 2
