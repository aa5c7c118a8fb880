"""Letters and files in the console: a mail or a text becomes a letter, its rows claims where somebody says so; a file
is a download and never a page; what a picture says of its place is for who handles it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.desks.claiming.samples import take_down
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from tests.sources.test_letter_file import EICAR
from tests.sources.test_picture_facts import photograph
from trucewatch.model.ids import sha256_of
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.sources.picture_facts import facts_of
from trucewatch.store.claim_records import claims_on_record, words_of_claim

TEXT = """To the Joint Commission

We report what happened:

1. At 10:10 on 3 May, three shots near Ambermill.
2. On 3 May 2031 at 11:40 a drone over Stonegate
3. On 12 May 2031 at 10:00 heavy weapons will be moved near Nowhere Hill

Yours sincerely,
the liaison
"""
LETTER = {"sender": "party:UV", "received_at": "2031-05-03T23:00:00Z", "text": TEXT, "via": "letter", "language": "en"}


def words_of(answer: Response) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def enter(client: TestClient, mail: bytes = b"", **changes: str) -> str:
    """Enter a letter; its number."""
    files = {"file": ("letter.eml", mail)} if mail else None
    answer = client.post("/letters/new", data=LETTER | changes, files=files)
    assert answer.status_code == 303, words_of(answer)[:2000]
    return str(answer.headers["location"]).rpartition("/")[2]


def mail_with(*files: tuple[str, bytes]) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "liaison@lv.example", "The mill"
    message.set_content(TEXT)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_an_empty_list_teaches_how_a_letter_is_entered(fresh: Callable[[], Console]) -> None:
    assert "No letter is on record." in words_of(client_of(fresh()).get("/letters"))


def test_a_pasted_letter_is_shown_beside_its_rows_and_nothing_is_a_claim_yet(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    assert enter(client) == "L-1"
    answer = client.get("/letters/L-1")
    page = words_of(answer)
    assert "At 10:10 on 3 May, three shots near Ambermill." in page
    assert re.findall(r'name="when-(\d)" value="([^"]*)"', answer.text) == [
        ("1", "3 May 10:10"),
        ("2", "3 May 2031 11:40"),
        ("3", "12 May 2031 10:00"),
    ]
    assert "ahead of the letter" in page
    assert claims_on_record(console.store) == ()
    assert "L-1" in words_of(client.get("/letters"))


def test_the_rows_that_are_ticked_become_claims_of_the_letter_with_what_was_changed(
    fresh: Callable[[], Console],
) -> None:
    console = fresh()
    client = client_of(console)
    enter(client)
    fields = {"row": ["1", "3"], "where-1": "Stonegate", "kind-3": "movement", "where-3": "Nowhere Hill"}
    assert client.post("/letters/L-1/claims", data=fields).status_code == 303
    first, second = claims_on_record(console.store)
    assert [(claim.letter, claim.row, claim.via, claim.speaker.code) for claim in (first, second)] == [
        (1, 1, "letter", "party:UV"),
        (1, 3, "letter", "party:UV"),
    ]
    assert (first.event.kind, first.event.count, second.event.kind) == ("shot", (3, 3, 3), "movement")
    assert first.event.where is not None
    assert second.event.where is None, "what is not understood stays unknown"
    assert words_of_claim(console.store, second).where == "Nowhere Hill"
    page = client.get("/letters/L-1").text
    assert 'href="/claims/CL-1"' in page
    assert 'name="when-1"' not in page
    again = client.post("/letters/L-1/claims", data={"row": ["1"]})
    assert (again.status_code, "No row is ticked" in words_of(again)) == (422, True)


def test_a_letter_that_speaks_of_the_same_place_is_proposed_before_its_rows_are_claims(
    fresh: Callable[[], Console],
) -> None:
    client = client_of(fresh())
    enter(client)
    take_down(client, speaker="party:LV", when="10:10", where="Ambermill", kind="shot")
    page = client.get("/claims/CL-1")
    assert "L-1 : names the same place, Ambermill; Upper Valley's letter of 3 May" in words_of(page)
    assert 'href="/letters/L-1"' in page.text
    assert 'name="other" value="L-1"' not in page.text, "a letter is no claim that could be joined"
    client.post("/letters/L-1/claims", data={"row": ["1"]})
    near = words_of(client.get("/claims/CL-1"))
    assert "CL-2" in near
    assert "L-1 :" not in near, "it is told by its claim"


def test_a_mail_is_read_and_what_came_in_it_is_a_file_of_its_own(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    enter(client, mail_with(("test.com", EICAR), ("mill.jpg", photograph(size=(64, 32)))), text="")
    answer = client.get("/letters/L-1")
    page = words_of(answer)
    assert ("test.com" in page, "mill.jpg" in page, "The mill" in page) == (True, True, True)
    file = client.get(f"/files/{sha256_of(EICAR)}")
    assert file.content == EICAR
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sender": ""}, "Choose whom the letter is from."),
        ({"text": " "}, "Paste the letter, or choose the mail as it was saved."),
        ({"received_at": "2031-05-09T10:00:00Z"}, "ahead of the watch's clock"),
        ({"received_at": "never"}, "never"),
        ({"stated_day": "someday"}, "someday"),
    ],
)
def test_a_letter_that_is_not_whole_is_refused_beside_its_fields_and_keeps_what_was_typed(
    fresh: Callable[[], Console], changes: dict[str, str], why: str
) -> None:
    answer = client_of(fresh()).post("/letters/new", data=LETTER | {"their_number": "114/5"} | changes)
    assert answer.status_code == 422
    assert why in words_of(answer) or why in answer.text
    assert 'value="114/5"' in answer.text


def test_a_letter_is_taken_back_and_its_claims_stand(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    enter(client)
    client.post("/letters/L-1/claims", data={"row": ["1"]})
    assert "1 claim was entered from it" in words_of(client.get("/letters/L-1/undo"))
    assert client.post("/letters/L-1/undo", data={"reason": ""}).status_code == 422
    assert client.post("/letters/L-1/undo", data={"reason": "of another watch"}).status_code == 303
    page = words_of(client.get("/letters/L-1"))
    assert "This letter was taken back." in page
    assert "of another watch" in page
    assert [claim.stands for claim in claims_on_record(console.store)] == [True]
    assert client.post("/letters/L-1/claims", data={"row": ["2"]}).status_code == 422


def test_an_erased_letter_says_so_on_its_page(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    mail = mail_with(("map.pdf", b"%PDF-1.7 a map"))
    enter(client, mail, text="")
    console.store.erase([sha256_of(mail)], reason="asked for", ordered_by="")
    page = words_of(client.get("/letters/L-1"))
    assert "three shots" not in page
    assert "map.pdf" not in page
    assert "erased" in page
    assert client.get(f"/files/{sha256_of(b'%PDF-1.7 a map')}").status_code == 410


# Files of a claim


def give(client: TestClient, code: str, content: bytes, name: str = "from the ridge.jpg") -> Response:
    return client.post(f"/claims/{code}/files", data={"giver": "civilian"}, files={"file": (name, content)})


def test_a_photograph_of_a_claim_is_shown_small_and_its_place_to_who_handles_it(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    code, content = take_down(client), photograph(size=(2000, 500))
    assert "No file was handed over" in words_of(client.get(f"/claims/{code}/files"))
    assert give(client, code, content).status_code == 303
    page = words_of(client.get(f"/claims/{code}/files"))
    assert "from the ridge.jpg" in page
    assert "39.82000, -30.11000" in page
    assert "(± 12 m)" in page
    assert "SECRETCAM" not in page
    small = client.get(f"/files/{sha256_of(content)}/preview")
    assert (small.status_code, small.headers["content-type"]) == (200, "image/jpeg")
    assert b"SECRETCAM" not in small.content
    assert client.get(f"/files/{sha256_of(content)}").content == content


def test_who_may_not_see_a_call_back_sees_no_place_of_a_picture(fresh: Callable[[], Console]) -> None:
    console = fresh()
    code = take_down(client_of(console))
    give(client_of(console), code, photograph(size=(64, 32)))
    auditor = browser_of(console, person_as(Role.AUDITOR))
    page = words_of(auditor.get(f"/claims/{code}/files"))
    assert "from the ridge.jpg" in page
    assert "39.82" not in page
    assert "The file itself says" not in page


@pytest.mark.parametrize("address", ["/files/", "/evidence/"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_leaves_bare_to_who_may_not_see_where_it_was_taken(
    fresh: Callable[[], Console], address: str, kind: str
) -> None:
    console = fresh()
    code, content = take_down(client_of(console)), photograph(kind, size=(64, 32))
    give(client_of(console), code, content)
    auditor, officer = (browser_of(console, person_as(role)) for role in (Role.AUDITOR, Role.OFFICER))
    file = auditor.get(f"{address}{sha256_of(content)}", follow_redirects=True)
    assert (file.status_code, file.headers["content-type"]) == (200, "application/octet-stream")
    assert file.content != content
    assert all(secret not in file.content for secret in (b"SECRETCAM", b"secret-note", b"Exif"))
    assert not facts_of(file.content).says_anything
    assert officer.get(f"{address}{sha256_of(content)}").content == content


@pytest.mark.parametrize("address", ["/files/", "/evidence/"])
@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 a scan", b"\0\0\0\x18ftypheic\0\0\0\0", b"\0\0\0\x18ftypmp42\0\0\0\0", b"\0\1\2\3" * 9]
)
def test_what_cannot_be_given_bare_is_refused_and_says_who_opens_it(
    fresh: Callable[[], Console], address: str, content: bytes
) -> None:
    console = fresh()
    code = take_down(client_of(console))
    give(client_of(console), code, content, "scan")
    auditor = browser_of(console, person_as(Role.AUDITOR))
    answer = auditor.get(f"{address}{sha256_of(content)}", follow_redirects=True)
    assert answer.status_code == 403
    assert "A head, an officer or the shift lead opens it" in words_of(answer)
    page = auditor.get(f"/claims/{code}/files").text
    assert f"/files/{sha256_of(content)}" not in page
    assert "opened by a head, an officer or the shift lead" in page


def test_a_mail_is_not_opened_by_who_may_not_open_what_came_in_it(fresh: Callable[[], Console]) -> None:
    console = fresh()
    mail = mail_with(("mill.jpg", photograph(size=(64, 32))), ("words.txt", b"by the mill"))
    enter(client_of(console), mail, text="")
    auditor = browser_of(console, person_as(Role.AUDITOR))
    assert auditor.get(f"/files/{sha256_of(mail)}").status_code == 403
    assert sha256_of(mail) not in re.findall(r'href="/files/(\w+)', auditor.get("/letters/L-1").text)
    assert auditor.get(f"/files/{sha256_of(b'by the mill')}").content == b"by the mill"


def test_a_page_of_html_is_a_download_and_no_page(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    code, content = take_down(client), b"<html><script>alert(1)</script></html>"
    give(client, code, content, "x.html")
    file = client.get(f"/files/{sha256_of(content)}")
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].endswith('.txt"')
    assert client.get(f"/files/{sha256_of(content)}/preview").status_code == 404


def test_a_damaged_picture_is_kept_and_its_preview_says_why_there_is_none(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    code, content = take_down(client), photograph(size=(64, 32))[:300]
    assert give(client, code, content).status_code == 303
    answer = client.get(f"/files/{sha256_of(content)}/preview")
    assert answer.status_code == 422
    assert "damaged or cut off" in words_of(answer)


def test_a_file_is_taken_back_and_stays_until_it_is_erased(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    code, content = take_down(client), b"%PDF-1.7 a scan"
    give(client, code, content)
    fields = {"file": sha256_of(content), "reason": "of another claim"}
    assert client.post(f"/claims/{code}/files/undo", data=fields).status_code == 303
    assert "No file was handed over" in words_of(client.get(f"/claims/{code}/files"))
    assert client.get(f"/files/{sha256_of(content)}").status_code == 200
    assert client.post(f"/claims/{code}/files/undo", data=fields).status_code == 422


@pytest.mark.parametrize("address", ["/files/x", f"/files/{'0' * 64}", "/files/../etc/preview", "/letters/L-9"])
def test_what_nobody_handed_over_is_not_there(fresh: Callable[[], Console], address: str) -> None:
    assert client_of(fresh()).get(address).status_code == 404


def test_a_list_of_people_is_not_kept(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    code = take_down(client)
    rows = io.StringIO("surname;name;date of birth;passport\n" + "Hollis;Mira;01.02.1990;AB1234567\n" * 5)
    answer = give(client, code, rows.getvalue().encode(), "people.csv")
    assert answer.status_code == 422
    assert "Hollis" not in answer.text


def test_a_claim_of_a_letter_says_nothing_of_its_words_that_they_belie(fresh: Callable[[], Console]) -> None:
    """What was not entered is not called unsaid; what is assumed of a day is what was assumed when it was entered."""
    client = client_of(fresh())
    text = "We report:\n\n1. At 10:10 on 3 May near Ambermill two were killed.\n2. Stonegate on 3 May 2031, all day.\n"
    enter(client, text=text)
    assert client.post("/letters/L-1/claims", data={"row": ["1", "2"]}).status_code == 303
    first, second = (words_of(client.get(f"/claims/CL-{number}")) for number in (1, 2))
    assert "two were killed" in first
    assert "nothing was said" not in first
    assert "no number of people was entered; the words may hold one" in first
    assert "3 May 2031, 00:00 (UTC-2) to 4 May 2031, 00:00 (UTC-2)" in second
    assert "up to the call" not in second, "the whole day was entered, and the letter came before its end"
