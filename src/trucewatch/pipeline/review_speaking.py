"""What delegations say in the open, and that they have no more to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.review import Case
from trucewatch.model.review_put import texts_put
from trucewatch.model.watch import Watch
from trucewatch.pipeline.review_book import closed_already
from trucewatch.pipeline.review_checks import check_one_side, check_role
from trucewatch.pipeline.review_closing import acting, close_due
from trucewatch.pipeline.review_speaker import Speaker, case_for
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.review_records import done_record, word_record

MOST_WORDS: Final = 4000
"""Characters of what is said at once."""
MOST_REFERS: Final = 20


def speak(
    store: Store,
    watch: Watch,
    speaker: Speaker,
    code: str,
    text: str,
    refers: Sequence[str],
) -> Entry:
    """Enter what a delegation says in a discussion, after something was opened. refers: observation ids of the case,
    numbers of entries. Raises StoreError."""
    words = text.strip()
    if not words:
        raise StoreError(Message("write what is to be said; nothing was entered"))
    if len(words) > MOST_WORDS:
        raise StoreError(Message("it is longer than {most} characters; say it in two", most=MOST_WORDS))
    with acting(store, watch, speaker.now) as book:
        case = case_for(book, speaker, code)
        _check_is_discussed(case)
        named = tuple(dict.fromkeys(each.strip() for each in refers if each.strip()))
        if len(named) > MOST_REFERS:
            raise StoreError(
                Message("it refers to more than {most} things; name the ones that matter", most=MOST_REFERS)
            )
        for each in named:
            _check_refers(store, case, each)
        record = word_record(
            case,
            side=speaker.delegation,
            role=speaker.role,
            words=store.keep_words(words),
            refers=named,
            known_at=book.known_at,
            by=speaker.reference(store),
        )
        (entry,) = store.commit([record])
        return entry


def say_done(store: Store, watch: Watch, speaker: Speaker, code: str) -> list[Entry]:
    """Enter that a delegation has no more to say: its entry, and that of the outcome where every one said so. Raises
    StoreError."""
    with acting(store, watch, speaker.now) as book:
        case = case_for(book, speaker, code)
        check_role(book, case, speaker.role)
        check_one_side(book, case, speaker.delegation, speaker.reference(store))
        if case.step == "closed":
            raise closed_already(case)
        if case.step != "open":
            raise StoreError(
                Message(
                    "{case} is not discussed yet: what is sealed is opened first. Nothing was entered", case=case.code
                )
            )
        if speaker.delegation in book.done(case):
            raise StoreError(
                Message(
                    "your delegation said already that it has no more to say on {case}; nothing was entered",
                    case=case.code,
                )
            )
        own = [position.turn for position in case.positions if position.delegation == speaker.delegation]
        record = done_record(
            case,
            side=speaker.delegation,
            role=speaker.role,
            turn=max(own, default=case.turn),
            known_at=book.known_at,
            by=speaker.reference(store),
        )
        entries = store.commit([record])
        return [*entries, *close_due(store, watch, speaker.now)]


def _check_is_discussed(case: Case) -> None:
    if case.step == "closed":
        raise closed_already(case)
    if not case.positions:
        raise StoreError(
            Message(
                "{case} is not discussed yet: it is when a position was opened. Nothing was entered", case=case.code
            )
        )


def _check_refers(store: Store, case: Case, name: str) -> None:
    known = {*case.members, *texts_put(case.put, "evidence")}
    is_entry = name.isascii() and name.isdigit() and len(name) < 15 and int(name) < len(store.journal)
    if name not in known and not is_entry:
        raise StoreError(
            Message(
                '"{name}" is no observation of {case} and no entry of the ledger; leave it out, or copy it again',
                name=name[:60],
                case=case.code,
            )
        )
