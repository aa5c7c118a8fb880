"""No slogan for a road or a land stands in the product's own voice: in no sentence of the code, of a page, of the
browser, in no language. What others call a thing is theirs, with who uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT, each
from trucewatch.model.link_vocabulary import SLOGANS, slogan_in

THE_LIST = ROOT / "src" / "trucewatch" / "model" / "link_vocabulary.py"
WORDS_OF_OTHERS = "lexicons"
"""The folder of patterns by which statements of others are read."""


def _spoken(folder: Path, *endings: str) -> list[Path]:
    return [
        path
        for ending in endings
        for path in sorted(folder.rglob(f"*{ending}"))
        if path != THE_LIST and WORDS_OF_OTHERS not in path.parts and "node_modules" not in path.parts
    ]


@pytest.mark.parametrize(
    ("folder", "ending"), [("src", ".py"), ("src", ".jinja"), ("src", ".po"), ("src", ".toml"), ("web/src", ".ts")]
)
def test_no_slogan_stands_in_what_the_product_says(folder: str, ending: str) -> None:
    for path in each(_spoken(ROOT / folder, ending)):
        slogans = [slogan for line in path.read_text("utf-8").splitlines() if (slogan := slogan_in(line))]
        assert slogans == [], path.relative_to(ROOT)


def test_a_slogan_in_a_sentence_would_be_seen() -> None:
    assert all(slogan_in(f'Message("{slogan}") is open') for slogan in each(SLOGANS))
