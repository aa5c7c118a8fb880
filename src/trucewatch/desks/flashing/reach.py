"""Whether a message reached somebody, as far as the program knows, and what each recipient has not said yet.

A silent line is never quiet; and where no way is known to have carried the text, a recipient is not said to be silent:
the message did not reach them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from trucewatch.model.flash import Flash, FlashAct, Via
from trucewatch.store.outbox import Delivery

Reach = Literal["answered", "handed_over", "on_its_way", "not_known"]
"""They answered, or it was read out to them; some way took it and nothing says that it came back; it waits to be sent
for the first time; no way is known to have carried it."""
Said = Literal["quiet", "acknowledged", "silent", "silent_late", "on_its_way", "not_known"]
"""Where a recipient stands: what it said last, or that it said nothing, or that it cannot be told to be silent."""
ENDED: Final = frozenset(("failed", "given_up"))
BY_HAND: Final[tuple[Via, ...]] = ("telephone", "radio", "in_person", "mail")
"""How an answer came that somebody of the centre enters."""
SENT_BY_PROGRAM: Final = frozenset(("mail", "webhook"))
"""The program itself sends these: a page shows without sending, a person reads out by telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One recipient of one message. deliveries: of the message itself, not of what followed it. faults: those of them
    that were not taken, or came back. bounced: what says that a mail came back, those taken back left out."""

    to: str
    is_party: bool
    reach: Reach
    said: Said
    acknowledged: FlashAct | None
    quiet: FlashAct | None
    read_out: tuple[FlashAct, ...]
    bounced: tuple[FlashAct, ...]
    deliveries: tuple[Delivery, ...]
    faults: tuple[Delivery, ...]

    @property
    def needs_call(self) -> bool:
        """Whether somebody has to ring: nothing is known to have reached them."""
        return self.reach == "not_known"


def side_of(flash: Flash, to: str, deliveries: Sequence[Delivery], *, liaisons: int, now: datetime) -> Side:
    """One recipient as it stands. deliveries: of this message, to anybody. liaisons: how many accounts speak for it
    now, who have the text on their page."""
    own = tuple(each for each in deliveries if each.recipient == to and each.revision == 0)
    bounced = tuple(_standing(flash, "bounced", to))
    came_back = {each.of for each in bounced}
    read_out = tuple(_standing(flash, "read_out", to))
    acknowledged, quiet = flash.acknowledged(to), flash.quiet(to)
    # A bounce that names no delivery is of a mail to them: whichever it was, none of those is known to have arrived.
    is_mail_lost = any(not each.of for each in bounced)
    sending = [each for each in own if each.channel in SENT_BY_PROGRAM]
    taken = [
        each
        for each in sending
        if each.state == "sent" and each.id not in came_back and not (is_mail_lost and each.channel == "mail")
    ]
    recipient = next((each for each in flash.to if each.id == to), None)
    on_page = bool(recipient and "console" in recipient.ways and liaisons)
    reach: Reach = "not_known"
    if acknowledged or quiet or read_out or any(each.channel == "telephone" and each.state == "sent" for each in own):
        reach = "answered"
    elif taken or on_page:
        reach = "handed_over"
    elif any(each.state == "queued" for each in sending):
        reach = "on_its_way"
    return Side(
        to=to,
        is_party=to in flash.parties,
        reach=reach,
        said=_said(flash, acknowledged, quiet, reach, now),
        acknowledged=acknowledged,
        quiet=quiet,
        read_out=read_out,
        bounced=bounced,
        deliveries=own,
        faults=tuple(each for each in sending if each.state in ENDED or each.id in came_back),
    )


def _said(flash: Flash, acknowledged: FlashAct | None, quiet: FlashAct | None, reach: Reach, now: datetime) -> Said:
    if quiet:
        return "quiet"
    if acknowledged:
        return "acknowledged"
    if reach in ("not_known", "on_its_way"):
        return "not_known" if reach == "not_known" else "on_its_way"
    return "silent_late" if now >= flash.draft.answer_by else "silent"


def _standing(flash: Flash, act: str, to: str) -> list[FlashAct]:
    return [each for each in flash.acts if each.act == act and each.to == to and not each.undone]


def is_open(flash: Flash) -> bool:
    """Whether somebody has still to act on it: neither withdrawn nor closed, or opened again since."""
    return flash.ended is None
