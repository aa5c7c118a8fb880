"""What a few rows that come, go or change can move: first which rows are one event, then what is judged of events.

Step by step that which may differ is worked out, held beside what it was, and only what does differ goes on to the next
step. Each step takes in all that it depends on (`reach.py`), so its outcome is that of all rows together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.associate import associate_observations
from trucewatch.fusion.existence import weigh_happening
from trucewatch.fusion.gate_kernels import SPANS_S
from trucewatch.fusion.heat_signs import NO_DAY, count_other_days, pixels_of
from trucewatch.fusion.likelihood import LikelihoodRule, associate_sets
from trucewatch.fusion.locate import locate_events
from trucewatch.fusion.manual_edits import pin_labels, pinned_rows
from trucewatch.fusion.measurements import Reports, prepare_reports, seconds_of, with_room_to_move
from trucewatch.fusion.near_repeat import times_of_events
from trucewatch.fusion.reach import (
    COMPANY_H,
    ECHO_H,
    STORM_H,
    STRAY_H,
    Hours,
    Moves,
    RowFacts,
    hours_of,
    intervals_of,
    lies_within,
    meets,
    near_pixels,
    of_events,
)
from trucewatch.fusion.reassign_outliers import give_strays, sizes_of
from trucewatch.fusion.set_right import Corrections
from trucewatch.fusion.setting import Groups, Setting
from trucewatch.fusion.storm_signs import middles_of_events
from trucewatch.fusion.voices import settle_voices, with_registered_devices
from trucewatch.geo.arrays import Floats, Ints, Mask
from trucewatch.model.edits import Act
from trucewatch.model.sorted_rows import SortedRows, rows_at
from trucewatch.model.watch import AssociationRule

_MOST: Final = 0.5
"""Where a step would look at more than this share of all rows, all are looked at."""
_LEAST_MORE_S: Final = 43_200.0
_MOST_PIXELS: Final = 64
"""Of more new pixels the days of all are counted anew."""
_SLACK_S: Final = 1.0  # for what floats lose


@dataclass(slots=True)
class Neighbourhood:
    """Rows in the order of their ids, and how the events that they make differ from those of another list.

    facts: what is known of the rows, brought up to date step by step. before: the same of another list, and moves:
    where its rows stand now; without them everything is worked out. acts_before: those of the other list.
    """

    rows: SortedRows
    rule: AssociationRule
    setting: Setting
    acts: Sequence[Act]
    before: RowFacts | None = None
    moves: Moves | None = None
    acts_before: Sequence[Act] = ()
    facts: RowFacts = field(init=False)
    corrections: Corrections = field(init=False)
    fresh: Ints = field(init=False)
    """Rows that are new, or say something else."""
    remade: Mask = field(init=False)
    """Rows of events that hold other rows than before, or other strays."""
    judged: Mask = field(init=False)
    """Rows of events of which something else may be judged."""
    within: Mask = field(init=False)
    """And those of all events that bear on what is judged of them."""

    def __post_init__(self) -> None:
        count = len(self.rows)
        self.corrections = self.setting.corrections
        self.remade = self.judged = self.within = np.ones(count, dtype=np.bool_)
        self.facts, self.fresh = RowFacts.blank(count), np.arange(count)
        if self.before is not None and self.moves is not None:
            self.facts, self.fresh = self.before.moved(self.moves), self.moves.fresh

    @property
    def gone(self) -> Ints:
        """Rows of the other list that are no more, or said something else."""
        return self.moves.gone if self.moves is not None else np.zeros(0, dtype=np.int64)

    def was(self, name: str) -> Any:
        """What was remembered of the rows that are gone."""
        values: Any = getattr(self.before or self.facts, name)[self.gone]
        return values

    def settle_events(self) -> None:
        """Work out which rows are one event (`facts.label`), which events hold other rows than before (`remade`), of
        which something else may be judged (`judged`), and what bears on that (`within`)."""
        self._look_at_fresh()
        changed = self._join()
        settled = self._give_strays(changed)
        self._name_events(changed | settled)
        pixels = self._count_days()
        if self.before is not None:
            self._spread(pixels)

    def prepared(self, places: Ints) -> tuple[pa.Table, Reports]:
        """The observations of some rows, with clocks set right, and the reports that they are."""
        table = with_registered_devices(rows_at(self.rows.table, places), self.setting.speakers)
        table = self.corrections.on_time(table, self.setting.speakers)
        return table, prepare_reports(table, self.setting.reach_m, self.setting.speakers, self.corrections)

    # What is new

    def _look_at_fresh(self) -> None:
        """Within which time each new row can be joined, when it ends, and where it is a pixel."""
        facts, at = self.facts, self.fresh
        if not len(at):
            return
        table, reports = self.prepared(at)
        facts.end[at] = hours_of(reports.f["end"])
        facts.day[at], facts.lon[at], facts.lat[at] = pixels_of(table, reports)
        if self.rule.rule == "cylinder":
            gap = self.rule.gap_hours * 1800.0 + _SLACK_S  # half the gap on each side
            start, end = seconds_of(table["occurred_start"]), seconds_of(table["occurred_end"])
            facts.low[at], facts.high[at] = start - gap, end + gap
            return
        joined = with_room_to_move(reports)
        f, k = joined.f, joined.k
        able = k["level"] >= 0
        middle, slot = (f["start"] + f["end"]) / 2, 2.0 * np.array([*SPANS_S, SPANS_S[-1]])[k["span"]]
        begin = np.floor(middle / slot) * slot  # of the slot in which it is counted (`gate_kernels.home_of`)
        low, high = np.minimum(middle - f["reach_s"], begin), np.maximum(middle + f["reach_s"], begin + slot)
        facts.low[at] = np.where(able, low - _SLACK_S, np.inf)
        facts.high[at] = np.where(able, high + _SLACK_S, -np.inf)

    # Which rows are one event

    def _associated(self, places: Ints) -> tuple[Ints, Ints]:
        """Of some rows the first of the event of each, and of the set of all that may be joined with it: places among
        these rows."""
        setting = self.setting
        table = with_registered_devices(rows_at(self.rows.table, places), setting.speakers)
        table = self.corrections.on_time(table, setting.speakers)
        if self.rule.rule == "cylinder":
            gap_s = self.rule.gap_hours * 3600.0
            labels = associate_observations(table, radius_m=self.rule.radius_m, gap_s=gap_s)
            return labels, labels
        rule = LikelihoodRule(events_per_km2_day=self.rule.events_per_km2_day)
        return associate_sets(table, rule, setting.reach_m, setting.speakers, self.corrections)

    def _join(self) -> Mask:
        """Joins the rows of all sets that are touched; rows of events, as joined, that hold others than before."""
        facts = self.facts
        if self.before is not None:
            low, high = (np.r_[getattr(facts, name)[self.fresh], self.was(name)] for name in ("low", "high"))
            touched = time = intervals_of(low, high)
            while touched:
                places = np.flatnonzero(meets(facts, time))
                if len(places) > _MOST * len(self.rows):
                    break
                labels, sets = self._associated(places)
                marks = np.zeros(len(places), dtype=np.bool_)
                marks[sets[meets(facts, touched)[places]]] = True
                whole = marks[sets]
                low, high = facts.low[places[whole]], facts.high[places[whole]]
                if lies_within(low, high, time):
                    return self._joined(places[whole], places[labels[whole]])
                # A set goes on beyond the time that was looked at: more of it, each time twice as much again.
                begins, ends = (np.array(values) for values in zip(*time, strict=True))
                more = np.maximum(ends - begins, _LEAST_MORE_S)
                time = intervals_of(np.r_[begins - more, low], np.r_[ends + more, high])
            if not touched:
                return self._joined(self.fresh, self.fresh)
        every = np.arange(len(self.rows))
        return self._joined(every, self._associated(every)[0])

    def _joined(self, places: Ints, labels: Ints) -> Mask:
        then = self.facts.joined.copy()
        self.facts.joined[places] = labels
        return self._differing(then, "joined")

    def _differing(self, then: Ints, name: str) -> Mask:
        """Rows of events, as `name` has them, that hold others than before. then: the name of each row's event before,
        by where its first row stands now."""
        now: Ints = getattr(self.facts, name)
        if self.before is None or self.moves is None:
            return np.ones(len(now), dtype=np.bool_)
        changed = then != now
        changed[self.fresh] = True
        # Rows of events that lost a row which is gone.
        left = self.moves.places[of_events(getattr(self.before, name), self.gone)]
        changed[left[left >= 0]] = True
        moved = changed & (then >= 0)
        moved[self.fresh] = False
        marks = np.zeros(len(now), dtype=np.bool_)
        marks[then[moved]] = True
        return of_events(now, changed) | (marks[then] & (then >= 0))

    def _give_strays(self, changed: Mask) -> Mask:
        """Gives stray rows to their events, near those that hold others than before; rows of events that then do."""
        facts = self.facts
        then, located = facts.settled.copy(), facts.located.copy()
        if self.rule.rule != "likelihood":
            facts.settled[:] = facts.joined
            if self.before is not None:
                self.judged = np.zeros(len(then), dtype=np.bool_)  # none lies otherwise than it was joined
            return self._differing(then, "settled")
        hours = self._times_as_joined(changed | of_events(facts.joined, self._near_echoes()))
        core = within = np.ones(len(then), dtype=np.bool_)
        if self.before is not None:
            core = of_events(facts.joined, Hours(hours, within=STRAY_H).hold(facts.joined_when))
            within = Hours(facts.joined_when[core], within=STRAY_H).hold(facts.joined_when)
            within = of_events(facts.joined, within)
            within = of_events(facts.joined, Hours(facts.end[within], within=ECHO_H).hold(facts.end))
        places = np.flatnonzero(within)
        observations, reports = self.prepared(places)
        settled, sizes = settle_strays(
            observations, reports, np.searchsorted(places, facts.joined[places]), self.setting
        )
        own = core[places]
        facts.settled[places[own]] = places[settled[own]]
        facts.located[places[own]] = sizes[own]
        if self.before is not None:
            self.judged = of_events(facts.settled, located != facts.located)
        return self._differing(then, "settled")

    def _near_echoes(self) -> Mask:
        """Rows that may be an echo of one that came or went, or have been one."""
        return Hours(self.facts.end[self.fresh], self.was("end"), within=ECHO_H).hold(self.facts.end)

    def _times_as_joined(self, changed: Mask) -> Ints:
        """The hours of events, as joined, that hold other rows than before, then and now."""
        facts, places = self.facts, np.flatnonzero(changed)
        then = np.r_[facts.joined_when[changed], self.was("joined_when")]
        if len(places):
            _, reports = self.prepared(places)
            groups = Groups.of(facts.joined[places])
            when, _ = times_of_events(reports, groups.order, groups.bounds)
            facts.joined_when[places[groups.order]] = np.repeat(hours_of(when), np.diff(groups.bounds))
        return np.asarray(np.r_[then, facts.joined_when[places]], dtype=np.int64)

    def _name_events(self, changed: Mask) -> None:
        """Names the event of each row, with what was put together by hand, by its first row."""
        facts = self.facts
        then, base = facts.label.copy(), facts.settled.copy()
        names = {name for act in (*self.acts, *self.acts_before) for name in act.named}
        pinned = self.rows.holding("observation_id", sorted(names))
        if len(pinned):
            # What was put together by hand is not a stray of anything, or it would draw its event's company along.
            is_pinned = pinned_rows(rows_at(self.rows.table, pinned), self.acts)
            base[pinned[is_pinned]] = facts.joined[pinned[is_pinned]]
            changed = changed | of_events(facts.settled, pinned)
            changed[pinned] = True
            marks = np.zeros(len(then), dtype=np.bool_)
            marks[then[pinned][then[pinned] >= 0]] = True
            changed |= marks[then] & (then >= 0)
        places = np.flatnonzero(of_events(base, changed))
        _, labels = np.unique(base[places], return_inverse=True)
        labels = labels.reshape(-1).astype(np.int64)
        if len(pinned):
            labels = pin_labels(labels, rows_at(self.rows.table, places), self.acts)
        groups = Groups.of(labels)
        facts.label[places[groups.order]] = np.repeat(places[groups.order[groups.bounds[:-1]]], np.diff(groups.bounds))
        strays = facts.settled != facts.joined
        self.remade = self._differing(then, "label")
        if self.before is not None and self.moves is not None:
            were = np.zeros(len(strays), dtype=np.bool_)
            self.moves.carry(self.before.settled != self.before.joined, were)
            self.remade |= of_events(facts.label, strays != were)

    # What is judged of events

    def _count_days(self) -> Mask:
        """Counts on how many other days the places of pixels burnt; rows of which the number differs."""
        facts = self.facts
        then = facts.other_days.copy()
        pixels = facts.day != NO_DAY
        around = affected = pixels
        days = np.r_[facts.day[self.fresh], self.was("day")]
        some = days != NO_DAY
        if self.before is not None and int(some.sum()) <= _MOST_PIXELS:
            lon, lat = (np.r_[getattr(facts, name)[self.fresh], self.was(name)] for name in ("lon", "lat"))
            affected = near_pixels(facts, days[some], lon[some], lat[some])
            around = affected
            if int(affected.sum()) <= _MOST_PIXELS:
                around = near_pixels(facts, facts.day[affected], facts.lon[affected], facts.lat[affected])
            elif affected.any():
                around = pixels
        places = np.flatnonzero(around)
        if len(places):
            simulated = rows_at(self.rows.table.select(["simulated"]), places)["simulated"].to_numpy().astype(np.int64)
            numbers = count_other_days(
                facts.lon[places], facts.lat[places], facts.day[places].astype(np.int64), simulated
            )
            own = affected[places]
            facts.other_days[places[own]] = numbers[own]
        return np.asarray(facts.other_days != then, dtype=np.bool_)

    def _spread(self, pixels: Mask) -> None:
        """Which events are judged anew: those that hold other rows, and those on which they bear."""
        facts = self.facts
        own = of_events(facts.label, self.remade | self.judged | self._near_echoes())
        when, clap = (np.r_[getattr(facts, name)[own], self.was(name)] for name in ("when", "clap"))
        self._times_of(own)
        # 1. Company moves those about, that the book of the hour, and all these how a storm sounds; of an event also
        #    its earlier states, on which nothing else rests.
        near = Hours(when, facts.when[own], within=COMPANY_H)
        company = own | near.hold(facts.when)
        hour = of_events(facts.label, Hours(facts.end[company], self.was("end")).hold(facts.end)) | company
        far = Hours(clap, facts.clap[hour], within=STORM_H)
        self.judged = (
            hour | far.hold(facts.clap) | near.meet(facts.first, facts.last) | far.meet(facts.first, facts.last)
        )
        self.judged = of_events(facts.label, self.judged | pixels)
        # 2. And back: all that is needed for these.
        first, last = facts.first[self.judged], facts.last[self.judged]
        far = Hours(facts.clap[self.judged], within=STORM_H).add_spans(first, last, within=STORM_H)
        within = self.judged | far.hold(facts.clap)
        within = of_events(facts.label, Hours(facts.end[within]).hold(facts.end)) | within
        near = Hours(facts.when[within], within=COMPANY_H).add_spans(first, last, within=COMPANY_H)
        within |= near.hold(facts.when)
        within |= Hours(facts.end[within], within=ECHO_H).hold(facts.end)
        self.within = of_events(facts.label, within)

    def _times_of(self, own: Mask) -> None:
        places = np.flatnonzero(own)
        if len(places):
            _, reports = self.prepared(places)
            self.keep_times(places, reports, Groups.of(self.facts.label[places]))

    def keep_times(self, places: Ints, reports: Reports, groups: Groups) -> None:
        """Remember when the events of some rows are."""
        order, bounds = groups.order, groups.bounds
        size = np.diff(bounds)
        when, _ = times_of_events(reports, order, bounds)
        self.facts.when[places[order]] = np.repeat(hours_of(when), size)
        self.facts.clap[places[order]] = np.repeat(hours_of(middles_of_events(reports, order, bounds)), size)
        # A state is when its best-known report is, or in the middle of what its reports have in common.
        begin = np.minimum.reduceat(reports.f["start"][order], bounds[:-1]) if len(groups) else when
        end = np.maximum.reduceat(reports.f["end"][order], bounds[:-1]) if len(groups) else when
        several = size > 1
        for name, edge in (("first", begin), ("last", end)):
            hours = np.where(several, hours_of(edge), hours_of(when))
            getattr(self.facts, name)[places[order]] = np.repeat(hours, size)


def settle_strays(observations: pa.Table, reports: Reports, labels: Ints, setting: Setting) -> tuple[Ints, Floats]:
    """The labels with each stray report given to its event, and how well the event was located that each report was of
    before. labels: the number of the first row of each row's event."""
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
