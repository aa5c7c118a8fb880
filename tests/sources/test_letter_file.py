"""A mail → a letter's words and files: what is read, what is kept as it came, and that nothing is fetched or opened."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import UnreadableInput
from trucewatch.model.media_types import media_type_of
from trucewatch.sources.letter_file import MOST_FORWARDED, pasted_letter, read_letter

EICAR = b"".join((b"X5O!P%@AP[4", b"\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!", b"$H+H*"))
"""The string that scanners of viruses are tried with, in parts, so that none trips on this file."""


def mail(text: str = "They fire at the mill.", subject: str = "Ceasefire, 3 May") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Liaison of the Lower Valley <liaison@lv.example>"
    message["Subject"] = subject
    message["Date"] = "Sat, 3 May 2031 14:02:00 -0200"
    message.set_content(text)
    return message


def sentences(messages: tuple[object, ...]) -> str:
    return " / ".join(map(str, messages))


def test_a_mail_gives_its_words_whom_it_says_it_is_from_and_when_it_says_it_was_sent() -> None:
    parts = read_letter(mail("Огонь у мельницы.", "О нарушениях").as_bytes())
    assert (parts.text, parts.subject) == ("Огонь у мельницы.", "О нарушениях")
    assert parts.sender == "Liaison of the Lower Valley <liaison@lv.example>"
    assert parts.sent_at == datetime(2031, 5, 3, 16, 2, tzinfo=UTC)
    assert not parts.refusals


def test_attachments_come_with_their_names_and_the_kind_that_their_bytes_say() -> None:
    message = mail()
    message.add_attachment(b"\x89PNG\r\n\x1a\n...", maintype="application", subtype="pdf", filename="мост/снимок.pdf")
    (file,) = read_letter(message.as_bytes()).attachments
    assert (file.name, file.media_type, file.content[:4]) == ("снимок.pdf", "image/png", b"\x89PNG")


def test_a_test_string_for_scanners_is_kept_as_it_came() -> None:
    message = mail()
    message.add_attachment(EICAR, maintype="application", subtype="octet-stream", filename="test.com")
    parts = read_letter(message.as_bytes())
    assert [file.content for file in parts.attachments] == [EICAR]
    assert parts.text == "They fire at the mill."


def test_a_zip_of_zips_is_one_file_and_is_not_opened() -> None:
    inner = b"".join((b"PK\x03\x04", b"\0" * 100))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.zip", inner)
    message = mail()
    message.add_attachment(content.getvalue(), maintype="application", subtype="zip", filename="all.zip")
    (file,) = read_letter(message.as_bytes()).attachments
    assert (file.content, file.media_type) == (content.getvalue(), "application/zip")


def test_of_more_than_200_attachments_the_rest_is_counted_and_the_words_are_read() -> None:
    message = mail()
    for number in range(205):
        message.add_attachment(
            b"%%PDF-1.7 %d" % number, maintype="application", subtype="pdf", filename=f"{number}.pdf"
        )
    parts = read_letter(message.as_bytes())
    assert len(parts.attachments) == 200
    assert "5 more attachments were not taken out" in sentences(parts.refusals)
    assert parts.text == "They fire at the mill."


def test_mails_within_mails_are_read_to_a_depth_and_a_deeper_one_is_a_file() -> None:
    message = mail("The innermost words.")
    for number in range(MOST_FORWARDED + 2):
        outer = mail(f"Words of level {number}.")
        outer.add_attachment(message)
        message = outer
    parts = read_letter(message.as_bytes())
    assert f"Words of level {MOST_FORWARDED + 1}." in parts.text
    assert "The innermost words." not in parts.text
    assert "more than 5 deep; the deeper one is kept as a file" in sentences(parts.refusals)
    (file,) = parts.attachments
    assert b"The innermost words." in file.content


def test_of_html_the_words_are_taken_and_nothing_is_fetched_or_run() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "a@b.example"
    message.set_content(
        "<html><head><title>x</title><script>fetch('https://x.example')</script></head><body><p>They fire.</p>"
        "<img src='https://x.example/pixel.png'><img src='//y.example/2'></body></html>",
        subtype="html",
    )
    parts = read_letter(message.as_bytes())
    assert parts.text == "They fire."
    assert "2 images lie on servers elsewhere; none was fetched" in sentences(parts.notes)


def test_a_subject_with_another_header_in_it_is_one_line() -> None:
    parts = read_letter(b"From: a@b.example\nSubject: =?utf-8?Q?One=0D=0ABcc:_c@d.example?=\n\nWords.")
    assert "\n" not in parts.subject
    assert "\r" not in parts.subject
    assert parts.text == "Words."


def test_names_of_files_in_pieces_and_in_other_letters_are_read() -> None:
    content = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/pdf\n"
        b"Content-Disposition: attachment; filename*0*=utf-8''%D0%BC%D0%BE; filename*1*=%D1%81%D1%82.pdf\n\n"
        b"%PDF-1\n--x--\n"
    )
    assert [file.name for file in read_letter(content).attachments] == ["мост.pdf"]


@pytest.mark.parametrize(("charset", "text"), [("koi8-r", "Огонь"), ("windows-1251", "Огонь"), ("utf-16-le", "Fire")])
def test_words_in_other_character_sets_are_read(charset: str, text: str) -> None:
    head = f"From: a@b.example\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert read_letter(head + text.encode(charset)).text == text


def test_a_character_set_that_is_none_and_broken_base64_are_told_and_stop_nothing() -> None:
    content = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        b"Content-Type: text/plain; charset=nonsense\n\nThey \xff fire.\n--x\n"
        b"Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nA\n--x\n"
        b"Content-Type: text/plain\n\nThe end.\n--x--\n"
    )
    parts = read_letter(content)
    assert parts.text == "They � fire.\n\nThe end."
    assert "cannot be read" in sentences(parts.notes)
    assert "damaged" in sentences(parts.refusals)
    assert [file.name for file in parts.attachments] == ["a.pdf"]


def test_a_header_of_ten_megabytes_is_a_sentence_and_the_words_can_be_pasted() -> None:
    parts = read_letter(b"From: a@b.example\nX-Long: " + b"a" * 10_000_000 + b"\n\nWords.")
    assert parts.text == ""
    assert "paste its text beside it" in sentences(parts.refusals)


def test_what_is_encrypted_is_told_and_kept() -> None:
    content = (
        b"From: a@b.example\nContent-Type: multipart/encrypted; boundary=x\n\n--x\n"
        b"Content-Type: application/octet-stream\n\nhidden\n--x--\n"
    )
    parts = read_letter(content)
    assert "encrypted or sealed" in sentences(parts.refusals)
    assert len(parts.attachments) == 1


@pytest.mark.parametrize("content", [b"", b" \n ", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04....", b"%PDF-1.7"])
def test_what_is_no_letter_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableInput):
        read_letter(content)


def test_pasted_text_keeps_its_lines_and_loses_what_cannot_be_shown() -> None:
    assert pasted_letter(" They\x07 fire.\r\nAt 10:10. ").text == "They fire.\nAt 10:10."


@given(st.binary(max_size=300))
def test_whatever_stands_behind_a_header_is_read_or_refused(body: bytes) -> None:
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
    parts = read_letter(head + body)
    assert isinstance(parts.text, str)


@given(st.binary(max_size=60))
def test_every_content_has_a_media_type(content: bytes) -> None:
    assert "/" in media_type_of(content)
