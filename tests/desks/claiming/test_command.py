"""The word for claims, as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.server.conftest import copy_of
from trucewatch.cli.main import app
from trucewatch.errors import TrucewatchError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of("two-valleys", tmp_path)


def call(*typed: object, words: str = "") -> str:
    done = CliRunner().invoke(app, [str(word) for word in typed], input=words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_claim_is_taken_down_and_listed_without_its_words(folder: Path) -> None:
    said = ("--from", "civilian:hollin-meadows", "--kind", "explosion", "--when", "10:10", "--where", "Ambermill")
    receipt = call("claim", folder, *said, "--text", "-", "--injured", 1, words="Zebras ran past the mill.\n")
    assert "no day was said: the last 10:10 before the call" in receipt
    assert "Entered as CL-1, entry " in receipt
    listed = call("claim", folder)
    assert "CL-1" in listed
    assert "civilian:hollin-meadows" in listed
    assert "Zebras" not in listed
    document = json.loads(call("claim", folder, "--json"))
    (row,) = document["claims"]
    assert document["schema"] == "trucewatch/claims/1"
    assert (row["number"], row["rung"], row["kind"], row["injured"]) == (
        "CL-1",
        "claimed",
        "explosion",
        [None, 1, None],
    )
    assert row["occurred_from"] == "2031-05-03T12:10:00Z"
    assert row["lon"] is not None
    assert "Zebras" not in json.dumps(document)


def test_what_cannot_be_read_stays_as_words_and_unknown(folder: Path) -> None:
    receipt = call("claim", folder, "--kind", "shot", "--when", "before the cows", "--where", "by the zebra")
    assert "When it was stays unknown" in receipt
    assert "Where it was stays unknown" in receipt
    document = json.loads(call("claim", folder, "--json"))
    (row,) = document["claims"]
    assert (row["occurred_from"], row["lon"], document["in_no_list"]) == (None, None, 1)
    assert "was not understood" in receipt
    assert "time not understood  place not understood" in call("claim", folder)


def test_drills_are_summed_with_nothing(folder: Path) -> None:
    assert "It is a drill, so it stands in no list." in call("claim", folder, "--kind", "shot", "--drill")
    call("claim", folder, "--kind", "shot", "--when", "10:10")
    listed = " ".join(call("claim", folder).split())
    assert "1 claim, 0 of them in no list" in listed
    assert "1 drill, in no list" in listed


def test_a_watch_without_claims_says_how_one_is_taken_down(folder: Path) -> None:
    assert "trucewatch claim WATCH --from" in call("claim", folder)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("--from", "party:XX", "--kind", "shot"), "Choose who speaks"),
        (("--from", "zz", "--kind", "shot"), "does not say who speaks"),
        (("--kind", "attack"), "Choose what it was"),
        (("--kind", "shot", "--via", "owl"), "--via is one of"),
        (("--when", "10:10"), "Say what it was"),
        (("--text", "none.txt"), "cannot be read"),
        (("--kind", "shot", "--received", "2031-05-05T00:00:00Z"), "lies ahead of the watch's clock"),
    ],
)
def test_what_cannot_be_entered_is_refused_with_a_sentence(folder: Path, typed: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(TrucewatchError, match=sentence):
        call("claim", folder, *typed)
    assert json.loads(call("claim", folder, "--json"))["claims"] == []
