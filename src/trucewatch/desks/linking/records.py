"""What is entered of links by hand, what is taken back, and what is proposed to both heads: a line for each in the
ledger. What somebody typed lies apart; a record holds references `w-…`, and its line names links and speakers by id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.link_statements import NOT_KNOWN, STATUS_WORDS
from trucewatch.model.record_kind import Record, RecordKind


def _about(template: Message) -> Callable[[Record], Message]:
    return lambda record: Message(template.template, link=str(record["about"]), who=_speaker(record))


def _speaker(record: Record) -> Message | str:
    return str(record["fields"].get("by", "")) or Term("speaker", "its source")


def _status(record: Record) -> Message:
    status = STATUS_WORDS.get(str(record["fields"]["status"]), STATUS_WORDS[NOT_KNOWN])
    return Message(
        "link {link}: {status}, as {who} says", link=str(record["about"]), status=status, who=_speaker(record)
    )


SENTENCES: Final[Mapping[str, Callable[[Record], Message]]] = {
    "status": _status,
    "length": _about(Message("link {link}: how long it is, as {who} says")),
    "minutes": _about(Message("link {link}: how long it takes to pass, as {who} says")),
    "works": _about(Message("link {link}: how the works stand, as {who} says")),
    "rules": _about(Message("link {link}: the crossing rules, as {who} states them")),
    "need": _about(Message("link {link}: what has to be decided, as {who} says")),
    "passage": _about(Message("passage {link}: who passed, as {who} says")),
    "queue": _about(Message("passage {link}: who waits, as {who} says")),
    "closure": _about(Message("passage {link}: a time in which it could not be passed, as {who} says")),
    "checkpoint": _about(Message("passage {link}: what {who} calls the checkpoint")),
}
"""Table → what an entry of it says in a line."""


def _entered(record: Record) -> Message:
    return SENTENCES[record["table"]](record)


def _undone(record: Record) -> Message:
    return Message("link {link}: an entry taken back", link=str(record["about"]))


def _proposed(record: Record) -> Message:
    question = record["question"]
    return Message(
        "LO-{number}: what opening {links} would change, proposed for release",
        number=record["number"],
        links=", ".join(map(str, question["opened"])),
    )


def _withdrawn(record: Record) -> Message:
    return Message("LO-{number}: no longer proposed for release", number=record["withdraws"])


def _exported(record: Record) -> Message:
    links = int(record["links"])
    return Message(
        "links for {recipient} ({format}): {links}",
        recipient=str(record["recipient"]),
        format=str(record["format"]),
        links=Plural("{count} link", "{count} links", links, count=Amount(links)),
    )


KINDS: Final = (
    RecordKind(
        name="link-entry",
        title=Term("entry", "Entered about a link"),
        sentence=_entered,
        who="by",
        undo=Message("by another entry, from the list of what was entered about links; both stay"),
    ),
    RecordKind(
        name="link-undo",
        title=Term("entry", "Taken back about a link"),
        sentence=_undone,
        who="by",
        undo=Message("it cannot be: enter it again"),
    ),
    RecordKind(
        name="link-opening",
        title=Term("entry", "Answer about an opening proposed for release"),
        sentence=_proposed,
        who="by",
        undo=Message("by another entry, from its page; both stay"),
    ),
    RecordKind(
        name="link-opening-withdrawal",
        title=Term("entry", "Answer about an opening withdrawn"),
        sentence=_withdrawn,
        who="by",
        undo=Message("it cannot be: propose it again"),
    ),
    RecordKind(
        name="link-export",
        title=Term("entry", "Links taken as a file"),
        sentence=_exported,
        who="by",
        undo=Message("it cannot be: whoever took the file keeps it"),
    ),
)
