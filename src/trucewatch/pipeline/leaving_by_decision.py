"""What leaves by decisions of the heads: what each opens, as that stood in the ledger when it was put to them, and what
parties object to it. What a recipient is told of it reports work out (`reports.decided_told`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from trucewatch.messages import Message
from trucewatch.model.decisions import Decision, Opens
from trucewatch.model.let_out import LetOut, ObjectionOut, PositionOut
from trucewatch.model.report import Publication
from trucewatch.model.review import OUTSIDE, Case, Standing
from trucewatch.model.review_list import cases_known
from trucewatch.model.watch import Recipient, Watch
from trucewatch.pipeline.agreed_wording import texts_of, wording_standing
from trucewatch.pipeline.barred_words import DEVICE, barred_words
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.store import Store
from trucewatch.store.decision_records import kept_decisions, kept_objections


class _Cut(NamedTuple):
    """What the heads saw: what was on record by a moment of the computer's clock, and before an entry (None: every).
    That clock can have been ahead when a decision was put; after the loss of a ledger the numbers are others."""

    by: datetime
    before: int | None = None

    def holds(self, recorded_at: datetime, entry: int) -> bool:
        return recorded_at <= self.by and (self.before is None or entry < self.before)


class CaseContents(NamedTuple):
    """What of a case a decision opens: nothing, None and None where it does not, and where there is nothing of it.
    silent: with positions, each delegation of which there is none, with why.
    wording: language → text; attributed: whom the delegations held it to be, "" for nobody."""

    positions: tuple[PositionOut, ...]
    silent: tuple[tuple[str, Standing], ...]
    wording: Mapping[str, str] | None
    attributed: str | None


def let_out_at(
    store: Store, watch: Watch, moment: datetime, recorded_by: datetime | None = None
) -> tuple[tuple[LetOut, ...], tuple[ObjectionOut, ...]]:
    """All that decisions open that every head agreed to by a moment, and the objections to print, those to cases among
    them; of what was recorded by `recorded_by`. An objection whose words may not leave is not printed."""
    agreed = [
        each
        for each in kept_decisions(store, watch.delegation_ids, recorded_by)
        if each.is_agreed and each.agreed_known_at is not None and each.agreed_known_at <= moment
    ]
    objections = [
        each
        for each in kept_objections(store, recorded_by)
        if each.in_print and each.withdrawn is None and each.known_at <= moment
    ]
    if not agreed and not objections:
        return (), ()
    book = ReviewBook(store, watch, moment, recorded_by)
    by_code = {case.code: case for case in cases_known(book.cases(), moment)}
    printed = []
    for each in objections:
        words = store.typed.words_of(each.words)
        if isinstance(words, str) and barred_words(watch, (words,)) is not None:
            continue  # entered before its words were barred: by an earlier program, or under an earlier register
        case = by_code.get(each.about)
        printed.append(
            ObjectionOut(
                code=each.code,
                about=each.about,
                party=each.party,
                language=each.language,
                words=words if isinstance(words, str) else None,
                known_at=each.known_at,
                incident_id=case.incident if case else "",
                members=case.members if case else (),
                stipulation=case.stipulation if case else "",
            )
        )
    opened = (opened_by(store, watch, each, by_code.get(each.subject), book, printed) for each in agreed)
    return tuple(each for each in opened if each is not None), tuple(printed)


def opened_by(
    store: Store,
    watch: Watch,
    decision: Decision,
    case: Case | None,
    book: ReviewBook,
    objections: Sequence[ObjectionOut] = (),
) -> LetOut | None:
    """What a decision opens; None where its case is not there, or its words name what no decision tells."""
    beside = tuple(each for each in objections if each.about == decision.code)
    if case is None:
        if decision.opens != ("event",):
            return None
        return LetOut(
            decision=decision,
            incident_id=decision.subject,
            members=decision.members,
            event_put=event_put(store, decision),
            objections=beside,
        )
    # What came later, the heads did not see. What is not entered yet has no number.
    cut = _Cut(decision.recorded_at, decision.entry if decision.entry >= 0 else None)
    contents = _contents(store, case, decision.opens, book, cut)
    if any(giving_away(watch, contents)):
        return None
    is_decided = case.outcome is not None and cut.holds(case.outcome.recorded_at, case.outcome.entry)
    return LetOut(
        decision=decision,
        incident_id=case.incident,
        members=case.members,
        event_put=event_put(store, decision),
        stipulation=case.stipulation,
        state=OUTSIDE[case.state] if is_decided else OUTSIDE["open"],
        simulated=case.simulated,
        positions=contents.positions,
        silent=contents.silent,
        wording=contents.wording,
        attributed=contents.attributed,
        objections=beside,
    )


def event_put(store: Store, decision: Decision) -> str | None:
    """What of the event was put to the heads; "" where the record holds nothing of it, None where it was erased."""
    words = store.typed.words_of(decision.event_put)
    return words if isinstance(words, str) else None


def case_contents(store: Store, watch: Watch, case: Case, opens: Iterable[Opens], now: datetime) -> CaseContents:
    """What a decision of a case would open if it were put now."""
    every = datetime.max.replace(tzinfo=now.tzinfo)
    return _contents(store, case, tuple(opens), ReviewBook(store, watch, now), _Cut(every))


def _contents(store: Store, case: Case, opens: Sequence[Opens], book: ReviewBook, cut: _Cut) -> CaseContents:
    """What stood in a case."""
    positions: tuple[PositionOut, ...] = ()
    silent: tuple[tuple[str, Standing], ...] = ()
    if "positions" in opens:
        positions = tuple(_positions(case, book, cut))
        silent = tuple(_silent(case, {each.delegation for each in positions}, cut))
    wording = None
    if "wording" in opens:
        agreed = wording_standing(store, case, cut.by, before=cut.before).agreed
        texts = texts_of(store, agreed) if agreed else {}
        wording = {language: text for language, text in texts.items() if isinstance(text, str)} or None
    attributed = None
    if "attribution" in opens:
        decided = [
            each.outcome
            for each in _of_who(case, book)
            if each.outcome is not None and cut.holds(each.outcome.recorded_at, each.outcome.entry)
        ]
        attributed = decided[-1].attributed_to if decided and decided[-1].state == "agreed" else None
    return CaseContents(positions, silent, wording, attributed)


def _of_who(case: Case, book: ReviewBook) -> Iterator[Case]:
    """The cases of *who* about a finding as a case puts it; a case of *who* itself. What was put anew has its own."""
    if case.is_of_who:
        yield case
        return
    for each in book.chain_of(case):
        if each.number > case.number and not each.is_of_who:
            return
        if each.number > case.number:
            yield each


def _positions(case: Case, book: ReviewBook, cut: _Cut) -> Iterator[PositionOut]:
    """In the order of the watch's delegations, each one's own as they came."""
    for position in sorted(case.positions, key=lambda each: case.delegations.index(each.delegation)):
        if not cut.holds(position.recorded_at, position.entry):
            continue
        words = book.words_of(position)
        yield PositionOut(
            delegation=position.delegation,
            role=position.role,
            turn=position.turn,
            answers=dict(position.answers),
            names=position.names,
            versions=None if words is None else words[0],
            reasons=None if words is None else words[1],
        )


def _silent(case: Case, heard: Collection[str], cut: _Cut) -> Iterator[tuple[str, Standing]]:
    """The delegations of which no position stood by a moment, as they stood then; who gave one later had given none.
    What was sealed takes back that none is given, whether it was ever opened or not."""
    sealed = {each.delegation for each in case.sealed}
    sealed |= {each.delegation for each in case.positions if each.commitment}
    for delegation in case.delegations:
        if delegation in heard:
            continue
        acts = [each.what for each in case.acts if each.side == delegation and cut.holds(each.recorded_at, each.entry)]
        standing = case.standings.get(delegation, "not_received")
        if delegation in sealed:
            yield delegation, "left" if standing == "left" else "not_opened"
        elif "withheld" in acts:
            yield delegation, "withheld"
        elif standing == "left":
            yield delegation, "left"
        else:
            yield delegation, "not_received"


def giving_away(watch: Watch, contents: CaseContents) -> Iterator[Message]:
    """Why words of a case cannot leave: they name a device or a post, or hold what is never kept of a person, or a
    place by its coordinates."""
    texts = [
        *(
            text
            for each in contents.positions
            for position in (each.versions, each.reasons)
            for text in (position or {}).values()
        ),
        *(contents.wording or {}).values(),
    ]
    barred = barred_words(watch, texts)
    if barred == DEVICE:
        yield Message(
            "The words name a device or a post, which no decision tells. Agree a wording without it, and let that out."
        )
    elif barred is not None:
        yield Message("The words cannot be let out: {why}. Agree a wording without it, and let that out.", why=barred)


def reaches(recipient: Recipient, party: str, watch: Watch) -> bool:
    """Whether a party reads what is released to a recipient: what goes to it, to the parties, or to everybody."""
    return party in watch.agreement.bound_ids and (
        recipient.id in (party, "public", "parties") or recipient.to == "parties"
    )


def told_of_case(
    watch: Watch, case: Case, names: Collection[str], publications: Iterable[Publication], party: str
) -> tuple[Publication, int] | None:
    """The first issued report by which a party was told how a case that is decided came out, with the number of its
    row. names: the ids under which its event may have been told (`names_of_events`)."""
    state = OUTSIDE[case.state]
    if case.outcome is None or state == OUTSIDE["open"]:
        return None
    read = {each.id for each in watch.settings.recipient if reaches(each, party, watch)}
    for publication in sorted(publications, key=lambda each: (_issued_at(each), each.number, each.revision)):
        if publication.recipient in read and publication.cut_off >= case.outcome.known_at:
            for row in publication.rows_shown:
                if row.review and row.incident_id in names:
                    return publication, row.number
    return None


def told_at(
    watch: Watch, about: Decision | Case, names: Collection[str], publications: Sequence[Publication]
) -> datetime | None:
    """From when the clock for objections runs, the same for every party: of a decision when the last head agreed, of a
    case when the issue by which the last party was told of it was entered; None while one of them was not. names: as of
    `told_of_case`."""
    if isinstance(about, Decision):
        return about.agreed_known_at
    parties = sorted(watch.agreement.bound_ids)
    first = [told_of_case(watch, about, names, publications, party) for party in parties]
    issued = [_issued_at(each[0]) for each in first if each is not None]
    return max(issued) if issued and len(issued) == len(first) else None


def _issued_at(publication: Publication) -> datetime:
    """When a report was issued: never before it was entered, whatever its cut-off. Of a watch whose clock is ahead of
    the computer's, when its clock stood at the cut-off."""
    return max(publication.cut_off, publication.entered_at or publication.cut_off)
