"""Lists as trees, as the inspector sees them: every chunk, each node once, and what is missing by its list."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.ledger.small_log import SmallLog, canonical, flip_every_byte, inspector, run, wrong

TABLES = (*inspector.MADE_TREES, *inspector.KEPT_TREES)


@pytest.fixture
def log(tmp_path: Path) -> SmallLog:
    return SmallLog(tmp_path / "watch")


def node(log: SmallLog, children: Sequence[str], level: int = 1) -> str:
    places = [[child, 1, number] for number, child in enumerate(children)]
    return log.keep(canonical({"children": places, "level": level, "schema": "trucewatch/node/1", "table": "t"}))


def chunks(log: SmallLog, *texts: str) -> list[str]:
    return [log.keep(zlib.compress(text.encode())) for text in texts]


def add_list(log: SmallLog, **roots: str) -> int:
    """The number of its entry."""
    log.add("trucewatch/list/2", **(dict.fromkeys((*TABLES, "history"), "") | roots))
    return len(log.entries) - 1


def test_a_list_without_rows_and_one_of_three_levels_are_right(log: SmallLog) -> None:
    add_list(log)
    lower = [node(log, chunks(log, *(f"{part}{number}" for number in range(9)))) for part in "ab"]
    add_list(log, incidents=node(log, [node(log, lower, 2)], 3), history=chunks(log, "history")[0])
    log.publish()
    code, document = run(log.watch, "--policy", log.policy())
    assert (code, document["remarks"]) == (0, []), document


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("missing", ["chunk", "node", "root"])
def test_a_part_that_is_missing_is_named_with_its_list_and_what_to_do(log: SmallLog, table: str, missing: str) -> None:
    chunk, other = chunks(log, "one", "other")
    low = node(log, [chunk, other])
    root = node(log, [low], 2)
    entry = add_list(log, **{table: root})
    log.publish()
    name = {"chunk": chunk, "node": low, "root": root}[missing]
    log.file(name).unlink()
    problem = wrong(log)
    assert problem["file"] == f"objects/{name[:2]}/{name[2:]}"
    assert problem["what"] == f"is missing; {table} of entry {entry} (list) names it"
    assert ("`trucewatch run WATCH` makes it again" in problem["do"]) == (table in inspector.MADE_TREES)


def test_a_chunk_that_was_erased_is_told_as_such_and_one_that_was_erased_before_a_list_named_it_is_missing(
    log: SmallLog,
) -> None:
    gone, stays = chunks(log, "gone", "stays")
    add_list(log, incidents=node(log, [gone, stays]))
    log.add("trucewatch/erasure/1", erased=[gone], lists=[1], reason="r", ordered_by="o")
    log.publish()
    log.file(gone).unlink()
    code, document = run(log.watch)
    assert code == 0, document
    assert any(gone in remark and "incidents of entry 1 (list) names it" in remark for remark in document["remarks"])
    add_list(log, incidents=node(log, [gone]))
    log.publish()
    assert "is missing; incidents of entry 3 (list)" in wrong(log)["what"]


def test_every_changed_byte_of_a_list_is_noticed(log: SmallLog) -> None:
    add_list(log, findings=node(log, chunks(log, "a", "b")))
    log.publish()
    changed, unnoticed = flip_every_byte(log.watch, log.policy(), stride=7)
    assert changed > 200
    assert unnoticed == 0


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"schema": "trucewatch/node/2", "level": 1, "children": []}, "is no node of a tree"),
        ({"schema": "trucewatch/node/1", "level": True, "children": []}, "is no node of a tree"),
        ({"schema": "trucewatch/node/1", "level": 0, "children": []}, "is no node of a tree"),
        ({"schema": "trucewatch/node/1", "level": 99, "children": []}, "is no node of a tree"),
        ({"schema": "trucewatch/node/1", "level": 1, "children": [["../../x", 1]]}, "names a child that is no hash"),
        ({"schema": "trucewatch/node/1", "level": 1, "children": [[]]}, "is malformed"),
        ({"schema": "trucewatch/node/1", "level": 1, "children": 5}, "is malformed"),
        ({"schema": "trucewatch/node/1", "level": 1}, "is malformed"),
    ],
)
def test_what_is_no_node_is_a_fault_of_that_file(log: SmallLog, document: dict[str, object], fault: str) -> None:
    root = log.keep(canonical(document))
    add_list(log, first=root)
    log.publish()
    problem = wrong(log)
    assert problem["file"] == f"objects/{root[:2]}/{root[2:]}"
    assert fault in problem["what"]


def test_a_node_stands_one_level_below_the_one_that_names_it(log: SmallLog) -> None:
    low = node(log, chunks(log, "a"))
    add_list(log, first=node(log, [low], 3))
    log.publish()
    assert "is a node of another level" in wrong(log)["what"]


def test_a_list_whose_roots_are_no_texts_is_a_fault_of_its_record(log: SmallLog) -> None:
    name = log.add("trucewatch/list/2", incidents=5)
    log.publish()
    assert wrong(log)["file"] == f"objects/{name[:2]}/{name[2:]}"


def test_nodes_that_many_lists_share_are_read_once(log: SmallLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand lists that name one tree take no longer than one."""
    root = node(log, [node(log, chunks(log, *map(str, range(50))))], 2)
    for _ in range(200):
        add_list(log, incidents=root, findings=root)
    log.publish()
    read: list[Path] = []
    read_file = inspector.read_file
    monkeypatch.setattr(inspector, "read_file", lambda path, limit: read.append(path) or read_file(path, limit))
    assert run(log.watch)[0] == 0
    assert read.count(log.file(root)) == 1


def prune(log: SmallLog, *lists: object) -> int:
    digest = "0" * 64
    log.add("trucewatch/pruning/1", lists=[*lists], objects=1, objects_digest=digest, reason="w", by="p")
    return len(log.entries) - 1


def test_what_a_pruned_list_alone_consists_of_may_be_gone_and_what_another_needs_may_not(log: SmallLog) -> None:
    shared, alone, history = chunks(log, "shared", "alone", "history")
    low, upper = node(log, [shared]), node(log, [alone])
    root, other = node(log, [low, upper], 2), node(log, [low], 2)
    first = add_list(log, first=root, incidents=root, history=history)
    add_list(log, findings=other)
    entry = prune(log, first)
    log.publish()
    code, document = run(log.watch)
    assert code == 0, "what is not removed yet is named all the same"
    sentence = f"Pruned: entry {entry} prunes 1 list; only the record and what changed is kept of each."
    assert document["remarks"] == [sentence]
    for name, unnamed in ((root, 2), (upper, 1), (alone, 0)):
        log.file(name).unlink()
        code, document = run(log.watch)
        assert (code, len(document["remarks"])) == (0, 1 + unnamed), "what nothing leads to is not named any more"
    log.file(shared).unlink()
    assert "is missing; findings of entry" in wrong(log)["what"]


@pytest.mark.parametrize("needed", ["root", "chunk"])
def test_a_part_is_missing_where_an_earlier_or_later_list_stays_that_shares_it(log: SmallLog, needed: str) -> None:
    (chunk,) = chunks(log, "chunk")
    root = node(log, [chunk])
    lists = [add_list(log, incidents=root, acts="") for _ in range(3)]
    prune(log, lists[1], lists[2])
    log.publish()
    assert run(log.watch)[0] == 0
    log.file(root if needed == "root" else chunk).unlink()
    assert f"is missing; incidents of entry {lists[0]} (list)" in wrong(log)["what"]


def test_a_history_and_a_list_that_was_recorded_after_the_pruning_are_not_pruned(log: SmallLog) -> None:
    chunk, history = chunks(log, "chunk", "history")
    entry = add_list(log, incidents=node(log, [chunk]), history=history)
    prune(log, entry)
    log.publish()
    log.file(history).unlink()
    assert "is missing; objects/" in wrong(log)["what"]


@pytest.mark.parametrize("lists", [[9], [-1], ["1"], [True], [1.5], "all", None])
def test_a_pruning_of_what_is_no_list_before_it_is_told(log: SmallLog, lists: object) -> None:
    log.add("trucewatch/pruning/1", lists=lists, objects=0, objects_digest="", reason="", by="")
    log.publish()
    assert wrong(log)["step"] == inspector.Step.RECORDS


@pytest.mark.parametrize("kind", ["report-draft", "publication", "dossier"])
def test_a_list_from_which_something_was_made_before_cannot_be_pruned(log: SmallLog, kind: str) -> None:
    entry = add_list(log)
    log.add(f"trucewatch/{kind}/1", list={"entry": entry} if kind == "dossier" else entry)
    pruning = prune(log, entry)
    log.publish()
    assert wrong(log)["what"] == f"was made from the list of entry {entry}, which entry {pruning} pruned"
