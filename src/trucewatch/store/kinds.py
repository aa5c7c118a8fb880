"""The kinds of records that every watch has; desks bring their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.aid_keeping import KEEPING_RULES
from trucewatch.model.calibration import OPENING
from trucewatch.model.drill import drill_code
from trucewatch.model.never_here import DOORS, rule_of
from trucewatch.model.record_kind import Kinds, Record, RecordKind
from trucewatch.model.times import read_time
from trucewatch.store.post_kinds import POST_KINDS

if TYPE_CHECKING:
    from trucewatch.model.aid_tables import AidTable

KEY_ACTS: Final = {
    "new": Term("key", "new"),
    "rotate": Term("key", "replaced"),
    "revoke": Term("key", "revoked"),
    "lost": Term("key", "lost"),
}
KEY_ROLES: Final = {
    "log": Term("key", "log"),
    "witness": Term("key", "witness"),
    "delegation": Term("key", "delegation"),
}


def _evidence(record: Record) -> Message:
    size = Amount(record["size_bytes"])
    return Message("{name}, {size} bytes, source {source}", name=record["name"], size=size, source=record["source"])


def _batch(record: Record) -> Message:
    rows = record["observation_rows"] + record["counter_rows"]
    return Plural(
        "{file}: {rows} row, {rejected} rejected",
        "{file}: {rows} rows, {rejected} rejected",
        rows,
        file=record["file"],
        rows=Amount(rows),
        rejected=Amount(record["rejected_rows"]),
    )


def _list(record: Record) -> Message:
    return Message("list {level}, as of {moment}", level=record["level"], moment=read_time(record["as_of"]))


def _calibration(record: Record) -> Message:
    """For which period, from how many rows; whether by hand. The books name devices, and stay in the record."""
    count, until = record["rows"], read_time(record["until"])
    rows = Plural("{count} row", "{count} rows", count, count=Amount(count))
    if record["period"] == OPENING:
        learnt = Message("learnt for the opening, from {rows} known before {moment}", rows=rows, moment=until)
    else:
        learnt = Message(
            "learnt for {month}, from {rows} known before {moment}", month=record["period"], rows=rows, moment=until
        )
    return Message("calibrated anew: {learnt}", learnt=learnt) if record["act"] else learnt


def _watch_files(record: Record) -> Message:
    return Message.verbatim(", ".join(sorted(record["files"])))


def _key(record: Record) -> Message:
    name = str(record["key"]).partition("+")[0]
    return Message("{act}, {role}: {key}", act=KEY_ACTS[record["act"]], role=KEY_ROLES[record["role"]], key=name)


def _recipient_log(record: Record) -> Message:
    return Plural(
        "log for {recipient}: {count} entry signed",
        "log for {recipient}: {count} entries signed",
        record["size"],
        recipient=record["recipient"],
        count=Amount(record["size"]),
    )


def _recipient_key(record: Record) -> Message:
    if record["reason"] == "lost":
        return Message(
            "{recipient}: the key was lost and a new one made; codes of before are not matched any more",
            recipient=record["recipient"],
        )
    return Message("{recipient}: a key of its own, so that no code can be guessed", recipient=record["recipient"])


def _erasure(record: Record) -> Message:
    references = record.get("people", ())
    texts = sum(reference.startswith("w-") for reference in references)
    objects, persons = len(record["erased"]), len(references) - texts
    erased: list[Message] = [
        Plural("{count} object erased", "{count} objects erased", objects, count=Amount(objects)),
        Plural("{count} person erased", "{count} persons erased", persons, count=Amount(persons)),
        Plural("{count} text erased", "{count} texts erased", texts, count=Amount(texts)),
    ]
    counted = [part for part, count in zip(erased, (objects, persons, texts), strict=True) if count] or erased[:1]
    what = reduce(lambda before, after: Message("{before}, {after}", before=before, after=after), counted)
    reason = KEEPING_RULES.get(str(record.get("reason_code", "")), record["reason"])
    return Message("{what}: {reason}", what=what, reason=reason)


def _pruning(record: Record) -> Message:
    lists = len(record["lists"])
    what = Plural("{count} list pruned", "{count} lists pruned", lists, count=Amount(lists))
    return Message("{what}: {reason}", what=what, reason=record["reason"])


def _drill(record: Record) -> Message:
    drill = drill_code(record["number"])
    if record["act"] == "begin":
        return Message("drill {drill}: begun", drill=drill)
    if record["end"] == "mistake":
        return Message("drill {drill}: ended, begun by mistake", drill=drill)
    if record["end"] == "over":
        return Message("drill {drill}: over", drill=drill)
    if record["for"]:
        return Message("drill {drill}: ended, {claim} is real", drill=drill, claim=record["for"])
    return Message("drill {drill}: ended by something real", drill=drill)


AGREED: Final = {
    "release": Message("that a report is issued"),
    "reading": Message("that a reading of the agreement may hold an assessment back"),
    "reply": Message("to a reply"),
    "decision": Message("that something leaves beside the rules"),
}
"""What an assent is of, by the act that its subject begins with."""


def _aid_tables() -> Mapping[str, AidTable]:
    """Loaded when such a record is first read: there are many, and a joint centre has none."""
    from trucewatch.model.aid_registry import TABLES

    return TABLES


def _aid_entry(record: Record) -> Message:
    table = _aid_tables().get(str(record["table"]))
    what = table.title if table else str(record["table"])
    if record["version"] > 1:
        return Message("{code}: {what}, version {version}", code=record["code"], what=what, version=record["version"])
    return Message("{code}: {what}", code=record["code"], what=what)


def _aid_refusal(record: Record) -> Message:
    """At which door and by which rule; of what was refused nothing is known."""
    door = str(record["door"])
    return Message("refused at {door}: {why}", door=DOORS.get(door, door), why=rule_of(str(record["by_rule"])).why)


def _aid_undo(record: Record) -> Message:
    return Message("{code}: an entry taken back", code=record["code"])


def _aid_export(record: Record) -> Message:
    table = _aid_tables().get(str(record["table"]))
    rows = int(record["rows"])
    return Message(
        "{what} ({format}): {rows}",
        what=table.plural if table else str(record["table"]),
        format=str(record["format"]),
        rows=Plural("{count} row", "{count} rows", rows, count=Amount(rows)),
    )


def _day_manifest(record: Record) -> Message:
    return Message("report {report}, revision {revision}", report=record["report"], revision=record["revision"])


def _assent(record: Record) -> Message:
    act, _, subject = str(record["subject"]).partition(":")
    return Message(
        "{side} agrees {act} ({subject})",
        side=record["side"] or Message("somebody"),
        act=AGREED.get(act, act),
        subject=subject[:80],
    )


def _assent_undo(record: Record) -> Message:
    act, _, subject = str(record["subject"]).partition(":")
    return Message("no longer agreed {act} ({subject})", act=AGREED.get(act, act), subject=subject[:80])


BUILT_IN: Final = {
    kind.name: kind
    for kind in (
        RecordKind(
            name="evidence",
            title=Term("entry", "Evidence received"),
            sentence=_evidence,
            who="organisation",
            evidence="sha256",
            by_hand=False,
        ),
        RecordKind(
            name="batch", title=Term("entry", "Evidence read"), sentence=_batch, evidence="evidence", by_hand=False
        ),
        RecordKind(name="list", title=Term("entry", "List made"), sentence=_list, by_hand=False),
        RecordKind(
            name="calibration",
            title=Term("entry", "Calibration"),
            sentence=_calibration,
            who="by",
            undo=Message("it cannot be: calibrate anew; what was issued says what it said"),
        ),
        RecordKind(
            name="watch-files", title=Term("entry", "Watch's files changed"), sentence=_watch_files, by_hand=False
        ),
        RecordKind(
            name="key",
            title=Term("entry", "Key"),
            sentence=_key,
            who="holder",
            undo=Message(
                "a key that is lost, replaced or revoked stays so; another entry ends one in force, or names a new one"
            ),
        ),
        RecordKind(
            name="recipient-key",
            title=Term("entry", "Key of a recipient's codes"),
            sentence=_recipient_key,
            by_hand=False,
        ),
        RecordKind(
            name="recipient-log",
            title=Term("entry", "A recipient's own log"),
            sentence=_recipient_log,
            by_hand=False,
        ),
        RecordKind(
            name="erasure",
            title=Term("entry", "Erased"),
            sentence=_erasure,
            who="ordered_by",
            undo=Message("it cannot be: the bytes are gone"),
        ),
        RecordKind(
            name="day-manifest", title=Term("entry", "Manifest of a day"), sentence=_day_manifest, by_hand=False
        ),
        RecordKind(
            name="assent",
            title=Term("entry", "Agreed to"),
            sentence=_assent,
            who="by",
            undo=Message("from the page where it was agreed, until what it is of has gone out"),
        ),
        RecordKind(
            name="assent-undo",
            title=Term("entry", "Consent taken back"),
            sentence=_assent_undo,
            who="by",
            undo=Message("by agreeing again, on the same page"),
        ),
        RecordKind(
            name="drill",
            title=Term("entry", "Drill"),
            sentence=_drill,
            who="by",
            undo=Message("it cannot be: a drill that was begun by mistake is ended so; another one can be begun"),
        ),
        RecordKind(
            name="aid-refusal",
            title=Term("entry", "Refused, never kept here"),
            sentence=_aid_refusal,
            who="brought_by",
            by_hand=False,
        ),
        RecordKind(
            name="aid-entry",
            title=Term("entry", "Humanitarian record"),
            sentence=_aid_entry,
            who="by",
            undo=Message("by another entry, from its page; both stay"),
        ),
        RecordKind(
            name="aid-undo",
            title=Term("entry", "Humanitarian record taken back"),
            sentence=_aid_undo,
            who="by",
            undo=Message("it cannot be: enter it again"),
        ),
        *POST_KINDS,
        RecordKind(
            name="aid-export",
            title=Term("entry", "Humanitarian records taken as a file"),
            sentence=_aid_export,
            who="by",
            undo=Message("it cannot be: whoever took the file keeps it"),
        ),
        RecordKind(
            name="pruning",
            title=Term("entry", "Lists pruned"),
            sentence=_pruning,
            who="by",
            undo=Message("it cannot be; such a list is worked out again from its inputs: run --as-of, --recorded-by"),
        ),
    )
}


def kinds_with(own: Iterable[RecordKind]) -> Kinds:
    """The kinds that every watch has, and those that desks bring."""
    return BUILT_IN | {kind.name: kind for kind in own}
