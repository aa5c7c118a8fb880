"""The daily report → what the page's template shows: every sentence, cell and drawing, in one language."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from trucewatch.locale import Words, uncapitalised
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.reasons import party_name, speakers_named, zone_name
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import counter_word, kind_word, outcome_word, span_word, state_word
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.times import zone_label
from trucewatch.reports import headline
from trucewatch.reports.calibration_words import calibrated_words
from trucewatch.reports.charts import draw_days
from trucewatch.reports.contribution_chart import added_key, draw_added
from trucewatch.reports.daily_report import Correction, DailyReport, RegionRow, Row
from trucewatch.reports.map import draw_map, line_zone, zones_of_kind
from trucewatch.reports.map_legend import map_legend
from trucewatch.reports.notes import draft_words, notes_by_section, section_words
from trucewatch.reports.period_words import released_words
from trucewatch.reports.phrases import (
    claimed_words,
    clauses_of,
    counter_value,
    distance_words,
    means_words,
    obligation_sentence,
    outcome_with_clauses,
    place_words,
    reasons_of,
    time_code_words,
    what_words,
    when_words,
    where_words,
)
from trucewatch.reports.place_names import map_words, named_places, naming_words
from trucewatch.reports.release import two_figures
from trucewatch.reports.released import WITHHELD, ReleasedFinding
from trucewatch.reports.signs import draw_sign
from trucewatch.reports.sureness_words import probability_words, sureness_words

SENTENCES_AT_MOST = 6
_ORDER = (*OUTCOMES, WITHHELD)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the findings table, in words."""

    number: int
    sign: Markup
    time: str
    what: str
    where: str
    radius: str
    clauses: str
    outcome: str
    outcome_text: str
    notes: list[str]
    tags: list[str]
    code: str
    findings: list[tuple[str, str, str, str]]
    """Code, clause, outcome and reason of each finding."""
    text: str
    added: Markup
    """The picture of what each means added, and its key; empty where it is not told."""
    added_key: str
    probability: str
    """That it happened; a dash where it is not told."""


def page_of(report: DailyReport, words: Words) -> dict[str, Any]:
    """All that the template needs; text from outside is plain and is escaped there."""
    watch = report.watch
    lines = [_line(row, report, words) for row in report.rows]
    drawn = draw_map(report, words)
    places = named_places(report, words)
    return {
        "report": report,
        "words": words,
        "gettext": words.gettext,
        "ngettext": words.ngettext,
        "pgettext": words.pgettext,
        "watch_name": printable(words.name(watch.settings.names, otherwise=watch.settings.id)),
        "title": headline.title_words(report, words),
        "short_period": headline.short_period(report, words),
        "times": headline.times_words(report, words),
        "parties": words.listed([party_name(party, watch, words) for party in watch.agreement.bound_ids]),
        "rule": headline.rule_words(report, words),
        "release": headline.release_words(report, words),
        "limits": headline.limits_words(report, words),
        "quiet": headline.quiet_words(report, words),
        "simulated": headline.simulated_words(report, words),
        "figures": _figures(report, words),
        "map": Markup(drawn),
        "legend": map_legend(report, words, drawn, places),
        "disclaimer": map_words(report, words),
        "places": places,
        "naming": naming_words(report, words),
        "boundary_set": printable(words.name(watch.basemap.boundary_set)),
        "credit": printable(words.name(watch.basemap.credit)),
        "sentences": [*_periods(report, words), *_sentences(report, words)],
        "zone_label": zone_label(report.cut_off, watch.zone),
        "lines": lines,
        "doubtful": _doubtful_words(report, words),
        "regions": [_region(row, report, words) for row in report.regions],
        "regions_simulated": [_region(row, report, words) for row in report.regions_simulated],
        "days": Markup(draw_days(report.days, words, day_from=report.day_from, day_until=report.day_until)),
        "day_rows": [(words.short_day(bar.day), bar.recorded, bar.simulated) for bar in report.days],
        "handovers": [
            _obligation(finding, report, words) for finding in report.obligations if _is_handover(finding, report)
        ],
        "obligations": [
            _obligation(finding, report, words) for finding in report.obligations if not _is_handover(finding, report)
        ],
        "corridor": _corridor(report, words),
        "restrictions": _of_kinds(report, ("access_denied", "jamming"), words),
        "harm": _of_kinds(report, ("harm",), words),
        "counters": _counters(report, words),
        "corrections": [_correction(correction, report, words) for correction in report.corrections],
        "late": [row.number for row in report.rows if row.incident.late],
        "rejected": _rejected(report, words),
        "editor": notes_by_section(report, words),
        "draft": draft_words(report, words),
        "translation": translation_words(words),
    }


def _line(row: Row, report: DailyReport, words: Words) -> Line:
    incident, watch = row.incident, report.watch
    notes = [means_words(incident, words)] if incident.means else []
    if incident.claimed_by:
        claimed = claimed_words(incident, watch, words)
        alone = words.gettext("claimed by {who} alone") if incident.claims_only else words.gettext("claimed by {who}")
        notes.append(alone.format(who=claimed))
    if incident.line_distance_m is not None:
        line = line_zone(report)
        notes.append(
            words.gettext("{distance} ± {accuracy} to the line of contact").format(
                distance=distance_words(incident.line_distance_m, words),
                accuracy=distance_words(
                    two_figures((line.accuracy_m if line else 0) + (incident.radius_m or 0)), words
                ),
            )
        )
    if incident.alone:
        notes.append(sureness_words(incident.happened, incident.alone, words))
    tags = [words.gettext("simulated")] if incident.simulated else []
    tags += [words.gettext("late")] if incident.late else []
    return Line(
        number=row.number,
        sign=Markup(draw_sign(incident.kind, incident.outcome)),
        time=when_words(incident, watch, words),
        what=what_words(incident, watch, words),
        where=where_words(incident, report, words),
        radius=words.number(incident.radius_m) if incident.radius_m is not None else "–",
        clauses=words.listed(clauses_of(incident)) or "–",
        outcome=incident.outcome,
        outcome_text=outcome_word(incident.outcome, words),
        notes=notes,
        tags=tags,
        code=incident.incident_id,
        findings=[
            (
                finding.finding_id,
                finding.stipulation,
                outcome_word(finding.outcome, words),
                obligation_sentence(finding, report, words),
            )
            for finding in incident.findings
        ],
        text=printable(speakers_named(incident.text, watch, words)),
        added=Markup(draw_added(incident.added, words)) if incident.added else Markup(""),
        added_key=added_key(incident.added, words),
        probability=words.pgettext("probability", "alone")
        if incident.alone
        else probability_words(incident.happened, words),
    )


def _doubtful_words(report: DailyReport, words: Words) -> str:
    """How many of the incidents that stand against the agreement probably did not happen, where probabilities are
    told."""
    doubtful = sum(
        row.incident.outcome == "inconsistent" and row.incident.happened is not None and row.incident.happened < 0.5
        for row in report.rows
    )
    if not doubtful:
        return ""
    return words.ngettext(
        "{count} of those called inconsistent has a probability below {half}.",
        "{count} of those called inconsistent have a probability below {half}.",
        doubtful,
    ).format(count=words.number(doubtful), half=words.fixed(0.5, 2))


def _figures(report: DailyReport, words: Words) -> list[dict[str, str]]:
    """The four figures. Where both are there, the simulated ones stand under the real ones and are never added."""
    alone_simulated = report.kinds_shown == "simulated"
    tally, before = (
        (report.simulated, report.simulated_before) if alone_simulated else (report.real, report.real_before)
    )
    notes = [headline.rule_words(report, words)]
    if report.kinds_shown == "both":
        notes.append(
            words.ngettext(
                "beside them {number} simulated, counted apart",
                "beside them {number} simulated, counted apart",
                report.simulated.recorded,
            ).format(number=words.number(report.simulated.recorded))
        )
    if report.fewer_than:
        notes.append(words.gettext("fewer than {number} more a day may be withheld").format(number=report.fewer_than))
    length = (report.day_until - report.day_from).days
    label = (
        words.ngettext("simulated incident recorded", "simulated incidents recorded", tally.recorded)
        if alone_simulated
        else words.ngettext("incident recorded", "incidents recorded", tally.recorded)
    )
    not_yet = words.gettext("not computed yet")
    return [
        {"figure": words.number(tally.recorded), "label": label, "note": "; ".join(notes)},
        {"figure": "–", "label": words.gettext("estimated true number"), "note": not_yet},
        {"figure": "–", "label": words.gettext("of area and time seen"), "note": not_yet},
        {
            "figure": f"{words.number(before.recorded)} → {words.number(tally.recorded)}",
            "label": words.gettext("against the day before")
            if length == 1
            else words.gettext("against the period before"),
            "note": words.gettext("cannot be told apart: coverage not computed yet"),
        },
    ]


def _sentences(report: DailyReport, words: Words) -> list[tuple[str, str, list[int], bool]]:
    """Head, rest, numbers of the table, simulated: a sentence an incident, the worst first; the others by their
    outcome."""
    rows = sorted(report.rows, key=lambda row: (row.incident.simulated, _ORDER.index(row.incident.outcome), row.number))
    if len(rows) <= SENTENCES_AT_MOST:
        return [_sentence(row, report, words) for row in rows]
    worst = [row for row in rows if row.incident.outcome == OUTCOMES[0] and not row.incident.simulated]
    alone = worst if len(worst) <= SENTENCES_AT_MOST else []
    groups: dict[tuple[bool, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row not in alone:
            groups[row.incident.simulated, outcome_with_clauses(row.incident, words)].append(row)
    grouped = []
    for (simulated, outcome), group in groups.items():
        first, *others = dict.fromkeys(kind_word(row.incident.kind, words) for row in group)
        kinds = words.listed([first, *(uncapitalised(other, words.language) for other in others)])
        rest = words.ngettext("{number} incident, {outcome}.", "{number} incidents, {outcome}.", len(group))
        numbers = [row.number for row in group]
        grouped.append((kinds, rest.format(number=words.number(len(group)), outcome=outcome), numbers, simulated))
    return [*(_sentence(row, report, words) for row in alone), *grouped]


def _periods(report: DailyReport, words: Words) -> list[tuple[str, str, list[int], bool]]:
    """A sentence a period of dense reports, with the numbers of its lines."""
    number_of = {row.incident.incident_id: row.number for row in report.rows}
    return [
        (
            words.gettext("Reports close together"),
            released_words(period, report.watch.zone, words),
            sorted(number_of[incident_id] for incident_id in period.incident_ids),
            period.simulated,
        )
        for period in report.periods
    ]


def _sentence(row: Row, report: DailyReport, words: Words) -> tuple[str, str, list[int], bool]:
    incident = row.incident
    rest = words.gettext("{where}, {when}; {outcome}.").format(
        where=where_words(incident, report, words),
        when=when_words(incident, report.watch, words),
        outcome=outcome_with_clauses(incident, words),
    )
    sentences = report.reason_sentences
    reasons = reasons_of(incident, sentences, report.watch, words)[:1] if incident.outcome != "not_applicable" else []
    return what_words(incident, report.watch, words), " ".join([rest, *reasons]), [row.number], incident.simulated


def _region(row: RegionRow, report: DailyReport, words: Words) -> tuple[str, int, int]:
    if row.region:
        return zone_name(row.region, report.watch, words), row.before, row.now
    if report.recipient.smallest_count > 1:
        return words.gettext("place withheld or not known"), row.before, row.now
    return words.gettext("in no region, or place not known"), row.before, row.now


def _is_handover(finding: ReleasedFinding, report: DailyReport) -> bool:
    return any(
        clause.id == finding.stipulation and clause.what == "handover"
        for _, clause in report.watch.agreement.stipulations()
    )


def _obligation(finding: ReleasedFinding, report: DailyReport, words: Words) -> dict[str, Any]:
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
        "outcome_text": outcome_word(finding.outcome, words),
        "reason": obligation_sentence(finding, report, words),
        "code": finding.finding_id,
        "simulated": finding.simulated,
    }


def _corridor(report: DailyReport, words: Words) -> list[tuple[str, list[int]]]:
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
    else:
        lines.append((words.gettext("Crossings of the line: none in this report."), []))
    return lines


def _of_kinds(report: DailyReport, kinds: tuple[str, ...], words: Words) -> list[tuple[str, list[int]]]:
    return [
        (
            words.gettext("{what}: {where}, {when}.").format(
                what=what_words(row.incident, report.watch, words),
                where=where_words(row.incident, report, words),
                when=when_words(row.incident, report.watch, words),
            ),
            [row.number],
        )
        for row in report.rows
        if row.incident.kind in kinds
    ]


def _counters(report: DailyReport, words: Words) -> list[dict[str, Any]]:
    zone = report.watch.zone
    rows = []
    for counter in report.counters:
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


def _correction(correction: Correction, report: DailyReport, words: Words) -> dict[str, Any]:
    def value_words(key: str, value: str) -> str:
        match key:
            case "kind":
                return kind_word(value, words)
            case "outcome":
                return outcome_word(value, words)
            case "place":
                told_apart = report.recipient.smallest_count <= 1
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
    if correction.change in ("notes", "calibrated"):
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


def _rejected(report: DailyReport, words: Words) -> list[str]:
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
