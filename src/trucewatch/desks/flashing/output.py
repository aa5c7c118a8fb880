"""Urgent messages → what a terminal shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape

from trucewatch.locale.sanitize import printable
from trucewatch.model.flash import MATTER_WORDS
from trucewatch.model.times import iso_utc, read_time, zone_label

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.desks.flashing.drafting import Drafted
    from trucewatch.model.watch import Watch
    from trucewatch.store.outbox import WayOut

STANDS: Final = {
    "quiet": "says that it is quiet on its side since {quiet}",
    "acknowledged": "acknowledged {acknowledged}",
    "silent": "no answer is on record yet; one is asked for by {by}",
    "silent_late": "no answer is on record; one was asked for by {by}",
    "on_its_way": "it is being sent",
    "not_known": "it is not known that it reached them",
}

ADDED_BY: Final = {
    "console": "trucewatch people WATCH add --role liaison --help",
    "mail": "trucewatch outbox WATCH mail-server --help, then trucewatch outbox WATCH line add --help",
    "webhook": "trucewatch outbox WATCH line add --help",
}


def show_messages(out: Console, document: Mapping[str, Any], watch: Watch) -> None:
    """`trucewatch flash list`: a message a line, its recipients below."""
    rows = document["messages"]
    if not rows:
        out.print(
            "No urgent message was sent. Begin one from an incident or a claim: trucewatch flash WATCH send --help"
        )
        return
    for row in rows:
        _show_row(out, row, watch)


def show_message(
    out: Console,
    document: Mapping[str, Any],
    watch: Watch,
    texts: Sequence[tuple[Sequence[str], str | None]] = (),
) -> None:
    """`trucewatch flash show`: the message, its ways, what came of it; its texts where they are asked for, each with
    the recipients who got it, None for one that was erased."""
    _show_row(out, document, watch)
    for act in document["acts"]:
        undone = " (taken back)" if act["undone"] else ""
        late = " (after it had ended; changes nothing)" if act["late"] else ""
        to = f" {act['to']}" if act["to"] else ""
        line = f"  {_moment(act['at'], watch)}{to} {act['act']}, {act['via']}, entry {act['entry']}{undone}{late}"
        out.print(escape(line))
    for recipients, text in texts:
        out.print()
        out.print(escape(f"To {', '.join(recipients)}:"))
        out.print(escape(_lines(text)) if text is not None else "The text was erased.")


def show_draft(out: Console, draft: Drafted, ways: Sequence[WayOut], watch: Watch) -> None:
    """`trucewatch flash send` without --yes: what would be told, to whom, by which ways; nothing has left."""
    recipients_told: dict[str, list[str]] = {}
    for to, text in draft.texts.items():
        recipients_told.setdefault(text.whole, []).append(to)
    for whole, ids in recipients_told.items():
        out.print(escape(f"To {', '.join(ids)}:"))
        out.print(escape(_lines(whole)))
        out.print()
    for way in ways:
        why = f": {way.why_not}" if way.why_not else ""
        out.print(escape(f"  {way.recipient}, {way.way}: {'ready' if way.is_ready else 'not ready'}{why}"))
    for notice in draft.announced:
        out.print(
            escape(
                f"Announced near it, inside only: {notice.who}, {_moment(iso_utc(notice.start), watch)} to "
                f"{_moment(iso_utc(notice.end), watch)}; {printable(notice.text)}"
            )
        )
    for missing in dict.fromkeys(way.way for way in ways if not way.is_ready):
        if missing in ADDED_BY:
            out.print(f"  To add one ({missing}): {ADDED_BY[missing]}")
    for fault in draft.faults.values():
        out.print(escape(f"It cannot be sent so: {fault}"))
    if draft.faults:
        out.print("Nothing has left.")
    else:
        out.print("Nothing has left. To send it to all in one second, say the same with --yes.")


def _show_row(out: Console, row: Mapping[str, Any], watch: Watch) -> None:
    label = f", drill {row['drill']}" if row["drill"] else ", simulated" if row["simulated"] else ""
    sent_at, matter = read_time(row["sent_at"]), MATTER_WORDS[row["matter"]]
    zone = zone_label(sent_at, watch.zone)
    out.print(escape(f"{row['code']}  {matter}, sent {_moment(row['sent_at'], watch)} ({zone}), {row['state']}{label}"))
    for side in row["recipients"]:
        words = STANDS[side["stands"]].format(
            quiet=_moment(side["quiet_since"], watch),
            acknowledged=_moment(side["acknowledged_at"], watch),
            by=_moment(row["answer_by"], watch),
        )
        to_do = ": read it out by telephone" if side["stands"] == "not_known" and row["state"] == "open" else ""
        out.print(escape(f"  {side['id']}: {words}{to_do}"))
        for way in side["ways"]:
            fault = f", {way['fault']}" if way["fault"] else ""
            out.print(escape(f"    {way['way']}: {way['state']}, tries: {way['attempts']}{fault}"))
    if row["own_quiet_since"] is not None:
        out.print(escape(f"  the centre's own means saw quiet since {_moment(row['own_quiet_since'], watch)}"))
    if row["seconds_to_quiet"] is not None:
        by = "as own means saw" if row["own_quiet_since"] is not None else "to the later of what both sides say"
        out.print(escape(f"  quiet: {row['seconds_to_quiet'] // 60} min after the first report, {by}"))


def _moment(text: str | None, watch: Watch) -> str:
    return f"{read_time(text).astimezone(watch.zone):%Y-%m-%d %H:%M}" if text else "–"


def _lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.splitlines())
