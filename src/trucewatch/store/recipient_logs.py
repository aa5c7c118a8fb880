"""A small log for one recipient: an entry for each issue of its reports that was published, and for each bundle that it
was given, and of nothing else.

Whoever is told less than everything gets this one with what it is given, never the ledger, whose entries tell when what
came in. It has an origin, a key and tiles of its own (`recipient-logs/ID/` in the store,
`private/recipient-log-key-ID`), and holds no time. Its roots are entered in the ledger before they are signed
(`trucewatch/recipient-log/1`), so the keeper is bound to them towards whoever may see the ledger.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from trucewatch.errors import LedgerError
from trucewatch.ledger.bundle import ENTERED
from trucewatch.ledger.log import Log, SignedEntriesLost
from trucewatch.ledger.note import SecretKey
from trucewatch.ledger.tree import inclusion_proof
from trucewatch.messages import Message
from trucewatch.store.disk_errors import translating
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.store import Store

SCHEMA: Final = "trucewatch/recipient-log/1"
FOLDER: Final = "recipient-logs"


class RecipientLog:
    """The log of one recipient, open for this process alone; give it back with `close`.

    Raises LedgerError where another process has it, where its key or its entries are gone, or where it is older than
    what the ledger says of it; StoreError, OSError.
    """

    def __init__(self, store: Store, recipient: str) -> None:
        self._store, self.recipient = store, recipient
        self.folder: Path = store.root / FOLDER / recipient
        try:
            with translating(self.folder):
                self._log = Log(self.folder)
        except SignedEntriesLost as exc:
            raise self._older() from exc
        try:
            self.key = self._key()
            self._check_not_older()
        except BaseException:
            self._log.close()
            raise

    def __enter__(self) -> RecipientLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._log.close()

    @property
    def origin(self) -> str:
        return self.key.name

    @property
    def vkey(self) -> str:
        """The public key, as a reader's policy names it."""
        return str(self.key.public)

    @property
    def size(self) -> int:
        return self._log.size

    def entries(self) -> list[bytes]:
        """Every entry, in order."""
        return list(self._log.entries())

    def issues(self) -> list[bytes]:
        """The entries of issues, in order: those of bundles are left out."""
        return [content for content in self.entries() if json.loads(content)["schema"] != ENTERED]

    def root(self, size: int) -> bytes:
        return self._log.root(size)

    def append(self, entries: Sequence[bytes]) -> None:
        """Make entries durable, and enter and sign the new root. The same log again writes nothing.

        Raises LedgerError, StoreError.
        """
        with translating(self.folder):
            self._log.append(entries)
            if self._log.size:
                self._log.publish(self.origin, [self.key], self._remember)

    def sizes(self) -> list[int]:
        """The sizes that were signed, the smallest first."""
        with translating(self.folder):
            return sorted(int(path.name) for path in (self.folder / "checkpoints").iterdir() if path.name.isdecimal())

    def proof(self, number: int, size: int) -> list[str]:
        """The inclusion proof of an entry under a size that was signed: hashes as base64, from the leaf upwards."""
        return [base64.b64encode(node).decode() for node in inclusion_proof(self._log.node, number, size)]

    def _remember(self, origin: str, size: int, root: bytes) -> None:
        """Enter a root in the ledger before it is signed, unless the ledger says it already."""
        record = {
            "schema": SCHEMA,
            "recipient": self.recipient,
            "origin": origin,
            "size": size,
            "root": base64.b64encode(root).decode(),
            "vkey": self.vkey,
        }
        last = self._entered()[-1:]
        if not last or any(last[0][name] != value for name, value in record.items()):
            self._store.commit([record])

    def _entered(self) -> list[dict[str, Any]]:
        """What the ledger says of this log, in order."""
        records = (entry.record for entry in entries_of_kind(self._store, SCHEMA))
        return [dict(record) for record in records if record["recipient"] == self.recipient]

    def _key(self) -> SecretKey:
        keys = self._store.keys
        if not keys.has_recipient_log_key(self.recipient) and self._log.size:
            raise LedgerError(
                Message(
                    "the key of the log for {recipient} is gone: private/{name} is not there, and nothing was written. "
                    "Put it back from a copy. Only if there is none, move the folder {folder} away: then a new log "
                    "with a new key begins, in a new folder of the site, and readers have to be told its key",
                    recipient=self.recipient,
                    name=keys.recipient_log_file(self.recipient),
                    folder=self.folder,
                )
            )
        return keys.recipient_log_key(self.recipient)

    def _check_not_older(self) -> None:
        """What the ledger entered last, this log has to hold still: else a second history would be signed."""
        ours = [record for record in self._entered() if record["vkey"] == self.vkey]
        if not ours:
            return
        last = ours[-1]
        fits = last["size"] <= self.size and base64.b64encode(self.root(last["size"])).decode() == last["root"]
        if not fits:
            raise self._older()

    def _older(self) -> LedgerError:
        return LedgerError(
            Message(
                "the log for {recipient} in {folder} is older than the ledger says, or another; nothing was written. "
                "Put the folder back from a copy that is not older. Only if there is none, move the folder and "
                "private/{name} away: then a new log with a new key begins, in a new folder of the site, and readers "
                "have to be told its key",
                recipient=self.recipient,
                folder=self.folder,
                name=self._store.keys.recipient_log_file(self.recipient),
            )
        )

    def files(self) -> dict[str, bytes]:
        """What a site shows of the log, by path below its folder: checkpoints and tiles. Raises StoreError."""
        with translating(self.folder):
            paths = [self.folder / "checkpoint"]
            for name in ("checkpoints", "tile"):
                paths += (path for path in (self.folder / name).rglob("*") if path.is_file())
            whole = (path for path in paths if path.is_file() and not path.name.endswith(".tmp"))
            return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in sorted(whole)}
