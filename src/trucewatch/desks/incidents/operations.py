"""The last list of a watch → what is known of each incident, and what an analyst may do to it."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import WatchError
from trucewatch.fusion.classify import class_table
from trucewatch.messages import Message
from trucewatch.model.edits import MOST_REASON, Act, Stated, added_id, undone_by
from trucewatch.model.incident import Finding, Incident, finding_rows, incident_rows
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.typed_text import refusal_of
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.batches import kept_observations
from trucewatch.store.edit_records import record_act, recorded_acts
from trucewatch.store.lists import RecordedList, recorded_lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything that is told of one incident."""

    incident: Incident
    rejected_because: str
    members: Sequence[Mapping[str, Any]]
    """observation_id, source, means, kind, occurred_start, and place, kind and confidence as `added` (None: not worked
    out)."""
    first: Sequence[Incident]
    """L1: the incidents as they stood first that live on in this one."""
    history: Sequence[Mapping[str, Any]]
    findings: Sequence[Finding]
    acts: Sequence[Act]


class Listing:
    """The last list that was recorded, and the acts on it. Ids may be given by any unique beginning.

    Raises WatchError where there is no list yet (unless none is needed), for an id that is none or several, and for an
    act that can change nothing.
    """

    def __init__(self, store: Store, watch: Watch, clock: Callable[[], datetime], *, needs_list: bool = True) -> None:
        self.store, self.watch, self._clock = store, watch, clock
        self.folder: Path = store.root.parent
        self._lists = recorded_lists(store)
        self._acts = recorded_acts(store)
        if needs_list and not self._lists:
            raise WatchError(
                Message(
                    "{folder} has no list yet; make one with: trucewatch run {again}",
                    folder=self.folder,
                    again=self.folder,
                )
            )

    @property
    def last(self) -> RecordedList:
        return self._lists[-1]

    @cached_property
    def incidents(self) -> tuple[Incident, ...]:
        return tuple(incident_rows(self.last.table(self.store, "incidents")))

    @cached_property
    def rejected(self) -> tuple[tuple[Incident, str], ...]:
        """Incidents that were rejected, each with the reason."""
        table = self.last.table(self.store, "rejected")
        reasons = table["reason"].to_pylist()
        return tuple(zip(incident_rows(table.drop_columns(["rejected_by", "reason"])), reasons, strict=True))

    def on(self, day: date | None) -> tuple[list[Incident], list[tuple[Incident, str]]]:
        """The incidents that began on a local day, or all; and those that were rejected."""

        def began(one: Incident) -> bool:
            return day is None or one.occurred_start.astimezone(self.watch.zone).date() == day

        return [one for one in self.incidents if began(one)], [row for row in self.rejected if began(row[0])]

    def head(self) -> str:
        """Which list this is."""
        made, cut_off = iso_utc(self.last.recorded_at)[:16], iso_utc(self.last.as_of)[:16]
        return f"list of entry {self.last.entry}, made {made}Z, as of {cut_off}Z"

    def waiting(self) -> int:
        """How many acts were entered after the list."""
        return sum(one.entry > self.last.entry for one in self._acts)

    def shown(self, which: str) -> Shown:
        """All that is known of one incident, listed or rejected."""
        reasons = {one.incident_id: reason for one, reason in self.rejected}
        every = {one.incident_id: one for one in (*self.incidents, *(one for one, _ in self.rejected))}
        one = every[_only(which, list(every), "incident", f"trucewatch incidents {self.folder}")]
        first = self.last.table(self.store, "first")
        lives_on = [one.incident_id in now for now in first["now"].to_pylist()]
        findings = self.last.table(self.store, "findings")
        return Shown(
            incident=one,
            rejected_because=reasons.get(one.incident_id, ""),
            members=self._members(one),
            first=incident_rows(first.filter(pa.array(lives_on, pa.bool_())).drop_columns(["now"])),
            history=changes_to(self.store, self._lists, one.incident_id),
            findings=finding_rows(findings.filter(pc.equal(findings["incident_id"], one.incident_id))),
            acts=[act for act in self._acts if act.act_id in one.acts],
        )

    def _members(self, one: Incident) -> list[dict[str, Any]]:
        added = self.last.table(self.store, "contributions")
        added = added.filter(pc.equal(added["incident_id"], one.incident_id))
        added_by = {row["observation_id"]: row for row in added.to_pylist()}
        columns = ["observation_id", "source", "means", "kind", "occurred_start"]
        kept = {
            row["observation_id"]: row for row in kept_observations(self.store, one.members).select(columns).to_pylist()
        }
        by_hand = {added_id(act.act_id): act.stated for act in self._acts if act.stated}
        members = []
        for name in one.members:
            known: dict[str, Any] = {"source": "", "means": "", "kind": "", "occurred_start": one.occurred_start}
            if name in kept:
                known = kept[name]
            elif stated := by_hand.get(name):
                known = {
                    "source": "by-hand",
                    "means": stated.means,
                    "kind": stated.kind,
                    "occurred_start": stated.occurred_start,
                }
            members.append({"observation_id": name, **known, "added": added_by.get(name)})
        return members

    # Acts

    def listed_ones(self, which: Sequence[str]) -> list[Incident]:
        """Listed incidents by unique beginnings of their ids. Raises WatchError for one that is rejected, or named
        twice."""
        listed = {one.incident_id: one for one in self.incidents}
        out = {one.incident_id: reason for one, reason in self.rejected}
        chosen = [_only(one, [*listed, *out], "incident", f"trucewatch incidents {self.folder}") for one in which]
        for one in chosen:
            if one in out:
                raise WatchError(
                    Message(
                        "{incident} was rejected ({act}); undo that first: trucewatch incident {folder} acts",
                        incident=one,
                        act=out[one],
                        folder=self.folder,
                    )
                )
        if len(set(chosen)) < len(chosen):
            raise WatchError(Message("an incident is named twice; nothing was entered"))
        return [listed[one] for one in chosen]

    def check_merge(self, chosen: Sequence[Incident]) -> None:
        """Raises WatchError for fewer than two, and for simulated ones with real ones."""
        if len(chosen) < 2:
            raise WatchError(Message("one incident alone is merged with nothing; name two or more"))
        if len({one.simulated for one in chosen}) > 1:
            raise WatchError(Message("simulated and real incidents are never one; nothing was entered"))

    def merge(self, chosen: Sequence[Incident], *, reason: str, by: str) -> Act:
        self.check_merge(chosen)
        members = [member for one in chosen for member in one.members]
        return self._enter("merge", reason=reason, by=by, parts=[members])

    def parts_of(self, one: Incident, texts: Sequence[str]) -> list[list[str]]:
        """The parts of an incident as they were named, and what is left as one more."""
        how = f"trucewatch incident {self.folder} show {one.incident_id[:12]}"
        parts = [
            sorted(
                {_only(word, one.members, "report of this incident", how) for word in text.replace(",", " ").split()}
            )
            for text in texts
        ]
        named = [name for part in parts for name in part]
        if len(set(named)) < len(named):
            raise WatchError(Message("a report is named in two parts; nothing was entered"))
        rest = sorted(set(one.members) - set(named))
        parts = [part for part in [*parts, rest] if part]
        self.check_split(one, parts)
        return parts

    def check_split(self, one: Incident, parts: Sequence[Sequence[str]]) -> None:
        """Raises WatchError where all reports stay together."""
        if len(parts) < 2:
            raise WatchError(
                Message(
                    "that leaves {incident} whole; name some of its {count} reports",
                    incident=one.incident_id[:12],
                    count=len(one.members),
                )
            )

    def split(self, one: Incident, parts: Sequence[Sequence[str]], *, reason: str, by: str) -> Act:
        self.check_split(one, parts)
        return self._enter("split", reason=reason, by=by, parts=parts, members=one.members)

    def check_retype(self, one: Incident, kind: str, event_class: str) -> None:
        """Raises WatchError for words that are no kind or class, and where nothing would change."""
        _check_word(kind, KINDS, "kind")
        _check_word(event_class, class_table().names, "class")
        if not kind and not event_class:
            raise WatchError(Message("say what it is: a kind, a class, or both"))
        if kind in ("", one.kind) and not event_class:
            raise WatchError(
                Message(
                    "{incident} is of kind {kind} already; nothing was entered",
                    incident=one.incident_id[:12],
                    kind=kind,
                )
            )

    def retype(self, one: Incident, *, kind: str, event_class: str, reason: str, by: str) -> Act:
        self.check_retype(one, kind, event_class)
        return self._enter("retype", reason=reason, by=by, members=one.members, kind=kind, event_class=event_class)

    def reject(self, one: Incident, *, reason: str, by: str) -> Act:
        return self._enter("reject", reason=reason, by=by, members=one.members)

    def stated(
        self,
        *,
        kind: str,
        means: str,
        start: str,
        end: str | None,
        place: tuple[float | None, float | None, float | None, float | None, float],
        count: int | None,
        text: str,
        simulated: bool,
    ) -> Stated:
        """An observation as an analyst states it. Raises WatchError and TimeError with what is wrong."""
        _check_word(kind or "?", KINDS, "kind")
        _check_word(means or "?", MEANS, "means")
        lon, lat, major, minor, azimuth = place
        begin, until = read_time(start), read_time(end or start)
        if until < begin:
            raise WatchError(Message("it would end ({end}) before it begins ({start})", end=end, start=start))
        if (lon is None) != (lat is None) or (lon is None) != (major is None):
            raise WatchError(Message("a place needs --lon, --lat and --sd-m; leave out all three if it is not known"))
        if lon is not None and lat is not None and major is not None:
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise WatchError(
                    Message(
                        "lon {lon}, lat {lat} is no place; longitude first, in degrees", lon=f"{lon:g}", lat=f"{lat:g}"
                    )
                )
            sizes = [one for one in (major, minor) if one is not None]
            if not all(math.isfinite(one) and 0 < one < 1e6 for one in sizes) or not math.isfinite(azimuth):
                raise WatchError(Message("--sd-m and --minor-sd-m are metres, above 0 and below 1,000,000"))
        if refusal := refusal_of(text):
            raise WatchError(refusal)
        if len(text) > MOST_REASON:
            raise WatchError(
                Message(
                    "the text has {count} characters; at most {most} are kept", count=f"{len(text):,}", most=MOST_REASON
                )
            )
        shorter = major if minor is None else minor
        return Stated(
            means=means,
            kind=kind,
            occurred_start=begin,
            occurred_end=until,
            lon=lon,
            lat=lat,
            semi_major_m=None if major is None or shorter is None else max(major, shorter),
            semi_minor_m=None if major is None or shorter is None else min(major, shorter),
            major_azimuth_deg=None if major is None else azimuth % 180.0,
            count=count,
            text=text.strip(),
            simulated=simulated or self.watch.settings.simulated,
        )

    def add(self, stated: Stated, *, reason: str, by: str) -> Act:
        return self._enter("add", reason=reason, by=by, stated=stated)

    def act_that_stands(self, which: str) -> Act:
        """An act by a unique beginning of its id. Raises WatchError if it does not stand any more."""
        how = f"trucewatch incident {self.folder} acts"
        name = _only(which, [one.act_id for one in self._acts], "act", how)
        state = next(state for one, state in self.acts_with_state() if one.act_id == name)
        if state:
            raise WatchError(Message("{act} does not stand: {state}; undo that act instead", act=name, state=state))
        return next(one for one in self._acts if one.act_id == name)

    def undo(self, act: Act, *, reason: str, by: str, reason_code: str = "") -> Act:
        return self._enter("undo", reason=reason, by=by, undoes=act.act_id, reason_code=reason_code)

    def acts_with_state(self) -> list[tuple[Act, str]]:
        """Every act, with by what it was undone; "" for one that stands."""
        undone = undone_by(self._acts)
        return [(one, f"undone by {undone[one.act_id][:12]}" if one.act_id in undone else "") for one in self._acts]

    def _enter(self, deed: Any, *, by: str, reason: str, **content: Any) -> Act:
        known_at = self.watch.settings.watch_time or self._clock()
        return record_act(self.store, deed, reason=reason, by=self._who(by), known_at=known_at, **content)

    def _who(self, by: str) -> str:
        """A delegation by its id; a person by a salted reference, so that the name stays in `private/`."""
        name = by.strip()
        if not name:
            raise WatchError(Message("say whose act it is: --by NAME; nothing was entered"))
        if name in {one.id for one in self.watch.settings.delegation}:
            return name
        if name.startswith("p-"):
            self.store.keys.check_person(name)
            return name
        return self.store.keys.person_reference(name)

    # JSON documents

    def document(self, listed: Sequence[Incident], rejected: Sequence[tuple[Incident, str]]) -> dict[str, Any]:
        """`trucewatch incidents --json`."""
        return {
            "schema": "trucewatch/incidents/1",
            "list": self.last.entry,
            "as_of": iso_utc(self.last.as_of),
            "acts_waiting": self.waiting(),
            "incidents": [plain(asdict(one)) for one in listed],
            "rejected": [plain(asdict(one)) | {"reason": reason} for one, reason in rejected],
        }

    def shown_document(self, shown: Shown) -> dict[str, Any]:
        """`trucewatch incident WATCH show --json`."""
        document: dict[str, Any] = plain({**asdict(shown), "acts": [_act_document(one, "") for one in shown.acts]})
        return {"schema": "trucewatch/incident/1", **document}

    def acts_document(self, every: Sequence[tuple[Act, str]]) -> dict[str, Any]:
        """`trucewatch incident WATCH acts --json`."""
        return {"schema": "trucewatch/incident-acts/1", "acts": [_act_document(act, state) for act, state in every]}


def changes_to(store: Store, lists: Sequence[RecordedList], incident_id: str) -> list[dict[str, Any]]:
    """The changes that led to an incident, followed back through these lists, the last first; each with its list and
    cut-off.

    Lists from before the first of its reports was new are not read.
    """
    ids, unborn, found = {incident_id}, {incident_id}, []
    for made in reversed(lists):
        if not unborn:
            break
        table = _history_table(store, made)
        ends = table["to_ids"].combine_chunks()
        named = pc.is_in(pc.list_flatten(ends), value_set=pa.array(sorted(ids), pa.string()))
        rows = table.take(pc.unique(pc.list_parent_indices(ends).filter(named))).to_pylist()
        found += [{**row, "list": made.entry, "as_of": iso_utc(made.as_of)} for row in rows]
        before = {one for row in rows for one in row["from_ids"]}
        unborn = (unborn - {one for row in rows for one in row["to_ids"]}) | before
        ids |= before
    return found


_HISTORIES: OrderedDict[tuple[Path, str], pa.Table] = OrderedDict()
_MOST_HISTORIES: Final = 1024


def _history_table(store: Store, made: RecordedList) -> pa.Table:
    """What changed in a list; kept for the next page that asks, since a table of this name never changes."""
    key = (store.objects.root, made.tables.get("history", ""))
    if not key[1]:
        return made.table(store, "history")
    table = _HISTORIES.get(key)
    if table is None:
        table = _HISTORIES[key] = made.table(store, "history")
        while len(_HISTORIES) > _MOST_HISTORIES:
            _HISTORIES.popitem(last=False)
    return table


def plain(value: Any) -> Any:
    """The same as JSON holds it: times as text."""
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _act_document(act: Act, state: str) -> dict[str, Any]:
    document: dict[str, Any] = plain(asdict(act))
    return document | {"state": state or "stands"}


def _only(text: str, known: Sequence[str], what: str, how: str) -> str:
    """The one id that begins so, with or without its letter. Raises WatchError for none and for several."""
    word = text.strip().casefold()
    if word in known:
        return word
    found = [one for one in known if word and (one.startswith(word) or one.partition("-")[2].startswith(word))]
    if len(found) == 1:
        return found[0]
    if not found:
        raise WatchError(
            Message('no {what} begins with "{text}"; see: {command}', what=what, text=text[:40], command=how)
        )
    shown = ", ".join(one[:16] for one in sorted(found)[:4])
    raise WatchError(
        Message(
            '{count} of them begin with "{text}" ({shown} …); write more of the id',
            count=len(found),
            text=text[:40],
            shown=shown,
        )
    )


def _check_word(word: str, known: Sequence[str], what: str) -> None:
    if word and word not in known:
        raise WatchError(
            Message('"{word}" is no {what}; there are: {words}', word=word[:40], what=what, words=", ".join(known))
        )
