"""One official statement as it was saved or pasted → a version on record: of a new statement, of one that grew or was
corrected, or of one in another language.

Its bytes are looked through and read in the reader's process, and kept only with the record of what was read.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Final, Literal

from trucewatch.annotation.versions import SAME_FROM, ids_kept, likeness
from trucewatch.errors import StoreError, TimeError, UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.file_names import name_on_record
from trucewatch.model.ids import sha256_of
from trucewatch.model.statement_record import OfficialStatement, StatementVersion, heading_of
from trucewatch.model.statements import Spoken, Statement
from trucewatch.model.times import as_utc, day_of, iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.agreement_entering import ENTERING, NotTakenError
from trucewatch.pipeline.annotation_checks import speakers_of
from trucewatch.pipeline.annotation_entering import person_on_record, reason_on_record
from trucewatch.reader import parse_statement, screen_brought
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.statement_entries import link_record, undo_record, version_record
from trucewatch.store.statement_records import (
    heading_at,
    number_on_record,
    official_statements,
    statement_numbered,
    words_of,
)
from trucewatch.store.undertaking_records import zone_of_words

SOURCE: Final = "official-statements"
"""What the record of the bytes names where files of a source name theirs."""
MOST_COMPARED: Final = 12
"""Statements of one day that a new one is held against."""
UNKNOWN_LANGUAGE: Final = "und"
"""ISO 639-2 for a language that could not be told."""
LONGEST_NAME: Final = 300

Happened = Literal["new", "version", "language", "same"]
Turn = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What came of a statement. entry: None for the same one twice, where nothing is entered. may_be: numbers of
    statements in other languages that may be the same; a person says so (`join`)."""

    entry: Entry | None
    number: int
    language: str
    version: int
    what: Happened
    may_be: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement goes: under which number, as which version, after which."""

    number: int
    version: int
    what: Happened
    earlier: StatementVersion | None = None
    voice: str = ""


def take_in_statement(
    store: Store,
    watch: Watch,
    content: bytes,
    name: str,
    *,
    by: str,
    now: datetime,
    zone: str = "",
    voice: str = "",
    language_of: int | None = None,
    version_of: int | None = None,
    is_confirmed: bool = False,
    turn: Turn = nullcontext,
) -> TakenIn:
    """Read a statement and enter it. name: of its file; zone: by which its times are read where it states none; voice:
    whose statement it is, else by the host of its page; language_of, version_of: the statement that it is, by number.

    is_confirmed: that a person wants one that is dated ahead of the watch's clock, `now`. turn: held while it is
    entered. Raises UnreadableInput, ListOfPeople and NotTakenError with what stands in the way; nothing is kept then.
    """
    now = as_utc(now).replace(microsecond=0)
    sha256 = sha256_of(content)
    if store.is_erased(sha256):
        raise UnreadableInput(Message("these bytes were erased from this watch, and are not taken in again"))
    if same := taken_in_before(store, sha256):
        return same
    if voice and voice not in speakers_of(watch):
        raise NotTakenError(
            {"voice": Message('"{name}" is no party, body or delegation of this watch.', name=voice[:40])}
        )
    screen_brought(io.BytesIO(content))
    voices = watch.lexicon.voice if watch.lexicon else ()
    today = now.astimezone(watch.zone).date()
    statement = parse_statement(content, name, zone=zone, voice=voice, voices=voices, today=today)
    voice = voice or voice_of_host(watch, statement.publisher)
    known_at = _known_at(statement, watch.zone, now)
    if known_at is None and not is_confirmed:
        raise NotTakenError({"day": _ahead(statement, now)})
    with turn(), ENTERING:
        if same := taken_in_before(store, sha256):
            return same
        language = statement.language or UNKNOWN_LANGUAGE
        place = _place_of(store, statement, language, version_of=version_of, language_of=language_of)
        if place.what == "same":
            return TakenIn(entry=None, number=place.number, language=language, version=place.version, what="same")
        earlier = words_of(store, place.earlier) if place.earlier else None
        if earlier is not None:
            statement = ids_kept(earlier, statement, used=_ids_used(store, place.number, language))
        may_be = _may_be(store, statement, language, voice) if place.what == "new" else ()
        store.evidence.keep(io.BytesIO(content), is_open=False)
        file_name = name_on_record(name)[:LONGEST_NAME]
        record = version_record(
            statement,
            number=place.number,
            language=language,
            version=place.version,
            voice=voice or place.voice,
            evidence=sha256,
            file_name=file_name,
            is_simulated=watch.settings.simulated,
            by=person_on_record(store, by),
            # What a later version says was not known before that version came.
            known_at=now if known_at is None or place.what == "version" else known_at,
            keep=store.keep_words,
        )
        *_, entry = store.commit([*_evidence(store, sha256, file_name, len(content), now), record])
    return TakenIn(
        entry=entry, number=place.number, language=language, version=place.version, what=place.what, may_be=may_be
    )


def taken_in_before(store: Store, sha256: str) -> TakenIn | None:
    """Which version that stands has these bytes."""
    if not store.index.rows("SELECT 1 FROM evidence WHERE sha256 = ? AND source = ?", sha256, SOURCE):
        return None
    for statement in official_statements(store):
        for each in statement.versions:
            if each.stands and each.evidence == sha256:
                return TakenIn(
                    entry=None, number=statement.number, language=each.language, version=each.version, what="same"
                )
    return None


def join(store: Store, number: int, same_as: int, *, by: str, now: datetime) -> Entry:
    """Enter that a statement is another one in another language; from then on it counts under that one's number.
    Raises StoreError where both have a copy in the same language, and for the same statement."""
    with ENTERING:
        statement, other = statement_numbered(store, number), statement_numbered(store, same_as)
        if statement.number == other.number:
            raise StoreError(Message("both are {code} already; nothing was entered", code=other.code))
        both = sorted({each.language for each in statement.versions} & {each.language for each in other.versions})
        if both:
            raise StoreError(
                Message(
                    "{code} and {other} both have a copy in the same language ({languages}), so they are two "
                    "statements; nothing was entered",
                    code=statement.code,
                    other=other.code,
                    languages=", ".join(both),
                )
            )
        record = link_record(
            statement.number, other.number, by=person_on_record(store, by), known_at=as_utc(now).replace(microsecond=0)
        )
        (entry,) = store.commit([record])
        return entry


def take_back_join(
    store: Store, number: int, *, by: str, now: datetime, reason: str = "", reason_code: str = ""
) -> Entry:
    """Take back that a statement, by the number that it had, is another one in another language. Raises StoreError
    where it is none, or where a later version of its language came in since, and NotTakenError without a reason."""
    with ENTERING:
        of = statement_numbered(store, number)
        own = {each.language for each in of.versions if number_on_record(store, each) == number}
        if of.number == number or not own:
            raise StoreError(Message("S-{number} counts under no other number; nothing was entered", number=number))
        later = [
            each
            for each in of.versions
            if each.stands and each.language in own and number_on_record(store, each) != number
        ]
        if later:
            raise StoreError(
                Message(
                    "version {version} of {code} came in since, so it stays joined; take that out first. Nothing was "
                    "entered",
                    version=later[-1].version,
                    code=of.code,
                )
            )
        why, code = reason_on_record(store, reason, reason_code)
        record = undo_record(
            "link",
            number,
            reason=why,
            reason_code=code,
            by=person_on_record(store, by),
            known_at=as_utc(now).replace(microsecond=0),
        )
        (entry,) = store.commit([record])
        return entry


def voice_of_host(watch: Watch, publisher: str) -> str:
    """Whose statements a host publishes, by the watch's lexicon; "" where it does not say."""
    host = publisher.casefold().rstrip(".")
    if not host or watch.lexicon is None:
        return ""
    for voice in watch.lexicon.voice:
        if any(host == each.casefold() or host.endswith(f".{each.casefold()}") for each in voice.hosts):
            return voice.id
    return ""


def voice_on_record(of: OfficialStatement) -> str:
    """Whose a statement is by its copies and versions that stand, the last first; "" where none says."""
    return next((each.voice for each in reversed(of.versions) if each.stands and each.voice), "")


# Where it goes


def _place_of(
    store: Store, statement: Statement, language: str, *, version_of: int | None, language_of: int | None
) -> _Place:
    if version_of is not None:
        of = statement_numbered(store, version_of)
        earlier = of.latest(language)
        if earlier is None:
            raise NotTakenError(
                {
                    "version_of": Message(
                        "{code} has no copy in this language ({language}); take it in as another language of it.",
                        code=of.code,
                        language=language,
                    )
                }
            )
        return _Place(of.number, _next_version(of, language), "version", earlier, voice_on_record(of))
    if language_of is not None:
        of = statement_numbered(store, language_of)
        if of.latest(language) is not None:
            raise NotTakenError(
                {
                    "language_of": Message(
                        "{code} has a copy in this language ({language}) already; take it in as a later version of it.",
                        code=of.code,
                        language=language,
                    )
                }
            )
        return _Place(of.number, _next_version(of, language), "language", voice=voice_on_record(of))
    statements = official_statements(store)
    for of, copy in _of_that_day(store, statements, statement, language):
        earlier_text = words_of(store, copy)
        if earlier_text is None:
            continue
        if _says_the_same(earlier_text, statement):
            return _Place(of.number, copy.version, "same", copy)
        if likeness(earlier_text, statement) >= SAME_FROM:
            return _Place(of.number, _next_version(of, language), "version", copy, voice_on_record(of))
    return _Place(max((each.number for each in statements), default=0) + 1, 1, "new")


def _of_that_day(
    store: Store, statements: tuple[OfficialStatement, ...], statement: Statement, language: str
) -> Iterator[tuple[OfficialStatement, StatementVersion]]:
    """What the same publisher, or nobody that is known, published of the same day in the same language; the last
    taken in first."""
    compared = 0
    for of in reversed(statements):
        copy = of.latest(language)
        if copy is None or copy.language != language or copy.day != statement.day:
            continue
        heading = heading_at(store, copy)
        if heading is None or not _may_be_of(heading.publisher, statement.publisher):
            continue
        yield of, copy
        compared += 1
        if compared == MOST_COMPARED:
            return


def _ids_used(store: Store, number: int, language: str) -> set[str]:
    """Ids of paragraphs of every version before, also of one that was taken out."""
    texts = [words_of(store, each) for each in statement_numbered(store, number).versions if each.language == language]
    return {each.paragraph.id for text in texts if text is not None for each in text.spoken()}


def _may_be_of(publisher: str, other: str) -> bool:
    return not publisher or not other or publisher == other


def _says_the_same(earlier: Statement, later: Statement) -> bool:
    """Whether two texts differ in nothing that was said, whatever was cut off their pages."""
    heads = [replace(heading_of(each), publisher="", languages=()) for each in (earlier, later)]
    texts = [
        [(each.part, _who_speaks(statement, each), each.paragraph.text) for each in statement.spoken()]
        for statement in (earlier, later)
    ]
    return heads[0] == heads[1] and texts[0] == texts[1]


def _who_speaks(statement: Statement, spoken: Spoken) -> str:
    """By name; of a question whoever asks."""
    if spoken.part == "question":
        return statement.exchanges[spoken.exchange - 1].question.by or ""
    speaker = statement.speaker(spoken.speaker)
    return speaker.name if speaker else ""


def _next_version(of: OfficialStatement, language: str) -> int:
    return max((each.version for each in of.versions if each.language == language), default=0) + 1


def _may_be(store: Store, statement: Statement, language: str, voice: str) -> tuple[int, ...]:
    """Statements in other languages of the same day, by the same publisher or voice, with as many turns."""
    turns = heading_of(statement)
    if statement.day is None:
        return ()
    numbers = []
    for of in official_statements(store):
        copy = of.latest()
        if copy is None or copy.day != statement.day or language in of.languages:
            continue
        heading = heading_at(store, copy)
        if heading is None or heading.questions != turns.questions:
            continue
        if not heading.questions and heading.paragraphs != turns.paragraphs:
            continue
        is_of_one = heading.publisher == statement.publisher if statement.publisher else copy.voice == voice
        if is_of_one:
            numbers.append(of.number)
    return tuple(numbers)


# When it was known


def _known_at(statement: Statement, watch_zone: tzinfo, now: datetime) -> datetime | None:
    """When the words could be known: at their moment, else when their day was over, else now; never after now. None
    for what is dated ahead."""
    moment = statement.spoken_at
    if moment is not None:
        return moment.replace(microsecond=0) if moment <= now else None
    if statement.day is None:
        return now
    try:
        day = day_of(statement.day, zone_of_words(statement.zone or statement.zone_assumed or "", watch_zone))
    except TimeError:
        return None
    if day.start > now:
        return None
    return min(day.end, now)


def _ahead(statement: Statement, now: datetime) -> Message:
    return Message(
        "It is dated {day}, which lies ahead of the watch's clock, {moment}; look whether the day was read rightly, "
        "and confirm it if it was.",
        day=statement.day or "",
        moment=now,
    )


def _evidence(store: Store, sha256: str, name: str, size_bytes: int, now: datetime) -> list[dict[str, Any]]:
    """The record that the bytes came in, if there is none yet."""
    if store.index.rows("SELECT 1 FROM evidence WHERE sha256 = ? AND source = ?", sha256, SOURCE):
        return []
    return [
        {
            "schema": "trucewatch/evidence/1",
            "sha256": sha256,
            "size_bytes": size_bytes,
            "source": SOURCE,
            "name": name,
            "organisation": "",
            "licence": "",
            "handling": "restricted",
            "received_at": iso_utc(now),
        }
    ]
