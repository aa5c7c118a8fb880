"""What of claims waits, and what came in of claims, letters and files that somebody handed over. A claim is never more
than claimed, whoever makes it; names of callers and their numbers stand nowhere."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from trucewatch.desks.base import CameIn, FloorItem
from trucewatch.desks.claiming.listing import received_by_now
from trucewatch.desks.claiming.wording import people_words, place_name, speaker_name, what_words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.claim_record import Claim
from trucewatch.model.letters import Letter
from trucewatch.model.roles import Right
from trucewatch.server.view import View
from trucewatch.sources.recorded.claim_rows import why_in_no_list
from trucewatch.store.handed_files import handed_files
from trucewatch.store.letter_records import letters_on_record

_PAGES: Final = {"claim": "/claims", "letter": "/letters", "complaint": "/complaints"}


def items(view: View) -> tuple[FloorItem, ...]:
    """The claims that people were killed which stand in no list, as of those whose time nobody knows yet: a grave event
    waits for no list. The last one first."""
    if not view.may(Right.INSIDE):
        return ()
    grave = [claim for claim in received_by_now(view) if claim.stands and any(claim.event.killed)]
    waiting = [(claim, why) for claim in grave if not claim.is_drill and (why := why_in_no_list(claim))]
    return tuple(
        FloorItem(
            part="verification",
            label=Message(
                "{code}, {speaker} says: {people}. {why}",
                code=claim.code,
                speaker=speaker_name(view, claim.speaker),
                people=people_words(view, claim.event),
                why=why,
            ),
            path=f"/claims/{claim.code}",
            since=claim.received_at,
            simulated=claim.simulated,
        )
        for claim, why in sorted(waiting, key=lambda each: each[0].received_at, reverse=True)
    )


def came_in(view: View, since: datetime) -> tuple[CameIn, ...]:
    """Claims, letters and files received after a moment of the watch's clock that stand, the last one first."""
    if not view.may(Right.INSIDE):
        return ()
    rows = (*_claims(view, since), *_letters(view, since), *_files(view, since))
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True))


def _claims(view: View, since: datetime) -> list[CameIn]:
    return [
        CameIn(
            sort="claim",
            says=partial(_claim_says, view, claim),
            path=f"/claims/{claim.code}",
            at=claim.received_at,
            simulated=claim.simulated,
            is_drill=claim.is_drill,
        )
        for claim in received_by_now(view)
        if claim.stands and claim.received_at > since
    ]


def _claim_says(view: View, claim: Claim) -> Message:
    where = claim.event.where
    name = "" if where is None else where.place_name or (place_name(view, where.place) if where.place else "")
    values = {
        "code": claim.code,
        "speaker": speaker_name(view, claim.speaker),
        "what": what_words(view, claim.event),
    }
    if name:
        return Message("{code}, {speaker} says: {what}; {place}", place=printable(name), **values)
    return Message("{code}, {speaker} says: {what}", **values)


def _letter_says(view: View, letter: Letter) -> Message:
    return Message("{code} from {sender}", code=letter.code, sender=speaker_name(view, letter.sender))


def _letters(view: View, since: datetime) -> list[CameIn]:
    return [
        CameIn(
            sort="letter",
            says=partial(_letter_says, view, letter),
            path=f"/letters/{letter.code}",
            at=letter.received_at,
            simulated=view.watch.settings.simulated,
        )
        for letter in letters_on_record(view.console.store)
        if not letter.undone and since < letter.received_at <= view.clock
    ]


def _files(view: View, since: datetime) -> list[CameIn]:
    rows = []
    for file in handed_files(view.console.store):
        kind, _, code = file.about.partition(":")
        if file.stands and since < file.received_at <= view.clock and kind in _PAGES:
            rows.append(
                CameIn(
                    sort="file",
                    says=partial(Message, "a file handed over with {code}", code=code),
                    path=f"{_PAGES[kind]}/{code}",
                    at=file.received_at,
                    simulated=view.watch.settings.simulated,
                )
            )
    return rows
