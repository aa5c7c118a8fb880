"""The words for incidents: list them, look at one, and what an analyst does by hand. Words to functions, nothing
else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json

if TYPE_CHECKING:
    from trucewatch.desks.incidents.operations import Listing
    from trucewatch.model.edits import Act
    from trucewatch.model.incident import Incident

Reason = Annotated[str, typer.Option("--reason", help="Why, in at most 500 characters; can be erased.")]
By = Annotated[
    str, typer.Option("--by", help="Who acts: a delegation of the watch, or a name, kept as a salted reference.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Enter it without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would come of it, and enter nothing.")]
IncidentId = Annotated[
    str, typer.Argument(metavar="CODE", help="An incident's code as 482-917, or any unique beginning of its id.")
]


@app.command(short_help="The incidents of the last list, and how sure each is.")
def incidents(
    watch: WatchFolder,
    day: Annotated[str | None, typer.Option(metavar="D", help="Only those that began on this local day.")] = None,
    as_json: AsJson = False,
) -> None:
    """The incidents of the last list: how sure each is, on how many reports it rests, and what was done to it by
    hand."""
    from trucewatch.desks.incidents.output import show_list
    from trucewatch.terminal.output import console

    chosen = _day(day) if day else None
    with _listing(watch) as listing:
        listed, rejected = listing.on(chosen)
        if as_json:
            print_json(listing.document(listed, rejected))
            return
        show_list(
            console(),
            listing.watch,
            listed,
            rejected,
            listing.findings,
            codes=listing.codes,
            head=listing.head(),
            waiting=listing.waiting(),
        )


incident_commands = typer.Typer(
    help="One incident: look at it, verify, merge, split, retype, reject, add, undo.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(incident_commands, name="incident")


@incident_commands.callback()
def of_watch(context: typer.Context, watch: WatchFolder) -> None:
    """One incident of WATCH: look at it, or change the list by hand, with a reason. Acts are entries of the ledger."""
    context.obj = watch


@incident_commands.command("show")
def show(context: typer.Context, which: IncidentId, as_json: AsJson = False) -> None:
    """What is known of one incident: its reports and what each added, how it stood first, what changed, its
    findings."""
    from trucewatch.desks.incidents.detail import recorded_detail
    from trucewatch.desks.incidents.edits_output import edits_for_terminal
    from trucewatch.desks.incidents.output import show_one
    from trucewatch.desks.incidents.verification import recorded_verification, verification_document
    from trucewatch.terminal.output import console

    with _listing(context.obj) as listing:
        detail = recorded_detail(listing.store, listing.watch, listing.last, listing.incident_id(which))
        verification = recorded_verification(detail, listing.clock)
        if as_json:
            document = listing.detail_document(detail)
            document |= {"edits": [edit.document() for edit in edits_for_terminal(detail)]}
            print_json(document | {"verification": verification_document(verification)})
        else:
            show_one(console(), listing.watch, detail, verification)


@incident_commands.command("verify")
def verify(
    context: typer.Context,
    which: IncidentId,
    by: By,
    step: Annotated[
        str, typer.Option(help="other_side, original, analysts, number or access: what was asked for.")
    ] = "",
    answer: Annotated[str, typer.Option(help="asked, given, received, refused or none: what came of it.")] = "asked",
    who: Annotated[str, typer.Option(help="Of whom: a party, delegation or body of the watch, hospital or icrc.")] = "",
    note: Annotated[str, typer.Option(help="In words, at most 500 characters; they can be erased later.")] = "",
    take_back: Annotated[
        str, typer.Option("--take-back", metavar="STEP", help="Take an entered step back, by any beginning of its id.")
    ] = "",
    yes: Yes = False,
) -> None:
    """Enter a step of the verification of a grave event: what was asked, of whom, and what came of it."""
    from trucewatch.desks.incidents import verification

    with _listing(context.obj) as listing:
        (incident,) = listing.listed_incidents([which])
        person = listing.store.keys.actor_reference(by, listing.watch.delegation_ids)
        if take_back:
            _confirm(yes, f"Takes back the step {take_back} of:", _sentences(listing, [incident]))
            entered = verification.take_back(listing.store, take_back, by=person, now=listing.clock)
        else:
            head = f"Enters {step or 'a step'}, {answer}, of the verification of:"
            _confirm(yes, head, _sentences(listing, [incident]))
            entered = verification.enter_step(
                listing.store,
                listing.watch,
                incident,
                step=step,
                answer=answer,
                who=who,
                note=note,
                by=person,
                now=listing.clock,
            )
        typer.echo(f"Entered as {entered.step_id}, entry {entered.entry}.")


@incident_commands.command("merge")
def merge(
    context: typer.Context,
    which: Annotated[list[str], typer.Argument(metavar="CODE CODE…", help="Two incidents or more.")],
    reason: Reason,
    by: By,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Say that several incidents are one. Their reports stay together in every later list, whatever the rule finds."""
    with _listing(context.obj) as listing:
        chosen = listing.listed_incidents(which)
        listing.check_merge(chosen)
        _act(
            listing,
            lambda on: on.merge(chosen, reason=reason, by=by),
            f"Merges {len(chosen)} incidents into one:",
            _sentences(listing, chosen),
            together=chosen,
            mode=(yes, dry_run),
        )


@incident_commands.command("split")
def split(
    context: typer.Context,
    which: IncidentId,
    part: Annotated[
        list[str],
        typer.Option("--part", metavar="OBS,OBS…", help="Reports of one part; once for each. The rest is one more."),
    ],
    reason: Reason,
    by: By,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Say that one incident is several. Their reports stay apart in every later list."""
    with _listing(context.obj) as listing:
        (incident,) = listing.listed_incidents([which])
        parts = listing.parts_of(incident, part)
        head = f"Splits into {len(parts)}: {_sentences(listing, [incident])[0]}"
        lines = [", ".join(members) for members in parts]
        _act(
            listing,
            lambda on: on.split(incident, parts, reason=reason, by=by),
            head,
            lines,
            mode=(yes, dry_run),
        )


@incident_commands.command("retype")
def retype(
    context: typer.Context,
    which: IncidentId,
    reason: Reason,
    by: By,
    kind: Annotated[str, typer.Option(help="The kind that it is, as explosion or shot.")] = "",
    event_class: Annotated[str, typer.Option("--class", help="What it was, as quarry_blast or farm_fire.")] = "",
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """State an incident's kind, its class, or both."""
    with _listing(context.obj) as listing:
        (incident,) = listing.listed_incidents([which])
        listing.check_retype(incident, kind, event_class)
        stated = " and ".join(word for word in (kind, event_class) if word)
        _act(
            listing,
            lambda on: on.retype(incident, kind=kind, event_class=event_class, reason=reason, by=by),
            f"States {stated} of:",
            _sentences(listing, [incident]),
            mode=(yes, dry_run),
        )


@incident_commands.command("reject")
def reject(
    context: typer.Context, which: IncidentId, reason: Reason, by: By, yes: Yes = False, dry_run: DryRun = False
) -> None:
    """Take an incident off the list: not counted, not reported, not held against the agreement. It stays to be seen."""
    with _listing(context.obj) as listing:
        (incident,) = listing.listed_incidents([which])
        _act(
            listing,
            lambda on: on.reject(incident, reason=reason, by=by),
            "Takes off the list:",
            _sentences(listing, [incident]),
            mode=(yes, dry_run),
        )


@incident_commands.command("add")
def add(
    context: typer.Context,
    kind: Annotated[str, typer.Option(help="What it was, as explosion or shot.")],
    means: Annotated[str, typer.Option(help="How it is known, as patrol or camera.")],
    start: Annotated[str, typer.Option(metavar="T", help="When, or from when on, as 2020-12-11T14:00:00Z.")],
    claimed_by: Annotated[str, typer.Option(help="Who says so: a party, a body, the patrol that saw it.")],
    reason: Reason,
    by: By,
    perceived: Annotated[str, typer.Option(help="How they know: saw, heard, recorded or told.")] = "",
    end: Annotated[str | None, typer.Option(metavar="T", help="Until when; the same moment without it.")] = None,
    lon: Annotated[float | None, typer.Option(help="Longitude, WGS 84 degrees.")] = None,
    lat: Annotated[float | None, typer.Option(help="Latitude.")] = None,
    sd_m: Annotated[float | None, typer.Option("--sd-m", help="How unsure the place is: one sigma, metres.")] = None,
    minor_sd_m: Annotated[
        float | None, typer.Option("--minor-sd-m", help="The shorter half axis of its ellipse.")
    ] = None,
    azimuth: Annotated[float, typer.Option(help="Where the longer one points, degrees from true north.")] = 0.0,
    count: Annotated[int | None, typer.Option(min=0, max=100_000, help="How many.")] = None,
    text: Annotated[str, typer.Option(help="In words, at most 500 characters; can be erased.")] = "",
    simulated: Annotated[bool, typer.Option("--simulated", help="It is invented.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Enter an observation of your own. It is fused as every other; its evidence is this act."""
    with _listing(context.obj) as listing:
        stated = listing.stated(
            kind=kind,
            means=means,
            start=start,
            end=end,
            place=(lon, lat, sd_m, minor_sd_m, azimuth),
            count=count,
            text=text,
            simulated=simulated,
            claimed_by=claimed_by,
            perceived=perceived,
        )
        where = "no place" if lon is None else f"lon {lon:.5f}, lat {lat:.5f} ± {sd_m:g} m (one sigma)"
        mark = "simulated, " if stated.simulated else ""
        _act(
            listing,
            lambda on: on.add(stated, reason=reason, by=by),
            f"Adds an observation: {mark}{kind} by {means}, {start}, {where}",
            [text] if text else [],
            mode=(yes, dry_run),
        )


@incident_commands.command("undo")
def undo(
    context: typer.Context,
    act: Annotated[str, typer.Argument(metavar="ACT", help="An act, or any unique beginning of its id.")],
    reason: Reason,
    by: By,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Undo an act by hand; an undo can be undone too."""
    from trucewatch.desks.incidents.output import act_words

    with _listing(context.obj, needs_list=False) as listing:
        undone = listing.act_that_stands(act)
        _act(
            listing,
            lambda on: on.undo(undone, reason=reason, by=by),
            f"Undoes {undone.act_id}:",
            [act_words(undone), str(undone.why)],
            mode=(yes, dry_run),
        )


@incident_commands.command("acts")
def acts(context: typer.Context, as_json: AsJson = False) -> None:
    """Every act by hand: when, by whom, what, why, and which were undone."""
    from trucewatch.desks.incidents.output import show_acts
    from trucewatch.terminal.output import console

    with _listing(context.obj, needs_list=False) as listing:
        every = listing.acts_with_state()
        if as_json:
            print_json(listing.acts_document(every))
            return
        if not every:
            typer.echo("Nothing was done by hand. What can be: trucewatch incident WATCH --help")
        show_acts(console(), every)


@contextmanager
def _listing(folder: Path, *, needs_list: bool = True) -> Iterator[Listing]:
    from trucewatch.desks.incidents.operations import Listing
    from trucewatch.watch import load_watch

    with open_store(folder) as store:
        yield Listing(store, load_watch(folder), clock, needs_list=needs_list)


def _sentences(listing: Listing, chosen: Sequence[Incident]) -> list[str]:
    from trucewatch.desks.incidents.output import sentence

    return [f"{listing.codes[incident.incident_id]}  {sentence(incident, listing.watch)}" for incident in chosen]


def _act(
    listing: Listing,
    doing: Callable[[Listing], Act],
    head: str,
    lines: Sequence[str],
    *,
    mode: tuple[bool, bool],
    together: Sequence[Incident] = (),
) -> None:
    """Enter an act once it was said and asked for; who is asked at a terminal sees first what would come of it.

    mode: whether --yes and whether --dry-run was said, with which that is shown and nothing entered. together: what a
    merge puts together.
    """
    yes, dry_run = mode
    if dry_run or (not yes and sys.stdin.isatty()):
        from trucewatch.desks.incidents.edits_output import show_coming
        from trucewatch.terminal.output import console

        for line in (head, *(f"  {line}" for line in lines)):
            typer.echo(line)
        show_coming(console(), listing, doing(listing.looking_ahead()), together)
        if dry_run:
            typer.echo("Nothing was entered.")
            return
        head, lines = "", ()
    _confirm(yes, head, lines)
    _report_entry(listing, doing(listing))


def _confirm(yes: bool, head: str, lines: Sequence[str]) -> None:
    for line in (*([head] if head else []), *(f"  {line}" for line in lines)):
        typer.echo(line)
    if yes:
        return
    if not sys.stdin.isatty():
        raise TrucewatchError(Message("nothing was entered; say --yes to enter it"))
    if not typer.confirm("Enter this act into the ledger?"):
        raise TrucewatchError(Message("nothing was entered"))


def _report_entry(listing: Listing, act: Act) -> None:
    typer.echo(f"Entered as {act.act_id}, entry {act.entry}. The next run applies it: trucewatch run {listing.folder}")


def _day(text: str) -> date:
    from trucewatch.errors import TimeError

    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise TimeError(Message('"{text}" is no day; write it like 2020-12-11', text=text)) from exc
