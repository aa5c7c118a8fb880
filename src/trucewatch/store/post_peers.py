"""The peers of this post-box: `trucewatch/post-peer/1`, one record an act. A card taken in opens nothing until a person
has compared its digits with the owner; addresses and names lie under `private/words`, the keys in the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from trucewatch.errors import NeverHereError, StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.never_here import refusals
from trucewatch.model.post_card import PostCard, card_bytes, read_card
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

PEER: Final = "trucewatch/post-peer/1"
PeerAct = Literal["added", "confirmed", "revoked", "left", "removed"]
PEER_ACTS: Final[tuple[PeerAct, ...]] = get_args(PeerAct)
MOST_PEERS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerKey:
    """One pair of public keys of a peer, by its card. confirmed_at: when a person said that the digits are the same;
    by_function: who that was, as a reference `w-…`; revoked_at: from when nothing of it is taken any more."""

    card: PostCard
    confirmed_at: datetime | None = None
    confirmed_on: date | None = None
    by_function: str = ""
    revoked_at: datetime | None = None

    @property
    def is_in_force(self) -> bool:
        return self.confirmed_at is not None and self.revoked_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One peer. left_at: when it said that it leaves; removed_at: when it was removed here."""

    id: str
    keys: Mapping[str, PeerKey] = field(default_factory=dict)
    added_at: datetime
    left_at: datetime | None = None
    removed_at: datetime | None = None

    @property
    def card(self) -> PostCard:
        """The card of the latest key."""
        return list(self.keys.values())[-1].card

    @property
    def in_force(self) -> tuple[PeerKey, ...]:
        """The keys that are confirmed and not revoked; none of a peer that was removed."""
        return () if self.removed_at else tuple(key for key in self.keys.values() if key.is_in_force)

    @property
    def waiting(self) -> tuple[PeerKey, ...]:
        """The keys whose digits nobody compared yet."""
        return tuple(
            key for key in self.keys.values() if not self.removed_at and not key.confirmed_at and not key.revoked_at
        )


@dataclass(slots=True)
class _Peers:
    """What was read last, and up to which entry."""

    until: int = -2
    by_id: dict[str, Peer] = field(default_factory=dict)


def post_peers(store: Store) -> Mapping[str, Peer]:
    """Every peer that was ever added, by id; read again only after an act."""
    peers = store.memory.of(_Peers)
    ((number,),) = store.index.rows("SELECT max(number) FROM entry WHERE schema = ?", PEER)
    newest = -1 if number is None else int(number)
    if peers.until != newest:
        by_id: dict[str, Peer] = {}
        for entry in entries_of_kind(store, PEER):
            _fold(store, by_id, entry)
        peers = _Peers(newest, dict(sorted(by_id.items())))
        store.memory.put(peers)
    return peers.by_id


def post_peer(store: Store, peer_id: str) -> Peer:
    """A peer by its id. Raises StoreError if there is none."""
    peer = post_peers(store).get(peer_id)
    if peer is None:
        raise StoreError(
            Message('there is no post-box "{id}" among the peers; take its card in first', id=peer_id[:40])
        )
    return peer


def add_peer(store: Store, card: PostCard, *, own_id: str, by: str) -> Entry:
    """Take a card in: a new peer, a new key of one, or other ways of the same keys. A new key opens nothing until it is
    confirmed. Raises StoreError; NeverHereError for a name that tells of a person."""
    for refusal in refusals(card.name):
        raise NeverHereError(Message("{why} Nothing of the card was kept.", why=refusal.why), (refusal.rule,)) from None
    peers = post_peers(store)
    if card.id == own_id:
        raise StoreError(
            Message("this is the card of this post-box itself; give it to the others. Nothing was taken in")
        )
    if card.id not in peers and len(peers) >= MOST_PEERS:
        raise StoreError(Message("there are {count} peers already; nothing was taken in", count=MOST_PEERS))
    before = peers.get(card.id)
    key = before.keys.get(card.signs) if before else None
    if key is not None and key.card.opens != card.opens:
        raise StoreError(
            Message(
                "this card of {id} has another key under the same signature key; ask {id} by telephone which is right. "
                "Nothing was taken in",
                id=card.id,
            )
        )
    if key is not None and key.revoked_at:
        raise StoreError(
            Message(
                "the key of this card of {id} was revoked; ask for a card of today. Nothing was taken in", id=card.id
            )
        )
    return _entered(store, "added", card.id, card.signs, by=by, card=card)


def confirm_peer(store: Store, peer_id: str, signs: str, *, function: str, on: date, by: str) -> Entry:
    """That a person compared the digits of a key with its owner. function: of whom, in words; no name. Raises
    StoreError."""
    peer = post_peer(store, peer_id)
    key = peer.keys.get(signs)
    if key is None or key not in peer.waiting:
        raise StoreError(Message("no key of {id} waits to be compared; nothing was entered", id=peer_id))
    if not function.strip():
        raise StoreError(Message('say with which function you compared the digits, as "duty officer"'))
    return _entered(
        store, "confirmed", peer_id, signs, by=by, function=store.keep_words(function.strip()[:200]), on=on.isoformat()
    )


def revoke_peer_key(store: Store, peer_id: str, signs: str, *, by: str) -> Entry:
    """From now on nothing that this key signed is taken. Raises StoreError."""
    key = post_peer(store, peer_id).keys.get(signs)
    if key is None or key.revoked_at:
        raise StoreError(Message("this key of {id} is not in force; nothing was entered", id=peer_id))
    return _entered(store, "revoked", peer_id, signs, by=by)


def peer_left(store: Store, peer_id: str) -> Entry:
    """That a peer said itself that it leaves."""
    return _entered(store, "left", peer_id, "", by="")


def remove_peer(store: Store, peer_id: str, *, by: str) -> Entry:
    """Nothing goes to this peer or is taken from it any more; what was received stays until its time, and what waits
    can be taken as files before. Raises StoreError."""
    if post_peer(store, peer_id).removed_at:
        raise StoreError(Message("{id} was removed already; nothing was entered", id=peer_id))
    return _entered(store, "removed", peer_id, "", by=by)


def _entered(
    store: Store,
    act: PeerAct,
    peer_id: str,
    signs: str,
    *,
    by: str,
    card: PostCard | None = None,
    function: str = "",
    on: str = "",
) -> Entry:
    record = {
        "schema": PEER,
        "act": act,
        "peer": peer_id,
        "signs": f"ed25519:{signs}" if signs else "",
        "opens": card.opens if card else "",
        "since": iso_utc(card.since) if card else "",
        "card": store.keep_words(card_bytes(card).decode()) if card else "",
        "compared_with": function,
        "compared_on": on,
        "by": by,
    }
    (entry,) = store.commit([record], is_act=bool(by))
    return entry


def _fold(store: Store, peers: dict[str, Peer], entry: Entry) -> None:
    record, at = entry.record, first_recorded_at(entry.record)
    peer_id, signs = record["peer"], record["signs"].removeprefix("ed25519:")
    peer = peers.get(peer_id)
    if record["act"] == "added":
        card = _card_of(store, record)
        if peer is None or peer.removed_at:
            # A peer that comes back is compared again; a key that was revoked stays so.
            revoked = {name: key for name, key in peer.keys.items() if key.revoked_at} if peer else {}
            peers[peer_id] = Peer(id=peer_id, keys={**revoked, signs: PeerKey(card=card)}, added_at=at)
        else:
            key = peer.keys.get(signs)
            latest = replace(key, card=card) if key else PeerKey(card=card)
            rest = {name: each for name, each in peer.keys.items() if name != signs}
            peers[peer_id] = replace(peer, keys={**rest, signs: latest})
    elif peer is None:
        return
    elif record["act"] == "left":
        peers[peer_id] = replace(peer, left_at=at)
    elif record["act"] == "removed":
        peers[peer_id] = replace(peer, removed_at=at)
    elif signs in peer.keys:
        key = peer.keys[signs]
        if record["act"] == "confirmed":
            on = date.fromisoformat(record["compared_on"])
            key = replace(key, confirmed_at=at, confirmed_on=on, by_function=record["compared_with"])
        elif record["act"] == "revoked":
            key = replace(key, revoked_at=at)
        peers[peer_id] = replace(peer, keys={**peer.keys, signs: key})


def _card_of(store: Store, record: Mapping[str, Any]) -> PostCard:
    """The card that was taken in; with its keys alone where its words were erased."""
    text = store.words.read(record["card"])
    if text is not None:
        try:
            return read_card(text.encode())
        except TrucewatchError:
            pass  # of another version of this program: its keys are in the record
    return PostCard(
        id=record["peer"],
        name=record["peer"],
        kind="organisation",
        signs=record["signs"].removeprefix("ed25519:"),
        opens=record["opens"],
        since=read_time(record["since"]),
    )
