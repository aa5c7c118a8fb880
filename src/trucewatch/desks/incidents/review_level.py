"""The R list of one incident beside the first list and today's: what was put to the delegations, what stands now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import isolated
from trucewatch.messages import Message
from trucewatch.model.incident import Incident
from trucewatch.model.review import QUESTION_WORDS, STATE_WORDS, Case
from trucewatch.model.review_list import ReviewLine, cases_among, review_lines
from trucewatch.model.watch import Watch
from trucewatch.server.judgement_history import QUESTION_STATE_WORDS

if TYPE_CHECKING:
    from trucewatch.desks.incidents.detail import IncidentDetail
    from trucewatch.pipeline.judged_findings import Outdated
    from trucewatch.server.formatting import Telling

OUTDATED_WORDS: Final[Mapping[str, Message]] = {
    "gone": Message("what was judged is no longer on the list"),
    "changed": Message("the list has it otherwise now"),
}
"""How a line is marked whose finding does not stand as it was judged."""


def cases_of(detail: IncidentDetail) -> tuple[Case, ...]:
    """Every case of an incident's findings, under whatever id it was put: it holds the first report of then."""
    return cases_among(detail.snapshot.reviews, detail.incident)


def lines_of(detail: IncidentDetail) -> list[ReviewLine]:
    """The R list of an incident: a line a finding that was put."""
    return review_lines(cases_of(detail))


def as_put(case: Case, incident: Incident) -> Incident:
    """The incident with place and size as they were put, for a drawing; turned as it is now."""
    lon, lat, major, minor = (_number(case.put.get(name)) for name in ("lon", "lat", "semi_major_m", "semi_minor_m"))
    if lon is None or lat is None or major is None:
        return replace(incident, lon=None, lat=None, semi_major_m=None, semi_minor_m=None, major_azimuth_deg=None)
    return replace(incident, lon=lon, lat=lat, semi_major_m=major, semi_minor_m=minor or major)


def _number(text: object) -> float | None:
    return None if text in ("", None) else float(str(text))


def head_of(line: ReviewLine, words: Words, outdated: Mapping[str, Outdated]) -> str:
    """`R-3, clause 1a: agreed in part`, with what the list has otherwise. outdated: as of the snapshot."""
    case = line.case
    state = words.say(STATE_WORDS[case.state])
    head = words.say(Message("{code}, clause {clause}: {state}", code=case.code, clause=case.stipulation, state=state))
    mark = OUTDATED_WORDS.get(outdated.get(case.code, ""))
    return head if mark is None else words.gettext("; ").join((head, words.say(mark)))


def note_of(line: ReviewLine, telling: Telling) -> str:
    """When it was put, how each question stands now, and what was put before."""
    words, case = telling.words, line.case
    parts = [words.say(Message("put {moment}", moment=telling.moment(case.put_at)))]
    if case.outcome is not None:
        parts += [
            words.say(
                Message(
                    "{question}: {answer}",
                    question=QUESTION_WORDS.get(question, Message.verbatim(question)),
                    answer=QUESTION_STATE_WORDS.get(state, Message.verbatim(state)),
                )
            )
            for question, state in case.outcome.questions.items()
        ]
    for before in line.earlier:
        parts.append(
            words.say(Message("before, as {code}: {state}", code=before.code, state=STATE_WORDS[before.state]))
        )
    return words.gettext("; ").join(parts)


def who_words(lines: Sequence[ReviewLine], watch: Watch, words: Words) -> str:
    """What became of the question *who*, which is put apart; "" where it was not put of what is put now: what was
    answered of an earlier state of a finding holds of that alone."""
    cases = [case for line in lines for case in line.of_who if case.number > line.case.number]
    if not cases:
        return ""
    last = cases[-1]
    state = words.say(Message("put apart as {code}: {state}", code=last.code, state=STATE_WORDS[last.state]))
    if last.outcome is None or last.outcome.questions.get("who") != "agreed":
        return state
    named = last.outcome.attributed_to
    to = party_name(named, watch, words) if named else words.pgettext("review", "Nobody")
    return words.say(Message("{state}, on: {named}", state=state, named=isolated(to)))
