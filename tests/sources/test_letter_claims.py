"""A letter's text → rows that a person looks at: what is a row, what is none, and what stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import each
from trucewatch.sources.letter_claims import MOST_ROWS, LetterRow, claims_in_letter, rows_of_letter

NUMBERED = """To the Joint Commission
4 May 2031

Dear colleagues,
We report what happened on our side:

1. At 10:10 on 3 May, three shots near Hollin Meadows.
2. On 3 May 2031 at 11:40 a drone over Stonegate
   for ten minutes.
3) 14.30 about 20 rounds from Upper Valley positions towards Middle Bridge

On 4 May:
– 01:00-01:20 mortar fire at Stonegate
– 02:00 at least 5 shots, 2 km north of Ambermill

We ask for a reply within three days.

Yours sincerely,
the liaison of the Lower Valley
"""


def rows_in(text: str, **more: list[str]) -> list[LetterRow]:
    return each(list(claims_in_letter(text, **more)))


def test_each_item_is_a_row_and_neither_preamble_nor_ending_is_one() -> None:
    rows = rows_in(NUMBERED, nobodys=["Upper Valley"])
    assert [row.label for row in rows] == ["1.", "2.", "3)", "–", "–"]
    assert rows[1].words == "On 3 May 2031 at 11:40 a drone over Stonegate for ten minutes."
    assert not [row for row in rows if "reply" in row.words or "colleagues" in row.words]


def test_a_row_holds_the_letters_own_words_of_time_and_place() -> None:
    rows = rows_in(NUMBERED, nobodys=["Upper Valley"])
    assert [row.when for row in rows] == [
        "3 May 10:10",
        "3 May 2031 11:40",
        "14.30",
        "4 May 01:00-01:20",
        "4 May 02:00",
    ]
    assert [row.where for row in rows][:4] == ["Hollin Meadows", "Stonegate", "Middle Bridge", "Stonegate"]
    assert [row.kind for row in rows] == ["shot", "overflight", "shot", "explosion", "shot"]


def test_a_clock_before_a_colon_is_a_time() -> None:
    (row,) = claims_in_letter("1. 2 May 2031, 09:57: shelling near Hollin", places=["Hollin"])
    assert row.when == "2 May 2031 09:57"


def test_a_number_before_what_it_counts_is_a_count_with_what_it_leaves_open() -> None:
    rows = rows_in(NUMBERED)
    assert [row.count for row in rows] == [
        (3, 3, 3),
        (None, None, None),
        (None, 20, None),
        (None, None, None),
        (5, None, None),
    ]


def test_a_distance_stays_with_the_place_that_it_is_counted_from() -> None:
    (row, _) = rows_in("1. 10:10 shots 2 km north of Ambermill\n2. 10:20 shots", places=["Ambermill"])
    assert row.where == "2 km north of Ambermill"


@pytest.mark.parametrize("separator", ["\t", ";", " | "])
def test_a_pasted_table_with_a_head_is_read_by_its_columns(separator: str) -> None:
    lines = (
        ("№", "Дата", "Время", "Место", "Что"),
        ("1", "03.05.2031", "10:10", "Жаворонково", "три выстрела"),
        ("2", "03.05.2031", "11:40-12:00", "Солончак", "БПЛА"),
    )
    rows = rows_in("\n".join(separator.join(line) for line in lines))
    assert [(row.when, row.where, row.kind, row.count) for row in rows] == [
        ("03.05.2031 10:10", "Жаворонково", "shot", (3, 3, 3)),
        ("03.05.2031 11:40-12:00", "Солончак", "overflight", (None, None, None)),
    ]


def test_a_pasted_table_without_a_head_is_read_by_what_stands_in_it() -> None:
    rows = rows_in(
        "03.05.2031\t10:10\tStonegate\tthree shots were heard from the mill\n"
        "03.05.2031\t11:10\tHollin Meadows\ta drone flew over the village twice"
    )
    assert [(row.when, row.where, row.kind) for row in rows] == [
        ("03.05.2031 10:10", "Stonegate", "shot"),
        ("03.05.2031 11:10", "Hollin Meadows", "overflight"),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1. 10:10 выстрелы у Солончака\n2. 10:20 тихо", "shot"),
        ("1. 10:10 Tuzlabatak yakınında patlama\n2. 10:20 yok", "explosion"),
        ("1. 10:10 Tuzlabataq yaxınlığında atəş\n2. 10:20 yox", "shot"),
        ("1. 10:10 Սարի մոտ պայթյուն\n2. 10:20 ոչինչ", "explosion"),
        ("а) 10:10 БПЛА над Солончаком\nб) 10:20 тихо", "overflight"),
    ],
)
def test_every_language_of_the_letters_proposes_a_kind_and_a_place(text: str, kind: str) -> None:
    row = rows_in(text)[0]
    assert (row.when, row.kind, bool(row.where)) == ("10:10", kind, True)


def test_a_known_name_is_found_in_another_case_of_its_language() -> None:
    row = rows_in("1. 10:10 около Холлинских лугов взрыв\n2. тихо", places=["Холлинские луга"])[0]
    assert row.where == "Холлинских лугов"


def test_a_letter_without_items_gives_a_row_for_each_paragraph_that_says_when_or_where() -> None:
    rows = rows_in(
        "Уважаемый господин,\n\n3 мая 2031 года в 10:10 у Солончака прозвучало не менее 12 выстрелов.\n\n"
        "Мы надеемся на ответ.\n\nС уважением, офицер связи"
    )
    assert [(row.when, row.count) for row in rows] == [("3 мая 2031 10:10", (12, None, None))]


def test_a_letter_that_counts_its_parts_in_one_paragraph_is_taken_apart() -> None:
    rows = rows_in("We say that 1) at 10:10 shots near Hollin; 2) at 10:20 a drone; 3) at 10:40 shots.")
    assert [row.when for row in rows] == ["10:10", "10:20", "10:40"]


def test_an_item_without_anything_that_a_claim_has_is_not_ticked() -> None:
    rows = rows_in("1. 3 May 10:10 shots near Hollin\n2. We expect an answer to this letter")
    assert [row.is_likely for row in rows] == [True, False]


def test_a_letter_of_573_claims_gives_573_rows_and_one_of_more_than_are_read_says_how_many() -> None:
    items = [f"{number}. 3 May 10:{number % 60:02}, {number % 9 + 2} shots near Hollin" for number in range(1, 2574)]
    assert len(rows_in("We report:\n\n" + "\n".join(items[:573]) + "\n\nYours sincerely")) == 573
    rows = rows_of_letter("\n".join(items))
    assert (len(rows.rows), rows.left_out) == (MOST_ROWS, 573)


@given(st.text(alphabet="1.)a-;\t|\n :,мnear Holin5kшот", max_size=400))
def test_no_text_stops_it_and_nothing_is_made_up(text: str) -> None:
    for row in claims_in_letter(text):
        assert row.words
        assert all(word in text.casefold() for word in row.where.casefold().split())
