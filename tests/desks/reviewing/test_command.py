"""`trucewatch review`: what waits for whom, on 80 columns and as one document."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.desks.reviewing.samples import not_put
from tests.server.conftest import client_of
from tests.server.signing_in import console_with_clock
from tests.store.test_sign_in_accounts import Clock
from trucewatch.cli.main import app


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["review", *words])
    return done.exit_code, done.output + (str(done.exception) if done.exception else "")


@pytest.fixture
def folder(watch: Path, tmp_path: Path, clock: Clock) -> Path:
    """A watch in which findings are put, closed again."""
    with console_with_clock(watch, tmp_path, clock) as console:
        client = client_of(console)
        client.post("/review/put", data={"finding": not_put(client)[:3]})
        return console.folder


def test_where_nothing_is_put_it_says_how_that_is_done(watch: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(watch, tmp_path / watch.name))
    code, said = run(str(folder))
    assert code == 0, said
    assert "No finding is put" in said
    assert "trucewatch serve" in " ".join(said.split())


def test_every_case_is_listed_on_80_columns(folder: Path) -> None:
    code, said = run(str(folder))
    assert code == 0, said
    assert "3 waiting, 0 closed." in said
    for name in ("R-1", "R-2", "R-3"):
        assert f"  {name}  part" in said
    assert "NI awaited, SI awaited" in " ".join(said.split())
    lines = [line for line in said.splitlines() if str(folder) not in line]
    assert max(map(len, lines)) <= 80


def test_programs_get_one_document_of_what_waits_for_a_delegation(folder: Path) -> None:
    code, said = run(str(folder), "--json", "--delegation", "SI")
    assert code == 0, said
    document = json.loads(said)
    assert document["schema"] == "trucewatch/review-queue/1"
    assert document["counts"] == {"open": 3}
    assert [row["waits_for"] for row in document["waiting"]] == [["NI", "SI"]] * 3


def test_a_delegation_that_there_is_not_is_refused_with_those_there_are(folder: Path) -> None:
    code, said = run(str(folder), "--delegation", "XX")
    assert code != 0
    assert "NI, SI" in said
