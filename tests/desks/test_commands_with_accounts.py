"""Commands in a watch with accounts: a command signs nobody in, so what lets something leave is refused, or recorded as
the computer's own act; whatever else is entered is a person's by name, as before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.conftest import each
from tests.pipeline.test_command_line import call
from tests.server.conftest import copy_of
from trucewatch.cli.main import app
from trucewatch.desks import indexes
from trucewatch.errors import ReportError, StoreError
from trucewatch.store import Store
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.publications import publications
from trucewatch.store.role_records import enter_account_act
from trucewatch.terminal.acting import BY_COMMAND
from trucewatch.terminal.base import clock

ISSUE = ("--date", "2031-05-01", "--recipient", "public", "--issue")


def opened(folder: Path) -> Store:
    return Store(folder, clock, desks=indexes())


def ruled(folder: Path, rule: str) -> None:
    path = folder / "watch.toml"
    text = path.read_text(encoding="utf-8").replace('release = "one_head"', f'release = "{rule}"', 1)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A watch that is worked out, in which an account was completed."""
    folder = copy_of("two-valleys", tmp_path)
    assert call("run", str(folder))[0] == 0
    with opened(folder) as store:
        person = store.keys.person_reference("Ada North")
        enter_account_act(store, person=person, act="completed", by=person, now=clock())
    return folder


def releases(folder: Path, tmp_path: Path) -> dict[str, list[str]]:
    """Each command by which something leaves, without whose act it is."""
    watch = str(folder)
    incident = json.loads(call("incidents", watch, "--json")[1])["incidents"][0]["incident_id"]
    return {
        "report": ["report", watch, *ISSUE],
        "dossier": ["dossier", watch, incident, "--recipient", "joint-centre", "--yes"],
        "publish": ["publish", watch, "--recipient", "public", "--out", str(tmp_path / "site")],
        "statement": ["statement", "export", watch, "--recipient", "joint-centre", "--out", str(tmp_path / "s.csv")],
        "outbox": ["outbox", watch, "add", "desk", "--for", "public"],
        "line": ["outbox", watch, "line", "add", "--for", "UV", "--mail", "duty@upper.example"],
    }


def invoked(words: list[str]) -> BaseException | None:
    done = CliRunner().invoke(app, words, input="https://example.org/in\n")
    return done.exception


def test_what_leaves_by_a_command_is_refused_by_the_rule_and_enters_nothing(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as store:
        before = len(store.journal)
    for name, words in each(releases(folder, tmp_path).items()):
        refusal = invoked([*words, "--by", "Ann"])
        assert isinstance(refusal, StoreError), name
        assert "this watch has accounts" in str(refusal), name
        assert "Do it in the console, signed in." in str(refusal), name
    with opened(folder) as store:
        assert len(store.journal) == before
        assert not publications(store)


def test_the_computers_own_act_is_recorded_as_one(folder: Path, tmp_path: Path) -> None:
    for name, words in each(releases(folder, tmp_path).items()):
        assert isinstance(invoked([*words, "--as-machine", "--by", "Ann"]), StoreError), name
        refusal = invoked([*words, "--as-machine"])
        # Nothing of the statements was accepted, so that there is nothing to write.
        assert isinstance(refusal, ReportError) if name == "statement" else refusal is None, name
    with opened(folder) as store:
        whose = store.keys.person_reference(BY_COMMAND)
        for schema in each(("report-draft/1", "dossier-given/1", "outbox-act/2")):
            entries = list(entries_of_kind(store, f"trucewatch/{schema}"))
            assert entries, schema
            assert entries[-1].record["by"] == whose, schema


def test_by_a_rule_that_asks_one_person_a_command_does_it_by_name(folder: Path) -> None:
    ruled(folder, "one")
    assert call("report", str(folder), *ISSUE, "--by", "Ann")[0] == 0


def test_without_accounts_a_command_does_it_by_name_whatever_the_rule(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    ruled(folder, "each_head")
    assert call("report", str(folder), *ISSUE, "--by", "Ann")[0] == 0


def test_a_draft_asks_nobody(folder: Path) -> None:
    assert call("report", str(folder), "--date", "2031-05-01", "--recipient", "public")[0] == 0


def test_an_act_on_the_list_is_a_persons_by_name_as_before(folder: Path) -> None:
    incident = json.loads(call("incidents", str(folder), "--json")[1])["incidents"][0]["incident_id"]
    words = ("incident", str(folder), "reject", incident, "--reason", "a film set", "--by", "Ann", "--yes")
    assert call(*words)[0] == 0
    with opened(folder) as store:
        entry = list(entries_of_kind(store, "trucewatch/incident-act/1"))[-1]
        assert entry.record["by"] == store.keys.person_reference("Ann")
