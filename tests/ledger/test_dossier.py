"""Partial copies: what is opened is proved, what is closed stays closed, and nothing that was changed passes."""

from __future__ import annotations

import base64
import json
import os
import random
import re
import runpy
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import each
from tests.ledger.partial_copies import NotProvedError, check_copy
from tests.ledger.small_log import run, said
from trucewatch.errors import LedgerError
from trucewatch.ledger.dossier import (
    LARGEST_COPY,
    MOST_ROWS,
    SECTIONS,
    ContentTree,
    Fields,
    commitment,
    depth_of,
    dossier_record,
    follow,
    path_in,
    perfect_levels,
    pieces_of,
    read_salts,
    salt_of,
    write_copy,
)
from trucewatch.ledger.signing import write_canonical

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "vectors" / "make_vectors.py"
VECTORS = json.loads((SCRIPT.parent / "dossiers.json").read_text("utf-8"))
MADE = runpy.run_path(str(SCRIPT))
COPY: bytes = VECTORS["copy"].encode()
LOG: str = VECTORS["log"]["vkey"]

WHOLE = check_copy(COPY, LOG)
SAME = ("entry", "dossier", "entered_at", "list_entry")


def changed(change: Callable[[dict[str, Any]], None]) -> bytes:
    """The copy with something changed in its document, canonical again."""
    document = json.loads(COPY)
    change(document)
    return write_canonical(document).encode()


def test_the_published_copy_proves_what_it_opens_and_no_more() -> None:
    document = check_copy(COPY, LOG)
    copy = document["copy"]
    assert copy["opened"] == VECTORS["opened"]
    assert (copy["entry"], document["size"], copy["recipient"], copy["list_entry"]) == (5, 9, "public", 3)
    assert "observations/0/sensor" in copy["closed"]
    assert copy["closed_sections"] == ["incident", "findings"]
    held = "Without a policy the keys are those that the log names: compare them with the keeper's."
    assert held not in document["cannot_prove"]
    assert any("the values are those of the list" in sentence for sentence in document["cannot_prove"])


def test_a_copy_whose_key_nobody_vouched_for_is_not_proved(tmp_path: Path) -> None:
    """Anybody could make a log of his own, and a copy from it: PROVED, exit 0."""
    (tmp_path / "copy").write_bytes(COPY)
    (tmp_path / "policy").write_text(f'schema = 1\nlog = "{LOG}"\n')
    code, document = run(tmp_path / "copy")
    assert (code, document["ok"], document["problems"]) == (1, False, [])
    assert document["copy"] == WHOLE["copy"]
    assert (
        "Without a policy the keys are those that the log names: compare them with the keeper's."
        in (document["cannot_prove"])
    )
    headline = VECTORS["headline"]
    assert said(tmp_path / "copy").startswith(headline["without a key"])
    assert said(tmp_path / "copy", "--policy", tmp_path / "policy").startswith(headline["under the log's key"])
    with pytest.raises(NotProvedError, match="nobody vouched for its key"):
        check_copy(COPY)


def test_the_published_commitments_are_made_again() -> None:
    seed = bytes.fromhex(VECTORS["seed"])
    for row in each(VECTORS["commitments"]):
        assert salt_of(seed, row["path"]).hex() == row["salt"]
        assert commitment(row["path"], bytes.fromhex(row["salt"]), row["value"]).hex() == row["commitment"]


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["why"])
def test_a_published_change_is_refused(vector: dict[str, str]) -> None:
    assert vector["copy"] != VECTORS["copy"]
    with pytest.raises(NotProvedError):
        check_copy(vector["copy"].encode(), LOG)


def test_the_copy_holds_nothing_of_what_is_closed() -> None:
    text = VECTORS["copy"]
    for secret in ("array-2", "-24.93", "два взрыва", "03:55", sha256(MADE["EVIDENCE"]).hexdigest()):
        assert secret not in text
        assert base64.b64encode(secret.encode()).decode()[:-4] not in text
    assert VECTORS["seed"] not in text
    assert base64.b64encode(bytes.fromhex(VECTORS["seed"])).decode() not in text


def test_the_salts_object_is_read_back() -> None:
    fields = read_salts(VECTORS["salts_object"].encode())
    assert fields.section_records() == json.loads(json.loads(COPY)["record"])["sections"]
    for broken in (b"", b"{}", b"[]", VECTORS["salts_object"].replace("seed", "sead").encode()):
        with pytest.raises(LedgerError):
            read_salts(broken)


def test_a_guess_without_the_salt_matches_nothing() -> None:
    """Kinds, minutes and cells are few: an unsalted hash of one is undone in a second."""
    checked = WHOLE["copy"]
    document = json.loads(COPY)
    closed = {text for row in document["rows"] for text in row["fields"] if isinstance(text, str)}
    opened = [part["salt"] for row in document["rows"] for part in row["fields"] if isinstance(part, dict)]
    closed |= {text for part in (*document["rows"], *document["pieces"]) for text in part["hashes"]}
    salts = [b"", bytes(32), *(base64.b64decode(salt) for salt in opened)]
    kinds = ["explosion", "flare", "burst", "shot", None, "", "array-1", "array-2"]
    minutes = [f"2031-05-01T03:{minute:02}:00Z" for minute in range(60)]
    cells = [f"-{degrees}.{cell:02}" for degrees in (24, 34) for cell in range(100)]
    assert {"-24.93", "-34.99", "array-2"} <= {*kinds, *cells}  # the true ones are among them
    for path in each(checked["closed"]):
        for value in (*kinds, *minutes, *cells):
            for salt in salts:
                guess = commitment(path, salt, value)
                assert base64.b64encode(guess).decode() not in closed


def test_no_path_can_be_opened_in_two_ways() -> None:
    """The place in the tree is that of the path: a keeper who commits twice to one path shows two other roots."""
    document = json.loads(COPY)
    row = next(row for row in document["rows"] if row["section"] == "observations")
    for change in ({"row": row["row"] ^ 1}, {"section": "evidence"}, {"hashes": row["hashes"][::-1]}):
        moved = {
            **document,
            "rows": [{**row, **change} if each_row is row else each_row for each_row in document["rows"]],
        }
        with pytest.raises(NotProvedError):
            check_copy(write_canonical(moved).encode(), LOG)
    doubled = {**document, "rows": [*document["rows"], row]}
    with pytest.raises(NotProvedError, match="twice"):
        check_copy(write_canonical(doubled).encode(), LOG)


def test_two_copies_with_other_fields_open_are_of_one_entry() -> None:
    fields, first = MADE["dossier_fields"](), json.loads(COPY)
    record = first["record"].encode()
    opened = ["released/0/recipient", "incident/0/kind", "incident/0/zones"]
    other = write_copy(record, first["proof"], fields, recipient="public", opened=opened)
    one, two = check_copy(COPY, LOG), check_copy(other, LOG)
    assert one["root"] == two["root"]
    assert [one["copy"][name] for name in SAME] == [two["copy"][name] for name in SAME]
    assert two["copy"]["opened"] == {
        "released/0/recipient": "public",
        "incident/0/kind": "explosion",
        "incident/0/zones": ["sorrel"],
    }


def test_the_record_does_not_tell_how_much_it_holds() -> None:
    """A coarse recipient gets the record whole: the same sizes for one observation and for sixteen."""
    few, many = ({**MADE["dossier_fields"]().rows} for _ in range(2))
    many["observations"] = few["observations"][:1] * 16
    shapes = [
        {name: (part["columns"], part["depth"]) for name, part in Fields(bytes(32), rows).section_records().items()}
        for rows in (few, many)
    ]
    assert shapes[0] == shapes[1]
    assert [depth_of(rows) for rows in (0, 1, 16, 17, 64, 65, MOST_ROWS)] == [4, 4, 4, 6, 6, 8, 14]


def test_more_rows_than_a_dossier_holds_are_refused_with_what_to_do() -> None:
    rows: dict[str, Any] = {**MADE["dossier_fields"]().rows}
    with pytest.raises(LedgerError, match=r"at most 10,000\. Split the incident first"):
        Fields(bytes(32), rows | {"observations": [{"kind": "shot"}] * (MOST_ROWS + 1)})


@given(st.binary(max_size=300))
def test_the_pieces_of_evidence_are_its_bytes(content: bytes) -> None:
    parts = pieces_of(content)
    assert parts is not None
    assert b"".join(parts[1]) == content
    assert parts[0] == ("chunk" if b"\0" in content else "line")


@given(st.integers(0, 5), st.data())
def test_every_leaf_of_a_perfect_tree_leads_to_its_root(height: int, data: st.DataObject) -> None:
    leaves = [sha256(bytes([number])).digest() for number in range(1 << height)]
    levels = perfect_levels(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    assert follow(leaves[index], index, path_in(levels, index)) == levels[-1][0]


def test_bytes_that_are_no_text_are_opened_in_chunks() -> None:
    content = bytes(range(256)) * 40
    tree = ContentTree(MADE["SEED"], 0, content)
    assert (tree.unit, len(tree.pieces)) == ("chunk", 3)
    assert base64.b64decode(tree.opened(3)["value"]["base64"]) == content[8192:]
    with pytest.raises(LedgerError, match="has 3 parts"):
        tree.opened(4)


# What a receiver may be given


def _other_values(value: Any, rng: random.Random) -> Any:
    """Something else in the place of a value."""
    others = [None, True, -1, 1 << 52, "", "x" * 40, [], {}, [[]], "AAAA", base64.b64encode(rng.randbytes(32)).decode()]
    if isinstance(value, str) and value:
        place = rng.randrange(len(value))
        others += [value[:place] + rng.choice("aB3/+=\n\u202e") + value[place + 1 :], value[:-1], value + "A"] * 3
    if isinstance(value, int) and not isinstance(value, bool):
        others += [value + 1, value ^ 8, -value - 1] * 3
    if isinstance(value, list) and value:
        others += [value[:-1], value + value[:1], value[::-1], value * 3] * 2
    return rng.choice([other for other in others if other != value])


def _mutated(document: Any, rng: random.Random) -> Any:
    """The document with one value somewhere in it another, gone, or beside a new one."""
    path: list[Any] = []
    inner = document
    while isinstance(inner, dict | list) and inner and (not path or rng.random() < 0.9):
        path.append(rng.choice(sorted(inner)) if isinstance(inner, dict) else rng.randrange(len(inner)))
        inner = inner[path[-1]]
    holder = document
    for step in path[:-1]:
        holder = holder[step]
    act = rng.random()
    if isinstance(holder, dict) and act < 0.1:
        del holder[path[-1]]
    elif isinstance(holder, dict) and act < 0.2:
        holder["other"] = 1
    elif isinstance(holder, list) and act < 0.1:
        holder.append(holder[0])
    else:
        holder[path[-1]] = _other_values(inner, rng)
    return document


def test_no_changed_document_passes_and_none_raises_anything_else() -> None:
    rng = random.Random(12)
    seen = set()
    for _ in range(1500):
        content = write_canonical(_mutated(json.loads(COPY), rng)).encode()
        try:
            document = check_copy(content, LOG)
        except NotProvedError as refusal:
            seen.add(re.split(r"[\d':(]", str(refusal))[0])
            continue
        # Whole rows or pieces may be left out or stand in another order: that is another copy of the same dossier.
        copy = document["copy"]
        assert copy["opened"].items() <= WHOLE["copy"]["opened"].items()
        assert [copy[name] for name in (*SAME, "recipient")] == [WHOLE["copy"][name] for name in (*SAME, "recipient")]
        assert document["root"] == WHOLE["root"]
    assert len(seen) > 12  # the faults are of many steps


def test_no_changed_byte_passes_and_none_raises_anything_else() -> None:
    rng = random.Random(7)
    for _ in range(1500):
        content = bytearray(COPY)
        for _ in range(rng.choice((1, 1, 1, 4))):
            place = rng.randrange(len(content))
            match rng.randrange(4):
                case 0:
                    content[place] ^= 1 << rng.randrange(8)
                case 1:
                    del content[place : place + rng.choice((1, 30))]
                case 2:
                    content[place:place] = rng.choice((b"\0", b"{", b"[" * 3, b'"', b"\xff", b"9" * 20, b"1e9", b"NaN"))
                case _:
                    content = content[:place]
        if bytes(content) != COPY:
            with pytest.raises(NotProvedError):
                check_copy(bytes(content), LOG)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b"[" + b"{}," * 2_100_000 + b"{}]",
        b'{"schema":"trucewatch/dossier-copy/1"}',
        b'{"a":' + b"9" * 1_000_000 + b"}",
    ],
    ids=["nothing", "empty", "lists", "objects", "many", "short", "digits"],
)
def test_what_is_no_copy_is_refused_at_once(content: bytes) -> None:
    with pytest.raises(NotProvedError):
        check_copy(content, LOG)


def test_a_depth_or_a_number_of_columns_without_bound_is_refused() -> None:
    def with_record(change: Callable[[dict[str, Any]], None]) -> bytes:
        def change_record(document: dict[str, Any]) -> None:
            record = json.loads(document["record"])
            change(record)
            document["record"] = write_canonical(record)
            document["proof"] = MADE["dossier_proof"](document["record"].encode())

        return changed(change_record)

    check_copy(with_record(lambda record: None), LOG)
    for section in each(SECTIONS):
        for change in ({"depth": 1 << 40}, {"depth": -1}, {"columns": ["a"] * 2}, {"columns": ["A\n"]}):
            with pytest.raises(NotProvedError):
                check_copy(with_record(lambda record, s=section, c=change: record["sections"][s].update(c)), LOG)
        columns = [f"c{number:04}" for number in range(300)]
        with pytest.raises(NotProvedError):
            check_copy(with_record(lambda record, s=section, c=columns: record["sections"][s].update(columns=c)), LOG)


def test_another_key_than_the_readers_is_refused() -> None:
    with pytest.raises(NotProvedError, match="not by the policy's key"):
        check_copy(COPY, str(MADE["DELEGATION"].public))


def test_a_policys_witnesses_are_counted() -> None:
    witnesses = [str(key.public) for key in MADE["WITNESSES"]]
    with pytest.raises(NotProvedError, match="0 witnesses; 1 are required"):
        check_copy(COPY, LOG, witnesses=witnesses)

    def cosign(count: int) -> bytes:
        def add(document: dict[str, Any]) -> None:
            checkpoint = document["proof"]["checkpoint"]
            text = base64.b64decode(checkpoint["text"])
            for key, moment in zip(MADE["WITNESSES"][:count], MADE["TIMES"], strict=False):
                checkpoint["note"] += key.signature_line(text, posix_seconds=moment)

        return changed(add)

    now = MADE["TIMES"][0]
    document = check_copy(cosign(1), LOG, witnesses=witnesses, now=now)
    assert document["witnesses"] == ["test.invalid/witness-1"]
    with pytest.raises(NotProvedError, match="1 witnesses; 2 are required"):
        check_copy(cosign(1), LOG, witnesses=witnesses, quorum=2, now=now)
    with pytest.raises(NotProvedError, match="dated in the future"):
        check_copy(cosign(2), LOG, witnesses=witnesses, now=now)


def test_what_is_no_ordinary_file_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe, link, large = tmp_path / "pipe", tmp_path / "link", tmp_path / "large"
    os.mkfifo(pipe)
    (tmp_path / "copy").write_bytes(COPY)
    link.symlink_to(tmp_path / "copy")
    with large.open("wb") as stream:
        stream.truncate(LARGEST_COPY + 1)
    assert run(tmp_path / "copy")[1]["copy"]
    for path in (pipe, link, large, tmp_path / "none", tmp_path / "copy" / "x"):
        assert run(path)[0] == 2


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(NotProvedError):
        check_copy(content)
    with pytest.raises(NotProvedError):
        check_copy(b'"trucewatch/dossier-copy/1"' + content)


def test_the_largest_copy_that_is_written_is_checked_in_seconds() -> None:
    """All that the limits let through: many rows, and nothing but values."""
    row = {f"c{number:02}": "x" for number in range(49)}
    fields = Fields(MADE["SEED"], {**MADE["dossier_fields"]().rows, "observations": [row] * 3000})
    record = dossier_record(fields, list_entry=3, list_object="0" * 64, salts="0" * 64)
    content = write_canonical(record | {"recorded_at": "2031-05-04T17:55:00Z"}).encode()
    opened = ["released/0/recipient", *(f"observations/{place}/c{n:02}" for place in range(3000) for n in range(49))]
    copy = write_copy(content, MADE["dossier_proof"](content), fields, recipient="public", opened=opened)
    begun = time.process_time()
    assert len(check_copy(copy, LOG)["copy"]["opened"]) == len(opened)
    assert time.process_time() - begun < 2 * len(copy) / 1_000_000
