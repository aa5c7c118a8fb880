"""Windows of silence in force × incidents → the window's own findings, beside those of the clauses.

A piece of a window is held against incidents as a stipulation of kind `prohibited` that binds all sides: the same
steps, the same gate (`findings/prohibited.py`, `findings/gate.py`). So what lies at the edge of the outline or of the
hour, or rests on one side's word, is undetermined with its reason; and no finding names whose act it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from trucewatch.findings.applicability import Case, Columns, Facts, Verdict
from trucewatch.findings.prohibited import judge_incident
from trucewatch.fusion.zone_assignment import situate_incidents
from trucewatch.geo.frame import frame_of_area
from trucewatch.messages import Message
from trucewatch.model.agreement import InForce, Stipulation
from trucewatch.model.aid_items import Item
from trucewatch.model.outcomes import OUTCOMES, held_word
from trucewatch.model.watch import Watch
from trucewatch.model.window_state import Terms, WindowState, asked_terms, in_force, window_state
from trucewatch.model.zone import Zone

_FIRE: Final = ("explosion", "projectile", "muzzle_flash", "burst", "shot", "hostilities")
KINDS_OF_ACT: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "fire": (_FIRE, ("thermal_anomaly", "flare")),
    "drones": (("overflight",), ()),
    "equipment": (("movement",), ("weapon_present",)),
    "engineering": ((), ()),
}
"""Act → the kinds of incidents that are such an act, and those that only indicate one. No kind of record is of
engineering works: of them the record says nothing, whatever happens."""
EXEMPT: Final = ("aspect:controlled",)
"""A controlled blast of clearance teams is no firing."""
_ZONE: Final = "window"
_WIDEST_S: Final = 86_400.0
"""How far around a window incidents are looked at, seconds: their times have errors of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFinding:
    """What one incident comes to under one window. outcome, reason, held: as of findings on clauses; facts: the
    particulars, which stay inside. entered_after: sides of whose agreement the centre learned only after it began."""

    window: str
    incident_id: str
    outcome: str
    reason: str
    facts: Facts
    simulated: bool
    entered_after: tuple[str, ...] = ()

    @property
    def held(self) -> str:
        return held_word(self.outcome, self.reason)

    @property
    def is_inside(self) -> bool:
        """Whether it lies, or may lie, inside."""
        return self.outcome != "not_applicable"


def kinds_of(acts: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds that are such acts, and those that only indicate one."""
    kinds = tuple(kind for act in KINDS_OF_ACT if act in acts for kind in KINDS_OF_ACT[act][0])
    return kinds, tuple(kind for act in KINDS_OF_ACT if act in acts for kind in KINDS_OF_ACT[act][1])


def unseen_acts(acts: Collection[str]) -> tuple[str, ...]:
    """The acts of which no record says anything."""
    return tuple(act for act in KINDS_OF_ACT if act in acts and not any(KINDS_OF_ACT[act]))


def shape_of(terms: Terms, watch: Watch) -> Zone | None:
    """Where terms hold, as a zone: the districts' outlines, inside each outline that is stated. None where a district
    is not drawn. Its geometry is empty where the outlines do not meet."""
    on_file = watch.humanitarian
    drawn = []
    for district_id in sorted(terms.districts):
        district = on_file.district_of(district_id) if on_file else None
        zone = watch.zone_with(district.zone, terms.from_) if district else None
        if zone is None:
            return None
        drawn.append(zone)
    if not drawn:
        return None
    geometry = shapely.union_all([zone.geometry for zone in drawn])
    for outline in sorted(terms.outlines):
        geometry = shapely.intersection(geometry, shapely.Polygon(outline))
    if not isinstance(geometry, shapely.Polygon | shapely.MultiPolygon):
        # Outlines that only touch share a line or a corner, and no place.
        geometry = shapely.Polygon()
    return Zone(
        id=_ZONE,
        kind="district",
        names={},
        geometry=geometry,
        provenance="",
        accuracy_m=max(zone.accuracy_m for zone in drawn),
    )


def window_standing(item: Item, watch: Watch, at: datetime) -> WindowState | None:
    """How a window stands at `at`, with the outlines looked at: pieces whose outlines do not meet are not in force."""
    state = window_state(item, watch.agreement.bound_ids, at)
    if state is None:
        return None
    pieces = tuple(piece for piece in state.pieces if _has_place(piece, watch))
    if len(pieces) == len(state.pieces):
        return state
    if pieces:
        return replace(state, pieces=pieces)
    return replace(state, pieces=(), phase="nothing_shared")


def _has_place(terms: Terms, watch: Watch) -> bool:
    shape = shape_of(terms, watch)
    return shape is None or not shape.geometry.is_empty


def window_findings(
    items: Iterable[Item], incidents: pa.Table, *, watch: Watch, as_of: datetime
) -> tuple[WindowFinding, ...]:
    """The findings of windows, in the order of the windows and then of the incidents.

    items: of table `window`. incidents: as a list holds them (INCIDENT_SCHEMA), with everything known at `as_of`. Of
    incidents of the kinds that the acts speak of, in or around the time that was asked for or agreed; those that lie
    surely outside are `not_applicable`. An incident meets each window for itself, also of two that overlap.
    """
    return tuple(
        finding
        for item in items
        if item.table == "window" and item.row is not None
        for finding in _of_window(item, incidents, watch, as_of)
    )


def _of_window(item: Item, incidents: pa.Table, watch: Watch, as_of: datetime) -> list[WindowFinding]:
    pieces = [piece for piece in in_force(item, watch.agreement.bound_ids) if _has_place(piece, watch)]
    if not pieces:
        return []
    worst: dict[str, WindowFinding] = {}
    wanted = asked_terms(item.row)
    start, end = min(wanted.from_, pieces[0].from_), max(wanted.until, pieces[-1].until)
    for piece in pieces:
        nearby = _near(incidents, piece, start, end)
        for finding in _of_piece(item, piece, nearby, watch, as_of):
            before = worst.get(finding.incident_id)
            # Of several pieces the one that says most: it may lie inside one alone.
            if before is None or OUTCOMES.index(finding.outcome) < OUTCOMES.index(before.outcome):
                worst[finding.incident_id] = finding
    order = {incident_id: row for row, incident_id in enumerate(incidents["incident_id"].to_pylist())}
    return sorted(worst.values(), key=lambda finding: order[finding.incident_id])


def _near(incidents: pa.Table, piece: Terms, start: datetime, end: datetime) -> pa.Table:
    """The incidents of kinds that the acts speak of, in the time that is looked at."""
    wanted = pa.array(sorted({kind for kinds in kinds_of(piece.acts) for kind in kinds}), pa.string())
    several = incidents["kinds"].combine_chunks()
    named = pc.list_parent_indices(several).filter(pc.is_in(several.flatten(), value_set=wanted))
    rows = pa.array(range(incidents.num_rows), pa.int64())
    is_of_kind = pc.or_(pc.is_in(incidents["kind"], value_set=wanted), pc.is_in(rows, value_set=named.cast(pa.int64())))
    margin = pa.scalar(int(_WIDEST_S * 1e6), pa.duration("us"))
    time = incidents.schema.field("occurred_start").type
    is_in_time = pc.and_(
        pc.less(incidents["occurred_start"], pc.add(pa.scalar(end, time), margin)),
        pc.greater_equal(incidents["occurred_end"], pc.subtract(pa.scalar(start, time), margin)),
    )
    return incidents.filter(pc.and_(is_of_kind, is_in_time))


def _of_piece(item: Item, piece: Terms, nearby: pa.Table, watch: Watch, as_of: datetime) -> Iterable[WindowFinding]:
    shape = shape_of(piece, watch)
    frame = frame_of_area(watch.settings.area)
    zones = (shape,) if shape is not None else ()
    placed = situate_incidents(nearby, zones=zones, line_id="", frame=frame)
    drawn = replace(watch, zones=zones)
    case = Case(watch=drawn, frame=frame, columns=Columns(placed), counters=(), as_of=as_of)
    kinds, indications = kinds_of(piece.acts)
    stipulation = Stipulation(
        id=f"window:{item.code}",
        kind="prohibited",
        summary={},
        obliged=(),
        in_force=InForce(from_=piece.from_, until=piece.until),
        zone=_ZONE,
        kinds=kinds,
        indications=indications,
        unless=EXEMPT,
    )
    for row in case.rows_of_kinds((*kinds, *indications)):
        verdict: Verdict = judge_incident(stipulation, case, row)
        yield WindowFinding(
            window=item.code,
            incident_id=case.columns["incident_id"][row],
            outcome=verdict.outcome,
            reason=verdict.reason,
            facts=verdict.facts,
            simulated=bool(case.columns["simulated"][row]),
            entered_after=_entered_after(item, watch, case.times(row)[0]),
        )


def _entered_after(item: Item, watch: Watch, began: datetime) -> tuple[str, ...]:
    """The sides none of whose answers was on record when something began, that say they had agreed before it."""
    sides = []
    for side in sorted(watch.agreement.bound_ids):
        own = [step for step in item.steps_of("window_answer") if step.row.side == side]
        if any(step.row.answered_at <= began for step in own) and all(step.known_at > began for step in own):
            sides.append(side)
    return tuple(sides)


def sentence_of(finding: WindowFinding) -> Message:
    """What a finding comes to, in a sentence that names nobody as author."""
    window = finding.window
    sentences: Mapping[str, Message] = {
        "before_in_force": Message("{window} was not in force yet.", window=window),
        "after_in_force": Message("{window} was no longer in force.", window=window),
        "maybe_in_force": Message(
            "At the edge of the hour: whether {window} was in force just then cannot be told.", window=window
        ),
        "outside_zone": Message("The place lies outside {window}.", window=window),
        "at_zone_edge": Message(
            "At the edge of the outline: whether the place lies inside {window} cannot be told.", window=window
        ),
        "zone_not_drawn": Message("The districts of {window} are not drawn in this watch.", window=window),
        "no_place": Message("No place is known, so whether {window} applies cannot be told.", window=window),
        "claimed_alone": Message("Reported by one side alone; nobody else has confirmed it yet.", window=window),
        "kind_claimed_alone": Message(
            "Something was recorded; that it was an act of which {window} speaks, one side alone says.", window=window
        ),
        "reported_by_few": Message("What is on record so far is not enough for an assessment.", window=window),
        "not_likely": Message("It is not probable enough that this was an act inside {window}.", window=window),
        "kind_not_likely": Message("It is not probable enough that this was an act inside {window}.", window=window),
        "indication_only": Message(
            "This may come from an act of which {window} speaks; it does not show it.", window=window
        ),
        "aspect_exempt_by_watch": Message("A controlled blast is no firing under {window}.", window=window),
        "aspect_maybe": Message(
            "One source records a controlled blast, which is no firing under {window}.", window=window
        ),
        "not_of_its_kinds": Message("{window} does not speak of this.", window=window),
        "prohibited_act": Message("Inside {window}, in place, time and act as both sides agreed.", window=window),
        "prohibited_act_seen": Message(
            "Inside {window}, in place, time and act as both sides agreed; the centre's own people saw it.",
            window=window,
        ),
        "prohibited_act_aspect_claimed": Message(
            "Inside {window}, in place, time and act as both sides agreed. One side says that it was of a nature that "
            "would be exempt; nobody else does.",
            window=window,
        ),
    }
    return sentences.get(finding.reason, Message("Whether {window} applies cannot be told.", window=window))
