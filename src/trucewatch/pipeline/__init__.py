"""The whole system on one page: read → fuse → check → report. In: a watch folder. Out: lists, reports, what was
refused.

Every step works on what was known at `as_of`; with `recorded_by` the inputs are those that our own journal held then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings import SENTENCES, known_by
from trucewatch.fusion import Setting, kernels_are_compiled
from trucewatch.fusion.fuse import fuse_with_acts
from trucewatch.fusion.periods import periods_among
from trucewatch.messages import Message
from trucewatch.model.agreement_entries import counting_nowhere, mark_of
from trucewatch.model.calibration import Calibrations
from trucewatch.model.claim_record import Claim
from trucewatch.model.claims import party_words
from trucewatch.model.clause_history import WorkOut
from trucewatch.model.duty_task import AccessRefusal
from trucewatch.model.edits import Act, acts_known, standing_acts
from trucewatch.model.let_out import LetOut, ObjectionOut
from trucewatch.model.link_entries import counting_in_no_network
from trucewatch.model.links import Network
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA
from trucewatch.model.recipient_key import RecipientKeys
from trucewatch.model.report import LearntAnew, Publication, RejectedCount, ReportInputs
from trucewatch.model.review import Case as ReviewCase
from trucewatch.model.speakers import centre_sources, speakers_of
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.model.verification import VerificationStep
from trucewatch.model.watch import Watch
from trucewatch.pipeline.calibrations import Rows, learnt_anew_since, make_missing, missing_at, standing_at
from trucewatch.pipeline.clause_inputs import ClauseInputs
from trucewatch.pipeline.current_rows import CurrentRows, carried_on, gathered
from trucewatch.pipeline.current_rows import current_counters as current_counters
from trucewatch.pipeline.entered_rows import entered_rows, rests_on
from trucewatch.pipeline.intake import Intake, standing_batches, take_in, watch_of_today, watch_to_look_at
from trucewatch.pipeline.judged_findings import Outdated, in_force
from trucewatch.pipeline.last_work import LastWork, places_of
from trucewatch.pipeline.list_record import record_work, revision_made
from trucewatch.pipeline.published import published_words
from trucewatch.pipeline.review_effects import cases_at, let_out_known, with_judged, wordings_at
from trucewatch.pipeline.run_steps import Steps as Steps
from trucewatch.pipeline.unknown_claimants import unknown_claimants
from trucewatch.sources import adapter
from trucewatch.store import Store
from trucewatch.store.agreement_records import counting_entries, watch_with_entries
from trucewatch.store.batches import BatchRows, StandingBatch, files_on_record, load_batches, watch_files_recorded_by
from trucewatch.store.claim_records import claim_versions
from trucewatch.store.duty_task_records import access_refusals
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.kept_weights import keep_weights
from trucewatch.store.link_records import link_entries
from trucewatch.store.lists import RecordedList, last_recorded_by, list_made, without_its_list
from trucewatch.store.publications import publications
from trucewatch.store.recipient_codes import make_missing_keys, recipient_keys
from trucewatch.store.verification_records import recorded_steps
from trucewatch.watch import read_watch
from trucewatch.watch.load import usable


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What is known of a watch at `as_of`: current observations, incidents (L2), findings, counters, rows refused.

    rejected_incidents: what analysts rejected by hand, beside the list; acts: all their acts that stand; contributions:
    what each observation added; first (L1) and history: how the incidents stood at first, and what changed since the
    list before. incidents, findings: with what reviews change (`review_effects`); on_record: the two as the list that
    was recorded has them.
    """

    watch: Watch
    as_of: datetime
    observations: pa.Table
    counters: pa.Table
    incidents: pa.Table
    findings: pa.Table
    rejected: pa.Table
    rejected_counts: tuple[RejectedCount, ...]
    warnings: tuple[Message, ...]
    not_yet_known: int
    """How many observations are held that nobody knew at `as_of`."""
    earlier: tuple[Publication, ...]
    learnt_anew: tuple[LearntAnew, ...]
    rejected_incidents: pa.Table
    acts: tuple[Act, ...]
    contributions: pa.Table
    first: pa.Table
    history: pa.Table
    weights: pa.Table
    """What moved each incident (`fusion.weights.WEIGHT_SCHEMA`); in no list, and in no report."""
    checkpoint: str = ""
    list_entry: int = -1
    """The entry of the list; -1 where the journal holds none."""
    is_replay: bool = False
    """Made from what the journal held at a moment: nothing that comes of it is recorded."""
    verification: tuple[VerificationStep, ...] = ()
    """What was asked about incidents, as the journal held it."""
    recipient_keys: RecipientKeys = field(default_factory=dict, repr=False)
    """The keys of recipients' codes, those of today in a replay too."""
    implementation: WorkOut | None = field(default=None, compare=False, repr=False)
    """How parts of clauses stood, from the store that the list is of."""
    reviews: tuple[ReviewCase, ...] = ()
    """What was put to the delegations by `as_of`, and what came of it by then; `outdated`: `outdated_in`."""
    outdated: Mapping[str, Outdated] = field(default_factory=dict)
    wordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False, repr=False)
    """The common texts that all delegations signed (`ReportInputs.wordings`)."""
    let_out: tuple[tuple[LetOut, ...], tuple[ObjectionOut, ...]] = ((), ())
    """What heads let out beside the rules, and what parties object to it in writing (`ReportInputs`)."""
    on_record: tuple[pa.Table, pa.Table] | None = field(default=None, compare=False, repr=False)
    """Incidents and findings before reviews; None where they change nothing."""

    @property
    def recorded_incidents(self) -> pa.Table:
        """The incidents as the list on record has them."""
        return self.incidents if self.on_record is None else self.on_record[0]

    @property
    def recorded_findings(self) -> pa.Table:
        """The findings as the list on record has them: what is put to review, and held against what was put."""
        return self.findings if self.on_record is None else self.on_record[1]

    def report_inputs(self) -> ReportInputs:
        """The same, as reports take it."""
        return ReportInputs(
            watch=self.watch,
            incidents=self.incidents,
            findings=self.findings,
            reason_sentences=SENTENCES,
            counters=self.counters,
            rejected=self.rejected_counts,
            as_of=self.as_of,
            earlier=self.earlier,
            learnt_anew=self.learnt_anew,
            checkpoint=self.checkpoint,
            contributions=self.contributions,
            periods_among=periods_among,
            recipient_keys=self.recipient_keys,
            published=published_words(self.observations, self.watch),
            verification=self.verification,
            implementation=self.implementation,
            reviews=in_force(self.reviews, self.outdated),
            wordings=self.wordings,
            let_out=self.let_out[0],
            objections=self.let_out[1],
        )

    def outcomes(self) -> dict[str, int]:
        """Findings by outcome."""
        counts = Counter(self.findings["outcome"].to_pylist())
        return {
            outcome: counts[outcome]
            for outcome in reversed(("not_applicable", "undetermined", "inconsistent", "consistent"))
        }

    def summary(self) -> dict[str, Any]:
        """The JSON document of `trucewatch run --json`."""
        return {
            "schema": "trucewatch/run/1",
            "watch": self.watch.settings.id,
            "as_of": iso_utc(self.as_of),
            "observations": self.observations.num_rows,
            "simulated": int(pc.sum(self.observations["simulated"]).as_py() or 0),
            "rejected": self.rejected.num_rows,
            "incidents": self.incidents.num_rows,
            "findings": self.outcomes(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What is known of a watch at a moment, before anything is worked out: its readings, every version of every row,
    one row an observation, and the acts that stand."""

    watch: Watch
    as_of: datetime
    batches: list[StandingBatch]
    read: BatchRows
    rows: CurrentRows
    acts: tuple[Act, ...]
    warnings: list[Message]
    files: str
    """The hashes of the watch's files."""
    entered: str = ""
    """What stands of what was entered of the agreement (`model/agreement_entries.mark_of`)."""
    claims: tuple[Claim, ...] = ()
    """Every version of every claim on record."""
    refusals: tuple[AccessRefusal, ...] = ()

    @property
    def rests_on(self) -> str:
        """The same for the same files and the same entries about the agreement."""
        return f"{self.files} {self.entered}" if self.entered else self.files

    @property
    def every(self) -> pa.Table:
        """All versions of all rows."""
        added = entered_rows(self.acts, self.claims, self.refusals)
        return pa.concat_tables([_reconcile(self.read.observations, self.watch), added])

    @property
    def current(self) -> pa.Table:
        """One row an observation."""
        assert self.rows.rows is not None
        return self.rows.rows.table

    def supposing(self, acts: Sequence[Act]) -> Knowledge:
        """The same, if these acts stood."""
        entries, added = [batch.entry for batch in self.batches], entered_rows(acts, self.claims, self.refusals)
        nothing = STORED_OBSERVATION_SCHEMA.empty_table()
        rows = carried_on(self.rows, nothing, entries, self.files, self.as_of, added) or gathered(
            _reconcile(self.read.observations, self.watch), entries, self.files, self.as_of, added
        )
        return replace(self, acts=tuple(acts), rows=rows)

    def to_learn_from(self) -> Rows:
        """The same, as calibrations are learnt from it."""
        return Rows(
            every=self.every,
            rule=self.watch.settings.association,
            setting_at=lambda moment: setting_of(self.watch, moment),
            batches=self.batches,
            acts=[each.entry for each in rests_on(self.acts, self.claims, self.refusals, self.as_of)],
        )


def knowledge_at(
    store: Store,
    folder: Path,
    *,
    now: datetime,
    as_of: datetime | None = None,
    recorded_by: datetime | None = None,
    steps: Steps | None = None,
    intake: Intake | None = None,
    looks_only: bool = False,
) -> Knowledge:
    """Read what is new in the watch, and gather what is known of it; arguments and errors as of `assess`. looks_only:
    nothing is read, entered, written or held for the next."""
    steps = steps or Steps()
    files = None
    if looks_only:
        watch, files = watch_to_look_at(store, folder)
        intake = Intake()
    elif recorded_by:
        watch = usable(
            *read_watch(watch_files_recorded_by(store, recorded_by)), f"the watch as recorded by {recorded_by}"
        )
    else:
        watch = watch_of_today(store, folder)
    entries = counting_entries(store, watch, recorded_by)
    nowhere, watch = counting_nowhere(watch.agreement, entries), watch_with_entries(store, watch, recorded_by)
    last = last_recorded_by(store, recorded_by) if recorded_by and as_of is None else None
    moment = as_utc(as_of or (last.as_of if last else None) or watch.settings.watch_time or recorded_by or now)
    with steps.timed("read") as saw:
        if intake is None:
            intake = Intake() if recorded_by else take_in(store, folder, now=now, advance=steps.advance)
        warnings = list(intake.warnings)
        standing = standing_batches(store, watch, recorded_by)
        batches = sorted(standing.values(), key=lambda batch: batch.entry)
        rows = load_batches(store, batches, keeps=not recorded_by)
        rows = replace(rows, rejected=pa.concat_tables([rows.rejected, intake.refused]))
        acts = standing_acts(acts_known(recorded_acts(store, recorded_by), moment))
        claims = claim_versions(store, recorded_by=recorded_by)
        refusals = access_refusals(store, recorded_by=recorded_by)
        files = files_on_record(store, recorded_by) if files is None else files
        last_rows = None if recorded_by else store.memory.of(CurrentRows)
        added = entered_rows(acts, claims, refusals)
        current = _current_rows(store, watch, rows, batches, files, moment, added, last_rows)
        if not recorded_by and not looks_only:
            store.memory.put(current)
        saw(rows.observations.num_rows + rows.counters.num_rows + rows.rejected.num_rows)
    nowhere += counting_in_no_network(watch.network or Network(), link_entries(store, recorded_by))
    warnings += [*unknown_claimants(current.claimants, watch), *nowhere]
    return Knowledge(
        watch=watch,
        as_of=moment,
        batches=batches,
        read=rows,
        rows=current,
        acts=acts,
        warnings=warnings,
        files=files,
        entered=mark_of(entries),
        claims=claims,
        refusals=refusals,
    )


def _current_rows(
    store: Store,
    watch: Watch,
    rows: BatchRows,
    batches: Sequence[StandingBatch],
    files: str,
    moment: datetime,
    added: pa.Table,
    last: CurrentRows | None,
) -> CurrentRows:
    """The current rows, from those of the last time where there are any and that is possible."""
    entries, current = [batch.entry for batch in batches], None
    then = frozenset(last.entries) if last is not None else frozenset()
    if last is not None and then.issubset(entries):
        newer = [batch for batch in batches if batch.entry not in then]
        if not any(reconciles(watch, batch.source) for batch in newer):
            new = load_batches(store, newer, keeps=False).observations
            current = carried_on(last, new, entries, files, moment, added)
    return current or gathered(_reconcile(rows.observations, watch), entries, files, moment, added)


def fuse_knowledge(knowledge: Knowledge, calibrations: Calibrations, last: LastWork | None = None) -> LastWork:
    """What is known, worked out with these calibrations: which reports are one event, where and when it was, and how
    sure. last: what of it was worked out before; what comes out does not depend on it."""
    watch, acts, rows = knowledge.watch, knowledge.acts, knowledge.rows
    assert rows.rows is not None
    last = (last or LastWork()).under(knowledge.rests_on, watch)
    goes_on = last.fused is not None and last.fused.stands.rows is rows.before
    fused = fuse_with_acts(
        rows.rows,
        rule=watch.settings.association,
        setting=replace(setting_of(watch, knowledge.as_of), calibrations=calibrations),
        acts=acts,
        contributions=True,
        last=last.fused,
        moves=rows.moves if goes_on else None,
    )
    listing = last.list_incidents(fused, acts, watch, rows.rows)
    return LastWork(knowledge.rests_on, fused, listing, places=places_of(watch))


def check_work(work: LastWork, knowledge: Knowledge, last: LastWork) -> pa.Table:
    """Hold what was worked out against the agreement; the counters that it was held against. last: as of
    `fuse_knowledge`."""
    assert work.listing is not None
    watch, moment = knowledge.watch, knowledge.as_of
    counted = current_counters(knowledge.read.counters, moment)
    work.checked = last.under(knowledge.rests_on, watch).check(work.listing, counted, watch, moment)
    work.known_count = known_by(watch, moment)
    return counted


def learn_missing(store: Store, knowledge: Knowledge, steps: Steps) -> None:
    """Make the calibrations that a run at this moment has to have and finds none of; most runs find all of them."""
    missing = missing_at(store, lambda: knowledge.every, knowledge.current, knowledge.as_of)
    if missing:
        with steps.timed("learn") as saw:
            advance = partial(steps.advance, "learn")
            saw(make_missing(store, knowledge.to_learn_from(), missing, advance))


def assess(
    store: Store,
    folder: Path,
    *,
    now: datetime,
    as_of: datetime | None = None,
    recorded_by: datetime | None = None,
    steps: Steps | None = None,
    intake: Intake | None = None,
) -> Assessment:
    """Read what is new in the watch, fuse it and hold it against the agreement; the list that comes out is recorded.

    as_of: what was known by then; the watch's own clock (or `now`) without it. recorded_by: nothing is read, learnt or
    recorded; the watch's files, batches and calibrations are those of the journal at that moment, and without as_of its
    cut-off is that of the last list made by then. intake: what was read already; nothing is read then. Raises
    WatchError, StoreError.
    """
    steps = steps or Steps()
    knowledge = knowledge_at(store, folder, now=now, as_of=as_of, recorded_by=recorded_by, steps=steps, intake=intake)
    watch, moment, acts = knowledge.watch, knowledge.as_of, knowledge.acts
    if not kernels_are_compiled(watch.settings.association.rule):
        steps.advance("compile", 0, 1)
    if not recorded_by:
        learn_missing(store, knowledge, steps)
    with steps.timed("fuse") as saw:
        standing = standing_at(store, moment, recorded_by)
        last = store.memory.of(LastWork)
        work = fuse_knowledge(knowledge, standing.calibrations, last)
        assert work.fused is not None
        assert work.listing is not None
        listing = work.listing
        saw(knowledge.current.num_rows)
    with steps.timed("check") as saw:
        counted = check_work(work, knowledge, last)
        assert work.checked is not None
        incidents, findings = listing.listed.table, work.checked.table
        saw(findings.num_rows)
    checkpoint, of_keys = "", list[Message]()
    if recorded_by:
        made_then = list_made(store, moment, recorded_by)
        if made_then is not None and made_then.pruning >= 0:
            knowledge.warnings.append(without_its_list(store, made_then))
            made_then = None
        entry, (first, history) = made_then.entry if made_then else -1, revision_made(store, made_then)
    else:
        first, history = record_work(
            store,
            work,
            last.under(knowledge.rests_on, watch),
            knowledge.batches,
            rests_on(acts, knowledge.claims, knowledge.refusals, moment),
            moment,
            standing.hashes,
            partial(_made_again, store, folder, now),
        )
        entry = work.entry
        fused, since = work.fused, -1 if work.fused.begun else last.entry
        keep_weights(store, fused.weights, entry, since=since, gone=fused.weights_gone, fresh=fused.weights_fresh)
        store.memory.put(work)
        of_keys = make_missing_keys(store, watch.settings.recipient, watch.agreement)
        store.publish()
        checkpoint = store.first_checkpoint_covering(entry).decode()
    earlier = publications(store, recorded_by)
    reviews = cases_at(store, watch, moment, recorded_by)
    told = with_judged(incidents, findings, reviews, watch, as_of=moment, counters=counted, store=store)
    return Assessment(
        watch=watch,
        as_of=moment,
        observations=knowledge.current,
        counters=counted,
        incidents=told.incidents,
        findings=told.findings,
        rejected=knowledge.read.rejected,
        rejected_counts=knowledge.read.rejected_counts,
        warnings=(*knowledge.warnings, *listing.warnings, *of_keys),
        not_yet_known=knowledge.rows.unknown,
        earlier=earlier,
        learnt_anew=learnt_anew_since(store, earlier, recorded_by),
        rejected_incidents=listing.rejected,
        acts=acts,
        contributions=work.fused.contributions,
        first=first,
        history=history,
        weights=work.fused.weights,
        is_replay=recorded_by is not None,
        checkpoint=checkpoint,
        list_entry=entry,
        verification=recorded_steps(store, recorded_by),
        recipient_keys=recipient_keys(store),
        implementation=ClauseInputs(store, folder, now, moment, recorded_by, watch, knowledge.current, counted),
        reviews=reviews,
        outdated=told.outdated,
        wordings=wordings_at(store, reviews, recorded_by),
        let_out=let_out_known(store, watch, moment, recorded_by),
        on_record=None if told.findings is findings and told.incidents is incidents else (incidents, findings),
    )


def _made_again(store: Store, folder: Path, now: datetime, recorded: RecordedList) -> dict[str, pa.Table]:
    """The incidents of a list that was recorded, and those rejected, worked out again."""
    then = assess(store, folder, now=now, as_of=recorded.as_of, recorded_by=recorded.recorded_at)
    return {"incidents": then.recorded_incidents, "rejected": then.rejected_incidents}


def setting_of(watch: Watch, as_of: datetime) -> Setting:
    """What bears on the watch's incidents beside the observations, as far as it was known."""
    return Setting(
        parties=party_words(watch.agreement),
        sensors=watch.sensors,
        zone=watch.zone,
        notices=tuple(notice for notice in watch.notices if notice.known_at <= as_of),
        speakers=speakers_of(watch),
        centre_sources=centre_sources(watch),
    )


def reconciles(watch: Watch, source_id: str) -> bool:
    """Whether what a source delivers may link rows that are there already."""
    source = next(source for source in watch.settings.source if source.id == source_id)
    return not adapter(source.adapter).rows_stand_alone


def _reconcile(observations: pa.Table, watch: Watch) -> pa.Table:
    """Lets each adapter that has to link the versions of its own rows."""
    by_adapter: dict[str, list[str]] = {}
    for source in watch.settings.source:
        if not adapter(source.adapter).rows_stand_alone:
            by_adapter.setdefault(source.adapter, []).append(source.id)
    every = pa.array([source for sources in by_adapter.values() for source in sources], pa.string())
    alone = (
        observations.filter(pc.invert(pc.is_in(observations["source"], value_set=every)))
        if by_adapter
        else observations
    )
    parts = [
        adapter(name).reconcile(observations.filter(pc.is_in(observations["source"], value_set=pa.array(sources))))
        for name, sources in by_adapter.items()
    ]
    return pa.concat_tables([STORED_OBSERVATION_SCHEMA.empty_table(), alone, *parts])
