"""What each clause of a report is: the instrument's own words where a text on file has them, or our paraphrase; and by
whom its zone was drawn."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.locale import Words
from trucewatch.locale.reasons import zone_name
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.model.agreement import Stipulation
from trucewatch.model.times import day_of
from trucewatch.reports.daily_report import DailyReport


@dataclass(frozen=True, slots=True)
class ClauseTold:
    """One clause as page 1 tells it. `language`: of the words where they are not the reader's; else empty."""

    id: str
    words: str
    whose: str
    zone: str
    language: str


def clauses_told(report: DailyReport, words: Words) -> list[ClauseTold]:
    """The clauses that the lines of a report name, in the agreement's order."""
    named = {
        finding.stipulation
        for incident in (
            *(row.incident for row in report.rows),
            *(grave.incident for grave in report.grave_earlier),
            *report.grave_beside,
        )
        for finding in incident.findings
        if finding.outcome != "not_applicable"
    }
    return [
        clause_told(stipulation, report, words)
        for _, stipulation in report.watch.agreement.stipulations()
        if stipulation.id in named
    ]


def clause_told(stipulation: Stipulation, report: DailyReport, words: Words) -> ClauseTold:
    """One clause, in the instrument's own words as far as a text on file has them."""
    # A text that was published after the cut-off is no text of this report.
    texts = {text.id: text for text in report.watch.agreement.text if text.known_at <= report.cut_off}
    quotes = [(quote, texts[quote.text]) for quote in stipulation.quote if quote.text in texts]
    # The reader's own language first, then the authoritative text.
    quotes.sort(key=lambda pair: (pair[1].language != words.language, not pair[1].authoritative))
    zone = _zone_words(stipulation.zone, report, words)
    if not quotes:
        summary = isolated(words.name(stipulation.summary, otherwise=stipulation.id))
        return ClauseTold(stipulation.id, summary, words.gettext("our paraphrase"), zone, "")
    quote, text = quotes[0]
    whose = words.gettext("words of text {text}, {language}").format(
        text=printable(text.id), language=words.language_name(text.language)
    )
    language = "" if text.language == words.language else text.language
    return ClauseTold(
        stipulation.id, words.gettext("“{words}”").format(words=isolated(quote.words)), whose, zone, language
    )


def _zone_words(zone_id: str, report: DailyReport, words: Words) -> str:
    """`zone East Valley as drawn by this watch`; empty where a clause holds everywhere."""
    if not zone_id:
        return ""
    start = day_of(report.day_from, report.watch.zone).start
    zone = report.watch.zone_with(zone_id, start) or report.watch.zone_with(zone_id)
    name = zone_name(zone_id, report.watch, words)
    if zone is None or zone.derived:
        return words.gettext("zone {zone} as drawn by this watch").format(zone=name)
    return words.gettext("zone {zone} as given by: {provenance}").format(
        zone=name, provenance=isolated(zone.provenance)
    )
