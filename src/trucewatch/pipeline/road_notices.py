"""Road notices that the shift decided → the post-box, to every humanitarian recipient, without waiting for a release.

It is the exception from the watch's rule of release: a notice says no place, kind or number. Who entered it decided it;
where the rule asks more than one delegation before anything leaves, a second person has to agree first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from trucewatch.model.aid_items import Item, full_code
from trucewatch.model.links import Link
from trucewatch.model.road_notice_state import road_stand
from trucewatch.model.watch import Watch
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.post import Post
from trucewatch.store.post_peers import Peer, post_peers

RECIPIENTS: Final = frozenset(("humanitarian", "organisation"))
"""Kinds of post-boxes that get road notices."""


def needs_second(watch: Watch) -> bool:
    """Whether the watch's rule asks more than one delegation before something leaves."""
    return watch.settings.quorum.release in ("each_delegation", "each_head")


def is_decided(item: Item, watch: Watch, *, alone: str) -> bool:
    """Whether a notice may go. alone: the reference of the one person of a watch without accounts, where nobody else
    can agree: what they enter stands for both."""
    if not needs_second(watch):
        return True
    seconds = item.steps_of("road_second")
    return any(step.by != item.last.by or step.by == alone for step in seconds)


def districts_of(link: Link, watch: Watch, at: datetime) -> tuple[str, ...]:
    """The districts that a link passes, by their outlines as drawn at `at`, in the order of their ids."""
    import shapely

    line = shapely.LineString(link.points)
    zones = {
        each.id: watch.zone_with(each.zone, at) for each in (watch.humanitarian.district if watch.humanitarian else ())
    }
    return tuple(sorted(name for name, zone in zones.items() if zone and shapely.intersects(zone.geometry, line)))


def recipients(post: Post) -> tuple[Peer, ...]:
    """The peers that get road notices, in the order of their ids."""
    peers = (peer for peer in post_peers(post.store).values() if peer.in_force and not peer.left_at)
    return tuple(
        sorted((peer for peer in peers if peer.in_force[-1].card.kind in RECIPIENTS), key=lambda peer: peer.id)
    )


def sent_to(post: Post, code: str) -> Mapping[str, str]:
    """Where a notice went: the id of each peer, and how the message that carries its last row stands."""
    states: dict[str, str] = {}
    for peer in post_peers(post.store).values():
        for message in post.outgoing(peer.id):
            if any(row.get("code") == full_code(code, post.here) for row in message.rows):
                states.setdefault(peer.id, message.state)  # the latest stands first
    return states


def send_road_notices(post: Post, book: AidBook, *, by: str, alone: str) -> int:
    """Queue every decided notice whose hour is not past for each recipient that did not get it; how many were queued.
    Later words, and taking one back, follow by themselves (`post_sending.follow_up`)."""
    count = 0
    for item in book.items("road_notice"):
        if item.origin or item.row is None or not is_decided(item, book.watch, alone=alone):
            continue
        stand = road_stand(item, book.now)
        if stand is None or stand.has_lapsed:
            continue
        went = sent_to(post, item.code)
        for peer in recipients(post):
            if peer.id not in went:
                own = [step for step in item.steps if not step.origin and step.table != "road_second"]
                post.send_rows(peer.id, [item.last, *own], by=by)
                count += 1
    return count
