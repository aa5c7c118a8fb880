"""The words of the post-box: an organisation without a watch writes offline, the instance takes the file in, and only
the organisation's own key reads the answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.builders import copy_of
from tests.server.conftest import AID
from trucewatch.cli.main import app

AT = "2031-05-04T01:00:00Z"


def run(*words: object, code: int = 0) -> str:
    outcome = CliRunner().invoke(app, ["post", *map(str, words)])
    assert outcome.exit_code == code, outcome.output
    return outcome.output


@pytest.fixture
def aid_folder(tmp_path: Path) -> Path:
    return copy_of(AID, tmp_path)


def test_an_organisation_without_a_watch_sends_a_file_and_reads_the_answer(aid_folder: Path, tmp_path: Path) -> None:
    card, keys, sealed = tmp_path / "aid.json", tmp_path / "keys", tmp_path / "message.age"
    digits = run("card", aid_folder, "--out", card)
    own = run("key", keys, "--id", "aid-north", "--name", "Aid North", "--at", AT)
    assert len(digits.split()) == len(own.split()) == 8
    fields = tmp_path / "fields.toml"
    fields.write_text('organisation = "HR"\nkind = "blankets"\nquantity = 300\nunit = "pieces"\ndistrict = "north"\n')
    options = ("--card", card, "--key", keys, "--table", "request", "--at", AT)
    assert "aid-north:RQ-1" in run("write", fields, *options, "--out", sealed)
    run("add", aid_folder, keys / "card.json")
    run("in", aid_folder, sealed, code=1)  # nobody compared the digits yet
    run("confirm", aid_folder, "aid-north", "--with", "duty officer")
    assert "1 message is kept" in run("in", aid_folder, sealed)
    assert "here already: 1" in run("in", aid_folder, sealed)
    run("out", aid_folder, "--to", "aid-north", "--into", tmp_path / "answers")
    (answer,) = (tmp_path / "answers").iterdir()
    assert "up to 1" in run("read", answer, "--key", keys)
    document = json.loads(run("list", aid_folder, "--json"))
    assert [message["rows"] for message in document["received"]] == [["aid-north:RQ-1"]]


def test_what_is_never_kept_is_refused_before_it_is_sealed(aid_folder: Path, tmp_path: Path) -> None:
    card, keys, sealed = tmp_path / "aid.json", tmp_path / "keys", tmp_path / "message.age"
    run("card", aid_folder, "--out", card)
    run("key", keys, "--id", "aid-north", "--name", "Aid North", "--at", AT)
    fields = tmp_path / "fields.toml"
    fields.write_text(
        'organisation = "HR"\nkind = "blankets"\nquantity = 1\nunit = "pieces"\ndistrict = "north"\n'
        'what = "Anna Sample, born 1961-04-02, passport AB1234567"\n'
    )
    outcome = CliRunner().invoke(
        app,
        ["post", "write", *map(str, (fields, "--card", card, "--key", keys, "--table", "request", "--out", sealed))],
    )
    assert outcome.exit_code != 0
    assert not sealed.exists()
    assert "Sample" not in outcome.output
