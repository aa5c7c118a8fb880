"""Reports that were issued, as the journal holds them: what each showed to whom, so that a later one can correct it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from trucewatch.model.report import IssuedRow, Publication
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.store import Store


def publications(store: Store, recorded_by: datetime | None = None) -> tuple[Publication, ...]:
    """Every report that was issued, in order; those recorded by a moment, if one is given."""
    records = [json.loads(record) for (record,) in store.index.rows("SELECT record FROM publication ORDER BY entry")]
    return tuple(
        _publication(record)
        for record in records
        if recorded_by is None or read_time(record["recorded_at"]) <= recorded_by
    )


def record_publication(store: Store, issued: Publication, earlier: Sequence[Publication]) -> None:
    """Record what was issued, unless exactly this was issued before."""
    if not any(
        (issued.number, issued.revision, issued.rows) == (one.number, one.revision, one.rows) for one in earlier
    ):
        store.commit([_record(issued)])


def _publication(record: Mapping[str, Any]) -> Publication:
    return Publication(
        number=record["number"], revision=record["revision"], kind=record["kind"], recipient=record["recipient"],
        day_from=date.fromisoformat(record["day_from"]), day_until=date.fromisoformat(record["day_until"]),
        cut_off=read_time(record["cut_off"]), rows=tuple(IssuedRow(**row) for row in record["rows"]),
    )  # fmt: skip


def _record(issued: Publication) -> dict[str, Any]:
    return {
        "schema": "trucewatch/publication/1", "number": issued.number, "revision": issued.revision, "kind": issued.kind,
        "recipient": issued.recipient, "day_from": issued.day_from.isoformat(), "day_until": issued.day_until.isoformat(),
        "cut_off": iso_utc(issued.cut_off), "rows": [asdict(row) for row in issued.rows],
    }  # fmt: skip
