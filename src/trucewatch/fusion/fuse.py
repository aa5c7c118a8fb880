"""Observations of one event → one incident: place with ellipse, time and count intervals, whose claims it rests on."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.associate import associate_observations
from trucewatch.fusion.contributions import arrivals_of, contribution_table
from trucewatch.fusion.incident_row import READ, incident_of
from trucewatch.fusion.judge import Judged, Part, judge_arrivals
from trucewatch.fusion.likelihood import LikelihoodRule, associate_by_likelihood
from trucewatch.fusion.manual_edits import shape_incidents
from trucewatch.fusion.measurements import prepare_reports
from trucewatch.fusion.neighbourhood import Neighbourhood
from trucewatch.fusion.people_reported import PeopleStated
from trucewatch.fusion.reach import Moves, RowFacts, moves_between
from trucewatch.fusion.reassign_outliers import without_vague_places
from trucewatch.fusion.set_right import Corrections
from trucewatch.fusion.setting import Groups, Setting
from trucewatch.fusion.voices import settle_voices, with_registered_devices
from trucewatch.fusion.weights import weights_of
from trucewatch.geo.arrays import Ints, Rows
from trucewatch.model.edits import Act
from trucewatch.model.ids import incident_id
from trucewatch.model.incident import CONTRIBUTION_SCHEMA, INCIDENT_SCHEMA
from trucewatch.model.sorted_rows import IN_ORDER, SortedRows, rows_at
from trucewatch.model.watch import AssociationRule

Labels = Ints


@dataclass(frozen=True, slots=True)
class Fused:
    """Incidents (INCIDENT_SCHEMA, zones still empty), sorted by start and id, and what each observation added to its
    own.

    contributions: CONTRIBUTION_SCHEMA; empty where nobody asked for them. weights: what moved each (WEIGHT_SCHEMA).
    gone, fresh: of another list the ids of the incidents that are no more or differ, and the rows of this one that are
    new or differ; of a list that was begun from nothing all of its rows.
    """

    incidents: pa.Table
    contributions: pa.Table
    weights: pa.Table
    gone: list[str]
    fresh: pa.Table
    begun: bool
    """Whether it was begun from nothing."""
    weights_gone: list[str]
    weights_fresh: pa.Table
    """Of which incidents the weights of that list no longer count, and those that do instead."""
    added_left: pa.Table
    added_came: pa.Table
    """What observations added in that list and no more, and in this one alone; what they still add may be in both."""
    stands: Standing
    """What it was made from, for the next list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A list with all that it was made from.

    unshaped: the rows of events that acts name, by their ids, as they were before acts shaped them.
    """

    rows: SortedRows
    rule: AssociationRule
    setting: Setting
    acts: tuple[Act, ...]
    facts: RowFacts
    incidents: SortedRows
    contributions: SortedRows
    weights: SortedRows
    unshaped: dict[str, dict[str, Any]]
    with_contributions: bool


def fuse_observations(
    observations: pa.Table, *, rule: AssociationRule, setting: Setting | None = None, acts: Sequence[Act] = ()
) -> pa.Table:
    """One row an incident (INCIDENT_SCHEMA, zones still empty), sorted by start and id.

    observations: one current row each, as `current_observations` gives them. Members, places and ids are functions of
    the set of observations, and of the acts by hand that stand.
    """
    return fuse_with_acts(observations, rule=rule, setting=setting or Setting(), acts=acts).incidents


def fuse_with_acts(
    observations: pa.Table | SortedRows,
    *,
    rule: AssociationRule,
    setting: Setting,
    acts: Sequence[Act],
    contributions: bool = False,
    last: Fused | None = None,
    moves: Moves | None = None,
) -> Fused:
    """The same, and with `contributions` what each observation added.

    last: another list; only what its rows can touch that are new, gone or say something else is worked out anew.
    moves: where the rows of that list stand in `observations`, which are in the order of their ids then. What comes out
    depends on neither.
    """
    rows = observations if isinstance(observations, SortedRows) else SortedRows.of(observations, ("observation_id",))
    before = last.stands if last is not None else None
    if before is not None and not _goes_on(before, rule, setting, contributions):
        before = None
    if before is not None and moves is None:
        moves = moves_between(before.rows, rows)
    around = Neighbourhood(
        rows=rows,
        rule=rule,
        setting=setting,
        acts=acts,
        before=before.facts if before is not None else None,
        moves=moves if before is not None else None,
        acts_before=before.acts if before is not None else (),
    )
    around.settle_events()
    fused = _judge(around, contributions, before)
    if before is not None and _has_any(before.facts) != _has_any(around.facts):
        # Where nothing else happened nothing is said of what is usual: so the first sure event on record moves others.
        return fuse_with_acts(rows, rule=rule, setting=setting, acts=acts, contributions=contributions)
    return fused


def _has_any(facts: RowFacts) -> tuple[bool, bool]:
    """Whether any event counts as company of others, and for their storms."""
    return bool(facts.sure.any()), bool(facts.claps.any())


def _goes_on(before: Standing, rule: AssociationRule, setting: Setting, with_contributions: bool) -> bool:
    """Whether nothing may differ but rows, and acts that came since or were withdrawn."""
    return (
        before.rule == rule
        and before.with_contributions == with_contributions
        and before.setting == setting
        and len(before.rows) > 0
    )


def fuse_labelled(observations: pa.Table, labels: Labels, setting: Setting) -> pa.Table:
    """The incidents of rows that are labelled already; rows in the order of their ids."""
    observations = with_registered_devices(observations, setting.speakers)
    observations = setting.corrections.on_time(observations, setting.speakers)
    reports = prepare_reports(observations, setting.reach_m, setting.speakers, setting.corrections)
    groups = Groups.of(labels)
    reports = settle_voices(reports, groups.order, groups.bounds)
    part = Part(observations, reports, groups, np.zeros(len(labels), dtype=np.bool_))
    judged, _ = judge_arrivals(part, setting, None)
    blocks = _incidents(part, setting, judged, np.arange(len(groups)))
    tables = [pa.Table.from_pylist(block, schema=INCIDENT_SCHEMA) for block in blocks]
    return SortedRows.of(pa.concat_tables([INCIDENT_SCHEMA.empty_table(), *tables]), IN_ORDER).table


def _judge(around: Neighbourhood, contributions: bool, before: Standing | None) -> Fused:
    """The list of rows whose events are settled; of another list what bears on none of them stays."""
    facts, setting, rows = around.facts, around.setting, around.rows
    places = np.flatnonzero(around.within)
    observations, reports = around.prepared(places)
    groups = Groups.of(np.searchsorted(places, facts.label[places]))
    strays = (facts.settled != facts.joined)[places]
    labels = np.searchsorted(places, facts.label[places])
    reports = without_vague_places(reports, labels, strays, facts.located[places])
    reports_settled = settle_voices(reports, groups.order, groups.bounds)
    others = ~around.within
    part = Part(observations, reports_settled, groups, strays, facts.other_days[places].astype(np.int64))
    part = replace(part, elsewhere=bool(facts.sure[others].any()), claps_elsewhere=bool(facts.claps[others].any()))
    first = places[groups.order[groups.bounds[:-1]]] if len(groups) else places[:0]
    own = around.judged[first]
    # 1. What is judged, of events and of their earlier states.
    arrivals = None
    if contributions:
        known_us = observations["known_at"].cast(pa.int64()).to_numpy(zero_copy_only=False)
        arrivals = arrivals_of(groups.order, groups.bounds, part.reports.k["voice"], known_us)
    judged, states = judge_arrivals(part, setting, arrivals)
    around.keep_times(places, reports, groups)
    facts.sure[places] = False
    facts.claps[places] = False
    facts.sure[first], facts.claps[first] = judged.company[: len(groups)], judged.claps[: len(groups)]
    figures = judged.hashes(len(groups))
    differs = own & (around.remade[first] | (facts.figures[first] != figures))
    facts.figures[first] = figures
    # 2. The rows of those that differ, as acts shape them.
    ids = [incident_id(name) for name in _ids_at(rows, first)]
    blocks = _incidents(part, setting, judged, np.flatnonzero(differs))
    anew = pa.concat_tables(
        [INCIDENT_SCHEMA.empty_table(), *(pa.Table.from_pylist(block, schema=INCIDENT_SCHEMA) for block in blocks)]
    )
    gone = _ids_before(around, before, first[differs])
    fresh, unshaped = _shaped(around, before, anew)
    whole = [ids[number] for number in np.flatnonzero(own).tolist()]
    weights = weights_of(part.reports, groups.order, groups.bounds, judged.places, judged.evidence, judged.weighed, ids)
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
    # 3. Beside what stays.
    if before is None:
        incidents = SortedRows.of(fresh, IN_ORDER)
        fresh = incidents.table
        of_weights, of_added = SortedRows.of(weights, _BY_ID), SortedRows.of(added, _OF_ADDED)
        added_left, leaving = added.schema.empty_table(), list[str]()
    else:
        leaving = [*{*gone, *whole}]
        gone = [*{*gone, *unshaped}]
        incidents, _ = before.incidents.exchanged(before.incidents.holding("incident_id", gone), fresh)
        weights = _only(weights, whole)
        of_weights, _ = before.weights.exchanged(before.weights.holding("incident_id", leaving), weights)
        added, places = _only(added, whole), before.contributions.holding("incident_id", leaving)
        added_left = rows_at(before.contributions.table, places)
        of_added, _ = before.contributions.exchanged(places, added)
    stands = Standing(
        rows=rows,
        rule=around.rule,
        setting=setting,
        acts=tuple(around.acts),
        facts=facts,
        incidents=incidents,
        contributions=of_added,
        weights=of_weights,
        unshaped=unshaped,
        with_contributions=contributions,
    )
    tables = (incidents.table, of_added.table, of_weights.table)
    return Fused(*tables, gone, fresh, before is None, leaving, weights, added_left, added, stands)


_BY_ID: Final = ("incident_id",)
_OF_ADDED: Final = ("incident_id", "order", "observation_id")


def _only(table: pa.Table, ids: Sequence[str]) -> pa.Table:
    return table.filter(pc.is_in(table["incident_id"], value_set=pa.array(ids, pa.string())))


def _ids_at(rows: SortedRows, places: Ints) -> list[str]:
    """The ids of some observations."""
    (names,) = rows.keys
    return [name.decode() for name in names[places].tolist()]


def _ids_before(around: Neighbourhood, before: Standing | None, first: Ints) -> list[str]:
    """The ids of incidents of before whose rows are in these events now, or gone. first: the first row of each."""
    if before is None or around.moves is None:
        return []
    label, places = before.facts.label, around.moves.places
    marks = np.zeros(len(around.rows), dtype=np.bool_)
    marks[first] = True
    differs = places < 0
    differs[~differs] = marks[around.facts.label[places[~differs]]]
    return [incident_id(name) for name in _ids_at(before.rows, np.unique(label[differs]))]


def _shaped(
    around: Neighbourhood, before: Standing | None, anew: pa.Table
) -> tuple[pa.Table, dict[str, dict[str, Any]]]:
    """The rows that were made, as acts shape them, with those that acts shape and were not made anew; and the rows of
    all that acts name as they were before, by id."""
    # What an act shaped that was withdrawn since is as it was before it.
    names = sorted({name for act in (*around.acts, *around.acts_before) for name in act.named})
    holders = np.unique(around.facts.label[around.rows.holding("observation_id", names)])
    if not len(holders):
        return anew.combine_chunks(), {}
    ids = [incident_id(name) for name in _ids_at(around.rows, holders)]
    named = pc.is_in(anew["incident_id"], value_set=pa.array(ids, pa.string()))
    unshaped = {row["incident_id"]: row for row in anew.filter(named).to_pylist()}
    if before is not None:
        left = [name for name in ids if name not in unshaped]
        unshaped |= {name: before.unshaped[name] for name in left if name in before.unshaped}
        at = before.incidents.holding("incident_id", [name for name in left if name not in unshaped])
        unshaped |= {row["incident_id"]: row for row in rows_at(before.incidents.table, at).to_pylist()}
    shaped = copy.deepcopy([*unshaped.values()])
    shape_incidents(shaped, around.acts)
    plain = anew.filter(pc.invert(named))
    return pa.concat_tables([plain, pa.Table.from_pylist(shaped, schema=INCIDENT_SCHEMA)]).combine_chunks(), unshaped


def _incidents(part: Part, setting: Setting, judged: Judged, wanted: Rows) -> Iterator[list[dict[str, Any]]]:
    """The incidents of the wanted groups, a block at a time: what one block takes apart is let go before the next."""
    groups, read, voice = part.groups, part.observations.select(READ), part.reports.k["voice"]
    judgements = judged.rows(wanted)
    people = PeopleStated(part.observations, setting.parties, setting.zone)
    size = np.diff(groups.bounds)[wanted]
    for first in range(0, len(wanted), _BLOCK):
        block_of = wanted[first : first + _BLOCK]
        bounds = np.r_[0, np.cumsum(size[first : first + _BLOCK])]
        begins = np.repeat(groups.bounds[block_of] - bounds[:-1], np.diff(bounds))
        rows = groups.order[begins + np.arange(bounds[-1])]
        block_rows = read.take(pa.array(rows, pa.int64()))
        columns = {name: block_rows[name].to_pylist() for name in READ} | {
            "stray": part.strays[rows].tolist(),
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


_BLOCK = 2048
"""Groups that are taken apart into Python values at once."""
