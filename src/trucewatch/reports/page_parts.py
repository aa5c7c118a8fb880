"""The daily report → the rows of its smaller sections: obligations, corridor, numbers, corrections, in one language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name, zone_name
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import counter_word, kind_word, span_word, state_word
from trucewatch.reports.calibration_words import calibrated_words
from trucewatch.reports.code_words import codes_words
from trucewatch.reports.daily_report import Correction, DailyReport, RegionRow, Row
from trucewatch.reports.kinds import KINDS
from trucewatch.reports.map_layout import zones_of_kind
from trucewatch.reports.notes import section_words
from trucewatch.reports.outcome_told import counted_word, finding_told
from trucewatch.reports.phrases import (
    counter_value,
    obligation_sentence,
    place_words,
    time_code_words,
    told_when,
    what_words,
    where_words,
)
from trucewatch.reports.released import ReleasedCounter, ReleasedFinding
from trucewatch.reports.review_told import review_word


def region_row(row: RegionRow, report: DailyReport, words: Words) -> tuple[str, str, str]:
    """A region with its counts before and now; a dash where none can be shown."""
    counts = (None if number is None else report.shown_count(number) for number in (row.before, row.now))
    before, now = ("–" if number is None else words.number(number) for number in counts)
    if row.before is None:
        before = words.gettext("not issued")
    if row.region:
        return zone_name(row.region, report.watch, words), before, now
    if report.recipient.smallest_count > 1 or report.recipient.place != "exact":
        return words.gettext("place withheld or not known"), before, now
    return words.gettext("in no region, or place not known"), before, now


def is_handover(finding: ReleasedFinding, report: DailyReport) -> bool:
    return any(
        clause.id == finding.stipulation and clause.what == "handover"
        for _, clause in report.watch.agreement.stipulations()
    )


def obligation_row(finding: ReleasedFinding, report: DailyReport, words: Words) -> dict[str, Any]:
    stipulation = next(
        (clause for _, clause in report.watch.agreement.stipulations() if clause.id == finding.stipulation), None
    )
    summary = words.name(stipulation.summary, otherwise=finding.stipulation) if stipulation else finding.stipulation
    return {
        "clause": finding.stipulation,
        "summary": printable(summary),
        "due": words.moment(finding.due, report.watch.zone) if finding.due else words.gettext("no day set"),
        "state": state_word(finding.reason, words),
        "outcome": finding.outcome,
        "outcome_text": finding_told(finding, report, words),
        "reason": obligation_sentence(finding, report, words),
        "code": finding.finding_id,
        "simulated": finding.simulated,
    }


def corridor_lines(report: DailyReport, words: Words) -> list[tuple[str, list[int]]]:
    """What was released in each corridor, and line crossings anywhere."""
    lines = []
    for corridor in zones_of_kind(report, "corridor"):
        numbers = [row.number for row in report.rows if corridor.id in row.incident.zones]
        name = printable(words.name(corridor.names, otherwise=corridor.id))
        if numbers:
            text = words.ngettext(
                "{zone}: {number} incident of this report.", "{zone}: {number} incidents of this report.", len(numbers)
            ).format(zone=name, number=words.number(len(numbers)))
        elif report.recipient.smallest_count > 1:
            text = words.gettext("{zone}: no incident of this report can be told to lie in it.").format(zone=name)
        else:
            text = words.gettext("{zone}: no incident of this report lies surely in it.").format(zone=name)
        lines.append((text, numbers))
    crossings = [row.number for row in report.rows if row.incident.kind == "line_crossing"]
    if crossings:
        text = words.ngettext(
            "Crossings of the line: {number} incident.", "Crossings of the line: {number} incidents.", len(crossings)
        ).format(number=words.number(len(crossings)))
        lines.append((text, crossings))
    elif report.withholds:
        lines.append((words.gettext("Crossings of the line: none can be shown."), []))
    else:
        lines.append((words.gettext("Crossings of the line: none in this report."), []))
    return lines


def lines_of_rows(rows: Iterable[Row], report: DailyReport, words: Words) -> list[tuple[str, list[int]]]:
    """What, where and when of each row, with its number."""
    return [
        (
            words.gettext("{what}: {where}, {when}.").format(
                what=what_words(row.incident, report.watch, words),
                where=where_words(row.incident, report, words),
                when=told_when(row.incident, report, words),
            ),
            [row.number],
        )
        for row in rows
    ]


def counter_rows(counters: Iterable[ReleasedCounter], report: DailyReport, words: Words) -> list[dict[str, Any]]:
    zone = report.watch.zone
    rows = []
    for counter in counters:
        name = printable(counter_word(counter.name, words, report.watch))
        if counter.zone:
            name = words.gettext("{name}, {zone}").format(name=name, zone=zone_name(counter.zone, report.watch, words))
        rows.append(
            {
                "name": name,
                "value": counter_value(counter, words),
                "span": span_word(counter.span, words),
                "until": words.short_day(counter.period_start.astimezone(zone).date())
                if counter.span == "day"
                else words.moment(counter.period_end, zone),
                "claimed_by": party_name(counter.claimed_by, report.watch, words) or "–",
                "simulated": counter.simulated,
                "code": counter.counter_id,
                "text": printable(counter.text),
            }
        )
    return rows


def correction_row(correction: Correction, report: DailyReport, words: Words) -> dict[str, Any]:
    def value_words(key: str, value: str) -> str:
        match key:
            case "kind":
                return kind_word(value, words)
            case "outcome":
                return counted_word(value, words)
            case "review":
                return review_word(value, words)
            case "place":
                told_apart = report.recipient.smallest_count <= 1 and report.recipient.place == "exact"
                return place_words(value, None, report.watch, words, told_apart=told_apart)
            case "radius_m":
                return words.gettext("±{metres} m").format(metres=words.number(int(value))) if value else "±–"
            case _:
                return time_code_words(value, report.recipient.time, report.watch, words)

    if correction.change == "notes":
        ((key, was, now),) = correction.fields
        section = section_words(key.partition(" (")[0], words)
        if not was:
            text = words.gettext("editors' note to “{section}” was added").format(section=section)
        elif not now:
            text = words.gettext("editors' note to “{section}” was taken out").format(section=section)
        else:
            text = words.gettext("editors' note to “{section}” was changed").format(section=section)
    elif correction.change == "codes":
        text = codes_words(correction, words)
    elif correction.change == "calibrated":
        text = calibrated_words(correction, words)
    elif correction.change == "removed":
        text = words.gettext("no longer listed: merged into another record, withdrawn, or held back")
    elif correction.change == "added":
        new = ", ".join(value_words(key, now) for key, _, now in correction.fields)
        text = words.gettext("came after the report: {what}").format(what=new)
    else:
        was = ", ".join(value_words(key, then) for key, then, _ in correction.fields)
        now = ", ".join(value_words(key, after) for key, _, after in correction.fields)
        text = words.gettext("was: {was}; now: {now}").format(was=was, now=now)
    day = words.short_day(correction.report_day)
    if correction.change in ("notes", "calibrated", "codes"):
        head = words.gettext("{day}, revision {revision}").format(day=day, revision=words.number(correction.revision))
    elif correction.number is not None:
        head = words.gettext("{day}, no. {number}").format(day=day, number=correction.number)
    else:
        head = words.gettext("{day}, new").format(day=day)
    return {
        "head": head,
        "text": text,
        "code": correction.incident_id,
        "report": correction.report_number,
        "revision": correction.revision,
        "simulated": correction.simulated,
    }


def rejected_sentences(report: DailyReport, words: Words) -> list[str]:
    """Nothing for who is not told, whatever was rejected, nor in a kind of report that does not count it."""
    if not report.tells_ledger or "rejected" not in KINDS[report.kind].parts:
        return []
    if not report.rejected:
        return [words.gettext("Rejected inputs: none.")]
    sentences = []
    for rejection in report.rejected:
        counted = words.ngettext(
            "{number} of {rows} row rejected", "{number} of {rows} rows rejected", rejection.rows
        ).format(number=words.number(rejection.rejected), rows=words.number(rejection.rows))
        sentence = words.gettext("Rejected inputs: {counted}, each kept with its reason.")
        if rejection.file:
            sentence = words.gettext("Rejected inputs, {file}: {counted}.")
        sentences.append(sentence.format(file=printable(rejection.file), counted=counted))
    return sentences
