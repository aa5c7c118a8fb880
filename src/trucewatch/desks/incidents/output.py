"""Incidents and acts by hand → what a terminal shows: the list, one incident with all that is known of it, the acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.markup import escape

from trucewatch.locale import words
from trucewatch.locale.sanitize import printable
from trucewatch.model.edits import Act
from trucewatch.model.incident import Incident
from trucewatch.model.times import iso_utc, zone_label
from trucewatch.model.watch import Watch
from trucewatch.reports.people_words import people_words
from trucewatch.reports.sureness_words import alone_band, probability_words, sureness_words
from trucewatch.terminal.output import (
    SIGNS,
    STYLES,
    cut,
    happened_words,
    place_words,
    plural,
    radius_words,
    what_words,
    when_words,
)

if TYPE_CHECKING:
    from trucewatch.desks.incidents.detail import Dossier

SHORT: Final = 12
"""How much of an id is shown: its letter and ten characters, as in reports. Any unique beginning is accepted."""
_SURE_OF: Final = (("what", "what", 6), ("where_when", "where/when", 10), ("who", "who", 6))
"""How sure it is of what, where and when, and who: the column, its head, its width."""
_RUNG: Final = 12
_LEAST: Final = 8
_NARROW: Final = 110
"""Narrower screens than this have no room for every column."""


def show_list(
    out: Console,
    watch: Watch,
    incidents: Sequence[Incident],
    rejected: Sequence[tuple[Incident, str]],
    *,
    head: str,
    waiting: int,
) -> None:
    """`trucewatch incidents`: an incident a line, then those that were rejected, with the reason."""
    english = words("en")
    out.print(f"[dim]{escape(head)}[/]")
    if not incidents:
        out.print(
            "No incident is listed. Another day? Leave --day out. Nothing read yet? Put files into inbox/ and run."
        )
    else:
        zone = watch.zone
        label = f"time, {zone_label(incidents[-1].occurred_start, zone)}"
        # A screen too narrow for all of it goes without the year and without how sure what, where and who are; the
        # words are cut, the probability that it happened never is.
        is_narrow = out.width < _NARROW
        year = f"{incidents[0].occurred_start.astimezone(zone):%Y}-" if is_narrow else ""
        rows = [
            (incident, when_words(incident, zone).removeprefix(year), what_words(incident, watch, english))
            for incident in incidents
        ]
        sure_names = () if is_narrow else _SURE_OF
        sure_head = "".join(f"  {head:>{width}}" for _, head, width in sure_names)
        when = max(len(label), *(len(row[1]) for row in rows))
        acts_width = max(len("acts"), *(len(_acts(incident)) for incident in incidents))
        rest = SHORT + when + len(f"  happened{sure_head}  reports") + acts_width + _RUNG + 8
        what = min(max(len("what"), *(len(row[2]) for row in rows)), max(out.width - rest, _LEAST))
        out.print(
            f"[dim]{'id':<{SHORT}}  {label:<{when}}  {'what':<{what}}  {'rung':<{_RUNG}}  happened{sure_head}"
            "  reports  acts[/]"
        )
        for incident, time, kind in rows:
            sure = "".join(
                f"  {probability_words(getattr(incident, name), english):>{width}}" for name, _, width in sure_names
            )
            line = (
                f"{incident.incident_id[:SHORT]:<{SHORT}}  {time:<{when}}  {cut(kind, what)}  "
                f"{incident.rung:<{_RUNG}}  {happened_words(incident, english):>8}{sure}  {len(incident.members):>7}  "
                f"{_acts(incident)}"
            )
            out.print(escape(line))
        if is_narrow:
            out.print(f"[dim]how sure what, where and who are: --json, or a screen of {_NARROW} columns[/]")
    if rejected:
        out.print("[dim]rejected by hand: not counted, not reported, not held against the agreement[/]")
    for incident, reason in rejected:
        out.print(
            escape(
                f"{incident.incident_id[:SHORT]:<{SHORT}}  {when_words(incident, watch.zone)}  "
                f"{what_words(incident, watch, english)}  {printable(reason)}"
            )
        )
    if waiting:
        out.print(
            f"[yellow]■[/] {plural(waiting, 'act')} made since this list: the next run applies what stands of it."
        )


def show_one(out: Console, watch: Watch, dossier: Dossier) -> None:
    """`trucewatch incident WATCH show`: one sentence, then members, L1 beside L2, history, findings, acts."""
    from trucewatch.findings import SENTENCES
    from trucewatch.locale.reasons import recorded_reason

    english, incident = words("en"), dossier.incident
    out.print(escape(f"{incident.incident_id}"))
    out.print(escape(sentence(incident, watch)))
    if dossier.rejected_because:
        out.print(f"[yellow]■ rejected[/]  {escape(dossier.rejected_because)}")
    if incident.classes:
        likely = ", ".join(
            f"{name.replace('_', ' ')} {chance:.2f}"
            for name, chance in zip(incident.classes, incident.class_probabilities, strict=True)
        )
        out.print(f"[dim]may be      [/] {escape(likely)}")
    for reason in dossier.reasons or ():
        out.print(f"[dim]{reason.sign:<11}[/] {escape(english.say(reason.message))}")
    if dossier.reasons is None:
        out.print("[dim]for/against[/] not kept of this list; the next run works it out")
    out.print(f"\n[dim]{'report':<{SHORT}}  {'means':<10}  {'source':<16}  {'kind':<15}  place  kind   happened[/]")
    for report in dossier.reports:
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
    if any(report["added"] and report["added"]["order"] is None for report in dossier.reports):
        meaning = "what would be missing without its source: place, ln of how much larger the ellipse"
    out.print(f"[dim]{meaning}; kind and happened, probability[/]")
    out.print()
    for level, rows in (("L1", dossier.first), ("L2", [incident])):
        for row in rows:
            out.print(f"[bold]{level}[/]  [dim]{escape(row.incident_id[:SHORT])}[/]  {escape(sentence(row, watch))}")
    for change in dossier.history:
        ids = " + ".join(name[:SHORT] for name in change["from_ids"]) or "–"
        ends = " + ".join(name[:SHORT] for name in change["to_ids"]) or "–"
        out.print(
            f"[dim]{iso_utc(change['as_of'])[:16]}Z  list {change['list']:>4}[/]  {change['what']:<8}  {escape(ids)} → "
            f"{escape(ends)}"
        )
    for finding in dossier.findings:
        words_of = recorded_reason(finding, SENTENCES, watch, english)
        outcome = finding.outcome.replace("_", " ")
        out.print(
            f"[{STYLES[finding.outcome]}]{SIGNS[finding.outcome]} {outcome}[/]  {escape(finding.stipulation)}  "
            f"{escape(words_of)}"
        )
    show_acts(out, [(act, "") for act in dossier.acts])


def show_acts(out: Console, acts: Sequence[tuple[Act, str]]) -> None:
    """Acts by hand, each with what became of it."""
    for act, state in acts:
        mark = f"  [yellow]{escape(state)}[/]" if state else ""
        out.print(
            f"{act.act_id[:SHORT]}  [dim]{iso_utc(act.recorded_at)[:16]}Z  {escape(act.by[:SHORT])}[/]  "
            f"{escape(act_words(act))}{mark}"
        )
        out.print(f"{'':<{SHORT}}  [dim]{escape(printable(act.reason))}[/]")


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


def sentence(incident: Incident, watch: Watch) -> str:
    """An incident in one English sentence: what, where, when, how sure, on what it rests."""
    english = words("en")
    sure = sureness_words(incident.happened, alone_band(incident.happened, incident.alone), english)
    sure = f", {sure}" if sure else ""
    means = ", ".join(incident.means)
    when = f"{when_words(incident, watch.zone)} ({zone_label(incident.occurred_start, watch.zone)})"
    radius = "" if incident.semi_major_m is None else f" ± {radius_words(incident)}"
    mark = "simulated: " if incident.simulated else ""
    people = people_words(incident.people, watch, english)
    what = what_words(incident, watch, english) + (f"; {people}" if people else "")
    return (
        f"{mark}{what}, {place_words(incident, watch, english)}{radius}, {when}; "
        f"{incident.rung}{sure}; {plural(len(incident.members), 'report')} by {means}."
    )


def _acts(incident: Incident) -> str:
    return ", ".join(act[:SHORT] for act in incident.acts) or "–"


def _added(added: Mapping[str, Any], name: str) -> str:
    value = added.get(name)
    return "–" if value is None else f"{round(value, 2) + 0.0:+.2f}"
