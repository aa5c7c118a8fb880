"""What was done to an incident by hand: from what to what, by whom, when and why; also what was taken back since.

The values come from the lists on record: the one that first held the act, and the one that it followed. Where one of
these was pruned or erased that is said, and nothing is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.desks.incidents.as_listed import Change, ListedAs, changes_between, listed_as
from trucewatch.desks.incidents.records import DEEDS, rejected_incidents
from trucewatch.errors import StoreError
from trucewatch.locale.reasons import party_name
from trucewatch.model.edits import Act, undone_by
from trucewatch.model.ids import PERSON_REFERENCE
from trucewatch.model.incident import Finding, finding_rows, incident_rows
from trucewatch.model.short_codes import code_of
from trucewatch.model.times import NEVER, iso_utc
from trucewatch.server.formatting import Telling
from trucewatch.server.person import WHO
from trucewatch.store import Store
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.list_history import changes_in
from trucewatch.store.lists import RecordedList, recorded_list, words_of_pruning

NameOf = Callable[[str, datetime], str]
"""How a reader is told who acted at a moment."""
MOST_TOLD: Final = 40
"""Acts that are told with their values, the last ones."""
_MOST_LISTS: Final = 8
"""Lists after an act that are asked whether they hold it: looks back at an earlier day do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who acted: in words, and as the record has it."""

    name: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """An act that took another back, or, where that was an undo, put in force again what it had taken back."""

    act: Act
    who: Who
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One act and what it changed. `list_entry`: the list in which it first counted, -1 for none; note: why there are
    no values."""

    act: Act
    deed: str
    who: Who
    changes: tuple[Change, ...]
    note: str
    list_entry: int
    taken_back: tuple[TakenBack, ...]
    stands: bool

    def document(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "act": self.act.act_id,
            "entry": self.act.entry,
            "deed": self.act.deed,
            "by": self.who.name,
            "by_reference": self.who.reference,
            "at": iso_utc(self.act.recorded_at),
            "reason": str(self.act.why),
            "stands": self.stands,
            "list": self.list_entry if self.list_entry >= 0 else None,
            "changes": [
                {"field": change.key, "name": change.name, "from": change.before, "to": change.after}
                for change in self.changes
            ],
            "note": self.note,
            "taken_back": [
                {
                    "act": each.act.act_id,
                    "entry": each.act.entry,
                    "again": each.again,
                    "by": each.who.name,
                    "by_reference": each.who.reference,
                    "at": iso_utc(each.act.recorded_at),
                    "reason": str(each.act.why),
                }
                for each in self.taken_back
            ],
        }


def edits_of(
    store: Store,
    members: Iterable[str],
    ids: Iterable[str],
    telling: Telling,
    *,
    as_of: datetime = NEVER,
    name_of: NameOf | None = None,
) -> list[Edit]:
    """The acts that name any of an incident's observations, the last first. ids: the incident and all that it came
    from; as_of: acts that were known later are left out; name_of: as `who_of`."""
    every = [act for act in recorded_acts(store) if act.known_at <= as_of]
    mine = frozenset(members)
    about = [act for act in every if act.deed != "undo" and not mine.isdisjoint(act.named)]
    undone = undone_by(every)
    edits = []
    for number, act in enumerate(reversed(about)):
        around = _Around(store, act, {*ids}, telling) if number < MOST_TOLD else None
        taken_back = tuple(_taken_back(act, every, store, telling, name_of))
        note = around.note if around else telling.words.gettext("What it changed is not shown; its list has it.")
        if around is not None and around.after is None and taken_back:
            note = telling.words.gettext("It was taken back before any list was made with it.")
        edits.append(
            Edit(
                act=act,
                deed=telling.words.say(DEEDS[act.deed]),
                who=who_of(act, store, telling, name_of),
                changes=tuple(around.changes) if around else (),
                note=note,
                list_entry=around.after.entry if around and around.after else -1,
                taken_back=taken_back,
                stands=act.act_id not in undone,
            )
        )
    return edits


def who_of(act: Act, store: Store, telling: Telling, name_of: NameOf | None = None) -> Who:
    """Who acted. A person is not named, since names stay in `private/`, but by `name_of`: to somebody who is signed
    in."""
    words = telling.words
    if not PERSON_REFERENCE.fullmatch(act.by):
        return Who(name=party_name(act.by, telling.watch, words), reference=act.by)
    if name_of is not None:
        return Who(name=name_of(act.by, act.recorded_at), reference=act.by)
    name = store.keys.name_of(act.by)
    if name is None:
        return Who(name=words.gettext("a person whose name was erased"), reference=act.by)
    called = words.gettext("analyst on this computer") if name == WHO else words.gettext("a person, by command")
    return Who(name=called, reference=act.by)


def _taken_back(
    act: Act, every: Sequence[Act], store: Store, telling: Telling, name_of: NameOf | None, again: bool = False
) -> list[TakenBack]:
    """The undoings of an act, and of these, in the order in which they were entered."""
    undoings = []
    for undo in every:
        if undo.deed == "undo" and undo.undoes == act.act_id:
            undoings.append(TakenBack(act=undo, who=who_of(undo, store, telling, name_of), again=again))
            undoings += _taken_back(undo, every, store, telling, name_of, not again)
    return sorted(undoings, key=lambda each: each.act.entry)


class _Around:
    """The lists just before and after an act counted, and what differs between them of what it is about."""

    def __init__(self, store: Store, act: Act, ids: set[str], telling: Telling) -> None:
        self._store, self._act, self._telling = store, act, telling
        self.after = self._list_with_it()
        self.changes: list[Change] = []
        self.note = self._compare(ids)

    def _list_with_it(self) -> RecordedList | None:
        """The first list that was made with the act, pruned ones too."""
        entries = self._store.index.rows(
            "SELECT entry FROM (SELECT entry FROM list UNION ALL SELECT entry FROM pruned_list) "
            "WHERE entry > ? ORDER BY entry LIMIT ?",
            self._act.entry,
            _MOST_LISTS,
        )
        for (entry,) in entries:
            recorded = recorded_list(self._store, entry, ever=True)
            if recorded is None or recorded.as_of < self._act.known_at:
                continue
            try:
                holds = recorded.pruning >= 0 or self._act.entry in recorded.acts(self._store)
            except StoreError:
                holds = True
            if holds:
                return recorded
        return None

    def _compare(self, ids: set[str]) -> str:
        """Fills in the changes; why there are none."""
        words = self._telling.words
        if self.after is None:
            return words.gettext("No list was made with it yet; the next run applies it.")
        before = recorded_list(self._store, self.after.follows, ever=True)
        for recorded in (before, self.after):
            if recorded is None:
                return words.gettext("The list before it is not on record, so what it changed cannot be told.")
            if recorded.pruning >= 0:
                pruned = words_of_pruning(self._store, recorded.entry)
                return words.gettext("What it changed cannot be told from here. {pruned}").format(
                    pruned=words.say(pruned) if pruned else ""
                )
        assert before is not None
        wanted = ids | {f"i-{name.removeprefix('o-')}" for name in self._act.named}
        try:
            rows = changes_in(self._store, self.after, wanted)
            ends = {name for row in rows for name in row["to_ids"]}
            later = self._read(self.after, ends)
            later = [each for each in later if not self._act.named.isdisjoint(each.members)]
            own = self._act.named.union(*(each.members for each in later))
            earlier = self._read(before, {name for row in rows for name in row["from_ids"]})
            earlier = [each for each in earlier if not own.isdisjoint(each.members)]
        except StoreError:
            return words.gettext("A part of the lists around it cannot be read, so what it changed cannot be told.")
        self.changes = changes_between(earlier, later, self._telling)
        return "" if self.changes else words.gettext("Nothing that the list tells changed by it.")

    def _read(self, recorded: RecordedList, ids: set[str]) -> list[ListedAs]:
        """Some incidents of a list on record, listed or rejected."""
        if not ids:
            return []
        findings: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in finding_rows(recorded.rows_of(self._store, "findings", ids)):
            findings[finding.incident_id].append(finding)
        listed = incident_rows(recorded.rows_of(self._store, "incidents", ids))
        table = recorded.rows_of(self._store, "rejected", ids)
        rejected = rejected_incidents(
            table.filter(pc.is_in(table["incident_id"], value_set=pa.array(sorted(ids), pa.string()))),
            self._store.typed.words_of,
        )
        rows = [
            listed_as(each, findings[each.incident_id], self._telling, code_of(each.incident_id)) for each in listed
        ]
        rows += [
            listed_as(each, (), self._telling, code_of(each.incident_id), rejected=reason or "–")
            for each, reason in rejected
        ]
        return sorted(rows, key=lambda each: (each.incident.occurred_start, each.incident.incident_id))
