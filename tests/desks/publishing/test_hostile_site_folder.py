"""Whoever can write into a published site writes what they like: publishing again follows none of it out of the folder,
and lists no issue that the ledger does not have."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import each
from tests.desks.publishing.test_site_of_reports import Watched, bytes_of, check, watched
from tests.issued_by_hand import DAY, issue_by_hand
from trucewatch.errors import ReportError, StoreError
from trucewatch.ledger.signing import write_canonical
from trucewatch.model.ids import sha256_of
from trucewatch.store.site_folder import SiteFolder

__all__ = ["watched"]
LEADING_OUT = (
    "../watch.toml",
    "issues/../../watch.toml",
    "/etc/hosts",
    "issues\\..\\watch.toml",
    "issues//x",
    "issues/./x",
    "",
    ".next/x",
    "issues/x\n",
    "issues/\x1b[31m",
    "issues/\u202ex",
    "x" * 256,
)
Change = Callable[[dict[str, Any]], None]


def change_pages(site: Path, change: Change) -> None:
    path = site / "pages.json"
    pages = json.loads(path.read_text())
    change(pages)
    path.write_text(write_canonical(pages))


@pytest.mark.parametrize("name", LEADING_OUT)
def test_no_method_of_the_folder_follows_a_name_that_leads_elsewhere(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "watch.toml"
    outside.write_text("mine")
    with SiteFolder(tmp_path / "site", tmp_path / "watch") as site:
        for act in (
            lambda: site.read(name),
            lambda: site.put(name, b"x"),
            lambda: site.put_folders({name: {"index.html": b"x"}}),
            lambda: site.put_folders({"issues/a": {name: b"x"}}),
            lambda: site.remove(["index.html", name]),
        ):
            with pytest.raises(StoreError, match="an empty folder"):
                act()
        assert not any(site.folder.iterdir())
    assert outside.read_text() == "mine"


def test_no_method_of_the_folder_goes_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text("mine")
    with SiteFolder(tmp_path / "site", tmp_path / "watch") as site:
        (site.folder / "issues").symlink_to(outside)
        (site.folder / "index.html").symlink_to(outside / "a.txt")
        for name in ("issues/a.txt", "index.html"):
            with pytest.raises(StoreError, match="an empty folder"):
                site.read(name)
            with pytest.raises(StoreError, match="an empty folder"):
                site.put(name, b"x")
            with pytest.raises(StoreError, match="an empty folder"):
                site.remove([name])
        with pytest.raises(StoreError, match="an empty folder"):
            site.put_folders({"issues/new": {"index.html": b"x"}})
        (site.folder / ".next").symlink_to(outside)
        site.put_folders({"more/new": {"index.html": b"x"}})
        assert (site.folder / "more" / "new" / "index.html").read_bytes() == b"x"
    assert [path.name for path in outside.iterdir()] == ["a.txt"]
    assert (outside / "a.txt").read_text() == "mine"


def test_a_folder_that_is_named_like_what_a_killed_run_leaves_stops_nothing_and_stays(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text("mine")
    with SiteFolder(tmp_path / "site", tmp_path / "watch") as site:
        (site.folder / ".q.tmp").mkdir()
        (site.folder / ".q.tmp" / "a.txt").write_text("mine")
        (site.folder / ".left.tmp").write_text("half")
        (site.folder / ".link.tmp").symlink_to(outside)
        site.tidy()
        assert [path.name for path in site.folder.iterdir()] == [".q.tmp"]
    assert (tmp_path / "site" / ".q.tmp" / "a.txt").read_text() == "mine"
    assert (outside / "a.txt").read_text() == "mine"


def test_a_site_with_such_a_folder_is_published_again(watched: Watched, tmp_path: Path) -> None:
    issue_by_hand(watched.store, "joint-centre")
    site = tmp_path / "site"
    watched.publish(site, "joint-centre")
    (site / ".q.tmp").mkdir()
    issue_by_hand(watched.store, "joint-centre", day=DAY + timedelta(days=1))
    watched.publish(site, "joint-centre")
    assert (site / "issues" / "2031-05-02-r1").is_dir()


ISSUED = "issues/2031-05-01-r1/2031-05-01-r1-en.csv"
TAMPERED: dict[str, Change] = {
    "a file of the watch": lambda pages: pages["files"].update({"../two-valleys/watch.toml": []}),
    "an absolute path": lambda pages: pages["files"].update({"/etc/hosts": ["0" * 64]}),
    "what makes it a site": lambda pages: pages["files"].update({"site.json": ["0" * 64]}),
    "an issued file": lambda pages: pages["files"].update({ISSUED: ["0" * 64]}),
    "a page that is none": lambda pages: pages["files"].update({"more.html": ["0" * 64]}),
    "a folder of no issue": lambda pages: pages["files"].update({"issues/x/index.html": ["0" * 64]}),
    "no hash": lambda pages: pages["files"].update({"index.html": []}),
    "a hash that is none": lambda pages: pages["files"].update({"index.html": ["x"]}),
    "an absent file elsewhere": lambda pages: pages["absent"].update({"../x": "erased"}),
    "an absent file, why unknown": lambda pages: pages["absent"].update({ISSUED: "lost"}),
    "an order that leads out": lambda pages: pages["order"].append("../x"),
    "an order of no names": lambda pages: pages["order"].append(["x"]),
    "an issue twice": lambda pages: pages["order"].append(pages["order"][0]),
    "a language that is none": lambda pages: pages["languages"].append("../x"),
    "one field more": lambda pages: pages.update(more=1),
    "one field less": lambda pages: pages.pop("absent"),
}


@pytest.mark.parametrize("name", sorted(TAMPERED))
@pytest.mark.parametrize("recipient", ["public", "joint-centre"])
def test_a_tampered_index_is_refused_with_what_to_do_and_nothing_is_written(
    watched: Watched, tmp_path: Path, name: str, recipient: str
) -> None:
    issue_by_hand(watched.store, recipient)
    site = tmp_path / "site"
    watched.publish(site, recipient)
    change_pages(site, TAMPERED[name])
    before, watch = bytes_of(site), bytes_of(watched.folder)
    issue_by_hand(watched.store, recipient, day=DAY + timedelta(days=1))
    with pytest.raises(ReportError, match=r"pages\.json was changed.*an empty folder"):
        watched.publish(site, recipient)
    assert bytes_of(site) == before
    assert watch.keys() <= bytes_of(watched.folder).keys()


@pytest.mark.parametrize("content", [b"[" * 100_000, b'"x"', b"{}", b"\xff", b"null"])
def test_an_index_that_is_no_index_is_refused(watched: Watched, tmp_path: Path, content: bytes) -> None:
    issue_by_hand(watched.store, "joint-centre")
    site = tmp_path / "site"
    watched.publish(site, "joint-centre")
    (site / "pages.json").write_bytes(content)
    with pytest.raises(ReportError, match=r"pages\.json was changed"):
        watched.publish(site, "joint-centre")
    (site / "site.json").write_bytes(content)
    with pytest.raises(ReportError, match="another watch"):
        watched.publish(site, "joint-centre")


def plant(site: Path, place: str, document: dict[str, Any]) -> None:
    content = write_canonical(document).encode()
    (site / "issues" / place).mkdir(exist_ok=True)
    (site / "issues" / place / "issue.json").write_bytes(content)

    def enter(pages: dict[str, Any]) -> None:
        pages["order"] = list(dict.fromkeys((*pages["order"], place)))
        pages["files"][f"issues/{place}/issue.json"] = [sha256_of(content)]

    change_pages(site, enter)


def test_an_issue_that_the_ledger_does_not_have_is_never_listed(watched: Watched, tmp_path: Path) -> None:
    issue_by_hand(watched.store, "joint-centre")
    issue_by_hand(watched.store, "public")
    good = tmp_path / "good"
    watched.publish(good, "joint-centre")
    real = json.loads((good / "issues" / "2031-05-01-r1" / "issue.json").read_text())
    forged = {
        "leads out": {**real, "folder": "../../planted/here"},
        "of another day": {**real, "folder": "2031-05-02-r1", "number": "watch/2031-05-02/joint-centre"},
        "of another recipient": {**real, "number": "watch/2031-05-01/public"},
        "of a number that is none": {**real, "number": ["x"]},
        "another revision": {**real, "revision": 2**70, "folder": "2031-05-01-r9"},
        "under another name": {**real, "folder": "x"},
        "no part of it": {**real, "part": 2, "folder": "2031-05-01-r1-part2"},
        "without files": {**real, "files": []},
        "with a file more": {**real, "files": [*real["files"], {**real["files"][0], "name": "more.csv"}]},
        "with a file elsewhere": {**real, "files": [{**real["files"][0], "name": "../../x"}]},
        "with a page as a file": {**real, "files": [{**real["files"][0], "name": "index.html"}]},
        "not simulated": {**real, "simulated": not real["simulated"]},
        "other days": {**real, "day_until": "2032-01-01"},
    }
    for name, document in each(forged.items()):
        site = tmp_path / "sites" / name.replace(" ", "-") / "site"
        shutil.copytree(good, site)
        place = str(document["folder"]) if "/" not in str(document["folder"]) else "x"
        plant(site, place, document)
        before = bytes_of(tmp_path / "sites")
        with pytest.raises(ReportError, match=r"issue\.json was changed.*an empty folder"):
            watched.publish(site, "joint-centre")
        assert bytes_of(tmp_path / "sites") == before, name


def test_the_order_of_the_list_is_the_ledgers_whatever_a_site_says(watched: Watched, tmp_path: Path) -> None:
    for number in range(3):
        issue_by_hand(watched.store, "joint-centre", day=DAY + timedelta(days=number))
    site = tmp_path / "site"
    watched.publish(site, "joint-centre")
    before = bytes_of(site)
    change_pages(site, lambda pages: pages["order"].reverse())
    made = watched.publish(site, "joint-centre")
    assert bytes_of(site) == before
    assert check(site, made.key)[0] == 0


def test_a_key_of_the_same_name_is_not_the_sites(watched: Watched, tmp_path: Path) -> None:
    for recipient in ("public", "joint-centre"):
        issue_by_hand(watched.store, recipient)
        site = tmp_path / recipient
        watched.publish(site, recipient)
        about = json.loads((site / "site.json").read_text())
        (site / "site.json").write_text(write_canonical({**about, "key": about["key"][:-4] + "AAAA"}))
        with pytest.raises(ReportError, match="another watch, recipient or log"):
            watched.publish(site, recipient)
