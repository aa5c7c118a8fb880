"""What a receiver is told of an issued report: that there is one, and where; and its first step in the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from trucewatch.model.ids import sha256_of
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import WatchFile
from trucewatch.store.delivery_records import Channel, Delivery
from trucewatch.store.publications import RecordedIssue, recorded_issues
from trucewatch.store.store import Store

NOTICE: Final = "trucewatch/issue-notice/1"


def notice(issue: RecordedIssue, *, delivery_id: str, watch: WatchFile, console: str = "") -> dict[str, Any]:
    """What a receiver is told of an issue: which, of what, its files by their hashes and where they are; never what
    stands in it."""
    publication = issue.publication
    folder = f"{console}/feed/{publication.recipient}"
    return {
        "schema": NOTICE,
        "id": delivery_id,
        "watch": watch.id,
        "simulated": watch.simulated,
        "recipient": publication.recipient,
        "number": publication.number,
        "revision": publication.revision,
        "kind": publication.kind,
        "day_from": publication.day_from.isoformat(),
        "day_until": publication.day_until.isoformat(),
        "cut_off": iso_utc(publication.cut_off),
        "issued_at": iso_utc(issue.recorded_at),
        "feed": f"{folder}.atom",
        "files": [
            {"format": name, "language": language, "sha256": digest, "link": f"{folder}/files/{digest}"}
            for (name, language), digest in sorted(issue.files.items())
        ],
    }


def first_issues(store: Store, recipient: str) -> list[RecordedIssue]:
    """Each issue to a recipient by the record that it was issued with; files made again later are no other issue."""
    first: dict[tuple[str, int], RecordedIssue] = {}
    for issue in recorded_issues(store):
        if issue.publication.recipient == recipient:
            first.setdefault((issue.publication.number, issue.publication.revision), issue)
    return list(first.values())


def first_step(channel: Channel, issue: RecordedIssue, delivery_id: str, body: bytes, now: datetime) -> Delivery:
    """The delivery of an issue as it is queued."""
    return Delivery(
        id=delivery_id,
        channel=channel.kind,
        key=channel.key,
        recipient=channel.recipient,
        number=issue.publication.number,
        revision=issue.publication.revision,
        content=f"sha256:{sha256_of(body)}",
        size_bytes=len(body),
        state="queued",
        attempts=0,
        code=0,
        fault="",
        next_try=now,
        entry=-1,
        queued_at=now,
        recorded_at=now,
    )
