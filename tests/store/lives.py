"""What a store does while it lives on a disk that fails, what it promised meanwhile, and what has to be there after a
restart."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.ledger.small_log import run as inspect
from tests.store.fault_disk import FaultDisk, Luck, lay_out
from tests.store.test_store import NOW, open_store, record
from trucewatch.ledger.durable import write_durably
from trucewatch.ledger.log import read_journal
from trucewatch.store import Store

LEDGER = ".trucewatch/ledger"
ALWAYS = 1 << 60


@dataclass
class Life:
    """What was promised while a store lived on a disk; a moment is a number of steps of that disk."""

    disk: FaultDisk
    entries: list[bytes] = field(default_factory=list)
    promises: list[tuple[int, int]] = field(default_factory=list)
    evidence: dict[str, tuple[int, int]] = field(default_factory=dict)
    """SHA-256 → from when until when it has to be there."""
    private: dict[str, int] = field(default_factory=dict)
    """Reference of a person or of words → from when it has to stand."""
    is_complete: bool = False
    """Whether `entries` are all that was ever written."""

    def promise(self, store: Store) -> None:
        """Everything in the ledger now is acknowledged from this moment on."""
        self.entries = list(store.journal.log.entries())
        self.promises.append((len(self.disk.steps), len(self.entries)))

    def promised(self, at: int) -> int:
        return max((size for moment, size in self.promises if moment <= at), default=0)

    def commit(self, store: Store, number: int, *, times: int = 1) -> None:
        store.commit([record(number)] * times)
        self.promise(store)

    def keep_private(self, store: Store) -> None:
        """A person and words, as acts name them: on disk before anything refers to them."""
        references = store.keys.person_reference("A. Nobody"), store.keep_words("what was said")
        self.private |= dict.fromkeys(references, len(self.disk.steps))
        store.commit([{"schema": "trucewatch/weather/1", "names": list(references)}])
        self.promise(store)

    def keep(self, store: Store, content: bytes) -> str:
        path = self.disk.folder.with_name("inbox.csv")
        path.write_bytes(content)
        sha256, size = store.keep_evidence(path)
        says = {"source": "s", "name": path.name, "size_bytes": size, "received_at": "2031-05-04T17:00:00Z"}
        store.commit([{"schema": "trucewatch/evidence/1", "sha256": sha256, **says}])
        self.promise(store)
        self.evidence[sha256] = (len(self.disk.steps), ALWAYS)
        return sha256

    def erase(self, store: Store, sha256: str) -> None:
        self.evidence[sha256] = (self.evidence[sha256][0], len(self.disk.steps))
        store.erase([sha256], reason="asked for", ordered_by="a court")
        self.promise(store)


def live(life: Life) -> None:
    """What a store does to a disk: two runs, evidence, checkpoints, a new key, an erasure."""
    with open_store(life.disk.folder) as store:
        life.promise(store)
        life.commit(store, 1)
        goes = life.keep(store, b"goes" * 300)
        life.keep(store, b"stays" * 300)
        life.keep_private(store)
        store.publish()
        life.commit(store, 2, times=3)
        store.rotate_key(reason="yearly")
        life.promise(store)
        life.commit(store, 3)
    with open_store(life.disk.folder) as store:
        life.commit(store, 4)
        life.erase(store, goes)
        life.commit(store, 5)
    life.is_complete = True


def settle(life: Life) -> None:
    """A run in which the journal begins anew after full tiles."""
    with open_store(life.disk.folder) as store:
        life.commit(store, 1, times=200)
        store.publish()
        life.commit(store, 2, times=100)
        life.commit(store, 3)
    life.is_complete = True


def begin_anew(life: Life) -> int:
    """A ledger is lost on a bad disk, and its keeper begins another; the step from which on it is lost."""
    root = life.disk.folder / ".trucewatch"
    with open_store(life.disk.folder) as store:
        life.commit(store, 1)
    older = (root / "ledger/journal").read_bytes()
    with open_store(life.disk.folder) as store:
        life.commit(store, 2, times=2)
    write_durably(root / "ledger/journal", older)
    for path in sorted((root / "ledger/tile/entries").rglob("*")):
        if path.is_file():
            write_durably(path, b"")
    lost = len(life.disk.steps)
    with Store(life.disk.folder, lambda: NOW, accept_loss=True) as store:
        life.promise(store)
        life.commit(store, 3)
    return lost


def cut_power(life: Life, at: int, luck: Luck) -> Path:
    """A folder as a power cut before this step may leave it."""
    found = life.disk.left(at, luck)
    if found.get(".trucewatch", b"") is None:
        found |= life.disk.index_left(at, luck)
    folder = life.disk.folder.with_name("cut")
    if folder.exists():
        shutil.rmtree(folder)
    lay_out(found, folder)
    return folder


def check_restart(life: Life, at: int, folder: Path) -> None:
    """Nothing promised is lost, nothing else stands, the start says what it found, and the inspector is content."""
    journal = folder / LEDGER / "journal"
    before = journal.read_bytes() if journal.is_file() else b""
    cut_off = before[read_journal(journal)[2] :] if before else b""
    debris = [*folder.rglob(".*.tmp")]
    with open_store(folder) as store:
        entries, promised = list(store.journal.log.entries()), life.promised(at)
        assert entries[:promised] == life.entries[:promised], "lost what was acknowledged"
        assert not (promised and life.is_complete) or entries == life.entries[: len(entries)], (
            "holds what was never written"
        )
        assert len(list(store.journal.entries())) == len(entries), "every record can be read"
        for sha256, (start, end) in life.evidence.items():
            assert not start <= at <= end or sha256 in store.evidence, "lost evidence"
        for reference, start in life.private.items():
            if start <= at:
                store.check_reference(reference)
        recovered = "; ".join(store.recovered)
        assert ("half-written" in recovered) == bool(debris), (recovered, debris)
        assert ("cut off the end of the journal" in recovered) == bool(cut_off)
        assert not cut_off or (folder / LEDGER / "journal.torn").read_bytes().endswith(cut_off)
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
    assert not [*folder.rglob(".*.tmp")]
    seen = life.disk.left(at, "everything").get(f"{LEDGER}/checkpoint")
    kept = folder.with_name("seen")
    kept.write_bytes(seen or (folder / LEDGER / "checkpoint").read_bytes())
    code, document = inspect(folder, *(("--seen", kept) if promised else ()))
    assert code == 0, document
    assert document["size"] == len(entries)
