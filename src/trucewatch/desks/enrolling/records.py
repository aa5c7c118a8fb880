"""One line for the ledger of each record of an account or a role. No name, login or address stands in one: only the
person's reference."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.record_kind import Record, RecordKind
from trucewatch.model.roles import Role
from trucewatch.model.times import read_time


def _account(record: Record) -> Message:
    return {
        "added": Message("an account was added, with a link that opens it once"),
        "completed": Message("an account was completed: its person chose a password and a second factor"),
        "reset": Message("an account was reset: its person chooses a password and a second factor anew"),
        "removed": Message("an account was removed, with every role that it held"),
    }[record["act"]]


def _granted(record: Record) -> Message:
    role, until = Role(record["role"]).label, read_time(record["until"])
    since = read_time(record["from"])
    if record["side"]:
        return Message(
            "granted: {role}, for {side}, from {since} until {until}",
            role=role,
            side=str(record["side"]),
            since=since,
            until=until,
        )
    return Message("granted: {role}, from {since} until {until}", role=role, since=since, until=until)


def _ended(record: Record) -> Message:
    return Message("grant {number} of a role: ended before its time", number=int(record["grant"]))


KINDS: Final = (
    RecordKind(
        name="account",
        title=Term("entry", "Account"),
        sentence=_account,
        who="by",
        undo=Message("by another act on the account, from the person's page; a removed one is added anew"),
    ),
    RecordKind(
        name="role-grant",
        title=Term("entry", "Role granted"),
        sentence=_granted,
        who="by",
        undo=Message("by another entry that ends the role, from the person's page; both stay"),
    ),
    RecordKind(
        name="role-end",
        title=Term("entry", "Role ended"),
        sentence=_ended,
        who="by",
        undo=Message("it cannot be: grant the role again"),
    ),
)
