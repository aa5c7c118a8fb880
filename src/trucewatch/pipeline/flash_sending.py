"""Sending an urgent message, and what follows one that was sent: each in one commit, in the same second to all.

Who does something is named by a salted reference; what was typed is kept apart, so that it can be erased. Raises
FlashRefusedError and StoreErrors with what stands in the way; then nothing was entered and nothing sent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.drill import drill_code
from trucewatch.model.flash import (
    Flash,
    FlashAct,
    FlashDraft,
    FlashRecipient,
    FlashRule,
    flash_code,
    flash_rule_of,
)
from trucewatch.model.flash_refused import FlashActError, FlashRefusedError, FlashSentError, FlashTwiceError
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.model.typed_text import as_typed
from trucewatch.model.watch import Watch
from trucewatch.pipeline.flash_checks import faults_of
from trucewatch.pipeline.flash_wording import FlashText, Follow, follow_texts, hash_of, preview_of, texts_of
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of
from trucewatch.store.drill_records import drill_now
from trucewatch.store.flash_queue import FlashMail, WayOut
from trucewatch.store.flash_records import (
    flash_act_record,
    flash_of,
    flash_record,
    flashes_on_record,
    next_flash_number,
)
from trucewatch.store.outbox import Outbox

ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no number is given twice, nothing is sent twice."""


def send_flash(
    store: Store,
    watch: Watch,
    draft: FlashDraft,
    *,
    rule: FlashRule,
    outbox: Outbox,
    ways: Sequence[WayOut],
    seen: str,
    by: str,
    now: datetime,
    clock: Callable[[], datetime],
    drill_label: str = "",
    again: bool = False,
) -> Flash:
    """Send a draft to all of a rule in one second, under the next number.

    ways: what the outbox knows of the ways to each. seen: `hash_of(preview_of(…))` of what was looked at. now: the
    watch's clock; clock: the computer's. again: another message about the same is meant, though one is open.

    Raises FlashRefusedError (what is wrong with it, or that it changed since it was looked at), FlashSentError for a
    second click, FlashTwiceError where an open one is about the same.
    """
    now, queued_at = as_utc(now).replace(microsecond=0), as_utc(clock()).replace(microsecond=0)
    to = flash_rule_of(rule, watch.agreement.bound_ids)
    with ENTERING:
        faults = dict(faults_of(watch, draft, to, now, store=store))
        if not faults and hash_of(preview_of(watch, draft, to, drill_label=drill_label)) != seen:
            faults = {"": Message("It changed since you looked at it. Look at it again, then send.")}
        if not faults:
            faults = _moved_on(store, draft)
        if not faults and now < draft.first_report:
            faults = {"": Message("The clock stands before the moment at which this was reported; set it right first.")}
        if not faults:
            faults = way_faults(to, ways)
        if faults:
            raise FlashRefusedError(faults)
        _refuse_twice(store, draft, seen, again)
        number = next_flash_number(store)
        texts = texts_of(watch, draft, to, sent_at=now, number=number, drill_label=drill_label)
        flash = Flash(
            number=number,
            entry=-1,
            by=_who(store, by),
            sent_at=now,
            queued_at=queued_at,
            draft=replace(draft, added={each: store.keep_words(words) for each, words in draft.added.items() if words}),
            to=to.to,
            parties=tuple(each.id for each in to.to if each.id in watch.agreement.bound_ids),
            texts=_kept(store, texts),
            text_hash=store.keep_words(seen),
        )
        deliveries = outbox.flash_deliveries(
            flash.code, 0, _mails(flash, texts, "message"), queued_at, watch.settings, _ways_to(flash.to, ways)
        )
        store.commit([flash_record(flash), *deliveries])
        return flash_of(store, flash.code)


def _moved_on(store: Store, draft: FlashDraft) -> dict[str, Message]:
    """What changed on record since a draft was made: its claim was taken back, its drill ended."""
    first = draft.about[0].partition("claim:")[2]
    if first and not claim_of(store, first).stands:
        return {"about": Message("{claim} was taken back; an urgent message cannot rest on it.", claim=first)}
    running = drill_now(store)
    if draft.drill and (running is None or running.number != draft.drill):
        return {
            "about": Message(
                "The drill {drill} has ended since you looked; nothing is sent as a part of it.",
                drill=drill_code(draft.drill),
            )
        }
    return {}


def who_to_ring(to: Sequence[FlashRecipient], ways: Sequence[WayOut]) -> tuple[str, ...]:
    """The recipients to whom no way but the telephone leads now: somebody has to read it out to them."""
    reached = {each.recipient for each in ways if each.is_ready and each.way != "telephone"}
    return tuple(each.id for each in to if each.id not in reached)


def way_faults(rule: FlashRule, ways: Sequence[WayOut]) -> dict[str, Message]:
    """To whom nothing leads, by `to`; empty where each has a way, or can be rung."""
    for each in who_to_ring(rule.to, ways):
        recipient = rule.recipient(each)
        if recipient is None or "telephone" not in recipient.ways:
            return {
                "to": Message(
                    "No way leads to {recipient}: nobody speaks for it with an account, no address is entered and its "
                    "rule names no telephone. Enter one, then send.",
                    recipient=each,
                )
            }
    return {}


def withdraw(
    store: Store,
    watch: Watch,
    code: str,
    *,
    outbox: Outbox,
    ways: Sequence[WayOut],
    by: str,
    now: datetime,
    clock: Callable[[], datetime],
    words: str = "",
    drill_label: str = "",
) -> Flash:
    """Tell all who got a message that it is withdrawn; it has then ended. words: why, for the centre alone."""
    with ENTERING:
        flash = flash_of(store, code)
        if flash.withdrawn:
            raise FlashActError(
                Message("{code} is withdrawn already; nothing was sent", code=flash.code), is_there=True
            )
        records = _followed(
            store, watch, [flash], "withdrawn", "withdrawn", outbox, ways, by, now, clock, words, drill_label
        )
        store.commit(records)
        return flash_of(store, code)


def end_drill_flashes(
    store: Store,
    watch: Watch,
    drill: int,
    *,
    outbox: Outbox,
    ways: Sequence[WayOut],
    by: str,
    now: datetime,
    clock: Callable[[], datetime],
    drill_label: str = "",
) -> tuple[Flash, ...]:
    """Tell all who got an open message of a drill that the drill has ended and what follows is real; those messages
    are closed. Those closed so; none where none was open."""
    with ENTERING:
        still_open = [each for each in flashes_on_record(store) if each.draft.drill == drill and not each.ended]
        if not drill or not still_open:
            return ()
        records = _followed(
            store, watch, still_open, "drill_over", "closed", outbox, ways, by, now, clock, "", drill_label
        )
        store.commit(records)
        return tuple(flash_of(store, each.code) for each in still_open)


def _followed(
    store: Store,
    watch: Watch,
    flashes: Sequence[Flash],
    follow: Follow,
    act: Any,
    outbox: Outbox,
    ways: Sequence[WayOut],
    by: str,
    now: datetime,
    clock: Callable[[], datetime],
    words: str,
    drill_label: str,
) -> list[Mapping[str, Any]]:
    """The records of a text that follows messages, and of the acts that it is."""
    queued_at = as_utc(clock()).replace(microsecond=0)
    records: list[Mapping[str, Any]] = []
    for flash in flashes:
        # A clock that jumped back does not keep a message from being withdrawn: it ends no earlier than it was sent.
        at = max(as_utc(now).replace(microsecond=0), flash.sent_at)
        texts = follow_texts(watch, flash, follow, at=at, drill_label=drill_label)
        revision = 1 + sum(each.act in ("withdrawn", "closed") for each in flash.acts)
        records.append(
            flash_act_record(
                FlashAct(
                    entry=-1,
                    flash=flash.number,
                    act=act,
                    to="",
                    at=at,
                    via="console",
                    by=_who(store, by),
                    recorded_at=at,
                    words=store.keep_words(as_typed(words)),
                    of=follow if follow == "drill_over" else "",
                ),
                drill=flash.draft.drill,
                simulated=flash.simulated,
            )
        )
        records += outbox.flash_deliveries(
            flash.code, revision, _mails(flash, texts, follow), queued_at, watch.settings, _ways_to(flash.to, ways)
        )
    return records


def _refuse_twice(store: Store, draft: FlashDraft, seen: str, again: bool) -> None:
    flashes = flashes_on_record(store)
    for flash in flashes:
        is_same = flash.draft.about == draft.about and flash.draft.drill == draft.drill
        if is_same and store.typed.words_of(flash.text_hash) == seen:
            raise FlashSentError(flash.code)
    same = next((each for each in flashes if not each.ended and set(each.draft.about) & set(draft.about)), None)
    if same is not None and not again:
        raise FlashTwiceError(same.code)


def _kept(store: Store, texts: Mapping[str, FlashText]) -> dict[str, str]:
    """The texts as erasable words; equal ones once."""
    references: dict[str, str] = {}
    for text in texts.values():
        if text.whole not in references:
            references[text.whole] = store.keep_words(text.whole)
    return {to: references[text.whole] for to, text in texts.items()}


def _mails(flash: Flash, texts: Mapping[str, FlashText], about: str) -> dict[str, FlashMail]:
    return {
        to: FlashMail(
            subject=text.subject,
            text=text.whole,
            document={
                "about": about,
                "code": flash_code(flash.number),
                "sent_at": iso_utc(flash.sent_at),
                "simulated": flash.simulated,
                "drill": flash.is_drill,
                "text": dict(text.by_language),
            },
        )
        for to, text in texts.items()
    }


def _ways_to(to: Sequence[FlashRecipient], ways: Sequence[WayOut]) -> list[WayOut]:
    recipients = {each.id for each in to}
    return [each for each in ways if each.recipient in recipients]


def _who(store: Store, by: str) -> str:
    if not by:
        raise StoreError(Message("nobody is named who does this; sign in, or give a name"))
    return store.keys.reference_of(by)
