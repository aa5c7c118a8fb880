"""The words of the command line on a humanitarian instance."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.conftest import each
from tests.pipeline.test_command_line import call
from trucewatch.cli.instances import instance_of, is_instance
from trucewatch.desks import find, rule_faults
from trucewatch.errors import TrucewatchError
from trucewatch.store.vault import PASSPHRASE
from trucewatch.watch import load_watch
from trucewatch.watch.template import write_template


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_template(tmp_path / "r", "humanitarian")
    return tmp_path / "r"


def test_init_makes_an_instance_and_says_who_should_own_it_and_what_to_do_first(tmp_path: Path) -> None:
    place = str(tmp_path / "r")
    code, text = call("init", place, "--kind", "humanitarian")
    assert code == 0
    for words in ("humanitarian body should own it", f"trucewatch protect {place}", "trucewatch people", "card"):
        assert words in text
    assert load_watch(tmp_path / "r").kind == "humanitarian"
    with pytest.raises(TrucewatchError, match="no kind of watch"):
        call("init", str(tmp_path / "x"), "--kind", "hospital")
    assert not (tmp_path / "x").exists()


def test_check_warns_while_it_has_no_passphrase(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = call("check", str(folder), "--json")
    assert code == 0
    (fault,) = json.loads(text)["faults"]
    assert fault["severity"] == "warning"
    assert "no passphrase" in fault["what"]
    assert "trucewatch protect" in fault["remedy"]
    monkeypatch.setenv("TRUCEWATCH_NEW_PASSPHRASE", "five words that nobody else knows")
    assert call("protect", str(folder))[0] == 0
    monkeypatch.setenv(PASSPHRASE, "five words that nobody else knows")
    assert json.loads(call("check", str(folder), "--json")[1])["faults"] == []


def test_a_run_fuses_nothing_says_so_and_drafts_no_report(folder: Path) -> None:
    code, text = call("run", str(folder))
    assert code == 0
    assert "nothing to fuse" in text
    assert not (folder / ".trucewatch" / "out").exists() or not list((folder / ".trucewatch" / "out").rglob("*.html"))
    code, text = call("run", str(folder), "--json")
    assert code == 0
    assert json.loads(text)["schema"] == "trucewatch/run-of-instance/1"


@pytest.mark.parametrize("words", [("claim",), ("incidents",), ("report",), ("links",), ("flash",), ("shift",)])
def test_no_command_of_the_centre_does_anything_in_an_instance(folder: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(TrucewatchError, match="is a humanitarian instance"):
        call(*words, str(folder))
    assert not (folder / ".trucewatch").exists()


@pytest.mark.parametrize("words", [("people", "list"), ("meetings", ""), ("log", ""), ("verify", "")])
def test_commands_that_serve_both_kinds_do(folder: Path, words: tuple[str, str]) -> None:
    call("run", str(folder))
    assert call(*(word for word in (words[0], str(folder), words[1]) if word))[0] == 0


def test_a_rule_of_a_desk_that_is_not_there_is_a_warning(folder: Path) -> None:
    absent = each(desk for desk in find() if "humanitarian" not in desk.serves and desk.part("rule") is not None)[0]
    path = folder / "watch.toml"
    path.write_text(path.read_text("utf-8") + f"\n[desk.{absent.name}]\n", encoding="utf-8")
    (fault,) = rule_faults(load_watch(folder).settings)
    assert fault.severity == "warning"
    assert absent.name in fault.sentence()


def test_an_instance_goes_with_its_example() -> None:
    assert instance_of("two-valleys") == "two-valleys-aid"
    assert instance_of("karabakh-2020") == ""
    assert instance_of("two-valleys-aid") == ""


def test_what_cannot_be_read_is_no_instance(tmp_path: Path) -> None:
    assert not is_instance(tmp_path)
    (tmp_path / "watch.toml").write_bytes(b"\xff\xfe")
    assert not is_instance(tmp_path)
    assert not is_instance(make_watch(tmp_path / "w"))
