"""The annotated sets by which the reading of statements is measured stay whole: answers fit their texts."""

from __future__ import annotations

import pytest
from benchmarks.statements_read import LAST, SET, texts_in, unfit

from tests.conftest import each
from trucewatch.model.statements import LANGUAGES

SETS = {"by which rules are written": SET} | {folder.name: folder for folder in sorted(LAST.parent.iterdir())}


@pytest.mark.parametrize("name", SETS)
def test_the_answers_of_a_set_fit_its_texts_in_every_language(name: str) -> None:
    texts = each(list(texts_in(SETS[name])))
    assert unfit(texts) == []
    assert {text.answers["language"] for text in texts} == set(LANGUAGES)


def test_the_sets_are_as_large_as_their_figures_say() -> None:
    counts = {name: len(list(texts_in(folder))) for name, folder in SETS.items()}
    assert counts == {"by which rules are written": 40, "final": 20, "fresh": 16, "kept": 24, "last": 20}
