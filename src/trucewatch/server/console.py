"""The console of one watch: its store held open, the list that pages show, what happens to it, and how a page is
made."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.times import iso_utc
from trucewatch.model.verification import access_refused_to
from trucewatch.reader import end_readers
from trucewatch.reader.process import EndedByUsError
from trucewatch.server.access import access_log_of
from trucewatch.server.door import Door
from trucewatch.server.feed import Hub
from trucewatch.server.lookback import Lookback, Lookbacks
from trucewatch.server.rendering import Pages
from trucewatch.server.session_gate import SessionGate, sessions_of
from trucewatch.server.shared_work import SharedWork
from trucewatch.server.snapshot import Snapshot, lightened, snapshot_of, snapshot_recorded
from trucewatch.server.static_files import AnyDesk
from trucewatch.store import Store
from trucewatch.store.agreement_records import watch_with_entries
from trucewatch.store.kinds import kinds_with
from trucewatch.store.lists import last_list
from trucewatch.store.sign_in_accounts import Accounts
from trucewatch.store.verification_records import recorded_steps
from trucewatch.watch import load_watch

if TYPE_CHECKING:
    from trucewatch.pipeline import Assessment
    from trucewatch.pipeline.intake import Intake
    from trucewatch.server.listen import Address
    from trucewatch.server.own_certificate import OwnCertificate

T = TypeVar("T")
MOST_NEW = 50
STALE_AFTER = timedelta(hours=6)
"""A live watch without a record for longer says that it is late; the Sources page says which means are silent."""


_LOG = logging.getLogger("trucewatch.server")


def _unforeseen(exc: Exception) -> Message:
    return Message(
        "The list could not be made again, for a reason that this program does not know ({error}). Its log says more; "
        "report that to who keeps this program.",
        error=type(exc).__name__,
    )


class Console:
    """One watch, open. Reads come from `snapshot`; whatever enters the store is done inside `writing()`.

    now: the computer's clock. desks: what is done in it, of which it takes those that serve a watch of this kind.
    is_watched: a watcher begins to look at once, so that what is large, and may take long to read, is left to it where
    there is no list yet. Raises WatchError if the watch cannot be used at all.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        now: Callable[[], datetime],
        desks: Sequence[AnyDesk] = (),
        *,
        is_watched: bool = False,
    ) -> None:
        self.store, self.folder, self.now = store, folder, now
        self.hub = Hub()
        self.lookbacks = Lookbacks()
        self.certificate: OwnCertificate | None = None
        """Its own certificate, where it was begun with one."""
        self.opens_at: Lookback | None = None
        """Which look back whoever first opens the console is led to."""
        self.door = Door(store.root / "private", now)
        self.reached_at: Address | None = None
        """Where it listens, while that is this computer alone: other watches are opened from here then, and no
        others named where it is not."""
        self.accounts = Accounts(store.root / "private", now)
        self.gate = SessionGate(self)
        self.kinds = kinds_with(kind for desk in desks for kind in desk.gives("records", "KINDS"))
        self.trouble: Message | None = None
        """Why the list that is shown is not of today's files; None while it is."""
        self.refreshed_at = now()
        self._writing = threading.RLock()
        self._reading = threading.Lock()
        self._entering = threading.local()
        self._intake: Intake | None = None
        self._logged = ""
        self._is_closed = False
        self._parting = threading.RLock()
        self._parts: dict[Any, Any] = {}
        self._looking: dict[str, threading.Event] = {}
        self.shared = SharedWork()
        """What takes long: worked out once for all who ask, a few at a time."""
        watch = watch_with_entries(store, load_watch(folder))
        self.desks = desks = tuple(desk for desk in desks if watch.kind in desk.serves)
        self.pages = Pages(desks)
        self.sessions = sessions_of(store, now, desks, watch.settings.desk)
        self.access = access_log_of(store, now, desks, watch.settings.desk)
        last = last_list(store)
        if last:
            self._snapshot = self._retold(snapshot_recorded(store, watch, last))
            threading.Thread(target=self._snapshot.prepare, name="prepare", daemon=True).start()
        else:
            self._intake = self._take_in(with_large=not is_watched)
            self._snapshot = self._retold(snapshot_of(self._assess(intake=self._intake), now()))

    @property
    def snapshot(self) -> Snapshot:
        """The list as pages show it. Never changes; a later one takes its place."""
        return self._snapshot

    @property
    def is_past(self) -> bool:
        """Whether the watch runs on a clock of its own."""
        return self._snapshot.is_past

    @property
    def is_stale(self) -> bool:
        """Whether a live watch has heard nothing for so long that what it shows may be old."""
        return self.is_late(self._snapshot)

    def is_late(self, snapshot: Snapshot) -> bool:
        """The same of a list that a page goes on with."""
        last = snapshot.last_known
        return not snapshot.is_past and last is not None and self.now() - last > STALE_AFTER

    def part(self, kind: Callable[[Console], T]) -> T:
        """What a desk keeps for as long as the console is open, made from it when it is first asked for."""
        with self._parting:
            if kind not in self._parts:
                self._parts[kind] = kind(self)
        part: T = self._parts[kind]
        return part

    def asked_to_look(self, desk: str) -> threading.Event:
        """What is set when a desk is to do at once what it does beside its pages."""
        with self._parting:
            return self._looking.setdefault(desk, threading.Event())

    def look_now(self, desk: str) -> None:
        """Have a desk do at once what it does beside its pages; in a thread of its own, if the console is served."""
        self.asked_to_look(desk).set()

    def close(self) -> None:
        """End what goes on by itself: feeds, the reading of a file, and the parts that can be closed."""
        self._is_closed = True
        self.hub.close()
        self.shared.close()
        if self._reading.locked():
            end_readers()
        for part in self._parts.values():
            if close := getattr(part, "close", None):
                close()
        self.access.close()

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """The store, for one who changes what it holds; its index knows every entry. Raises StoreError if it cannot."""
        with self._writing:
            depth = getattr(self._entering, "depth", 0)
            self._entering.depth = depth + 1
            try:
                self.store.catch_up()
                yield self.store
            finally:
                self._entering.depth = depth

    def refresh_within(self, seconds: float) -> bool:
        """`refresh`, if no other reading goes on for longer than that; whether it was done."""
        if not self._reading.acquire(timeout=seconds):
            return False
        self._reading.release()
        self.refresh()
        return True

    def refresh(self) -> Snapshot:
        """Read what is new and work the list out; what cannot be read stays as it was, with the reason in `trouble`.

        While a file is read others enter acts. Whoever is entering something works the list out without reading: what
        is new is read at the watcher's next look. Raises nothing but what ends the program.
        """
        if getattr(self._entering, "depth", 0):
            return self._work_out()
        with self._reading:
            try:
                self._intake = self._take_in(before_large=self._show_so_far)
            except EndedByUsError:  # the console closes; the file is read when the watch is opened again
                return self._snapshot
            except Exception as exc:  # whatever it is, the list that stands is said to be old
                return self._keep_old(exc)
            return self._work_out()

    def _work_out(self) -> Snapshot:
        with self._writing:
            from trucewatch.pipeline.intake import Intake

            try:
                self._intake = self._intake or Intake()
                self._snapshot = lightened(self._snapshot, self.store)
                snapshot = self._retold(snapshot_of(self._assess(intake=self._intake), self.now()))
                snapshot.prepare()
            except Exception as exc:
                return self._keep_old(exc)
            self.trouble, self._logged = None, ""
            self.show(snapshot)
        return snapshot

    def _keep_old(self, exc: Exception) -> Snapshot:
        """Go on with the list that stands, and say why it is not a new one; in the log once for one fault."""
        self.trouble = exc.message if isinstance(exc, TrucewatchError) else _unforeseen(exc)
        if not isinstance(exc, TrucewatchError) and repr(exc) != self._logged:
            self._logged = repr(exc)
            _LOG.error("the list could not be made again", exc_info=exc)
        self.tell_state()
        return self._snapshot

    def _show_so_far(self, intake: Intake) -> None:
        """Large files may take long to read: what came in before them is shown meanwhile."""
        self._intake = intake
        self._work_out()

    def _take_in(self, *, with_large: bool = True, before_large: Callable[[Intake], None] | None = None) -> Intake:
        from trucewatch.pipeline.intake import take_in

        def advance(step: str, finished: int, total: int) -> None:
            if self._is_closed:
                raise EndedByUsError("the console closes")

        return take_in(
            self.store,
            self.folder,
            now=self.now(),
            turn=self.writing,
            advance=advance,
            with_large=with_large,
            before_large=before_large,
        )

    def show(self, snapshot: Snapshot) -> None:
        """Put a list in the place of the one that is shown, and tell the open pages what is new in it."""
        before, self._snapshot, self.refreshed_at = self._snapshot, snapshot, self.now()
        if snapshot.version != before.version:
            self.hub.publish("snapshot", self._news(before, snapshot))
        self.tell_state()

    def retell(self) -> None:
        """Show the same list with what was entered of its verifications meanwhile."""
        self.show(self._retold(self._snapshot))

    def _retold(self, snapshot: Snapshot) -> Snapshot:
        until = snapshot.as_of if snapshot.is_past else self.now()
        refused = access_refused_to(recorded_steps(self.store), until)
        return snapshot if refused == snapshot.refused else replace(snapshot, refused=refused)

    def assessment(self) -> Assessment:
        """What the shown list was worked out from; waits until it is. Raises what the refresh met."""
        assessment = self._snapshot.assessment
        if assessment is None:
            with self.writing():  # whoever works it out now is waited for, and does it for all
                assessment = self._snapshot.assessment or self.refresh().assessment
        if assessment is None:
            raise TrucewatchError(self.trouble or Message("The list is not worked out yet; try again in a moment."))
        return assessment

    def assessment_within(self, seconds: float | None) -> Assessment:
        """The same, waited for by no more than a few threads and for no longer than that. Raises StillWorkingError as
        well."""
        assessment = self._snapshot.assessment
        if assessment is not None:
            return assessment
        # Under one key, so that no more than one thread of the shared work ever waits for who enters something. While
        # another list is worked out the one shown is without it again: what was waited for is the answer.
        return self.shared.get("assessment", self.assessment, within_s=seconds, keep=False)

    def list_at(self, moment: datetime) -> Snapshot:
        """The list as it was known at a moment, by what the journal holds now; neither shown nor recorded."""
        with self._writing:
            now = self.now()
            return self._retold(snapshot_of(self._assess(as_of=moment, recorded_by=now), now))

    def look_back(self, moment: datetime, *, bar: str = "", course: Any = None) -> Lookback:
        """Open a look back on a moment; `bar` and `course` as it keeps them. Raises TrucewatchError where there are as
        many as there may be, and what working out its list meets."""
        self.lookbacks.check_room()
        lookback = Lookback(self.list_at(moment), bar=bar, course=course)
        self.lookbacks.open(lookback)
        return lookback

    def _assess(
        self, *, as_of: datetime | None = None, recorded_by: datetime | None = None, intake: Intake | None = None
    ) -> Assessment:
        """Work the list out. What that needs is loaded when it is first done, so that the first page need not wait for
        it."""
        from trucewatch.pipeline import assess

        return assess(self.store, self.folder, now=self.now(), as_of=as_of, recorded_by=recorded_by, intake=intake)

    def tell_state(self) -> None:
        """Tell the open pages how fresh they are."""
        last = self._snapshot.last_known
        self.hub.publish(
            "state",
            {
                "live": not self.is_past,
                "trouble": bool(self.trouble),
                "stale": self.is_stale,
                "replay": False,
                "as_of": iso_utc(self._snapshot.as_of),
                "last_known": iso_utc(last) if last else None,
                "refreshed_at": iso_utc(self.refreshed_at),
            },
        )

    def last_known(self) -> datetime | None:
        """When the latest of the shown records became known."""
        return self._snapshot.last_known

    def _news(self, before: Snapshot, after: Snapshot) -> dict[str, Any]:
        fresh = [row for row, incident_id in enumerate(after.ids) if incident_id not in before.row_of]
        first = fresh[:MOST_NEW]
        incidents = [
            {
                "code": after.codes[row],
                "outcome": standing.outcome,
                "standing": standing.code,
                "zones": [zone for zone, holds in after.zones.items() if holds[row]],
            }
            for row, standing in zip(first, after.standings(np.array(first, dtype=np.int64)), strict=True)
        ]
        return {
            "version": after.version,
            "incidents": after.rows,
            "new": incidents,
            "new_count": len(fresh),
            "at": iso_utc(after.made_at),
            "watch_time": iso_utc(after.as_of) if self.is_past else None,
            "replay": False,
        }
