"""Incidents and acts by hand → what a terminal shows: the list, one incident with all that is known of it, the acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.markup import escape

from trucewatch.locale.sanitize import printable
from trucewatch.model.edits import Act
from trucewatch.model.incident import Incident
from trucewatch.model.times import iso_utc, zone_label
from trucewatch.model.watch import Watch
from trucewatch.terminal.output import SIGNS, STYLES, place_words, plural, radius_words, what_words, when_words

if TYPE_CHECKING:
    from trucewatch.desks.incidents.operations import Shown
    from trucewatch.locale import Words

SHORT: Final = 12
"""How much of an id is shown: its letter and ten characters, as in reports. Any unique beginning is accepted."""
_CONFIDENCES: Final = ("happened", "what", "where_when", "who")


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
    from trucewatch.locale import words

    english = words("en")
    out.print(f"[dim]{escape(head)}[/]")
    if not incidents:
        out.print(
            "No incident is listed. Another day? Leave --day out. Nothing read yet? Put files into inbox/ and run."
        )
    else:
        zone = watch.zone
        label = f"time, {zone_label(incidents[-1].occurred_start, zone)}"
        rows = [(one, when_words(one, zone), what_words(one, english)) for one in incidents]
        when = max(len(label), *(len(row[1]) for row in rows))
        what = min(max(len("what"), *(len(row[2]) for row in rows)), 28)
        out.print(
            f"[dim]{'id':<{SHORT}}  {label:<{when}}  {'what':<{what}}  {'rung':<12}  happened  what  where/when   who"
            "  reports  acts[/]"
        )
        for one, time, kind in rows:
            sure = [_chance(getattr(one, name)) for name in _CONFIDENCES]
            line = f"{one.incident_id[:SHORT]:<{SHORT}}  {time:<{when}}  {kind[:what]:<{what}}  {one.rung:<12}"
            line += f"  {sure[0]:>8}  {sure[1]:>4}  {sure[2]:>10}  {sure[3]:>4}  {len(one.members):>7}"
            out.print(escape(f"{line}  {', '.join(act[:SHORT] for act in one.acts) or '–':>4}"))
    if rejected:
        out.print("[dim]rejected by hand: not counted, not reported, not held against the agreement[/]")
    for one, reason in rejected:
        out.print(
            escape(
                f"{one.incident_id[:SHORT]:<{SHORT}}  {when_words(one, watch.zone)}  {what_words(one, english)}  "
                f"{printable(reason)}"
            )
        )
    if waiting:
        out.print(
            f"[yellow]■[/] {plural(waiting, 'act')} made since this list: the next run applies what stands of it."
        )


def show_one(out: Console, watch: Watch, shown: Shown) -> None:
    """`trucewatch incident WATCH show`: one sentence, then members, L1 beside L2, history, findings, acts."""
    from trucewatch.findings import SENTENCES
    from trucewatch.locale import words
    from trucewatch.locale.reasons import recorded_reason

    english, one = words("en"), shown.incident
    out.print(escape(f"{one.incident_id}"))
    out.print(escape(sentence(one, watch, english)))
    if shown.rejected_because:
        out.print(f"[yellow]■ rejected[/]  {escape(shown.rejected_because)}")
    if one.classes:
        likely = ", ".join(
            f"{name.replace('_', ' ')} {chance:.2f}"
            for name, chance in zip(one.classes, one.class_probabilities, strict=True)
        )
        out.print(f"[dim]may be      [/] {escape(likely)}")
    out.print(f"\n[dim]{'report':<{SHORT}}  {'means':<10}  {'source':<16}  {'kind':<15}  place  kind   happened[/]")
    for member in shown.members:
        added = member["added"] or {}
        line = f"{member['observation_id'][:SHORT]:<{SHORT}}  {member['means']:<10}  {member['source'][:16]:<16}"
        line += f"  {member['kind']:<15}  {_added(added, 'place'):>5}  {_added(added, 'kind'):>5}"
        line += f"  {_added(added, 'confidence'):>8}"
        out.print(escape(line))
    out.print(
        "[dim]what would be missing without its voice: place, ln of how much larger the ellipse; kind and happened, "
        "probability[/]"
    )
    out.print()
    for level, rows in (("L1", shown.first), ("L2", [one])):
        for row in rows:
            out.print(
                f"[bold]{level}[/]  [dim]{escape(row.incident_id[:SHORT])}[/]  {escape(sentence(row, watch, english))}"
            )
    for change in shown.history:
        ids = " + ".join(name[:SHORT] for name in change["from_ids"]) or "–"
        ends = " + ".join(name[:SHORT] for name in change["to_ids"]) or "–"
        out.print(
            f"[dim]{change['as_of'][:16]}Z  list {change['list']:>4}[/]  {change['what']:<8}  {escape(ids)} → "
            f"{escape(ends)}"
        )
    for finding in shown.findings:
        words_of = recorded_reason(finding, SENTENCES, watch, english)
        outcome = finding.outcome.replace("_", " ")
        out.print(
            f"[{STYLES[finding.outcome]}]{SIGNS[finding.outcome]} {outcome}[/]  {escape(finding.stipulation)}  "
            f"{escape(words_of)}"
        )
    show_acts(out, [(act, "") for act in shown.acts])


def show_acts(out: Console, acts: Sequence[tuple[Act, str]]) -> None:
    """Acts by hand, each with what became of it."""
    for act, state in acts:
        what = act_words(act)
        mark = f"  [yellow]{escape(state)}[/]" if state else ""
        out.print(
            f"{act.act_id[:SHORT]}  [dim]{iso_utc(act.recorded_at)[:16]}Z  {escape(act.by[:SHORT])}[/]  "
            f"{escape(what)}{mark}"
        )
        out.print(f"{'':<{SHORT}}  [dim]{escape(printable(act.reason))}[/]")


def act_words(act: Act) -> str:
    """What an act does, in a few words."""
    match act.deed:
        case "merge":
            return f"merge {plural(len(act.parts[0]), 'report')} into one incident"
        case "split":
            return f"split into {len(act.parts)}: " + " | ".join(
                ", ".join(one[:SHORT] for one in part) if len(part) < 4 else plural(len(part), "report")
                for part in act.parts
            )
        case "retype":
            stated = [act.kind, act.event_class]
            return f"retype an incident of {plural(len(act.members), 'report')} to " + ", ".join(
                one for one in stated if one
            )
        case "reject":
            return f"reject an incident of {plural(len(act.members), 'report')}"
        case "add":
            assert act.stated is not None
            return f"add {act.stated.kind} at {iso_utc(act.stated.occurred_start)}, by {act.stated.means}"
    return f"undo {act.undoes[:SHORT]}"


def sentence(one: Incident, watch: Watch, english: Words) -> str:
    """An incident in one sentence: what, where, when, how sure, on what it rests."""
    sure = "" if one.happened is None else f", happened with {one.happened:.2f}"
    means = ", ".join(one.means)
    when = f"{when_words(one, watch.zone)} ({zone_label(one.occurred_start, watch.zone)})"
    radius = "" if one.semi_major_m is None else f" ± {radius_words(one)}"
    mark = "simulated: " if one.simulated else ""
    return (
        f"{mark}{what_words(one, english)}, {place_words(one, watch, english)}{radius}, {when}; {one.rung}{sure}; "
        f"{plural(len(one.members), 'report')} by {means}."
    )


def _chance(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _added(added: Mapping[str, Any], name: str) -> str:
    value = added.get(name)
    return "–" if value is None else f"{round(value, 2) + 0.0:+.2f}"
