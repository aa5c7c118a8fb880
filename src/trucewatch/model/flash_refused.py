"""Why an urgent message cannot be sent, or what came of it cannot be entered, as it was typed."""

from __future__ import annotations

from collections.abc import Mapping

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message


class FlashRefusedError(TrucewatchError):
    """A message cannot be drafted or sent so; `faults` says why, by the field that each is about: "about" for what it
    rests on, "added_ru" for words, "" for the whole."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(Message("{why} Nothing was sent.", why=next(iter(faults.values()))))
        self.faults = faults


class FlashSentError(StoreError):
    """The very message was sent already, by a first click: `code` is its number. Nothing was sent twice."""

    def __init__(self, code: str) -> None:
        super().__init__(
            Message("{code} is this very message and was sent by the first click; nothing was sent twice", code=code)
        )
        self.code = code


class FlashTwiceError(StoreError):
    """An open message about the same stands: another has to be asked for (`again`). `code` is the number of that."""

    def __init__(self, code: str) -> None:
        super().__init__(
            Message(
                "{code} about the same is open; nothing was sent. Look at it, and tick that you send another all the "
                "same",
                code=code,
            )
        )
        self.code = code


class FlashActError(StoreError):
    """Something that is said of a sent message cannot be entered; its sentence says why. is_there: it stood already."""

    def __init__(self, message: Message, *, is_there: bool = False) -> None:
        super().__init__(message)
        self.is_there = is_there
