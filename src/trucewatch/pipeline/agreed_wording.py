"""The words of a finding: each delegation's own text, and the common text that every delegation signs, in each language
of the watch. What differs between the languages is shown before; who signs names the hash of what there was to see."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.ledger.note import PublicKey, read_public_key
from trucewatch.ledger.signing import verify_record
from trucewatch.messages import Message
from trucewatch.model.review import Case, ReviewKey
from trucewatch.model.review_outcome import LEAST_DELEGATIONS, may_sign, rule_of
from trucewatch.model.review_put import moment_put
from trucewatch.model.review_rule import ReviewRule
from trucewatch.model.times import as_utc, read_time, whole_second
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.model.watch import Watch
from trucewatch.pipeline.review_book import ReviewBook, check_has_not_left
from trucewatch.pipeline.review_checks import refuse_second_side
from trucewatch.pipeline.review_speaker import Speaker
from trucewatch.pipeline.wording_differences import WordingComparison, wording_differences
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.wording_records import (
    COMMON,
    Wording,
    signed_record,
    wording_record,
    wordings,
)

__all__ = ["COMMON", "Wording", "wordings"]
MOST_CHARACTERS: Final = 4000
"""Of one text in one language."""
AHEAD: Final = timedelta(minutes=10)
"""By so much a signer's clock may be off."""
_WORDING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no version is given twice, none is signed twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingStanding:
    """How far the common text of a case is agreed.

    latest: its last version; signed, missing: delegations that signed that version, and those that have not. agreed:
    the last version that every delegation signed; a later one that is not stands beside it.
    """

    latest: Wording | None
    signed: tuple[str, ...]
    missing: tuple[str, ...]
    agreed: Wording | None

    @property
    def is_agreed(self) -> bool:
        """Whether the last version is the one that all signed."""
        return self.agreed is not None and self.agreed == self.latest


def wording_standing(
    store: Store,
    case: Case,
    recorded_by: datetime | None = None,
    known_by: datetime | None = None,
    before: int | None = None,
) -> WordingStanding:
    """Who signed which version of the common text; as of `wordings`. A delegation that
    left signs no more, and without two there is no agreement."""
    common = [each for each in wordings(store, case.code, recorded_by, known_by, before) if each.of == COMMON]
    signing = _signing(case)
    latest = common[-1] if common else None
    signed = latest.signed_by if latest else frozenset()
    whole = [
        each
        for each in common
        if len(case.delegations) >= LEAST_DELEGATIONS and each.signed_by >= set(case.delegations)
    ]
    return WordingStanding(
        latest=latest,
        signed=tuple(name for name in case.delegations if name in signed),
        missing=tuple(name for name in signing if name not in signed),
        agreed=whole[-1] if whole else None,
    )


def texts_of(store: Store, wording: Wording) -> dict[str, str | Message]:
    """The words of a version by language; a Message where they were erased."""
    return {language: store.typed.words_of(reference) for language, reference in wording.texts.items()}


def bytes_to_sign(store: Store, wording: Wording) -> bytes:
    """The record of a version, exactly as it was entered: what `trucewatch sign` and the browser sign."""
    return store.objects.get(wording.sha256)


def compared(store: Store, watch: Watch, case: Case, wording: Wording) -> WordingComparison:
    """What differs between the languages of a version. Raises StoreError where words of it were erased."""
    texts = texts_of(store, wording)
    if not all(isinstance(text, str) for text in texts.values()):
        raise StoreError(
            Message("words of this version were erased, so it can be neither compared nor signed; enter a new version")
        )
    words = {language: str(text) for language, text in texts.items()}
    return wording_differences(words, watch, at=moment_put(case.put, "occurred_start"))


def signing_keys(keys: Iterable[ReviewKey]) -> tuple[PublicKey, ...]:
    """The public keys with which somebody can sign, of keys in force; a recovery key has none."""
    return tuple(read_public_key(key.signs) for key in keys if key.is_in_force and key.signs)


def enter_wording(
    store: Store,
    watch: Watch,
    speaker: Speaker,
    case: Case,
    of: str,
    texts: Mapping[str, str],
) -> Entry:
    """Enter a text as its next version. of: the delegation whose own text it is, or COMMON.

    A delegation enters its own text in at least one language; the common text stands in each language of the watch.
    Raises StoreError while first positions are awaited, for somebody else's text, for a language that is missing or is
    none of the watch, for text that cannot be kept, for one that says what the last version says, and from a delegation
    that left since.
    """
    _check_open(case)
    side = speaker.delegation
    if of not in (COMMON, side):
        raise StoreError(
            Message("a delegation enters its own text, or the common one; this is of {name}", name=of[:40])
        )
    if side not in _signing(case):
        raise StoreError(_no_part(case, side))
    check_has_not_left(ReviewBook(store, watch, speaker.now), side)
    typed = {language: as_typed(text) for language, text in texts.items() if as_typed(text)}
    _check_texts(watch, of, typed)
    with _WORDING:
        before = [each for each in wordings(store, case.code) if each.of == of]
        if before and texts_of(store, before[-1]) == typed:
            raise StoreError(
                Message("version {number} says the same, word by word; nothing was entered", number=before[-1].number)
            )
        record = wording_record(
            case.code,
            number=len(before) + 1,
            of=of,
            texts={language: store.keep_words(typed[language]) for language in sorted(typed)},
            side=side,
            role=str(speaker.role),
            known_at=whole_second(speaker.now),
            by=speaker.reference(store),
        )
        (entry,) = store.commit([record])
        return entry


def sign_wording(
    store: Store,
    watch: Watch,
    speaker: Speaker,
    case: Case,
    number: int,
    document: Mapping[str, object],
    *,
    differences: str,
    keys: Collection[PublicKey],
    computer: datetime,
    rule: ReviewRule | None = None,
) -> Entry:
    """Enter a delegation's signature under the last version of the common text.

    document: `trucewatch/signature/1` over `bytes_to_sign`. differences: `digest` of what was shown to differ between
    the languages. keys: the delegation's review keys in force (`signing_keys`). rule: the one by which the case was put
    (`ReviewBook.rule`); without it that book is asked. Raises StoreError for another version than the last, for
    differences that were not looked at or have changed since, for a delegation that signed it already, has left or has
    no part in the case, for a role that does not sign; LedgerError for a signature that does not hold.
    """
    _check_open(case)
    delegation = speaker.delegation
    if delegation not in _signing(case):
        raise StoreError(_no_part(case, delegation))
    if not may_sign(speaker.role, rule_of(case, rule or ReviewBook(store, watch, speaker.now).rule(case))):
        raise StoreError(Message("by the rule of this watch this role does not sign; ask the head of the delegation"))
    with _WORDING:
        latest = _version_to_sign(store, case, number, delegation)
        signers = [(each.delegation, each.by) for each in latest.signatures]
        refuse_second_side(case, delegation, speaker.reference(store), signers)
        if differences != compared(store, watch, case, latest).digest:
            raise StoreError(
                Message(
                    "the differences between the languages were not looked at, or have changed since; look at them and "
                    "sign again"
                )
            )
        verify_record(bytes_to_sign(store, latest), document, keys)
        signed = {name: str(value) for name, value in document.items()}
        _check_time(read_time(signed["signed_at"]), latest, computer)
        record = signed_record(
            latest,
            delegation=delegation,
            role=str(speaker.role),
            document=signed,
            differences=differences,
            known_at=whole_second(speaker.now),
            by=speaker.reference(store),
        )
        (entry,) = store.commit([record])
        return entry


def _version_to_sign(store: Store, case: Case, number: int, delegation: str) -> Wording:
    """The last version of the common text. Raises StoreError where there is none, where the number is another one's,
    and where the delegation signed it already."""
    common = [each for each in wordings(store, case.code) if each.of == COMMON]
    if not common:
        raise StoreError(Message("{case} has no common text yet; enter one first", case=case.code))
    latest = common[-1]
    if number != latest.number:
        raise StoreError(
            Message(
                "version {number} is not the last one; read version {latest} and sign that",
                number=number,
                latest=latest.number,
            )
        )
    if delegation in latest.signed_by:
        raise StoreError(
            Message("{delegation} signed version {number} already", delegation=delegation, number=latest.number)
        )
    return latest


def _check_open(case: Case) -> None:
    """Words are worked on in the open only: before, a text would tell a position early."""
    if case.step in ("blind", "opening"):
        raise StoreError(
            Message("{case} has no text before its first positions are opened; come back then", case=case.code)
        )
    if case.state == "closed_unreviewed":
        raise StoreError(Message("{case} was closed unreviewed; it gets no common text", case=case.code))


def _signing(case: Case) -> tuple[str, ...]:
    return tuple(name for name in case.delegations if case.standings.get(name) != "left")


def _no_part(case: Case, side: str) -> Message:
    return Message(
        '"{side}" has no part in {case}: it is no delegation of it, or has left', side=side[:40], case=case.code
    )


def _check_texts(watch: Watch, of: str, typed: Mapping[str, str]) -> None:
    languages = watch.settings.languages
    strange = sorted(set(typed) - set(languages))
    if strange:
        raise StoreError(Message("{language} is no language of this watch", language=strange[0][:20]))
    missing = [language for language in languages if language not in typed]
    if not typed or (of == COMMON and missing):
        raise StoreError(
            Message(
                "the text is missing in: {languages}. The common text stands in each language of the watch, a "
                "delegation’s own in one at least",
                languages=", ".join(missing),
            )
        )
    for language, text in typed.items():
        refusal = refusal_of(text)
        if refusal is not None:
            raise StoreError(refusal)
        if len(text) > MOST_CHARACTERS:
            raise StoreError(
                Message(
                    "the text in {language} has {count} characters; at most {most} are taken. Shorten it",
                    language=language,
                    count=len(text),
                    most=MOST_CHARACTERS,
                )
            )


def _check_time(signed_at: datetime, wording: Wording, computer: datetime) -> None:
    if not wording.recorded_at - AHEAD <= signed_at <= as_utc(computer) + AHEAD:
        raise StoreError(
            Message(
                "the signature is dated before its text was entered, or ahead of this computer’s clock; set the clock "
                "of the computer that signs, and sign again"
            )
        )
