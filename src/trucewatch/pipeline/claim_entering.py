"""What can be entered of a claim, each rule once: taken down, corrected, taken back, translated, joined by hand.

Who enters something is named by a salted reference; what was typed is kept apart, so that it can be erased. Raises
ClaimRefusedError with what is wrong, by the field, and StoreError where something else stands by now.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.claim_draft import ClaimDraft, ClaimRefusedError
from trucewatch.model.claim_record import Claim, Speaker
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import as_typed
from trucewatch.model.watch import Watch
from trucewatch.pipeline.claim_checks import draft_faults, language_faults, text_faults
from trucewatch.sources.recorded.claim_rows import claimant_of
from trucewatch.store import Store
from trucewatch.store.claim_records import (
    WHOLE,
    WORDS,
    claim_in,
    claim_of,
    claim_record,
    claim_versions,
    claims_on_record,
    join_record,
    translation_record,
    undo_record,
    words_of_claim,
)
from trucewatch.store.journal import Entry

AT_ONCE: Final = "at_once"
BY_SPEAKER: Final = "by_speaker"
MISTAKE: Final = "mistake"
REASONS: Final[Mapping[str, Message]] = {
    AT_ONCE: Message("undone at once, from the message that followed the entry"),
    BY_SPEAKER: Message("its speaker took it back"),
    MISTAKE: Message("entered by mistake"),
}
"""Reasons that nobody has to type."""
_AT_ONCE: Final = 16
"""How many texts of a letter are written at once."""
_ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no number is given twice, no version is corrected twice."""


def speakers_in(watch: Watch) -> tuple[Speaker, ...]:
    """Who can speak in this watch as far as its files name them: parties, delegations, bodies; then a civilian, and
    nobody who says who they are. Posts and agencies are named by whoever takes the claim down."""
    return (
        *(Speaker("party", party.id) for party in watch.agreement.party),
        *(Speaker("delegation", each.id) for each in watch.settings.delegation),
        *(Speaker("body", body.id) for body in watch.agreement.body),
        Speaker("civilian"),
        Speaker("not_said"),
    )


def check_claims(watch: Watch, drafts: Sequence[ClaimDraft], *, now: datetime) -> None:
    """Raises ClaimRefusedError with everything that is wrong with the first draft that cannot be entered."""
    moment = clock_of(watch, now)
    for place, draft in enumerate(drafts):
        faults = draft_faults(draft, watch, moment)
        if faults:
            raise ClaimRefusedError(faults, place)


def enter_claims(
    store: Store, watch: Watch, drafts: Sequence[ClaimDraft], *, by: str, now: datetime
) -> tuple[Claim, ...]:
    """Enter claims under the next numbers in one commit: all of them or none. now: the watch's clock, or the
    computer's; on a past case the watch's own clock stands."""
    check_claims(watch, drafts, now=now)
    if not drafts:
        return ()
    with _ENTERING:
        first = max((claim.number for claim in claims_on_record(store)), default=0) + 1
        who = _who(store, by)

        def taken_down(place: int) -> Claim:
            return _taken_down(store, watch, drafts[place], number=first + place, version=1, by=who, now=now)

        # Each text is flushed by itself, and most of that is waiting for the disk: a letter has hundreds.
        with ThreadPoolExecutor(_AT_ONCE) as several:
            claims = list(several.map(taken_down, range(len(drafts)))) if len(drafts) > 1 else [taken_down(0)]
        return tuple(claim_in(entry) for entry in store.commit([claim_record(claim) for claim in claims]))


def enter_claim(store: Store, watch: Watch, draft: ClaimDraft, *, by: str, now: datetime) -> Claim:
    """Enter one claim under the next number."""
    (claim,) = enter_claims(store, watch, [draft], by=by, now=now)
    return claim


def correct_claim(
    store: Store,
    watch: Watch,
    code: str,
    draft: ClaimDraft,
    *,
    version: int,
    by: str,
    now: datetime,
    reason: str = "",
) -> Claim:
    """Enter the next version of a claim. version: the one that was looked at; raises StoreError if another stands
    meanwhile. Its letter and row stay; words that are the same keep their reference, and their translations."""
    check_claims(watch, [draft], now=now)
    _refuse(text_faults("reason", reason))
    with _ENTERING:
        stands = _as_looked_at(store, code, version)
        last = max(each.version for each in claim_versions(store) if each.number == stands.number)
        draft = replace(draft, letter=stands.letter, row=stands.row)
        claim = _taken_down(
            store,
            watch,
            draft,
            number=stands.number,
            version=last + 1,
            by=_who(store, by),
            now=now,
            before=stands,
        )
        store.commit([claim_record(claim, reason=store.keep_words(as_typed(reason)))])
        return claim_of(store, code)


def take_back_claim(
    store: Store,
    watch: Watch,
    code: str,
    *,
    version: int,
    by: str,
    now: datetime,
    undoes: int = WHOLE,
    reason: str = "",
    reason_code: str = "",
) -> Claim:
    """Take back a claim, or with `undoes` the correction of that number, so that the version before it stands again.
    It leaves the list; the ledger keeps it. version: as `correct_claim`; reason: typed, or one of REASONS by its
    code."""
    if reason_code not in REASONS:
        _refuse(text_faults("reason", reason, is_needed=True))
    with _ENTERING:
        stands = _as_looked_at(store, code, version)
        if undoes not in (WHOLE, 1, stands.version):
            raise _changed(stands)
        record = undo_record(
            number=stands.number,
            undoes=WHOLE if undoes == 1 else undoes,
            reason="" if reason_code in REASONS else store.keep_words(as_typed(reason)),
            reason_code=reason_code if reason_code in REASONS else "",
            is_drill=stands.is_drill,
            by=_who(store, by),
            known_at=clock_of(watch, now),
        )
        store.commit([record])
        return claim_of(store, code)


def translate_claim(
    store: Store, watch: Watch, code: str, *, language: str, words: str, says: str, by: str, now: datetime
) -> Claim:
    """Enter a translation of a claim's words, in place of an earlier one into that language. says: the reference of the
    words that were translated; raises StoreError if others stand meanwhile."""
    _refuse(text_faults("translation", words, is_needed=True) | language_faults(language))
    with _ENTERING:
        claim = claim_of(store, code)
        if not claim.stands or claim.says != says:
            raise _changed(claim)
        if not claim.says:
            raise ClaimRefusedError({"translation": Message("No words of this claim were taken down to translate.")})
        kept = store.keep_words(as_typed(words))
        moment = clock_of(watch, now)
        store.commit([translation_record(claim, language=language, words=kept, by=_who(store, by), known_at=moment)])
        return claim_of(store, code)


def join_claims(store: Store, watch: Watch, code: str, other: str, *, by: str, now: datetime) -> Entry:
    """Hold two claims to speak of one event; a person says so, nothing else does."""
    with _ENTERING:
        claim, far = _pair(store, code, other)
        if claim.is_drill != far.is_drill:
            raise StoreError(
                Message(
                    "{claim} is a drill; it cannot be held to speak of one event with {other}, which is real. Nothing "
                    "was entered",
                    claim=(claim if claim.is_drill else far).code,
                    other=(far if claim.is_drill else claim).code,
                )
            )
        if far.number in claim.joined:
            raise StoreError(
                Message("{claim} and {other} are joined already; nothing was entered", claim=claim.code, other=far.code)
            )
        return _joined(store, watch, claim, far, "join", by, now)


def part_claims(store: Store, watch: Watch, code: str, other: str, *, by: str, now: datetime) -> Entry:
    """Hold two claims no longer to speak of one event."""
    with _ENTERING:
        claim, far = _pair(store, code, other, may_be_gone=True)
        if far.number not in claim.joined:
            raise StoreError(
                Message("{claim} and {other} are not joined; nothing was entered", claim=claim.code, other=far.code)
            )
        return _joined(store, watch, claim, far, "part", by, now)


def clock_of(watch: Watch, now: datetime) -> datetime:
    """What the watch's clock shows, to the second: on a past case its `watch_time`."""
    return as_utc(watch.settings.watch_time or now).replace(microsecond=0)


def _joined(store: Store, watch: Watch, claim: Claim, far: Claim, act: str, by: str, now: datetime) -> Entry:
    pair, moment = (claim.number, far.number), clock_of(watch, now)
    is_drill = claim.is_drill and far.is_drill
    (entry,) = store.commit([join_record(pair, act=act, is_drill=is_drill, by=_who(store, by), known_at=moment)])
    return entry


def _pair(store: Store, code: str, other: str, *, may_be_gone: bool = False) -> tuple[Claim, Claim]:
    claim, far = claim_of(store, code), claim_of(store, other)
    if claim.number == far.number:
        raise StoreError(Message("{claim} cannot be joined with itself; nothing was entered", claim=claim.code))
    gone = next((each for each in (claim, far) if not each.stands), None)
    if gone is not None and not may_be_gone:
        raise StoreError(Message("{claim} was taken back; nothing was entered", claim=gone.code))
    return claim, far


def _as_looked_at(store: Store, code: str, version: int) -> Claim:
    claim = claim_of(store, code)
    if not claim.stands:
        raise StoreError(Message("{claim} was taken back; nothing was entered", claim=claim.code))
    if claim.version != version:
        raise _changed(claim)
    return claim


def _changed(claim: Claim) -> StoreError:
    return StoreError(
        Message(
            "{claim} changed since it was looked at; nothing was entered. Look at it as it stands now",
            claim=claim.code,
        )
    )


def _taken_down(
    store: Store,
    watch: Watch,
    draft: ClaimDraft,
    *,
    number: int,
    version: int,
    by: str,
    now: datetime,
    before: Claim | None = None,
) -> Claim:
    """The claim that a draft is, its words kept."""
    return Claim(
        number=number,
        version=version,
        entry=-1,
        speaker=draft.speaker,
        claimed_by=claimant_of(draft.speaker, watch),
        via=draft.via,
        received_at=as_utc(draft.received_at).replace(microsecond=0),
        recorded_at=clock_of(watch, now),
        known_at=clock_of(watch, now),
        by=by,
        language=draft.language,
        event=draft.event,
        answers=draft.answers,
        letter=draft.letter,
        row=draft.row,
        simulated=watch.settings.simulated or draft.is_drill,
        is_drill=draft.is_drill,
        attachments=draft.attachments,
        **_references(store, draft, before),
    )


def _references(store: Store, draft: ClaimDraft, before: Claim | None) -> dict[str, Any]:
    words = {each.name: as_typed(getattr(draft.words, each.name)) for each in fields(draft.words)}
    earlier = words_of_claim(store, before) if before else None
    references = {}
    for name, column in WORDS.items():
        is_same = before is not None and getattr(before, column) and getattr(earlier, name) == words[name]
        references[column] = getattr(before, column) if is_same else store.keep_words(words[name])
    return references


def _who(store: Store, by: str) -> str:
    return store.keys.reference_of(by)


def _refuse(faults: Mapping[str, Message]) -> None:
    if faults:
        raise ClaimRefusedError(faults)
