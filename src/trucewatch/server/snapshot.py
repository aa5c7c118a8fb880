"""One list of incidents as columns: what the pages filter, count and draw, whole and frozen.

Rows stand newest first. A snapshot is replaced, never changed, so that every request sees one state of the watch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.periods import periods_of
from trucewatch.geo.place_text import folded
from trucewatch.messages import Message
from trucewatch.model.edits import Act
from trucewatch.model.incident import CHI2_95, Finding, Incident, finding_rows, incident_rows, is_message
from trucewatch.model.naming import CONSOLE, called
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.outcomes import HELD, OUTCOMES, held_word
from trucewatch.model.period import Period
from trucewatch.model.review import Case
from trucewatch.model.short_codes import Numbers, codes_of, grouped, numbers_of, rows_with, typed_digits
from trucewatch.model.standing import KIND_ALONE, Standing, is_established, reporters
from trucewatch.model.times import iso_utc
from trucewatch.model.verification import with_access_refused
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.kept_weights import kept_weights
from trucewatch.store.lists import RecordedList, last_list

if TYPE_CHECKING:
    from trucewatch.pipeline import Assessment
    from trucewatch.pipeline.judged_findings import Outdated

NOT_SAID: Final = OUTCOMES.index("undetermined")
_OF_EVERY_PAGE: Final = (
    *("version", "row_of", "start_s", "end_s", "kind", "outcome", "held_back", "grave", "simulated"),
    *("means", "zones", "periods", "clauses", "finding_held", "grave_established"),
)
_NOT_CHECKED: Final = HELD.index("not_checked")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A list with its findings. `assessment` is there once it was worked out in this process."""

    watch: Watch
    as_of: datetime
    made_at: datetime
    incidents: pa.Table
    """Newest first."""
    findings: pa.Table
    others: Callable[[str], Any] = field(repr=False)
    """The list's other tables by name; read when a page first asks for one, since most pages never do."""
    about: Callable[[str, str], pa.Table] | None = field(default=None, repr=False)
    """The rows of one of these tables about an incident, of a list on record: few others are read for them."""
    some_first: Callable[[Collection[str]], pa.Table | None] | None = field(default=None, repr=False)
    """`RecordedList.some_first`, of a list on record."""
    acts: tuple[Act, ...] = ()
    warnings: tuple[Message, ...] = ()
    assessment: Assessment | None = field(default=None, repr=False)
    reviews: tuple[Case, ...] = field(default=(), repr=False)
    """What was put to the delegations by its moment, and what came of it."""
    outdated: Mapping[str, Outdated] = field(default_factory=dict, repr=False)
    """Of these what holds of nothing on the list any more as it was put, with why."""
    is_replay: bool = False
    refused: frozenset[str] = frozenset()
    """Observations of incidents of which access was refused (`model/verification.py`)."""

    @cached_property
    def version(self) -> str:
        """Changes whenever anything that is shown of the incidents or said of the agreement does; a list on record and
        the same one worked out anew have the same."""
        digest = hashlib.sha256(" ".join((iso_utc(self.as_of), *sorted(self.refused))).encode())
        digest.update(repr(self.watch.agreement).encode("utf-8", "surrogatepass"))
        # On record findings stand by their incidents' months, worked out in the order of the clauses.
        for table in (self.incidents, self.findings.sort_by("finding_id")):
            digest.update(_written(table))
        return digest.hexdigest()[:16]

    @cached_property
    def first(self) -> pa.Table:
        """L1: the incidents as they stood first."""
        return self.others("first")

    @cached_property
    def history(self) -> pa.Table:
        return self.others("history")

    @cached_property
    def rejected(self) -> pa.Table:
        return self.others("rejected")

    @cached_property
    def contributions(self) -> pa.Table:
        return self.others("contributions")

    @cached_property
    def weights(self) -> pa.Table | None:
        """What moved each incident; None where that is not kept."""
        return self.others("weights")

    @property
    def is_past(self) -> bool:
        """Whether the watch runs on a clock of its own."""
        return self.watch.settings.watch_time is not None or self.is_replay

    @cached_property
    def last_known(self) -> datetime | None:
        """When the latest of the records became known."""
        latest = pc.max(self.incidents["last_known_at"]).as_py()
        return latest if isinstance(latest, datetime) else None

    @property
    def rows(self) -> int:
        return int(self.incidents.num_rows)

    @cached_property
    def ids(self) -> list[str]:
        return [str(incident_id) for incident_id in self.incidents["incident_id"].to_pylist()]

    @cached_property
    def codes(self) -> list[str]:
        """What pages and addresses call each: `482-917`."""
        return codes_of(self.ids)

    @cached_property
    def _code_numbers(self) -> Numbers:
        return numbers_of(self.ids)

    @cached_property
    def rejected_codes(self) -> Mapping[str, str]:
        """The code of each incident that was rejected by hand, by its id."""
        ids = self.rejected["incident_id"].to_pylist()
        return dict(zip(ids, codes_of(ids, beside=self.ids), strict=True))

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Row by whole id and by code."""
        return {name: row for row, name in enumerate(self.ids)} | {name: row for row, name in enumerate(self.codes)}

    def rows_called(self, text: str) -> list[int]:
        """The rows whose id begins so, or whose code does, in whatever form it was typed."""
        if text in self.row_of:
            return [self.row_of[text]]
        word = text.strip().casefold()
        rows = [row for row, incident_id in enumerate(self.ids) if len(word) > 3 and incident_id.startswith(word)]
        if rows or not (digits := typed_digits(text)):
            return rows
        row = self.row_of.get(grouped(digits))
        return rows_with(self._code_numbers, digits) if row is None else [row]

    def row_beginning(self, text: str) -> int | None:
        """The row that is called so; None for none and for several."""
        rows = self.rows_called(text)
        return rows[0] if len(rows) == 1 else None

    def prepare(self) -> None:
        """Work out what every page needs, so that nobody who opens the first one waits for it."""
        for name in _OF_EVERY_PAGE:
            getattr(self, name)

    # Columns

    @cached_property
    def start_s(self) -> Ints:
        """When each began, seconds since 1970."""
        return _seconds(self.incidents["occurred_start"])

    @cached_property
    def end_s(self) -> Ints:
        return _seconds(self.incidents["occurred_end"])

    @cached_property
    def lon(self) -> Floats:
        """Degrees, NaN where no place is known."""
        return _floats(self.incidents["lon"])

    @cached_property
    def lat(self) -> Floats:
        return _floats(self.incidents["lat"])

    @cached_property
    def major_m(self) -> Floats:
        """The larger half-axis of the 95 % ellipse, metres."""
        return _floats(self.incidents["semi_major_m"]) * float(np.sqrt(CHI2_95))

    @cached_property
    def minor_m(self) -> Floats:
        return _floats(self.incidents["semi_minor_m"]) * float(np.sqrt(CHI2_95))

    @cached_property
    def azimuth_deg(self) -> Floats:
        return _floats(self.incidents["major_azimuth_deg"])

    @cached_property
    def kind(self) -> Ints:
        """Index into KINDS; of an unknown word, that of "other"."""
        return _coded(self.incidents["kind"], KINDS, KINDS.index("other"))

    @cached_property
    def outcome(self) -> Ints:
        """The worst outcome of each one's findings, an index into OUTCOMES; not applicable without a finding."""
        worst = np.full(self.rows, len(OUTCOMES) - 1, dtype=np.int64)
        listed = self.finding_incident >= 0
        np.minimum.at(worst, self.finding_incident[listed], self.finding_outcome[listed])
        return worst

    @cached_property
    def held_back(self) -> Ints:
        """Why the worst outcome of each one's findings is held back, an index into HELD, the first of their words; -1
        where nothing is."""
        first = np.full(self.rows, len(HELD), dtype=np.int64)
        listed = (self.finding_incident >= 0) & (self.finding_held >= 0)
        np.minimum.at(first, self.finding_incident[listed], self.finding_held[listed])
        first[first == len(HELD)] = HELD.index("cannot_be_told")
        return np.where(self.outcome == NOT_SAID, first, -1)

    @cached_property
    def grave(self) -> Bools:
        """Which incidents are grave, as far as anybody says so."""
        return np.asarray(pc.greater(pc.list_value_length(self.incidents["grave"]), 0).combine_chunks(), dtype=np.bool_)

    @cached_property
    def grave_established(self) -> Bools:
        """Which of the grave incidents are established. Of the whole list at once, since every page counts them."""
        rows = np.flatnonzero(self.grave)
        established = np.zeros(self.rows, dtype=np.bool_)
        pairs = zip(self.standings(rows), self.incidents_at(rows), strict=True)
        established[rows] = [is_established(standing, incident) for standing, incident in pairs]
        return established

    @cached_property
    def _kind_alone(self) -> frozenset[int]:
        """The rows of which one side alone says of what kind they were."""
        return frozenset(self.finding_incident[np.asarray(pc.equal(self.findings["reason"], KIND_ALONE))].tolist())

    def standings(self, rows: Ints) -> list[Standing]:
        """How some incidents stand, in this order, with whose report each rests on. For the few that a page shows."""
        wanted = np.asarray(rows, dtype=np.int64)
        unchecked = wanted[self.held_back[wanted] == _NOT_CHECKED]
        places = np.flatnonzero((self.finding_held == _NOT_CHECKED) & np.isin(self.finding_incident, unchecked))
        who: dict[int, dict[str, None]] = {}
        texts = self.findings["facts"].take(pa.array(places, pa.int64())).to_pylist()
        for row, text in zip(self.finding_incident[places].tolist(), texts, strict=True):
            who.setdefault(row, {}).update(dict.fromkeys(reporters(json.loads(text))))
        return [
            Standing(
                OUTCOMES[int(self.outcome[row])],
                HELD[int(self.held_back[row])] if self.held_back[row] >= 0 else "",
                tuple(who.get(row, ())),
                kind_alone=row in self._kind_alone,
            )
            for row in wanted.tolist()
        ]

    @cached_property
    def simulated(self) -> Bools:
        return np.asarray(self.incidents["simulated"].combine_chunks(), dtype=np.bool_)

    @cached_property
    def means(self) -> Mapping[str, Bools]:
        """Which incidents each means contributed to."""
        return _membership(self.incidents["means"], self.rows, order=MEANS)

    @cached_property
    def zones(self) -> Mapping[str, Bools]:
        """Which incidents lie in each zone or at its edge."""
        inside = _membership(self.incidents["zones"], self.rows)
        edge = _membership(self.incidents["zones_at_edge"], self.rows)
        nothing = np.zeros(self.rows, dtype=np.bool_)
        return {zone: inside.get(zone, nothing) | edge.get(zone, nothing) for zone in sorted({*inside, *edge})}

    @cached_property
    def periods(self) -> Mapping[str, Period]:
        """The periods of dense reports by id, the newest first; none in lists that were made before there were any."""
        return {period.period_id: period for period in reversed(periods_of(self.incidents))}

    @cached_property
    def folded_words(self) -> pa.Array:
        """The sources' words of each incident, as they are searched."""
        return pa.array([folded(text) for text in self.incidents["text"].to_pylist()], pa.string())

    @cached_property
    def period(self) -> npt.NDArray[np.object_]:
        """The id of each one's period, empty for none."""
        return np.asarray(self.incidents["period"].to_pylist(), dtype=np.object_)

    # Records

    def incident(self, row: int) -> Incident:
        return incident_rows(self.incidents.slice(row, 1))[0]

    def incidents_at(self, rows: Ints) -> list[Incident]:
        """The records of some rows, in this order."""
        return incident_rows(self.incidents.take(pa.array(rows, pa.int64())))

    @cached_property
    def finding_incident(self) -> Ints:
        """The row of each finding's incident; -1 for those of deadlines and of incidents that are not listed."""
        rows = pc.index_in(self.findings["incident_id"], value_set=pa.array(self.ids, pa.string()))
        return np.asarray(pc.fill_null(rows, -1).combine_chunks(), dtype=np.int64)

    @cached_property
    def finding_outcome(self) -> Ints:
        """Each finding's outcome, an index into OUTCOMES."""
        return _coded(self.findings["outcome"], OUTCOMES, len(OUTCOMES) - 1)

    @cached_property
    def _inside(self) -> pa.Table:
        """The findings as the centre's own pages tell them."""
        return with_access_refused(self.findings, self.incidents, self.refused)

    @cached_property
    def finding_held(self) -> Ints:
        """Why each finding's outcome is held back, an index into HELD; -1 where it is said, and where none applies. In
        lists of earlier versions by its reason."""
        codes = _coded(self._inside["held"], HELD, -1)
        unnamed = (codes < 0) & (self.finding_outcome == NOT_SAID)
        if unnamed.any():
            reasons = self.findings["reason"].filter(pa.array(unnamed)).to_pylist()
            codes[unnamed] = [HELD.index(held_word("undetermined", reason)) for reason in reasons]
        return codes

    @cached_property
    def is_message(self) -> Bools:
        """Which entries rest on messages alone of which nobody said what they tell of."""
        sources = self.watch.message_sources
        if not sources:
            return np.zeros(self.rows, dtype=np.bool_)
        columns = (self.incidents[name].to_pylist() for name in ("kind", "sources", "lon"))
        return np.array(
            [is_message(kind, of, lon, sources) for kind, of, lon in zip(*columns, strict=True)], dtype=np.bool_
        )

    @cached_property
    def clauses(self) -> Mapping[str, Ints]:
        """Stipulation → the places of its findings in the table, those of incidents by outcome, then newest first."""
        coded = self.findings["stipulation"].combine_chunks().dictionary_encode()
        codes = np.asarray(coded.indices, dtype=np.int64)
        order = np.lexsort((self.finding_incident, self.finding_outcome))
        return {str(name): order[codes[order] == code] for code, name in enumerate(coded.dictionary.to_pylist())}

    def findings_at(self, places: Ints) -> list[Finding]:
        """The findings at some places of the table, in this order."""
        return finding_rows(self._inside.take(pa.array(places, pa.int64())))

    def findings_of(self, row: int) -> list[Finding]:
        """The findings of one incident, the worst first."""
        findings = self.findings_at(np.flatnonzero(self.finding_incident == row))
        return sorted(findings, key=lambda finding: (OUTCOMES.index(finding.outcome), finding.stipulation))


def snapshot_of(assessment: Assessment, made_at: datetime) -> Snapshot:
    """A snapshot of what was just worked out."""
    others = {
        "first": assessment.first,
        "history": assessment.history,
        "rejected": assessment.rejected_incidents,
        "contributions": assessment.contributions,
        "weights": assessment.weights,
    }
    return Snapshot(
        watch=called(assessment.watch, CONSOLE, assessment.as_of),
        as_of=assessment.as_of,
        made_at=made_at,
        incidents=_newest_first(assessment.incidents),
        findings=assessment.findings,
        others=others.__getitem__,
        acts=assessment.acts,
        warnings=assessment.warnings,
        assessment=assessment,
        reviews=assessment.reviews,
        outdated=assessment.outdated,
        is_replay=assessment.is_replay,
    )


def snapshot_recorded(store: Store, watch: Watch, recorded: RecordedList) -> Snapshot:
    """The last list as it is on record, with what reviews change: shown at once, before anything is worked out anew."""
    from trucewatch.pipeline.review_effects import cases_at, with_judged

    reviews = cases_at(store, watch, recorded.as_of)
    tables = recorded.table(store, "incidents"), recorded.table(store, "findings")
    told = with_judged(*tables, reviews, watch, as_of=recorded.as_of)
    return Snapshot(
        watch=called(watch, CONSOLE, recorded.as_of),
        as_of=recorded.as_of,
        made_at=recorded.recorded_at,
        incidents=_newest_first(told.incidents),
        findings=told.findings,
        others=_tables_of(store, recorded),
        about=_rows_about(store, recorded),
        some_first=_some_first(store, recorded),
        reviews=reviews,
        outdated=told.outdated,
    )


def lightened(snapshot: Snapshot, store: Store) -> Snapshot:
    """The same list without what only reports and single incidents need, which is read from the record if it is asked
    for.

    For the time while the next list is worked out, so that two whole ones never stand in memory.
    """
    recorded = last_list(store)
    if (
        snapshot.assessment is None
        or snapshot.is_replay
        or recorded is None
        or recorded.entry != snapshot.assessment.list_entry
    ):
        return snapshot
    light = replace(
        snapshot,
        assessment=None,
        others=_tables_of(store, recorded),
        about=_rows_about(store, recorded),
        some_first=_some_first(store, recorded),
    )
    heavy = {"first", "history", "rejected", "contributions", "weights"}
    cached = {name for name, attribute in vars(Snapshot).items() if isinstance(attribute, cached_property)} - heavy
    vars(light).update({name: value for name, value in vars(snapshot).items() if name in cached})
    return light


def _tables_of(store: Store, recorded: RecordedList) -> Callable[[str], Any]:
    """A list's tables as they are on record, and what is kept beside it."""
    return lambda name: kept_weights(store, recorded.entry) if name == "weights" else recorded.table(store, name)


def _rows_about(store: Store, recorded: RecordedList) -> Callable[[str, str], pa.Table]:
    return lambda name, incident_id: recorded.rows_of(store, name, [incident_id])


def _some_first(store: Store, recorded: RecordedList) -> Callable[[Collection[str]], pa.Table | None]:
    return lambda ids: recorded.some_first(store, ids)


def _newest_first(incidents: pa.Table) -> pa.Table:
    return incidents.sort_by([("occurred_start", "descending"), ("incident_id", "ascending")]).combine_chunks()


def _seconds(column: Any) -> Ints:
    return np.asarray(column.cast(pa.timestamp("us")).cast(pa.int64()).combine_chunks(), dtype=np.int64) // 1_000_000


def _floats(column: Any) -> Floats:
    return np.asarray(pc.fill_null(column, float("nan")).combine_chunks(), dtype=np.float64)


def _coded(column: Any, words: tuple[str, ...], otherwise: int) -> Ints:
    codes = pc.fill_null(pc.index_in(column, value_set=pa.array(words)), otherwise)
    return np.array(codes.combine_chunks(), dtype=np.int64)


def _membership(column: Any, rows: int, order: tuple[str, ...] = ()) -> dict[str, Bools]:
    """Word → which rows' lists hold it."""
    whole = column.combine_chunks()
    parents = np.asarray(pc.list_parent_indices(whole), dtype=np.int64)
    words = pc.list_flatten(whole).dictionary_encode()
    codes = np.asarray(words.indices, dtype=np.int64)
    rows_of = {}
    for code, word in enumerate(words.dictionary.to_pylist()):
        holds = np.zeros(rows, dtype=np.bool_)
        holds[parents[codes == code]] = True
        rows_of[str(word)] = holds
    return {word: rows_of[word] for word in order if word in rows_of} if order else rows_of


def _written(table: pa.Table) -> pa.Buffer:
    """A table as one stream of one batch: the same values give the same bytes, however they lie in memory."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema.remove_metadata()) as stream:
        stream.write_table(table.combine_chunks().replace_schema_metadata(None))
    return sink.getvalue()
