"""Observations of one event → one incident: place with ellipse, time and count intervals, whose claims it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.associate import BLAST_AND_FIRE, associate_observations
from trucewatch.fusion.classify import class_table, classify_events, learnt_priors
from trucewatch.fusion.contributions import AT_ONCE, Arrivals, arrivals_of, contribution_table
from trucewatch.fusion.existence import Evidence, weigh_happening
from trucewatch.fusion.heat_signs import read_heat_signs
from trucewatch.fusion.incident_row import READ, incident_of
from trucewatch.fusion.likelihood import LikelihoodRule, associate_by_likelihood
from trucewatch.fusion.locate import locate_events
from trucewatch.fusion.manual_edits import pin_labels, pinned_rows, shape_incidents
from trucewatch.fusion.measurements import Reports, codes_of, prepare_reports, tells_of_fire
from trucewatch.fusion.people_reported import READ as READ_OF_PEOPLE
from trucewatch.fusion.people_reported import PeopleStated
from trucewatch.fusion.reassign_outliers import give_strays, sizes_of, without_vague_places
from trucewatch.fusion.set_right import Corrections
from trucewatch.fusion.setting import Groups, Setting
from trucewatch.fusion.storm_signs import weigh_storms
from trucewatch.fusion.unchanged import EventInputs, EventRows, companions, taken_from
from trucewatch.fusion.verification_level import rungs_of, where_and_when
from trucewatch.fusion.voices import settle_voices, with_registered_devices
from trucewatch.fusion.weights import learnt_of_lone, weights_of
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.model.edits import Act
from trucewatch.model.incident import CONTRIBUTION_SCHEMA, INCIDENT_SCHEMA
from trucewatch.model.observation import ASPECTS, KINDS
from trucewatch.model.watch import AssociationRule

Labels = Ints

_LEAST_CLASS = 0.02
"""Classes less probable than this are not named."""


@dataclass(frozen=True, slots=True)
class Fused:
    """Incidents (INCIDENT_SCHEMA, zones still empty), sorted by start and id, and what each observation added to its
    own.

    contributions: CONTRIBUTION_SCHEMA; empty where nobody asked for them. weights: what moved each (WEIGHT_SCHEMA).
    """

    incidents: pa.Table
    contributions: pa.Table
    weights: pa.Table
    events: EventRows
    """The rows before acts shaped them, for the next list."""
    is_as_before: pa.Array
    """Of each incident whether its row is that of `last`."""


def fuse_observations(
    observations: pa.Table, *, rule: AssociationRule, setting: Setting | None = None, acts: Sequence[Act] = ()
) -> pa.Table:
    """One row an incident (INCIDENT_SCHEMA, zones still empty), sorted by start and id.

    observations: one current row each, as `current_observations` gives them. Members, places and ids are functions of
    the set of observations, and of the acts by hand that stand.
    """
    return fuse_with_acts(observations, rule=rule, setting=setting or Setting(), acts=acts).incidents


def fuse_with_acts(
    observations: pa.Table,
    *,
    rule: AssociationRule,
    setting: Setting,
    acts: Sequence[Act],
    contributions: bool = False,
    last: Fused | None = None,
) -> Fused:
    """The same, and with `contributions` what each observation added.

    last: another list; rows of events that are made of the same are taken from it. What comes out does not depend on
    it.
    """
    observations = with_registered_devices(observations.sort_by("observation_id"), setting.speakers)
    observations = setting.corrections.on_time(observations, setting.speakers)
    reports = prepare_reports(observations, setting.reach_m, setting.speakers, setting.corrections)
    labels = label_observations(observations, rule, setting)
    # Strays are a part of the likelihood rule (step 5 in docs/incidents.md); the cylinder has none.
    settled, located_m = labels, np.full(len(labels), np.inf)
    if rule.rule == "likelihood":
        settled, located_m = _settle_strays(observations, reports, labels, setting)
    strays = settled != labels
    # What was put together by hand is not a stray of anything, or it would draw its event's company along.
    labels = pin_labels(np.where(pinned_rows(observations, acts), labels, settled), observations, acts)
    reports = without_vague_places(reports, labels, strays, located_m)
    return _fuse(observations, reports, labels, setting, acts, strays=strays, contributions=contributions, last=last)


def fuse_labelled(observations: pa.Table, labels: Labels, setting: Setting) -> pa.Table:
    """The incidents of rows that are labelled already; rows in the order of their ids."""
    observations = with_registered_devices(observations, setting.speakers)
    observations = setting.corrections.on_time(observations, setting.speakers)
    reports = prepare_reports(observations, setting.reach_m, setting.speakers, setting.corrections)
    none = np.zeros(len(labels), dtype=np.bool_)
    return _fuse(observations, reports, labels, setting, (), strays=none, contributions=False).incidents


def _settle_strays(observations: pa.Table, reports: Reports, labels: Labels, setting: Setting) -> tuple[Labels, Floats]:
    """The labels with each stray report given to its event, and how well the event was located that each report was of
    before."""
    groups = Groups.of(labels)
    reports = settle_voices(reports, groups.order, groups.bounds)
    places, _ = locate_events(reports, groups.order, groups.bounds)
    evidence = weigh_happening(
        observations,
        reports,
        groups.order,
        groups.bounds,
        places,
        setting.sensors,
        notices=setting.notices,
        calibrations=setting.calibrations,
    )
    settled = give_strays(labels, reports, groups.order, groups.bounds, evidence)
    return settled, sizes_of(places, groups.order, groups.bounds)


def _fuse(
    observations: pa.Table,
    reports: Reports,
    labels: Labels,
    setting: Setting,
    acts: Sequence[Act],
    *,
    strays: Mask,
    contributions: bool,
    last: Fused | None = None,
) -> Fused:
    groups = Groups.of(labels)
    reports = settle_voices(reports, groups.order, groups.bounds)
    arrivals = None
    if contributions:
        known = observations["known_at"].cast(pa.int64()).to_numpy(zero_copy_only=False)
        arrivals = arrivals_of(groups.order, groups.bounds, reports.k["voice"], known)
    judged, states = _judge_arrivals(observations, reports, groups, setting, arrivals, strays)
    before = last.events if last is not None else None
    events = _rows_of_events(observations, reports, groups, judged, setting, strays, acts, before)
    ids = events.rows["incident_id"].to_pylist()
    incidents = _shaped(events, acts)
    is_as_before = (events.numbers >= 0) & ~events.shaped
    if before is not None:
        is_as_before[is_as_before] &= ~before.shaped[events.numbers[is_as_before]]
    added = CONTRIBUTION_SCHEMA.empty_table()
    if arrivals is not None:
        added = contribution_table(
            arrivals,
            observations,
            incident_ids=ids,
            places=states.places,
            happened=states.happened,
            classes=states.classes,
            tells=judged.tells,
        )
    by_start = pc.sort_indices(incidents, sort_keys=[("occurred_start", "ascending"), ("incident_id", "ascending")])
    order, bounds = groups.order, groups.bounds
    weights = weights_of(reports, order, bounds, judged.places, judged.evidence, judged.weighed, ids)
    as_before = pa.array(is_as_before).take(by_start)
    return Fused(incidents.take(by_start).combine_chunks(), added, weights, events, as_before)


@dataclass(frozen=True, slots=True)
class _States:
    """What is believed of every event and, after them, of each of its earlier states."""

    places: Floats
    happened: Floats
    classes: Floats


def _judge_arrivals(
    observations: pa.Table,
    reports: Reports,
    groups: Groups,
    setting: Setting,
    arrivals: Arrivals | None,
    strays: Mask,
) -> tuple[Judged, _States]:
    """Every event, and its earlier states: these in the same pass but outside the books, a part of them at once."""
    count = len(groups)
    parts = [(groups.order[:0], np.zeros(1, dtype=np.intp), np.zeros(0, dtype=np.int64))]
    if arrivals is not None:
        parts = list(arrivals.parts(AT_ONCE))
    passes = []
    for order, bounds, of_event in parts:
        every = Groups(np.r_[groups.order, order], np.r_[groups.bounds, len(groups.order) + bounds[1:]])
        itself = np.r_[np.arange(count), of_event]
        passes.append(judge_groups(observations, reports, every, setting, counted=count, itself=itself, strays=strays))
    first, rest = passes[0], passes[1:]
    states = _States(
        np.concatenate([first.places, *(each.places[count:] for each in rest)]),
        np.concatenate([first.happened, *(each.happened[count:] for each in rest)]),
        np.concatenate([first.classes, *(each.classes[count:] for each in rest)]),
    )
    return first, states


def _rows_of_events(
    observations: pa.Table,
    reports: Reports,
    groups: Groups,
    judged: Judged,
    setting: Setting,
    strays: Mask,
    acts: Sequence[Act],
    last: EventRows | None,
) -> EventRows:
    """The row of every event, taken from another list where it is made of the same."""
    names = dict.fromkeys((*READ, *READ_OF_PEOPLE))
    numbers, words = judged.figures(len(groups))
    inputs = EventInputs(
        reports=observations.select(list(names)),
        marks=np.column_stack((strays, companions(groups, reports.k["voice"]))),
        groups=groups,
        judged=numbers,
        words=words,
        setting=setting,
    )
    before = np.full(len(groups), -1, dtype=np.int64) if last is None else inputs.numbers_in(last.inputs)
    blocks = _incidents(inputs, judged, strays, reports.k["voice"], np.flatnonzero(before < 0))
    fresh_rows = pa.concat_tables(
        [INCIDENT_SCHEMA.empty_table(), *(pa.Table.from_pylist(block, schema=INCIDENT_SCHEMA) for block in blocks)]
    )
    rows = fresh_rows.combine_chunks() if last is None else taken_from(last.rows, before, fresh_rows)
    # Acts shape events that hold an observation which they name.
    shaped = np.zeros(len(groups), dtype=np.bool_)
    named = pa.array(sorted(frozenset().union(*(act.named for act in acts))), pa.string())
    shaped[inputs.event_of[pc.is_in(observations["observation_id"], value_set=named).to_numpy()]] = True
    return EventRows(inputs, rows, before, shaped)


def _shaped(events: EventRows, acts: Sequence[Act]) -> pa.Table:
    """The rows as acts shape them."""
    if not events.shaped.any():
        return events.rows
    rows = events.rows.filter(pa.array(events.shaped)).to_pylist()
    shape_incidents(rows, acts)
    numbers = np.where(events.shaped, -1, np.arange(len(events.shaped)))
    return taken_from(events.rows, numbers, pa.Table.from_pylist(rows, schema=INCIDENT_SCHEMA))


def _incidents(
    inputs: EventInputs, judged: Judged, strays: Mask, voice: Ints, wanted: Rows
) -> Iterator[list[dict[str, Any]]]:
    """The incidents of the wanted groups, a block at a time: what one block takes apart is let go before the next."""
    groups, setting, read = inputs.groups, inputs.setting, inputs.reports.select(READ)
    judgements = judged.rows(wanted)
    people = PeopleStated(inputs.reports, setting.parties, setting.zone)
    size = np.diff(groups.bounds)[wanted]
    for first in range(0, len(wanted), _BLOCK):
        block_of = wanted[first : first + _BLOCK]
        bounds = np.r_[0, np.cumsum(size[first : first + _BLOCK])]
        begins = np.repeat(groups.bounds[block_of] - bounds[:-1], np.diff(bounds))
        rows = groups.order[begins + np.arange(bounds[-1])]
        part = read.take(pa.array(rows, pa.int64()))
        columns = {name: part[name].to_pylist() for name in READ} | {
            "stray": strays[rows].tolist(),
            "voice": voice[rows].tolist(),
            "people": people.of_rows(rows),
        }
        block = []
        for begin, end in pairwise(bounds.tolist()):
            incident = incident_of(columns, list(range(begin, end)), setting)
            incident.update(next(judgements))
            if incident["claims_only"]:
                incident["rung"] = "claimed"  # a list that writes down what a party says records no more than that
            block.append(incident)
        yield block


def label_observations(
    observations: pa.Table,
    rule: AssociationRule,
    setting: Setting | None = None,
    corrections: Corrections | None = None,
) -> Labels:
    """A label for each row, by the watch's rule; rows in the order of their ids, clocks set right
    (`Corrections.on_time`).

    corrections: of stated errors, where they are not those of the setting's calibrations.
    """
    if rule.rule == "cylinder":
        return associate_observations(observations, radius_m=rule.radius_m, gap_s=rule.gap_hours * 3600.0)
    setting = setting or Setting()
    likelihood = LikelihoodRule(events_per_km2_day=rule.events_per_km2_day)
    corrections = setting.corrections if corrections is None else corrections
    return associate_by_likelihood(observations, likelihood, setting.reach_m, setting.speakers, corrections)


@dataclass(frozen=True, slots=True)
class Judged:
    """Place, confidences, rung and classes of every group."""

    places: Floats
    evidence: Evidence
    classes: Floats
    where_when: Floats
    rungs: list[str]
    tells: Mask
    """Whether the kinds of the group tell classes apart."""
    weighed: Mask
    """Whether the group tells of fire or heat: of other kinds neither books nor silence say anything."""

    @property
    def happened(self) -> Floats:
        """The probability that each happened; NaN where nothing was weighed."""
        return np.where(self.weighed, self.evidence.happened, np.nan)

    def figures(self, count: int) -> tuple[Floats, list[str]]:
        """All that `rows` makes its columns of, in numbers and in words, of the first so many groups."""
        lone, learnt = learnt_of_lone(self.evidence, count)
        flags = (self.tells[:count], self.weighed[:count], lone, learnt)
        numbers = (self.places[:count], self.evidence.happened[:count], self.where_when[:count], *flags)
        return np.column_stack((*numbers, self.classes[:count])).astype(np.float64), self.rungs[:count]

    def rows(self, wanted: Rows) -> Iterator[dict[str, Any]]:
        """The columns that come of it, a group at a time, for those wanted; probabilities to three decimals."""
        names, screened = class_table().names, class_table().screened
        count = int(wanted[-1]) + 1 if len(wanted) else 0
        lone, learnt = learnt_of_lone(self.evidence, count)
        alone = np.where(lone & self.weighed[:count], np.where(learnt, "learnt", "not_learnt"), "").tolist()
        for number, place in zip(wanted.tolist(), _rounded(self.places[wanted]), strict=True):
            chances = self.classes[number]
            likely = [index for index in np.argsort(-chances, kind="stable").tolist() if chances[index] >= _LEAST_CLASS]
            tells, weighed = bool(self.tells[number]), bool(self.weighed[number])
            yield {
                **dict(zip(_PLACE, place, strict=True)),
                "happened": round(float(self.evidence.happened[number]), 3) if weighed else None,
                "what": round(float(chances.max()), 3) if tells else None,
                "between_sides": round(float(chances[~screened].sum()), 3) if tells else None,
                "where_when": round(float(self.where_when[number]), 3) if weighed else None,
                "who": None,
                "alone": alone[number],
                "rung": self.rungs[number],
                "classes": [names[index] for index in likely] if tells else [],
                "class_probabilities": [round(float(chances[index]), 3) for index in likely] if tells else [],
            }


def _recorded_aspects(observations: pa.Table) -> Ints:
    """The aspect that each row records; that of a claim tells nothing: a side's "controlled" screens no fire."""
    aspects = codes_of(observations["aspect"], ASPECTS)
    claimed = pc.or_(pc.not_equal(observations["claimed_by"], ""), pc.equal(observations["means"], "party"))
    return np.where(claimed.to_numpy(), ASPECTS.index("undetermined"), aspects)


def judge_groups(
    observations: pa.Table,
    reports: Reports,
    groups: Groups,
    setting: Setting,
    *,
    counted: int,
    itself: Labels,
    strays: Mask,
) -> Judged:
    """Locates every group, and says how surely it happened, what it may have been, and how well its place and time are
    known.

    counted: only so many groups, the first, are in the devices' books; the others are asked about. itself: which of the
    first each of all is, whole or an earlier state of it. strays: the rows that lie off their event, which raise no
    rung.
    """
    order, bounds = groups.order, groups.bounds
    places, _ = locate_events(reports, order, bounds)
    evidence = weigh_happening(
        observations,
        reports,
        order,
        bounds,
        places,
        setting.sensors,
        notices=setting.notices,
        calibrations=setting.calibrations,
        counted=counted,
        itself=itself,
    )
    # What is only asked about is no clap of anything's storm.
    claps = np.where(np.arange(len(groups)) < counted, evidence.happened, 0.0)
    classes = classify_events(
        reports,
        order,
        bounds,
        places,
        setting.notices,
        read_heat_signs(observations, reports),
        prior=learnt_priors(evidence.calibrations, evidence.of_event),
        aspects=_recorded_aspects(observations),
        storm=weigh_storms(reports, order, bounds, places, claps, evidence.calibrations, evidence.of_event),
    )
    family = np.isin(np.array(KINDS), BLAST_AND_FIRE)[reports.k["kind"][order]]
    tells = np.logical_and.reduceat(family, bounds[:-1]) if len(groups) else np.zeros(0, dtype=np.bool_)
    weighed = tells.copy()
    if len(groups):
        weighed = np.logical_or.reduceat(tells_of_fire(reports.k["group"][order]), bounds[:-1])
    return Judged(
        places,
        evidence,
        classes,
        where_and_when(reports, order, bounds, places),
        # Where nothing was weighed voices and means alone decide.
        rungs_of(reports, order, bounds, np.where(weighed, evidence.happened, 1.0), strays),
        tells,
        weighed,
    )


def _rounded(places: Floats) -> list[tuple[float | None, ...]]:
    """Degrees to six decimals (0.1 m), metres and degrees of azimuth to one; None where there is no place."""
    return [
        (None,) * 5 if np.isnan(place[0]) else (*(round(v, 6) for v in place[:2]), *(round(v, 1) for v in place[2:]))
        for place in places.tolist()
    ]


_BLOCK = 2048
"""Groups that are taken apart into Python values at once."""
_PLACE = ("lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg")
