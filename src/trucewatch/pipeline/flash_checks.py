"""What stands against a draft before it is sent, by the field: what added words would give away, when an answer is
asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from trucewatch.messages import Amount, Message
from trucewatch.model.flash import ALWAYS_TOLD, FlashDraft, FlashRule, flash_rule_of
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.model.watch import Watch

MOST_CHARS: Final = 300
LATEST_ANSWER: Final = timedelta(hours=24)


def faults_of(watch: Watch, draft: FlashDraft, rule: FlashRule, now: datetime) -> Mapping[str, Message]:
    """Why a draft cannot be sent so, by field: `added_en` for words in a language, `answer_by`, `about`, `to`."""
    faults: dict[str, Message] = {}
    if watch.settings.watch_time is not None and not watch.settings.simulated:
        faults["about"] = Message("This watch is of the past: its clock stands, and nothing is urgent in it.")
    if draft.answer_by <= now:
        faults["answer_by"] = Message("The time for an answer is past; write a later one.")
    elif draft.answer_by > now + LATEST_ANSWER:
        faults["answer_by"] = Message("The time for an answer is more than a day away; write an earlier one.")
    return faults | rule_faults_of(watch, rule) | added_faults(watch, draft)


def rule_faults_of(watch: Watch, rule: FlashRule) -> dict[str, Message]:
    """What is wrong with a rule in this watch; empty for one that can be used."""
    to = flash_rule_of(rule, watch.agreement.bound_ids).to
    if any(not set(each.tells) >= ALWAYS_TOLD for each in to):
        return {"to": Message("The rule leaves out what has to be told")}
    return {}


def added_faults(watch: Watch, draft: FlashDraft) -> dict[str, Message]:
    faults: dict[str, Message] = {}
    written = {language: as_typed(text) for language, text in draft.added.items() if text.strip()}
    for language in watch.settings.languages:
        field = f"added_{language}"
        text = written.get(language, "")
        if written and not text:
            faults[field] = Message("Write these words in every language of the watch, or in none.")
        elif len(text) > MOST_CHARS:
            faults[field] = Message(
                "At most {most} characters; these are {count}.", most=Amount(MOST_CHARS), count=Amount(len(text))
            )
        elif refusal := refusal_of(text):
            faults[field] = refusal
    return faults
