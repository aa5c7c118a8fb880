"""What programs send and hear: the inbox by HTTP, the state, the feed; and that no request of any shape breaks the
server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from tests.own_loop import run as run_apart
from tests.server.conftest import client_of, copy_of, now, session_of
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.server.feed import Hub
from trucewatch.server.listen import app_of
from trucewatch.server.watcher import Watcher, marks_of
from trucewatch.store import Store


def test_a_file_sent_is_on_disk_when_it_is_answered_and_is_read(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    settings_file = console.folder / "watch.toml"
    settings_file.write_text(
        settings_file.read_text(encoding="utf-8").replace("inbox/simulated-patrols.csv", "inbox/*patrols.csv"),
        encoding="utf-8",
    )
    console.refresh()
    before = console.snapshot.rows
    rows = (console.folder / "inbox" / "simulated-patrols.csv").read_text(encoding="utf-8").splitlines()
    moved = rows[1].replace("2031-05-01", "2031-05-02").replace(rows[1].split(",")[0], "")
    client = client_of(console)
    answer = client.post("/api/inbox/patrols", files={"file": ("more-patrols.csv", f"{rows[0]}\n{moved}\n".encode())})
    assert answer.status_code == 201
    assert (console.folder / answer.json()["file"]).is_file()
    console.refresh()
    assert console.snapshot.rows == before + 1
    again = client.post("/api/inbox/patrols", files={"file": ("more-patrols.csv", b"something else\n")})
    assert again.status_code == 409
    assert "new name" in again.json()["detail"]


@pytest.mark.parametrize(
    ("source", "name", "status"),
    [
        ("nobody", "a-patrols.csv", 404),
        ("patrols", "..%2f..%2fwatch.toml", 422),
        ("patrols", "notes.pdf", 422),
        ("patrols", ".hidden", 422),
        ("patrols", "a" * 200 + ".csv", 422),
    ],
)
def test_a_file_that_no_source_reads_is_refused_with_what_is_read(
    valleys: Console, source: str, name: str, status: int
) -> None:
    before = marks_of(valleys.folder)
    answer = client_of(valleys).post(f"/api/inbox/{source}", files={"file": (name, b"x")})
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert marks_of(valleys.folder) == before


def test_the_state_is_that_of_the_list(valleys: Console) -> None:
    state = client_of(valleys).get("/api/state").json()
    assert state["incidents"] == valleys.snapshot.rows
    assert sum(state["findings"].values()) == valleys.snapshot.findings.num_rows
    assert state["simulated"] == valleys.snapshot.rows
    assert state["version"] == valleys.snapshot.version


def test_every_listener_hears_an_event_and_a_late_one_the_last() -> None:
    async def run() -> None:
        hub = Hub()
        feeds = [hub.listen() for _ in range(50)]
        for feed in feeds:
            assert (await anext(feed)).startswith(b"retry")
        hub.publish("snapshot", {"version": "a"})
        heard = [await asyncio.wait_for(anext(feed), 5) for feed in feeds]
        assert all(json.loads(one.split(b"data: ")[1]) == {"version": "a"} for one in heard)
        late = hub.listen()
        assert (await anext(late)).startswith(b"retry")
        assert b'"version": "a"' in await asyncio.wait_for(anext(late), 5)
        assert hub.listeners == 51
        hub.close()
        for feed in (*feeds, late):
            with pytest.raises(StopAsyncIteration):
                await asyncio.wait_for(anext(feed), 5)
        assert hub.listeners == 0

    run_apart(run())


def test_an_event_has_the_form_that_browsers_read() -> None:
    async def run() -> None:
        hub = Hub()
        hub.publish("state", {"name": "Ağdam"})
        feed = hub.listen()
        assert await anext(feed) == b"retry: 3000\n\n"
        assert await anext(feed) == 'event: state\ndata: {"name": "Ağdam"}\n\n'.encode()
        await feed.aclose()  # type: ignore[attr-defined]

    run_apart(run())


def test_a_slow_listener_gets_the_latest_and_never_a_queue() -> None:
    async def run() -> None:
        hub = Hub()
        feed = hub.listen()
        await anext(feed)
        for number in range(1000):
            hub.publish("state", {"number": number})
        assert b'"number": 999' in await asyncio.wait_for(anext(feed), 5)
        await feed.aclose()  # type: ignore[attr-defined]

    run_apart(run())


def test_whatever_changes_in_the_folder_is_seen_once_it_rests(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    watcher = Watcher(console, every_s=0.05)
    rows = console.snapshot.rows
    watcher.start()
    try:
        text = (console.folder / "inbox" / "simulated-patrols.csv").read_text(encoding="utf-8").splitlines()
        (console.folder / "inbox" / "simulated-patrols.csv").write_text(text[0] + "\n", encoding="utf-8")
        for _ in range(400):
            if console.snapshot.rows < rows:
                break
            run_apart(asyncio.sleep(0.05))
        assert console.snapshot.rows < rows
    finally:
        watcher.stop()


def test_marks_leave_out_what_the_program_itself_writes(tmp_path: Path) -> None:
    (tmp_path / ".trucewatch").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / ".trucewatch" / "lock").write_text("x")
    (tmp_path / "inbox" / ".half-written").write_text("x")
    (tmp_path / "inbox" / "a.csv").write_text("x")
    assert [Path(name).name for name, _, _ in marks_of(tmp_path)] == ["a.csv"]


def test_words_of_a_text_that_change_are_seen(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    before = marks_of(tmp_path)
    (tmp_path / "texts" / "en-1.toml").write_text("x")
    assert [Path(name).name for name, _, _ in marks_of(tmp_path) - before] == ["en-1.toml"]


def test_no_request_of_any_shape_breaks_the_server(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    own = {"cookie": f"tw_door_0={session_of(console)}"}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app_of(console), headers=own)
    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) > 3
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def ask(case: schemathesis.Case) -> None:
            answer = case.call(headers={"host": "localhost"} | own)
            assert answer.status_code < 500, f"{case.method} {case.path}: {answer.text[:300]}"

        ask()


@pytest.mark.parametrize("name", ["two-valleys", "karabakh-2020"])
def test_a_list_on_record_is_no_news_once_it_is_worked_out_anew(name: str, tmp_path: Path) -> None:
    folder = copy_of(name, tmp_path)
    with Store(folder, now, desks=indexes()) as store:
        Console(store, folder, now, find()).refresh()
        again = Console(store, folder, now, find())
        on_record = again.snapshot
        assert on_record.assessment is None
        assert on_record.rows > 0
        again.assessment()
        assert again.snapshot.assessment is not None
        assert again.snapshot.version == on_record.version
