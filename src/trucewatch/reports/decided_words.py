"""What heads let out beside the rules, and written objections, in words: a section of reports, and lines for pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.model.let_out import PositionOut
from trucewatch.model.review import ANSWER_WORDS, QUESTION_WORDS, Standing
from trucewatch.model.watch import Watch
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.decided_lines import DecidedTold, ObjectionTold
from trucewatch.reports.people_words import people_words
from trucewatch.reports.phrases import days_words, is_whole_days, place_words, what_words, when_words
from trucewatch.reports.released import ReleasedIncident
from trucewatch.reports.review_told import review_word, wording_told
from trucewatch.reports.section import Section, SectionLine

NAME: Final = "let_out"
"""Of its lines in files."""


def decided_sections(report: DailyReport, words: Words) -> tuple[Section, ...]:
    """The section of a report; none where nothing was let out and nobody objected."""
    if not report.decided and not report.objected:
        return ()
    lines = [
        *(line for telling in report.decided for line in _lines_of(telling, report.watch, words)),
        *(_objection_line(each, report.watch, words) for each in report.objected),
    ]
    if report.decided:
        heading, note = words.gettext("Let out by decision of the heads"), note_words(words)
        columns = (
            words.gettext("Decision or objection"),
            words.gettext("By whose decision, or who objects"),
            words.gettext("What is told"),
        )
    else:  # nothing here is by a decision
        heading, note = words.gettext("Objections in writing"), objection_note(words)
        columns = (words.gettext("Objection"), words.gettext("Who objects"), words.gettext("What is told"))
    return (
        Section(
            name=NAME,
            heading=heading,
            columns=columns,
            lines=tuple(lines),
            note=note,
            widths=(1, 2, 5),
        ),
    )


def note_words(words: Words) -> str:
    return words.gettext(
        "The heads of all delegations agreed to tell this beside the rule of this recipient. It is in no total of this "
        "report. Once the rule tells an event as finely, it stands among the other lines alone. An objection is the "
        "party’s own; it changes nothing that was decided."
    )


def objection_note(words: Words) -> str:
    """The note where a report has objections and nothing that was let out."""
    return words.gettext(
        "An objection is the party’s own and is printed because the party asked for it. It changes nothing that was "
        "decided; that a party does not object is no agreement."
    )


def _lines_of(telling: DecidedTold, watch: Watch, words: Words) -> Iterator[SectionLine]:
    who = words.listed([party_name(side, watch, words) for side in telling.who])
    code = telling.called or telling.code
    for name, sentence in sentences_of(telling, watch, words):
        event = telling.event if name == "event" else None
        yield SectionLine(
            number=telling.number if event else None,
            cells=(
                words.gettext("{code}, {day}").format(code=code, day=words.short_day(telling.day)),
                who,
                sentence,
            ),
            facts={
                "no": telling.number if event else None,
                "id": code,
                "giver": who,
                "start": telling.day.isoformat(),
                "time_precision": "day",
                "what_words": opened_word(name, words),
                "text": sentence,
                "simulated": telling.simulated,
            },
            simulated=telling.simulated,
        )
    for objection in telling.objections:
        yield _objection_line(objection, watch, words, simulated=telling.simulated)


def opened_word(name: str, words: Words) -> str:
    return {
        "positions": words.pgettext("let out", "position of a delegation"),
        "wording": words.pgettext("let out", "agreed words"),
        "attribution": words.pgettext("let out", "who it was held to be"),
        "event": words.pgettext("let out", "event"),
    }[name]


def sentences_of(telling: DecidedTold, watch: Watch, words: Words) -> Iterator[tuple[str, str]]:
    """What is told, a sentence each, with what it is of (`Opens`): the very words that go out."""
    if telling.event is not None:
        yield "event", event_words(telling.event, watch, words)
    for position in telling.positions:
        yield (
            "positions",
            _of_part(telling, position_words(position, watch, words, is_later=_is_later(telling, position)), words),
        )
    for side, why in telling.silent if telling.positions else ():
        yield "positions", _of_part(telling, silent_words(side, why, watch, words), words)
    if telling.wording:
        yield "wording", _of_part(telling, wording_told(telling.wording, words), words)
    if telling.attributed is not None:
        named = party_name(telling.attributed, watch, words) if telling.attributed else words.say(ANSWER_WORDS["none"])
        sentence = words.gettext("To the question “who” every delegation whose answer counts answered: {who}.").format(
            who=named
        )
        yield "attribution", _of_part(telling, sentence, words)


def _of_part(telling: DecidedTold, sentence: str, words: Words) -> str:
    """The same with the clause that the case is of, and how its review stands outside."""
    if not telling.clause:
        return sentence
    return words.gettext("Of part {clause}, review: {state}. {sentence}").format(
        clause=telling.clause, state=review_word(telling.state, words), sentence=sentence
    )


def event_words(event: ReleasedIncident, watch: Watch, words: Words) -> str:
    """`Explosions: in the area of Town, 10 May 2031, 14:00–15:00. Killed: 1, according to …`"""
    where = place_words(
        event.place, event.cell_m, watch, words, told_apart=event.place.startswith("point:"), radius_m=event.radius_m
    )
    if event.time_precision == "day" or is_whole_days(event.start, event.end, watch.zone):
        when = days_words(event.start, event.end, watch.zone, words, words.short_day)
    else:
        when = words.gettext("{day}, {time}").format(
            day=words.short_day(event.day), time=when_words(event, watch, words)
        )
    template = words.gettext("{what}: {where}, {when}")
    if event.simulated:
        template = words.gettext("{what}, simulated: {where}, {when}")
    sentence = template.format(what=what_words(event, watch, words), where=where, when=when)
    people = people_words(event.people, watch, words) if event.people else ""
    return words.gettext("{sentence}; {rest}").format(sentence=sentence, rest=people) if people else sentence


def _is_later(telling: DecidedTold, position: PositionOut) -> bool:
    """Whether a position came after another of the same delegation that is told too."""
    return any(each.delegation == position.delegation and each.turn < position.turn for each in telling.positions)


def position_words(position: PositionOut, watch: Watch, words: Words, *, is_later: bool = False) -> str:
    """`North delegation, in a later position: Happened: Concur; What: Dissent, in its own words: “…”; its reason: “…”`.
    is_later: whether it came after another that is told beside it."""
    who = party_name(position.delegation, watch, words)
    parts = [_answer_words(position, question, watch, words) for question in position.answers]
    if position.versions is None:
        parts.append(words.gettext("its words were erased"))
    answers = words.gettext("; ").join(parts)
    if is_later:
        return words.gettext("{who}, in a later position: {answers}").format(who=who, answers=answers)
    return words.gettext("{who}: {answers}").format(who=who, answers=answers)


def silent_words(side: str, why: Standing, watch: Watch, words: Words) -> str:
    """What is told of a delegation of which there is no position. Neither silence nor a refusal is an answer."""
    template = {
        "withheld": words.gettext("{who}: says that it gives no position"),
        "left": words.gettext("{who}: left before it gave a position"),
        "not_opened": words.gettext("{who}: what it sealed was not opened"),
    }.get(why, words.gettext("{who}: no position was received"))
    return template.format(who=party_name(side, watch, words))


def _answer_words(position: PositionOut, question: str, watch: Watch, words: Words) -> str:
    answer = position.answers[question]
    given = words.say(ANSWER_WORDS[answer])
    if answer == "names":
        given = words.gettext("names {who}").format(who=party_name(position.names, watch, words))
    text = words.gettext("{question}: {answer}").format(question=words.say(QUESTION_WORDS[question]), answer=given)
    if version := (position.versions or {}).get(question):
        text = words.gettext("{text}, in its own words: “{version}”").format(text=text, version=printable(version))
    if reason := (position.reasons or {}).get(question):
        text = words.gettext("{text}; its reason: “{reason}”").format(text=text, reason=printable(reason))
    return text


def objection_words(objection: ObjectionTold, watch: Watch, words: Words) -> str:
    who = party_name(objection.party, watch, words)
    if objection.words is None:
        return words.gettext("{who} objected in writing; the words were erased.").format(who=who)
    return words.gettext("{who} objects in writing: “{text}”").format(who=who, text=isolated(objection.words))


def _objection_line(objection: ObjectionTold, watch: Watch, words: Words, *, simulated: bool = False) -> SectionLine:
    sentence = objection_words(objection, watch, words)
    who = party_name(objection.party, watch, words)
    code = objection.called or objection.code
    about = objection.about_called if objection.called else objection.about
    if not objection.about.startswith("D-"):
        template = words.gettext("{code} on a review, {day}")
    elif about:
        template = words.gettext("{code} on {about}, {day}")
    else:
        template = words.gettext("{code} on a decision of the heads, {day}")
    return SectionLine(
        number=objection.number,
        cells=(
            template.format(code=code, about=about, day=words.short_day(objection.day)),
            who,
            sentence,
        ),
        facts={
            "no": objection.number,
            "id": code,
            "giver": who,
            "start": objection.day.isoformat(),
            "time_precision": "day",
            "what_words": words.pgettext("let out", "objection in writing"),
            "text": sentence,
            "simulated": simulated,
        },
        simulated=simulated,
    )
