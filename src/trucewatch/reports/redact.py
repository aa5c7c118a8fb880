"""Findings → what of them a recipient may have: no clause, reason or fact may tell a place or time finer than the row
does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from trucewatch.errors import TimeError
from trucewatch.model.agreement import Stipulation
from trucewatch.model.claims import folded_name, voice_words
from trucewatch.model.incident import Finding
from trucewatch.model.outcomes import OUTCOMES, held_word
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.watch import NEVER_LEAVING, Recipient, Watch
from trucewatch.reports.cells import Cell
from trucewatch.reports.released import WITHHELD, ReleasedFinding

TIME_FACTS: Final = (
    "from",
    "from_earliest",
    "from_latest",
    "until",
    "until_earliest",
    "until_latest",
    "due",
    "occurred",
    "known_at",
    "first",
    "last",
    "lapsed",
    "reported",
    "denied",
)
OF_THE_RECORD: Final = ("occurred", "known_at", "first", "last", "lapsed", "reported", "denied")
"""Times that say when something happened or was said; the other ones are the agreement's own."""
PLAIN_FACTS: Final = (
    "zone",
    "accuracy_m",
    "who",
    "kind",
    "aspect",
    "what",
    "extension",
    "counter",
    "value",
    "at_least",
    "by",
    "outcome",
    "missing",
    "obliged",
    "readings",
    "read_otherwise",
    "stated_after",
    "threshold",
    "qualifier",
    "at_most",
    "states",
)
GIVERS: Final = ("claimed_by", "reported_by", "stated_by")
"""Facts that say whose word or record it is; they leave unless one of them is a source's or who runs it."""


TELLABLE_ZONES: Final = ("area", "region", "district", "corridor")
"""Zones large enough for a group of k in them to be told. A line, a store and a site are not."""

Part = tuple[str, str]
"""A clause on a part of the published place, and the side of its edge that an incident lies on."""


GENERAL_REASON: Final = {
    "no_place": "not_settled",
    "zone_not_drawn": "not_settled",
    "at_zone_edge": "not_settled",
    "maybe_in_force": "not_settled",
    "notice_maybe": "not_settled",
    "notice_covers": "exempt",
    "notice_covers_by_watch": "exempt",
    "aspect_exempt": "exempt",
    "aspect_exempt_by_watch": "exempt",
    "aspect_maybe": "not_settled",
    "prohibited_act_notice_late": "prohibited_act",
    "prohibited_act_notice_open": "prohibited_act",
    "prohibited_act_notice_other": "prohibited_act",
    "prohibited_act_aspect_claimed": "prohibited_act",
    "prohibited_act_seen": "prohibited_act",
    "prohibited_act_agreed": "prohibited_act",
    "kind_claimed_alone": "claimed_alone",
    "actor_unknown": "not_settled",
    "actor_claimed": "not_settled",
    "outside_zone": "does_not_apply",
    "before_in_force": "does_not_apply",
    "after_in_force": "does_not_apply",
    "happened_place_unsure": "not_settled",
    "happened_around_due": "not_settled",
}
"""What a recipient of coarse places is told of one incident instead: the exact reason would place it at an edge,
outside a zone, or inside a notice that is public elsewhere."""

TOLD_OF_GENERAL: Final = {"prohibited_act": ("kind", "zone"), "claimed_alone": ("claimed_by", "kind")}
"""The facts that go with a reason which also stands for others: of each of them the same ones, since a sentence that
lacks a fact would tell that the exact reason is another."""

OF_SURENESS: Final = {
    "prohibited_act_seen": "prohibited_act",
    "prohibited_act_agreed": "prohibited_act",
    "kind_not_likely": "not_likely",
}
"""What a recipient from whom something is held back is told instead of a reason that it depends on how sure an incident
is: that moves with all that happened around it. Both sentences hold of either."""

OF_REVIEW: Final = {"dissent_from_happened": "not_settled", "dissent_from_what": "not_settled"}
"""What everybody is told instead of what delegations dissented from: positions stay inside the centre."""

OF_ACTORS: Final = {"of_other_party": "does_not_apply"}
"""What everybody is told instead of a reason that says whose act it was: nobody is named by a report."""


class Scrubber:
    """Scrubs the findings of one watch for one recipient. A published place is a zone's id, a cell, or "" for the
    theatre."""

    def __init__(self, watch: Watch, recipient: Recipient, *, is_early_form: bool = False) -> None:
        self._is_early_form = is_early_form
        self._watch = watch
        self._recipient = recipient
        self._stipulations = {stipulation.id: stipulation for _, stipulation in watch.agreement.stipulations()}
        self._kinds = {zone.id: zone.kind for zone in watch.zones}
        self._theatre = _theatre_of(watch)
        self._relations: dict[tuple[str, str | Cell], str] = {}
        named = voice_words(watch.agreement).keys() | {folded_name(body.id) for body in watch.settings.delegation}
        runs = {word for source in watch.settings.source for word in (source.id, source.organisation)}
        self._unnamed = {folded_name(word) for word in runs if word} - named
        barred = (NEVER_LEAVING[source.preset] for source in watch.settings.source if source.never_leaves)
        self._barred = frozenset(map(folded_name, barred))
        self._named: dict[str, bool] = {}
        self._tells_sureness = is_early_form or not recipient.holds_back
        single = recipient.smallest_count <= 1 and recipient.place != "zone"
        self._leaving = frozenset((*TIME_FACTS, *PLAIN_FACTS, *GIVERS))
        self._leaving |= {"probability"} if single and self._tells_sureness else set()
        self._leaving |= {"notice"} if recipient.place == "exact" else set()
        # Who holds what stays inside the centre.
        self._leaving |= {"views"} if is_early_form or keeps_ids(recipient, watch.agreement) else set()

    def _may_be_named(self, givers: Any) -> bool:
        """Whether none of these is a source, or an organisation that is known by running one alone."""
        text = "; ".join(map(str, givers)) if isinstance(givers, list | tuple) else str(givers)
        if text not in self._named:
            self._named[text] = not {folded_name(name) for name in text.split(";")} & self._unnamed
        return self._named[text]

    def _without_barred(self, givers: Any) -> Any:
        """The givers without those whose licence forbids to pass on what they say."""
        if isinstance(givers, list | tuple):
            return [name for name in givers if folded_name(str(name)) not in self._barred]
        names = [name.strip() for name in str(givers).split(";")]
        return "; ".join(name for name in names if folded_name(name) not in self._barred)

    def parts(self, findings: Iterable[Finding], kind: str, place: str | Cell) -> frozenset[Part]:
        """On which side of which clauses an incident lies, for the clauses that cover a part of its published place.

        These are what its outcome could tell of its place; empty if it can tell nothing.
        """
        sides = {finding.stipulation: "out" if finding.reason == "outside_zone" else "in" for finding in findings}
        return frozenset(
            (stipulation.id, sides.get(stipulation.id, "none"))
            for stipulation in self._stipulations.values()
            if _speaks_of(stipulation, kind) and self._relation_of(stipulation.zone, place) == "part"
        )

    def are_tellable(self, parts: Iterable[Part]) -> bool:
        """Whether all these clauses are on zones of which a large enough group may be told."""
        return all(self._kinds.get(self._stipulations[clause].zone) in TELLABLE_ZONES for clause, _ in parts)

    def released_findings(
        self, findings: Iterable[Finding], place: str | Cell, *, exact: bool, with_parts: bool
    ) -> tuple[ReleasedFinding, ...]:
        """The findings that may be told of an incident, scrubbed."""
        return tuple(map(self.scrub, self.tellable(findings, place, exact=exact, with_parts=with_parts)))

    def tellable(
        self, findings: Iterable[Finding], place: str | Cell, *, exact: bool, with_parts: bool
    ) -> list[Finding]:
        """The findings that may be told of an incident, as far as its place goes."""
        wanted = ("whole", "part") if with_parts else ("whole",)
        return [finding for finding in findings if exact or self._relation(finding, place) in wanted]

    def outcome(self, findings: list[Finding], kind: str, place: str | Cell, *, exact: bool, with_parts: bool) -> str:
        """The worst outcome, or `withheld`.

        A clause that covers only a part of the published place could tell that part by its outcome. So for every kind
        that such a clause speaks of the outcome is withheld, whatever it is, unless a clause on the whole place
        already gives the worst.
        """
        if exact:
            return worst_of(finding.outcome for finding in findings)
        wanted = ("whole", "part") if with_parts else ("whole",)
        worst = worst_of(finding.outcome for finding in findings if self._relation(finding, place) in wanted)
        if worst == OUTCOMES[0] or with_parts or not self.parts(findings, kind, place):
            return worst
        return WITHHELD

    def scrub(self, finding: Finding) -> ReleasedFinding:
        """The finding with the facts that the recipient may have; a fact that we do not know by name stays here."""
        if not self._tells_sureness:
            finding = replace(finding, reason=OF_SURENESS.get(finding.reason, finding.reason))
        is_coarse = bool(finding.incident_id) and self._recipient.place != "exact"
        reason = OF_ACTORS.get(finding.reason, OF_REVIEW.get(finding.reason, finding.reason))
        reason = GENERAL_REASON.get(reason, reason) if is_coarse else reason
        return ReleasedFinding(
            finding_id=finding.finding_id,
            incident_id=finding.incident_id,
            stipulation=finding.stipulation,
            provision=finding.provision,
            instrument=finding.instrument,
            rule=finding.rule,
            outcome=finding.outcome,
            reason=reason,
            facts=self._facts_told(finding, reason, is_coarse=is_coarse),
            due=finding.due,
            simulated=finding.simulated,
            hold=held_word(finding.outcome, reason),  # of the reason that is told: the exact one may tell a place
            is_reviewed=finding.reviewed,
        )

    def _facts_told(self, finding: Finding, reason: str, *, is_coarse: bool) -> dict[str, Any]:
        if is_coarse and reason in TOLD_OF_GENERAL and not self._is_early_form:
            names = TOLD_OF_GENERAL[reason]
            return self._facts({name: value for name, value in finding.facts.items() if name in names})
        return {} if reason != finding.reason else self._facts(finding.facts)

    def _facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        scrubbed: dict[str, Any] = {}
        for key, stated in sorted(facts.items()):
            value = self._without_barred(stated) if key in GIVERS and self._barred else stated
            if key == "occurred" and self._recipient.smallest_count > 1:
                continue  # the day of one act, and not always of this one
            if key in GIVERS and (not value or not self._may_be_named(value)):
                continue
            if key in OF_THE_RECORD:
                scrubbed[key] = self.coarse_time(str(value))
            elif key in self._leaving:
                scrubbed[key] = value
        return scrubbed

    def coarse_time(self, text: str) -> str:
        """A moment (ISO 8601) as finely as the recipient is told times; a day as it stands, "" of what is neither."""
        if len(text) == len("2020-12-11"):
            return text
        try:
            moment = read_time(text, zone=self._watch.zone)
        except TimeError:
            return ""
        if self._recipient.time == "minute":
            return iso_utc(moment.replace(second=0, microsecond=0))
        local = moment.astimezone(self._watch.zone)
        if self._recipient.time == "quarter":
            return iso_utc(local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0))
        if self._recipient.time == "hour":
            return iso_utc(local.replace(minute=0, second=0, microsecond=0))
        return local.date().isoformat()

    def _relation(self, finding: Finding, place: str | Cell) -> str:
        stipulation = self._stipulations.get(finding.stipulation)
        return "part" if stipulation is None else self._relation_of(stipulation.zone, place)

    def _relation_of(self, zone_id: str, place: str | Cell) -> str:
        """How a clause's zone lies to the published place: the `whole` of it, `apart` from it, or a `part`."""
        if not zone_id or zone_id in self._theatre or zone_id == place:
            return "whole"
        if not place:
            return "part"
        key = zone_id, place
        if key not in self._relations:
            mine = self._geometries(zone_id)
            theirs = [Polygon(place.ring())] if isinstance(place, Cell) else self._geometries(place)
            if mine and all(shape.covers(other) for shape in mine for other in theirs):
                self._relations[key] = "whole"
            elif mine and all(shape.disjoint(other) for shape in mine for other in theirs):
                self._relations[key] = "apart"
            else:
                self._relations[key] = "part"
        return self._relations[key]

    def _geometries(self, zone_id: str) -> list[BaseGeometry]:
        return [zone.geometry for zone in self._watch.zones if zone.id == zone_id]


def _theatre_of(watch: Watch) -> frozenset[str]:
    """The zones that say nothing of a place: the largest area and whatever covers it. Strips and smaller areas do
    say."""
    areas = [zone for zone in watch.zones if zone.kind == "area"]
    if not areas:
        return frozenset()
    largest = max(areas, key=lambda zone: (zone.geometry.area, zone.id))
    return frozenset(zone.id for zone in areas if zone is largest or zone.geometry.covers(largest.geometry))


def _speaks_of(stipulation: Stipulation, kind: str) -> bool:
    return kind in stipulation.kinds or kind in stipulation.indications or kind == stipulation.what


def worst_of(outcomes: Iterable[str]) -> str:
    """The worst of the outcomes; `not_applicable` if there is none."""
    present = set(outcomes)
    return next((outcome for outcome in OUTCOMES if outcome in present), OUTCOMES[-1])


def latest_time(facts: Mapping[str, Any], watch: Watch) -> datetime | None:
    """When the latest thing happened that a finding about a deadline speaks of, if it says so."""
    moments = []
    for name in ("occurred", "first", "last", "lapsed", "reported", "denied"):
        if value := facts.get(name):
            try:
                moments.append(read_time(str(value), zone=watch.zone))
            except TimeError:
                continue
    return max(moments, default=None)
