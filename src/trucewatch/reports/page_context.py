"""The daily report → what the page's template shows: every sentence, cell and drawing, in one language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from trucewatch.locale import Words, uncapitalised
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.reasons import party_name, speakers_named
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import kind_word
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.reports import headline
from trucewatch.reports.charts import draw_days
from trucewatch.reports.clause_words import clauses_told
from trucewatch.reports.code_words import ledger_words
from trucewatch.reports.contribution_chart import added_key, draw_added
from trucewatch.reports.cover_words import cover_told
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.grave_words import earlier_lines, earlier_title, grave_lines, grave_of, grave_title
from trucewatch.reports.kinds import KINDS
from trucewatch.reports.length_words import against_words, kind_words, length_words
from trucewatch.reports.map import draw_map
from trucewatch.reports.map_layout import line_zone
from trucewatch.reports.map_legend import map_legend
from trucewatch.reports.notes import draft_words, notes_by_section, number_words
from trucewatch.reports.once_per_report import once_per_report
from trucewatch.reports.outcome_told import DECIDED, finding_told, held_sentences, outcome_told, outcome_with_clauses
from trucewatch.reports.page_parts import (
    correction_row,
    corridor_lines,
    counter_rows,
    is_handover,
    lines_of_rows,
    obligation_row,
    region_row,
    rejected_sentences,
)
from trucewatch.reports.people_words import people_lines, statements_of
from trucewatch.reports.period_words import released_words
from trucewatch.reports.phrases import (
    claimed_words,
    clauses_of,
    distance_words,
    is_claimed_alone,
    line_spread_m,
    means_words,
    obligation_sentence,
    reasons_of,
    told_when,
    what_words,
    where_words,
)
from trucewatch.reports.place_names import map_words, named_places, naming_words
from trucewatch.reports.published_told import published_told
from trucewatch.reports.released import WITHHELD
from trucewatch.reports.review_told import own_sentences, wording_told
from trucewatch.reports.section import Section, SectionLine, sections_of
from trucewatch.reports.shown_rows import MOST_LISTED, first_of, left_out_words, more_words, shown_numbers, shown_rows
from trucewatch.reports.signs import draw_sign
from trucewatch.reports.sureness_words import probability_words, sureness_words

SENTENCES_AT_MOST = 6
GROUPS_AT_MOST = 40
"""Groups of incidents that a sentence each tells; the others are told together."""
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


@once_per_report
def page_of(report: DailyReport, words: Words) -> Mapping[str, Any]:
    """All that the template needs; text from outside is plain and is escaped there. Page and print share it."""
    watch = report.watch
    lines = [_line(row, report, words) for row in shown_rows(report)]
    grave, earlier = grave_of(report), report.grave_earlier
    harmed = [row for row in report.rows if row.incident.kind == "harm"]
    restricting = [row for row in report.rows if row.incident.kind in ("access_denied", "jamming")]
    people = statements_of(report.rows)
    duties = [(finding, is_handover(finding, report)) for finding in report.obligations]
    handovers = [finding for finding, hands_over in duties if hands_over]
    others = [finding for finding, hands_over in duties if not hands_over]
    drawn = draw_map(report, words)
    places = named_places(report, words)
    return {
        "report": report,
        "parts": KINDS[report.kind].parts,
        "is_whole": KINDS[report.kind].is_whole,
        "has_map": KINDS[report.kind].is_whole or bool(report.rows),
        "skips_to_own": KINDS[report.kind].is_of_clauses,
        "sections": [_own_section(section, words) for section in sections_of(report, words)],
        "cover": cover_told(report, words),
        "words": words,
        "gettext": words.gettext,
        "ngettext": words.ngettext,
        "pgettext": words.pgettext,
        "watch_name": printable(words.name(watch.settings.names, otherwise=watch.settings.id)),
        "title": headline.title_words(report, words),
        "grave_title": grave_title(report, words),
        "grave": grave_lines(report, words, most=MOST_LISTED),
        "earlier_title": earlier_title(report, words),
        "earlier": earlier_lines(report, words, most=MOST_LISTED),
        "held": held_sentences(report, words),
        "kind": kind_words(report, words),
        "short_period": headline.short_period(report, words),
        "times": headline.times_words(report, words),
        "parties": words.listed([party_name(party, watch, words) for party in watch.agreement.bound_ids]),
        "rule": headline.rule_words(report, words),
        "release": headline.release_words(report, words),
        "limits": headline.limits_words(report, words),
        "quiet": headline.quiet_words(report, words),
        "simulated": headline.simulated_words(report, words),
        "figures": _figures(report, words) if "figures" in KINDS[report.kind].parts else [],
        "map": Markup(drawn),
        "legend": map_legend(report, words, drawn, places),
        "disclaimer": map_words(report.watch, words),
        "places": places,
        "naming": naming_words(report, words),
        "boundary_set": printable(words.name(watch.basemap.boundary_set)),
        "credit": printable(words.name(watch.basemap.credit)),
        "sentences": [*_periods(report, words), *_sentences(report, words)]
        if "found" in KINDS[report.kind].parts
        else [],
        "zone_label": headline.zone_labels(report, words),
        "lines": lines,
        "doubtful": _doubtful_words(report, words),
        "about_review": _about_review(report, words),
        "regions": [region_row(row, report, words) for row in report.regions],
        "regions_simulated": [region_row(row, report, words) for row in report.regions_simulated],
        "days": Markup(
            draw_days(
                report.days,
                words,
                day_from=report.day_from,
                day_until=report.day_until,
                withholds=report.withholds,
            )
            if report.days
            else ""
        ),
        "handovers": [obligation_row(finding, report, words) for finding in first_of(handovers)],
        "obligations": [obligation_row(finding, report, words) for finding in first_of(others)],
        "corridor": corridor_lines(report, words),
        "restrictions": lines_of_rows(first_of(restricting), report, words),
        "no_restriction": words.gettext("None can be shown.")
        if report.withholds
        else words.gettext("None in this report."),
        "dashes": report.withholds and any(row.before == 0 or not row.now for row in report.regions),
        "harm": lines_of_rows(first_of(harmed), report, words),
        "people": people_lines(report.rows, watch, words, most=MOST_LISTED),
        "published": published_told(report, words, most=MOST_LISTED),
        "clauses": clauses_told(report, words),
        "counters": counter_rows(first_of(report.counters), report, words),
        "corrections": [correction_row(correction, report, words) for correction in first_of(report.corrections)],
        "late": [row.number for row in report.rows if row.incident.late],
        "rejected": first_of(rejected_sentences(report, words)),
        "ledger": ledger_words(report, words),
        "unissued": any(not bar.is_issued for bar in report.days),
        "editor": notes_by_section(report, words),
        "draft": draft_words(report, words),
        "number": number_words(report, words),
        "translation": translation_words(words),
        "recorded": len(report.rows),
        "numbers_shown": shown_numbers(report),
        "left_out": left_out_words(report, words),
        "more": {
            section: more_words(number, words)
            for section, number in (
                ("grave", len(grave)),
                ("earlier", len(earlier)),
                ("restrictions", len(restricting)),
                ("harm", len(harmed)),
                ("people", len(people)),
                ("published", len(report.published)),
                ("counters", len(report.counters)),
                ("corrections", len(report.corrections)),
                ("handovers", len(handovers)),
                ("obligations", len(others)),
            )
        },
    }


@dataclass(frozen=True, slots=True)
class OwnSection:
    """A section of the report's kind, as long as a page holds it."""

    name: str
    heading: str
    columns: tuple[str, ...]
    lines: tuple[SectionLine, ...]
    has_numbers: bool
    empty: str
    more: str
    note: str
    widths: tuple[float, ...]


def _own_section(section: Section, words: Words) -> OwnSection:
    return OwnSection(
        section.name,
        section.heading,
        section.columns,
        tuple(first_of(section.lines)),
        any(line.number for line in section.lines),
        section.empty,
        more_words(len(section.lines), words),
        section.note,
        section.widths,
    )


def _line(row: Row, report: DailyReport, words: Words) -> Line:
    incident, watch = row.incident, report.watch
    notes = [means_words(incident, words)] if incident.means else []
    if incident.claimed_by:
        claimed = claimed_words(incident, watch, words)
        is_alone = is_claimed_alone(incident)
        alone = words.gettext("claimed by {who} alone") if is_alone else words.gettext("claimed by {who}")
        notes.append(alone.format(who=claimed))
    if incident.line_distance_m is not None:
        notes.append(
            words.gettext("{distance} ± {accuracy} to the line of contact").format(
                distance=distance_words(incident.line_distance_m, words),
                accuracy=distance_words(line_spread_m(line_zone(report), incident.radius_m), words),
            )
        )
    if incident.alone:
        notes.append(sureness_words(incident.happened, incident.alone, words))
    notes += own_sentences(incident.own_states, watch, words)
    if incident.wording:
        notes.append(wording_told(dict(incident.wording), words))
    tags = [words.gettext("simulated")] if incident.simulated else []
    tags += [words.gettext("late")] if incident.late else []
    return Line(
        number=row.number,
        sign=Markup(draw_sign(incident.kind, incident.outcome)),
        time=told_when(incident, report, words),
        what=what_words(incident, watch, words),
        where=where_words(incident, report, words, beside=True),
        radius=words.number(incident.radius_m) if incident.radius_m is not None else "–",
        clauses=words.listed(clauses_of(incident)) or "–",
        outcome=incident.outcome,
        outcome_text=outcome_told(incident, report, words),
        notes=notes,
        tags=tags,
        code=incident.incident_id,
        findings=[
            (
                finding.finding_id,
                finding.stipulation,
                finding_told(finding, report, words),
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


def _about_review(report: DailyReport, words: Words) -> str:
    """Of what a review is, where a line says how one came out; "" else."""
    if not any(row.incident.review in DECIDED for row in report.rows):
        return ""
    return words.gettext(
        "A review is of whether it happened, what it was, where and when; not of who did it, and not of the clause."
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
    label = (
        words.ngettext("simulated incident recorded", "simulated incidents recorded", tally.recorded)
        if alone_simulated
        else words.ngettext("incident recorded", "incidents recorded", tally.recorded)
    )
    if length := length_words(report, words):
        label = words.gettext("{counted} in {length}").format(counted=label, length=length)
    not_yet = words.gettext("not computed yet")
    none = words.gettext("none can be shown")
    now_shown = report.shown_count(tally.recorded)
    before_shown = None if before is None else report.shown_count(before.recorded)
    if now_shown is None:
        notes.insert(0, none)
    compared = words.gettext("cannot be told apart: coverage not computed yet")
    if before is None:
        not_issued = words.gettext("the period before was not issued")
        compared = words.gettext("{first}; {second}").format(first=not_issued, second=compared)
    elif before_shown is None:
        compared = words.gettext("{first}; {second}").format(first=none, second=compared)
    return [
        {"figure": _figure(now_shown, words), "label": label, "note": "; ".join(notes)},
        {"figure": "–", "label": words.gettext("estimated true number"), "note": not_yet},
        {"figure": "–", "label": words.gettext("of area and time seen"), "note": not_yet},
        {
            "figure": f"{_figure(before_shown, words)} → {_figure(now_shown, words)}",
            "label": against_words(report, words),
            "note": compared,
        },
    ]


def _figure(number: int | None, words: Words) -> str:
    """A count of a tile or a table; a dash where none can be shown."""
    return "–" if number is None else words.number(number)


def _sentences(report: DailyReport, words: Words) -> list[tuple[str, str, list[int], bool]]:
    """Head, rest, numbers of the table, simulated: a sentence an incident, the worst first; the others by their
    outcome."""
    rows = sorted(report.rows, key=lambda row: (row.incident.simulated, _ORDER.index(row.incident.outcome), row.number))
    if len(rows) <= SENTENCES_AT_MOST:
        return [_sentence(row, report, words) for row in rows]
    worst = [row for row in rows if row.incident.outcome == OUTCOMES[0] and not row.incident.simulated]
    alone = worst if len(worst) <= SENTENCES_AT_MOST else []
    told_alone = {row.number for row in alone}
    groups: dict[tuple[bool, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.number not in told_alone:
            groups[row.incident.simulated, outcome_with_clauses(row.incident, report, words)].append(row)
    grouped = []
    for (simulated, outcome), group in _largest(groups, report, words):
        first, *others = dict.fromkeys(kind_word(row.incident.kind, words) for row in group)
        kinds = words.listed([first, *(uncapitalised(other, words.language) for other in others)])
        rest = words.ngettext("{number} incident, {outcome}.", "{number} incidents, {outcome}.", len(group))
        numbers = [row.number for row in group]
        grouped.append((kinds, rest.format(number=words.number(len(group)), outcome=outcome), numbers, simulated))
    return [*(_sentence(row, report, words) for row in alone), *grouped]


def _largest(
    groups: dict[tuple[bool, str], list[Row]], report: DailyReport, words: Words
) -> list[tuple[tuple[bool, str], list[Row]]]:
    """The groups as they come; of too many the largest, and the others together, real and simulated apart."""
    if len(groups) <= GROUPS_AT_MOST:
        return list(groups.items())
    largest = set(sorted(groups, key=lambda key: (-len(groups[key]), key))[:GROUPS_AT_MOST])
    rest: dict[tuple[bool, str], list[Row]] = defaultdict(list)
    for (simulated, outcome), group in groups.items():
        if (simulated, outcome) not in largest:
            rest[simulated, words.gettext("each as the table says")] += group
    return [*((key, group) for key, group in groups.items() if key in largest), *rest.items()]


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
        for period in first_of(report.periods)
    ]


def _sentence(row: Row, report: DailyReport, words: Words) -> tuple[str, str, list[int], bool]:
    incident = row.incident
    rest = words.gettext("{where}, {when}; {outcome}.").format(
        where=where_words(incident, report, words),
        when=told_when(incident, report, words),
        outcome=outcome_with_clauses(incident, report, words),
    )
    sentences = report.reason_sentences
    reasons = reasons_of(incident, sentences, report.watch, words)[:1] if incident.outcome != "not_applicable" else []
    return what_words(incident, report.watch, words), " ".join([rest, *reasons]), [row.number], incident.simulated
