"""Records → what a terminal shows. The same nouns, signs and order as the report; colour only helps."""

from __future__ import annotations

import csv
import io
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from trucewatch.locale.reasons import standing_words
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import HELD as HELD_WORDS
from trucewatch.model.edits import CHANGES
from trucewatch.model.incident import CHI2_95, Finding, Incident, finding_rows, incident_rows, is_message
from trucewatch.model.outcomes import HELD, OUTCOMES
from trucewatch.model.rounding import two_figures
from trucewatch.model.standing import NO_CLAUSE, Standing, is_established, standings_of
from trucewatch.model.times import iso_utc, zone_label
from trucewatch.model.verification import with_access_refused
from trucewatch.model.watch import AssociationRule, SourceSetting, Watch
from trucewatch.terminal.inventory import inventory_of, plural

if TYPE_CHECKING:
    import pyarrow as pa

    from trucewatch.locale import Words
    from trucewatch.model.batch import SourceCard
    from trucewatch.pipeline import Assessment, Steps
    from trucewatch.watch import Reading

SIGNS: Final = {"inconsistent": "◆", "undetermined": "■", "consistent": "○", "not_applicable": "·"}
STYLES: Final = {"inconsistent": "magenta", "undetermined": "yellow", "consistent": "cyan", "not_applicable": "dim"}
_NARROW: Final = 100
"""Columns below which a table drops what it can."""
_LEAST_WORDS: Final = 26
"""Columns that kind and place need between them to say anything."""
COMPILING: Final = "First run here: compiling the fast parts, once, up to a minute …"
"""What a run says before it waits for the compiler."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def console(*, stderr: bool = False) -> Console:
    """A console that colours no bare numbers and does not fold what is piped."""
    terminal = Console(highlight=False, stderr=stderr, soft_wrap=True)
    return terminal if terminal.is_terminal else Console(highlight=False, stderr=stderr, soft_wrap=True, width=120)


def bars_on(progress: Progress) -> Callable[[str, int, int], None]:
    """Shows each step of a run as a bar; to be called with the step, how far it is, of how many."""
    tasks: dict[str, TaskID] = {}

    def advance(step: str, position: int, total: int) -> None:
        if step == "compile":
            progress.console.print(f"[dim]{COMPILING}[/]")
            return
        if step not in tasks:
            tasks[step] = progress.add_task(step, total=total)
        progress.update(tasks[step], completed=position, total=total)

    return advance


def progress_on(out: Console) -> Progress:
    """Bars that leave nothing behind; silent where the error output is no terminal."""
    columns = (TextColumn("{task.description:<6}"), BarColumn(), TextColumn("{task.completed:.0f} of {task.total:.0f}"))
    return Progress(*columns, console=out, transient=True, disable=not out.is_terminal)


def show_check(out: Console, reading: Reading, exit_code: int) -> None:
    """`trucewatch check`: the files, each fault with its remedy, what is sound, and the sum."""
    files = "  ".join(reading.files)
    out.print(f"[dim]{files}  inbox/ {reading.inbox_files} file{'s' * (reading.inbox_files != 1)}[/]")
    for fault in reading.faults:
        sign, style = ("◆ error  ", "magenta") if fault.severity == "error" else ("■ warning", "yellow")
        subject = f"{fault.place} " if fault.place else ""
        out.print(f"[{style}]{sign}[/]  [bold]{escape(fault.where)}[/]  {escape(subject + str(fault.what))}")
        out.print(f"           [dim]{escape(str(fault.remedy))}[/]")
    if reading.watch is not None:
        out.print(f"[cyan]○ ok     [/]  {escape(inventory_of(reading.watch))}")
    counted = f"{plural(reading.errors, 'error')}, {plural(reading.warnings, 'warning')}."
    out.print(f"{counted} Nothing was changed.  [dim]exit {exit_code}[/]")


def show_run(
    out: Console,
    assessment: Assessment,
    *,
    steps: Steps,
    drafts: Sequence[Path],
    rejected: Path | None,
    recovered: Sequence[str],
    entries: int,
    show_all: bool,
    seconds: float,
    refused: frozenset[str] = frozenset(),
) -> None:
    """`trucewatch run`: the steps, the incidents, what stands behind the numbers, and where the drafts are."""
    for line in recovered:
        out.print(f"[yellow]■ recovered[/]  {escape(line)}")
    for warning in assessment.warnings:
        out.print(f"[yellow]■ warning[/]  {escape(str(warning))}")
    _show_steps(out, assessment, steps, rejected)
    incidents = incident_rows(assessment.incidents)
    findings = finding_rows(with_access_refused(assessment.findings, assessment.incidents, refused))
    out.print()
    show_grave(out, assessment.watch, incidents, findings)
    show_incidents(out, assessment.watch, incidents, findings, show_all=show_all)
    show_deadlines(out, assessment.watch, findings)
    out.print()
    _show_account(out, assessment, incidents, findings, entries)
    out.print()
    for number, path in enumerate(drafts):
        out.print(f"{'[bold]Draft[/]' if number == 0 else '     '}        [dim]{escape(str(path))}[/]")
    if drafts:
        out.print("Nothing was issued; a person does that: trucewatch report WATCH --issue --by NAME")
    code = (
        "with rejected rows.  [dim]exit 1[/]"
        if assessment.rejected.num_rows
        else "with nothing rejected.  [dim]exit 0[/]"
    )
    out.print(f"Done in {seconds:.1f} s, {code}")


def _show_steps(out: Console, assessment: Assessment, steps: Steps, rejected: Path | None) -> None:
    several = sum(len(means) > 1 for means in assessment.incidents["means"].to_pylist())
    messages = _messages_in(assessment)
    beside = f", {plural(messages, 'message')} beside" if messages else ""
    notes = {
        "read": f"[yellow]{assessment.rejected.num_rows:,} rejected[/]  [dim]see {rejected}[/]"
        if rejected
        else "0 rejected",
        "fuse": f"{plural(assessment.incidents.num_rows - messages, 'incident')}, {several:,} from two or more means"
        + beside,
        "check": "by " + plural(len(set(assessment.findings["stipulation"].to_pylist())), "stipulation"),
    }
    notes["learn"] = (
        "what devices and reports are worth, kept as a calibration  [dim]trucewatch calibrate WATCH --show[/]"
    )
    for step, (seconds, rows) in steps.durations.items():
        unit = "findings" if step == "check" else "rows"
        out.print(f"[dim]{step:<7}[/] {rows:>9,} {unit:<8} {seconds:5.1f} s   {notes[step]}")


def show_incidents(
    out: Console, watch: Watch, incidents: Sequence[Incident], findings: Sequence[Finding], *, show_all: bool
) -> None:
    """The last incidents, one a line. If space runs out the place name is cut, never ±, probability or outcome."""
    if not incidents:
        out.print(
            "No incident is recorded. What could have been seen is not computed yet, so this says nothing about quiet."
        )
        return
    from trucewatch.locale import words

    english = words("en")
    worst = standings_of(findings)
    recent = list(incidents) if show_all else list(incidents)[-10:]
    zone = watch.zone
    label = zone_label(recent[-1].occurred_start, zone)
    rows = []
    for incident in recent:
        standing = worst.get(incident.incident_id, NO_CLAUSE)
        place = place_words(incident, watch, english, beside=True)
        sim = "sim  " if incident.simulated else ""
        rows.append(
            (
                standing,
                sim + when_words(incident, zone),
                what_words(incident, watch, english),
                place,
                radius_words(incident),
                ",".join(standing.clauses) or "–",
                happened_words(incident, english),
            )
        )
    is_narrow = out.width < _NARROW
    # "sim" stands before the time, where nothing is ever cut; a narrow screen goes without the year and without
    # how sure each is, which `trucewatch incidents` says.
    if is_narrow:
        year = f"{recent[0].occurred_start:%Y}-"
        rows = [(row[0], row[1].replace(year, ""), *row[2:]) for row in rows]
    when_width = max(len(f"time, {label}"), *(len(row[1]) for row in rows))
    to_width = min(max(2, *(len(row[5]) for row in rows)), 12)
    happened = "" if is_narrow else "  happened"
    # The sign, ± and the gaps between them take 22; kind and place get what is left beside the word. Where that is too
    # little, the word goes without whose report it is, then to a line of its own.
    room = out.width - when_width - to_width - len(happened) - 22
    ways = [[standing_words(row[0], watch, english, says_who=says_who) for row in rows] for says_who in (True, False)]
    fitting = [way for way in ways if room - max(map(len, way)) >= _LEAST_WORDS]
    is_folded = not fitting
    assessments = fitting[0] if fitting else ways[1]
    inline = ["" if is_folded and row[0].reason_word else word for row, word in zip(rows, assessments, strict=True)]
    left = max(room - max(len("assessment"), *map(len, inline)), 2 * 8)
    what_width = min(max(len("what"), *(len(row[2]) for row in rows)), left - 8, max(left // 2, 18))
    where_width = min(left - what_width, max(len("where"), *(len(row[3]) for row in rows)))
    head = f"   {f'time, {label}':<{when_width}}  {'what':<{what_width}}  {'where':<{where_width}}  {'±':>8}{happened}"
    head += f"  {'to':<{to_width}}  assessment"
    out.print(Text(head, style="dim"))
    for (standing, when, what, where, radius, to, chance), word, own in zip(rows, assessments, inline, strict=True):
        outcome = standing.outcome
        line = Text(f"{SIGNS[outcome]}  ", style=STYLES[outcome])
        line.append(f"{when:<{when_width}}  {cut(what, what_width)}  {cut(where, where_width)}  {radius:>8}", "default")
        line.append(f"{chance if happened else '':>{len(happened)}}  {cut(to, to_width)}  ", "default")
        line.append(own or f"\n   {word}", STYLES[outcome])
        out.print(line)
    if len(recent) < len(incidents):
        out.print(f"[dim]{len(incidents) - len(recent):,} earlier: --all[/]")


def show_deadlines(out: Console, watch: Watch, findings: Sequence[Finding]) -> None:
    """What was required by a date or without one, or has to be kept up: the clause, the state, the reason in a
    sentence."""
    deadlines = [
        finding
        for finding in findings
        if not finding.incident_id and finding.rule.partition("/")[0] in ("required", "kept_up")
    ]
    if not deadlines:
        return
    from trucewatch.findings import SENTENCES
    from trucewatch.locale import words
    from trucewatch.locale.reasons import reason_sentence

    english = words("en")
    standing_word = {finding.finding_id: standing_words(Standing.of(finding), watch, english) for finding in deadlines}
    width = min(max(len(word) for word in standing_word.values()) + 1, 30)
    out.print()
    out.print("[dim]required by the agreement[/]")
    for finding in deadlines:
        line = Text(f"{SIGNS[finding.outcome]}  ", STYLES[finding.outcome])
        line.append(f"{finding.stipulation:<4} ", "default")
        line.append(f"{standing_word[finding.finding_id]:<{width - 1}} ", STYLES[finding.outcome])
        sentence = reason_sentence(finding, SENTENCES, watch, english)
        indent = width + 8 if len(standing_word[finding.finding_id]) < width else 8
        if indent == 8:
            line.append("\n" + " " * indent)  # a long word has the line to itself
        folded = textwrap.wrap(sentence, max(out.width - indent - 1, 30)) if out.is_terminal else [sentence]
        line.append(("\n" + " " * indent).join(folded), "default")
        out.print(line)


def rule_words(rule: AssociationRule) -> str:
    """Which observations are one event, in a few words."""
    if rule.rule == "likelihood":
        return "per event, where reports agree within their own errors"
    return f"per event, {rule.radius_m:,.0f} m and {rule.gap_hours:g} h"


def _messages_in(assessment: Assessment) -> int:
    """How many entries of the list rest on messages alone, and are no events by themselves."""
    sources = assessment.watch.message_sources
    if not sources:
        return 0
    columns = (assessment.incidents[name].to_pylist() for name in ("kind", "sources", "lon"))
    return sum(is_message(kind, of, lon, sources) for kind, of, lon in zip(*columns, strict=True))


def _show_account(
    out: Console, assessment: Assessment, incidents: Sequence[Incident], findings: Sequence[Finding], entries: int
) -> None:
    rule = assessment.watch.settings.association
    messages = _messages_in(assessment)
    worst = standings_of(findings)
    numbers = Counter(worst.get(incident.incident_id, NO_CLAUSE).code for incident in incidents)
    counted = "   ".join(
        f"[{STYLES[outcome]}]{SIGNS[outcome]} {numbers[outcome]:,} {outcome.replace('_', ' ')}[/]"
        for outcome in OUTCOMES
        if outcome != "undetermined"
    )
    held = "; ".join(f"{numbers[word]:,} {HELD_WORDS[word]}" for word in HELD if numbers[word])
    back = sum(numbers[word] for word in HELD)
    later = f"{plural(assessment.not_yet_known, 'observation')}  [dim]held, and not known yet at that moment[/]"
    rows = [
        ("as of", f"{iso_utc(assessment.as_of)}  [dim]what was known by then[/]"),
        (
            "recorded",
            f"{plural(len(incidents) - messages, 'incident')}  [dim]rule: {rule_words(rule)}[/]",
        ),
        *([("messages", f"{messages:,}  [dim]somebody's words, no events by themselves[/]")] if messages else []),
        ("coverage", "not computed yet  [dim]so a day without records says nothing about quiet[/]"),
        ("true number", "not computed yet"),
        ("assessments", counted),
        *(
            [("no assessment", f"[{STYLES['undetermined']}]{SIGNS['undetermined']} {back:,}[/]: {held}")]
            if back
            else []
        ),
        *_by_hand(assessment),
        *([("later", later)] if assessment.not_yet_known else []),
        *_record_end(assessment),
        ("data", _data_words(assessment.observations)),
        ("journal", f"{plural(entries, 'record')}  [dim]every figure leads back to its bytes[/]"),
    ]
    for name, value in rows:
        out.print(account_line(out, name, value))


def account_line(out: Console, name: str, value: str) -> Text:
    """One line of the account, `value` with markup; in a terminal it is folded under itself. What is piped stays one
    line."""
    whole = Text.from_markup(value)
    folded = whole.wrap(out, max(out.width - 13, 30)) if out.is_terminal else [whole]
    line = Text(f"{name:<12} ", "dim")
    return line.append_text(Text("\n" + " " * 13).join(folded))


def _by_hand(assessment: Assessment) -> list[tuple[str, str]]:
    """What changed since the list before, and how many acts by hand stand; nothing on the first list."""
    changes = Counter(assessment.history["what"].to_pylist())
    rows = []
    if changes and set(changes) != {"new"}:
        sentence = ", ".join(f"{changes[what]:,} {what}" for what in CHANGES if changes[what])
        rows.append(("changes", f"{sentence}  [dim]since the list before[/]"))
    if assessment.acts:
        out = assessment.rejected_incidents.num_rows
        off = f", {plural(out, 'incident')} rejected" if out else ""
        rows.append(("by hand", f"{plural(len(assessment.acts), 'act')}{off}  [dim]trucewatch incident WATCH acts[/]"))
    return rows


def _record_end(assessment: Assessment) -> list[tuple[str, str]]:
    """The day on which the record of a past case ends."""
    until = assessment.watch.settings.record_until
    return [("record ends", f"{until.isoformat()}  [dim]what came later is not in it[/]")] if until else []


def _data_words(observations: pa.Table) -> str:
    import pyarrow.compute as pc

    rows, invented = observations.num_rows, int(pc.sum(observations["simulated"]).as_py() or 0)
    if invented == 0:
        return f"{plural(rows, 'observation')}, none simulated"
    if invented == rows:
        return f"[reverse] simulated [/] all {plural(rows, 'observation')}"
    apart = f"{rows - invented:,} are real and were not fused with them"
    return f"[reverse] simulated [/] {plural(invented, 'observation')}; {apart}"


def show_grave(out: Console, watch: Watch, incidents: Sequence[Incident], findings: Sequence[Finding]) -> None:
    """The grave events before all else: how many are established, then who says what of each."""
    grave = [incident for incident in incidents if incident.grave]
    if not grave:
        return
    from trucewatch.locale import words
    from trucewatch.locale.terms import grave_word
    from trucewatch.reports.people_words import people_words

    english, worst = words("en"), standings_of(findings)
    standing = {incident.incident_id: worst.get(incident.incident_id, NO_CLAUSE) for incident in grave}
    for simulated in (False, True):
        chosen = [incident for incident in grave if incident.simulated is simulated]
        if not chosen:
            continue
        sure = sum(is_established(standing[incident.incident_id], incident) for incident in chosen)
        mark = " (simulated)" if simulated else ""
        out.print(f"[bold]grave events{mark}: {sure} established, {len(chosen) - sure} not yet established[/]")
        for incident in chosen[-10:]:
            hit = [grave_word(each, english) for each in incident.grave if each != "killed"]
            people = people_words(incident.people, watch, english)
            says = "; ".join(part for part in (*hit, people) if part)
            stands = standing_words(standing[incident.incident_id], watch, english)
            if standing[incident.incident_id].outcome == "not_applicable":
                stands = "no clause applies"
            line = f"{says}, {place_words(incident, watch, english)}, {when_words(incident, watch.zone)}; {stands}"
            folded = textwrap.wrap(line, max(out.width - 2, 30)) if out.is_terminal else [line]
            out.print(escape("\n".join(f"  {part}" for part in folded)))
        if len(chosen) > 10:
            out.print(f"[dim]  {len(chosen) - 10:,} earlier[/]")
    out.print()


def what_words(incident: Incident, watch: Watch, english: Words) -> str:
    from trucewatch.reports.phrases import number_words

    return number_words(incident, watch, english)


def place_words(incident: Incident, watch: Watch, english: Words, *, beside: bool = False) -> str:
    """The same words as everywhere; beside: whether `radius_words` stand beside them."""
    from trucewatch.reports.phrases import place_words as said
    from trucewatch.reports.released import point_code

    code = "" if incident.lon is None or incident.lat is None else point_code(incident.lon, incident.lat)
    half_m = None if incident.semi_major_m is None else incident.semi_major_m * CHI2_95**0.5
    return said(code, None, watch, english, told_apart=True, radius_m=half_m, beside=beside)


def radius_words(incident: Incident) -> str:
    if incident.semi_major_m is None:
        return "–"
    return f"{two_figures(incident.semi_major_m * CHI2_95**0.5):,} m"


def when_words(incident: Incident, zone: tzinfo) -> str:
    start, end = (moment.astimezone(zone) for moment in (incident.occurred_start, incident.occurred_end))
    day = f"{start:%Y-%m-%d}"
    if _is_midnight(start) and _is_midnight(end) and end > start:
        days = (end.date() - start.date()).days
        return day if days == 1 else f"{day} +{days - 1} d"
    if start.date() != end.date():
        return f"{day} {start:%H:%M} +{(end.date() - start.date()).days} d"
    return f"{day} {start:%H:%M}" + (f"–{end:%H:%M}" if f"{end:%H:%M}" != f"{start:%H:%M}" else "")


def _is_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def happened_words(incident: Incident, english: Words) -> str:
    """Whether it happened: `0.97`, "alone" where one voice stands alone, a dash where nothing was weighed."""
    from trucewatch.reports.sureness_words import probability_words

    return "alone" if incident.alone else probability_words(incident.happened, english)


def cut(text: str, width: int) -> str:
    """Padded to a width, or cut there with a sign that it was."""
    return f"{text:<{width}}" if len(text) <= width else text[: width - 1] + "…"


def show_sources(out: Console, settings: Sequence[SourceSetting]) -> None:
    """The sources of a watch: whose each is, and what reads it."""
    for source in settings:
        whose = {"centre": "the centre's own", "": "nobody's of the watch; not enough alone"}.get(source.of, source.of)
        out.print(f"[bold]{escape(source.id)}[/]  {escape(whose)}  [dim]read by {escape(source.adapter)}[/]")
    if settings:
        out.print()


def show_cards(out: Console, cards: Mapping[str, SourceCard]) -> None:
    """`trucewatch sources`: who stands behind each source, how late it is, and where it is blind."""
    for name, card in cards.items():
        out.print(f"[bold]{name}[/]  {escape(str(card.title))}")
        for label, value in (
            ("owner", card.owner),
            ("delay", card.delay_words),
            ("licence", card.licence),
            ("blind to", card.blind_spots),
            ("reads", card.reads),
        ):
            out.print(f"  [dim]{label:<9}[/]{escape(str(value))}")
        out.print()


def show_log(out: Console, lines: Sequence[Mapping[str, object]]) -> None:
    """`trucewatch log`."""
    if not lines:
        out.print(
            "No entry of this kind. The kinds: evidence, batch, list, calibration, watch-files, publication, key, "
            "erasure, incident-act."
        )
    for one in lines:
        what, who = (escape(printable(str(one[name]))) for name in ("what", "who"))
        out.print(
            f"[dim]{one['number']:>6}  {str(one['at'])[:16]}Z[/]  {one['kind']:<12} {what}"
            + (f"  [dim]{who}[/]" if who else "")
        )
        evidence = f"  evidence {one['evidence']}" if one["kind"] == "evidence" and one["evidence"] else ""
        out.print(f"        [dim]{one['object']}{evidence}[/]")


def rejected_csv(rejected: pa.Table) -> bytes:
    """The refused rows as a table for people: file, line, reason, what stood there. No cell runs as a formula."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(["file", "line", "reason", "excerpt", "evidence_sha256"])
    for batch in rejected.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            cells = [row["file"], str(row["row"]), row["reason"], row["excerpt"], row["evidence_sha256"]]
            writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return sink.getvalue().encode()
