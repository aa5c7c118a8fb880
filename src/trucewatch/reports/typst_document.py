"""The daily report → what its printed pages are set from: one plain document of texts, numbers, links and drawings.

The facts, sentences and drawings are those of `page_of`, as in the HTML; nothing here is markup, so no text can become
any.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC
from typing import Any, Final

from markupsafe import Markup

from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import kind_word
from trucewatch.reports.clause_words import ClauseTold
from trucewatch.reports.cover_words import CoverTold
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.font_coverage import FAMILIES, drawable
from trucewatch.reports.notes import ShownNote, number_words
from trucewatch.reports.outcome_told import outcome_told
from trucewatch.reports.page_context import page_of
from trucewatch.reports.phrases import led_runs, short_code
from trucewatch.reports.print_drawing import alternative, light_colours, standing_alone
from trucewatch.reports.section import SectionLine
from trucewatch.reports.shown_rows import MOST_REFERENCES, shown_numbers, shown_rows
from trucewatch.reports.signs import draw_sign

LONGEST_WHOLE_ROW: Final = 1200
"""A row of a table with more characters than this may go over from one page to the next; all others stay whole."""
LONGEST_HEAD: Final = 72
"""A name longer than this is cut in the head and foot of the pages; it stands whole in the text."""
LONGEST_TEXT: Final = 4000
"""A text from outside with more characters than this is cut in print, and says so; the HTML has all of it."""
_SIMULATED: Final = "simulated"


def printed_document(report: DailyReport, words: Words) -> dict[str, Any]:
    """All that the template sets, as values that JSON can hold. The same report and language give the same document."""
    page, rows, numbers_shown = page_of(report, words), shown_rows(report), shown_numbers(report)
    keys = {sign: f"s{number}" for number, sign in enumerate(dict.fromkeys(map(_sign_of, rows)))}
    lines = [asdict(line) | {"sign": keys[_sign_of(row)]} for line, row in zip(page["lines"], rows, strict=True)]

    def led(numbers: Sequence[int]) -> dict[str, Any] | None:
        return refs(numbers, words, numbers_shown)

    document = {
        "language": words.language,
        "direction": words.direction,
        "families": [name for name, _ in FAMILIES],
        "colours": light_colours(),
        "date": list(report.cut_off.astimezone(UTC).timetuple()[:6]),
        "labels": _labels(page, words),
        "running": _running(report, page, words),
        "signs": {
            keys[_sign_of(row)]: {
                "svg": Markup(draw_sign(row.incident.kind, row.incident.outcome)),
                "alt": f"{kind_word(row.incident.kind, words)} · {outcome_told(row.incident, report, words)}",
            }
            for row in rows
        },
        "figures": [figure | {"to": to} for figure, to in zip(page["figures"], _figure_links(page), strict=True)],
        "own": [
            asdict(section) | {"lines": [_own(line, numbers_shown) for line in section.lines]}
            for section in page["sections"]
        ],
        "cover": _cover(page["cover"]) if page["cover"] else None,
        "parts": sorted(page["parts"]),
        "sentences": [
            {"head": head, "rest": rest, "refs": led(numbers), _SIMULATED: simulated}
            for head, rest, numbers, simulated in page["sentences"]
        ],
        "lines": [_line(line) for line in lines],
        "added": any(line["added"] for line in lines),
        "late": led(page["late"]) if page["late"] else None,
        "regions": [_region(region, simulated=False) for region in page["regions"]]
        + [_region(region, simulated=True) for region in page["regions_simulated"]],
        "corridor": [{"text": text, "refs": led(numbers)} for text, numbers in page["corridor"]],
        "restrictions": [{"text": text, "refs": led(numbers)} for text, numbers in page["restrictions"]],
        "harm": [{"text": text, "refs": led(numbers)} for text, numbers in page["harm"]],
        "legend": [{"svg": drawing, "text": text} for drawing, text in page["legend"]],
        "grave": [asdict(line) | {"refs": led([line.number] if line.number else [])} for line in page["grave"]],
        "earlier": [asdict(line) for line in page["earlier"]],
        "people": [asdict(line) | {"linked": line.number in numbers_shown} for line in page["people"]],
        "published": [asdict(statement) for statement in page["published"]],
        "clauses": [_clause(clause) for clause in page["clauses"]],
        "places": [asdict(place) for place in page["places"]],
        "checkpoint": report.checkpoint.splitlines(),
        "editor": {section: [_note(note) for note in notes] for section, notes in page["editor"].items()},
    }
    same = (
        "watch_name",
        "is_whole",
        "has_map",
        "draft",
        "grave_title",
        "earlier_title",
        "held",
        "no_restriction",
        "dashes",
        "translation",
        "title",
        "times",
        "simulated",
        "quiet",
        "limits",
        "map",
        "days",
        "handovers",
        "obligations",
        "counters",
        "corrections",
        "rejected",
        "ledger",
        "left_out",
        "more",
    )
    document |= {name: page[name] for name in same}
    plain: dict[str, Any] = _plain(document, words)
    return plain


def refs(numbers: Sequence[int], words: Words, rows_shown: Collection[int]) -> dict[str, Any] | None:
    """`No. 1–3, 7` in pieces, each run of numbers with the row that it leads to (0: none on these pages); None for no
    number.

    `more` is true where numbers were left out.
    """
    if not numbers:
        return None
    before, _, after = words.gettext("No. {numbers}").partition("{numbers}")
    pieces = led_runs(numbers, rows_shown)
    references = [{"text": text, "row": row} for text, row in pieces[:MOST_REFERENCES]]
    return {"before": before, "after": after, "pieces": references, "more": len(pieces) > MOST_REFERENCES}


def shortened(text: str, longest: int = LONGEST_HEAD) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _sign_of(row: Row) -> tuple[str, str, str, bool | None, str]:
    """What a sign and its text alternative depend on."""
    incident = row.incident
    return incident.kind, incident.outcome, incident.hold, incident.is_reviewed, incident.review


def _line(line: dict[str, Any]) -> dict[str, Any]:
    texts = [line["what"], line["where"], *line["notes"], line["time"]]
    reasons = [reason for *_, reason in line["findings"]]
    return line | {
        "short": short_code(line["code"]),
        "long": sum(map(len, texts)) > LONGEST_WHOLE_ROW,
        "long_reasons": sum(map(len, [*reasons, line["text"]])) > LONGEST_WHOLE_ROW,
        "findings": [
            {"id": code, "clause": clause, "outcome": outcome, "reason": reason}
            for code, clause, outcome, reason in line["findings"]
        ],
    }


def _note(note: ShownNote) -> dict[str, Any]:
    """A note; its language only where the page can name it to a reader's voice, by a code of two or three letters."""
    code = note.language.partition("-")[0].lower()
    return asdict(note) | {"language": code if code.isascii() and code.isalpha() and len(code) in (2, 3) else ""}


def _own(line: SectionLine, rows_shown: Collection[int]) -> dict[str, Any]:
    number = line.number or 0
    return {
        "number": number,
        "linked": number in rows_shown,
        "cells": line.cells,
        "long": sum(map(len, line.cells)) > LONGEST_WHOLE_ROW,
        _SIMULATED: line.simulated,
    }


def _cover(cover: CoverTold) -> dict[str, Any]:
    code = cover.language.partition("-")[0].lower()
    return {
        "label": cover.label,
        "language": code if code.isascii() and code.isalpha() and len(code) in (2, 3) else "",
        "paragraphs": cover.paragraphs,
        "signed": cover.signed,
    }


def _clause(clause: ClauseTold) -> dict[str, Any]:
    code = clause.language.partition("-")[0].lower()
    return asdict(clause) | {"language": code if code.isascii() and code.isalpha() and len(code) in (2, 3) else ""}


def _region(row: tuple[str, str, str], *, simulated: bool) -> dict[str, Any]:
    name, before, now = row
    return {"name": name, "before": before, "now": now, _SIMULATED: simulated}


def _figure_links(page: Mapping[str, Any]) -> list[str]:
    """Where each of the four figures leads, if there are any: its records, or the section that says why there is
    none."""
    links = ["findings" if page["lines"] else "", "coverage", "coverage", "days"]
    return links[: len(page["figures"])]


def _running(report: DailyReport, page: Mapping[str, Any], words: Words) -> dict[str, str]:
    """What stands at the head and the foot of every page."""
    cut_off = words.gettext("Cut-off {moment}.").format(moment=words.moment(report.cut_off, report.watch.zone))
    number = number_words(report, words)
    if len(report.number) > LONGEST_HEAD:
        number = number_words(replace(report, number=shortened(printable(report.number))), words)
    return {
        "left": f"{page['kind']} · {shortened(page['watch_name'])}",
        "middle": words.gettext("simulated") if page["simulated"] else "",
        "right": page["short_period"],
        "release": shortened(printable(page["release"]), 220),
        "number": f"{number} {cut_off}",
        "checkpoint": page["draft"] or _checkpoint_words(report, words),
        "page": words.gettext("Page {page} of {pages}"),
    }


def _checkpoint_words(report: DailyReport, words: Words) -> str:
    """The size and the root that the checkpoint signs, short enough for a foot; the last page has all of it."""
    if not report.tells_ledger:
        return words.gettext("Its SHA-256 is in the ledger; how to check it is on the last page.")
    lines = report.checkpoint.splitlines()
    if len(lines) < 3:
        return words.gettext("No checkpoint of the ledger covers this report yet.")
    root = lines[2]
    return words.gettext("Ledger: {size} entries, root {root}; how to check it is on the last page.").format(
        size=lines[1], root=f"{root[:8]} … {root[-8:]}"
    )


def _labels(page: Mapping[str, Any], words: Words) -> dict[str, str]:
    """The fixed words of the pages; the same messages as in the template of the HTML."""
    say = words.gettext
    return {
        "found": say("What was found") if "found" in page["parts"] else say("What this report rests on"),
        "no_line": say("No line to show."),
        "coverage": say("Coverage: what could have been seen"),
        "coverage_text": say(
            "Not computed yet. No number in this report says how much of the area and of the time was watched; "
            "fewer records do not mean fewer events, and no record does not mean quiet."
        ),
        "findings": say("Findings"),
        "findings_note": say(
            "Place: half length of the 95% ellipse, where it is released. P: probability that it happened; alone: one "
            "independent source, in words beside it; a dash: not weighed or not released."
        )
        + "".join(f" {page[name]}" for name in ("doubtful", "about_review") if page[name]),
        "number": say("No."),
        "time": say("Time, {zone}").format(zone=page["zone_label"]),
        "what": say("What"),
        "where": say("Where"),
        "radius": say("± m"),
        "probability": words.pgettext("probability", "P"),
        "clause": say("Clause"),
        "outcome": say("Assessment"),
        _SIMULATED: say("simulated"),
        "added": say(
            "Bars: what each means added to place, kind and probability when its reports came, in order of arrival."
        ),
        "late": say("Late: became known after its day was closed, and stands at its true time."),
        "regions": say("By region, against the period before"),
        "region": say("Region"),
        "before": words.pgettext("period", "before"),
        "now": words.pgettext("period", "now"),
        "seen": say("Seen"),
        "not_yet": say("not computed yet"),
        "days": say("Last 14 days"),
        "days_note": say("Bars: recorded. Hatched strip: coverage not computed yet. Hatched bars: simulated.")
        + (" " + say("×: not issued to this recipient.") if page["unissued"] else ""),
        "withdrawal": say("Withdrawal areas and dated obligations"),
        "handovers": say("Withdrawal areas"),
        "others": say("Other obligations"),
        "asks": say("What it asks"),
        "due": say("Due"),
        "state": say("State"),
        "reason": say("Reason"),
        "no_obligation": say("No obligation is released to this recipient, or the agreement has none."),
        "corridor": say("Roads and crossings"),
        "restrictions": say("Restrictions of movement and sight"),
        "dashes": say("A dash: none can be shown."),
        "humanitarian": say("Humanitarian"),
        "clauses": say("The clauses named here"),
        "published": say("What parties published themselves"),
        "published_note": say(
            "Their own words on the day of publication, cited whatever else is withheld; nobody here has checked them."
        ),
        "people": say("People killed and injured"),
        "people_note": say(
            "Each line is its giver's own. Lines are not added up: two givers may speak of the same people."
        ),
        "day": say("Day"),
        "killed": say("Killed"),
        "injured": say("Injured"),
        "harmed": say("Killed or injured"),
        "of_whom": say("Of whom"),
        "checked": say("Checked"),
        "reported": say("Number reported"),
        "figure": say("Figure"),
        "span": say("For"),
        "until": say("Day, or up to"),
        "who": say("Who says so"),
        "code": say("Code"),
        "unchecked": say("These numbers are their reporter's own; nobody here has checked them."),
        "no_number": say("No number was reported for this period."),
        "corrections": say("Corrections to earlier reports"),
        "report": say("Report"),
        "change": say("Change"),
        "no_correction": say("None to the reports of the last 14 days."),
        "annex": say("Annex: codes and reasons"),
        "annex_note": say(
            "Who may see the records finds them by these codes: incident, finding, observation, original bytes."
        ),
        "incident": say("Incident"),
        "reasons": say("Findings: clause, assessment, reason"),
        "no_finding": say("No finding to show."),
        "proof": say("Proof"),
        "made_from": say("This report was made from a list that the ledger held when it signed this checkpoint:"),
        "to_check": say(
            "To check: copy these lines into a file; wherever a long line breaks in print does no harm. Run "
            "“trucewatch "
            "verify PATH --seen FILE” on a copy of the ledger made after this report; its folder “ledger” is "
            "enough. An older "
            "copy does not contain this checkpoint yet; the program says whether a copy is older or tells "
            "another history."
        ),
        "boundaries": " ".join(
            (page["disclaimer"], say("Boundaries: {set}.").format(set=page["boundary_set"]), page["credit"])
        ),
        "places": say("Places and their names"),
        "naming": page["naming"],
        "parties": say("Parties: {names}.").format(names=page["parties"]),
    }


def _plain(value: Any, words: Words) -> Any:
    """Every drawing with its text alternative, every text drawable and of a bearable length, all the rest as it is."""
    match value:
        case Markup():
            return {"svg": drawable_drawing(str(value)), "alt": alternative(str(value))} if value else None
        case str():
            return isolated(drawable(_cut(value, words)))
        case Mapping():
            plain = {
                key: _plain(part, words) for key, part in value.items() if not isinstance(part, Markup) or key != "svg"
            }
            drawing = value.get("svg")
            return plain | {"svg": drawable_drawing(drawing)} if isinstance(drawing, Markup) else plain
        case Iterable():
            return [_plain(part, words) for part in value]
        case _:
            return value


def isolated(text: str) -> str:
    """A text with right-to-left letters, kept from turning the order of what stands around it."""
    if text.isascii() or not any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        return text
    return f"\u2068{text}\u2069"


def _cut(text: str, words: Words) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    notice = words.gettext("{text} … (cut here in print: {number} characters in all; the page in HTML has them)")
    return notice.format(text=text[:LONGEST_TEXT].rstrip(), number=words.number(len(text)))


def drawable_drawing(drawing: str) -> str:
    """A drawing of ours, standing alone, with nothing in its texts that no font can draw."""
    # In our drawings no text and no attribute holds a bare angle bracket.
    pieces = re.split(r"(<[^>]*>)", drawing)
    return standing_alone("".join(piece if piece.startswith("<") else drawable(piece) for piece in pieces))
