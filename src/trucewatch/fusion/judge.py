"""Rows by event → what is judged of every event: place, how surely it happened, what it may have been, and its rung."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.associate import BLAST_AND_FIRE
from trucewatch.fusion.classify import class_table, classify_events, learnt_priors
from trucewatch.fusion.contributions import AT_ONCE, Arrivals
from trucewatch.fusion.existence import Evidence, weigh_happening
from trucewatch.fusion.heat_signs import read_heat_signs
from trucewatch.fusion.locate import locate_events
from trucewatch.fusion.measurements import Reports, codes_of, is_of_blasts, tells_of_fire
from trucewatch.fusion.setting import Groups, Setting
from trucewatch.fusion.storm_signs import weigh_storms
from trucewatch.fusion.verification_level import rungs_of, where_and_when
from trucewatch.fusion.weights import learnt_of_lone
from trucewatch.fusion.word_hashes import hash_of, row_hashes
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.model.observation import ASPECTS, KINDS

Labels = Ints

_LEAST_CLASS = 0.02
"""Classes less probable than this are not named."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of whole events, in the order of their ids."""

    observations: pa.Table
    reports: Reports
    groups: Groups
    strays: Mask
    other_days: Ints | None = None
    """Of pixels, counted among more rows than these."""
    elsewhere: bool = False
    claps_elsewhere: bool = False
    """Whether sure events, and blasts that count for a storm, are on record beside these."""


@dataclass(frozen=True, slots=True)
class States:
    """What is believed of every event and, after them, of each of its earlier states."""

    places: Floats
    happened: Floats
    classes: Floats


def judge_arrivals(part: Part, setting: Setting, arrivals: Arrivals | None) -> tuple[Judged, States]:
    """Every event, and its earlier states: these in the same pass but outside the books, a part of them at once."""
    groups = part.groups
    count = len(groups)
    parts = [(groups.order[:0], np.zeros(1, dtype=np.intp), np.zeros(0, dtype=np.int64))]
    if arrivals is not None:
        parts = list(arrivals.parts(AT_ONCE))
    passes = []
    for order, bounds, of_event in parts:
        every = Groups(np.r_[groups.order, order], np.r_[groups.bounds, len(groups.order) + bounds[1:]])
        itself = np.r_[np.arange(count), of_event]
        passes.append(judge_groups(part, every, setting, counted=count, itself=itself))
    first, rest = passes[0], passes[1:]
    states = States(
        np.concatenate([first.places, *(each.places[count:] for each in rest)]),
        np.concatenate([first.happened, *(each.happened[count:] for each in rest)]),
        np.concatenate([first.classes, *(each.classes[count:] for each in rest)]),
    )
    return first, states


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
    company: Mask
    claps: Mask
    """Whether it counts as company of others, and as a clap of their storm."""

    @property
    def happened(self) -> Floats:
        """The probability that each happened; NaN where nothing was weighed."""
        return np.where(self.weighed, self.evidence.happened, np.nan)

    def hashes(self, count: int) -> npt.NDArray[np.uint64]:
        """Of each of the first so many groups a hash of all that `rows` makes its columns of."""
        lone, learnt = learnt_of_lone(self.evidence, count)
        flags = (self.tells[:count], self.weighed[:count], lone, learnt)
        words = np.array([hash_of(word) for word in self.rungs[:count]], dtype=np.float64)
        numbers = (self.places[:count], self.evidence.happened[:count], self.where_when[:count], words, *flags)
        return row_hashes(np.column_stack((*numbers, self.classes[:count])).astype(np.float64))

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


def judge_groups(part: Part, groups: Groups, setting: Setting, *, counted: int, itself: Labels) -> Judged:
    """Locates every group, and says how surely it happened, what it may have been, and how well its place and time are
    known.

    counted: only so many groups, the first, are in the devices' books; the others are asked about. itself: which of the
    first each of all is, whole or an earlier state of it.
    """
    observations, reports, strays = part.observations, part.reports, part.strays
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
        elsewhere=part.elsewhere,
    )
    # What is only asked about is no clap of anything's storm.
    claps = np.where(np.arange(len(groups)) < counted, evidence.happened, 0.0)
    storm, claps_count = weigh_storms(
        reports,
        order,
        bounds,
        places,
        claps,
        evidence.calibrations,
        evidence.of_event,
        elsewhere=part.claps_elsewhere,
    )
    classes = classify_events(
        reports,
        order,
        bounds,
        places,
        setting.notices,
        read_heat_signs(observations, reports, part.other_days),
        prior=learnt_priors(evidence.calibrations, evidence.of_event),
        aspects=_recorded_aspects(observations),
        storm=storm,
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
        evidence.sure & np.isfinite(places[:, 0]) & is_of_blasts(reports.k["group"][order[bounds[:-1]]]),
        claps_count,
    )


def _rounded(places: Floats) -> list[tuple[float | None, ...]]:
    """Degrees to six decimals (0.1 m), metres and degrees of azimuth to one; None where there is no place."""
    return [
        (None,) * 5 if np.isnan(place[0]) else (*(round(v, 6) for v in place[:2]), *(round(v, 1) for v in place[2:]))
        for place in places.tolist()
    ]


_PLACE = ("lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg")
