"""Incidents and acts by hand → what a terminal shows: the list, one incident with all that is known of it, the acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.markup import escape

from trucewatch.desks.incidents.edits_output import edits_for_terminal, show_edits
from trucewatch.desks.incidents.review_level import OUTDATED_WORDS
from trucewatch.desks.incidents.rule_changes import rule_words
from trucewatch.locale import Words, words
from trucewatch.locale.reasons import standing_words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.edits import Act
from trucewatch.model.incident import Finding, Incident
from trucewatch.model.review import STATE_WORDS
from trucewatch.model.review_list import cases_among, review_lines
from trucewatch.model.standing import NO_CLAUSE, Standing, standings_of
from trucewatch.model.times import iso_utc, zone_label
from trucewatch.model.watch import Watch
from trucewatch.reports.people_words import people_words
from trucewatch.reports.sureness_words import alone_band, probability_words, sureness_words
from trucewatch.terminal.inventory import plural
from trucewatch.terminal.output import (
    SIGNS,
    STYLES,
    cut,
    happened_words,
    place_words,
    radius_words,
    show_grave,
    what_words,
    when_words,
)

if TYPE_CHECKING:
    from trucewatch.desks.incidents.detail import IncidentDetail
    from trucewatch.desks.incidents.verification import Verification

SHORT: Final = 12
"""How much of an id is shown: its letter and ten characters, as in reports. Any unique beginning is accepted."""
_SURE_OF: Final = (("what", "what", 6), ("who", "who", 6))
"""How sure it is of what and who: the column, its head, its width."""
_LEAST: Final = 6
_FIRST_TO_GO: Final = ("year", "sure", "who", "acts", "reports", "rung", "gap")
"""What a narrow screen goes without, in this order; `who`: whose report it is that was not checked; `gap`: the second
blank between columns."""


def show_list(
    out: Console,
    watch: Watch,
    incidents: Sequence[Incident],
    rejected: Sequence[tuple[Incident, Message | str]],
    findings: Sequence[Finding],
    *,
    codes: Mapping[str, str],
    head: str,
    waiting: int,
) -> None:
    """`trucewatch incidents`: an incident a line, then those that were rejected, with the reason."""
    english = words("en")
    out.print(f"[dim]{escape(head)}[/]")
    show_grave(out, watch, incidents, findings)
    if not incidents:
        out.print(
            "No incident is listed. Another day? Leave --day out. Nothing read yet? Put files into inbox/ and run."
        )
    else:
        _show_table(out, watch, incidents, standings_of(findings), codes)
    if rejected:
        out.print("[dim]rejected by hand: not counted, not reported, not held against the agreement[/]")
    for incident, reason in rejected:
        out.print(
            escape(
                f"{codes[incident.incident_id]}  {when_words(incident, watch.zone)}  "
                f"{what_words(incident, watch, english)}  {printable(str(reason))}"
            )
        )
    if waiting:
        out.print(
            f"[yellow]■[/] {plural(waiting, 'act')} made since this list: the next run applies what stands of it."
        )


def _show_table(
    out: Console,
    watch: Watch,
    incidents: Sequence[Incident],
    worst: Mapping[str, Standing],
    codes: Mapping[str, str],
) -> None:
    """A line an incident. A screen too narrow for all of it goes without the columns of `_FIRST_TO_GO`, in their order;
    words are cut, the probability that it happened and the assessment never are."""
    english, zone = words("en"), watch.zone
    stands = [worst.get(incident.incident_id, NO_CLAUSE) for incident in incidents]
    years = {incident.occurred_start.astimezone(zone).year for incident in incidents}
    times = [when_words(incident, zone) for incident in incidents]
    columns: dict[str, list[str]] = {
        "code": ["code", *(codes[incident.incident_id] for incident in incidents)],
        "when": [f"time, {zone_label(incidents[-1].occurred_start, zone)}", *times],
        "what": ["what", *(what_words(incident, watch, english) for incident in incidents)],
        "±": [f"{'±':>8}", *(f"{radius_words(incident):>8}" for incident in incidents)],
        "rung": ["rung", *(_rung(incident, standing) for incident, standing in zip(incidents, stands, strict=True))],
        "happened": ["happened", *(f"{happened_words(incident, english):>8}" for incident in incidents)],
        "sure": [_sure_cells(*(head for _, head, _ in _SURE_OF))]
        + [
            _sure_cells(*(probability_words(getattr(incident, name), english) for name, _, _ in _SURE_OF))
            for incident in incidents
        ],
        "reports": ["reports", *(f"{len(incident.members):>7}" for incident in incidents)],
        "acts": ["acts", *(_acts(incident) for incident in incidents)],
        "assessment": ["  assessment", *(_assessment(standing, watch, english) for standing in stands)],
    }
    gone, gap = [], "  "
    for name in (*_FIRST_TO_GO, ""):
        widths = {column: max(map(len, cells)) for column, cells in columns.items()}
        room = out.width - sum(widths.values()) + widths["what"] - len(gap) * (len(columns) - 1)
        if room >= _LEAST or not name:
            break
        gone.append(name)
        if name == "who":
            columns["assessment"][1:] = [_assessment(standing, watch, english, says_who=False) for standing in stands]
        elif name == "gap":
            gap = " "
        elif name == "year" and len(years) == 1:
            columns["when"][1:] = [time.removeprefix(f"{next(iter(years))}-") for time in times]
        else:
            columns.pop(name, None)
    what = min(widths["what"], max(room, _LEAST))
    for number, cells in enumerate(zip(*columns.values(), strict=True)):
        line = gap.join(
            cut(cell, what) if name == "what" else f"{cell:<{widths[name]}}"
            for name, cell in zip(columns, cells, strict=True)
            if name != "assessment"
        )
        style = "dim" if number == 0 else STYLES[stands[number - 1].outcome]
        head = f"[dim]{escape(line)}[/]" if number == 0 else escape(line)
        out.print(f"{head}{gap}[{style}]{escape(cells[-1])}[/]")
    if gone:
        out.print("[dim]a wider screen shows more of each, and so does --json[/]")


def _sure_cells(*cells: str) -> str:
    return "  ".join(f"{cell:>{width}}" for cell, (_, _, width) in zip(cells, _SURE_OF, strict=True))


def _assessment(standing: Standing, watch: Watch, english: Words, *, says_who: bool = True) -> str:
    return f"{SIGNS[standing.outcome]} {standing_words(standing, watch, english, says_who=says_who)}"


def show_one(out: Console, watch: Watch, detail: IncidentDetail, verification: Verification | None = None) -> None:
    """`trucewatch incident WATCH show`: one sentence, then members, L1 beside L2 and R, history, findings, acts."""
    from trucewatch.findings import SENTENCES
    from trucewatch.locale.reasons import recorded_reason

    english, incident = words("en"), detail.incident
    out.print(f"{escape(detail.code)}  [dim]{escape(incident.incident_id)}[/]")
    standing = standings_of(detail.findings).get(incident.incident_id, NO_CLAUSE)
    out.print(escape(sentence(incident, watch, standing)))
    if detail.rejected_because:
        out.print(f"[yellow]■ rejected[/]  {escape(str(detail.rejected_because))}")
    if incident.classes:
        likely = ", ".join(
            f"{name.replace('_', ' ')} {chance:.2f}"
            for name, chance in zip(incident.classes, incident.class_probabilities, strict=True)
        )
        out.print(f"[dim]may be      [/] {escape(likely)}")
    for reason in detail.reasons or ():
        out.print(f"[dim]{reason.sign:<11}[/] {escape(english.say(reason.message))}")
    if detail.reasons is None:
        out.print("[dim]for/against[/] not kept of this list; the next run works it out")
    out.print(f"\n[dim]{'report':<{SHORT}}  {'means':<10}  {'source':<16}  {'kind':<15}  place  kind   happened[/]")
    for report in detail.reports:
        added = report["added"] or {}
        line = (
            f"{report['observation_id'][:SHORT]:<{SHORT}}  {report['means']:<10}  {report['source'][:16]:<16}"
            f"  {report['kind']:<15}  {_added(added, 'place'):>5}  {_added(added, 'kind'):>5}"
            f"  {'all' if incident.alone else _added(added, 'confidence'):>8}"
        )
        out.print(escape(line))
    meaning = (
        "what its source added when it came, in order of arrival: place, ln of how much larger the ellipse was before"
    )
    if any(report["added"] and report["added"]["order"] is None for report in detail.reports):
        meaning = "what would be missing without its source: place, ln of how much larger the ellipse"
    out.print(f"[dim]{meaning}; kind and happened, probability[/]")
    out.print()
    for level, rows in (("L1", detail.first), ("L2", [incident])):
        for row in rows:
            out.print(
                f"[bold]{level}[/]  [dim]{escape(row.incident_id[:SHORT])}[/]  {escape(sentence(row, watch, standing))}"
            )
    for reviewed in review_lines(cases_among(detail.snapshot.reviews, incident)):
        for case in (*reviewed.earlier, reviewed.case, *reviewed.of_who):
            state = english.say(STATE_WORDS[case.state])
            if mark := OUTDATED_WORDS.get(detail.snapshot.outdated.get(case.code, "")):
                state = f"{state}; {english.say(mark)}"
            out.print(
                f"[bold]R[/]   [dim]{escape(case.code):<{SHORT}}[/]  clause {escape(case.stipulation)}, put "
                f"{iso_utc(case.put_at)[:16]}Z: {escape(state)}"
            )
    for change in detail.history:
        ids = " + ".join(name[:SHORT] for name in change["from_ids"]) or "–"
        ends = " + ".join(name[:SHORT] for name in change["to_ids"]) or "–"
        out.print(
            f"[dim]{iso_utc(change['as_of'])[:16]}Z  list {change['list']:>4}[/]  {change['what']:<8}  {escape(ids)} → "
            f"{escape(ends)}"
        )
    for finding in detail.findings:
        words_of = recorded_reason(finding, SENTENCES, watch, english)
        outcome = escape(standing_words(Standing.of(finding), watch, english))
        out.print(
            f"[{STYLES[finding.outcome]}]{SIGNS[finding.outcome]} {outcome}[/]  {escape(finding.stipulation)}  "
            f"{escape(words_of)}"
        )
        if by_rule := rule_words(finding, detail.rule_changes.get(finding.finding_id), english):
            out.print(f"  {escape(by_rule)}")
    if verification is not None:
        out.print(f"[dim]verification[/] {verification.settled} of {len(verification.steps)} steps settled")
        for step in verification.steps:
            note = f"  [dim]{escape(step.note)}[/]" if step.note else ""
            out.print(f"  {escape(step.name)}: {escape(step.state_words)}{note}")
            for entered in step.entries:
                who = f", {entered.who}" if entered.who else ""
                head = f"    {entered.entry.step_id[:SHORT]}  {iso_utc(entered.entry.known_at)[:16]}Z"
                out.print(escape(f"{head}  {entered.answer}{who}"))
    show_edits(out, edits_for_terminal(detail))


def show_acts(out: Console, acts: Sequence[tuple[Act, str]]) -> None:
    """Acts by hand, each with what became of it."""
    for act, state in acts:
        mark = f"  [yellow]{escape(state)}[/]" if state else ""
        out.print(
            f"{act.act_id[:SHORT]}  [dim]{iso_utc(act.recorded_at)[:16]}Z  {escape(act.by)}[/]  "
            f"{escape(act_words(act))}{mark}"
        )
        out.print(f"{'':<{SHORT}}  [dim]{escape(printable(str(act.why)))}[/]")


def act_words(act: Act) -> str:
    """What an act does, in a few words."""
    match act.deed:
        case "merge":
            return f"merge {plural(len(act.parts[0]), 'report')} into one incident"
        case "split":
            return f"split into {len(act.parts)}: " + " | ".join(
                ", ".join(name[:SHORT] for name in part) if len(part) < 4 else plural(len(part), "report")
                for part in act.parts
            )
        case "retype":
            return f"retype an incident of {plural(len(act.members), 'report')} to " + ", ".join(
                word for word in (act.kind, act.event_class) if word
            )
        case "reject":
            return f"reject an incident of {plural(len(act.members), 'report')}"
        case "add":
            assert act.stated is not None
            return f"add {act.stated.kind} at {iso_utc(act.stated.occurred_start)}, by {act.stated.means}"
    return f"undo {act.undoes[:SHORT]}"


def sentence(incident: Incident, watch: Watch, standing: Standing = NO_CLAUSE) -> str:
    """An incident in one English sentence: what, where, when, how sure, on what it rests."""
    english = words("en")
    sure = sureness_words(incident.happened, alone_band(incident.happened, incident.alone), english)
    sure = f", {sure}" if sure else ""
    means = ", ".join(incident.means)
    when = f"{when_words(incident, watch.zone)} ({zone_label(incident.occurred_start, watch.zone)})"
    mark = "simulated: " if incident.simulated else ""
    people = people_words(incident.people, watch, english)
    what = what_words(incident, watch, english) + (f"; {people}" if people else "")
    return (
        f"{mark}{what}, {_where(incident, watch)}, {when}; "
        f"{_rung(incident, standing)}{sure}; {plural(len(incident.members), 'report')} by {means}."
    )


def _where(incident: Incident, watch: Watch) -> str:
    """Where it was, with its ±."""
    english = words("en")
    where = place_words(incident, watch, english)
    return where if incident.semi_major_m is None or "±" in where else f"{where} (± {radius_words(incident)})"


def _rung(incident: Incident, standing: Standing) -> str:
    """The rung; where one side alone says of what kind it was, that others bear out no more than that something
    happened."""
    return f"{incident.rung}, kind not" if standing.kind_alone and incident.rung != "claimed" else incident.rung


def _acts(incident: Incident) -> str:
    return ", ".join(act[:SHORT] for act in incident.acts) or "–"


def _added(added: Mapping[str, Any], name: str) -> str:
    value = added.get(name)
    return "–" if value is None else f"{round(value, 2) + 0.0:+.2f}"
