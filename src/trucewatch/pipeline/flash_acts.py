"""What comes of an urgent message: who acknowledged it, since when it is quiet, a mail that came back, its end.

The first that counts stands; what is entered after the end is kept as late and changes nothing. Both an entry and the
one that takes it back stay. Raises FlashActError with the reason; then nothing was entered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from trucewatch.messages import Message
from trucewatch.model.flash import ActName, Flash, FlashAct, Via
from trucewatch.model.flash_refused import FlashActError
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.pipeline.flash_sending import ENTERING
from trucewatch.store import Store
from trucewatch.store.flash_records import flash_act_record, flash_of

LONGEST_WORDS = 500
Beside = Callable[[str], Sequence[Mapping[str, Any]]]
"""By whom, as a reference → the records of the lines that an act changes: one commit with it, so that a kill leaves
both or neither."""


def acknowledge(
    store: Store, code: str, *, to: str, via: Via, by: str, at: datetime, now: datetime, words: str = ""
) -> Flash:
    """Enter that a recipient acknowledged a message. at: when, by the watch's clock; now: the same clock now."""
    with ENTERING:
        flash = flash_of(store, code)
        _check_recipient(flash, to)
        _check_moment(flash, at, now)
        first = flash.acknowledged(to)
        if first is not None:
            raise FlashActError(
                Message(
                    "{to} acknowledged {code} already, {moment}; the first stands",
                    to=to,
                    code=flash.code,
                    moment=first.at,
                ),
                is_there=True,
            )
        return _entered(store, flash, "acknowledged", to=to, via=via, by=by, at=at, now=now, words=words)


def read_out(
    store: Store,
    code: str,
    *,
    to: str,
    by: str,
    at: datetime,
    now: datetime,
    words: str = "",
    of: str = "",
    beside: Beside | None = None,
) -> Flash:
    """Enter that the text was read out to a recipient by telephone; of: the id of that delivery."""
    with ENTERING:
        flash = flash_of(store, code)
        _check_recipient(flash, to)
        _check_moment(flash, at, now)
        return _entered(
            store, flash, "read_out", to=to, via="telephone", by=by, at=at, now=now, words=words, of=of, beside=beside
        )


def report_quiet(
    store: Store, code: str, *, to: str, via: Via, by: str, at: datetime, now: datetime, words: str = ""
) -> Flash:
    """Enter that a bound party says that it is quiet on its side; at: since when."""
    with ENTERING:
        flash = flash_of(store, code)
        _check_recipient(flash, to)
        if to not in flash.parties:
            raise FlashActError(
                Message(
                    "{to} is no side of the agreement: quiet is asked of the sides alone. Nothing was entered", to=to
                )
            )
        _check_quiet(flash, at, now)
        first = flash.quiet(to)
        if first is not None:
            raise FlashActError(
                Message(
                    "{to} said already that it is quiet there since {moment}; the first stands. If that was a mistake, "
                    "take that entry back first",
                    to=to,
                    moment=first.at,
                ),
                is_there=True,
            )
        return _entered(store, flash, "quiet", to=to, via=via, by=by, at=at, now=now, words=words)


def report_own_quiet(store: Store, code: str, *, by: str, at: datetime, now: datetime, words: str = "") -> Flash:
    """Enter that the centre's own means saw that it is quiet; at: since when."""
    with ENTERING:
        flash = flash_of(store, code)
        _check_quiet(flash, at, now)
        first = flash.own_quiet
        if first is not None:
            raise FlashActError(
                Message(
                    "It is entered already that own means saw quiet since {moment}; the first stands. If that was a "
                    "mistake, take that entry back first",
                    moment=first.at,
                ),
                is_there=True,
            )
        return _entered(store, flash, "own_quiet", via="console", by=by, at=at, now=now, words=words)


def record_bounce(
    store: Store,
    code: str,
    *,
    to: str,
    of: str,
    by: str,
    now: datetime,
    words: str = "",
    beside: Beside | None = None,
) -> Flash:
    """Enter that a mail to a recipient came back. of: the id of its delivery, or of the bounce; "" where neither can
    be told. It says nothing of that recipient: a bounce is no silence."""
    with ENTERING:
        flash = flash_of(store, code)
        _check_recipient(flash, to)
        if any(each.act == "bounced" and each.to == to and each.of == of and not each.undone for each in flash.acts):
            raise FlashActError(Message("It is entered already that this mail to {to} came back", to=to), is_there=True)
        at = max(as_utc(now).replace(microsecond=0), flash.sent_at)
        return _entered(
            store, flash, "bounced", to=to, via="mail", by=by, at=at, now=now, words=words, of=of, beside=beside
        )


def close_flash(store: Store, code: str, *, by: str, now: datetime, words: str = "") -> Flash:
    """Close a message: the centre asks nothing more of it. Told to nobody."""
    with ENTERING:
        flash = flash_of(store, code)
        if flash.ended is not None:
            raise FlashActError(
                Message("{code} has ended already, {moment}", code=flash.code, moment=flash.ended.at), is_there=True
            )
        at = max(as_utc(now).replace(microsecond=0), flash.sent_at)
        return _entered(store, flash, "closed", via="console", by=by, at=at, now=now, words=words)


def reopen_flash(store: Store, code: str, *, by: str, now: datetime, words: str = "") -> Flash:
    """Open a message again that was closed. One that was withdrawn stays so: all were told."""
    with ENTERING:
        flash = flash_of(store, code)
        _refuse_if_told_over(flash)
        if flash.ended is None:
            raise FlashActError(Message("{code} is open", code=flash.code), is_there=True)
        at = max(as_utc(now).replace(microsecond=0), flash.ended.at)
        return _entered(store, flash, "reopened", via="console", by=by, at=at, now=now, words=words)


def undo_act(
    store: Store,
    code: str,
    entry: int,
    *,
    by: str,
    now: datetime,
    words: str = "",
    beside: Callable[[FlashAct, str], Sequence[Mapping[str, Any]]] | None = None,
) -> Flash:
    """Take back what one entry says of a message; both stay. beside: of the act that is taken back, and by whom."""
    with ENTERING:
        flash = flash_of(store, code)
        act = next((each for each in flash.acts if each.entry == entry), None)
        if act is None:
            raise FlashActError(Message("{code} has no such entry; look at it as it stands now", code=flash.code))
        if act.undone:
            raise FlashActError(Message("this entry was taken back already"), is_there=True)
        if act.act == "undone":
            raise FlashActError(Message("what takes an entry back cannot itself be taken back: enter it again"))
        if act.act == "withdrawn" or act.of == "drill_over":
            raise FlashActError(Message("all were told of this; it cannot be taken back. Send another message instead"))
        at = max(as_utc(now).replace(microsecond=0), flash.sent_at)
        lines = None if beside is None else partial(beside, act)
        return _entered(
            store,
            flash,
            "undone",
            to=act.to,
            via="console",
            by=by,
            at=at,
            now=now,
            words=words,
            undoes=entry,
            beside=lines,
        )


def _check_recipient(flash: Flash, to: str) -> None:
    if all(each.id != to for each in flash.to):
        raise FlashActError(
            Message("{code} did not go to {to}; nothing was entered", code=flash.code, to=to.strip()[:40] or "–")
        )


def _check_moment(flash: Flash, at: datetime, now: datetime) -> None:
    """That a moment lies between the sending and now, by one clock."""
    if as_utc(at) > as_utc(now):
        raise FlashActError(Message("That moment is still to come by the clock of the watch; nothing was entered"))
    if as_utc(at).replace(microsecond=0) < flash.sent_at:
        raise FlashActError(
            Message(
                "{code} was sent {moment}; nobody can have answered before. Correct the moment, or the clock if that "
                "is wrong",
                code=flash.code,
                moment=flash.sent_at,
            )
        )


def _check_quiet(flash: Flash, at: datetime, now: datetime) -> None:
    if as_utc(at) > as_utc(now):
        raise FlashActError(
            Message("That moment is still to come by the clock of the watch: nobody can say that it is quiet then")
        )
    if as_utc(at) < flash.draft.first_report:
        raise FlashActError(
            Message(
                "At that moment it had not been reported yet: a quiet before the report is no answer to it. Ask since "
                "when it has been quiet after it"
            )
        )


def _refuse_if_told_over(flash: Flash) -> None:
    if flash.withdrawn or any(each.act == "closed" and each.of and not each.undone for each in flash.acts):
        raise FlashActError(
            Message("all were told that {code} is over; it cannot be opened again. Send another", code=flash.code)
        )


def _entered(
    store: Store,
    flash: Flash,
    act: ActName,
    *,
    via: Via,
    by: str,
    at: datetime,
    now: datetime,
    to: str = "",
    words: str = "",
    of: str = "",
    undoes: int = 0,
    beside: Beside | None = None,
) -> Flash:
    """The message after one act more. What comes after the end of it is late, but for what opens or corrects it."""
    words = as_typed(words)
    if refusal := refusal_of(words):
        raise FlashActError(refusal)
    if len(words) > LONGEST_WORDS:
        raise FlashActError(Message("at most {most} characters; nothing was entered", most=LONGEST_WORDS))
    who = store.keys.reference_of(by)
    record = flash_act_record(
        FlashAct(
            entry=-1,
            flash=flash.number,
            act=act,
            to=to,
            at=as_utc(at).replace(microsecond=0),
            via=via,
            by=who,
            recorded_at=as_utc(now),
            words=store.keep_words(words),
            undoes=undoes,
            of=of,
            is_late=flash.ended is not None and act in ("acknowledged", "quiet", "own_quiet"),
        ),
        drill=flash.draft.drill,
        simulated=flash.simulated,
    )
    store.commit([record, *(beside(who) if beside else ())])
    return flash_of(store, flash.code)
