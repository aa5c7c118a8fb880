"""The inspector on a checkpoint and its signature lines, against logs that its own tiny writer (`small_log.py`) makes
and then spoils in one way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.small_log import NOW, Signer, SmallLog, run, wrong


def spoil_checkpoint(log: SmallLog, text: str) -> dict[str, str]:
    (log.base / "ledger" / "checkpoint").write_text(text, "utf-8")
    problem = wrong(log)
    assert problem["file"] == "ledger/checkpoint"
    return problem


def test_a_checkpoint_of_another_log_is_refused(log: SmallLog, tmp_path: Path) -> None:
    other = SmallLog(tmp_path / "other", seed=2, origin="example.org/elsewhere")
    other.fill(20)
    spoil_checkpoint(log, other.note())
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 1
    assert any("is of another log: 'example.org/elsewhere'" in problem["what"] for problem in document["problems"])


def test_a_strangers_signature_is_refused_and_named(log: SmallLog) -> None:
    problem = spoil_checkpoint(log, log.note(None, [log.signer, Signer("stranger.example", 9)]))
    assert "'stranger.example'" in problem["what"]
    assert "a key unknown here" in problem["what"]
    assert run(log.watch)[0] == 0, "without a policy it is a remark"


@pytest.mark.parametrize("name", ["WITNESS.example/w1", "witness.example/w\u2460", "witness.exam\u200bple/w1"])
def test_a_look_alike_name_is_refused_and_said_to_be_one(log: SmallLog, name: str) -> None:
    problem = spoil_checkpoint(log, log.note(None, [log.signer, Signer(name, 9, kind=4)]))
    assert "made to look like {'witness.example/w1'}" in problem["what"]


def test_a_false_signature_under_the_right_name_is_refused(log: SmallLog) -> None:
    body = log.body()
    forged = log.signer.line(body.replace("\n20\n", "\n21\n"))
    assert "false signature" in spoil_checkpoint(log, body + "\n" + forged)["what"]


def test_a_cosignature_from_the_future_is_refused_and_a_small_skew_is_not(log: SmallLog) -> None:
    late = log.note(None, [log.signer, log.witness], seconds=NOW + 301)
    assert "in the future" in spoil_checkpoint(log, late)["what"]
    (log.base / "ledger" / "checkpoint").write_text(
        log.note(None, [log.signer, log.witness], seconds=NOW + 299), "utf-8"
    )
    assert run(log.watch, "--policy", log.policy())[0] == 0


MALFORMED: dict[str, Callable[[str], str]] = {
    "cut off": lambda text: text[:-30],
    "no last newline": lambda text: text[:-1],
    "empty": lambda _: "",
    "no signature": lambda text: text.split("\n\n")[0] + "\n\n",
    "a hyphen for the dash": lambda text: text.replace("— ", "- ", 1),
    "two spaces": lambda text: text.replace("— ", "—  ", 1),
    "carriage return": lambda text: text.replace("\n", "\r\n", 1),
    "leading zero": lambda text: text.replace("\n20\n", "\n020\n"),
    "other digits": lambda text: text.replace("\n20\n", "\n٢٠\n"),
    "negative": lambda text: text.replace("\n20\n", "\n-20\n"),
    "an extension line": lambda text: text.replace("\n\n", "\nextra\n\n", 1),
    "short root": lambda text: text.replace(text.split("\n")[2], "AAAA"),
    "plus in a name": lambda text: text.replace("— example", "— exam+ple"),
}


@pytest.mark.parametrize("way", MALFORMED)
@pytest.mark.parametrize("policy", [True, False])
def test_a_malformed_checkpoint_is_refused(log: SmallLog, way: str, policy: bool) -> None:
    text = MALFORMED[way](log.note())
    (log.base / "ledger" / "checkpoint").write_bytes(text.encode())
    code, document = run(log.watch, *(("--policy", log.policy()) if policy else ()))
    assert (code, document["first_wrong"]) == (1, "ledger/checkpoint")


def test_base64_that_is_not_canonical_is_refused_even_without_a_policy(log: SmallLog) -> None:
    text = log.note()
    root = text.split("\n")[2]
    assert root.endswith("=")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = root[:-2] + alphabet[alphabet.index(root[-2]) + 1] + "="
    body = text.split("\n\n")[0].replace(root, twin) + "\n"
    (log.base / "ledger" / "checkpoint").write_text(body + "\n" + log.signer.line(body), "utf-8")
    code, document = run(log.watch)
    assert code == 1
    assert "non-canonical base64" in document["problems"][0]["what"]


# A kept checkpoint on its way through mail, print and retyping


def wrap(text: str, width: int) -> str:
    return "\n".join(line[i : i + width] for line in text.split("\n") for i in range(0, max(1, len(line)), width))


PASTED: dict[str, Callable[[str], str | bytes]] = {
    "as it was": lambda text: text,
    "a byte order mark": lambda text: "\ufeff" + text,
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "no last line feed": lambda text: text[:-1],
    "blank lines before and after": lambda text: "\n \n" + text + "\n\n",
    "all lines indented": lambda text: "".join(f"   {line}\n" for line in text.splitlines()),
    "no blank line": lambda text: text.replace("\n\n", "\n"),
    "as the report prints it": lambda text: text.replace("— example.org/two-valleys ", "— example.org/two-valleys\n"),
    "wrapped after 60 signs": lambda text: wrap(text, 60),
    "wrapped after 47 signs, with Windows's ends": lambda text: wrap(text, 47).replace("\n", "\r\n"),
    "a hyphen for the dash": lambda text: text.replace("— ", "- "),
}


@pytest.mark.parametrize("way", PASTED)
def test_a_kept_checkpoint_may_be_pasted_back_as_print_and_mail_give_it(
    log: SmallLog, tmp_path: Path, way: str
) -> None:
    text = PASTED[way](log.note(12, [log.signer, log.witness]))
    (tmp_path / "seen").write_bytes(text if isinstance(text, bytes) else text.encode())
    code, document = run(log.watch, "--policy", log.policy(), "--seen", tmp_path / "seen")
    assert (code, document["problems"], document["seen"]) == (0, [], 12)


@pytest.mark.parametrize("way", [way for way in PASTED if way != "as it was"])
def test_inside_the_ledger_the_same_is_refused(log: SmallLog, way: str) -> None:
    text = PASTED[way]((log.base / "ledger" / "checkpoint").read_text("utf-8"))
    (log.base / "ledger" / "checkpoint").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert wrong(log)["file"] == "ledger/checkpoint"


@pytest.mark.parametrize("change", ["a letter of the root", "three lines only", "empty", "half a signature"])
def test_a_kept_checkpoint_that_was_copied_wrongly_is_to_be_pasted_again(
    log: SmallLog, tmp_path: Path, change: str
) -> None:
    text = log.note(12)
    spoilt = {
        "a letter of the root": text.replace(text.split("\n")[2], "A" + text.split("\n")[2][1:]),
        "three lines only": text.split("\n\n")[0],
        "empty": "",
        "half a signature": text[:-40],
    }[change]
    (tmp_path / "seen").write_text(spoilt, "utf-8")
    problem = wrong(log, "--seen", tmp_path / "seen")
    assert problem["file"] == str(tmp_path / "seen")
    assert "paste it again: three lines, a blank line" in problem["do"]
    assert list(tmp_path.glob("accusation-*")) == []
