"""Entries about the agreement in a journal: what stood at a moment, words that are erased, a ledger that is made anew,
records that a later program wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.conftest import each
from trucewatch.model.agreement_entries import with_entries
from trucewatch.store import Store
from trucewatch.store.agreement_records import agreement_entries, record_entry, record_undo

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def reading(store: Store, words: str, **more: Any) -> str:
    own = {"by": "UV", "says": {"en": store.keep_words(words)}, "source": store.keep_words("a speech"), **more}
    return str(record_entry(store, "reading", "1a", own, known_at=NOW, by="p-x").record["id"])


def take_back(store: Store, name: str) -> None:
    (entry,) = [entry for entry in agreement_entries(store) if entry.entry_id == name]
    record_undo(store, entry, reason=store.keep_words("a slip"), reason_code="", known_at=NOW, by="p-x")


def said(store: Store, recorded_by: datetime | None = None) -> list[str]:
    return [entry.row.says["en"] for entry in agreement_entries(store, recorded_by) if entry.stands]


def test_what_stood_is_what_the_journal_held_by_then(tmp_path: Path) -> None:
    clock = Clock()
    with Store(tmp_path, clock) as store:
        first = reading(store, "one")
        clock.now += timedelta(hours=1)
        reading(store, "two")
        clock.now += timedelta(hours=1)
        take_back(store, first)
        assert said(store) == ["two"]
        assert said(store, NOW - timedelta(minutes=1)) == []
        assert said(store, NOW) == ["one"]
        assert said(store, NOW + timedelta(hours=1)) == ["one", "two"]
        assert said(store, clock.now) == ["two"]


def test_the_same_words_twice_are_two_entries_and_one_is_taken_back_alone(tmp_path: Path) -> None:
    with Store(tmp_path, Clock()) as store:
        names = [reading(store, "one") for _ in range(2)]
        assert len({*names}) == 2
        take_back(store, names[0])
        assert [entry.entry_id for entry in agreement_entries(store) if entry.stands] == names[1:]


def test_erased_words_are_told_as_that_and_everything_else_stands(tmp_path: Path) -> None:
    with Store(tmp_path, Clock()) as store:
        reading(store, "a name that should not stand here")
        (entry,) = agreement_entries(store)
        assert sorted(entry.typed) == ["says.en", "source"]
        before = next(store.journal.entries(entry.entry))
        store.erase([], people=[entry.typed["says.en"]], reason="asked for", ordered_by="Court")
        (erased,) = agreement_entries(store)
        assert erased.row.says["en"].startswith("(erased 2031-05-04, entry ")
        assert erased.row.source == "a speech"
        assert (erased.row.by, erased.known_at, erased.entry) == ("UV", NOW, entry.entry)
        after = next(store.journal.entries(entry.entry))
        assert (after.sha256, after.record) == (before.sha256, before.record)
        for path in each(tmp_path.rglob("*")):
            assert not path.is_file() or b"a name that should not" not in path.read_bytes(), path


def test_an_index_that_is_made_again_and_a_store_that_is_opened_again_know_the_same(tmp_path: Path) -> None:
    with Store(tmp_path, Clock()) as store:
        take_back(store, reading(store, "one"))
        reading(store, "two")
        before = agreement_entries(store)
        store.rebuild()
        store.memory.clear()
        assert agreement_entries(store) == before
    with Store(tmp_path, Clock()) as store:
        assert agreement_entries(store) == before


def test_what_a_later_program_wrote_is_kept_and_counts_nowhere(tmp_path: Path) -> None:
    from tests.model.test_agreement_entries import AGREEMENT

    with Store(tmp_path, Clock()) as store:
        reading(store, "one", mood="cheerful")
        record_entry(store, "weather", "1a", {"rain": "much"}, known_at=NOW, by="p-x")
        assert [entry.row for entry in agreement_entries(store)] == [None, None]
        assert with_entries(AGREEMENT, agreement_entries(store)) is AGREEMENT
