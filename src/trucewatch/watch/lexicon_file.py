"""`lexicon.toml` → the words by which statements speak of a watch's clauses, instruments, bodies and parties, each
fault with its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from trucewatch.annotation.patterns import meaning_of, trouble_of, words_of
from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.faults import Fault
from trucewatch.model.lexicon import LexiconFile, Words
from trucewatch.model.statements import LANGUAGES
from trucewatch.model.times import zone_named
from trucewatch.model.watch import WatchFile
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.toml_lines import Path
from trucewatch.watch.toml_records import did_you_mean, read_record

LEXICON_FILE: Final = "lexicon.toml"
LONGEST_PATTERN: Final = 200
MOST_PATTERNS: Final = 20_000
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))+", re.IGNORECASE)
_EVERYDAY: Final = 3
"""Letters of a single word that stands in nearly every sentence of some language: "the", "что", "bir"."""


def read_lexicon(
    content: bytes | None, settings: WatchFile | None, agreement: Agreement | None
) -> tuple[LexiconFile | None, list[Fault]]:
    """The lexicon of the file, None without it. What of the watch cannot be read is not asked for."""
    if content is None:
        return None, []
    table, lines, read_faults = read_record(content, LEXICON_FILE, LexiconFile)
    if table is None:
        return None, read_faults
    faults = FaultList(LEXICON_FILE, lines)
    faults += read_faults
    for key, ids in (
        ("topic", [row.id for row in table.topic]),
        ("voice", [row.id for row in table.voice]),
        ("instrument", [row.id for row in table.instrument]),
        ("body", [row.id for row in table.body]),
    ):
        faults.unique(key, ids)
        for index, row_id in enumerate(ids):
            if not row_id.strip():
                faults.error((key, index), Message("has no id"), Message("write its id"))
    _check_words(table, faults)
    _check_voices(table, faults)
    if settings is not None and agreement is not None:
        _check_ids(table, settings, agreement, faults)
    return table, list(faults)


def _check_ids(table: LexiconFile, settings: WatchFile, agreement: Agreement, faults: FaultList) -> None:
    clauses = {provision.number for provision in agreement.provision}
    clauses |= {part.id for _, part in agreement.stipulations()}
    for index, topic in enumerate(table.topic):
        place = Message('topic "{id}"', id=topic.id[:40])
        for clause in topic.about:
            if clause not in clauses:
                what = Message('about "{clause}" is no clause of this agreement', clause=clause[:40])
                faults.error(("topic", index, "about"), what, did_you_mean(clause, sorted(clauses)), place)
        for clause in sorted({each for each in topic.about if topic.about.count(each) > 1}):
            what = Message('about names "{clause}" twice', clause=clause[:40])
            faults.error(("topic", index, "about"), what, Message("name it once"), place)
    bodies = {body.id for body in agreement.body}
    centres = {party.id for party in agreement.party if party.role == "centre"}
    voices = bodies | agreement.party_ids | {delegation.id for delegation in settings.delegation}
    instruments = {instrument.id for instrument in agreement.instrument}
    _check_known("voice", [row.id for row in table.voice], voices, faults)
    _check_known("instrument", [row.id for row in table.instrument], instruments, faults)
    _check_known("body", [row.id for row in table.body], bodies | centres, faults)


def _check_known(key: str, ids: Iterable[str], known: Collection[str], faults: FaultList) -> None:
    what_of = {
        "voice": Message("is no party, body or delegation of this watch"),
        "instrument": Message("is no instrument of this agreement"),
        "body": Message("is no body of this agreement, and no centre"),
    }
    for index, row_id in enumerate(ids):
        if row_id.strip() and row_id not in known:
            what = Message('"{id}" {what}', id=row_id[:40], what=what_of[key])
            faults.error((key, index, "id"), what, did_you_mean(row_id, sorted(known)))


def _check_voices(table: LexiconFile, faults: FaultList) -> None:
    owner: dict[str, str] = {}
    for index, voice in enumerate(table.voice):
        place = Message('voice "{id}"', id=voice.id[:40])
        path: Path = ("voice", index)
        for host in voice.hosts:
            if not _HOST.fullmatch(host):
                what = Message('"{host}" is no name of a host', host=host[:60])
                faults.error((*path, "hosts"), what, Message("write it as www.example.org, without https://"), place)
            elif host.lower() in owner:
                what = Message('the host "{host}" is that of "{other}" too', host=host[:60], other=owner[host.lower()])
                faults.error((*path, "hosts"), what, Message("leave it with one of them"), place)
            owner.setdefault(host.lower(), voice.id)
        if voice.zone:
            try:
                zone_named(voice.zone)
            except TimeError as exc:
                faults.error((*path, "zone"), Message("{why}", why=exc.message), Message("correct the zone"), place)


def _check_words(table: LexiconFile, faults: FaultList) -> None:
    kinds: dict[str, list[tuple[str, Words]]] = {
        "topic": [(row.id, row.words) for row in table.topic],
        "voice": [(row.id, row.words) for row in table.voice],
        "instrument": [(row.id, row.words) for row in table.instrument],
        "body": [(row.id, row.words) for row in table.body],
    }
    count = 0
    for key, rows in kinds.items():
        # The same words for two topics may stand: a sentence can be about both. Two voices cannot be called the same.
        owner: dict[tuple[str, str], str] = {}
        for index, (row_id, words) in enumerate(rows):
            place = Message('{key} "{id}"', key=key, id=row_id[:40])
            for language, patterns in words.items():
                path: Path = (key, index, "words", language)
                count += len(patterns)
                if language not in LANGUAGES:
                    what = Message('"{language}" is no language in which statements are read', language=language[:20])
                    faults.error(path, what, did_you_mean(language, list(LANGUAGES)), place)
                    continue
                _check_patterns(patterns, path, place, faults)
                if key == "topic":
                    continue
                for pattern in patterns:
                    spelling = " ".join(pattern.casefold().split())
                    if owner.setdefault((language, spelling), row_id) != row_id:
                        what = Message(
                            '"{pattern}" is what "{other}" is called too',
                            pattern=pattern[:60],
                            other=owner[language, spelling],
                        )
                        faults.error(path, what, Message("leave it with one of them"), place)
    if count > MOST_PATTERNS:
        what = Message("holds {count} patterns; at most {most} are read", count=count, most=MOST_PATTERNS)
        faults.error((), what, Message("leave out those that others cover"))


def _check_patterns(patterns: tuple[str, ...], path: Path, place: Message, faults: FaultList) -> None:
    sound: set[object] = set()
    for pattern in patterns:
        if len(pattern) > LONGEST_PATTERN:
            what = Message('the pattern "{pattern}" has {count} characters', pattern=pattern[:40], count=len(pattern))
            remedy = Message("write at most {most}; one pattern for one way to say it", most=LONGEST_PATTERN)
            faults.error(path, what, remedy, place)
            continue
        if not pattern.strip():
            faults.error(path, Message("has an empty pattern"), Message("write the words, or leave it out"), place)
            continue
        trouble = trouble_of(pattern)
        if trouble is not None:
            what = Message('the pattern "{pattern}" {trouble}', pattern=pattern[:60], trouble=trouble)
            remedy = Message("write words; * at a word's end for any ending, ... between words for up to six others")
            faults.error(path, what, remedy, place)
            continue
        if _matches_all(pattern):
            what = Message('the pattern "{pattern}" would match in nearly every sentence', pattern=pattern[:60])
            faults.error(path, what, Message("add a word that only this topic has"), place)
            continue
        meaning = meaning_of(pattern)
        if meaning in sound:
            what = Message('the pattern "{pattern}" stands there twice', pattern=pattern[:60])
            faults.error(path, what, Message("leave one out"), place)
        sound.add(meaning)


def _matches_all(pattern: str) -> bool:
    """Whether a pattern is one stem of so few letters that nearly every sentence has it.

    An abbreviation in capitals may be short.
    """
    words = words_of(pattern)
    if len(words) != 1 or pattern.strip().isdecimal():
        return len(words) == 1
    letters = len(words[0].spelt)
    if pattern.rstrip().endswith("*"):
        return letters <= _EVERYDAY - (1 if pattern.strip("* ").isupper() else 0)
    return letters < _EVERYDAY and not pattern.strip().isupper()
