"""A report carries the first checkpoint that covers the list it was made from, and stays the same when others cosign
it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.ledger.small_log import run as inspect
from tests.store.test_ledger_words import call, new_key
from trucewatch.ledger.note import read_checkpoint


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    folder = make_watch(tmp_path / "w", rows=3)
    assert call("run", folder)[0] == 0
    return folder


def make_report(watch: Path, out: Path) -> bytes:
    words = ("report", watch, "--date", "2031-05-02", "--recipient", "joint-centre", "--lang", "en", "--format", "html")
    code, text = call(*words, "--out", out)
    assert code == 0, text
    return out.read_bytes()


def checkpoint_in(page: bytes) -> str:
    (inside,) = re.findall(r'<pre class="checkpoint">(.*?)</pre>', page.decode(), re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", inside))


def lists_of(watch: Path) -> list[int]:
    _, text = call("log", watch, "--kind", "list", "--last", 0, "--json")
    return [int(one["number"]) for one in json.loads(text)["entries"]]


def test_the_same_report_again_is_the_same_bytes_though_witnesses_cosigned_and_the_log_grew(
    watch: Path, tmp_path: Path
) -> None:
    before = make_report(watch, tmp_path / "one.html")
    carried = checkpoint_in(before)
    ledger = watch / ".trucewatch/ledger"
    (made_from,) = lists_of(watch)
    covering = min(size for path in (ledger / "checkpoints").iterdir() if (size := int(path.name)) > made_from)
    assert read_checkpoint(carried.encode()).size == covering, "the first that covers the list"

    call("keys", "register", watch, new_key(tmp_path / "w.key", "witness"), "--role", "witness", "--holder", "Example")
    _, text = call("keys", "list", watch, "--json")
    log_key = json.loads(text)["events"][0]["key"]
    cosigned = tmp_path / "cosigned"
    words = ("witness", watch, "--log", log_key, "--key", tmp_path / "w.key", "--state", tmp_path / "state")
    assert call(*words, "--out", cosigned)[0] == 0
    assert call("keys", "cosign", watch, cosigned)[0] == 0

    assert make_report(watch, tmp_path / "two.html") == before
    assert lists_of(watch) == [made_from]
    (tmp_path / "carried").write_text(carried, "utf-8")
    code, document = inspect(watch, "--seen", tmp_path / "carried")
    assert (code, document["seen"]) == (0, covering)


def test_a_cosigned_checkpoint_is_carried_without_its_cosignatures(watch: Path, tmp_path: Path) -> None:
    before = make_report(watch, tmp_path / "one.html")
    path = watch / ".trucewatch/ledger/checkpoints" / str(read_checkpoint(checkpoint_in(before).encode()).size)
    with path.open("ab") as stream:
        stream.write("— example.org/w AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".encode())
        stream.write(b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")
    assert len(read_checkpoint(path.read_bytes()).signatures) == 2
    assert make_report(watch, tmp_path / "two.html") == before
