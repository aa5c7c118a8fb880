"""What of a review leaves in a bundle: all that shows how it came out to who is told the ids of the list, nothing that
is signed to anybody else; under whatever id its incident stands."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest

from tests.desks.bundling.opened_bundles import check, members_of, refusal, zipped
from tests.reviews_on_record import CONCUR, Room, officer_of
from tests.server.conftest import copy_of, now
from trucewatch.desks import indexes
from trucewatch.desks.bundling.operations import Bundling, give_bundle, prepare_bundle
from trucewatch.desks.bundling.output import show_bundling
from trucewatch.errors import StoreError
from trucewatch.ledger.position import opened_document
from trucewatch.model.ids import incident_id
from trucewatch.model.review import QUESTIONS, Question, QuestionState
from trucewatch.model.review_outcome import Settled
from trucewatch.model.roles import Role
from trucewatch.pipeline import Assessment, assess
from trucewatch.store import Store
from trucewatch.store.review_records import commitment_record, outcome_record, position_record

A, B = officer_of("NI"), officer_of("SI")
REASON: Final = "The shells came from the ridge, says my own eye."
IN_PART: Final[dict[Question, QuestionState]] = {"happened": "agreed", "what": "differ", "where_when": "agreed"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Assessment]:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("reviewed"))
    with Store(folder, now, desks=indexes()) as store:
        return folder, assess(store, folder, now=now())


@pytest.fixture
def room(prepared: tuple[Path, Assessment], tmp_path: Path) -> Iterator[Room]:
    """Two delegations with keys, and a finding that was put to them of an explosion that may leave whole."""
    folder, assessment = tmp_path / "two-valleys", prepared[1]
    shutil.copytree(prepared[0], folder)
    with Store(folder, now, desks=indexes()) as store:
        room = Room(folder=folder, store=store, assessment=assessment, now=now(), computer=now())
        room.enrol(A, B)
        kinds = {row["incident_id"]: row["kind"] for row in assessment.incidents.to_pylist()}
        rows = {row["finding_id"]: row["incident_id"] for row in assessment.findings.to_pylist()}
        number = next(place for place, name in enumerate(room.findings) if kinds[rows[name]] == "explosion")
        room.put(number)
        yield room


def close(room: Room, **given: Any) -> None:
    """Both seal, then open."""
    sealed = [room.commit(hand, **(given if hand is A else {})) for hand in (A, B)]
    room.pass_hours(1)
    for position, hand in zip(sealed, (A, B), strict=True):
        room.open(position, hand)
    if room.case().outcome is None:
        for hand in (A, B):
            room.say_done(hand)
    assert room.case().outcome is not None


def looked_at(room: Room, subject: str = "R-1", recipient: str = "joint-centre") -> Bundling:
    return prepare_bundle(room.store, room.assessment, subject, recipient=recipient)


def taken(room: Room, subject: str = "R-1", recipient: str = "joint-centre") -> bytes:
    bundling = looked_at(room, subject, recipient)
    return give_bundle(room.store, room.assessment, bundling, by="p-x")[1]


def proved(room: Room, tmp_path: Path, content: bytes) -> dict[str, Any]:
    (tmp_path / "bundle.zip").write_bytes(content)
    code, document = check(tmp_path / "bundle.zip", str(room.store.public_key))
    assert code == 0, document
    bundle: dict[str, Any] = document["bundle"]
    return bundle


def test_it_shows_that_it_was_agreed_and_that_each_position_was_fixed_before_any_was_opened(
    room: Room, tmp_path: Path
) -> None:
    close(room, reasons={"happened": REASON})
    bundle = proved(room, tmp_path, taken(room))
    (review,) = bundle["reviews"]
    assert (review["case"], review["state"], review["finding"]) == ("R-1", "agreed", room.case().finding)
    assert review["questions"] == dict.fromkeys(CONCUR, "agreed")
    assert [each["delegation"] for each in bundle["positions"]] == ["NI", "SI"]
    first = min(each["entry"] for each in bundle["positions"])
    for position in bundle["positions"]:
        assert position["committed_entry"] < first < review["entry"]
        assert position["answers"]["what"] == {"answer": "concur"}
    assert bundle["positions"][0]["reasons"] == {"happened": REASON}


def test_a_keeper_who_enters_otherwise_than_the_delegations_said_is_refused(room: Room, tmp_path: Path) -> None:
    sealed = [room.commit(A), room.commit(B, answers={**CONCUR, "what": "dissent"})]
    for position, hand in zip(sealed, (A, B), strict=True):
        room.open(position, hand)
    case = room.case()
    agreed = Settled("agreed", dict.fromkeys(QUESTIONS, "agreed"))
    rule = room.book.rule(case)
    room.store.commit([outcome_record(case, agreed, rule=rule, why="all_done", known_at=room.now, by="")])
    said = refusal(tmp_path, taken(room), str(room.store.public_key))
    assert "reviews/R-1.json, which calls what agreed" in said
    bundling = looked_at(room)
    (told,) = bundling.cases
    for fewer in (told.positions[:1], told.positions[1:]):
        less = replace(bundling, cases=(replace(told, positions=fewer),))
        content = give_bundle(room.store, room.assessment, less, by="p-x")[1]
        said = refusal(tmp_path, content, str(room.store.public_key))
        assert "has other positions than its outcome rests on" in said


@pytest.mark.parametrize(
    ("settled", "why"),
    [
        (Settled("agreed", {"happened": "agreed", "where_when": "agreed"}), "is of other questions than its case asks"),
        (Settled("agreed", {}), "is of other questions than its case asks"),
        (Settled("agreed_in_part", IN_PART, "NI"), "names who did it"),
        (Settled("agreed_in_part", IN_PART), ""),
    ],
)
def test_a_keeper_who_leaves_out_a_question_or_adds_a_name_is_refused(
    room: Room, tmp_path: Path, settled: Settled, why: str
) -> None:
    sealed = [room.commit(A), room.commit(B, answers={**CONCUR, "what": "dissent"})]
    for position, hand in zip(sealed, (A, B), strict=True):
        room.open(position, hand)
    case = room.case()
    rule = room.book.rule(case)
    room.store.commit([outcome_record(case, settled, rule=rule, why="all_done", known_at=room.now, by="")])
    content = taken(room)
    if why:
        assert f"reviews/R-1.json, which {why}" in refusal(tmp_path, content, str(room.store.public_key))
    else:
        assert proved(room, tmp_path, content)["reviews"][0]["state"] == "agreed_in_part"


def test_a_position_that_was_committed_to_after_another_was_opened_is_refused(room: Room, tmp_path: Path) -> None:
    first = room.commit(A)
    room.withhold(B)
    room.pass_hours(25)
    room.open(first, A)
    case, key = room.case(), room.key_of(B)
    position = room.sign(B, round=case.turn, previous_sha256=None)
    who: dict[str, Any] = {"delegation": "SI", "role": Role.OFFICER, "key": key, "signed_at": room.now}
    (late,) = room.store.commit(
        [
            commitment_record(
                case,
                **who,
                person="p-x",
                commitment=position.commitment,
                sealed="",
                sealed_to=[],
                act="",
                known_at=room.now,
            )
        ]
    )
    room.store.commit(
        [
            position_record(
                case,
                **who,
                person="p-x",
                turn=case.turn,
                answers=CONCUR,
                names="",
                position=room.store.objects.put(opened_document(position)),
                signed_sha256=position.sha256,
                commitment=position.commitment,
                commitment_entry=late.number,
                is_late=False,
                known_at=room.now,
                by="p-x",
            )
        ]
    )
    assert "committed to after one was opened" in refusal(tmp_path, taken(room), str(room.store.public_key))


def test_what_a_bundle_shows_of_a_review_cannot_be_changed_or_left_out(room: Room, tmp_path: Path) -> None:
    close(room, reasons={"happened": REASON})
    members = members_of(taken(room))
    key = str(room.store.public_key)
    shown = [name for name in members if name.startswith(("positions/", "reviews/"))]
    assert len(shown) == 3
    for name in shown:
        assert name in refusal(tmp_path, zipped({**members, name: members[name].replace(b"schema", b"Schema", 1)}), key)
        assert name in refusal(tmp_path, zipped({other: members[other] for other in members if other != name}), key)


def test_of_what_is_sealed_or_withheld_nothing_leaves(room: Room, tmp_path: Path) -> None:
    position = room.commit(A, reasons={"happened": REASON})
    bundle = proved(room, tmp_path, taken(room))
    assert (bundle["positions"], [each["state"] for each in bundle["reviews"]]) == ([], ["open"])
    room.withhold(B)
    content = taken(room)
    assert proved(room, tmp_path, content)["positions"] == []
    entries = [each.entry for each in room.case().sealed] + [each.entry for each in room.case().acts]
    records = [room.store.journal.hash_of(entry) for entry in entries]
    assert len(records) == 2
    for name in (position.commitment, room.store.journal.hash_of(entries[0]), room.key_of(A)):
        assert name.encode() not in content
    room.pass_hours(25)
    room.open(position, A)
    shown = proved(room, tmp_path, taken(room))
    assert [each["delegation"] for each in shown["positions"]] == ["NI"]


def test_of_an_open_case_no_outcome_is_claimed(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    show_bundling(looked_at(room))
    assert "Review R-1: still open, and 0 positions." in capsys.readouterr().err
    text = members_of(taken(room))["README.txt"].decode()
    assert "how the review came out where it was closed" in " ".join(text.split())
    assert "positions/" not in text, "nothing was opened yet"
    close(room)
    show_bundling(looked_at(room))
    assert "Review R-1: how it came out, and 2 positions." in capsys.readouterr().err
    assert "positions/ has what was committed to" in " ".join(members_of(taken(room))["README.txt"].decode().split())


def test_of_erased_words_the_answers_stay_and_still_show_that_it_was_agreed(room: Room, tmp_path: Path) -> None:
    close(room, reasons={"happened": REASON})
    for position in room.case().positions:
        room.store.objects.remove(position.opened_object)
    content = taken(room)
    assert REASON.encode() not in content
    bundle = proved(room, tmp_path, content)
    assert [each["without_words"] for each in bundle["positions"]] == [True, True]
    assert bundle["reviews"][0]["state"] == "agreed"


def test_words_that_name_what_never_leaves_stay_and_the_answers_still_show_how_it_came_out(
    room: Room, tmp_path: Path
) -> None:
    device = room.assessment.watch.sensors[0]
    hidden = f"Heard at {device.id[:1]}\u00ad{device.id[1:]}; the caller was Nemo Anyone, +374 91 234567."
    close(room, reasons={"happened": hidden})
    named, other = room.case().positions
    bundling = looked_at(room)
    assert bundling.barred == {named.entry}
    content = taken(room)
    files = members_of(content)
    assert b"234567" not in b"".join(files.values())
    assert hidden.encode() not in b"".join(files.values())
    positions = {each["entry"]: each for each in proved(room, tmp_path, content)["positions"]}
    assert positions[named.entry]["without_words"]
    assert positions[named.entry]["answers"] == {name: {"answer": "concur"} for name in CONCUR}
    assert not positions[other.entry]["without_words"]


def test_who_is_not_told_the_ids_of_the_list_gets_what_was_released_of_the_review_and_nothing_signed(
    room: Room,
) -> None:
    close(room, reasons={"happened": REASON})
    room.assessment = replace(room.assessment, as_of=room.now, reviews=room.book.cases())
    bundling = looked_at(room, recipient="parties")
    assert (bundling.is_inside, bundling.cases) == (False, ())
    members = members_of(taken(room, recipient="parties"))
    assert not [name for name in members if name.startswith(("positions/", "reviews/"))]
    case = room.case()
    hidden = [case.finding, case.incident, case.sha256, room.key_of(A), REASON]
    hidden += [value for each in case.positions for value in (each.person, each.key, each.sha256, each.commitment)]
    content = b"".join(members.values()).decode("utf-8", "replace")
    assert [value for value in hidden if value in content] == []
    assert dict(bundling.showing.opened_fields())["released/0/review"] == "agreed"


def test_of_what_is_held_for_its_place_a_bundle_says_nothing_of_a_review(room: Room) -> None:
    explosions = [row for row in room.assessment.incidents.to_pylist() if row["kind"] == "explosion"]
    bundles = (dict(looked_at(room, row["incident_id"], "parties").showing.opened_fields()) for row in explosions)
    bundle = next(each for each in bundles if each.get("released/0/hold") == "place")
    assert (bundle["released/0/review"], bundle["released/0/is_reviewed"]) == ("", None)


def test_a_case_and_its_positions_are_in_a_bundle_under_the_id_that_late_evidence_gave(room: Room) -> None:
    close(room)
    case = room.case()
    earlier = "o-2222222222222222222222"
    table = room.assessment.incidents
    rows = [
        row | {"incident_id": incident_id(earlier), "members": [earlier, *row["members"]]}
        if row["incident_id"] == case.incident
        else row
        for row in table.to_pylist()
    ]
    findings = [
        row | {"incident_id": incident_id(earlier)} if row["incident_id"] == case.incident else row
        for row in room.assessment.findings.to_pylist()
    ]
    room.assessment = replace(
        room.assessment,
        incidents=pa.Table.from_pylist(rows, schema=table.schema),
        findings=pa.Table.from_pylist(findings, schema=room.assessment.findings.schema),
        on_record=None,
    )
    for subject in ("R-1", incident_id(earlier)):
        bundling = looked_at(room, subject)
        assert [each.code for each in bundling.cases] == ["R-1"]
        assert bundling.showing.fields.rows["incident"][0]["incident_id"] == incident_id(earlier)
    with pytest.raises(StoreError, match="no finding under review as R-9"):
        looked_at(room, "r-9")
