"""What an observation says beside its numbers, in words that a reader need not look up."""

from __future__ import annotations

from trucewatch.desks.incidents.observations import quality_words
from trucewatch.locale import words


def test_what_a_source_thinks_of_its_own_row_stands_in_plain_words_or_in_its_own() -> None:
    english = words("en")
    assert quality_words("disputed=no", english) == "the source calls it undisputed"
    assert quality_words("disputed=yes", english) == "the source calls it disputed"
    assert quality_words("class 3 of 5", english) == "in the source's own words: class 3 of 5"
