"""Pieces of the basemap that a watch brings, a range a request: what is asked for, never more, to who was let in."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from benchmarks.basemaps import write_basemap
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.builders import edit
from tests.conftest import each
from tests.server.conftest import client_of, copy_of, now
from trucewatch.desks import find, indexes
from trucewatch.desks.map.basemap_pages import ADDRESS, MOST_BYTES, limits_of
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.store import Store

SIZE = MOST_BYTES + 100_000
NAME = "roads.pmtiles"


def bringing(console: Console, content: bytes = b"") -> TestClient:
    """A browser at a console whose watch names a basemap, with these bytes in its file."""
    settings_file = console.folder / "watch.toml"
    edit(settings_file, "\narea = ", f'\nbasemap = "{NAME}"\narea = ')
    if content:
        (console.folder / NAME).write_bytes(content)
    console.refresh()
    return client_of(console)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, bytes]]:
    """A browser, and the bytes of a file that is larger than what is sent at once."""
    content = bytes(range(256)) * (SIZE // 256) + bytes(SIZE % 256)
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("large"))
    with Store(folder, now, desks=indexes()) as store:
        yield bringing(Console(store, folder, now, find()), content), content


def test_a_range_gives_exactly_that(large: tuple[TestClient, bytes]) -> None:
    browser, content = large
    for asked, begin, end in each(
        (
            ("bytes=0-126", 0, 127),
            ("bytes=5-5", 5, 6),
            ("bytes=4000000-", 4_000_000, SIZE),
            ("bytes=-7", SIZE - 7, SIZE),
            (f"bytes={SIZE - 3}-{SIZE + 900}", SIZE - 3, SIZE),
        )
    ):
        answer = browser.get(ADDRESS, headers={"range": asked, "accept-encoding": "gzip"})
        assert answer.status_code == 206, asked
        assert answer.content == content[begin:end]
        assert answer.headers["content-range"] == f"bytes {begin}-{end - 1}/{SIZE}"
        assert answer.headers["content-length"] == str(end - begin)
        assert "content-encoding" not in answer.headers, "a packed piece would be no piece of the file"


def test_no_answer_is_longer_than_the_bound(large: tuple[TestClient, bytes]) -> None:
    browser, content = large
    for asked in each(("bytes=0-", f"bytes=0-{SIZE}", f"bytes=-{SIZE}")):
        answer = browser.get(ADDRESS, headers={"range": asked})
        assert (answer.status_code, answer.content) == (206, content[:MOST_BYTES])
        assert answer.headers["content-range"] == f"bytes 0-{MOST_BYTES - 1}/{SIZE}"


def test_the_whole_of_a_large_file_is_never_sent(large: tuple[TestClient, bytes]) -> None:
    browser, _ = large
    strange = ("", "bytes", "bytes=", "bytes=a-b", "bytes=5", "lines=0-5", "bytes=0-5,9-12", "bytes=5-2", "bytes=-0")
    for asked in each((*strange, f"bytes={SIZE}-", f"bytes={SIZE + 9}-{SIZE + 20}", "bytes=" + "9" * 300 + "-")):
        answer = browser.get(ADDRESS, headers={"range": asked} if asked else {})
        assert answer.status_code == 416, asked
        assert answer.headers["content-range"] == f"bytes */{SIZE}"
        assert len(answer.content) < 200


def test_head_tells_the_size_alone(large: tuple[TestClient, bytes]) -> None:
    answer = large[0].head(ADDRESS)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_range_of_an_earlier_file_is_not_mixed_with_the_later(large: tuple[TestClient, bytes]) -> None:
    browser, content = large
    asked = {"range": "bytes=0-9"}
    tag = browser.get(ADDRESS, headers=asked).headers["etag"]
    assert browser.get(ADDRESS, headers=asked | {"if-range": tag}).content == content[:10]
    assert browser.get(ADDRESS, headers=asked | {"if-range": '"another"'}).status_code == 416


def test_the_mark_of_the_file_changes_with_it(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    browser = bringing(console, b"first")
    first = browser.get(ADDRESS, headers={"range": "bytes=0-2"}).headers["etag"]
    (console.folder / NAME).write_bytes(b"later")
    os.utime(console.folder / NAME, ns=(0, 7))
    assert browser.get(ADDRESS, headers={"range": "bytes=0-2"}).headers["etag"] != first


def test_a_small_file_may_come_whole(fresh: Callable[[str], Console]) -> None:
    answer = bringing(fresh("two-valleys"), b"PMTiles\x03").get(ADDRESS)
    assert (answer.status_code, answer.content) == (200, b"PMTiles\x03")


def test_no_browser_keeps_what_tells_where_one_looked(large: tuple[TestClient, bytes]) -> None:
    assert large[0].get(ADDRESS, headers={"range": "bytes=0-9"}).headers["cache-control"] == "no-store"


def test_who_was_not_let_in_gets_nothing(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    bringing(console, b"PMTiles\x03")
    stranger = TestClient(app_of(console), base_url="http://localhost")
    answer = stranger.get(ADDRESS, headers={"range": "bytes=0-3"})
    assert answer.status_code == 401
    assert b"PMTi" not in answer.content


def test_a_link_out_of_the_watch_gives_nothing(fresh: Callable[[str], Console], tmp_path: Path) -> None:
    console = fresh("two-valleys")
    browser = bringing(console)
    (tmp_path / "secret").write_bytes(b"secret")
    (console.folder / NAME).symlink_to(tmp_path / "secret")
    answer = browser.get(ADDRESS, headers={"range": "bytes=0-3"})
    assert answer.status_code == 404
    assert b"secr" not in answer.content


def test_a_watch_without_one_says_so(valleys: Console) -> None:
    browser = client_of(valleys)
    assert browser.get(ADDRESS, headers={"range": "bytes=0-3"}).status_code == 404
    assert not {"tiles", "tiles_note"} & browser.get("/watch/ground.json").json().keys()


def test_the_map_is_told_where_the_basemap_is_or_why_it_is_not_drawn(fresh: Callable[[str], Console]) -> None:
    pytest.importorskip("pmtiles")
    pytest.importorskip("mapbox_vector_tile")
    console = fresh("two-valleys")
    browser = bringing(console)
    ground = browser.get("/watch/ground.json").json()
    assert ground["tiles_note"].startswith(f"{NAME}: is not there; ")
    assert ground["land"]["features"], "the small ground is there all the same"
    write_basemap(console.folder / NAME, console.snapshot.watch.settings.area, zooms=range(3))
    ground = browser.get("/watch/ground.json").json()
    assert "tiles_note" not in ground
    assert ground["tiles"].keys() == {"url", "min_zoom", "max_zoom", "bounds"}
    head = browser.get(ground["tiles"]["url"], headers={"range": "bytes=0-6"})
    assert head.content == b"PMTiles"


@settings(max_examples=60, deadline=None)
@given(begin=st.integers(0, 400), end=st.integers(0, 400))
def test_every_range_is_the_same_as_a_slice(begin: int, end: int) -> None:
    content = gzip.compress(bytes(range(200)), mtime=0)
    first, last = limits_of(f"bytes={begin}-{end}", len(content))
    assert content[first:last] == content[begin : end + 1]


def test_a_file_that_is_cut_off_while_it_is_read_names_no_range(
    fresh: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    console, read = fresh("two-valleys"), os.pread
    client = bringing(console, b"x" * 1000)

    def cut_off(descriptor: int, length: int, place: int) -> bytes:
        os.truncate(console.folder / NAME, 10)
        return read(descriptor, length, place)

    monkeypatch.setattr(os, "pread", cut_off)
    answer = client.get(ADDRESS, headers={"range": "bytes=500-600"})
    assert answer.status_code == 404
    assert "content-range" not in answer.headers
