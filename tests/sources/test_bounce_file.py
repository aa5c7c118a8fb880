"""A mail that came back: which of ours it was; and what is none, refused with a sentence, however hostile."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import UnreadableInput
from trucewatch.sources.bounce_file import MOST_BYTES, Bounce, read_bounce

ID = "q-" + "abcdefgh234567" + "a" * 12
OURS = f"<{ID}@centre.example>"
NOTIFICATION = f"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mail.example>
To: floor@centre.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="b1"

This is a MIME-encapsulated message.

--b1
Content-Type: text/plain; charset=us-ascii

<duty@upper.example>: host mx.upper.example said: 550 5.1.1 User unknown

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Sat, 3 May 2031 01:02:03 +0000

Final-Recipient: rfc822; duty@upper.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b1
Content-Type: message/rfc822

Return-Path: <floor@centre.example>
From: floor@centre.example
To: duty@upper.example
Subject: Urgent message UM-3
Message-ID: {OURS}
Auto-Submitted: auto-generated

URGENT MESSAGE
--b1--
"""
IN_WORDS = f"""From: MAILER-DAEMON@old.example
Subject: failure notice

Hi. This is the program at old.example.
<duty@upper.example>: 5.2.2 mailbox full

--- Below this line is a copy of the message.

From: floor@centre.example
Message-ID: {OURS}
"""
EXPECTED = Bounce(message_id=f"{ID}@centre.example", recipient_hint="@upper.example", status="5.1.1")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_notification_names_our_mail_its_status_and_a_host_but_no_address(line_end: str) -> None:
    assert read_bounce(NOTIFICATION.replace("\n", line_end).encode()) == EXPECTED


def test_headers_alone_that_came_back_are_enough() -> None:
    text = NOTIFICATION.replace("message/rfc822", "text/rfc822-headers")
    assert read_bounce(text.encode()) == EXPECTED


def test_a_notification_that_gives_nothing_back_is_known_by_its_envelope() -> None:
    text = NOTIFICATION.partition("--b1\nContent-Type: message/rfc822")[0] + "--b1--\n"
    text = text.replace("Reporting-MTA", f"Original-Envelope-Id: {ID}\nReporting-MTA")
    assert read_bounce(text.encode()).message_id.partition("@")[0] == ID


def test_parts_in_base64_and_in_quoted_printable_are_read() -> None:
    body = base64.encodebytes(f"Message-ID: {OURS}\nFrom: floor@centre.example\n\nx".encode()).decode()
    head, _, _ = NOTIFICATION.partition("--b1\nContent-Type: message/rfc822")
    text = f"{head}--b1\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{body}\n--b1--\n"
    assert read_bounce(text.encode()) == EXPECTED
    quoted = text.replace("base64", "quoted-printable").replace(body, f"Message-ID: {OURS.replace('@', '=40')}\n\nx")
    assert read_bounce(quoted.encode()) == EXPECTED


def test_a_notice_in_words_is_read_where_the_id_of_our_mail_stands_in_it() -> None:
    bounce = read_bounce(IN_WORDS.encode())
    assert (bounce.message_id, bounce.status) == (EXPECTED.message_id, "5.2.2")
    without_status = IN_WORDS.replace("5.2.2 mailbox full", "mailbox full, see 10.5.2.2")
    assert read_bounce(without_status.encode()).status == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Return-Path: <floor@centre.example>", "Return-Path: <>", "itself a notice"),
        ("Auto-Submitted: auto-generated", "Auto-Submitted: auto-replied", "itself a notice"),
        ("Auto-Submitted: auto-generated", "Content-Type: multipart/report; boundary=c", "itself a notice"),
        ("Action: failed", "Action: delayed", "still being tried"),
        ("Action: failed", "Action: delivered", "arrived"),
        (OURS, "<20310503.1@centre.example>", "names no mail of ours"),
        (f"Message-ID: {OURS}\n", "", "names no mail of ours"),
        (' boundary="b1"', " x=y", "cannot be told apart"),
        ("--b1\n", "--b1\n\nx\n" * 30 + "--b1\n", "more parts"),
        ("Reporting-MTA", "X: y\n" * 600 + "Reporting-MTA", "more headers"),
    ],
)
def test_what_is_no_mail_of_ours_that_came_back_is_refused_with_its_reason(old: str, new: str, words: str) -> None:
    assert old in NOTIFICATION
    with pytest.raises(UnreadableInput, match=words):
        read_bounce(NOTIFICATION.replace(old, new).encode())


def test_a_notice_in_words_about_a_notice_is_refused() -> None:
    for line in ("Return-Path: <>", "Auto-Submitted: auto-replied", "Content-Type: multipart/report; boundary=x"):
        with pytest.raises(UnreadableInput, match="itself a notice"):
            read_bounce(IN_WORDS.replace("From: floor@", f"{line}\nFrom: floor@").encode())


def test_two_mails_of_ours_in_one_notice_are_not_guessed_between() -> None:
    other = OURS.replace("abc", "cba")
    with pytest.raises(UnreadableInput, match="several mails of ours"):
        read_bounce(IN_WORDS.replace(OURS, f"{OURS}\nReferences: {other}").encode())


@pytest.mark.parametrize("content", [b"", b"\x00" * 1000, b"hello", b"%PDF-1.7\n\n", b"PK\x03\x04" + b"\xff" * 99])
def test_what_is_no_mail_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableInput, match="no mail"):
        read_bounce(content)


HOSTILE = {
    "too large": b"From: a@b\n\n" + b"x" * MOST_BYTES,
    "parts within parts": b"From: a@b\nContent-Type: multipart/report; boundary=b\n\n"
    + b"".join(b"--b\nContent-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(9000)),
    "one boundary again and again": b"From: a@b\nContent-Type: multipart/report; boundary=-\n\n" + b"---\n" * 200_000,
    "one long header": b"From: " + b"a" * 900_000,
    "folded for ever": b"From: a@b\nX: y\n" + b" z\n" * 300_000,
    "ids that nearly are": b"From: a@b\n\n" + b"<q-" * 300_000,
    "at signs": b"From: a@b\n\n" + (b"@" + b"a" * 254) * 3900,
    "numbers": b"From: a@b\n\n" + b"5.1" * 300_000,
    "boundaries in a header": b"From: a@b\nContent-Type: multipart/report;" + b"boundary=" * 100_000 + b"\n\nx",
    "no base64": b"From: a@b\nContent-Transfer-Encoding: base64\n\n" + b"!" * 900_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_mail_is_refused(name: str) -> None:
    with pytest.raises(UnreadableInput):
        read_bounce(HOSTILE[name])


@given(st.binary(max_size=300), st.integers(0, len(NOTIFICATION)), st.integers(0, 400))
def test_whatever_is_cut_out_or_put_in_is_read_or_refused(added: bytes, at: int, cut: int) -> None:
    content = NOTIFICATION.encode()
    try:
        bounce = read_bounce(content[:at] + added + content[at + cut :])
    except UnreadableInput:
        return
    assert bounce.message_id.startswith("q-")
    assert "duty" not in bounce.recipient_hint
