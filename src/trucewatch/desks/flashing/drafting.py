"""A message as it is about to be sent: what a form changes of what the record gives, and never finer than the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trucewatch.desks.flashing.rule import read
from trucewatch.messages import Message
from trucewatch.model.flash import (
    ASKS,
    MATTERS,
    PLACE_FORMS,
    FlashDraft,
    FlashRule,
    flash_rule_of,
)
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Notice
from trucewatch.pipeline.flash_checks import faults_of
from trucewatch.pipeline.flash_drafting import draft_for, parties_recipient, subject_of
from trucewatch.pipeline.flash_notices import announced_near
from trucewatch.pipeline.flash_wording import FlashText, hash_of, preview_of
from trucewatch.store import Store
from trucewatch.store.drill_records import drill_now, drills_on_record

NOT_TOLD: Final = "none"
"""The coarsest place: none is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a person changes of a draft; None and "" leave it as the record gives it."""

    matter: str = ""
    place: str = ""
    asks: Sequence[str] | None = None
    answer_by: datetime | None = None
    added: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft with the rule by which it goes, the texts that each recipient would read, their hash, what is wrong with
    it by the field, and how its place may be told: the rule's form and all coarser ones."""

    draft: FlashDraft
    rule: FlashRule
    texts: Mapping[str, FlashText]
    seen: str
    faults: Mapping[str, Message]
    places: tuple[str, ...]
    place: str
    drill_label: str
    announced: tuple[Notice, ...] = ()
    """What was announced near it, for who sends; told to nobody."""


def rule_of(watch: Watch) -> FlashRule:
    """What the watch agreed, with its recipients. Raises WatchError for a rule that cannot be read."""
    return flash_rule_of(read(watch.settings.desk.get("flashing", {})), watch.agreement.bound_ids)


def drafted(store: Store, watch: Watch, about: str, changes: Changes, now: datetime) -> Drafted:
    """The draft about an incident or a claim, with what is changed of it. now: the watch's clock.

    Raises FlashRefusedError for what may be told to nobody, StoreError for an incident or a claim that there is not.
    """
    rule, drill = rule_of(watch), drill_now(store)
    own_form = parties_recipient(watch, rule).place
    places = (*PLACE_FORMS[PLACE_FORMS.index(own_form) :], NOT_TOLD)
    faults: dict[str, Message] = {}
    place = changes.place or own_form
    if place not in places:
        faults["place"] = Message("The rule of this watch tells no finer place; choose one of these.")
        place = own_form
    rule = _coarser(rule, place)
    label = drill_label_of(store, drill.number) if drill else ""
    draft = draft_for(store, watch, subject_of(store, about), rule=rule, now=now, drill=drill.number if drill else 0)
    if place == NOT_TOLD:
        draft = replace(draft, place=None)
    draft = _changed(draft, changes, faults)
    texts = preview_of(watch, draft, rule, drill_label=label)
    return Drafted(
        draft=draft,
        rule=rule,
        texts=texts,
        seen=hash_of(texts),
        faults={**faults_of(watch, draft, rule, now, store=store), **faults},
        places=places,
        place=place,
        drill_label=label,
        announced=announced_near(watch, draft, now),
    )


def drill_label_of(store: Store, number: int) -> str:
    """What people call a drill; "" for none, and where that was erased."""
    drill = next((each for each in drills_on_record(store) if each.number == number), None)
    return (store.words.read(drill.label) or "") if drill else ""


def _changed(draft: FlashDraft, changes: Changes, faults: dict[str, Message]) -> FlashDraft:
    if changes.matter:
        matter = next((each for each in MATTERS if each == changes.matter), None)
        if matter is None:
            faults["matter"] = Message("Choose what is reported from the list.")
        else:
            draft = replace(draft, matter=matter)
    if changes.asks is not None:
        draft = replace(draft, asks=tuple(each for each in ASKS if each in changes.asks))
    if changes.answer_by is not None:
        draft = replace(draft, answer_by=changes.answer_by)
    if changes.added:
        draft = replace(draft, added={language: text for language, text in changes.added.items() if text.strip()})
    return draft


def _coarser(rule: FlashRule, place: str) -> FlashRule:
    """The rule with each recipient told the place no finer than so."""
    form = next((each for each in PLACE_FORMS if each == place), PLACE_FORMS[-1])
    least = PLACE_FORMS.index(form)
    return replace(
        rule,
        to=tuple(replace(each, place=PLACE_FORMS[max(PLACE_FORMS.index(each.place), least)]) for each in rule.to),
    )
