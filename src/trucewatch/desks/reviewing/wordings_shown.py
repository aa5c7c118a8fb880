"""The wordings of a case as its page tells them: each delegation's own text, the common one in every language of the
watch, and who signed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.desks.reviewing.acting import Side, book_of, known_by_of, letters_of
from trucewatch.messages import Message
from trucewatch.model.review import Case
from trucewatch.model.review_outcome import may_sign, rule_of
from trucewatch.pipeline.agreed_wording import COMMON, Wording, texts_of, wording_standing, wordings
from trucewatch.server.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBy:
    """Who signed a wording, by its entry."""

    side: str
    letter: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingLine:
    """One version of a text. of: the delegation whose it is, or "common". texts: language → text, a Message where it
    was erased. record_sha256: what a signature is over."""

    number: int
    of: str
    letter: str
    texts: tuple[tuple[str, str | Message], ...]
    entry: int
    record_sha256: str
    at: datetime
    signed: tuple[SignedBy, ...]

    @property
    def is_whole(self) -> bool:
        return all(isinstance(text, str) for _, text in self.texts)

    def text_in(self, language: str) -> str:
        """What stands there in a language; "" for nothing, and where it was erased."""
        return next((text for each, text in self.texts if each == language and isinstance(text, str)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordings:
    """own: the newest text of each delegation, in the order of the watch; common: the newest common one. agreed: the
    number of the last version that every delegation signed, 0 for none; missing: delegations that have not signed the
    newest. earlier: the entries of those that were replaced."""

    own: tuple[WordingLine, ...]
    common: WordingLine | None
    agreed: int
    missing: tuple[str, ...]
    earlier: tuple[int, ...]
    may_enter: bool
    may_sign: bool


def wordings_of(view: View, case: Case, side: Side | None) -> Wordings:
    """The same for everybody inside; side: for whom whoever looks speaks, if for anybody."""
    store = view.console.store
    then = known_by_of(view)
    lines = [_line(view, wording) for wording in wordings(store, case.code, known_by=then)]
    newest = {line.of: line for line in lines}
    common, standing = newest.get(COMMON), wording_standing(store, case, known_by=then)
    book = book_of(view)
    is_in = (
        side is not None
        and case.standings.get(side.delegation, "left") != "left"
        and side.delegation not in book.left()
        and not view.snapshot.is_replay
    )
    is_time = case.step in ("open", "closed") and case.state != "closed_unreviewed"
    signs = side is not None and may_sign(side.role, rule_of(case, book.rule(case)))
    return Wordings(
        own=tuple(newest[each] for each in letters_of(view.watch) if each in newest),
        common=common,
        agreed=standing.agreed.number if standing.agreed else 0,
        missing=standing.missing,
        earlier=tuple(line.entry for line in lines if newest[line.of] is not line),
        may_enter=is_in and is_time,
        may_sign=is_in
        and is_time
        and signs
        and common is not None
        and common.is_whole
        and side is not None
        and side.delegation in standing.missing,
    )


def _line(view: View, wording: Wording) -> WordingLine:
    letters = letters_of(view.watch)
    return WordingLine(
        number=wording.number,
        of=wording.of,
        letter=letters.get(wording.of, ""),
        texts=tuple(texts_of(view.console.store, wording).items()),
        entry=wording.entry,
        record_sha256=wording.sha256,
        at=wording.known_at,
        signed=tuple(
            SignedBy(side=each.delegation, letter=letters.get(each.delegation, ""), entry=each.entry)
            for each in wording.signatures
        ),
    )
