"""The invented night of an example, entered as people would enter it. Nothing is entered twice, whoever plays it again.

A call, a letter or a complaint is known again by whom and when it came, so that what was corrected, taken back or
erased meanwhile stays so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from trucewatch.cli.play_watch import WatchPlayer, of_a_desk
from trucewatch.model.claim_record import Claim
from trucewatch.model.roles import Role
from trucewatch.model.times import as_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.claim_entering import enter_claims, join_claims, translate_claim
from trucewatch.pipeline.handing_over import take_in_letter
from trucewatch.simulate.night import (
    Call,
    Grievance,
    Night,
    PaperLetter,
    draft_of_call,
    drafts_of_letter,
    moment_of,
    read_night,
    speaker_in,
)
from trucewatch.sources.letter_file import pasted_letter
from trucewatch.store import Store
from trucewatch.store.claim_records import claims_on_record
from trucewatch.store.letter_records import letters_on_record
from trucewatch.store.sign_in_accounts import Accounts
from trucewatch.terminal.base import clock

FILE: Final = "night.toml"
ROLES_LAST: Final = timedelta(days=14)
"""A demo is looked at for some days; nobody needs a role of it longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How much was entered this time."""

    calls: int
    letters: int
    letter_claims: int
    complaints: int
    of_watch: int
    """Entries of the watch itself: shifts, log, line checks, urgent messages and what came of them, a drill."""

    @property
    def is_nothing(self) -> bool:
        return not (self.calls or self.letters or self.letter_claims or self.complaints or self.of_watch)


def night_of(example: Path) -> Night | None:
    """The night of an example; None for one without."""
    path = example / FILE
    return read_night(path.read_text("utf-8")) if path.is_file() else None


def play(store: Store, watch: Watch, night: Night) -> Played:
    """Enter what is not entered yet, each by its person: calls, letters and complaints at the watch's own clock, what
    the watch itself did at its moments between the calls."""
    by_key = {call.key: call for call in night.call}
    watched = WatchPlayer(store, watch, night, lambda key: _claim_of(store, watch, by_key[key]), clock)
    calls = 0
    for call in night.call:
        watched.until(call.at)
        calls += _take(store, watch, night, call)
    watched.until(None)
    rows = [_read_letter(store, watch, night, letter) for letter in night.letter]
    grievances = sum(_register(store, watch, night, grievance) for grievance in night.complaint)
    return Played(
        calls=calls,
        letters=sum(is_new for is_new, _ in rows),
        letter_claims=sum(count for _, count in rows),
        complaints=grievances,
        of_watch=watched.entered,
    )


def give_accounts(store: Store, watch: Watch, night: Night, folder: Path) -> Iterator[tuple[str, str, str]]:
    """An account for everybody of the night who has none: login, role, and the address that opens it once. The first
    is the administrator, who grants the others their roles."""
    accounts = Accounts(store.root / "private", clock)
    group = of_a_desk("operations", "People")(store, watch, accounts, clock)
    new_person, address_of = of_a_desk("operations", "NewPerson"), of_a_desk("links", "address_at_console")
    keeper = next(person for person in night.person if person.role == Role.ADMINISTRATOR)
    reference = store.keys.person_reference(keeper.name)
    for person in sorted(night.person, key=lambda each: each is not keeper):
        if accounts.of(store.keys.person_reference(person.name)) is None:
            typed = new_person(
                name=person.name,
                login=person.login,
                role=person.role,
                side=person.side,
                until_at=clock() + ROLES_LAST,
            )
            _, token = group.add(typed, by=reference)
            yield person.login, person.role, address_of(folder, token, clock)


def reviewers_first(links: list[tuple[str, str, str]], watch: Watch, night: Night) -> list[tuple[str, str, str, str]]:
    """Accounts with whom each is for, those who judge findings first: of each delegation its head, then its officer."""
    sides = {person.login: person.side for person in night.person}
    order = [(each.id, role) for each in watch.settings.delegation for role in (Role.HEAD.value, Role.OFFICER.value)]

    def place(link: tuple[str, str, str]) -> int:
        of = sides[link[0]], link[1]
        return order.index(of) if of in order else len(order)

    return [(sides[login], login, role, address) for login, role, address in sorted(links, key=place)]


def _take(store: Store, watch: Watch, night: Night, call: Call) -> bool:
    """Enter a call, with what was translated and joined; whether it was new."""
    if _claim_of(store, watch, call) is not None:
        return False
    now = _now(watch)
    by = night.somebody(call.by).name
    (claim,) = enter_claims(store, watch, [draft_of_call(call, watch)], by=by, now=now)
    if call.translated is not None:
        translate_claim(
            store,
            watch,
            claim.code,
            language=call.translated.language,
            words=call.translated.words,
            says=claim.says,
            by=night.somebody(call.translated.by).name,
            now=now,
        )
    for key in call.joins:
        other = _claim_of(store, watch, _by_key(night.call, key))
        if other is not None and other.stands:
            join_claims(store, watch, claim.code, other.code, by=by, now=now)
    return True


def _read_letter(store: Store, watch: Watch, night: Night, paper: PaperLetter) -> tuple[bool, int]:
    """Enter a letter and the claims in it; whether it was new, and how many claims were."""
    by, now = night.somebody(paper.by).name, _now(watch)
    number = _letter_number(store, watch, paper)
    if number:
        letter = next(each for each in letters_on_record(store) if each.number == number)
    else:
        letter = take_in_letter(
            store,
            watch,
            pasted_letter(paper.text),
            sender=speaker_in(paper.sender),
            received_at=moment_of(paper.at, watch),
            by=by,
            now=now,
            their_number=paper.their_number,
            subject=paper.subject,
            language=paper.language,
        )
    entered = {claim.row for claim in claims_on_record(store) if claim.letter == letter.number}
    drafts = [draft for draft in drafts_of_letter(letter, paper.text, watch) if draft.row not in entered]
    return not number, len(enter_claims(store, watch, drafts, by=by, now=now))


def _register(store: Store, watch: Watch, night: Night, grievance: Grievance) -> bool:
    """Enter a complaint with the steps of its reply; whether it was new."""
    register = of_a_desk("operations", "Register")(store, watch, _now(watch))
    received_at = as_utc(moment_of(grievance.at, watch))
    if any((each.received_at, each.sender.code) == (received_at, grievance.sender) for each in register.complaints()):
        return False
    letter = _letter_number(store, watch, _by_key(night.letter, grievance.letter)) if grievance.letter else 0
    claims = [_claim_of(store, watch, _by_key(night.call, key)) for key in grievance.claims]
    typed = of_a_desk("operations", "Registration")(
        sender=grievance.sender,
        received_at=received_at,
        says=grievance.says,
        own_number=grievance.own_number,
        sort=grievance.sort,
        claims=", ".join(claim.code for claim in claims if claim is not None),
        letter=f"L-{letter}" if letter else "",
    )
    register.register(typed, by=night.somebody(grievance.by).name)
    (code,) = (
        each.code
        for each in register.complaints()
        if (each.received_at, each.sender.code) == (received_at, grievance.sender)
    )
    _answer(register, watch, night, grievance, code)
    return True


def _answer(register: Any, watch: Watch, night: Night, grievance: Grievance, code: str) -> None:
    """The reply of a complaint through its steps, and what its sender says to it."""
    reply, appeal = grievance.reply, grievance.appeal
    if reply is None:
        return
    replies = of_a_desk("replies", "Replies")(register, watch.settings.quorum)
    actor_of, draft_of = of_a_desk("replies", "Actor"), of_a_desk("replies", "Draft")

    def actor(key: str) -> Any:
        person = night.somebody(key)
        return actor_of(by=person.name, agrees_for=((person.side, Role(person.role)),))

    draft = draft_of(outcome=reply.outcome, says=reply.says, grounds=reply.grounds)
    replies.draft(code, draft, actor=actor(reply.drafted), seen=0)
    replies.check(code, 1, actor=actor(reply.checked))
    for key in reply.agreed:
        replies.agree(code, 1, actor=actor(key))
    replies.send(code, 1, actor=actor(reply.drafted), sent_at=moment_of(reply.sent_at, watch), how="letter")
    if appeal is not None:
        at = moment_of(appeal.at, watch)
        replies.appeal(code, appeal.says, received_at=at, by=night.somebody(appeal.by).name)


def _claim_of(store: Store, watch: Watch, call: Call) -> Claim | None:
    """The claim that a call was entered as, however it was corrected since."""
    key = moment_of(call.at, watch), speaker_in(call.speaker)
    claims = (claim for claim in claims_on_record(store) if not claim.letter)
    return next((claim for claim in claims if (claim.received_at, claim.speaker) == key), None)


def _letter_number(store: Store, watch: Watch, paper: PaperLetter) -> int:
    """Our number of a letter that was entered; 0 for none."""
    key = moment_of(paper.at, watch), speaker_in(paper.sender)
    return next((each.number for each in letters_on_record(store) if (each.received_at, each.sender) == key), 0)


def _by_key(rows: tuple[Any, ...], key: str) -> Any:
    return next(row for row in rows if row.key == key)


def _now(watch: Watch) -> datetime:
    return as_utc(watch.settings.watch_time or clock())
