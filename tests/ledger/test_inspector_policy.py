"""The inspector on policies: what it refuses, by file and key, and what it takes for granted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.small_log import Signer, SmallLog, run, said

UNFIT: dict[str, tuple[dict[str, object], list[str]]] = {
    "no schema": ({"schema": None}, ["schema is missing or another; write schema = 1"]),
    "a later schema": ({"schema": 2}, ["schema is missing or another; write schema = 1"]),
    "no log": ({"log": None}, ["log has no whole key", 'write log = "VKEY"']),
    "a misspelt key": (
        {"quorom": 1},
        ["'quorom': unknown; write only schema, log, witnesses, quorum, max_clock_skew_s"],
    ),
    "nonsense for a key": ({"log": "nonsense"}, ["log has no whole key", "nonsense"]),
    "a key cut short": ({"log": Signer("a.example/log", 1).vkey[:-4]}, ["log has no whole key", 'write log = "VKEY"']),
    "a look-alike name": (
        {"log": Signer("example.org/x", 1).vkey.replace("e", "\u0435", 1)},
        ["log has no whole key", "\\u0435xample.org/x"],
    ),
    "a witness's key for the log": (
        {"log": Signer("w.example/1", 1, kind=4).vkey},
        ["log has a witness's key ('w.example/1') in another's place"],
    ),
    "a log's key for a witness": (
        {"witnesses": [Signer("a.example/log", 1).vkey]},
        ["witnesses has a log's key ('a.example/log')", 'write witnesses = ["VKEY", …]'],
    ),
    "a witness outside a list": ({"witnesses": Signer("w.example/1", 1, kind=4).vkey}, ["witnesses has no whole key"]),
    "a number for the witnesses": ({"witnesses": 1}, ["witnesses is malformed", 'write witnesses = ["VKEY", …]']),
    "a quorum below nothing": ({"quorum": -1}, ["quorum is -1, for 1 different witnesses; write quorum = 1"]),
    "a quorum of text": ({"quorum": "1"}, ["quorum is '1'"]),
    "a quorum of true": ({"quorum": True}, ["quorum is True"]),
    "a quorum without witnesses": ({"quorum": 1, "witnesses": []}, ["quorum is 1, for 0 different witnesses"]),
    "a skew of text": (
        {"max_clock_skew_s": "a"},
        ["max_clock_skew_s is no time in seconds; write max_clock_skew_s = 300"],
    ),
    "a skew below nothing": ({"max_clock_skew_s": -5}, ["max_clock_skew_s is no time in seconds"]),
}


def policy_with(log: SmallLog, changes: dict[str, object]) -> Path:
    path = log.policy(**changes)
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.endswith(" = null")]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("way", UNFIT)
def test_an_unusable_policy_names_the_file_and_the_key_and_says_what_to_write(log: SmallLog, way: str) -> None:
    changes, words = UNFIT[way]
    path = policy_with(log, changes)
    assert run(log.watch, "--policy", path)[0] == 2
    text = said(log.watch, "--policy", path)
    for word in (str(path), *words):
        assert word in text


@pytest.mark.parametrize(
    ("content", "word"), [(b"schema = \n", "is not TOML"), (b"\xff\xfe", "is not UTF-8 text"), (None, "is missing")]
)
def test_a_policy_that_cannot_be_read_is_named(log: SmallLog, tmp_path: Path, content: bytes | None, word: str) -> None:
    if content is not None:
        (tmp_path / "p.toml").write_bytes(content)
    assert run(log.watch, "--policy", tmp_path / "p.toml")[0] == 2
    text = said(log.watch, "--policy", tmp_path / "p.toml")
    assert f"{tmp_path / 'p.toml'}: {word}" in text
    assert "Error" not in text.replace("error:", "")


def test_without_a_quorum_one_of_the_named_witnesses_is_required_and_none_of_nobody(log: SmallLog) -> None:
    bare = policy_with(log, {"quorum": None})
    assert run(log.watch, "--policy", bare)[0] == 0
    for size in (12, 20):
        (log.base / "ledger" / "checkpoints" / str(size)).write_text(log.note(size), "utf-8")
    log.publish(log.signer)
    assert run(log.watch, "--policy", bare)[0] == 1
    assert run(log.watch, "--policy", policy_with(log, {"quorum": None, "witnesses": []}))[0] == 0
