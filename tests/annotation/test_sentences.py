"""Sentences of eight languages: where each ends, and where a full stop ends none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.annotation.sentences import sentences
from trucewatch.model.statements import LANGUAGES

EXAMPLES = [
    ("en", ["Mr. Low met N. Tarn at No. 5.", "It took 3.5 hours.", "“Who paid?” asked nobody.", "We did!"]),
    ("en", ["We agree on paragraph 9.", "The Upper Valley does too."]),
    ("en", ["They met at 5 p.m. and left.", "Aid came, e.g. Flour, and went."]),
    ("ru", ["Это было 9 мая 2031 г. в долине, т.е. у моста.", "Н. Тарн ушёл.", "Мы ждём."]),
    ("ru", ["Соглашение подписано 20 апреля 2031 г.", "Мы его выполняем, и т.д.", "Всё."]),
    ("de", ["Am 9. November, z. B. um 8 Uhr, war Ruhe.", "Das sagt Artikel 9.", "Die Brücke ist offen."]),
    ("tr", ["9. Madde açık, Dr. Tarn geldi.", "Yol 9. Kasım tarihinde açıldı.", "Bekliyoruz."]),
    ("az", ["Prof. Tarn gəldi.", "Bu, 9. maddədir.", "Gözləyirik."]),
    ("hy", ["Մենք պատրաստ ենք։", "Կամուրջը բաց է:", "Պրն. Տարնը եկավ։"]),
    ("fr", ["M. Low a vu l'art. 5.", "Il est parti."]),
    ("es", ["El Sr. Low leyó el art. 5.", "¿Quién vino?", "Nadie."]),
]


@pytest.mark.parametrize(("language", "expected"), EXAMPLES)
def test_sentences_end_where_a_reader_ends_them(language: str, expected: list[str]) -> None:
    text = " ".join(expected)
    assert [text[start:end] for start, end in sentences(text, language)] == expected


@given(st.text(alphabet='aБգ 9.!?…։:\n"»)İ', max_size=60), st.sampled_from((*LANGUAGES, "")))
def test_every_letter_stands_in_exactly_one_sentence(text: str, language: str) -> None:
    spans = sentences(text, language)
    left = "".join(text[start:end] for start, end in spans)
    assert "".join(left.split()) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_million_full_stops_are_read_at_once() -> None:
    assert len(sentences(". " * 500_000, "en")) == 500_000
    assert len(sentences("." * 1_000_000, "en")) == 1
