"""How a part of a clause stands, in words: its state, its day, and by which text, rule or reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from trucewatch.locale import Words, mark
from trucewatch.locale.reasons import party_name, reason_sentence, rule_sentence, time_words
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.locale.terms import kind_word, state_named
from trucewatch.model.clause_state import ReadingAnswer
from trucewatch.model.deadlines import Due, Range
from trucewatch.model.times import iso_utc, read_time
from trucewatch.reports.clause_release import Implementation, ReleasedState
from trucewatch.reports.clause_words import clause_told
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.phrases import short_code

MOST_EVIDENCE: Final = 4
"""So many records are named on a page beside one state; files have all."""
_NOT_RELEASED: Final = mark("not released to this recipient")


def why_words(state: ReleasedState, report: DailyReport, words: Words) -> list[str]:
    """The finding's sentence as far as it is told, reasons of gaps by who gives them, then texts and rules."""
    watch, sentences = report.watch, []
    if state.reason is not None:
        sentences.append(reason_sentence(state.reason, report.reason_sentences, watch, words))
    for span in state.spans:
        if span.word != "kept" and span.by and span.reason:
            sentences.append(
                words.gettext("{who} gives as the reason for the gap from {first}: {reason}").format(
                    who=party_name(span.by, watch, words),
                    first=time_words(span.first, watch, words),
                    reason=isolated(words.name(span.reason, otherwise="–")),
                )
            )
    if state.due_after:
        sentences.append(
            words.gettext(
                "Its term is counted from when clause {clause} is met; when that was is not told to this recipient."
            ).format(clause=printable(state.due_after))
        )
    if state.is_by_hand and not any(line.code == "by_hand" for line in state.rule):
        sentences.append(words.gettext("Set by hand at the centre, with a reason on record."))
    lines = [line for line in state.rule if not (sentences and line.code == "for_people")]
    of_rules = report.implementation.rule_sentences if report.implementation else {}
    return [*sentences, *(rule_sentence(line, of_rules, watch, words) for line in lines)]


def as_text(sentences: Iterable[str]) -> str:
    """Sentences as one text; one that ends with somebody's words is closed. A dash for none."""
    return " ".join(text if text.endswith((".", "!", "?", "”", "։")) else f"{text}." for text in sentences) or "–"


def due_words(state: ReleasedState, report: DailyReport, words: Words) -> str:
    """`2 Dec 2020, 00:00 (UTC+4)`, `between … and …`, or why there is none."""
    if state.due is None:
        return words.gettext("not told") if state.due_after else words.gettext("no day set")
    return _range_words(state.due.range, report, words)


def _range_words(due: Range, report: DailyReport, words: Words) -> str:
    earliest, latest = (time_words(iso_utc(moment), report.watch, words) for moment in (due.earliest, due.latest))
    if due.is_exact:
        return latest
    return words.gettext("between {first} and {last}").format(first=earliest, last=latest)


def state_words(state: str, words: Words) -> str:
    return state_named(state, words) if state else words.gettext(_NOT_RELEASED)


def stands_words(state: ReleasedState, released: Implementation, report: DailyReport, words: Words) -> str:
    stands = state_words(state.state, words)
    if state.since:
        day = words.short_day(read_time(state.since, zone=report.watch.zone).astimezone(report.watch.zone).date())
        stands = words.gettext("{state}, since {day}").format(state=stands, day=day)
    if state.now is not None:
        stands = words.gettext("{state}; as known on {day}: {now}").format(
            state=stands,
            day=words.short_day(released.known.astimezone(report.watch.zone).date()),
            now=state_words(state.now, words),
        )
    return stands


def what_asked(state: ReleasedState, report: DailyReport, words: Words) -> str:
    """What a part asks: the instrument's own words, or ours, marked as such."""
    for _, stipulation in report.watch.agreement.stipulations():
        if stipulation.id == state.stipulation:
            released = clause_told(stipulation, report, words)
            return words.gettext("{words} ({whose})").format(words=released.words, whose=released.whose)
    return printable(state.stipulation)


def comes_to(reading: ReadingAnswer, report: DailyReport, words: Words) -> str:
    parts = [state_words(reading.state, words)]
    for kinds, sentence in (
        (reading.forbids, words.gettext("forbids: {kinds}")),
        (reading.permits, words.gettext("permits: {kinds}")),
    ):
        if kinds:
            parts.append(sentence.format(kinds=words.listed([kind_word(kind, words) for kind in kinds])))
    if reading.due is not None:
        parts.append(words.gettext("due: {due}").format(due=_range_words(reading.due, report, words)))
    return "; ".join(parts)


def source_words(source: str, known_on: date | None, words: Words) -> str:
    parts = [printable(source)] if source else []
    parts += [words.gettext("known from {day} on").format(day=words.short_day(known_on))] if known_on else []
    return "; ".join(parts) or "–"


def evidence_words(state: ReleasedState, words: Words) -> Iterator[str]:
    if state.evidence:
        named = [short_code(name) for name in state.evidence[:MOST_EVIDENCE]]
        more = len(state.evidence) - len(named)
        text = words.gettext("Records: {codes}.").format(codes=", ".join(named))
        if more:
            text = words.gettext("Records: {codes} and {number} more.").format(
                codes=", ".join(named), number=words.number(more)
            )
        yield text


def day_known(report: DailyReport, words: Words) -> str:
    """The day that ends with that moment, or holds it."""
    released = report.implementation
    moment = released.at if released else report.cut_off
    return words.short_day((moment - timedelta(microseconds=1)).astimezone(report.watch.zone).date())


def moment_known(report: DailyReport, words: Words) -> str:
    released = report.implementation
    return words.moment(released.at if released else report.cut_off, report.watch.zone)


def due_facts(due: Due | None) -> dict[str, Any]:
    return range_facts(due.range if due else None)


def range_facts(due: Range | None) -> dict[str, Any]:
    if due is None:
        return {}
    return {"due": iso_utc(due.latest)} | ({} if due.is_exact else {"due_from": iso_utc(due.earliest)})


def fact(report: DailyReport, **facts: Any) -> dict[str, Any]:
    return {**facts, "simulated": report.watch.settings.simulated}
