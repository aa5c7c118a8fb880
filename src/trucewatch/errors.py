"""Every error that Trucewatch raises on purpose.

TrucewatchError                 a Message for the person at the keyboard: what, which record, where, what to do next
├── WatchError                  the watch folder cannot be used; carries every fault that was found
├── WatchBusy                   another run holds this watch
├── StoreError                  the store under .trucewatch cannot be read or written
│   ├── Corrupt                 bytes do not match the name they are kept under
│   ├── Locked                  what is protected by a passphrase is not open, and none or a wrong one was given
│   ├── DraftMoved              a draft was changed by somebody else since it was looked at
│   ├── CannotBeKept            a file cannot be opened or read, so that none of its bytes are kept
│   └── ListOfPeople            a file holds names of people with birth dates or numbers; none of its bytes are kept
├── LedgerError                 a log, checkpoint, proof, key or signature is not what it has to be
├── UnreadableInput             a whole input file cannot be read (a single bad row is a Rejected value, not an error)
│   ├── InputTooLarge           a compressed file grows beyond its limit, or a field beyond its own
│   └── ReadingEnded            what read the file ended on it, or passed its bounds of time or memory
├── PlaceError                  a text is not a place, or the place is outside its limits
├── TimeError                   a text is not a time, or the time has no zone
├── ReportError                 a report cannot be made: unknown recipient, language, format or day
├── NeverHereError              a text holds what is never kept in a humanitarian instance; the error holds none of it
├── RowFault                    one row of an input cannot be taken; its source makes a Rejected of it
└── Unsupported                 asked for something this installation cannot do

Bad rows are values (`model.evidence.Rejected`), never exceptions: nothing from outside stops a run. While a row is
read, its fault is a RowFault, which never leaves the source that raises it.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from trucewatch.messages import Message

if TYPE_CHECKING:
    from trucewatch.model.faults import Fault


class TrucewatchError(Exception):
    """The base of the tree; `str()` is its sentence in English, fit to be shown as it is."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class WatchError(TrucewatchError):
    """The watch folder cannot be used. `faults` holds all that was found, not only the first."""

    def __init__(self, message: Message, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class WatchBusy(TrucewatchError):
    """Another run holds this watch."""


class StoreError(TrucewatchError):
    """The store cannot be read or written."""


class Corrupt(StoreError):
    """Bytes in the store do not match the hash they are kept under."""


class Locked(StoreError):
    """What is protected by a passphrase is not open, and none or a wrong one was given."""


class DraftMoved(StoreError):
    """A draft was changed by somebody else since it was looked at; nothing was entered."""


class CannotBeKept(StoreError):
    """A file from outside cannot be opened or read: a link, a pipe, a disk with a fault. The store is as it was."""


class ListOfPeople(StoreError):
    """A file holds names of people together with birth dates or identity numbers. Its sentence says nothing of what
    stands in it, nor how it is called."""


class LedgerError(TrucewatchError):
    """A log, checkpoint, proof, key or signature is not what it has to be."""


class UnreadableInput(TrucewatchError):
    """A whole input file cannot be read."""


class InputTooLarge(UnreadableInput):
    """A compressed file, a sheet or a field grows beyond its limit."""


class ReadingEnded(UnreadableInput):
    """The process that read a file ended on it, or took more time or memory than it may. Nothing of it is taken."""


class PlaceError(TrucewatchError, ValueError):
    """A text is not a place on Earth that we can read."""


class TimeError(TrucewatchError, ValueError):
    """A text is not a time that we can read without guessing."""


class ReportError(TrucewatchError):
    """A report cannot be made as asked."""


class NeverHereError(TrucewatchError):
    """A text or a file holds what is never kept in a humanitarian instance. rules: names of the rules that it meets.
    Nothing of it stands in the sentence, and whoever raises this raises it `from None`."""

    def __init__(self, message: Message, rules: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.rules = rules


class RowFault(TrucewatchError, ValueError):
    """One row of an input cannot be taken."""


class Unsupported(TrucewatchError):
    """Asked for something that this installation cannot do."""


_SYSTEM = {
    errno.EACCES: Message("Permission denied"),
    errno.ENOSPC: Message("No space left on device"),
    errno.EROFS: Message("Read-only file system"),
    errno.ENOENT: Message("No such file or directory"),
    errno.EIO: Message("Input/output error"),
}


def system_words(exc: OSError) -> Message:
    """What the system says of a file or a disk; its own words where we have none."""
    return _SYSTEM.get(exc.errno or 0, Message.verbatim(exc.strerror or str(exc)))
