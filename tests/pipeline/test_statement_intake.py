"""A statement is taken in once: as a new one, as a later version, or in another language; a bad one stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import each
from tests.spoken import CLAIM, PROMISE, READING, bytes_of, opened, plain_reading, statement
from trucewatch.errors import ListOfPeople, StoreError, TrucewatchError, UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.lexicon import LexiconFile, Voice
from trucewatch.model.statements import Speaker
from trucewatch.model.watch import Watch
from trucewatch.pipeline import statement_intake
from trucewatch.pipeline.agreement_entering import NotTakenError
from trucewatch.pipeline.annotation_entering import take_back_version
from trucewatch.pipeline.statement_folder import take_in_folder
from trucewatch.pipeline.statement_intake import TakenIn, join, take_back_join, take_in_statement
from trucewatch.store import Store
from trucewatch.store.statement_records import heading_at, official_statements, statement_numbered, words_of
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
RUSSIAN: dict[str, Any] = {"language": "ru", "title": "Разговор с прессой"}
pytestmark = pytest.mark.usefixtures("plain_reading")
__all__ = ["plain_reading"]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Store, Path, Watch]]:
    for store, folder in opened(tmp_path, lambda: NOW):
        yield store, folder, load_watch(folder)


def take_in(store: Store, watch: Watch, content: bytes, **more: object) -> TakenIn:
    return take_in_statement(store, watch, content, "talk.html", by="Anna", now=NOW, **more)  # type: ignore[arg-type]


def test_a_statement_is_read_back_as_it_was_read(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    talk = statement()
    came = take_in(store, watch, bytes_of(talk), voice="LV")
    (on_record,) = official_statements(store)
    copy = on_record.latest()
    assert copy is not None
    assert (came.what, came.number, came.version, on_record.code) == ("new", 1, 1, "S-1")
    assert words_of(store, copy) == talk
    heading = heading_at(store, copy)
    assert heading is not None
    assert (heading.title, heading.questions) == ("Talk with the press", 1)
    assert (copy.voice, copy.file_name, copy.is_simulated) == ("LV", "talk.html", True)
    assert store.evidence.get(copy.evidence) == bytes_of(talk)


def test_a_copy_in_another_language_is_whose_the_statement_is(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement()), voice="LV")
    take_in(store, watch, bytes_of(statement("Другое.", **RUSSIAN)), language_of=1)
    copies = {each.language: each.voice for each in statement_numbered(store, 1).versions}
    assert copies == {"en": "LV", "ru": "LV"}


def test_no_word_of_a_statement_stands_in_its_record(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    came = take_in(store, watch, bytes_of(statement()))
    assert came.entry is not None
    record = str(came.entry.record)
    assert "w-" in record
    assert not [word for word in ("with the press", "Hollin", "talk.html", "Speaker") if word in record]


def test_the_same_bytes_twice_enter_nothing_and_say_which_statement_it_is(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement()))
    entries = len(store.journal)
    again = take_in(store, watch, bytes_of(statement()))
    other_furniture = take_in(store, watch, bytes_of(statement(), mark="x"))
    assert [(came.what, came.number, came.entry) for came in (again, other_furniture)] == [("same", 1, None)] * 2
    assert len(store.journal) == entries


def test_a_transcript_that_grew_is_a_version_whose_paragraphs_keep_their_ids(
    watched: tuple[Store, Path, Watch],
) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement(PROMISE, READING)))
    grown = take_in(store, watch, bytes_of(statement("A word before.", PROMISE, READING)))
    assert (grown.what, grown.number, grown.version) == ("version", 1, 2)
    (on_record,) = official_statements(store)
    first, second = (words_of(store, version) for version in on_record.versions)
    assert first is not None
    assert second is not None
    ids = {paragraph.paragraph.text: paragraph.paragraph.id for paragraph in first.spoken()}
    for paragraph in each(list(second.spoken())):
        if paragraph.paragraph.text in ids:
            assert ids[paragraph.paragraph.text] == paragraph.paragraph.id
    assert len({paragraph.paragraph.id for paragraph in second.spoken()}) == 5


def test_another_statement_of_the_day_is_another_statement(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement(PROMISE, READING, CLAIM)))
    other = statement(
        "We spoke of the harvest in the southern valley this morning and of nothing else at all.",
        "The price of wool stays where it was in spring, and the fair begins on Sunday at noon.",
    )
    assert take_in(store, watch, bytes_of(other)).what == "new"


def test_another_language_is_proposed_and_a_person_says_so(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement()))
    russian = take_in(store, watch, bytes_of(statement("Мы передадим.", "Пункт.", "Было.", **RUSSIAN)))
    assert (russian.what, russian.number, russian.may_be) == ("new", 2, (1,))
    join(store, 2, 1, by="Anna", now=NOW)
    (on_record,) = official_statements(store)
    assert on_record.languages == ("en", "ru")
    assert statement_numbered(store, 2) == on_record
    with pytest.raises(StoreError, match="both are S-1 already"):
        join(store, 2, 1, by="Anna", now=NOW)


def test_that_two_are_one_can_be_taken_back_until_a_later_version_came(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement()))
    take_in(store, watch, bytes_of(statement("Мы передадим.", **RUSSIAN)))
    join(store, 2, 1, by="Anna", now=NOW)
    take_back_join(store, 2, by="Anna", now=NOW, reason="they are two")
    assert [of.languages for of in official_statements(store)] == [("en",), ("ru",)]
    with pytest.raises(StoreError, match="counts under no other number"):
        take_back_join(store, 2, by="Anna", now=NOW, reason="again")
    join(store, 2, 1, by="Anna", now=NOW)
    later = take_in(store, watch, bytes_of(statement("Мы передадим.", "И ещё.", **RUSSIAN)), version_of=1)
    assert (later.number, later.language, later.version) == (1, "ru", 2)
    with pytest.raises(StoreError, match="came in since"):
        take_back_join(store, 2, by="Anna", now=NOW, reason="they are two")


def test_two_copies_in_one_language_are_two_statements(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement()))
    take_in(store, watch, bytes_of(statement("Quite other.", "Words here.", day=date(2031, 5, 1))))
    with pytest.raises(StoreError, match="two statements"):
        join(store, 2, 1, by="Anna", now=NOW)


def test_a_language_that_somebody_names_is_entered(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement()))
    russian = bytes_of(statement("Мы передадим.", **RUSSIAN))
    assert take_in(store, watch, russian, language_of=1).what == "language"
    with pytest.raises(NotTakenError, match="has a copy in this language"):
        take_in(store, watch, bytes_of(statement("Другое.", **RUSSIAN)), language_of=1)


@pytest.mark.parametrize(
    ("clock", "known_at"),
    [(time(20, 19), datetime(2031, 5, 2, 22, 19, tzinfo=UTC)), (None, datetime(2031, 5, 3, 2, tzinfo=UTC))],
)
def test_it_is_known_when_it_was_said_else_when_its_day_is_over(
    watched: tuple[Store, Path, Watch], clock: time | None, known_at: datetime
) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement(clock=clock)))
    (on_record,) = official_statements(store)
    assert on_record.versions[0].known_at == known_at


def test_a_later_version_is_not_known_before_it_came(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement(PROMISE, READING)))
    take_in(store, watch, bytes_of(statement(PROMISE, READING, CLAIM)))
    (on_record,) = official_statements(store)
    assert on_record.versions[1].known_at == NOW


def test_a_statement_of_tomorrow_is_refused_until_somebody_confirms_it(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    ahead = bytes_of(statement(day=date(2031, 5, 9)))
    entries = len(store.journal)
    with pytest.raises(NotTakenError, match="ahead of the watch's clock"):
        take_in(store, watch, ahead)
    assert len(store.journal) == entries
    take_in(store, watch, ahead, is_confirmed=True)
    assert official_statements(store)[0].versions[0].known_at == NOW


def test_what_cannot_be_read_keeps_nothing(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    before = set(store.evidence.names())
    with pytest.raises(UnreadableInput):
        take_in(store, watch, b"a login page")
    assert set(store.evidence.names()) == before
    assert official_statements(store) == ()


def test_a_voice_is_known_by_the_host_of_the_page(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    watch = replace(watch, lexicon=LexiconFile(schema=1, voice=(Voice(id="LV", hosts=("lv.example",)),)))
    take_in(store, watch, bytes_of(statement(publisher="www.LV.example")))
    take_in(store, watch, bytes_of(statement("Quite other words.", publisher="notlv.example", day=date(2031, 5, 1))))
    assert [each.versions[0].voice for each in official_statements(store)] == ["LV", ""]
    with pytest.raises(NotTakenError, match="no party, body or delegation"):
        take_in(store, watch, bytes_of(statement(day=None)), voice="XX")


def test_a_version_taken_out_stays_on_record_and_its_bytes_may_come_again(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    take_in(store, watch, bytes_of(statement()))
    take_back_version(store, 1, "en", 1, by="Anna", now=NOW, reason="the wrong file")
    (on_record,) = official_statements(store)
    assert on_record.latest() is None
    assert on_record.versions[0].undone is not None
    with pytest.raises(StoreError, match="taken out already"):
        take_back_version(store, 1, "en", 1, by="Anna", now=NOW, reason="again")
    assert take_in(store, watch, bytes_of(statement())).number == 2


def test_what_a_list_was_at_a_moment_stays_so(tmp_path: Path) -> None:
    moments = iter(NOW + timedelta(minutes=number) for number in range(1000))
    for store, folder in opened(tmp_path, lambda: next(moments)):
        watch = load_watch(folder)
        first = take_in(store, watch, bytes_of(statement())).entry
        take_back_version(store, 1, "en", 1, by="Anna", now=NOW, reason="the wrong file")
        assert first is not None
        then = official_statements(store)[0].versions[0].recorded_at
        (before,) = official_statements(store, recorded_by=then)
        assert before.versions[0].stands
        assert official_statements(store, recorded_by=then - timedelta(days=1)) == ()


def test_a_folder_is_taken_in_once_and_one_bad_file_stops_nothing(watched: tuple[Store, Path, Watch]) -> None:
    store, folder, watch = watched
    below = folder / "statements"
    (below / "LV").mkdir(parents=True)
    (below / "nobody").mkdir()
    (below / "a.txt").write_bytes(b"no statement")
    (below / "link.txt").symlink_to("/etc/hostname")
    (below / "nobody" / "c.txt").write_bytes(bytes_of(statement("Words of nobody.", day=None)))
    (below / "LV" / "talk.en.txt").write_bytes(bytes_of(statement(publisher="")))
    (below / "LV" / "talk.ru.txt").write_bytes(bytes_of(statement("Мы передадим.", **RUSSIAN)))
    came = take_in_folder(store, folder, watch, now=NOW)
    assert [(each.what, each.number) for each in came.statements] == [("new", 1), ("language", 1)]
    assert [name for name, _ in came.refused] == ["statements/a.txt", "statements/link.txt", "statements/nobody/c.txt"]
    (on_record,) = official_statements(store)
    assert {version.voice for version in on_record.versions} == {"LV"}
    entries = len(store.journal)
    again = take_in_folder(store, folder, watch, now=NOW)
    assert (again.statements, again.refused) == ((), came.refused)
    assert len(store.journal) == entries


def test_a_file_that_was_taken_out_stays_out(watched: tuple[Store, Path, Watch]) -> None:
    store, folder, watch = watched
    (folder / "statements").mkdir()
    (folder / "statements" / "a.txt").write_bytes(bytes_of(statement()))
    take_in_folder(store, folder, watch, now=NOW)
    take_back_version(store, 1, "en", 1, by="Anna", now=NOW, reason="the wrong file")
    assert take_in_folder(store, folder, watch, now=NOW).statements == ()


def test_bytes_that_were_erased_are_not_taken_in_again(watched: tuple[Store, Path, Watch]) -> None:
    store, folder, watch = watched
    (folder / "statements").mkdir()
    (folder / "statements" / "a.txt").write_bytes(bytes_of(statement()))
    take_in_folder(store, folder, watch, now=NOW)
    (on_record,) = official_statements(store)
    store.erase([on_record.versions[0].evidence], reason="asked for", ordered_by="Court")
    came = take_in_folder(store, folder, watch, now=NOW)
    assert (came.statements, came.refused) == ((), ())
    assert "statements/a.txt was erased from this watch" in str(came.warnings[0])
    with pytest.raises(TrucewatchError, match="erased"):
        take_in(store, watch, bytes_of(statement()))


def test_a_list_of_many_reads_no_text(watched: tuple[Store, Path, Watch], monkeypatch: pytest.MonkeyPatch) -> None:
    store, _, watch = watched
    for number in range(1, 4):
        take_in(store, watch, bytes_of(statement(f"Words {number}", day=date(2031, 4, number))))
    store.memory.clear()
    texts = {version.references["text"] for of in official_statements(store) for version in of.versions}
    assert len(texts) == 3
    read = list[str]()
    kept_read = store.words.read

    def noting(reference: str) -> str | None:
        read.append(reference)
        return kept_read(reference)

    monkeypatch.setattr(store.words, "read", noting)
    store.memory.clear()
    headings = [heading_at(store, version) for of in official_statements(store) for version in of.versions]
    assert len(headings) == 3
    assert all(headings)
    assert read
    assert not texts.intersection(read)


def test_its_bytes_are_looked_through_for_lists_of_people(
    watched: tuple[Store, Path, Watch], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(content: object) -> None:
        raise ListOfPeople(Message("a list of people"))

    store, _, watch = watched
    monkeypatch.setattr(statement_intake, "screen_brought", refuse)
    before = set(store.evidence.names())
    with pytest.raises(ListOfPeople):
        take_in(store, watch, bytes_of(statement()))
    assert set(store.evidence.names()) == before


def test_a_correction_of_who_spoke_is_a_later_version(watched: tuple[Store, Path, Watch]) -> None:
    store, _, watch = watched
    speakers = (Speaker(id="s1", name="Ada Thorne"), Speaker(id="s2", name="Jon Reyle"))
    talk = statement(speakers=speakers)
    (exchange,) = talk.exchanges
    (answer,) = exchange.answers
    of_the_other = tuple(replace(paragraph, speaker="s2") for paragraph in answer.paragraphs)
    corrected = replace(
        talk, exchanges=(replace(exchange, answers=(replace(answer, speaker="s2", paragraphs=of_the_other),)),)
    )
    take_in(store, watch, bytes_of(talk))
    later = take_in(store, watch, bytes_of(corrected))
    assert (later.what, later.number, later.version) == ("version", 1, 2)
