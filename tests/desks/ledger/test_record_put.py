"""What `trucewatch sign` signs or opens is what was put, whatever the file says beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desks.ledger.one_officer import DISSENT, PUT, Desk, hash_of, record_of
from tests.reviews_on_record import officer_of, room_in
from trucewatch.desks.ledger.what_was_put import lines_put, record_put
from trucewatch.errors import LedgerError


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.delenv("TRUCEWATCH_PASSPHRASE", raising=False)
    return Desk(tmp_path)


def test_the_words_of_a_title_are_not_what_is_signed(desk: Desk) -> None:
    _, text = desk.sign(desk.to_sign({"title": "a meeting in the valley"}))
    assert "meeting" not in text


def test_a_file_without_what_was_put_is_refused_with_what_to_do(desk: Desk) -> None:
    for record in ("null", '""', "7", "[]", '"\\ud800"'):  # the last is half of a character
        file = Path(desk.to_sign({"record": "HERE"}))
        file.write_text(file.read_text("utf-8").replace('"HERE"', record), "utf-8")
        with pytest.raises(LedgerError, match=r"does not hold what was put to the delegations.*fetch it anew"):
            desk.sign(str(file))
    assert not (desk.folder / "in.json").exists()


def test_the_hash_of_one_finding_under_the_record_of_another_is_not_signed(desk: Desk) -> None:
    other = record_of(2)
    for changes in (
        {"finding_sha256": hash_of(other)},  # R-1 is shown, R-2 would be signed
        {"finding_sha256": hash_of(other), "finding": "f-2", "record": record_of(1)},
        {"finding_sha256": hash_of(record_of(1)).upper()},
        {"record": record_of(1) + " ", "finding_sha256": hash_of(record_of(1))},
    ):
        with pytest.raises(
            LedgerError, match=r"what the file holds of R-1 is not what would be signed.*Fetch the file"
        ):
            desk.sign(desk.to_sign(changes))
    assert not (desk.folder / "in.json").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "R-2"},
        {"record": record_of(2)},
        {"finding": "f-2", "record": record_of(1)},
        {"record": record_of(1, delegations=["B", "C"])},
        {"record": record_of(1, delegations="AB")},
        {"record": record_of(1, questions=["who"])},
        {"record": record_of(1, round=2)},
        {"record": record_of(1, round=True)},
        {"record": record_of(1, schema="trucewatch/review-wording/1")},
        {"record": record_of(1, put=[])},
        {"record": record_of(1, put={**PUT, "finding_id": "f-2"})},
        {"record": record_of(1, before=None)},
        {"round": 2},
        {"previous_sha256": "cd" * 32},
        {"previous_sha256": ""},
    ],
)
def test_a_record_of_something_else_is_not_signed(desk: Desk, changes: dict[str, Any]) -> None:
    with pytest.raises(LedgerError, match="the file has signed something else as R-"):
        desk.sign(desk.to_sign(changes))
    assert not (desk.folder / "in.json").exists()


def test_of_a_later_round_it_is_said_how_it_is_signed(desk: Desk) -> None:
    with pytest.raises(LedgerError, match=r"a later round\. Nothing was signed\..* sign it with --in-the-open"):
        desk.sign(desk.to_sign({"round": 2}))
    with pytest.raises(LedgerError) as fault:
        desk.sign(desk.to_sign({"round": 2, "code": "R-2"}))
    assert "--in-the-open" not in str(fault.value)


def test_the_place_is_as_large_as_on_the_page(desk: Desk) -> None:
    put = {**PUT, "finding_id": "f-1", "semi_major_m": "100.0", "semi_minor_m": "50.0"}
    _, text = desk.sign(desk.to_sign({"record": record_of(1, put=put)}))
    assert "within 245 × 122 m (95%)" in text
    assert "at least 2, at most 3" in text
    put["semi_major_m"] = "wide"
    (desk.folder / "in.json").unlink()
    assert "(95%)" not in desk.sign(desk.to_sign({"record": record_of(1, put=put)}))[1]


def test_a_first_round_is_not_signed_as_a_later_one(desk: Desk) -> None:
    with pytest.raises(LedgerError, match="another case, finding, round or question"):
        desk.sign(desk.to_sign({}), "--in-the-open")


@pytest.mark.parametrize("record", ['{"a":1,"a":2}', "[" * 100_000, "NaN", '{"b":1, "a":2}', "[]"])
def test_a_record_that_is_no_canonical_json_is_refused(desk: Desk, record: str) -> None:
    with pytest.raises(LedgerError, match=r"canonical|not JSON|nested|begins with|twice"):
        desk.sign(desk.to_sign({"record": record}))


def test_what_was_put_cannot_look_like_another_line(desk: Desk) -> None:
    put = {**PUT, "finding_id": "f-1", "kind": "fire\n    put: what     meeting\u202e", "zones": {"x": 1}}
    _, text = desk.sign(desk.to_sign({"record": record_of(1, put=put)}))
    assert "put: what     fire     put: what     meeting" in text
    assert "\u202e" not in text


def test_what_the_console_gives_to_be_signed_shows_what_was_put(tmp_path: Path) -> None:
    """The record of the file is the one that the ledger has, and the command takes it."""
    officer = officer_of("D1")
    with room_in(tmp_path / "watch") as room:
        room.enrol(officer)
        room.put(0, 1)
        document = room.book.to_sign(["R-1", "R-2"], "D1")
        for item in document["items"]:
            item["record"] = room.store.objects.get(item["finding_sha256"]).decode()
        for item in document["items"]:
            record = record_put(tmp_path, item, "D1", in_the_open=False)
            text = "\n".join(lines_put(record))
            for name in ("stipulation", "kind", "occurred_start", "lat"):
                assert record["put"][name] in text
        first, second = document["items"]
        assert "title" not in first
        with pytest.raises(LedgerError, match="is not what would be signed"):
            record_put(tmp_path, {**first, "record": second["record"]}, "D1", in_the_open=False)


def test_what_was_put_is_shown_beside_what_is_opened(desk: Desk) -> None:
    desk.sign(desk.to_sign(DISSENT))
    _, text = desk.open(desk.sealed())
    put = [
        "in:  watch    two-valleys",
        "in:  ledger   trucewatch/abc",
        "put: clause   accord 1",
        "put: finding  incons",
    ]
    put += ["put: what     explosion", "put: where    44.51000", "put: when     2031-05-04", "dissent: взрыв"]
    lines = iter(text.splitlines())
    assert next(lines).startswith("R-1  f-1  round 1, signed ")
    assert [words for words in put if any(words in line for line in lines)] == put, "in this order"


def test_a_file_of_what_is_sealed_without_what_was_put_is_fetched_anew(desk: Desk) -> None:
    desk.sign(desk.to_sign({}))
    (item,) = json.loads(Path(desk.sealed()).read_text("utf-8"))["items"]
    older = {name: item[name] for name in item if name not in ("code", "record")}
    for items in ([older], *([{**item, "record": record}] for record in (None, "", 7, [], "\ud800"))):
        with pytest.raises(LedgerError, match=r"does not hold what was put to the delegations.*fetch it anew"):
            desk.open(desk.sealed(items=items))
    assert not (desk.folder / "opened.json").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "R-2"},
        {"code": None},
        {"record": record_of(2)},
        {"code": "R-2", "record": record_of(2)},  # the file of R-2 holds what lies sealed in R-1
        {"record": record_of(1, delegations=["A", "B", "C"])},
        {"record": record_of(1) + " "},
        {"record": "x"},
    ],
)
def test_what_lies_sealed_in_another_case_is_not_opened_as_of_this_one(desk: Desk, changes: dict[str, Any]) -> None:
    desk.sign(desk.to_sign({}))
    (item,) = json.loads(Path(desk.sealed()).read_text("utf-8"))["items"]
    with pytest.raises(
        LedgerError, match="position 1 of the file is not the one that was committed to; nothing was wr"
    ):
        desk.open(desk.sealed(items=[item | changes]))
    assert not (desk.folder / "opened.json").exists()
