"""Stores of earlier versions open: rebuilt, verified, the same list, edits and rejections, pages that open, and a new
act (tests/store/old_stores/README.md says how each was made)."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import each
from tests.pipeline.test_command_line import call
from tests.server.addresses import ADDRESSES, Kind
from tests.server.conftest import client_of
from trucewatch.desks import find, indexes
from trucewatch.model.testimony import attestations
from trucewatch.server.console import Console
from trucewatch.store import Store

OLD_STORES: Final = Path(__file__).parent / "old_stores"
WENT: Final = ("harm_min", "harm_best", "harm_max")
"""Of incidents, since people are told giver by giver; test_people_of_old_stores.py has a store in which they are
filled."""
MOVED: Final = ("witnessed_kinds", "claims")
"""Of incidents: `testimony` says both, and whose record or word it is."""
VERSIONS: Final = sorted(path.parent.name for path in OLD_STORES.glob("*/watch.tar.gz"))


def test_there_is_an_old_store() -> None:
    assert {"2ef494a", "89adcfd"} <= set(VERSIONS)


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def watch(version: str, tmp_path: Path) -> Path:
    """A copy of an old watch, as its own program left it."""
    with tarfile.open(OLD_STORES / version / "watch.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    return folder


def kept(version: str, name: str) -> Any:
    """What the old program said of its watch, without fields that went since and held nothing there."""
    return still_there(json.loads((OLD_STORES / version / f"{name}.json").read_text(encoding="utf-8")))


def still_there(before: Any) -> Any:
    if isinstance(before, dict):
        gone = {name for name in WENT if name in before}
        assert all(before[name] is None for name in gone), "a number that was shown may not go"
        gone |= set(MOVED) & before.keys()
        return {name: still_there(value) for name, value in before.items() if name not in gone}
    return [still_there(value) for value in before] if isinstance(before, list) else before


def answer(*words: str) -> Any:
    code, text = call(*words)
    assert code == 0, text
    return json.loads(text)


def of_then(now: Any, before: Any) -> Any:
    """What a program says now, without the fields that the old one did not know."""
    if isinstance(before, dict) and isinstance(now, dict):
        return {name: of_then(value, before[name]) for name, value in now.items() if name in before}
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [of_then(*pair) for pair in zip(now, before, strict=True)]
    return now


def assert_same(watch: Path, version: str) -> None:
    """The list, the acts, the entries and the proof are what the old program showed."""
    folder = str(watch)
    for name, words in {
        "incidents": ("incidents", folder),
        "acts": ("incident", folder, "acts"),
        "verify": ("verify", folder),
    }.items():
        before = kept(version, name)
        assert of_then(answer(*words, "--json"), before) == before
    was = json.loads((OLD_STORES / version / "incidents.json").read_text(encoding="utf-8"))
    for now, then in zip(each(answer("incidents", folder, "--json")["incidents"]), was["incidents"], strict=True):
        said = attestations(now["testimony"])
        assert sorted({one.kind for one in said if not one.is_claim}) == then["witnessed_kinds"]
        assert sorted({f"{one.kind} {one.giver}" for one in said if one.is_claim}) == then["claims"]
    plain = ("number", "at", "kind", "object", "evidence")  # how an entry is put into words may get better
    entries, before = answer("log", folder, "--last", "0", "--json"), kept(version, "log")
    assert [[entry[name] for name in plain] for entry in entries["entries"]] == [
        [entry[name] for name in plain] for entry in before["entries"]
    ]


def test_an_old_store_is_the_same_as_it_was_and_after_rebuild(watch: Path, version: str) -> None:
    assert_same(watch, version)
    assert call("rebuild", str(watch))[0] == 0
    assert_same(watch, version)


def test_every_entry_of_an_old_store_is_put_into_words(watch: Path) -> None:
    for entry in each(answer("log", str(watch), "--last", "0", "--json")["entries"]):
        assert entry["what"], entry
        assert "does not know" not in entry["what"], entry


@pytest.fixture
def console(watch: Path) -> Iterator[Console]:
    def now() -> datetime:
        return datetime(2031, 5, 5, tzinfo=UTC)

    with Store(watch, now, desks=indexes()) as store:
        console = Console(store, watch, now, find())
        yield console


def test_the_console_of_an_old_store_opens_and_shows_what_was_there(console: Console, version: str) -> None:
    client = client_of(console)
    plain = [address.template for address in ADDRESSES if address.kind is Kind.PAGE and "{" not in address.name]
    for path in each(plain):
        assert client.get(path).status_code == (404 if path == "/nothing-here" else 200), path
    incidents = client.get("/incidents").text
    for incident in each(kept(version, "incidents")["incidents"]):
        code = console.snapshot.codes[console.snapshot.row_of[incident["incident_id"]]]
        assert code in incidents
        assert client.get(f"/incident/{code}").status_code == 200
    acts = each(kept(version, "acts")["acts"])
    for act in acts:
        assert client.get(f"/ledger/entry/{act['entry']}").status_code == 200
    assert client.get("/reports/issued/my-watch/2031-05-03/joint-centre").status_code == 200
    rejected = (OLD_STORES / version / "rejected.csv").read_bytes()
    assert client.get("/sources/rejected.csv").content == rejected


def test_nothing_is_read_again_and_a_new_act_is_added(watch: Path, version: str) -> None:
    folder, before = str(watch), kept(version, "log")["entries"]
    incident = kept(version, "incidents")["incidents"][0]["incident_id"]
    said = ("--reason", "seen by two of us", "--by", "D1", "--yes")
    assert call("incident", folder, "reject", incident, *said)[0] == 0
    acts = answer("incident", folder, "acts", "--json")["acts"]
    before_acts = kept(version, "acts")["acts"]
    assert of_then(acts[:-1], before_acts) == before_acts
    assert (acts[-1]["deed"], acts[-1]["reason"], acts[-1]["state"]) == ("reject", "seen by two of us", "stands")
    assert call("run", folder)[0] in (0, 1)  # 1: two rows are rejected
    listed = answer("incidents", folder, "--json")["incidents"]
    assert {row["incident_id"] for row in listed} == {
        row["incident_id"] for row in kept(version, "incidents")["incidents"]
    } - {incident}
    entries = answer("log", folder, "--last", "0", "--json")["entries"][len(before) :]
    kinds = [entry["kind"] for entry in entries]
    known = {"incident-act", "batch", "calibration", "list", "publication", "recipient-key"}
    assert set(kinds) <= known
    assert kinds.count("batch") == 1, "of lists by a mapping more days are read now; nothing else is read again"
    assert kinds.count("recipient-key") == 1, "the public gets codes with a key of its own from now on"
    assert kinds.count("calibration") == 1, "what was never kept is learnt by the first run"
    assert call("run", folder)[0] in (0, 1)
    again = answer("log", folder, "--last", "0", "--json")["entries"][len(before) + len(entries) :]
    assert again == [], "and never again"
    proof = answer("verify", folder, "--json")
    assert proof["ok"]
    assert not re.search("missing|wrong", " ".join(proof["problems"]))
