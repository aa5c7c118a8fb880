"""Mail: whose words it is, what is kept of its parts, when it was sent, and what it cannot do."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.builders import template_watch
from trucewatch.model.batch import ReadingContext, reading_context
from trucewatch.sources import mail as mail_module
from trucewatch.sources import mail_parts

from .reading import Outcome, good_sample, read_bytes, read_file, sample_setting

SETTING = sample_setting("mail")
PARTIES = ReadingContext(party_ids=frozenset({"AM"}))
DATE = "Date: Sat, 1 Mar 2031 14:02:00 +0300\n"


def letter(
    body: str = "\nWords.\n",
    *,
    sender: str = "From: writer@private.example\n",
    date: str = DATE,
    name: str = "Message-ID: <7@x.example>\n",
    subject: str = "Subject: Report\n",
) -> bytes:
    return (sender + date + name + subject + body).encode()


def read(content: bytes, folder: Path, **changes: Any) -> Outcome:
    return read_bytes(content, folder, SETTING, PARTIES, **changes)


def row_of(content: bytes, folder: Path, **changes: Any) -> dict[str, Any]:
    outcome = read(content, folder, **changes)
    assert outcome.rejected == []
    (row,) = outcome.rows
    return row


def handles(outcome: Outcome) -> list[str]:
    return pa.concat_tables([batch.senders for batch in outcome.batches])["handle"].to_pylist()


def test_a_mail_that_names_itself_is_one_message_of_a_member_of_the_public() -> None:
    outcome = read_file(good_sample("mail"), SETTING, PARTIES)
    (row,) = outcome.rows
    assert (row["means"], row["claimed_by"], row["kind"], row["lon"]) == ("public", "", "other", None)
    assert row["text"] == "What we heard\n\nTwo shots this morning, from the north — выстрелы."
    assert row["known_at"] == row["occurred_end"] == datetime(2031, 3, 1, 11, 2, tzinfo=UTC)
    assert row["occurred_start"] == datetime(2031, 2, 28, 11, 2, tzinfo=UTC)
    digest = hashlib.sha256(b"invented").hexdigest()
    assert f"attachment=field.jpg sha256:{digest}" in row["source_quality"]
    assert handles(outcome) == ['"A. Planted Writer" <planted.writer@private.example>']
    assert "planted" not in json.dumps(outcome.rows, default=str).casefold()


@pytest.mark.parametrize(
    ("sender", "claimant"),
    [
        ("From: press@ministry.example\n", "AM"),
        ('From: "Press, the office" <PRESS@Ministry.example>\n', "AM"),
        ("From: other@ministry.example\n", ""),
        ("From: anybody@body.example\n", "Observer body"),
        ("From: Desk <desk@mail.body.example>\n", "Observer body"),
        ("From: anybody@notbody.example\n", ""),
        ("From: press@ministry.example, x@private.example\n", ""),
        ("From: press@ministry.example\nFrom: x@private.example\n", ""),
        ('From: "press@ministry.example" <x@private.example>\n', ""),
        ("From: =?utf-8?q?press=40ministry=2Eexample?=\n", ""),
        ("From: =?utf-8?q?=3Cpress=40ministry=2Eexample=3E=2C?= <x@private.example>\n", ""),
        ("From: x@private.example (press@ministry.example)\n", ""),
        ("Sender: press@ministry.example\n", ""),
    ],
)
def test_only_the_one_address_that_a_mail_is_from_speaks_for_anybody(
    sender: str, claimant: str, tmp_path: Path
) -> None:
    outcome = read(letter(sender=sender), tmp_path)
    (row,) = outcome.rows
    assert row["claimed_by"] == claimant
    assert row["means"] == ("party" if claimant == "AM" else "public")
    assert (not handles(outcome)) or not claimant


def test_a_party_is_one_by_its_name_as_by_its_id_and_a_centre_is_none(tmp_path: Path) -> None:
    watch = template_watch()
    first, *rest = watch.agreement.party
    centre = replace(first, id="JC", role="centre", names={"en": "Joint Commission"})
    context = reading_context(replace(watch, agreement=replace(watch.agreement, party=(first, centre, *rest))))
    of_name = {first.id: "party", first.names["en"]: "party", "JC": "public", "Joint Commission": "public"}
    for name, means in of_name.items():
        outcome = read_bytes(letter(), tmp_path, replace(SETTING, channels={"private.example": name}), context)
        assert [(row["claimed_by"], row["means"]) for row in outcome.rows] == [(name, means)]


def test_a_forged_id_replaces_nothing_that_a_party_wrote(tmp_path: Path) -> None:
    theirs = row_of(letter(sender="From: press@ministry.example\n"), tmp_path)
    forged = row_of(letter("\nOther words.\n"), tmp_path)
    again = row_of(letter("\nWords, corrected.\n", sender="From: press@ministry.example\n"), tmp_path)
    assert theirs["observation_id"] == again["observation_id"] != forged["observation_id"]


def test_a_copied_id_replaces_nothing_that_another_person_wrote(tmp_path: Path) -> None:
    theirs, forged = (
        row_of(letter(f"\n{words}\n", sender=f"From: {who}@private.example\n"), tmp_path)
        for who, words in (("first", "What I heard."), ("second", "Nothing was heard."))
    )
    assert theirs["observation_id"] != forged["observation_id"]
    assert theirs["claimed_by"] == forged["claimed_by"] == ""


def test_a_mail_without_an_id_is_named_by_its_bytes(tmp_path: Path) -> None:
    one, other = (row_of(letter(body, name=""), tmp_path) for body in ("\nOne.\n", "\nOther.\n"))
    assert one["observation_id"] != other["observation_id"]
    assert one["observation_id"] == row_of(letter("\nOne.\n", name=""), tmp_path)["observation_id"]


@pytest.mark.parametrize(
    ("stated", "hour"),
    [
        ("Sat, 1 Mar 2031 14:02:00 +0300", 11),
        ("1 Mar 2031 14:02 GMT", 14),
        ("Sat, 1 Mar 2031 14:02:00 -0000", 14),
        ("Sat, 01 Mar 2031 14:02:00 -0500 (EST)", 19),
        ("Sat,  1  March 2031 14:02:60 EST", 19),
    ],
)
def test_the_time_of_sending_is_read_with_its_zone(stated: str, hour: int, tmp_path: Path) -> None:
    row = row_of(letter(date=f"Date: {stated}\n"), tmp_path)
    assert (row["known_at"].day, row["known_at"].hour, row["known_at"].minute) == (1, hour, 2)


def test_a_time_without_zone_is_read_in_the_sources_own(tmp_path: Path) -> None:
    row = row_of(letter(date="Date: Sat, 1 Mar 2031 14:02:00\n"), tmp_path, time_zone="Asia/Baku")
    assert row["known_at"] == datetime(2031, 3, 1, 10, 2, tzinfo=UTC)
    row = row_of(letter(), tmp_path, delay_hours=3)
    assert row["occurred_start"] == datetime(2031, 3, 1, 8, 2, tzinfo=UTC)


def test_a_subject_or_its_brackets_may_be_mapped_to_a_kind_and_nothing_else_is(tmp_path: Path) -> None:
    assert row_of(letter(subject="Subject: [Explosion] near us\n"), tmp_path)["kind"] == "explosion"
    assert row_of(letter(subject="Subject: explosion\n"), tmp_path)["kind"] == "explosion"
    assert row_of(letter("\nexplosion\n", subject="Subject: An explosion\n"), tmp_path)["kind"] == "other"
    both = {"shots": "shot", "explosion": "explosion", "*": "harm"}
    assert row_of(letter(subject="Subject: [shots] [explosion]\n"), tmp_path, kinds=both)["kind"] == "other"
    assert row_of(letter(), tmp_path, kinds=both)["kind"] == "harm"


def test_a_page_is_read_as_its_words_with_links_and_without_what_would_be_fetched(tmp_path: Path) -> None:
    page = (
        "Content-Type: text/html; charset=utf-8\n\n<html><head><title>no</title><style>p{}</style></head><body>"
        "<p>Two&nbsp;shots,<br>see <a href='https://x.example/a'>here</a></p><script>evil()</script>"
        "<img src='https://t.example/1.gif'><img src='//t.example/2.gif'><img src='cid:1'></body></html>\n"
    )
    row = row_of(letter(page), tmp_path)
    assert row["text"] == "Report\n\nTwo shots,\nsee here (https://x.example/a)"
    assert "remote_images=2, not fetched" in row["source_quality"]


def parts(*each: str, kind: str = "mixed") -> str:
    return f'Content-Type: multipart/{kind}; boundary="b"\n\n' + "".join(f"--b\n{part}\n" for part in each) + "--b--\n"


def attached(number: int) -> str:
    content = base64.b64encode(b"%d" % number).decode()
    return (
        "Content-Type: image/png\nContent-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="{number}; x.png"\n\n{content}\n'
    )


def test_two_hundred_attachments_are_named_by_their_hashes_and_more_are_counted(tmp_path: Path) -> None:
    quality = row_of(letter(parts(*map(attached, range(200)))), tmp_path)["source_quality"]
    for number in (0, 199):
        assert f"attachment={number}, x.png sha256:{hashlib.sha256(b'%d' % number).hexdigest()}" in quality
    quality = row_of(letter(parts(*map(attached, range(203)))), tmp_path)["source_quality"]
    assert quality.count("sha256:") == 200
    assert "attachments=3 more" in quality
    refused = read(letter(parts(*map(attached, range(1001)))), tmp_path).rejected
    assert "more than 1,000 parts" in str(refused[0].reason)


def test_an_attached_mail_is_words_of_the_outer_one(tmp_path: Path) -> None:
    inner = "Content-Type: message/rfc822\n\nFrom: planted@private.example\nSubject: Inner\n\nInner words.\n"
    outcome = read(letter(parts("\nOuter words.\n", inner)), tmp_path)
    (row,) = outcome.rows
    assert row["text"] == "Report\n\nOuter words.\n\nInner\n\nInner words."
    assert "planted" not in json.dumps(row, default=str)
    assert handles(outcome) == ["writer@private.example; attached: planted@private.example"]


def test_of_two_ways_to_say_it_the_plain_one_is_kept(tmp_path: Path) -> None:
    ways = parts(
        "Content-Type: text/plain\n\nPlain.\n", "Content-Type: text/html\n\n<p>Page.</p>\n", kind="alternative"
    )
    assert row_of(letter(ways), tmp_path)["text"] == "Report\n\nPlain."
    ways = parts("Content-Type: text/plain\n\n \n", "Content-Type: text/html\n\n<p>Page.</p>\n", kind="alternative")
    assert row_of(letter(ways), tmp_path)["text"] == "Report\n\nPage."


@pytest.mark.parametrize(
    "body",
    [
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\nAAAA\n",
        parts("Content-Type: application/pgp-encrypted\n\nVersion: 1\n", kind="encrypted"),
        "\n-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n",
    ],
)
def test_a_sealed_mail_is_said_to_be_one(body: str, tmp_path: Path) -> None:
    outcome = read(letter(body), tmp_path)
    assert outcome.rows[0]["text"] == "Report"
    assert "not readable here" in outcome.rows[0]["source_quality"]
    assert any("encrypted or sealed" in str(remark) for batch in outcome.batches for remark in batch.remarks)


@pytest.mark.parametrize(
    ("charset", "content", "text", "note"),
    [
        ("koi8-r", "выстрелы".encode("koi8-r"), "выстрелы", ""),
        ("windows-1251", "выстрелы".encode("cp1251"), "выстрелы", ""),
        ("us-ascii", "выстрелы".encode(), "выстрелы", "not us-ascii as stated, read as UTF-8"),
        ("no-such", "выстрелы".encode(), "выстрелы", "not no-such as stated"),
        ("punycode", b"abc", "abc", "not punycode as stated"),
        ("utf-8", b"a\xe9b", "a\ufffdb", "not readable in places"),
    ],
)
def test_a_wrong_charset_is_said_and_costs_no_word(
    charset: str, content: bytes, text: str, note: str, tmp_path: Path
) -> None:
    body = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    row = row_of(letter(body) + content, tmp_path)
    assert row["text"] == f"Report\n\n{text}"
    assert note in row["source_quality"]


def test_a_mailbox_gives_its_mails_one_by_one_with_their_lines(tmp_path: Path) -> None:
    one = b"From x@y Sat Mar  1 14:02:00 2031\n" + letter(
        "\n>From the north.\nFrom here too.\n\nFrom nobody\n", name=""
    )
    box = one + b"\n" + b"From x@y Sat Mar  1 14:02:00 2031\n" + letter(date="", name="") + b"\n" + one
    outcome = read(box, tmp_path)
    assert [row["text"] for row in outcome.rows] == ["Report\n\nFrom the north.\nFrom here too.\n\nFrom nobody"] * 2
    lines = box.split(b"\n")
    assert [row["evidence_row"] for row in outcome.rows] == [1, 17]
    assert [refusal.row for refusal in outcome.rejected] == [11]
    assert all(lines[number - 1].startswith(b"From x@y") for number in (1, 11, 17))


@pytest.mark.parametrize("block", [50, 700, 4 << 20])
def test_a_mail_that_is_too_large_costs_itself_only(block: int, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(mail_module, "MOST_MAIL_BYTES", 20_000)
    monkeypatch.setattr("trucewatch.sources.stream.BLOCK_BYTES", block)
    begin = b"From x@y Sat Mar  1 14:02:00 2031\n"
    box = begin + letter("\n" + "x" * 70 + "\n") + b"\n" + begin + letter("\n" + ("y" * 70 + "\n") * 600)
    box += b"\n" + begin + letter("\nLast.\n")
    if block < 4 << 20:  # read in one piece nothing of it need be given up
        outcome = read(box, tmp_path)
        assert [row["text"][-5:] for row in outcome.rows] == ["xxxxx", "Last."]
        (refusal,) = outcome.rejected
        lines = box.split(b"\n")
        assert lines[refusal.row - 1].startswith(b"From ")
        assert lines[outcome.rows[1]["evidence_row"] - 1].startswith(b"From ")
        assert "larger than" in str(refusal.reason)
    single = read(letter("\n" + ("y" * 70 + "\n") * 600), tmp_path)
    assert [refusal.row for refusal in single.rejected] == [1]


def test_headers_may_be_folded_and_broken_in_any_way(tmp_path: Path) -> None:
    folded = letter(subject="Subject: =?utf-8?B?0LLRi9GB?=\n =?utf-8?b?0YLRgNC10LvRiw==?=\n of\r today\n")
    assert row_of(folded, tmp_path)["text"].startswith("выстрелы of today")
    assert row_of(folded.replace(b"\n", b"\r\n"), tmp_path)["text"].startswith("выстрелы of today")
    bomb = letter(subject="Subject: " + "=?utf-8?q?x?= " * 50_000 + "\n")
    assert len(row_of(bomb, tmp_path)["text"]) < 20_000
    assert "headers of more than" in str(
        read(letter(subject="X: " + "y" * 1_000_001 + "\n"), tmp_path).rejected[0].reason
    )


def test_the_words_of_a_mail_have_an_end(tmp_path: Path) -> None:
    row = row_of(letter("\n" + "word " * 300_000), tmp_path)
    assert len(row["text"]) == 1_000_000
    assert "words=the first 1000000 characters" in row["source_quality"]
    assert mail_parts.MOST_HTML == 1_000_000


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('Content-Disposition: attachment; filename="=?utf-8?b?0L/QvtC70LU=?=.jpg"', "поле.jpg"),
        ("Content-Disposition: attachment; filename*=utf-8''%D0%BF%D0%BE%D0%BB%D0%B5.jpg", "поле.jpg"),
        ("Content-Disposition: attachment;\n filename*0*=utf-8''%D0%BF%D0%BE;\n filename*1=le.jpg", "поle.jpg"),
        ('Content-Type: image/jpeg; name="a \\"b\\".jpg"', 'a "b".jpg'),
        ("Content-Disposition: attachment", "unnamed"),
    ],
)
def test_an_attachment_has_the_name_that_it_was_sent_with(header: str, name: str, tmp_path: Path) -> None:
    row = row_of(letter(parts(header + "\n\nbytes")), tmp_path)
    assert f"attachment={name} sha256:{hashlib.sha256(b'bytes').hexdigest()}" in row["source_quality"]


def test_parts_end_where_their_own_boundary_says(tmp_path: Path) -> None:
    inner = 'Content-Type: multipart/mixed; boundary="b2"\n\n--b2\n\nInner.\n--b2--\nnot read\n'
    row = row_of(letter(parts("\nOuter --b stays.\n--bx stays\n", inner)), tmp_path)
    assert row["text"] == "Report\n\nOuter --b stays.\n--bx stays\n\nInner."
    coded = base64.b64encode(b"Subject: Coded\n\nCoded words.\n").decode()
    inner = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{coded}\n"
    assert row_of(letter(parts(inner)), tmp_path)["text"] == "Report\n\nCoded\n\nCoded words."
    broken = parts("Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nQ\n")
    assert "coding=damaged" in row_of(letter(broken), tmp_path)["source_quality"]


def test_whatever_bytes_change_a_mail_is_one_row_or_one_refusal(tmp_path: Path) -> None:
    chance = random.Random(14)
    good = good_sample("mail").read_bytes()
    for _ in range(300):
        content = bytearray(good)
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 3)] = chance.choice(
                (b"\n", b'"', b"--", b";", b"=", b"\xff", b"\0", b"")
            )
        outcome = read(bytes(content), tmp_path)
        assert outcome.taken + len(outcome.rejected) >= 1
        assert all(len(refusal.excerpt) == 0 for refusal in outcome.rejected)
