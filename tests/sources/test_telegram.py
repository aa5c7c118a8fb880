"""Telegram Desktop's export: whose words each message is, its versions, and what is never told of its sender."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from trucewatch.fusion import current_observations
from trucewatch.model.batch import ReadingContext
from trucewatch.sources import json_stream

from .reading import Outcome, good_sample, read_bytes, read_file, sample_setting

SETTING = sample_setting("telegram")
PARTIES = ReadingContext(party_ids=frozenset({"AM"}))
SENT = 1_929_000_000


def message(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date_unixtime": str(SENT + number),
        "from_id": "channel1234567",
        "text": "Words.",
    } | more


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    return {"name": "A channel", "type": "public_channel", "id": 1234567, **more, "messages": list(messages)}


def read(export: Any, folder: Path, **changes: Any) -> Outcome:
    return read_bytes(json.dumps(export).encode(), folder, SETTING, PARTIES, **changes)


def handles(outcome: Outcome) -> dict[int, str]:
    rows = pa.concat_tables([batch.senders for batch in outcome.batches]).to_pylist()
    return {row["evidence_row"]: row["handle"] for row in rows}


def remarks(outcome: Outcome) -> str:
    return " | ".join(str(remark) for batch in outcome.batches for remark in batch.remarks)


def test_the_words_of_a_named_channel_are_the_claim_of_whom_it_stands_for() -> None:
    outcome = read_file(good_sample("telegram"), SETTING, PARTIES)
    first, edited, private, forward, passed_on = outcome.rows
    assert (first["means"], first["claimed_by"], first["kind"]) == ("party", "AM", "other")
    assert first["known_at"] == first["occurred_end"] == datetime(2031, 3, 1, 10, 5, tzinfo=UTC)
    assert first["occurred_start"] == datetime(2031, 2, 28, 10, 5, tzinfo=UTC)
    assert "when=assumed" in first["source_quality"]
    assert edited["text"] == "Shelling near Sampleton, see the statement (https://ministry.example/s/3). #shelling"
    assert (edited["kind"], edited["source_quality"].split(";")[0]) == ("explosion", "edited=yes")
    assert (private["means"], private["claimed_by"]) == ("public", "")
    assert "photo=photos/photo_1@01-03-2031_12-00-00.jpg" in private["source_quality"]
    assert (private["lon"], private["observer_lon"]) == (None, None), "whose place it is nobody says"
    assert (forward["means"], forward["claimed_by"]) == ("public", "Observer body")
    assert "forwarded_by=AM" in forward["source_quality"]
    assert (passed_on["claimed_by"], passed_on["means"]) == ("", "public"), "what a party passes on is not its word"
    assert "file=not exported" in passed_on["source_quality"]


def test_a_private_sender_stands_in_senders_alone() -> None:
    outcome = read_file(good_sample("telegram"), SETTING, PARTIES)
    told = json.dumps(outcome.rows, default=str) + remarks(outcome) + str(outcome.rejected)
    for handle in ("Planted", "user99887766", "99887766"):
        assert handle not in told
    assert sorted(handles(outcome).values()) == [
        "A. Planted Editor",
        "Planted Person user99887766",
        "forwarded from Planted Witness",
    ]


def test_what_the_service_says_is_counted_and_left_out() -> None:
    outcome = read_file(good_sample("telegram"), SETTING, PARTIES)
    assert "1 message of the service" in remarks(outcome)
    assert "1 message shares a place" in remarks(outcome)
    assert "are by nobody whom channels names" in remarks(outcome)


def test_a_later_export_with_other_words_is_a_version_of_the_same_row(tmp_path: Path) -> None:
    before = read(chat(message(7, text="Four shells.")), tmp_path)
    later = read(chat(message(7, text="Five shells.", edited_unixtime=str(SENT + 3600))), tmp_path)
    assert before.rows[0]["observation_id"] == later.rows[0]["observation_id"]
    both = pa.concat_tables([before.observations, later.observations])
    (now,) = current_observations(both, as_of=datetime(2031, 4, 1, tzinfo=UTC)).to_pylist()
    (then,) = current_observations(both, as_of=datetime.fromtimestamp(SENT + 60, UTC)).to_pylist()
    assert (now["text"], then["text"]) == ("Five shells.", "Four shells.")
    assert now["occurred_end"] == then["occurred_end"], "an edit moves no event"


def test_a_whole_account_gives_the_messages_of_its_chats_and_nothing_else(tmp_path: Path) -> None:
    account = {
        "about": "…",
        "personal_information": {"first_name": "Planted", "phone_number": "+0 00"},
        "contacts": {"about": "…", "list": [{"first_name": "Planted", "phone_number": "+0 01"}]},
        "chats": {
            "about": "…",
            "list": [chat(message(1)), chat(message(1), id=42, type="personal_chat", name="Planted")],
        },
        "left_chats": {"about": "…", "list": [chat(message(1, from_id="user5"), id=77)]},
    }
    outcome = read(account, tmp_path)
    assert outcome.rejected == []
    assert len({row["observation_id"] for row in outcome.rows}) == 3
    assert "Planted" not in json.dumps(outcome.rows, default=str)


def test_a_person_with_a_channels_number_or_name_does_not_speak_for_it(tmp_path: Path) -> None:
    named = {**SETTING.channels, "A channel": "AM", "5": "AM"}
    outcome = read(
        chat(
            message(1, from_id="user1234567"),
            message(2, from_id="user8", **{"from": "A channel"}),
            message(3, from_id="user5"),
            message(4, from_id="user8", forwarded_from="A channel"),
            type="private_supergroup",
            id=99,
        ),
        tmp_path,
        channels=named,
    )
    assert [row["claimed_by"] for row in outcome.rows] == ["", "", "", ""]
    assert "forwarded_from=AM, by its name alone" in outcome.rows[3]["source_quality"]
    channel = read(chat(message(1, from_id="channel1")), tmp_path, channels={"a  CHANNEL": "AM"})
    assert channel.rows[0]["claimed_by"] == "", "another channel's post in it is that one's"
    channel = read(chat(message(1, from_id="channel1234567")), tmp_path, channels={"a  CHANNEL": "AM"})
    assert channel.rows[0]["claimed_by"] == "AM"


def test_a_channel_may_be_written_as_other_programs_number_it(tmp_path: Path) -> None:
    for spelled in ("1234567", "channel1234567", "-1001234567"):
        assert read(chat(message(1)), tmp_path, channels={spelled: "AM"}).rows[0]["claimed_by"] == "AM"


def test_escapes_that_are_no_json_are_read_as_they_were_meant(tmp_path: Path) -> None:
    # Telegram Desktop writes control characters as \xHH, which JSON does not have.
    content = json.dumps(chat(message(1, text="a@b"), message(2))).replace("a@b", r"a\x1Fb \\x1F").encode()
    outcome = read_bytes(content, tmp_path, SETTING, PARTIES)
    assert outcome.rejected == []
    assert outcome.rows[0]["text"] == "a\x1fb \\x1F"


def test_a_damaged_message_costs_itself_only(tmp_path: Path) -> None:
    good = json.dumps(chat(message(1), message(2), message(3)), indent=1)
    for damage in ('"id": 2 "x"', '"id": ' + "[" * 5000 + "]" * 5000, '"id": ' + "9" * 5000):
        outcome = read_bytes(good.replace('"id": 2', damage).encode(), tmp_path, SETTING, PARTIES)
        assert (outcome.taken, len(outcome.rejected)) == (2, 1)
        assert outcome.rejected[0].excerpt == ""


def test_halves_of_characters_and_nul_are_shown_as_such(tmp_path: Path) -> None:
    outcome = read(chat(message(1, text="a\ud800b\0c", **{"from": "\udfff"}, from_id="user1")), tmp_path)
    assert outcome.rows[0]["text"] == "a?b\ufffdc"
    assert outcome.observations.num_rows == 1


def test_a_value_that_nobody_exports_ends_the_file(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(json_stream, "MOST_VALUE_CHARS", 1000)
    monkeypatch.setattr("trucewatch.sources.stream.BLOCK_BYTES", 500)
    outcome = read(chat(message(1), message(2, text="x" * 5000)), tmp_path)
    assert (outcome.taken, [refusal.row for refusal in outcome.rejected]) == (1, [0])
    assert "more than 1,000 characters" in str(outcome.rejected[0].reason)


def test_odd_shapes_are_refused_or_passed_over(tmp_path: Path) -> None:
    odd = chat(
        message(1, text=[1, {"text": 2}, {"href": 3, "text": "link"}, None]),
        message(True),
        ["no message"],
        message(3, text=None, from_id=7, poll={"question": "Shots?", "answers": [{"text": "Yes"}, 1]}),
        message(4, contact_information={"first_name": "Planted"}),
    )
    outcome = read(odd, tmp_path)
    assert [row["text"] for row in outcome.rows] == ["link", "Shots?\nYes", "Words."]
    assert len(outcome.rejected) == 2
    assert "Planted" not in json.dumps(outcome.rows, default=str)


def test_whoever_sets_claimed_by_for_a_whole_source_is_told_of_channels(tmp_path: Path) -> None:
    outcome = read(chat(message(1)), tmp_path, claimed_by="AM")
    assert "in channels" in str(outcome.rejected[0].reason)
    outcome = read(chat(message(1)), tmp_path, columns={"kind": "=explosions"})
    assert 'did you mean "explosion"?' in str(outcome.rejected[0].reason)
    outcome = read(chat(message(1)), tmp_path, columns={"kind": "=explosion", "perceived": "=heard"})
    assert (outcome.rows[0]["kind"], outcome.rows[0]["perceived"]) == ("explosion", "heard")


def test_whatever_bytes_change_an_export_gives_rows_or_refusals(tmp_path: Path) -> None:
    chance = random.Random(14)
    good = good_sample("telegram").read_bytes()
    for _ in range(300):
        content = bytearray(good)
        for _ in range(chance.randint(1, 10)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 3)] = chance.choice(
                (b"\n", b'"', b"{", b"]", b",", b"\xff", b"\\", b"null")
            )
        outcome = read_bytes(bytes(content), tmp_path, SETTING, PARTIES)
        assert outcome.taken + len(outcome.rejected) >= 1
        assert all(refusal.excerpt == "" for refusal in outcome.rejected)


def test_messages_of_one_line_have_numbers_and_senders_of_their_own(tmp_path: Path) -> None:
    outcome = read(chat(*(message(number, from_id=f"user{number}") for number in range(1, 4))), tmp_path)
    assert [row["evidence_row"] for row in outcome.rows] == [1, 2, 3]
    assert handles(outcome) == {1: "user1", 2: "user2", 3: "user3"}
