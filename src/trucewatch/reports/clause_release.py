"""How parts of clauses stood → what one recipient is told of it: the rule of the states, before any format.

1. A state is told as it was known at the moment up to which the recipient is told anything: the cut-off less the delay,
   widened to the recipient's unit of time.
2. What stands by public dates alone is told to everybody: nothing that was seen has a part in it.
3. Any other state is told by the recipient's rule of assessments: all (`gate`), those whose finding both delegations
   confirmed (`reviewed`), or none; not where its kinds or aspect are withheld, nor where all that it rests on is of
   sources that never leave.
4. Records that it rests on are named to who is told every record with its place and minute. With a smallest count no
   day of an act is told.
5. What parties state is theirs: a claim is told to everybody if it stands in the watch's own files or its source is
   public, else to who is told the sources' words; so are reasons that somebody gives for a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.model.agreement import Stipulation
from trucewatch.model.clause_history import ImplementationInputs, InitiativeRow, MeetingRow, StepRow
from trucewatch.model.clause_parts import ClaimOfState
from trucewatch.model.clause_state import ClauseState, KeptSpan, ReadingAnswer, RuleLine
from trucewatch.model.deadlines import EVENT, IN_FORCE, Due
from trucewatch.model.incident import Finding, finding_rows
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.report import Publication, ReportInputs
from trucewatch.model.times import day_of, iso_utc
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.known_until import known_until
from trucewatch.reports.link_release import ReleasedLinks, release_links
from trucewatch.reports.outcome_policy import policy_of
from trucewatch.reports.recipient_rule import IncidentRules
from trucewatch.reports.redact import Scrubber
from trucewatch.reports.released import ReleasedFinding

NOT_RELEASED: Final = ""
"""The word of a state that a recipient is not told."""
BY_PUBLIC_DATES: Final = frozenset(
    (
        "not_yet_in_force",
        "no_longer_in_force",
        "suspended",
        "reading_disputed",
        "extended",
        "due_soon",
        "not_yet_due",
        "no_deadline",
    )
)
"""States that follow from the texts, their days and what parties say they mean."""
_PUBLIC_SOURCES: Final = ("https://", "http://")
_BY_PEOPLE: Final = frozenset(
    ("judged", "judged_differently", "agreed_by_delegations", "delegations_differ", "delegations_dissent")
)
"""Reasons whose sentences hold what delegations say of an act; they are told without that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedState:
    """One part of a clause as a recipient is told it. state: a word of `model.clause_state.STATES`, or NOT_RELEASED.

    since: from when on it stood so, a moment or a local day (ISO 8601); "" where that is not told. due: None without a
    day, and where it hangs on an act whose time is not told (`due_after`). now: how it stood as known last, where that
    is later and another word.
    """

    stipulation: str
    provision: str
    instrument: str
    kind: str
    state: str
    since: str = ""
    due: Due | None = None
    due_after: str = ""
    text: str = ""
    met_at: str = ""
    rule: tuple[RuleLine, ...] = ()
    reason: ReleasedFinding | None = None
    readings: tuple[ReadingAnswer, ...] = ()
    claims: tuple[ClaimOfState, ...] = ()
    claims_untold: int = 0
    spans: tuple[KeptSpan, ...] = ()
    evidence: tuple[str, ...] = ()
    is_by_hand: bool = False
    now: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedChange:
    """That a part of a clause came to stand otherwise; day: None where it is not told. was: None of one whose text was
    published only then."""

    day: date | None
    was: str | None
    now: ReleasedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """What a report on implementation holds. at: the moment of its states; known: up to which the recipient is told.

    otherwise: of an earlier issue of the same report the states that it told and that are told otherwise now, (part,
    state then), and which revision that was.
    """

    at: datetime
    known: datetime
    states: tuple[ReleasedState, ...]
    changes: tuple[ReleasedChange, ...]
    rule_sentences: Mapping[str, tuple[str, ...]] = field(compare=False, repr=False)
    initiatives: tuple[InitiativeRow, ...] = ()
    meetings: tuple[MeetingRow, ...] = ()
    links: ReleasedLinks | None = None
    tells_records: bool = False
    otherwise: tuple[tuple[str, str], ...] = ()
    earlier_revision: int = 0

    @property
    def told_states(self) -> tuple[tuple[str, str], ...]:
        """What is kept of it once it is issued."""
        return tuple((state.stipulation, state.state) for state in self.states)


def release_implementation(
    inputs: ReportInputs, recipient: Recipient, day_from: date, day_until: date
) -> Implementation:
    """What a recipient may have of how the agreement stood on the local days `[day_from, day_until)`. Raises
    ReportError where the states cannot be worked out here."""
    if inputs.implementation is None:
        raise ReportError(
            Message(
                "how parts of clauses stood is not worked out here, so no report on implementation was made; make it "
                "with trucewatch report, or on the page Reports"
            )
        )
    return _Release(inputs, inputs.implementation(), recipient).of_days(day_from, day_until)


def with_earlier(told: Implementation, last: Publication | None, revision: int) -> Implementation:
    """The same with what an earlier issue of the report said otherwise."""
    if last is None or last.revision >= revision:
        return told
    now = dict(told.told_states)
    otherwise = tuple((name, state) for name, state in last.states if now.get(name, NOT_RELEASED) != state)
    return replace(told, otherwise=otherwise, earlier_revision=last.revision)


def in_order_told(changes: Iterable[ReleasedChange], order: Sequence[str]) -> tuple[ReleasedChange, ...]:
    """Those with a day in the order of time, then the others in that of the agreement, so that the place in the list
    does not tell the day."""
    every = list(changes)
    places = {name: place for place, name in enumerate(order)}
    untold = [change for change in every if change.day is None]
    untold.sort(key=lambda change: places.get(change.now.stipulation, len(places)))
    return (*(change for change in every if change.day is not None), *untold)


class _Release:
    """The rule of one recipient over the states of one watch."""

    def __init__(self, inputs: ReportInputs, source: ImplementationInputs, recipient: Recipient) -> None:
        self.inputs, self.source, self.recipient = inputs, source, recipient
        self.watch: Watch = inputs.watch
        self.zone = self.watch.zone
        self.rule = IncidentRules(inputs, recipient).coarse.recipient
        self.scrubber = Scrubber(self.watch, self.rule)
        self.tells_records = keeps_ids(recipient, self.watch.agreement)
        self.tells_days = recipient.smallest_count <= 1
        self.known = known_until(inputs.as_of, self.rule, self.zone)
        self.stipulations = {each.id: each for _, each in self.watch.agreement.stipulations()}
        whole = (finding for finding in finding_rows(inputs.findings) if not finding.incident_id and finding.reviewed)
        self.reviewed = {(finding.finding_id, finding.reason) for finding in whole}
        self.public = tuple(source.id for source in self.watch.settings.source if source.handling == "open")

    def of_days(self, day_from: date, day_until: date) -> Implementation:
        start = day_of(day_from, self.zone).start
        at = min(day_of(day_until - timedelta(days=1), self.zone).end, self.known)
        changes = [change for change in self.source.history.changes() if change.at <= at]
        since = {change.stipulation: change.at for change in changes}  # the last of each
        states = [self.tell(state, since.get(state.stipulation)) for state in self.source.history.states_at(at)]
        if at < self.known:
            now = {state.stipulation: self.word(state) for state in self.source.history.states_at(self.known)}
            states = [
                replace(state, now=now[state.stipulation])
                if now.get(state.stipulation, state.state) != state.state
                else state
                for state in states
            ]
        moments = sorted({change.at for change in changes if start < change.at})
        return Implementation(
            at=at,
            known=self.known,
            states=tuple(states),
            rule_sentences=self.source.rule_sentences,
            changes=in_order_told(self.changes(min(start, at), moments), list(self.stipulations)),
            initiatives=tuple(
                replace(row, steps=tuple(step for step in row.steps if self.may_have(step, at)))
                for row in self.source.initiatives
                if self.may_have(row, at)
            ),
            meetings=tuple(
                row for row in self.source.meetings if day_from <= row.day < day_until and self.may_have(row, at)
            ),
            links=self.links(at),
            tells_records=self.tells_records,
        )

    def links(self, at: datetime) -> ReleasedLinks | None:
        if self.source.network is None:
            return None
        return release_links(
            self.source.network,
            self.watch,
            self.recipient,
            self.inputs.as_of,
            openings=self.source.openings,
            length_of=self.source.length_of,
            until=at,
        )

    def may_have(self, row: InitiativeRow | StepRow | MeetingRow, at: datetime) -> bool:
        return row.known_at <= at and self.is_public(row.source)

    def changes(self, start: datetime, moments: Sequence[datetime]) -> Iterable[ReleasedChange]:
        history = self.source.history
        standing = {state.stipulation: self.word(state) for state in history.states_at(start)}
        for moment in moments:
            for state in history.states_at(moment):
                word, was = self.word(state), standing.get(state.stipulation)
                standing[state.stipulation] = word
                if was == word:
                    continue
                is_public = word in BY_PUBLIC_DATES and (was is None or was in BY_PUBLIC_DATES)
                day = moment.astimezone(self.zone).date() if self.tells_days or is_public else None
                yield ReleasedChange(day=day, was=was, now=self.tell(state, None))

    def word(self, state: ClauseState) -> str:
        return state.state if self.may_be_told(state) else NOT_RELEASED

    def may_be_told(self, state: ClauseState) -> bool:
        return (state.state in BY_PUBLIC_DATES and state.by_hand is None) or self.may_rest_on(state)

    def may_rest_on(self, state: ClauseState) -> bool:
        """Whether the recipient may have the assessment that a state rests on, or that stands beside it."""
        stipulation = self.stipulations.get(state.stipulation)
        kinds = (stipulation.what, *stipulation.kinds) if stipulation else ()
        if not set(self.recipient.withheld_kinds).isdisjoint((*kinds, str(state.facts.get("what", "")))):
            return False
        if state.facts.get("aspect") in self.recipient.withheld_aspects:
            return False
        if state.evidence and self.source.never_leaving.issuperset(state.evidence):
            return False
        match policy_of(self.recipient):
            case "gate":
                return True
            case "reviewed":
                return state.by_hand is None and (state.finding, state.reason) in self.reviewed
            case _:
                return False

    def tell(self, state: ClauseState, since: datetime | None) -> ReleasedState:
        is_told, by_dates = self.may_rest_on(state), state.state in BY_PUBLIC_DATES
        after = self.hangs_on(state.stipulation)
        stated = stated_of(state)
        claims = tuple(claim for claim in stated if self.is_public(claim.source))
        return ReleasedState(
            stipulation=state.stipulation,
            provision=state.provision,
            instrument=state.instrument,
            kind=state.kind,
            state=self.word(state),
            since=self.coarse(iso_utc(since))
            if since and self.may_be_told(state) and (by_dates or self.tells_days)
            else "",
            due=None if after else state.due,
            due_after=after,
            text=state.text,
            met_at=self.coarse(state.met_at) if is_told and self.tells_days else "",
            rule=tuple(self.rule_told(state.rule, after)),
            reason=self.reason_of(state) if is_told else None,
            readings=tuple(self.reading_told(reading) for reading in state.readings),
            claims=claims,
            claims_untold=len(stated) - len(claims),
            spans=tuple(map(self.span_told, state.spans)) if is_told and self.tells_days else (),
            evidence=self.evidence_told(state.evidence) if is_told else (),
            is_by_hand=is_told and state.by_hand is not None,
        )

    def hangs_on(self, name: str) -> str:
        """The part of a clause from whose being met a day is counted, where the recipient is told no minute of that."""
        stipulation: Stipulation | None = self.stipulations.get(name)
        deadline = stipulation.deadline if stipulation else None
        if deadline is None or deadline.after in ("", IN_FORCE) or deadline.after.startswith(EVENT):
            return ""
        return "" if self.tells_records else deadline.after

    def rule_told(self, lines: Iterable[RuleLine], after: str) -> Iterable[RuleLine]:
        for line in lines:
            if line.code == "by_hand" and not self.tells_records:
                continue  # who set it and why are words of the centre's own people
            if after and line.code in ("term", "range_of_due"):
                continue
            # How the other part stands is told in its own row, as far as it is.
            is_beside = line.code in ("parallel", "parallel_with_day")
            yield replace(line, facts={**line.facts, "state": ""}) if is_beside else line

    def reason_of(self, state: ClauseState) -> ReleasedFinding | None:
        """The finding that it rests on, its facts as finely as the recipient may have them."""
        sentences = self.inputs.reason_sentences.get(state.rule_version, {})
        if state.reason not in sentences:
            return None
        return self.scrubber.scrub(
            Finding(
                finding_id=state.finding,
                incident_id="",
                stipulation=state.stipulation,
                provision=state.provision,
                instrument=state.instrument,
                rule=state.rule_version,
                outcome="undetermined",
                reason=state.reason,
                facts={} if state.reason in _BY_PEOPLE else state.facts,
                due=state.due.moment if state.due else None,
                evidence=(),
                simulated=self.watch.settings.simulated,
            )
        )

    def reading_told(self, reading: ReadingAnswer) -> ReadingAnswer:
        is_told = reading.state in BY_PUBLIC_DATES or policy_of(self.recipient) == "gate"
        return reading if is_told else replace(reading, state=NOT_RELEASED)

    def is_public(self, source: str) -> bool:
        """Whether what was stated there may be told to the recipient."""
        text = source.strip()
        if source in self.source.sources_on_file:
            return True
        return self.recipient.text or text.startswith(_PUBLIC_SOURCES) or text.partition(":")[0] in self.public

    def span_told(self, span: KeptSpan) -> KeptSpan:
        return replace(
            span,
            first=self.coarse(span.first),
            last=self.coarse(span.last),
            evidence=self.evidence_told(span.evidence),
            reason=span.reason if self.recipient.text else {},
        )

    def evidence_told(self, evidence: Sequence[str]) -> tuple[str, ...]:
        if not self.tells_records:
            return ()
        return tuple(name for name in evidence if name not in self.source.never_leaving)

    def coarse(self, text: str) -> str:
        return self.scrubber.coarse_time(text) if text else ""


def stated_of(state: ClauseState) -> tuple[ClaimOfState, ...]:
    """What is stated of how a part of a clause stands: the claims, then what somebody says was done in part, and a time
    without an end in which it did not go on."""
    in_part = tuple(
        ClaimOfState(
            by=part.by,
            state="met_in_part",
            says=part.says,
            since=part.day,
            known_at=part.known_at,
            source=part.source,
        )
        for part in state.parts
        if part.by
    )
    stopped = tuple(
        ClaimOfState(
            by=gap.by,
            state="not_kept_up",
            says=gap.says,
            since=gap.from_,
            known_at=gap.known_at,
            source=gap.source,
        )
        for gap in state.gaps
        if gap.until is None
    )
    return (*state.claims, *in_part, *stopped)
