"""What would come of an act, in words: which incidents change, from what to what, and what else does.

The list with the act and the list without it are worked out now (`pipeline/foresight.py`); what is told of them here is
what the pages tell of lists.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.desks.incidents.apart import pairing_words
from trucewatch.desks.incidents.as_listed import Change, ListedAs, changes_between, differing_keys, listed_as
from trucewatch.desks.incidents.observations import bounds_of, ellipse_of
from trucewatch.desks.incidents.operations import plain
from trucewatch.desks.incidents.records import rejected_incidents
from trucewatch.errors import TrucewatchError
from trucewatch.findings import SENTENCES
from trucewatch.locale.reasons import recorded_reason
from trucewatch.model.edits import Act
from trucewatch.model.incident import Finding, Incident, finding_rows, incident_rows
from trucewatch.model.naming import CONSOLE, called
from trucewatch.model.outcomes import SAID
from trucewatch.model.short_codes import code_of
from trucewatch.model.verification import with_access_refused
from trucewatch.model.watch import Watch
from trucewatch.server.formatting import Telling
from trucewatch.server.grave import board_of
from trucewatch.server.snapshot import Snapshot
from trucewatch.store import Store

if TYPE_CHECKING:
    from trucewatch.desks.incidents.operations import Listing
    from trucewatch.pipeline.foresight import Foresight, WorkedOut

MOST_OTHERS: Final = 12
"""Other incidents that are told one by one; of more their number is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Incidents that share observations: as they are, and as they would be. `differs`: by code the fields of those
    after that are others than before."""

    before: tuple[ListedAs, ...]
    after: tuple[ListedAs, ...]
    differs: dict[str, frozenset[str]]
    changes: tuple[Change, ...]

    @property
    def assessments(self) -> tuple[str, str] | None:
        """The assessments before and after, where another outcome would be said than before, or one no more; with their
        clauses, where the outcome stays and other clauses give it."""
        sides = [{each.standing.code for each in side if not each.rejected} for side in (self.before, self.after)]
        is_said = any(each.standing.outcome in SAID for each in chain(self.before, self.after) if not each.rejected)
        if not is_said:
            return None
        if sides[0] == sides[1]:
            given = [list(dict.fromkeys(each.by_clauses for each in side)) for side in (self.before, self.after)]
            return None if {*given[0]} == {*given[1]} else (" | ".join(given[0]), " | ".join(given[1]))
        before, after = (
            " | ".join(dict.fromkeys(each.values["assessment"] for each in side)) or "–"
            for side in (self.before, self.after)
        )
        return before, after

    @property
    def numbers(self) -> tuple[str, str] | None:
        """The assessments of each before and after, where they stay and another number of incidents has them."""
        sides = [
            [each.by_clauses for each in side if each.by_clauses and not each.rejected]
            for side in (self.before, self.after)
        ]
        if self.assessments or Counter(sides[0]) == Counter(sides[1]):
            return None
        return " | ".join(sides[0]), " | ".join(sides[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What an act would do to the list. main: what it is about; others: what else changes in words; smaller: how many
    more change in figures too small to be told; beside: deadlines and whole clauses, periods and the board of grave
    events, from → to; mark: another for another consequence."""

    main: Story
    others: tuple[Story, ...]
    more_others: int
    smaller: int
    beside: tuple[Change, ...]
    mark: str

    @property
    def is_nothing(self) -> bool:
        """Whether nothing that pages tell would change."""
        return not (self.main.changes or self.others or self.more_others or self.smaller or self.beside)

    def places(self, watch: Watch) -> str:
        """The places before and after, as the map of an incident takes them (JSON); "" where there are none."""
        before = [(each, ellipse_of(each.incident)) for each in self.main.before if not each.rejected]
        after = [(each, ellipse_of(each.incident)) for each in self.main.after if not each.rejected]
        shapes = [shape for _, shape in (*before, *after) if shape]
        if not shapes:
            return ""
        leading = next((each for each, shape in after if shape), None) or next(each for each, shape in before if shape)
        document = {
            "bounds": bounds_of(shapes, watch.settings.area),
            "outcome": leading.standing.outcome,
            "held": leading.standing.reason_word,
            "kind": leading.incident.kind,
            "simulated": leading.incident.simulated,
            "fused": next((shape for _, shape in after if shape), None),
            "first": None,
            "observations": [],
            "before": [shape for _, shape in before if shape],
            "after": [shape for _, shape in after if shape][1:],
        }
        return json.dumps(document)


def consequence_of(
    store: Store,
    folder: Path,
    act: Act,
    about: frozenset[str],
    telling: Telling,
    *,
    now: datetime,
    refused: frozenset[str] = frozenset(),
) -> Consequence:
    """What would come of an act that nobody entered. about: the observations that it is about. refused: as of
    `Snapshot.refused`. Raises WatchError, StoreError."""
    from trucewatch.pipeline.foresight import foresee

    coming = foresee(store, folder, act, now=now)
    lists = [_List(store, part, coming, telling, refused) for part in (coming.before, coming.after)]
    differing = [_ids(coming.left), _ids(coming.came)]
    rejected = [_ids(coming.before.rejected), _ids(coming.after.rejected)]
    for side, each in enumerate(lists):
        each.read(differing[side] | each.holding(about) | (rejected[side] - rejected[1 - side]))
    stories = [_story(*sides, telling) for sides in _grouped(*(each.rows for each in lists))]
    main, others = _joined(stories, about, telling)
    changing = sorted((story for story in others if story.changes), key=_by_weight)
    return Consequence(
        main=main,
        others=tuple(changing[:MOST_OTHERS]),
        more_others=max(len(changing) - MOST_OTHERS, 0),
        smaller=len(others) - len(changing),
        beside=tuple(_beside(lists[0], lists[1], telling)),
        mark=_mark(coming),
    )


def rule_against(chosen: Sequence[Incident], listing: Listing, telling: Telling) -> Iterator[tuple[Incident, str]]:
    """What the rule of association says against putting each but the first of some incidents together with the others;
    empty where it has nothing against it, and where it cannot be asked."""
    from trucewatch.pipeline.foresight import how_rule_sees

    folder, now = listing.folder, listing.now()
    for other in chosen[1:]:
        rest = tuple(name for each in chosen if each is not other for name in each.members)
        try:
            pairing = how_rule_sees(listing.store, folder, rest, tuple(other.members), now=now)
        except TrucewatchError:
            yield other, ""
        else:
            yield other, pairing_words(pairing, chosen[0], other, telling)


class _List:
    """One of the two lists, as it is told."""

    def __init__(
        self, store: Store, part: WorkedOut, coming: Foresight, telling: Telling, refused: frozenset[str]
    ) -> None:
        self._store, self._part, self._telling = store, part, telling
        self.snapshot = Snapshot(
            watch=called(coming.watch, CONSOLE, coming.as_of),
            as_of=coming.as_of,
            made_at=coming.as_of,
            incidents=part.incidents.sort_by(
                [("occurred_start", "descending"), ("incident_id", "ascending")]
            ).combine_chunks(),
            findings=part.findings,
            others={"rejected": part.rejected}.__getitem__,
            refused=refused,
        )
        self._findings = with_access_refused(part.findings, part.incidents, refused)
        self.rows: list[ListedAs] = []

    def holding(self, names: frozenset[str]) -> set[str]:
        """The incidents that hold any of some observations, listed or rejected."""
        wanted, ids = pa.array(sorted(names), pa.string()), set[str]()
        for table in (self._part.incidents, self._part.rejected):
            members = table["members"].combine_chunks()
            holds = pc.is_in(pc.list_flatten(members), value_set=wanted)
            rows = pc.unique(pc.list_parent_indices(members).filter(holds))
            ids |= {*table["incident_id"].take(rows).to_pylist()}
        return ids

    def read(self, ids: Iterable[str]) -> None:
        """Read some of its incidents, in the order in which they began."""
        wanted = pa.array(sorted(ids), pa.string())
        findings: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in finding_rows(self._findings.filter(pc.is_in(self._findings["incident_id"], value_set=wanted))):
            findings[finding.incident_id].append(finding)
        incidents = self._part.incidents
        listed = incident_rows(incidents.filter(pc.is_in(incidents["incident_id"], value_set=wanted)))
        rejected = self._part.rejected.filter(pc.is_in(self._part.rejected["incident_id"], value_set=wanted))
        off = rejected_incidents(rejected, self._store.typed.words_of)
        rows = [self._as_listed(incident, findings[incident.incident_id], "") for incident in listed]
        rows += [self._as_listed(incident, (), reason or self._no_reason) for incident, reason in off]
        self.rows = sorted(rows, key=lambda each: (each.incident.occurred_start, each.incident.incident_id))

    @property
    def _no_reason(self) -> str:
        return self._telling.words.gettext("by the act that is looked at")

    def _as_listed(self, incident: Incident, findings: Sequence[Finding], reason: Any) -> ListedAs:
        code = code_of(incident.incident_id)
        return listed_as(incident, findings, self._telling, code, rejected=reason)

    def whole_findings(self) -> dict[str, str]:
        """What is found of whole clauses and deadlines, by the clause."""
        table = self._part.findings
        whole = table.filter(pc.equal(pc.fill_null(table["incident_id"], ""), ""))
        words = self._telling.words
        lines_of: defaultdict[str, list[str]] = defaultdict(list)
        for finding in finding_rows(whole):
            reason = recorded_reason(finding, SENTENCES, self._telling.watch, words)
            lines_of[finding.stipulation].append(
                words.gettext("{assessment}: {reason}").format(
                    assessment=self._telling.assessment(finding), reason=reason
                )
            )
        return {clause: " | ".join(dict.fromkeys(lines)) for clause, lines in lines_of.items()}


def _ids(table: pa.Table) -> set[str]:
    return {*table["incident_id"].to_pylist()}


def _grouped(before: Sequence[ListedAs], after: Sequence[ListedAs]) -> Iterator[tuple[list[ListedAs], list[ListedAs]]]:
    """Incidents of both lists that share observations, in a chain, together."""
    group_of: dict[str, int] = {}
    groups: dict[int, tuple[list[ListedAs], list[ListedAs]]] = {}
    for side, rows in enumerate((before, after)):
        for row in rows:
            met = sorted({group_of[name] for name in row.members if name in group_of})
            home = met[0] if met else len(groups) + len(group_of)
            here = groups.setdefault(home, ([], []))
            for other in met[1:]:
                left, came = groups.pop(other)
                here[0].extend(left)
                here[1].extend(came)
            here[side].append(row)
            for name in chain.from_iterable(each.members for each in chain(*here)):
                group_of[name] = home
    yield from groups.values()


def _story(before: Sequence[ListedAs], after: Sequence[ListedAs], telling: Telling, *, in_full: bool = False) -> Story:
    return Story(
        before=tuple(before),
        after=tuple(after),
        differs={each.code: differing_keys(before, each) for each in after},
        changes=tuple(changes_between(before, after, telling, in_full=in_full)),
    )


def _joined(stories: Sequence[Story], about: frozenset[str], telling: Telling) -> tuple[Story, list[Story]]:
    """The story of what an act is about, of all that hold any of it; and the others."""
    own = [
        story
        for story in stories
        if any(not about.isdisjoint(each.members) for each in chain(story.before, story.after))
    ]
    others = [story for story in stories if story not in own]
    before, after = ([each for story in own for each in getattr(story, side)] for side in ("before", "after"))
    return _story(before, after, telling, in_full=True), others


def _by_weight(story: Story) -> tuple[bool, bool]:
    """Those of which another outcome would be said, or of another number, first, then those that would be no more."""
    return not (story.assessments or story.numbers), len(story.before) == len(story.after)


def _beside(before: _List, after: _List, telling: Telling) -> Iterator[Change]:
    """What changes beside incidents: clauses as a whole, periods of dense reports, the board of grave events."""
    words = telling.words
    wholes = before.whole_findings(), after.whole_findings()
    for clause in sorted({*wholes[0], *wholes[1]}):
        then, now = (whole.get(clause, "–") for whole in wholes)
        if then != now:
            name = words.gettext("Clause {clause}, as a whole").format(clause=clause)
            yield Change(key="clause", name=name, before=then, after=now)
    periods = [
        {period.period_id: telling.period(period) for period in each.snapshot.periods.values()}
        for each in (before, after)
    ]
    for name in sorted({*periods[0], *periods[1]}):
        then, now = (side.get(name, words.gettext("no such period")) for side in periods)
        if then != now:
            yield Change(key="period", name=words.gettext("Period of dense reports"), before=then, after=now)
    boards = [board_of(each.snapshot, telling) for each in (before, after)]
    none = words.gettext("no grave event")
    then, now = (board.title if board else none for board in boards)
    if then != now:
        yield Change(key="grave", name=words.gettext("Grave events"), before=then, after=now)


_NOT_SHOWN: Final = ("acts", "rejected_by", "reason")


def _mark(coming: Foresight) -> str:
    """Another where anything that differs between the two lists is another: what was looked at is what is entered."""
    digest = hashlib.sha256()
    for table in (coming.left, coming.came, coming.before.rejected, coming.after.rejected):
        kept = table.drop_columns([name for name in _NOT_SHOWN if name in table.column_names])
        rows = sorted(json.dumps(plain(row), sort_keys=True) for row in kept.to_pylist())
        digest.update("\n".join(rows).encode() + b"\x00")
    ids = pa.array(sorted({*_ids(coming.left), *_ids(coming.came)}), pa.string())
    for part in (coming.before, coming.after):
        about = pc.is_in(part.findings["incident_id"], value_set=ids)
        chosen = part.findings.filter(pc.or_(pc.fill_null(about, False), pc.is_null(part.findings["incident_id"])))
        columns = ("incident_id", "stipulation", "outcome", "held", "reason")
        rows = sorted(json.dumps(row, sort_keys=True) for row in chosen.select(columns).to_pylist())
        digest.update("\n".join(rows).encode() + b"\x00")
    return digest.hexdigest()[:20]
