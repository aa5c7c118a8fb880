"""Names say what a thing is: everyday words that say nothing of it stay rare, counted as benchmarks/house.py counts."""

from __future__ import annotations

from pathlib import Path

from benchmarks.house import PACKAGE, everyday_names, everyday_share

from tests.conftest import ROOT

MOST_OF_1000 = 2.0


def test_everyday_words_are_fewer_than_two_of_a_thousand_names() -> None:
    places, count = everyday_names(PACKAGE)
    worst = [f"{path.relative_to(ROOT)}:{line}: {name}" for path, line, name in places[:40]]
    assert count > 50_000
    assert everyday_share(PACKAGE) < MOST_OF_1000, "\n".join(worst)


def test_an_everyday_word_is_counted_where_it_is_the_whole_name(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "one = 1\nknown_at = _found = one\n# one\ntext = 'said'\nprint(told=one)\n", encoding="utf-8"
    )
    places, count = everyday_names(tmp_path)
    assert [(line, name) for _, line, name in places] == [
        (1, "one"),
        (2, "_found"),
        (2, "one"),
        (5, "told"),
        (5, "one"),
    ]
    assert count == 8
