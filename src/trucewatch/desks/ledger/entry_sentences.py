"""Entries of the ledger → a sentence each, in the reader's language. A kind that is new here is told by its name
alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from trucewatch.desks.incidents.forms import deed_word
from trucewatch.desks.reports.forms import act_words
from trucewatch.locale import Words, mark_in
from trucewatch.model.edits import REASONS
from trucewatch.model.times import read_time
from trucewatch.server.formatting import Telling
from trucewatch.store.journal import Entry

KINDS: Final[Mapping[str, str]] = {
    "evidence": mark_in("entry", "Evidence received"),
    "batch": mark_in("entry", "Evidence read"),
    "list": mark_in("entry", "List made"),
    "watch-files": mark_in("entry", "Watch's files changed"),
    "publication": mark_in("entry", "Report issued"),
    "report-draft": mark_in("entry", "Report drafted"),
    "export": mark_in("entry", "Files taken"),
    "key": mark_in("entry", "Key"),
    "incident-act": mark_in("entry", "Act by hand"),
    "erasure": mark_in("entry", "Erased"),
}

KEY_ACTS: Final = {
    "new": mark_in("key", "new"),
    "rotate": mark_in("key", "replaced"),
    "revoke": mark_in("key", "revoked"),
    "lost": mark_in("key", "lost"),
}
KEY_ROLES: Final = {
    "log": mark_in("key", "log"),
    "witness": mark_in("key", "witness"),
    "delegation": mark_in("key", "delegation"),
}


def kind_of(entry: Entry) -> str:
    """`evidence`, from `trucewatch/evidence/1`."""
    return str(entry.record["schema"]).removeprefix("trucewatch/").partition("/")[0]


def kind_words(kind: str, words: Words) -> str:
    return words.pgettext("entry", KINDS[kind]) if kind in KINDS else kind


def role_words(role: str, words: Words) -> str:
    """Whose key: the ledger's, a witness's, a delegation's."""
    return words.pgettext("key", KEY_ROLES[role]) if role in KEY_ROLES else role


def entry_words(entry: Entry, telling: Telling) -> tuple[str, str]:
    """What an entry says in a few words, and who stands behind it."""
    record, words = entry.record, telling.words
    if str(record["schema"]).endswith("#erased"):
        return words.gettext("erased; its hash stays and still verifies"), ""
    try:
        return _told(kind_of(entry), record, telling)
    except (KeyError, TypeError, ValueError):
        return str(record["schema"]), ""


def _told(kind: str, record: Mapping[str, Any], telling: Telling) -> tuple[str, str]:
    words, number = telling.words, telling.words.number
    match kind:
        case "evidence":
            told = words.gettext("{name}, {size} bytes, source {source}")
            return told.format(name=record["name"], size=number(record["size_bytes"]), source=record["source"]), str(
                record["organisation"]
            )
        case "batch":
            rows = record["observation_rows"] + record["counter_rows"]
            told = words.ngettext(
                "{file}: {rows} row, {rejected} rejected", "{file}: {rows} rows, {rejected} rejected", rows
            )
            return told.format(file=record["file"], rows=number(rows), rejected=number(record["rejected_rows"])), ""
        case "list":
            return words.gettext("list {level}, as of {moment}").format(
                level=record["level"], moment=telling.moment(read_time(record["as_of"]))
            ), ""
        case "watch-files":
            return words.listed(sorted(record["files"])), ""
        case "publication":
            told = words.gettext("report {number}, revision {revision}, for {recipient}")
            return told.format(
                number=record["number"], revision=number(record["revision"]), recipient=record["recipient"]
            ), ""
        case "key":
            name = str(record["key"]).partition("+")[0]
            act, role = str(record["act"]), str(record["role"])
            told = words.gettext("{act}, {role}: {key}").format(
                act=words.pgettext("key", KEY_ACTS[act]), role=role_words(role, words), key=name
            )
            return told, str(record["holder"])
        case "incident-act":
            reason = words.say(REASONS.get(str(record.get("reason_code", "")), str(record["reason"])))
            return f"{deed_word(str(record['deed']), words)}: {reason}", str(record["by"])
        case "report-draft":
            told = words.gettext("report of {day} for {recipient}: {act} (version {version})")
            day = words.short_day(date.fromisoformat(record["day_from"]))
            return told.format(
                day=day,
                recipient=record["recipient"],
                act=act_words(record["act"], words),
                version=number(record["version"]),
            ), str(record["by"])
        case "export":
            told = (
                words.gettext("{format} ({language}) of {number}, revision {revision}")
                if record["issued"]
                else words.gettext("{format} ({language}) of {number}, draft")
            )
            return told.format(
                format=record["format"],
                language=words.language_name(record["language"]),
                number=record["number"],
                revision=number(record["revision"]),
            ), str(record["by"])
        case "erasure":
            count = len(record["erased"]) + len(record.get("people", ()))
            told = words.ngettext("{count} object or person: {reason}", "{count} objects or persons: {reason}", count)
            return told.format(count=number(count), reason=record["reason"]), str(record["ordered_by"])
        case _:
            plain = [
                f"{key} {value}"
                for key, value in sorted(record.items())
                if isinstance(value, str | int) and key not in ("schema", "recorded_at")
            ]
            return "; ".join(plain)[:300], str(record.get("by", ""))
