"""Codes that can be said by telephone: short, unique in their list, found in whatever form they are typed."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from trucewatch.model.short_codes import codes_of, numbers_of, rows_with, typed_digits

IDS = [f"i-{number:020d}" for number in range(20_000)]


def test_every_code_of_a_long_list_is_its_own() -> None:
    codes = codes_of(IDS)
    assert len(set(codes)) == len(IDS)
    assert all(re.fullmatch(r"\d{3}(-\d{3})+", code) for code in codes)
    short = sum(len(code) == len("482-917") for code in codes)
    assert 0.95 * len(IDS) < short < len(IDS), "some share two groups and have a third"


def test_a_code_depends_on_its_id_and_on_whose_codes_begin_alike_alone() -> None:
    codes = dict(zip(IDS, codes_of(IDS), strict=True))
    again = list(reversed(IDS))
    assert dict(zip(again, codes_of(again), strict=True)) == codes
    alone = codes_of(IDS[:1])[0]
    assert codes[IDS[0]].startswith(alone)


def test_ids_that_begin_alike_grow_by_a_group() -> None:
    codes = codes_of(IDS)
    heads = Counter(code[:7] for code in codes)
    grown = [code for code in codes if len(code) > 7]
    assert grown
    assert all(heads[code[:7]] > 1 for code in grown)
    assert all(heads[code] == 1 for code in codes if len(code) == 7)


def test_a_rejected_one_takes_no_code_of_a_listed_one() -> None:
    listed = codes_of(IDS[:10_000])
    out = codes_of(IDS[10_000:], beside=IDS[:10_000])
    assert not set(listed) & set(out)


@pytest.mark.parametrize("typed", ["482-917", "482917", "482 917", " 482–917 ", "№ 482-917", "#482.917", "٤٨٢ ٩١٧"])
def test_a_code_is_read_in_any_form(typed: str) -> None:
    assert typed_digits(typed) == "482917"


@pytest.mark.parametrize("typed", ["", "12", "48-29", "i-nap4r75puq", "482-917x", "9" * 40, "²²²²²²", "4829-17\x00"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert typed_digits(typed) == ""


def test_digits_that_several_begin_with_find_all_of_them() -> None:
    numbers = numbers_of(IDS)
    codes = codes_of(IDS)
    grown = next(code for code in codes if len(code) > 7)
    rows = rows_with(numbers, typed_digits(grown[:7]))
    assert len(rows) > 1
    assert all(codes[row].startswith(grown[:7]) for row in rows)
