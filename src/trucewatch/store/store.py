"""The store of one watch: what a run opens first and closes last."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from trucewatch.errors import Corrupt, LedgerError, StoreError, TrucewatchError
from trucewatch.ledger.durable import remove_half_written, sync_folder
from trucewatch.ledger.note import PublicKey, SecretKey, without_cosignatures
from trucewatch.messages import Message
from trucewatch.model.ids import Sha256
from trucewatch.model.times import as_utc
from trucewatch.store.cosignatures import add_cosignatures
from trucewatch.store.desk_index import DeskIndex
from trucewatch.store.disk_errors import make_folder, translating
from trucewatch.store.encrypted_evidence import EvidenceFiles
from trucewatch.store.entering import enter, index_may_wait
from trucewatch.store.erasures import ErasurePlan, Going, erase, finish_erasures, plan_erasure
from trucewatch.store.evidence_files import keep_file
from trucewatch.store.high_water import HighWater
from trucewatch.store.history import History, Mark, beginning, holds_entries, refuse_to_begin_over
from trucewatch.store.index import Index, IndexFault, check_kept, check_typed
from trucewatch.store.index_care import bring_up, check_beside, entries_known, hold_against_journal
from trucewatch.store.journal import Entry, Journal, check_records
from trucewatch.store.keys import (
    Keyring,
    NamedKey,
    check_new_key,
    check_revocation,
    key_record,
    named_keys,
    new_log_name,
)
from trucewatch.store.lock import WatchLock
from trucewatch.store.memory import Memory
from trucewatch.store.modes import tighten
from trucewatch.store.objects import FilesAside, HashedFiles
from trucewatch.store.parquet_objects import TableSink, read_table
from trucewatch.store.products import read_product, write_product
from trucewatch.store.protection import finish_protecting
from trucewatch.store.pruning import finish_pruning
from trucewatch.store.record_words import RecordWords
from trucewatch.store.recovery import begin_anew, finish_beginning_anew, words_of_start
from trucewatch.store.vault import unlock
from trucewatch.store.words import KeptWords

FOLDER = ".trucewatch"
_CUT_SHORT = Message(
    "The change of the ledger's key was cut short, and nothing is entered or signed until the watch is "
    "opened again: end this program and start it anew, which finishes or undoes the change"
)


class Store:
    """Evidence, objects, journal and index of a watch folder, held by one process at a time.

    lost_key: the ledger's key is gone or in other hands; go on with a new one, and say so, with the reason, in the
    ledger.
    accept_loss: if acknowledged entries are gone, set the ledger aside and begin a new one with what is left.
    desks: tables that desks bring to the index.
    clock: the present time; only the lock and the journal ask it. Opening finishes what a killed run left undone;
    `recovered` says in words what that was; `index_healed` is told of an index that was made again later. Raises
    WatchBusy, StoreError; Locked for a watch under a passphrase.
    """

    def __init__(
        self,
        watch_folder: Path,
        clock: Callable[[], datetime],
        *,
        accept_loss: bool = False,
        lost_key: bool = False,
        reason: str = "",
        desks: Sequence[DeskIndex] = (),
    ) -> None:
        self.root = watch_folder / FOLDER
        self._clock = clock
        self.evidence = EvidenceFiles(self.root / "evidence", self.root / "private")
        self.objects = HashedFiles(self.root / "objects")
        self.memory = Memory()
        self.recovered: tuple[str, ...] = ()
        self._accept_loss, self._lost_key, self._reason = accept_loss, lost_key, reason
        self._desks = desks
        self._committing = threading.RLock()
        self._key_changes: list[str] = []
        self.index_healed: Callable[[str], None] = lambda words: None
        self._refusal: Message | None = None
        self._passed_over: list[str] = []

    def __enter__(self) -> Store:
        if self.root.is_symlink():
            raise StoreError(Message("{root} is a link; move the store itself into the watch", root=self.root))
        make_folder(self.root, mode=0o700)
        tightened = tighten(self.root)
        with ExitStack() as opened:
            lock = opened.enter_context(WatchLock(self.root / "lock", self._clock()))
            self._high_water = HighWater(self.root, lock)
            with translating(self.root):
                sync_folder(self.root.parent)
                # Evidence, objects and tiles grow beside their folders or at their top: see `HashedFiles.aside`.
                deep = (self.evidence.root, self.objects.root, self.root / "ledger" / "tile")
                swept = remove_half_written(self.root, whole=deep)
            unlock(self.root / "private")
            self.keys = Keyring(self.root / "private")
            self.words = KeptWords(self.root / "private" / "words")
            self.index = opened.enter_context(closing(Index(self.root / "records.sqlite", self.objects, self._desks)))
            self.typed = RecordWords(self.words, self.keys, self.index)
            begun_anew = self._open_journal()
            opened.enter_context(closing(self.journal))
            _, index_words = bring_up(self.index, self.journal)
            self.index.heal = self._heal_index
            is_unpublished = len(self.journal) > 0 and not self.journal.log.is_published
            self.keys.flush_names()
            self._signing_key = self._open_key()
            self.index.apply(self.journal.entries(self.index.applied))
            if is_unpublished:
                self.publish()
            self._finish_erasures()
            pruned = finish_pruning(self)
            finish_protecting(self)
            self._opened = opened.pop_all()
        recovered = tightened + words_of_start(swept, self.journal.log)
        recovered += [words for words in (begun_anew or index_words,) if words]
        recovered += self._key_changes + self._passed_over + pruned
        if is_unpublished and not begun_anew:
            recovered.append(
                f"published a checkpoint of {len(self.journal)} entries, which the run before did not finish"
            )
        self.recovered = tuple(recovered)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and not self._refusal:
                self.publish()
            elif isinstance(value, Exception) and not isinstance(value, TrucewatchError) and self.suspect_index():
                raise StoreError(
                    Message("the index was damaged; it is only an index, and was made again. Do it once more")
                ) from value
        finally:
            self._opened.close()

    def _open_journal(self) -> str:
        """Open the journal and hold it against what was signed and what the index knows; what was done about a loss."""
        finish_beginning_anew(self.root)
        try:
            self._open_and_hold()
        except (LedgerError, Corrupt) as exc:
            if not self._accept_loss:
                raise
            return self._begin_anew(self.words.keep(self._reason) or str(exc))
        return ""

    def _open_and_hold(self) -> None:
        """Open the journal and hold it against all that was kept of it: mark, index, and what witnesses cosigned."""
        ledger, history = self.root / "ledger", History(self.root, self.objects)
        remembered = self._high_water.read()
        if not holds_entries(ledger):
            refuse_to_begin_over(self.root, remembered, entries_known(self.index), self.objects)
        self.journal = Journal(ledger, self.objects, self._clock)
        try:
            if len(self.journal) == 0:
                refuse_to_begin_over(self.root, remembered, entries_known(self.index), self.objects)
                return
            with translating(ledger):
                mark = history.hold(self.journal.log, remembered)
            hold_against_journal(self.index, self.journal)
            if self._accept_loss:
                check_records(self.journal)
            self._high_water.write(mark)
        except BaseException:
            self.journal.close()
            raise
        self._passed_over = history.passed_over

    def _begin_anew(self, why: str) -> str:
        """Set the ledger aside and begin another with what is left; what was done, in words."""
        indexed, erased = list[tuple[int, str]](), list[str]()
        if entries_known(self.index):
            indexed = [(int(number), str(name)) for number, name in self.index.rows("SELECT number, sha256 FROM entry")]
            erased = [str(name) for (name,) in self.index.rows("SELECT sha256 FROM erased")]
        loss = begin_anew(
            self.root,
            self.keys,
            self.evidence,
            self.objects,
            self._clock,
            indexed=indexed,
            erased=erased,
            why=why,
        )
        self.index.clear()
        self.journal = Journal(self.root / "ledger", self.objects, self._clock)
        self._high_water.mark = None  # what lies there is of the ledger before
        return loss

    def commit(self, records: Sequence[Mapping[str, Any]], *, is_act: bool = True) -> list[Entry]:
        """Acknowledge records, with references in place of what was typed, and let the index know. Several threads may
        commit. Refuses words that are a hash (StoreError). is_act: no for what goes with an act, or is entered each
        time: `entering.enter`."""
        for record in records:
            check_typed(record)
            check_kept(record, lambda name: name in self.evidence or name in self.objects)
        with self._committing:
            self._check_usable()
            applied = self.index.applied
            with self.typed.entering(records) as referring:
                entries, is_entered_act = enter(self.journal, referring, is_act=is_act)
            is_next = bool(entries) and entries[0].number == applied
            with index_may_wait(is_entered_act):
                try:
                    self.index.apply(entries if is_next else self.journal.entries(applied))
                except IndexFault as exc:
                    self._heal_index(str(exc), self.index.generation)
        return entries

    def catch_up(self) -> None:
        """Let the index know of what it could not take in when it was entered. Raises StoreError if it still cannot,
        or if another store was put in this one's place."""
        with self._committing:
            self._high_water.check(self.journal.log)
            self.index.apply(self.journal.entries(self.index.applied))

    def _heal_index(self, fault: str, generation: int) -> None:
        """Make a damaged index again while the store is open; `index_healed` is told. Raises StoreError."""
        with self._committing:
            if self.index.generation == generation:
                count = self.index.make_again(self.journal.entries())
                self.index_healed(f"the index was damaged ({fault}), so it was made again from {count} records")

    def suspect_index(self) -> bool:
        """Read the whole index after a fault that nothing explains; whether it was damaged, and is made again."""
        generation, fault = self.index.generation, self.index.check()
        if fault:
            self._heal_index(fault, generation)
        return bool(fault)

    def check_index_beside(self) -> threading.Thread | None:
        """Check, beside the work, what the opening of a large index left for later; None if that was nothing."""
        return check_beside(self.root, self.index, self._heal_index)

    def _check_usable(self) -> None:
        if self._refusal:
            raise StoreError(self._refusal)
        self._high_water.check(self.journal.log)

    def _open_key(self) -> SecretKey:
        """The key that signs checkpoints; a new ledger gets one, and says so in its first entry.

        A change of key that was killed half-way is finished or undone. A key that is not the one in force never signs.
        """
        if len(self.journal) == 0:
            if self._lost_key:
                raise StoreError(Message("this ledger has no entry yet, so no key of it can be lost; nothing was done"))
            return self._begin()
        now = [key for key in self.named_keys() if key.role == "log"][-1]
        if self._lost_key:
            return self._replace_lost_key(now)
        heir = self.keys.next_public_key()
        if heir is not None and str(heir) == now.key:
            return self._finish_change(now)
        self.keys.drop_next_log_key()
        if not self.keys.has_log_key:
            raise StoreError(
                Message(
                    "{folder} has no key of the ledger: it is lost or was not copied. Put it back, or say that it is "
                    "lost and go on with a new one: trucewatch keys rotate WATCH --lost",
                    folder=self.keys.folder,
                )
            )
        key = self.keys.log_key()
        if str(key.public) != now.key:
            raise StoreError(
                Message(
                    "{value} is not the key that the ledger names in entry {entry} ({key}). Put that one there, or say "
                    "that it is lost: trucewatch keys rotate WATCH --lost --yes",
                    value=self.keys.folder / "log-key",
                    entry=now.entry,
                    key=now.key,
                )
            )
        return key

    def _begin(self) -> SecretKey:
        """The first entry. That a start is going on is remembered before its key is made, and its end before anything
        else is kept: so a key or an object without entries is what a killed first start left, or a loss, never both."""
        if not self.keys.has_log_key:
            name = new_log_name()
            self._high_water.write(beginning(name))
            key = self.keys.make_log_key(name)
        else:
            key = self.keys.log_key()
        entries = self.journal.commit([key_record("new", "log", str(key.public))])
        self._remember(key.name, 1, self.journal.log.root())
        self.index.apply(entries)
        return key

    def _replace_lost_key(self, last: NamedKey) -> SecretKey:
        """A new key without a word of the old one. Its file is set aside: it may be in other hands, or damaged."""
        self.keys.set_aside("log-key.next")
        heir = self.keys.make_next_log_key(last.name)
        reason = self.words.keep(self._reason) or (
            "no reason given" if self.keys.has_log_key else "the key file is gone"
        )
        loss = key_record("lost", "log", last.key, reason=reason)
        # Directly after the loss: anywhere else the inspector refuses a key that the one before did not sign.
        following = key_record("new", "log", str(heir.public), replaces=last.key)
        self.index.apply(self.journal.commit([loss, following]))
        self.keys.install_next_log_key()
        return heir

    def _finish_change(self, now: NamedKey) -> SecretKey:
        """The ledger names the next key already: it takes its place, after both have signed if it was a rotation."""
        heir = self.keys.next_log_key()
        if heir is None:
            raise StoreError(Message("{path} changed while it was read; run again", path=self.keys.folder))
        if now.brought_by == "rotate" and self.keys.has_log_key:
            self._hand_over(self.keys.log_key(), heir)
        else:
            self.keys.install_next_log_key()
        self._key_changes.append("finished a change of the ledger's key that was cut short")
        return heir

    def _hand_over(self, old: SecretKey, heir: SecretKey) -> None:
        """Both keys sign the checkpoint that ends with the rotation; then the heir takes the old key's place."""
        with translating(self.journal.log.folder):
            self.journal.log.publish(old.name, [old, heir], self._remember)
        self.keys.install_next_log_key()

    def named_keys(self) -> list[NamedKey]:
        """Every key that the ledger names."""
        return named_keys(self.index.key_events())

    @property
    def public_key(self) -> PublicKey:
        """The key under which checkpoints are signed now; everybody who follows the ledger has to know it."""
        return self._signing_key.public

    def register_key(self, key: str, *, role: str, holder: str) -> Entry:
        """Enter a witness's or delegation's public key. Raises LedgerError if it does not fit the keys that are
        there."""
        with self._committing:
            public = check_new_key(self.named_keys(), key, role=role, holder=holder)
            (entry,) = self.commit([key_record("new", role, str(public), holder=holder.strip())])
        return entry

    def revoke_key(self, key: str, *, reason: str) -> Entry:
        """Enter that a witness's or delegation's key counts no more. Raises LedgerError if it is none, or was
        revoked."""
        with self._committing:
            named = check_revocation(self.named_keys(), key)
            record = key_record("revoke", named.role, named.key, holder=named.holder, reason=reason)
            (entry,) = self.commit([record])
        return entry

    def publish(self) -> bytes:
        """Write tiles and a signed checkpoint for everything that is acknowledged; the checkpoint."""
        with self._committing, translating(self.journal.log.folder):
            self._check_usable()
            return self.journal.log.publish(self._signing_key.name, [self._signing_key], self._remember)

    def _remember(self, origin: str, size: int, root: bytes) -> None:
        """Keep in `private/` what is about to be signed: whatever is put back later is held against it."""
        self._high_water.check(self.journal.log)
        self._high_water.write(Mark(origin, size, root))

    def add_cosignatures(self, content: bytes) -> str:
        """`cosignatures.add_cosignatures`: the good lines of registered witnesses; what was done, in words."""
        with self._committing:
            self._high_water.check(self.journal.log)
            now = int(as_utc(self._clock()).timestamp())
            return add_cosignatures(self.root, content, self.named_keys(), now)

    def first_checkpoint_covering(self, number: int) -> bytes:
        """The first published checkpoint that covers an entry, without later cosignatures. Raises StoreError if none
        does."""
        folder = self.journal.log.folder / "checkpoints"
        sizes = [int(path.name) for path in folder.iterdir() if path.name.isdigit()] if folder.is_dir() else []
        size = min((size for size in sizes if size > number), default=None)
        if size is None:
            raise StoreError(Message("no checkpoint covers entry {number} yet; run: trucewatch run", number=number))
        return without_cosignatures((folder / str(size)).read_bytes())

    def rotate_key(self, *, reason: str) -> SecretKey:
        """A new key for the ledger, of the same name; the entry draws the line. The old one is kept aside in
        `private/`. Raises StoreError if the change was cut short: nothing is entered or signed then."""
        with self._committing:
            old = self._signing_key
            self.publish()
            self.keys.drop_next_log_key()
            heir = self.keys.make_next_log_key(old.name)
            try:
                self.commit([key_record("rotate", "log", str(heir.public), replaces=str(old.public), reason=reason)])
                self._hand_over(old, heir)
            except BaseException as exc:
                # The ledger may name the heir by now: what the old key would sign does not count.
                self._refusal = _CUT_SHORT
                if isinstance(exc, TrucewatchError):
                    raise StoreError(Message("{error}. {cut_short}", error=exc, cut_short=_CUT_SHORT)) from exc
                raise
            self._signing_key = heir
        return heir

    def erase(
        self,
        names: Sequence[str],
        *,
        reason: str,
        ordered_by: str,
        people: Sequence[str] = (),
        public_names: Collection[str] = (),
        reason_code: str = "",
    ) -> list[str]:
        """Erase bytes by their hashes with all that was made from them, and the words that were typed into records; the
        hashes that are gone. The ledger keeps them.

        people: references `p-…` and `w-…`, which stay; name or text and salt go. Raises StoreError as `plan_erasure`.
        """
        if not reason.strip():
            raise StoreError(Message("an erasure needs a reason, which stays in the ledger; nothing was erased"))
        with self._committing:
            self.memory.clear()
            coded = {"reason_code": reason_code} if reason_code else {}
            why = {"reason": reason, "ordered_by": ordered_by, **coded}
            return erase(self, names, people, public_names, why)

    def check_reference(self, reference: str) -> None:
        """Raises StoreError if nobody stands behind a reference `p-…`, or no text is kept under one `w-…`."""
        (self.words.check if reference.startswith("w-") else self.keys.check_person)(reference)

    def keep_words(self, text: str) -> str:
        """Keep what a person said or wrote, so that it can be erased: the reference that a record holds."""
        return self.typed.keep(text)

    def plan_of_erasure(
        self, names: Sequence[str], people: Sequence[str] = (), public_names: Collection[str] = ()
    ) -> ErasurePlan:
        """What `erase` would do. Raises StoreError as it does, and changes nothing."""
        return plan_erasure(self, names, people, public_names)

    def plan_erasure(self, names: Sequence[str]) -> list[Going]:
        """The bytes that `erase` would remove."""
        return list(self.plan_of_erasure(names).going.values())

    def _finish_erasures(self) -> None:
        """Remove what the ledger says is erased and no later entry names; a run that was killed in between left it."""
        finish_erasures(self)

    def is_erased(self, sha256: str) -> bool:
        return bool(self.index.rows("SELECT 1 FROM erased WHERE sha256 = ?", sha256))

    def rebuild(self) -> int:
        """Throw the index away and make it again from the journal; how many entries it holds then."""
        with self._committing:
            return self.index.make_again(self.journal.entries())

    def keep_evidence(
        self,
        path: Path,
        *,
        is_open: bool = False,
        waiting: FilesAside | None = None,
        screen: Callable[[], None] | None = None,
    ) -> tuple[Sha256, int]:
        """Keep a file's original bytes before anything is parsed: their hash and size. Links are not followed, and of a
        pipe or a device nothing is read.

        is_open: whether its source gives it to everybody; else it is encrypted where the watch has a passphrase.
        waiting: bytes that are kept as they are wait there to be kept with others. screen: raises where nothing of a
        file may be kept. Raises CannotBeKept for a file that cannot be read, StoreError where the store cannot be
        written.
        """
        return keep_file(self.evidence, path, is_open=is_open, waiting=waiting, screen=screen)

    def sink(self, schema: pa.Schema, waiting: FilesAside | None = None) -> TableSink:
        """A Parquet object that is written chunk by chunk, for more rows than memory holds. waiting: it waits there to
        be kept with others."""
        return TableSink(self.objects, schema, waiting)

    def table(self, sha256: str, schema: pa.Schema) -> pa.Table:
        """The table of a Parquet object, or an empty one of this schema for ""."""
        return read_table(self.objects, sha256).cast(schema) if sha256 else schema.empty_table()

    def read_out(self, name: str) -> bytes | None:
        """A product of a run as it lies under `out/`."""
        return read_product(self.root / "out", name)

    def write_out(self, name: str, content: bytes) -> Path:
        """Write a product of a run under `out/`. Raises StoreError for a name that leads elsewhere."""
        return write_product(self.root / "out", name, content)
