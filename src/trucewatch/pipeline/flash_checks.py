"""What stands against a draft before it is sent, by the field: a rule that cannot be used in this watch, words that
give something away, a time for an answer that cannot be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from trucewatch.messages import Amount, Message
from trucewatch.model.claim_record import Claim
from trucewatch.model.flash import (
    ASKS,
    MATTERS,
    SMALLEST_CELL_M,
    FlashDraft,
    FlashRule,
    flash_rule_of,
)
from trucewatch.model.flash_rule_faults import rule_faults_in
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.model.watch import Watch
from trucewatch.pipeline.flash_giveaways import giveaways, told_numbers, told_places
from trucewatch.pipeline.flash_place import is_zone_told, names_told
from trucewatch.pipeline.flash_wording import place_told_to
from trucewatch.store import Store
from trucewatch.store.claim_records import claims_on_record, words_of_claim
from trucewatch.store.flash_records import flashes_on_record

MOST_CHARS: Final = 300
LATEST_ANSWER: Final = timedelta(hours=24)
CALLERS_OF: Final = timedelta(days=2)
"""Names of callers of so long before a message are looked for in the words that are added to it."""
MOST_CALLERS: Final = 2000


def faults_of(
    watch: Watch, draft: FlashDraft, rule: FlashRule, now: datetime, *, store: Store | None = None
) -> Mapping[str, Message]:
    """Why a draft cannot be sent so, by field: `added_en` for words in a language, `answer_by`, `about`, `to`, `asks`.

    now: the watch's clock. store: with it added words are also searched for names of callers on record.
    """
    faults: dict[str, Message] = {}
    now = as_utc(now)
    if watch.settings.watch_time is not None and not watch.settings.simulated:
        faults["about"] = Message("This is a past case: its clock stands, and nothing in it is urgent.")
    elif (draft_fault := _draft_fault(watch, draft)) is not None:
        faults["about"] = draft_fault
    if draft.answer_by <= now:
        faults["answer_by"] = Message("The time for an answer is past; write a later one.")
    elif draft.answer_by > now + LATEST_ANSWER:
        faults["answer_by"] = Message("The time for an answer is more than a day away; write an earlier one.")
    if not set(draft.asks) <= set(ASKS):
        faults["asks"] = Message("Ask both sides only what stands there to be ticked.")
    rule_fault = next(rule_faults_in(watch, rule), None)
    if rule_fault is not None:
        faults["to"] = Message("The rule for urgent messages in watch.toml cannot be used. {fault}.", fault=rule_fault)
        return faults
    callers = _callers(store, now) if store is not None and any(draft.added.values()) else ()
    codes = [flash.code for flash in flashes_on_record(store)] if store is not None else ()
    return faults | added_faults(watch, draft, rule, callers=callers, codes=codes)


def added_faults(
    watch: Watch,
    draft: FlashDraft,
    rule: FlashRule,
    *,
    callers: Collection[str] = (),
    codes: Collection[str] = (),
) -> dict[str, Message]:
    """What is wrong with added words, by `added_` and the language. They stand in every language or in none, and say
    the same in each as far as times and places go. callers, codes: as `giveaways` takes them."""
    written = {language: as_typed(text) for language, text in draft.added.items() if as_typed(text)}
    if not written:
        return {}
    faults: dict[str, Message] = {}
    may_name = places_told(watch, draft, rule)
    languages = watch.settings.languages
    for language in written:
        if language not in languages:
            faults[f"added_{language}"] = Message(
                "This watch has no language {language}; its languages are: {languages}",
                language=language[:20],
                languages=", ".join(languages),
            )
    for language in languages:
        text = written.get(language, "")
        given_away = giveaways(text, language, watch, may_name=may_name, callers=callers, codes=codes)
        fault = _text_fault(text) or next(given_away, None)
        if fault is not None:
            faults[f"added_{language}"] = fault
    first, *others = (language for language in languages if language in written)
    for language in others:
        field = f"added_{language}"
        if field in faults or f"added_{first}" in faults:
            continue
        if told_numbers(written[language]) != told_numbers(written[first]):
            faults[field] = Message(
                "The times or numbers here differ from those in {language}; say the same in every language.",
                language=first,
            )
        elif told_places(written[language], watch) != told_places(written[first], watch):
            faults[field] = Message(
                "The places here differ from those in {language}; say the same in every language.", language=first
            )
    return faults


def places_told(watch: Watch, draft: FlashDraft, rule: FlashRule) -> frozenset[str]:
    """The ids of the places that the text names to every recipient: added words, which all of them get, may name
    these."""
    at = draft.quarter[0]
    to = flash_rule_of(rule, watch.agreement.bound_ids).to
    names_to_each = [names_told(watch, place_told_to(watch, draft, each), at) for each in to if "place" in each.tells]
    every = (
        frozenset.intersection(*names_to_each) if names_to_each and len(names_to_each) == len(to) else frozenset[str]()
    )
    return every | {zone.id for zone in watch.zones if zone.kind == "area"}


def _text_fault(text: str) -> Message | None:
    if not text:
        return Message("Write these words in every language of the watch, or in none.")
    if len(text) > MOST_CHARS:
        return Message(
            "At most {most} characters; these are {count}.", most=Amount(MOST_CHARS), count=Amount(len(text))
        )
    return refusal_of(text)


def _draft_fault(watch: Watch, draft: FlashDraft) -> Message | None:
    """What no draft from the record has: a place or a time finer than any rule. It came from elsewhere."""
    place = draft.place
    changed = Message("This is no draft from the record any more; begin anew from the incident or the claim.")
    if draft.matter not in MATTERS or not draft.about:
        return changed
    if any(moment.minute % 15 or moment.second or moment.microsecond for moment in _local(watch, draft)):
        return changed
    if draft.quarter[1] <= draft.quarter[0]:
        return changed
    if place is None:
        return None
    if place.form == "cell":
        is_cell = place.lon is not None and place.lat is not None and place.size_m >= SMALLEST_CELL_M
        return None if is_cell else changed
    if place.form == "settlement":
        return None if any(town.id == place.id for town in watch.basemap.towns) else changed
    return None if any(zone.id == place.id and is_zone_told(zone) for zone in watch.zones) else changed


def _local(watch: Watch, draft: FlashDraft) -> tuple[datetime, datetime]:
    return draft.quarter[0].astimezone(watch.zone), draft.quarter[1].astimezone(watch.zone)


def _callers(store: Store, now: datetime) -> frozenset[str]:
    """The names of callers of the last days, as they were taken down."""
    recent: list[Claim] = [
        claim for claim in claims_on_record(store) if claim.name and claim.received_at >= now - CALLERS_OF
    ]
    return frozenset(words_of_claim(store, claim).name for claim in recent[-MOST_CALLERS:])
