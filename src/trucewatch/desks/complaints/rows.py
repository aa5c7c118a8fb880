"""The desk's tables → complaints as they stand at a second of the watch's clock, with replies, appeals and links."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from trucewatch.desks.complaints.records import subject_of
from trucewatch.desks.complaints.states import Answer, Appeal, Complaint, Linked, LogRow, Reply, Sender, Step, Undoing
from trucewatch.model.quorum import Assent
from trucewatch.model.times import read_time
from trucewatch.store import Store
from trucewatch.store.assent_records import assents

Agreed = Mapping[int, tuple[Assent, str]]
"""The assents to one version by their entries, each with the hash of what it is of."""
_UNDONE: Final = ("undone_entry", "undone_at", "undone_by", "undone_reason", "undone_code")
_COMPLAINT: Final = (
    *("number", "entry", "recorded_at", "sender", "sender_id", "received_at", "reply_due", "own_number", "name"),
    *("call_back", "says", "sort", "via", "claims", "letter", "incidents", "by", *_UNDONE),
)
_ANSWER: Final = ("complaint", "number", "entry", "recorded_at", "answered_at", "says", "by", *_UNDONE)
_REPLY: Final = (
    *("complaint", "number", "version", "entry", "recorded_at", "outcome", "says", "incident", "grounds"),
    *("answers_appeal", "by", *_UNDONE),
)
_STEP: Final = ("complaint", "version", "step", "entry", "recorded_at", "at", "how", "agreed", "by")
_APPEAL: Final = ("complaint", "number", "entry", "recorded_at", "received_at", "reply_due", "says", "by")
_LINK: Final = ("complaint", "link_to", "code", "entry", "recorded_at", "by")


def complaints_in(store: Store, second: int, number: int | None = None) -> list[Complaint]:
    """The complaints received by a second, or one of them; each with what had come to it by then. What was taken back
    since counts at no moment."""
    only = "" if number is None else " AND {column} = ?2"

    def read(table: str, columns: Sequence[str], when: str, key: str = "complaint") -> list[dict[str, Any]]:
        query = f"SELECT {', '.join(columns)} FROM complaints_{table} WHERE {when} <= ?1{only.format(column=key)}"
        values = (second,) if number is None else (second, number)
        return [dict(zip(columns, row, strict=True)) for row in store.index.rows(query, *values)]

    answers = _by_complaint(read("answer", _ANSWER, "undone_entry IS NULL AND answered_s"))
    replies = _by_complaint(read("reply", _REPLY, "known_s"))
    agreed = assents(store) if replies else {}
    steps = _by_complaint(read("step", _STEP, "undone_entry IS NULL AND at_s"))
    appeals = _by_complaint(read("appeal", _APPEAL, "undone_entry IS NULL AND received_s"))
    links = _by_complaint(read("link", _LINK, "undone_entry IS NULL AND known_s"))
    return [
        _complaint(
            row,
            answers=answers[row["number"]],
            replies=_replies(replies[row["number"]], steps[row["number"]], agreed),
            appeals=appeals[row["number"]],
            links=links[row["number"]],
        )
        for row in read("complaint", _COMPLAINT, "received_s", "number")
    ]


def answers_in(store: Store, second: int, number: int) -> list[Answer]:
    """The answers to a complaint that were entered before there were replies, those taken back among them."""
    query = (
        f"SELECT {', '.join(_ANSWER)} FROM complaints_answer WHERE complaint = ? AND answered_s <= ? ORDER BY number"
    )
    return [_answer(dict(zip(_ANSWER, row, strict=True))) for row in store.index.rows(query, number, second)]


def log_rows_in(store: Store, second: int, side: str) -> list[LogRow]:
    """The rows of a side's own log that were brought by a second, each with the complaint that it was matched with."""
    query = """
    SELECT r.side, r.log, r.row, r.day, r.number, r.place, r.what, r.entry, coalesce(m.complaint, 0),
      coalesce(m.entry, 0)
    FROM complaints_log_row r LEFT JOIN complaints_match m
      ON m.side = r.side AND m.log = r.log AND m.row = r.row AND m.undone_entry IS NULL AND m.known_s <= ?1
    WHERE r.side = ?2 AND r.undone_entry IS NULL AND r.known_s <= ?1 ORDER BY r.log, r.row
    """
    names = ("side", "log", "row", "day", "number", "place", "what", "entry", "complaint", "match_entry")
    return [LogRow(**dict(zip(names, row, strict=True))) for row in store.index.rows(query, second, side)]


def undone_entries_in(store: Store, number: int) -> list[tuple[str, int, Undoing]]:
    """Steps, appeals and links of a complaint that were taken back: which table's, its entry, and how."""
    undone = []
    for table in ("step", "appeal", "link"):
        query = f"SELECT entry, {', '.join(_UNDONE)} FROM complaints_{table} WHERE complaint = ? AND undone_entry > 0"
        for entry, *columns in store.index.rows(query, number):
            undoing = _undoing(dict(zip(_UNDONE, columns, strict=True)))
            assert undoing is not None
            undone.append((table, int(entry), undoing))
    return undone


def _by_complaint(rows: Iterable[dict[str, Any]]) -> Mapping[int, list[dict[str, Any]]]:
    grouped: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["complaint"]].append(row)
    return grouped


def _complaint(
    row: Mapping[str, Any],
    *,
    answers: Sequence[Mapping[str, Any]],
    replies: tuple[Reply, ...],
    appeals: Sequence[Mapping[str, Any]],
    links: Sequence[Mapping[str, Any]],
) -> Complaint:
    kept = ("number", "entry", "own_number", "name", "call_back", "says", "sort", "via", "letter", "by")
    return Complaint(
        **{name: row[name] for name in kept},
        recorded_at=read_time(row["recorded_at"]),
        sender=Sender(row["sender"], row["sender_id"]),
        received_at=read_time(row["received_at"]),
        reply_due=read_time(row["reply_due"]) if row["reply_due"] else None,
        claims=tuple(json.loads(row["claims"])),
        incidents=tuple(json.loads(row["incidents"])),
        withdrawn=_undoing(row),
        answer=_answer(answers[-1]) if answers else None,
        replies=replies,
        appeals=tuple(sorted((_appeal(appeal) for appeal in appeals), key=lambda appeal: appeal.number)),
        linked=tuple(
            Linked(link["link_to"], link["code"], link["entry"], read_time(link["recorded_at"]), link["by"])
            for link in links
        ),
    )


def _answer(row: Mapping[str, Any]) -> Answer:
    return Answer(
        **{name: row[name] for name in ("number", "entry", "says", "by")},
        recorded_at=read_time(row["recorded_at"]),
        answered_at=read_time(row["answered_at"]),
        undone=_undoing(row),
    )


def _replies(
    rows: Sequence[Mapping[str, Any]], steps: Sequence[Mapping[str, Any]], agreed: Mapping[str, Agreed]
) -> tuple[Reply, ...]:
    kept = ("complaint", "number", "version", "entry", "outcome", "says", "incident", "grounds", "answers_appeal", "by")
    replies = (
        Reply(
            **{name: row[name] for name in kept},
            recorded_at=read_time(row["recorded_at"]),
            undone=_undoing(row),
            steps=tuple(_step(step) for step in steps if step["version"] == row["version"]),
            assents=tuple(
                assent
                for assent, _ in agreed.get(subject_of(row["complaint"], row["version"]), {}).values()
                if not assent.taken_back
            ),
        )
        for row in rows
    )
    return tuple(sorted(replies, key=lambda reply: reply.version))


def _step(row: Mapping[str, Any]) -> Step:
    return Step(
        name=row["step"],
        **{name: row[name] for name in ("entry", "by", "how")},
        recorded_at=read_time(row["recorded_at"]),
        at=read_time(row["at"]),
        agreed=tuple(json.loads(row["agreed"])),
    )


def _appeal(row: Mapping[str, Any]) -> Appeal:
    return Appeal(
        **{name: row[name] for name in ("number", "entry", "says", "by")},
        recorded_at=read_time(row["recorded_at"]),
        received_at=read_time(row["received_at"]),
        reply_due=read_time(row["reply_due"]) if row["reply_due"] else None,
    )


def _undoing(row: Mapping[str, Any]) -> Undoing | None:
    if row["undone_entry"] is None:
        return None
    return Undoing(
        entry=row["undone_entry"],
        recorded_at=read_time(row["undone_at"]),
        by=row["undone_by"],
        reason=row["undone_reason"],
        reason_code=row["undone_code"],
    )
