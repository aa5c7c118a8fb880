"""Whose act it is that something leaves by a command: whoever has the terminal owns the computer, and no command can
sign a person in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from trucewatch.errors import StoreError
from trucewatch.messages import Message

if TYPE_CHECKING:
    from trucewatch.model.watch import Watch
    from trucewatch.store import Store

BY_COMMAND: Final = "whoever keeps this computer"
"""Whose acts they are that were done at the terminal of a watch with accounts; kept as a salted reference, as every
person is."""
AsMachine = Annotated[
    bool,
    typer.Option(
        "--as-machine",
        help="Instead of --by: recorded as an act of this computer, by nobody's word. What lets something leave by a "
        "command in a watch with accounts.",
    ),
]


def releasing(store: Store, watch: Watch, by: str, *, as_machine: bool) -> str:
    """Who lets something leave by a command, as it was said: a name, or BY_COMMAND.

    Raises StoreError in a watch with accounts whose quorum rule asks for anybody's word, unless it is to be the
    computer's own act.
    """
    from trucewatch.store.role_records import accounts_since

    if as_machine:
        if by:
            raise StoreError(Message("give --by WHO or --as-machine, not both; nothing was entered"))
        return BY_COMMAND
    if watch.settings.quorum.release != "one" and accounts_since(store) is not None:
        raise StoreError(
            Message(
                "this watch has accounts, and its quorum rule says who agrees before something leaves; a command signs "
                "nobody in. Do it in the console, signed in. With --as-machine in place of --by it is done all the "
                "same, and recorded as this computer's own act, to which nobody agreed. Nothing was entered"
            )
        )
    return by
