"""One line for the ledger of each record about an official statement. What was said lies apart and is in none of
them."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.record_kind import Record, RecordKind


def _taken_in(record: Record) -> Message:
    number, version, language = int(record["number"]), int(record["version"]), str(record["language"])
    if record["day"]:
        return Message(
            "official statement S-{number} of {day}: taken in, version {version} in {language}",
            number=number,
            day=str(record["day"]),
            version=version,
            language=language,
        )
    return Message(
        "official statement S-{number}: taken in, version {version} in {language}",
        number=number,
        version=version,
        language=language,
    )


def _decided(record: Record) -> Message:
    form = {
        "accepted": Message("official statement S-{statement}: A-{number} accepted, {paragraph}"),
        "changed": Message("official statement S-{statement}: A-{number} accepted as changed, {paragraph}"),
        "rejected": Message("official statement S-{statement}: A-{number} rejected, {paragraph}"),
        "added": Message("official statement S-{statement}: A-{number} added by hand, {paragraph}"),
    }[record["decision"]]
    return Message(
        form.template,
        statement=int(record["statement"]),
        number=int(record["number"]),
        paragraph=str(record["paragraph"]),
    )


def _joined(record: Record) -> Message:
    return Message(
        "official statement S-{number} is S-{other} in another language",
        number=int(record["statement"]),
        other=int(record["same_as"]),
    )


def _stepped(record: Record) -> Message:
    form = {
        "done": Message("undertaking U-{number}: done, as stated, {day}"),
        "done_in_part": Message("undertaking U-{number}: done in part, as stated, {day}"),
        "not_done": Message("undertaking U-{number}: not done, as stated, {day}"),
        "later_day": Message("undertaking U-{number}: a later day, as stated, {day}"),
        "withdrawn": Message("undertaking U-{number}: withdrawn, as stated, {day}"),
    }[record["word"]]
    return Message(form.template, number=int(record["undertaking"]), day=str(record["day"]))


def _undone(record: Record) -> Message:
    number = int(record["number"])
    if record["kind"] == "version":
        return Message(
            "official statement S-{number}: version {version} in {language} taken out",
            number=number,
            version=int(record["version"]),
            language=str(record["language"]),
        )
    if record["kind"] == "step":
        return Message("undertaking U-{number}: step {step} taken back", number=number, step=int(record["step"]))
    if record["kind"] == "link":
        return Message("official statement S-{number}: stands by itself again", number=number)
    return Message("decision A-{number} about an official statement taken back", number=number)


def _taken(record: Record) -> Message:
    statements, passages = int(record["statements"]), int(record["passages"])
    if not record["recipient"]:
        return Message(
            "official statements, the centre's own copy ({format}): {statements}",
            format=str(record["format"]),
            statements=Plural("{count} statement", "{count} statements", statements, count=Amount(statements)),
        )
    return Message(
        "official statements for {recipient} ({format}): {passages} of {statements}",
        recipient=str(record["recipient"]),
        format=str(record["format"]),
        passages=Plural("{count} passage", "{count} passages", passages, count=Amount(passages)),
        statements=Plural("{count} statement", "{count} statements", statements, count=Amount(statements)),
    )


KINDS: Final = (
    RecordKind(
        name="official-statement",
        title=Term("entry", "Official statement taken in"),
        sentence=_taken_in,
        who="by",
        evidence="evidence",
        undo=Message("by another entry, from the statement's page, as long as no decision stands on it; both stay"),
    ),
    RecordKind(
        name="statement-annotation",
        title=Term("entry", "Decision on something that was said"),
        sentence=_decided,
        who="by",
        undo=Message("by another entry, from the statement's page; both stay"),
    ),
    RecordKind(
        name="statement-link",
        title=Term("entry", "Two copies of one official statement"),
        sentence=_joined,
        who="by",
        undo=Message("by another entry, from the statement's page; both stay"),
    ),
    RecordKind(
        name="undertaking-step",
        title=Term("entry", "Step of an undertaking"),
        sentence=_stepped,
        who="by",
        undo=Message("by another entry, from the undertaking's page; both stay"),
    ),
    RecordKind(
        name="statement-undo",
        title=Term("entry", "Taken back at an official statement"),
        sentence=_undone,
        who="by",
        undo=Message("it cannot be: take the statement in, decide, or enter the step again"),
    ),
    RecordKind(
        name="statement-export",
        title=Term("entry", "Official statements taken as a file"),
        sentence=_taken,
        who="by",
        undo=Message("it cannot be: whoever took the file keeps it"),
    ),
)
