"""The rule on lists of people: what meets it in five languages, and what only looks like it."""

from __future__ import annotations

import gzip
import io
import json
import random
import time
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from trucewatch.sources.people_lists import headings_of_people, is_identity_number, tells_of_person
from trucewatch.sources.screening import screen

OF_PEOPLE = [
    ["Name", "Date of birth"],
    ["NAME", "DOB"],
    ["full_name", "national_id"],
    ["firstName", "lastName", "birthDate"],
    ["victim", "year of birth"],
    ["Patient", "D.O.B."],
    ["Surname", "Age"],
    ["Name", "Passport no"],
    ["Name", "Passport (checked at passport control)"],
    ["household/head/first_name", "household/head/dob"],
    ["Name, date of birth", "Village"],
    ["ФИО", "Год рождения"],
    ["Фамилия", "И.О.", "г.р."],
    ["Имя", "Дата рождения"],
    ["Фамилия, имя", "СНИЛС"],
    ["Пострадавший", "Паспорт"],
    ["familiya", "god_rozhdeniya"],
    ["Ad, soyad", "Təvəllüd"],
    ["Soyad", "FİN kodu"],
    ["Şəxsiyyət vəsiqəsi", "Ad"],
    ["ad_soyad", "dogum_tarixi"],
    ["Adı Soyadı", "Doğum tarihi"],
    ["Adı", "TC Kimlik No"],
    ["Ազգանուն", "Ծննդյան տարեթիվ"],
    ["Անուն", "Անձնագիր"],
    ["ANUN", "Tsnndyan or"],
]
OF_NOBODY = [
    ["Name of village", "Date"],
    ["post name", "date", "observation"],
    ["reporter name", "date", "phone"],
    ["name", "lat", "lon", "year"],
    ["village", "births"],
    ["Maternity hospital name", "births"],
    ["village_name", "birth_rate"],
    ["name", "built"],
    ["Name of crossing", "Passport control", "Date"],
    ["name", "passport_needed"],
    ["Название", "Паспортный контроль"],
    ["Post", "Age of report"],
    ["dyad_name", "side_a", "date_start", "best", "high", "low"],
    ["event_id_cnty", "event_date", "actor1", "notes", "fatalities"],
    ["username", "_submission_time", "_uuid"],
    ["Position", "Event location", "Means", "No.", "Observation", "Description", "Weapon", "Date, time"],
    ["Название села", "Дата"],
    ["Имя файла", "дата"],
    ["Пост", "время", "пустынная местность"],
    ["Kənd adı", "Tarix"],
    ["Köy adı", "Tarih", "Saat"],
    ["Köy adı", "Doğum evi"],
    ["Գյուղի անուն", "Ամսաթիվ"],
    ["début", "fin", "nom"],
    ["full name", "role", "radio call sign"],
]
PERSONS = [
    "Sample Person, b. 1984",
    "Sample Person (born 12 March 1984)",
    "Sample Person, born in 1984, was taken to hospital",
    "Sample Person, DOB: 12/03/1984",
    "Образцов Пётр 1984 г.р.",
    "ОБРАЗЦОВ ПЁТР 1984 г. рождения",
    "Образцов П.П., 1990 года рождения",
    "Образцов;Пётр;1984 г.р.",
    "1984 г.р., Образцов Пётр",
    "Образцова Анна родилась в 1984",
    "Nümunəyev Əli 1984-cü il təvəllüdlü",
    "Nümunəyev Əli, 1994-cü ildə anadan olmuş",
    "Örnek Ali, 1984 doğumlu",
    "Օրինակյան Արամ, ծնված 1984 թ",
    "Օրինակյան Արամ 1984 թ. ծնված",
]
NO_PERSONS = [
    "a man born in 1984 was seen at the post",
    "a resident of Upper Valley, born 1984, was injured",
    "житель Верхней Долины 1984 г.р. ранен",
    "Ракета упала 12.03.2020 г. Разрыв слышали",
    "12.03.2020 г. Район Долины",
    "Two soldiers killed at Upper Valley in 1994",
    "battery b. 20 mm, Upper Valley",
    "the commander, Sample Person, came at 10:31 on 12.03.2031",
]


def table(rows: list[list[str]], separator: str = ",") -> bytes:
    return "".join(separator.join(row) + "\n" for row in rows).encode()


def screened(content: bytes) -> str | None:
    return screen(io.BytesIO(content))


@pytest.mark.parametrize("headings", OF_PEOPLE, ids=lambda headings: headings[0])
def test_headings_that_ask_who_somebody_is_meet_the_rule(headings: list[str]) -> None:
    assert headings_of_people(headings)
    row = ["x" for _ in headings]
    assert screened(table([headings, row], ";")) == "headings"
    for is_ascii in (True, False):
        records = [dict.fromkeys(headings, "x")] * 3
        assert screened(json.dumps(records, ensure_ascii=is_ascii).encode()) == "headings"


@pytest.mark.parametrize("headings", OF_NOBODY, ids=lambda headings: headings[0])
def test_headings_that_ask_for_no_person_do_not(headings: list[str]) -> None:
    assert not headings_of_people(headings)
    assert screened(table([headings, ["2031-05-02" for _ in headings]], ";")) is None
    assert screened(json.dumps([dict.fromkeys(headings, "x")]).encode()) is None


@pytest.mark.parametrize("text", PERSONS)
def test_a_name_beside_a_birth_year_meets_it_in_any_text(text: str) -> None:
    assert tells_of_person(text)
    rows = [["when", "kind", "remarks"], ["2031-05-02", "shot", f'"{text}"']]
    assert screened(table(rows)) == "words"
    for is_ascii in (True, False):
        assert screened(json.dumps([{"remarks": text}], ensure_ascii=is_ascii).encode()) == "words"


@pytest.mark.parametrize("text", NO_PERSONS)
def test_a_birth_year_without_a_name_and_a_name_without_a_birth_year_do_not(text: str) -> None:
    assert not tells_of_person(text)
    assert screened(table([["when", "kind", "remarks"], ["2031-05-02", "shot", f'"{text}"']])) is None


EVENTS = [
    ["when", "kind", "remarks"],
    *[["2031-05-02T10:00Z", "выстрел", f"слышали у поста {n}"] for n in range(50_000)],
]
LIST_OF_NAMES = table([["Surname", "Name", "Date of birth"], ["Sample", "Person", "12.03.1984"]], ";")
WORDS = "Образцов Пётр, 1984 г.р.\n"


@pytest.mark.parametrize(
    "pack",
    [
        lambda data: data,
        gzip.compress,
        lambda data: data.decode().encode("utf-16"),
        lambda data: data.decode().encode("utf-16-le"),
        lambda data: data.decode().encode("cp1251"),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
    ],
    ids=["plain", "gzip", "utf-16", "utf-16 unmarked", "cp1251", "crlf", "cr"],
)
def test_a_list_that_begins_at_row_50_000_is_seen_in_whatever_it_is_written(pack: Callable[[bytes], bytes]) -> None:
    events = table(EVENTS)
    assert screened(pack(events)) is None
    assert screened(pack(events + LIST_OF_NAMES)) == "headings"
    assert screened(pack(events + WORDS.encode())) == "words"


def test_a_list_at_the_end_of_long_json_is_seen() -> None:
    records: list[dict[str, object]] = [
        {"_id": n, "kind": "выстрел", "remarks": "слышали у поста"} for n in range(80_000)
    ]
    assert screened(json.dumps(records).encode()) is None
    for is_ascii in (True, False):
        more = [*records, {"ФИО": "Образцов", "Год рождения": 1984}]
        assert screened(json.dumps(more, ensure_ascii=is_ascii).encode()) == "headings"
        pretty = json.dumps(more, ensure_ascii=is_ascii, indent=2).encode()
        assert screened(pretty) == "headings"


def workbook(*sheets: list[list[str]], inline: bool = False) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "constant_memory": inline}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return content.getvalue()


@pytest.mark.parametrize("inline", [False, True])
def test_any_sheet_of_a_workbook_is_looked_into(inline: bool) -> None:
    events = EVENTS[:300]
    people = [
        ["No.", "Patient's full name, as in the paper", "Date of birth (dd.mm.yyyy)"],
        ["1", "Sample Person", "x"],
    ]
    assert screened(workbook(events, inline=inline)) is None
    assert screened(workbook(events, people, inline=inline)) == "headings"
    below = [*events, ["Surname", "Date of birth", ""]]
    assert screened(workbook(below, inline=inline)) == "headings"
    assert screened(workbook([*events, ["x", "y", WORDS.strip()]], inline=inline)) == "words"


def test_documents_and_tables_in_a_zip_and_columns_of_parquet_are_looked_into() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("events.csv", table(EVENTS[:50]))
        archive.writestr("more/people.csv", LIST_OF_NAMES)
    assert screened(packed.getvalue()) == "headings"
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document><w:p><w:t>{WORDS}</w:t></w:p></w:document>")
    assert screened(document.getvalue()) == "words"
    for columns, rule in (({"name": ["x"], "birth_date": ["y"]}, "headings"), ({"remarks": [WORDS]}, "words")):
        content = io.BytesIO()
        pq.write_table(pa.table(columns), content)
        assert screened(content.getvalue()) == rule


@pytest.mark.parametrize("attached", [LIST_OF_NAMES, WORDS.encode(), None])
def test_what_a_mail_carries_is_looked_into(attached: bytes | None) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "press@body.example", "Report"
    mail.set_content("слышали у поста", cte="base64")
    mail.add_attachment(attached or table(EVENTS[:20]), maintype="application", subtype="octet-stream", filename="a")
    outer = EmailMessage()
    outer["From"] = "desk@body.example"
    outer.set_content("as it came")
    outer.add_attachment(mail)
    expected = None if attached is None else "headings" if attached is LIST_OF_NAMES else "words"
    assert screened(mail.as_bytes()) == expected
    assert screened(outer.as_bytes()) == expected


def archive_of(**members: bytes | str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), member)
    return content.getvalue()


def test_an_archive_within_an_archive_is_looked_into_and_no_part_hides_another() -> None:
    people = workbook([["Surname", "Date of birth"], ["Sample", "x"]])
    assert screened(archive_of(a_xlsx=people)) == "headings"
    assert screened(archive_of(a_zip=archive_of(a_csv=LIST_OF_NAMES))) == "headings"
    assert screened(archive_of(a_csv_gz=gzip.compress(LIST_OF_NAMES))) == "headings"
    for first in (f"<p>&#{'9' * 5000};</p>", bytes(150_000_000)):
        assert screened(archive_of(a_xml=first, b_csv=LIST_OF_NAMES)) == "headings"
    damaged = bytearray(archive_of(a_csv=random.Random(1).randbytes(3000), b_csv=LIST_OF_NAMES))
    damaged[60:90] = b"\xff" * 30
    assert screened(bytes(damaged)) == "headings"


def test_a_mailbox_is_looked_into_mail_by_mail_however_late_it_says_what_it_holds() -> None:
    mail = EmailMessage()
    mail["From"], mail["Received"] = "press@body.example", f"from {'x' * 900} by y"
    mail.set_content(LIST_OF_NAMES.decode(), cte="base64")
    late = mail.as_bytes().replace(b"Received:", b"X-Way: " + b"a " * 5000 + b"\nReceived:")
    plain = b"From x\nFrom: a@b.example\nSubject: plain\n\nshots\n\n"
    assert screened(late) == "headings"
    assert screened(plain + b"From x\n" + mail.as_bytes()) == "headings"
    assert screened(plain * 3) is None


@pytest.mark.parametrize("coding", ["utf-32", "koi8-r", "cp866", "iso8859-5"])
def test_other_ways_to_write_these_letters_are_looked_through(coding: str) -> None:
    assert screened("Фамилия;Дата рождения\nОбразцов;04.05.1984\n".encode(coding)) == "headings"
    assert screened("Село;Дата\nОбразцово;04.05.2031\n".encode(coding)) is None


def test_no_xml_takes_long() -> None:
    begun = time.process_time()
    for text in ("<" * 1_000_000, "<row>" * 200_000, "<row>" + "<c>" * 20_000, "<c " * 20_000, "&#" * 300_000):
        assert screened(archive_of(xl__worksheets__a_xml=text, word__document_xml=text)) is None
    assert time.process_time() - begun < 8


def test_cells_are_held_against_their_headings() -> None:
    people = [["full name", "x", "y"], *[[f"Sample P{n}", str(1950 + 7 * n), "a"] for n in range(6)]]
    assert screened(table(people)) == "cells"
    events = [["full name", "when", "y"], *[["Sample Person", f"2031-05-0{n}", "a"] for n in range(1, 6)]]
    assert screened(table(events)) is None, "who reports, and the days of events"
    unnamed = [["a", "birth year"], *[[f"Sample Person{'abcdef'[n]}", "x"] for n in range(6)]]
    assert screened(table(unnamed)) == "cells"
    numbered = [["surname", "no."], *[["Sample", number] for number in ("10000000146",) * 4]]
    assert screened(table(numbered)) == "cells"


def test_identity_numbers_are_known_by_their_check_digits() -> None:
    assert all(map(is_identity_number, ["10000000146", "112-233-445 95", "500100732259"]))
    assert not any(map(is_identity_number, ["79161234567", "10000000147", "00000000000", "20310502", "Sample"]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"PK\x03\x04" + bytes(99),
        b"\x1f\x8b" + bytes(20),
        b"PAR1xxPAR1",
    ],
)
def test_what_cannot_be_read_is_no_list(content: bytes) -> None:
    assert screened(content) is None
