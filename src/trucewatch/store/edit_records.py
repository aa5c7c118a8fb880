"""Acts by hand, as the journal holds them: `trucewatch/incident-act/1`, one record an act."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Amount, Message
from trucewatch.model.claims import folded_name
from trucewatch.model.edits import MOST_REASON, REASONS, Act, Deed, Stated
from trucewatch.model.ids import PERSON_REFERENCE, Sha256, canonical, short_id
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.typed_text import refusal_of
from trucewatch.store.index import check_typed
from trucewatch.store.journal import Entry
from trucewatch.store.keys import Keyring
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

ACT: Final = "trucewatch/incident-act/1"
_PLACE: Final = ("lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg")


def recorded_acts(store: Store, recorded_by: datetime | None = None) -> tuple[Act, ...]:
    """Every act, in the order of its entries; those recorded by a moment, if one is given. Undone ones are among
    them."""
    acts = [_act(store, entry) for entry in entries_of_kind(store, ACT)]
    return tuple(act for act in acts if recorded_by is None or act.recorded_at <= recorded_by)


def check_reason(reason: str) -> None:
    """Raises StoreError for no reason, and for one that is too long."""
    if not reason:
        raise StoreError(Message("an act needs a reason, which stays in the ledger; nothing was entered"))
    if refusal := refusal_of(reason):
        raise StoreError(refusal)
    if len(reason) > MOST_REASON:
        raise StoreError(
            Message(
                "the reason has {count} characters; at most {most} are kept. Nothing was entered",
                count=Amount(len(reason)),
                most=MOST_REASON,
            )
        )


def record_act(
    store: Store,
    deed: Deed,
    *,
    reason: str,
    by: str,
    known_at: datetime,
    parts: Sequence[Sequence[str]] = (),
    members: Sequence[str] = (),
    kind: str = "",
    event_class: str = "",
    stated: Stated | None = None,
    undoes: str = "",
    reason_code: str = "",
) -> Act:
    """Enter an act, with a reason that was typed, or one of REASONS by its code. Raises StoreError without a reason, or
    with one that is too long, and without who it is by."""
    reason = str(REASONS[reason_code]) if reason_code else reason.strip()
    check_typed({"reason": reason})
    check_reason(reason)
    if not by.strip():
        raise StoreError(Message("say whose act it is; nothing was entered"))
    content = store.typed.with_references(
        {
            "schema": ACT,
            "deed": deed,
            "reason": reason,
            "by": by.strip(),
            "known_at": iso_utc(known_at),
            "parts": [sorted(part) for part in parts],
            "members": sorted(members),
            "kind": kind,
            "class": event_class,
            "observation": _written(stated) if stated else {},
            "undoes": undoes,
            **({"reason_code": reason_code} if reason_code else {}),
        }
    )
    # The id stands in the record: after the loss of a ledger its records are entered again, at other places and times.
    name = short_id("a", str(len(store.journal)), canonical(content).decode())
    (entry,) = store.commit([{"act": name, **content}])
    return _act(store, entry)


def _act(store: Store, entry: Entry) -> Act:
    record = entry.record
    stated = record["observation"]
    reason = store.typed.words_of(record["reason"])
    return Act(
        act_id=record["act"],
        sha256=Sha256(entry.sha256),
        entry=entry.number,
        deed=record["deed"],
        reason="" if isinstance(reason, Message) else reason,
        reason_on_record=record["reason"],
        reason_erased=reason if isinstance(reason, Message) else None,
        by=record["by"],
        known_at=read_time(record["known_at"]),
        recorded_at=first_recorded_at(record),
        parts=tuple(tuple(part) for part in record["parts"]),
        members=tuple(record["members"]),
        kind=record["kind"],
        event_class=record["class"],
        stated=_read(store, stated) if stated else None,
        undoes=record["undoes"],
        reason_code=record.get("reason_code", ""),
    )


def _written(stated: Stated) -> dict[str, Any]:
    """Numbers with a fraction are decimal strings in a record."""
    return {
        "means": stated.means,
        "kind": stated.kind,
        "occurred_start": iso_utc(stated.occurred_start),
        "occurred_end": iso_utc(stated.occurred_end),
        "count": stated.count,
        "text": stated.text,
        "claimed_by": stated.claimed_by,
        "perceived": stated.perceived,
        "simulated": stated.simulated,
        **{name: None if (value := getattr(stated, name)) is None else repr(float(value)) for name in _PLACE},
    }


def _read(store: Store, record: Mapping[str, Any]) -> Stated:
    text = store.typed.words_of(record["text"])
    return Stated(
        means=record["means"],
        kind=record["kind"],
        occurred_start=read_time(record["occurred_start"]),
        occurred_end=read_time(record["occurred_end"]),
        count=record["count"],
        text="" if isinstance(text, Message) else text,
        text_erased=text if isinstance(text, Message) else None,
        simulated=record["simulated"],
        claimed_by=_named(store, record.get("claimed_by", "")),
        perceived=record.get("perceived", ""),
        lon=_number(record["lon"]),
        lat=_number(record["lat"]),
        semi_major_m=_number(record["semi_major_m"]),
        semi_minor_m=_number(record["semi_minor_m"]),
        major_azimuth_deg=_number(record["major_azimuth_deg"]),
    )


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def hide_names(claimed_by: str, keys: Keyring, public_names: Collection[str]) -> str:
    """Who says so, as a record holds it: parties and bodies by name, everybody else by a salted reference, the same
    for the same name."""
    names = [part.strip() for part in claimed_by.split(";")]
    hidden = [
        part if folded_name(part) in public_names or PERSON_REFERENCE.fullmatch(part) else keys.person_reference(part)
        for part in names
        if part
    ]
    return claimed_by if hidden == [part for part in names if part] else "; ".join(hidden)


def _named(store: Store, claimed_by: str) -> str:
    """Who says so, by name; by the reference where the name was erased, so that one speaker stays one."""
    names = [part.strip() for part in claimed_by.split(";")]
    if not any(map(PERSON_REFERENCE.fullmatch, names)):
        return claimed_by
    return "; ".join((store.keys.name_of(part) if PERSON_REFERENCE.fullmatch(part) else None) or part for part in names)
