"""The word for links: how each stands on a day, or what opening one would change. Words to functions, nothing else."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from trucewatch.messages import Message
from trucewatch.model.times import day_of, read_time
from trucewatch.terminal.base import AsJson, WatchFolder, app, clock, open_store, print_json

if TYPE_CHECKING:
    from trucewatch.model.links import Mode
    from trucewatch.model.watch import Watch

From = Annotated[
    str | None, typer.Option("--from", metavar="A", help="Where the way begins: a node's id, or any name of it.")
]
To = Annotated[str | None, typer.Option("--to", metavar="B", help="Where it ends.")]
Opened = Annotated[
    list[str] | None,
    typer.Option("--open", metavar="LINK", help="The link that would be open, by its id; several: --open again."),
]
ByMode = Annotated[str, typer.Option(metavar="MODE", help="road, rail or any (going over from one to the other).")]
Day = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="As links stood on that day, by what was known then: 2021-03-02, or a moment. Of a past case T may lie "
        "after its own clock. That clock without it.",
    ),
]
KnownBy = Annotated[
    str | None,
    typer.Option(
        "--known-by",
        metavar="T",
        help="The same day by what was known at another moment: 2023-04-24T12:00:00Z, or at the end of a day.",
    ),
]


@app.command(short_help="Links: how each stands, and what opening one would change.")
def links(
    watch: WatchFolder,
    from_: From = None,
    to: To = None,
    opened: Opened = None,
    mode: ByMode = "any",
    as_of: Day = None,
    known_by: KnownBy = None,
    as_json: AsJson = False,
) -> None:
    """Roads, railways, crossings and lines: status, since when, by whom. With --from, --to and --open: how long the way
    takes before and after, for each side, what that rests on, and what is still needed. What people typed stays on the
    console's pages."""
    from trucewatch.desks.linking.output import LinkView, show_links, show_opening
    from trucewatch.errors import TrucewatchError
    from trucewatch.pipeline.link_columns import StatusColumns
    from trucewatch.pipeline.link_ends import node_names
    from trucewatch.pipeline.link_entering import network_of
    from trucewatch.pipeline.link_opening import Question, opening
    from trucewatch.pipeline.opening_document import links_document, opening_document
    from trucewatch.store.link_records import link_entries
    from trucewatch.terminal.output import console
    from trucewatch.watch import load_watch

    loaded = load_watch(watch)
    now = loaded.settings.watch_time or clock()
    day, moment = _day_and_moment(as_of, known_by, loaded.zone, now)
    missing = [word for word, typed in (("--from", from_), ("--to", to), ("--open", opened)) if not typed]
    if len(missing) in (1, 2):
        raise TrucewatchError(
            Message("a question needs --from, --to and --open; missing: {missing}", missing=", ".join(missing))
        )
    if len(missing) == 3 and mode != "any":
        raise TrucewatchError(Message("--mode is of a question; add --from, --to and --open, or leave it out"))
    with open_store(watch) as store:
        network = network_of(store, loaded)
        entered = tuple(each.row for each in link_entries(store) if each.typed)
        view = LinkView(watch=loaded, network=network, day=day, known_by=moment, entered=entered, folder=str(watch))
        if not missing and from_ and to and opened:
            question = Question(
                from_=from_, to=to, opened=tuple(opened), mode=cast("Mode", mode), day=day, known_by=moment
            )
            names = node_names(loaded, network)
            answer = opening(network, loaded.agreement, question, zone=loaded.zone, names=names)
            if as_json:
                print_json(_head("trucewatch/links-opening/1", loaded) | opening_document(answer, network, entered))
            else:
                show_opening(console(), view, answer)
            return
        columns = StatusColumns.of(network, loaded.agreement, loaded.zone)
        if as_json:
            print_json(_head("trucewatch/links/1", loaded) | links_document(network, columns, day, moment, entered))
        else:
            show_links(console(), view, columns)


def _day_and_moment(as_of: str | None, known_by: str | None, zone: tzinfo, now: datetime) -> tuple[date, datetime]:
    """The day that is asked, and by what was known: by its end, or by the moment that was named."""
    day, moment = now.astimezone(zone).date(), now
    if as_of:
        moment = _end_or_moment(as_of, zone)
        day = moment.astimezone(zone).date()
    return day, _end_or_moment(known_by, zone) if known_by else moment


def _end_or_moment(typed: str, zone: tzinfo) -> datetime:
    """The last second of a day, or the moment that was typed."""
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        return read_time(typed, zone=zone)
    return day_of(day, zone).end - timedelta(seconds=1)


def _head(schema: str, watch: Watch) -> dict[str, Any]:
    """What each document begins with. withheld: what is left out of rows that were entered by hand."""
    return {
        "schema": schema,
        "watch": watch.settings.id,
        "simulated": watch.settings.simulated,
        "withheld": ["source", "what"],
    }
