"""What stands on the pages of sites, visits and gatherings beside fields and steps: contradictions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.aid_communities import SEEN_FROM, SITE_STATES, differs, site_names, site_state
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_visits import gathering_state, place_of_gathering
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of
from trucewatch.server.aid_view import names_of
from trucewatch.server.entered_pages import Block, ListRow
from trucewatch.server.view import View

PATHS: Final = {
    "site": "/communities",
    "visit": "/communities/visits",
    "gathering": "/communities/gatherings",
}
ERASED: Final = Message("its time to be kept is over")


def list_rows(view: View, book: AidBook, items: Iterable[Item]) -> list[ListRow]:
    """Items as a list shows them, the latest first; a site with every name that is used of it."""
    names = names_of(view)
    return [
        ListRow(
            code=item.code,
            line=ERASED if item.row is None else TABLES[item.table].line(item.row, names),
            state=site_state(item, names) if item.table == "site" and item.row is not None else state_of(book, item),
            path=f"{PATHS[item.table]}/{item.code}",
            day=getattr(item.row, "day", None),
            note=_called(item, names),
        )
        for item in sorted(items, key=lambda item: (item.first.known_at, item.number), reverse=True)
    ]


def _called(item: Item, names: AidNaming) -> Message | None:
    called = [
        Message("{name} ({who})", name=printable(name), who=who)
        for name, who in (site_names(item, names) if item.table == "site" else ())
    ]
    if not called:
        return None
    joined = called[0]
    for each in called[1:]:
        joined = Message("{names} · {name}", names=joined, name=each)
    return joined


def site_blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """Names with who uses each, observations side by side by day, who has care of it as each says."""
    if item.row is None:
        return ()
    names = names_of(view)
    called = [(printable(name), printable(who)) for name, who in site_names(item, names)]
    observed = sorted(item.steps_of("site_state"), key=lambda step: step.row.day, reverse=True)
    cares = item.steps_of("site_care")
    blocks = []
    if called:
        blocks.append(Block(title=Message("Names"), head=(Message("Name"), Message("Used by")), rows=called))
    if observed:
        blocks.append(
            Block(
                title=Message("As it was seen"),
                sentences=(Message("Observations differ; each stands as it was made."),) if differs(item) else (),
                head=(Message("Day"), Message("How it stood"), Message("Seen from"), Message("By")),
                rows=[
                    (
                        view.words.day(step.row.day),
                        SITE_STATES[step.row.state],
                        SEEN_FROM[step.row.vantage],
                        printable(names.organisation(step.row.organisation)),
                    )
                    for step in observed
                ],
            )
        )
    if cares:
        rows = [
            (
                printable(step.row.body),
                printable(names.side(step.row.side) if step.row.side else names.organisation(step.row.organisation)),
            )
            for step in cares
        ]
        blocks.append(Block(title=Message("Care"), head=(Message("Body"), Message("As this one says")), rows=rows))
    visits = [each for each in book.items("visit") if each.row is not None and each.row.site == item.code]
    if visits:
        sentences = [TABLES["visit"].line(each.row, names) for each in visits]
        blocks.append(Block(title=Message("Visits"), sentences=sentences))
    return blocks


def gathering_blocks(view: View, book: AidBook, item: Item) -> Sequence[Block]:
    """Whether its place may stand here, and where it is while it may."""
    if item.row is None:
        return ()
    names = names_of(view)
    sentences = [
        gathering_state(item),
        *(TABLES["gathering_consent"].line(step.row, names) for step in item.steps_of("gathering_consent")),
    ]
    place = place_of_gathering(item)
    if place is not None:
        sentences.append(Message("longitude {lon}, latitude {lat}", lon=str(place[0]), lat=str(place[1])))
    return (Block(title=Message("Place"), sentences=sentences),)
