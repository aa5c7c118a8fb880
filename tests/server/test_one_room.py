"""The page of the manual about a server for one room: its units can be read, and every command in it is there."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from tests.conftest import ROOT
from trucewatch.cli.main import app

PAGE: Final = (ROOT / "docs" / "one-room.md").read_text("utf-8")
PROGRAM: Final = "/usr/local/bin/trucewatch"
UNITS: Final = dict(re.findall(r"^`/etc/systemd/system/(\S+)`:\n\n```ini\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
HARDENED: Final = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "UMask": "0077",
}


class Cased(configparser.RawConfigParser):
    """Keys as they are written: systemd tells NoNewPrivileges from nonewprivileges."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def unit(name: str) -> configparser.RawConfigParser:
    parser = Cased(interpolation=None, strict=True, delimiters=("=",))
    parser.read_string(UNITS[name])
    return parser


def commands() -> list[list[str]]:
    """Every call of the program on the page, in units, in blocks and in sentences, without who runs it."""
    lines = [line for block in re.findall(r"```(?:ini)?\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]*trucewatch [^`\n]*)`", PAGE)
    calls = [re.search(rf"(?:{PROGRAM}|^trucewatch) (.*)$", line) for line in lines]
    return [shlex.split(call[1]) for call in calls if call]


def is_known(words: list[str]) -> bool:
    """Whether the program has this command, with each of these options."""
    command: Any = typer.main.get_command(app)
    names = [words[0]]
    command = command.commands.get(words[0])
    if command is not None and hasattr(command, "commands"):
        found = next((word for word in words[1:] if word in command.commands), "")
        names.append(found)
        command = command.commands.get(found)
    if command is None:
        return False
    options = {option for parameter in command.params for option in parameter.opts}
    return all(word.partition("=")[0] in options for word in words if word.startswith("--"))


def test_the_page_has_a_service_a_backup_and_its_timer() -> None:
    assert [name.rpartition(".")[2] for name in UNITS] == ["service", "service", "timer"]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_can_be_read_and_says_each_word_once_in_a_section_that_has_it(name: str) -> None:
    sections = set(unit(name).sections())
    assert sections <= {"Unit", "Service", "Timer", "Install"}
    assert ("Timer" if name.endswith(".timer") else "Service") in sections


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_service_runs_the_program_as_its_own_user_and_writes_nowhere_else(name: str) -> None:
    service = unit(name)["Service"]
    assert {key: service[key] for key in HARDENED} == HARDENED
    assert service["User"] == "trucewatch"
    words = shlex.split(service["ExecStart"])
    assert words[0] == PROGRAM
    watch, writes = words[2], service["ReadWritePaths"].split()
    assert Path(watch).is_absolute()
    assert writes == ([watch] if words[1] == "serve" else [words[words.index("--to") + 1]])


def test_the_console_comes_back_after_a_fault_and_is_reached_only_with_tls() -> None:
    service = unit(next(iter(UNITS)))["Service"]
    assert service["Restart"] == "on-failure"
    assert "--tls-self-signed" in service["ExecStart"]
    assert "MemoryDenyWriteExecute" not in service, "the program compiles a part of itself"


def test_the_timer_starts_the_backup_that_keeps_some() -> None:
    service, backup, timer = UNITS
    assert timer.removesuffix(".timer") == backup.removesuffix(".service") != service.removesuffix(".service")
    assert "--keep" in unit(backup)["Service"]["ExecStart"]


def test_every_command_of_the_page_exists_with_its_options() -> None:
    calls = commands()
    assert {"serve", "backup", "people", "verify", "check", "rebuild", "seal"} <= {words[0] for words in calls}
    assert [words for words in calls if not is_known(words)] == []


@pytest.mark.parametrize("words", [["back-up", "x"], ["backup", "x", "--keeps", "3"], ["people", "x", "added"]])
def test_a_command_or_an_option_that_is_none_is_seen(words: list[str]) -> None:
    assert not is_known(words)
