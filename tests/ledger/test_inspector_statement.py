"""The inspector on what it is given, what it says, and its own file, against logs that its own tiny writer
(`small_log.py`) makes and then spoils in one way."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.small_log import INSPECTOR, NOW, START, SmallLog, inspector, run, said


def test_what_cannot_be_used_is_exit_code_2(log: SmallLog, tmp_path: Path) -> None:
    assert run(log.watch, "--policy", log.policy(quorom=2))[0] == 2
    assert run(log.watch, "--policy", log.policy(schema=2))[0] == 2
    (tmp_path / "bad.toml").write_text("quorom = 1\n")
    assert run(tmp_path / "nothing here")[0] == 2
    assert run(tmp_path)[0] == 2
    assert run(log.watch, "--policy", tmp_path / "bad.toml")[0] == 2
    assert run(log.watch, "--policy", tmp_path / "absent.toml")[0] == 2
    assert run(log.watch, "--policy", log.policy(log="nonsense"))[0] == 2
    assert run(log.watch, "--seen", tmp_path / "absent")[0] == 2


def test_a_file_that_is_nested_too_deeply_is_no_accusation(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 400_000, "utf-8")
    assert "is no accusation file: is nested too deeply" in said(tmp_path / "deep.json")
    assert run(tmp_path / "deep.json")[0] == 2


def test_the_statement_is_in_sentences(log: SmallLog, capsys: pytest.CaptureFixture[str]) -> None:
    assert inspector.main([str(log.watch), "--policy", str(log.policy())], NOW) == 0
    text = capsys.readouterr().out
    assert text.startswith("ALL RIGHT: 20 entries")
    (log.base / "ledger" / "tile" / "0" / "000.p" / "20").unlink()
    assert inspector.main([str(log.watch)], NOW) == 1
    text = capsys.readouterr().out
    assert "First wrong file: ledger/tile/0/000.p/20" in text
    assert "Copy it again" in text


def test_it_reads_only(log: SmallLog) -> None:
    before = {path: path.stat().st_mtime_ns for path in log.watch.rglob("*")}
    run(log.watch, "--policy", log.policy())
    assert {path: path.stat().st_mtime_ns for path in log.watch.rglob("*")} == before


def test_the_inspector_is_one_file_that_needs_only_cryptography_and_is_formatted_like_the_rest() -> None:
    text = INSPECTOR.read_text("utf-8")
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(str(node.module).split(".", maxsplit=1)[0])
    assert names - set(sys.stdlib_module_names) == {"cryptography"}
    settings = (INSPECTOR.parents[3] / "pyproject.toml").read_text("utf-8")
    assert "inspector" not in settings
    for word in ("noqa", "fmt:", "type: ignore"):
        assert word not in text


def test_every_function_of_the_inspector_says_what_it_gives_and_no_line_holds_two_statements() -> None:
    tree = ast.parse(INSPECTOR.read_text("utf-8"))
    parts = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(parts) > 50
    assert [part.name for part in parts if part.name != "__init__" and not ast.get_docstring(part)] == []
    lines = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    assert len(lines) == len(set(lines))


def test_a_lone_copy_runs_anywhere(log: SmallLog, tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    copy = shutil.copy(INSPECTOR, tmp_path / "alone" / "inspector.py")
    command = [sys.executable, "-I", str(copy), str(log.watch), "--json"]
    done = subprocess.run(
        command,
        cwd=tmp_path / "alone",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["size"] == 20
    assert START < NOW


def test_success_says_what_was_proved_by_which_key_and_witnesses_and_what_was_not(
    log: SmallLog, tmp_path: Path
) -> None:
    (tmp_path / "seen").write_text(log.note(12), "utf-8")
    first, *rest = said(log.watch, "--policy", log.policy(quorum=0), "--seen", tmp_path / "seen").splitlines()
    root, key = log.body().split("\n")[2], f"{log.origin} ({log.signer.key_id.hex()})"
    for words in (
        "ALL RIGHT: 20 entries and files agree",
        f"root {root}",
        f"signed by {key}",
        "witnesses 1 witness.example/w1",
        "holds --seen, 12 entries",
    ):
        assert words in first
    assert rest == [
        "Not proved: No log can prove that what was entered is true, entered at once or all that was received."
    ]
    assert run(log.watch, "--policy", log.policy())[1]["signed_by"] == [key]


def test_five_of_each_kind_are_told_and_how_many_more(log: SmallLog) -> None:
    for number in range(40):
        log.keep(b"unused %d" % number)
    for number in range(12):
        name = log.add("trucewatch/act/1", number=1000 + number)
        log.file(name).unlink()
    log.publish()
    code, document = run(log.watch)
    assert code == 1
    assert len(document["problems"]) == 5
    assert len([remark for remark in document["remarks"] if "is not named by the log" in remark]) == 6
    assert sum("And 35 more like this" in remark for remark in document["remarks"]) == 1
    assert sum("And 7 more like this" in remark for remark in document["remarks"]) == 1
    assert len(said(log.watch).splitlines()) < 20


def test_what_python_says_of_an_error_is_never_shown(log: SmallLog) -> None:
    ledger = log.base / "ledger"
    for name, content in (
        ("checkpoint", b"\xff\xfe\n"),
        ("checkpoints/12", b"a\n12\n!!!!\n\n\xe2\x80\x94 x AAAAAAAA\n"),
        ("checkpoint", log.note().replace("AAA", "A?A").encode() + b"\xe2\x80\x94 x ????????\n"),
    ):
        whole = (ledger / name).read_bytes()
        (ledger / name).write_bytes(content)
        text = said(log.watch)
        assert "WRONG" in text
        for word in ("Error", "codec", "base64 data", "Traceback", "KeyError", "object is not"):
            assert word not in text
        (ledger / name).write_bytes(whole)


def test_the_remedy_fits_the_problem(log: SmallLog) -> None:
    def remedy(*options: object) -> str:
        return str(run(log.watch, *options)[1]["problems"][0]["do"])

    log.publish(log.signer)
    assert remedy("--policy", log.policy(quorum=1)).startswith("Have them cosign it")
    tile = log.base / "ledger" / "tile" / "0" / "000.p" / "20"
    whole = tile.read_bytes()
    tile.write_bytes(whole[:-1])
    assert remedy().startswith("Copy it again from the keeper.")
    tile.write_bytes(whole)
    name = log.add_evidence("seen")
    log.publish()
    log.file(name, "evidence").unlink()
    assert remedy().startswith("Ask the keeper for these bytes.")


def test_control_characters_of_a_hostile_copy_do_not_reach_the_terminal(log: SmallLog) -> None:
    (log.base / "objects" / "\x1b[2Jx\ny").write_bytes(b"")
    text = said(log.watch)
    assert "\x1b" not in text
    assert text.startswith("ALL RIGHT")


def test_a_reader_that_stops_early_gets_no_traceback(log: SmallLog) -> None:
    command = f"{sys.executable} -I {INSPECTOR} {log.watch} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout[:9]) == ("", "ALL RIGHT")


def test_a_reader_that_stops_early_in_a_long_answer_gets_no_traceback_either(log: SmallLog) -> None:
    for number in range(2000):
        log.add("trucewatch/erasure/1", erased=[], reason=str(number), ordered_by="o")
    log.publish()
    command = f"{sys.executable} -I {INSPECTOR} {log.watch} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout[:9]) == (0, "", "ALL RIGHT")


def test_the_page_for_a_lawyer_has_at_most_600_words() -> None:
    page = INSPECTOR.parents[3] / "docs" / "what-the-ledger-proves.md"
    assert len(page.read_text("utf-8").split()) <= 600


def steps_of_the_docs() -> dict[int, str]:
    """Number → name of each verification step, as the page has them."""
    page = (INSPECTOR.parents[3] / "docs" / "ledger.md").read_text("utf-8")
    verifying = page.split("## Verifying")[1].split("## Witnesses")[0]
    found = re.findall(r"^(\d+)\. \*\*(.+?)\.\*\* \S", verifying, re.MULTILINE)
    assert len(found) == len(re.findall(r"^\d+\.", verifying, re.MULTILINE)), "a step without a name"
    return {int(number): name.casefold() for number, name in found}


def steps_of_the_inspector() -> dict[int, str]:
    """Number → name of each step, as the head of the file lists them."""
    head = " ".join(INSPECTOR.read_text("utf-8").split('"""')[1].split())
    listed = head.split("Steps, as in docs/ledger.md: ")[1].split(".")[0]
    return {int(one.split(" ", 1)[0]): one.split(" ", 1)[1].casefold() for one in listed.split(", ")}


def test_the_docs_number_and_name_the_steps_as_the_inspector_does() -> None:
    assert steps_of_the_docs() == steps_of_the_inspector()
    assert list(steps_of_the_docs()) == list(range(1, 11))


def test_the_code_names_and_uses_the_steps_in_their_order_and_no_others() -> None:
    code = INSPECTOR.read_text("utf-8")
    steps = steps_of_the_docs()
    assert {step.value: step.name for step in inspector.Step} == {
        number: re.sub(r"\W+", "_", name).strip("_").upper() for number, name in steps.items()
    }
    used = set(re.findall(r"\bStep\.([A-Z_]+)", code))
    assert used | {"RESULT"} == {step.name for step in inspector.Step}
    headings = re.findall(r"^ *# Step (\d+): ([^,;\n]+)", code, re.MULTILINE)
    assert sorted({int(number) for number, _ in headings}) == list(steps)
    assert [int(number) for number, _ in headings] == sorted(int(number) for number, _ in headings)
    assert {name for _, name in headings} == set(steps.values())


@pytest.mark.parametrize(
    ("step", "spoil"),
    [
        (
            "find",
            lambda log: (log.base / "evidence").rename(log.base / "e") and (log.base / "evidence").symlink_to("e"),
        ),
        ("checkpoint", lambda log: (log.base / "ledger/checkpoint").write_bytes(b"short")),
        ("tree", lambda log: (log.base / "ledger/tile/0/000.p/20").unlink()),
        ("records", lambda log: log.file(json.loads(log.entries[5])["object"]).write_bytes(b"{}")),
        ("older checkpoints", lambda log: (log.base / "ledger/checkpoints/12").write_bytes(b"short")),
    ],
)
def test_a_fault_carries_the_number_of_the_step_that_the_docs_give_it(
    log: SmallLog, step: str, spoil: Callable[[SmallLog], object]
) -> None:
    spoil(log)
    problem = run(log.watch)[1]["problems"][0]
    assert steps_of_the_docs()[problem["step"]] == step
