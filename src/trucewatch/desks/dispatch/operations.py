"""The outbox and the feed of a watch, without a web framework: what is shown of them, and which files were issued."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.desks.dispatch.lines import lines_document
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.issue import issued_name
from trucewatch.reports import FORMATS
from trucewatch.store import Store
from trucewatch.store.outbox import Delivery, Outbox
from trucewatch.store.publications import RecordedIssue, recorded_issues
from trucewatch.store.webhook_post import post
from trucewatch.store.webhooks import Webhook, new_webhook

MOST_IN_FEED: Final = 100
"""Reports in a feed, the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One issued report as a feed has it: its last revision, with when it was issued, and when the first was."""

    issue: RecordedIssue
    published: datetime
    files: dict[tuple[str, str], str]
    """Of this revision by (format, language), those that were made later too."""


def feed_entries(store: Store, recipient: str) -> tuple[FeedEntry, ...]:
    """The reports that were issued to a recipient, the one issued last first. A file that was made later of the same
    issue belongs to it; its moment stays that of the issue."""
    first: dict[str, datetime] = {}
    latest: dict[str, RecordedIssue] = {}
    files: dict[tuple[str, int], dict[tuple[str, str], str]] = {}
    for issue in recorded_issues(store):
        publication = issue.publication
        if publication.recipient != recipient:
            continue
        first.setdefault(publication.number, issue.recorded_at)
        earlier = latest.get(publication.number)
        if earlier is None or publication.revision > earlier.publication.revision:
            latest[publication.number] = issue
        of_issue = files.setdefault((publication.number, publication.revision), {})
        for which, digest in issue.files.items():
            of_issue.setdefault(which, digest)
    ordered = sorted(latest.values(), key=lambda issue: (issue.recorded_at, issue.entry), reverse=True)
    return tuple(
        FeedEntry(
            issue=issue,
            published=first[issue.publication.number],
            files=dict(sorted(files[issue.publication.number, issue.publication.revision].items())),
        )
        for issue in ordered[:MOST_IN_FEED]
    )


def issued_file(store: Store, recipient: str, digest: str) -> tuple[str, str, bytes] | None:
    """Name, media type and bytes of a file that was issued to a recipient, by its SHA-256; None where none was, or its
    bytes are not kept here any more."""
    for issue in recorded_issues(store):
        if issue.publication.recipient != recipient:
            continue
        for (format_name, language), issued in issue.files.items():
            if issued != digest or format_name not in FORMATS:
                continue
            number, revision = issue.publication.number, issue.publication.revision
            suffix = FORMATS[format_name].suffix
            _, days, _ = number.rsplit("/", 2)
            by_earlier_run = f"{recipient}/daily-{days}-{language}{suffix}"
            for name in (issued_name(number, revision, language, format_name), by_earlier_run):
                content = store.read_out(name)
                if content is not None and sha256_of(content) == digest:
                    file_name = f"{number.replace('/', '-')}-r{revision}-{language}{suffix}"
                    return file_name, FORMATS[format_name].media_type, content
    return None


def check_recipient(watch: Watch, recipient: str) -> None:
    """Raises StoreError for one that the watch does not have."""
    if watch.recipient(recipient) is None:
        names = ", ".join(rule.id for rule in watch.settings.recipient)
        raise StoreError(
            Message(
                '"{recipient}" is no recipient of this watch; it has: {words}', recipient=recipient[:60], words=names
            )
        )


def add_webhook(
    store: Store, watch: Watch, *, name: str, recipient: str, url: str, is_near: bool, console: str, by: str
) -> Webhook:
    """Use a webhook from the next issue on; with its secret, which is told once. Raises StoreError."""
    check_recipient(watch, recipient)
    hook = new_webhook(name, url, is_near=is_near, console=console)
    who = store.keys.actor_reference(by, watch.delegation_ids)
    Outbox(store).add(hook, recipient=recipient, by=who)
    return hook


def send(
    outbox: Outbox, watch: Watch, now: Callable[[], datetime], guard: Callable[[], AbstractContextManager[object]]
) -> list[Delivery]:
    """Queue what was issued and send what is due; what came of each."""
    return outbox.send_due(now, watch.settings, post=post, guard=guard)


def send_flashes(
    outbox: Outbox, watch: Watch, now: Callable[[], datetime], guard: Callable[[], AbstractContextManager[object]]
) -> list[Delivery]:
    """Send the urgent messages that are due, and wait for each; what came of it."""
    return outbox.send_flashes(now, watch.settings, guard=guard, wait_s=None)


def document(outbox: Outbox) -> dict[str, Any]:
    """The outbox as `trucewatch/outbox/1`; no address and no secret."""
    names = outbox.names()
    all_names = names | outbox.line_names()
    return {
        "schema": "trucewatch/outbox/1",
        "webhooks": [
            {
                "name": names[channel.key],
                "key": channel.key,
                "recipient": channel.recipient,
                "added_at": iso_utc(channel.added_at),
                "has_address": outbox.has_address(channel.key),
            }
            for channel in outbox.channels()
        ],
        "lines": lines_document(outbox),
        "deliveries": [delivery_document(delivery, all_names) for delivery in outbox.deliveries()],
    }


def delivery_document(delivery: Delivery, names: dict[str, str]) -> dict[str, Any]:
    """One delivery for programs."""
    return {
        "id": delivery.id,
        "about": delivery.about,
        "drill": delivery.is_drill,
        "way": delivery.channel,
        "webhook": names.get(delivery.key, delivery.key) if delivery.channel == "webhook" else "",
        "line": names.get(delivery.key, delivery.key) if delivery.about == "flash" else "",
        "recipient": delivery.recipient,
        "number": delivery.number,
        "revision": delivery.revision,
        "content": delivery.content,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "code": delivery.code,
        "fault": delivery.fault,
        "next_try": iso_utc(delivery.next_try) if delivery.next_try else None,
        "queued_at": iso_utc(delivery.queued_at),
    }
