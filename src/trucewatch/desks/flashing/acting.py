"""What people do with an urgent message by the pages: each act at the moment that the page's clock shows, by whoever
is signed in. Raises FlashRefusedError, FlashActError and StoreErrors with what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from trucewatch.desks.flashing.beside import outbox_of
from trucewatch.desks.flashing.shown import drill_labels, liaisons_now
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.flash import Flash, FlashAct, FlashRecipient, Via
from trucewatch.pipeline import flash_acts, flash_sending
from trucewatch.server.view import View
from trucewatch.sources.bounce_file import read_bounce
from trucewatch.store.outbox import WayOut

DESK_NAME = "flashing"


def ways_to(view: View, to: tuple[FlashRecipient, ...]) -> tuple[WayOut, ...]:
    """Every way to each recipient, ready or not."""
    return outbox_of(view.console).ways_out(to, liaisons_now(view))


def acknowledge(view: View, code: str, *, to: str, via: Via, at: datetime) -> FlashAct:
    flash = flash_acts.acknowledge(view.console.store, code, to=to, via=via, by=view.by, at=_second(at), now=view.clock)
    return flash.acts[-1]


def report_quiet(view: View, code: str, *, to: str, via: Via, at: datetime) -> FlashAct:
    flash = flash_acts.report_quiet(view.console.store, code, to=to, via=via, by=view.by, at=at, now=view.clock)
    return flash.acts[-1]


def report_own_quiet(view: View, code: str, *, at: datetime, words: str) -> FlashAct:
    flash = flash_acts.report_own_quiet(view.console.store, code, by=view.by, at=at, now=view.clock, words=words)
    return flash.acts[-1]


def read_out(view: View, code: str, *, to: str, at: datetime) -> FlashAct:
    """Enter that it was read out; the delivery by telephone, where the message has one, is then taken."""
    outbox, store = outbox_of(view.console), view.console.store
    waiting = outbox.to_be_read_out(code, to)
    flash = flash_acts.read_out(
        store,
        code,
        to=to,
        by=view.by,
        at=_second(at),
        now=view.clock,
        of=waiting.id if waiting else "",
        beside=(lambda by: outbox.read_out_records(waiting.id, by=by)) if waiting else None,
    )
    return flash.acts[-1]


def record_bounce(view: View, code: str, content: bytes, *, to: str) -> FlashAct:
    """Enter that a mail came back, as the mail itself says; to: whose it was, where it names none of ours. Raises
    UnreadableInput for what is no mail that came back."""
    outbox, store = outbox_of(view.console), view.console.store
    bounce = read_bounce(content)
    of = ""
    try:
        delivery = outbox.delivery_of_mail(bounce.message_id)
    except StoreError:
        if not to:
            raise
    else:
        if delivery.number != code:
            raise StoreError(
                Message("this mail was of {code}; enter it on the page of that message", code=delivery.number)
            )
        of, to = delivery.id, delivery.recipient
    flash = flash_acts.record_bounce(
        store,
        code,
        to=to,
        of=of,
        by=view.by,
        now=view.clock,
        words=bounce.status,
        beside=lambda _: outbox.bounce_records(of, code=_code_of(bounce.status), now=view.console.now()) if of else (),
    )
    return flash.acts[-1]


def _code_of(status: str) -> int:
    """`5.1.1` → 511, as the other codes of answers stand; 0 for none."""
    digits = status.replace(".", "")
    return int(digits) if digits.isdigit() and len(digits) < 6 else 0


def undo_act(view: View, code: str, entry: int) -> FlashAct:
    """Take back what one entry says; a text that was read out by mistake waits to be read out again, a mail that did
    not come back after all stands as it stood."""
    outbox = outbox_of(view.console)

    def of_the_line(undone: FlashAct, by: str) -> Sequence[Mapping[str, Any]]:
        if undone.act == "read_out" and undone.of:
            return outbox.not_read_out_records(undone.of, by=by)
        if undone.act == "bounced" and undone.of:
            return outbox.not_bounced_records(undone.of, entry=entry)
        return ()

    return flash_acts.undo_act(view.console.store, code, entry, by=view.by, now=view.clock, beside=of_the_line).acts[-1]


def close(view: View, code: str) -> FlashAct:
    return flash_acts.close_flash(view.console.store, code, by=view.by, now=view.clock).acts[-1]


def reopen(view: View, code: str) -> FlashAct:
    return flash_acts.reopen_flash(view.console.store, code, by=view.by, now=view.clock).acts[-1]


def withdraw(view: View, flash: Flash, *, words: str) -> FlashAct:
    """Tell all who got it; sent within the second, as the message was."""
    flash = flash_sending.withdraw(
        view.console.store,
        view.watch,
        flash.code,
        outbox=outbox_of(view.console),
        ways=ways_to(view, flash.to),
        by=view.by,
        now=view.clock,
        clock=view.console.now,
        words=words,
        drill_label=drill_labels(view).get(flash.draft.drill, ""),
    )
    view.console.look_now(DESK_NAME)
    return flash.acts[-1]


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
