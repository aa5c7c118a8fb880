"""Words to functions, nothing else. Exit codes: 0 done; 1 done, but something was rejected or failed; 2 unusable."""

from __future__ import annotations

import os
import sys
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from trucewatch import desks
from trucewatch.errors import TrucewatchError, WatchError
from trucewatch.messages import Message
from trucewatch.terminal.base import (
    AsJson,
    AsOf,
    RecordedBy,
    WatchFolder,
    app,
    assess_watch,
    clock,
    handed_down,
    open_store,
    print_json,
    read_day,
    say_what_others_read,
    tell_of_lost_history,
)


@app.command(short_help="Copy an example watch, run it, open the console.")
def demo(
    example: Annotated[
        str,
        typer.Argument(
            metavar="EXAMPLE", help="karabakh-2020 (real facts), two-valleys or two-valleys-aid (invented, simulated)."
        ),
    ] = "karabakh-2020",
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Stop after the run; without a terminal it stops there anyway.")
    ] = False,
    port: Annotated[int, typer.Option(help="The console's port; 0 takes any that is free.", min=0, max=65535)] = 8020,
    replay: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Begin with the last month again, in so many seconds: 60 for a minute."),
    ] = None,
    opens: Annotated[
        bool,
        typer.Option(
            "--open", help="Open the console, without a terminal too, and show it in this computer's browser."
        ),
    ] = False,
    people: Annotated[
        bool,
        typer.Option(
            "--people",
            help="Give everybody of the invented night an account, and print the address that opens each once, within "
            "a day. Once the first of them is completed, everybody signs in.",
        ),
    ] = False,
) -> None:
    """Copy an example watch into the current folder, run it, say where the drafts of its reports are, and open the
    console. Nothing is issued.

    two-valleys has a night of calls, letters and complaints as well (night.toml): it is entered after the run, once.
    Nobody has to sign in afterwards, but with --people. Beside it stands two-valleys-aid, a humanitarian instance with
    a first day of its own (day.toml): it is copied too, and served at the next port.
    """
    from trucewatch.cli.instances import instance_of, is_instance, play_day, say_what_both_are, served_beside
    from trucewatch.cli.try_review import say_test_keys

    if opens and no_serve:
        raise TrucewatchError(Message("--open shows the console and --no-serve opens none; give one of the two"))
    folder = _try_example(example, people=people)
    beside = instance_of(example)
    instance = _try_example(beside, people=False) if beside else None
    next_port = port + 1 if 0 < port < 65535 else 0
    is_served = not no_serve and (opens or sys.stdout.isatty())
    play_day(instance or folder, folder if instance is not None else None)
    if instance is not None:
        say_what_both_are(folder, instance, port=port, instance_port=next_port, is_served=is_served)
    elif not is_served:
        typer.echo(f"\nThe console, with map, list, replay and ledger: trucewatch serve {folder}")
    if not is_instance(folder):
        say_test_keys(folder)
    if not is_served:
        return
    from trucewatch.cli.serve import serve_watch

    with served_beside(instance, next_port) if instance is not None else nullcontext():
        serve_watch(folder, port=port, opens=True, is_asked=opens, replay_s=replay)


def _try_example(example: str, *, people: bool) -> Path:
    """An example copied into the current folder and run, with what is played in it."""
    from trucewatch.cli.instances import is_instance
    from trucewatch.watch.template import copy_example

    folder = copy_example(example, Path.cwd())
    typer.echo(f"The example is in {folder}; look into its files, change them, and run it again:\n")
    typer.echo(f"$ trucewatch run {folder}")
    _run(folder, as_of=None, recorded_by=None, day=None, as_json=False, show_all=False)
    if not is_instance(folder):
        from trucewatch.cli.try_review import end_review, play_review

        entered = play_review(folder)
        _play_night(folder, has_people=people)
        end_review(folder, entered)
    return folder


@app.command(short_help="Make a new watch from a commented template.")
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder; it must not exist or be empty.")],
    kind: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help="centre: of a joint centre that watches a ceasefire; humanitarian: an instance of a humanitarian "
            "response centre.",
        ),
    ] = "centre",
) -> None:
    """Make a new watch from a commented template that passes `trucewatch check`."""
    from trucewatch.cli.instances import say_after_init
    from trucewatch.model.watch_kind import WATCH_KINDS
    from trucewatch.watch.template import write_template

    chosen = next((each for each in WATCH_KINDS if each == kind), None)
    if chosen is None:
        raise WatchError(
            Message('"{kind}" is no kind of watch; there are: {kinds}', kind=kind[:40], kinds=", ".join(WATCH_KINDS))
        )
    for path in write_template(folder, chosen):
        typer.echo(f"made  {path}")
    if chosen == "humanitarian":
        say_after_init(folder)
        return
    typer.echo(f"\nNext: write down who watches whom and what was agreed, then: trucewatch check {folder}")


@app.command(short_help="Read the watch's files and list every fault.")
def check(watch: WatchFolder, as_json: AsJson = False) -> None:
    """Read the watch's files and list every fault: where, what, and what to do. Changes nothing."""
    from trucewatch.cli.instances import protection_faults
    from trucewatch.desks import rule_faults, rule_faults_in_watch
    from trucewatch.watch import check_watch

    reading = check_watch(
        watch, rule_faults, lambda loaded: (*rule_faults_in_watch(loaded), *protection_faults(watch, loaded))
    )
    code = 2 if reading.watch is None else 1 if reading.errors else 0
    if as_json:
        faults = [
            {
                "severity": fault.severity,
                "file": fault.file,
                "line": fault.line,
                "place": str(fault.place),
                "what": str(fault.what),
                "remedy": str(fault.remedy),
            }
            for fault in reading.faults
        ]
        print_json(
            {"schema": "trucewatch/check/1", "errors": reading.errors, "warnings": reading.warnings, "faults": faults}
        )
    else:
        from trucewatch.terminal.output import console, show_check

        show_check(console(), reading, code)
    is_lost = tell_of_lost_history(watch / ".trucewatch")
    raise typer.Exit(code or int(is_lost))


@app.command(short_help="Read what is new, fuse, check, write drafts of the daily reports.")
def run(
    watch: WatchFolder,
    as_of: AsOf = None,
    recorded_by: RecordedBy = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="D", help="The day of the report, as 2020-12-11.")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every incident, not the last ten.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read what is new, fuse it, hold it against the agreement, and write a draft of the daily report for every
    recipient.

    Nothing is issued: that is an act by a person, by trucewatch report WATCH --issue or on the console's Reports page.
    """
    _run(watch, as_of=as_of, recorded_by=recorded_by, day=day, as_json=as_json, show_all=show_all)


@app.command(short_help="Make the index again from what the ledger holds.")
def rebuild(
    watch: WatchFolder,
    accept_loss: Annotated[
        bool, typer.Option(help="Go on although the journal holds less than the index knows.")
    ] = False,
) -> None:
    """Make the index again from evidence, objects and journal. The old one is thrown away; nothing else changes."""
    with open_store(watch, accept_loss=accept_loss) as store:
        before = store.index.digest()
        entries = store.rebuild()
        same = "equal to the one before" if store.index.digest() == before else "different from the one before"
        recovered = store.recovered
    for line in recovered:
        typer.echo(f"recovered: {line}")
    typer.echo(f"The index was made again from {entries} records and is {same}.")


@app.command(short_help="Download fire detections of the area; uses the network.")
def fetch(
    watch: WatchFolder,
    source: Annotated[str, typer.Option(help="A source of watch.toml whose adapter is firms.")],
    product: Annotated[str, typer.Option(help="Which product of FIRMS.")] = "VIIRS_SNPP_NRT",
    days: Annotated[int, typer.Option(help="How many days, the last of them --until.")] = 1,
    until: Annotated[str | None, typer.Option(metavar="D", help="The last day, UTC; today without it.")] = None,
) -> None:
    """Download fire detections of the watch's area into its inbox. The key is read from FIRMS_MAP_KEY and never
    shown."""
    from trucewatch.server.inbox import put_into_inbox, reads
    from trucewatch.sources.firms_area import download_area, fetch_https
    from trucewatch.watch import load_watch

    loaded = load_watch(watch)
    setting = next((entry for entry in loaded.settings.source if entry.id == source and entry.adapter == "firms"), None)
    if setting is None:
        raise WatchError(Message('"{source}" is no source of this watch that firms reads', source=source))
    last = read_day(until) if until else clock().date()
    key = os.environ.get("FIRMS_MAP_KEY", "")
    content = download_area(fetch_https, map_key=key, product=product, area=loaded.settings.area, days=days, until=last)
    name = f"{source}-{product}-{last}-{days}d.csv"
    if not reads(setting, name):
        raise WatchError(
            Message(
                'source "{source}" would not read {name}; add "inbox/{source}-*.csv" to its files',
                source=source,
                name=name,
            )
        )
    path = put_into_inbox(watch, name, content, replaces=True)
    typer.echo(f"{path}  {len(content.splitlines()) - 1:,} rows; next: trucewatch run {watch}")


@app.command(short_help="The sources that can be read, and where each is blind.")
def sources(
    watch: Annotated[
        Path | None, typer.Argument(metavar="[WATCH]", help="Show the sources of this watch as well.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The sources that can be read: owner, delay, licence, and where each is blind; of a watch, whose each is."""
    from trucewatch.sources import adapters
    from trucewatch.watch import load_watch

    settings = load_watch(watch).settings.source if watch else ()

    cards = {name: adapter.card for name, adapter in adapters().items()}
    if as_json:
        listed = [
            {
                "adapter": name,
                "title": str(card.title),
                "owner": str(card.owner),
                "delay_hours": card.delay.total_seconds() / 3600,
                "licence": str(card.licence),
                "blind_spots": str(card.blind_spots),
                "reads": str(card.reads),
            }
            for name, card in cards.items()
        ]
        own = [{"id": source.id, "adapter": source.adapter, "of": source.of} for source in settings]
        print_json({"schema": "trucewatch/sources/1", "sources": listed} | ({"of_watch": own} if watch else {}))
        return
    from trucewatch.terminal.output import console, show_cards, show_sources

    show_sources(console(), settings)
    show_cards(console(), cards)


def _play_night(folder: Path, *, has_people: bool) -> None:
    """Enter the invented night of an example that has one, and say what was entered."""
    from trucewatch.cli.play_night import give_accounts, night_of, play, reviewers_first
    from trucewatch.watch import load_watch

    night = night_of(folder)
    if night is None:
        if has_people:
            raise TrucewatchError(Message("this example has no invented people; two-valleys has"))
        return
    watch = load_watch(folder)
    with open_store(folder) as store:
        played = play(store, watch, night)
        links = list(give_accounts(store, watch, night, folder)) if has_people else []
    if played.is_nothing:
        typer.echo("\nThe night of night.toml is entered already; nothing was entered twice.")
    else:
        typer.echo(
            f"\nThe night (simulated): {played.calls} calls, {played.letters} letters with {played.letter_claims} "
            f"claims, {played.complaints} complaints, {played.of_watch} entries of the watch (shifts, log, line "
            "checks, urgent messages, a drill) are entered from night.toml."
        )
        typer.echo(
            f"Look at them: trucewatch claim {folder}, trucewatch complaints {folder}, trucewatch flash {folder}, "
            f"trucewatch shift {folder}, or the console."
        )
    if has_people:
        for side, login, role, address in reviewers_first(links, watch, night):
            typer.echo(f"{side:<3} {login:<8} {role:<14} {address}")
        typer.echo(
            "Each address opens one account once, within a day; it needs the console. From the first completed one on "
            "everybody signs in. Another address: trucewatch people "
            f"{folder} link LOGIN"
        )


def _run(
    folder: Path, *, as_of: str | None, recorded_by: str | None, day: str | None, as_json: bool, show_all: bool
) -> None:
    from trucewatch.cli.instances import is_instance, run_instance
    from trucewatch.model.verification import access_refused_to
    from trucewatch.pipeline import Steps
    from trucewatch.pipeline.aid_retention import lapse
    from trucewatch.pipeline.issue import default_day, draft_name
    from trucewatch.pipeline.recipients_apart import drafts_of_all
    from trucewatch.pipeline.review_late import reopen_late
    from trucewatch.reports import RUN_FORMATS
    from trucewatch.store.verification_records import recorded_steps
    from trucewatch.terminal.output import bars_on, console, progress_on, rejected_csv, show_run

    if is_instance(folder):
        run_instance(folder, as_json=as_json)
        return
    begun = time.perf_counter()
    with open_store(folder) as store:
        say_what_others_read(folder)
        with progress_on(console(stderr=True)) as progress:
            steps = Steps(advance=bars_on(progress))
            assessment = assess_watch(store, folder, as_of, recorded_by, steps)
            if as_of is None and recorded_by is None:
                lapse(store, assessment.watch, assessment.as_of)
                reopen_late(store, assessment, now=assessment.as_of)
            chosen = read_day(day) if day else default_day(assessment)
            written, failed = [], list[Message]()
            settings = assessment.watch.settings
            steps.advance("report", 0, len(settings.recipient))
            for count, drafts in enumerate(
                drafts_of_all(
                    assessment,
                    day_from=chosen,
                    day_until=chosen + timedelta(days=1),
                    languages=settings.languages,
                    formats=RUN_FORMATS,
                ),
                1,
            ):
                steps.advance("report", count, len(settings.recipient))
                if drafts.fault:
                    failed.append(
                        Message(
                            'no draft of the report for "{recipient}" was written: {reason}; the others are there',
                            recipient=drafts.recipient,
                            reason=drafts.fault,
                        )
                    )
                for (name, language), content in drafts.products.items():
                    number = f"{settings.id}/{chosen}/{drafts.recipient}"
                    path = store.write_out(draft_name(number, language, name), content)
                    if name == "html":
                        written.append(path)
        rejected = (
            store.write_out("rejected.csv", rejected_csv(assessment.rejected)) if assessment.rejected.num_rows else None
        )
        entries, recovered = len(store.journal), store.recovered
        refused = access_refused_to(recorded_steps(store), assessment.as_of)
    if as_json:
        print_json(assessment.summary())
        for line in recovered:
            typer.echo(f"recovered: {line}", err=True)
    else:
        show_run(
            console(),
            assessment,
            steps=steps,
            drafts=written,
            rejected=rejected,
            recovered=recovered,
            entries=entries,
            show_all=show_all,
            seconds=time.perf_counter() - begun,
            refused=refused,
        )
    for fault in failed:
        typer.echo(f"trucewatch: {fault}", err=True)
    if assessment.rejected.num_rows or failed:
        raise typer.Exit(1)


# Their words stand after those for every day: each of them adds its own to `app`, and each desk its own after them.
from trucewatch.cli import (  # noqa: E402, F401 - after `app`, which they add to
    archive,
    backup,
    erase,
    print_codebook,
    protect,
    prune,
    read_aid,
    retention,
    serve,
    tokens,
)

handed_down.indexes, handed_down.desks = desks.indexes, desks.find
for desk in desks.find():
    desk.part("cli")


def main() -> None:
    """The program. What went wrong is one sentence on the error output and exit code 2; no stack trace."""
    try:
        app()
    except TrucewatchError as exc:
        typer.echo(f"trucewatch: {exc}", err=True)
        faults = getattr(exc, "faults", ())
        for fault in faults[:20] if isinstance(faults, tuple) and len(faults) > 1 else ():
            typer.echo(f"  {fault.severity:<8} {fault.sentence()}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as exc:
        typer.echo(
            f"trucewatch: {exc.filename or 'output'}: {exc.strerror or exc}; check the disk and run again", err=True
        )
        sys.exit(2)
    except OverflowError:
        typer.echo("trucewatch: a date is outside the years 2 to 9998; correct it", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("\nStopped. Nothing that was acknowledged is lost; run it again.", err=True)
        sys.exit(130)
