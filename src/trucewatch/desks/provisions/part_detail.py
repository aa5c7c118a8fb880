"""All that the page of a provision shows of one part: readings, history, evidence, the findings beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.desks.base import BesideClause
from trucewatch.desks.provisions.entry_fields import EntryForm
from trucewatch.desks.provisions.entry_pages import Listed, entries_about
from trucewatch.desks.provisions.forms import forms_for
from trucewatch.desks.provisions.provision_view import AtAGlance, PartView, ProvisionView
from trucewatch.desks.provisions.texts_beside import CopiesBeside, copies_beside
from trucewatch.model.agreement_entries import AgreementEntry
from trucewatch.model.clause_parts import Reading
from trucewatch.model.incident import Counter, Finding, Incident
from trucewatch.model.outcomes import HELD, OUTCOMES
from trucewatch.server.snapshot import Ints
from trucewatch.server.view import View
from trucewatch.store.agreement_records import counting_entries
from trucewatch.store.reading_assents import may_be_let

MOST_FINDINGS: Final = 12


def _nothing(view: View, part: str) -> tuple[BesideClause, ...]:
    """What a desk has that brings no lines of its own."""
    return ()


@dataclass(frozen=True)
class PartDetail:
    """All that the page of a provision shows of one part."""

    glance: AtAGlance
    of: ProvisionView
    part: PartView

    @cached_property
    def readings(self) -> list[Reading]:
        """In the order in which they became known."""
        own = [each for each in self.of.provision.reading if each.about == self.part.id]
        return sorted(own, key=lambda each: (each.known_at, each.by))

    @cached_property
    def copies(self) -> CopiesBeside | None:
        """The texts' own words for it; None where they stand with the clause or are not on file."""
        provision, watch = self.of.provision, self.glance.glimpse.record.watch
        beside = copies_beside(watch, self.part.id, self.glance.glimpse.at, instrument=provision.instrument)
        return beside if beside.copies and self.part.id != provision.number else None

    @cached_property
    def entered(self) -> list[Listed]:
        """What was entered of it by hand, taken back or not."""
        return entries_about(self.glance.view, self.part.id)

    @cached_property
    def forms(self) -> list[EntryForm]:
        """What can be entered of it."""
        return forms_for(self.glance.view, self.part.id)

    @cached_property
    def history(self) -> list[tuple[str, str, str]]:
        """Its changes up to the moment that is shown: when, the state, and the moment as an address has it."""
        glimpse, view = self.glance.glimpse, self.glance.view
        return [
            (view.telling.moment(change.at), change.state, glimpse.query(change.at, "then"))
            for change in glimpse.changes
            if change.stipulation == self.part.id and change.at <= glimpse.at
        ]

    @cached_property
    def evidence(self) -> list[tuple[str, list[str], Incident]]:
        """The incidents that its state rests on, as they are listed today: code, those of their observations, the
        incident. The first few."""
        snapshot = self.glance.view.snapshot
        wanted = pa.array([name for name in self.part.state.evidence if name.startswith("o-")], pa.string())
        members = snapshot.incidents["members"].combine_chunks()
        holds = pc.is_in(members.flatten(), value_set=wanted)
        rows = pc.unique(pc.list_parent_indices(members).filter(holds)).to_pylist()
        names = set(wanted.to_pylist())
        return [
            (snapshot.codes[row], [name for name in incident.members if name in names], incident)
            for row, incident in zip(
                rows[:MOST_FINDINGS], snapshot.incidents_at(np.array(rows[:MOST_FINDINGS], dtype=np.int64)), strict=True
            )
        ]

    @cached_property
    def numbers(self) -> list[Counter]:
        """The reported numbers that it rests on."""
        wanted = {name for name in self.part.state.evidence if name.startswith("c-")}
        at = self.glance.glimpse.known_by or self.glance.glimpse.at
        return [number for number in self.glance.glimpse.record.numbers_at(at) if number.counter_id in wanted]

    @cached_property
    def _places(self) -> Ints:
        """The places of today's findings on single incidents of it, those that tell something first."""
        snapshot = self.glance.view.snapshot
        places = snapshot.clauses.get(self.part.id, np.zeros(0, dtype=np.int64))
        return places[snapshot.finding_incident[places] >= 0]

    @cached_property
    def _telling(self) -> Ints:
        """Of these the ones whose incident was known by the moment that is shown."""
        view, glimpse = self.glance.view, self.glance.glimpse
        snapshot = view.snapshot
        outcomes = snapshot.finding_outcome[self._places]
        telling = self._places[outcomes != OUTCOMES.index("not_applicable")]
        is_known = np.array(
            [moment is not None and moment <= (glimpse.known_by or glimpse.at) for moment in self._known_from(telling)],
            dtype=bool,
        )
        places: Ints = telling[is_known]
        return places

    def _known_from(self, places: Ints) -> list[datetime | None]:
        snapshot = self.glance.view.snapshot
        moments: list[datetime | None] = (
            snapshot.incidents["first_known_at"].take(snapshot.finding_incident[places]).to_pylist()
        )
        return moments

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of each outcome."""
        outcomes = self.glance.view.snapshot.finding_outcome[self._telling]
        return {name: int((outcomes == code).sum()) for code, name in enumerate(OUTCOMES)}

    @cached_property
    def held_back(self) -> str:
        snapshot = self.glance.view.snapshot
        reasons = snapshot.finding_held[self._telling]
        return self.glance.view.telling.held_back(np.bincount(reasons[reasons >= 0], minlength=len(HELD)).tolist())

    @cached_property
    def findings(self) -> list[Finding]:
        """The first of them, the worst first."""
        return self.glance.view.snapshot.findings_at(self._telling[:MOST_FINDINGS])

    @cached_property
    def beside(self) -> list[BesideClause]:
        """What other desks have of it, in the order of their names."""
        view = self.glance.view
        return [
            line
            for desk in view.console.desks
            for line in (desk.gives("beside_clause", "lines") or _nothing)(view, self.part.id)
        ]

    @property
    def more(self) -> int:
        return max(len(self._telling) - MOST_FINDINGS, 0)

    @cached_property
    def simulated(self) -> int:
        snapshot = self.glance.view.snapshot
        return int(snapshot.simulated[snapshot.finding_incident[self._telling]].sum())

    def missing(self, reading: Reading) -> list[str]:
        """The delegations whose heads do not let a reading hold an outcome back."""
        return [each for each in sorted(self.glance.view.snapshot.watch.delegation_ids) if each not in reading.let_by]

    @cached_property
    def _entries(self) -> list[AgreementEntry]:
        view = self.glance.view
        return [each for each in counting_entries(view.console.store, view.watch) if each.about == self.part.id]

    def letting(self, reading: Reading) -> str:
        """The address at which a reading is let hold an outcome back; "" for one of a file, and without accounts."""
        if self.glance.view.person is None:
            return ""
        own = (each for each in self._entries if may_be_let(each) and each.row == reading)
        return next((f"/agreement/entered/{each.entry_id}/agree" for each in own), "")

    def after(self, reading: Reading) -> int:
        """How many events that the clause bears on had happened before a reading was first stated."""
        snapshot = self.glance.view.snapshot
        starts = snapshot.start_s[snapshot.finding_incident[self._telling]]
        return int((starts < reading.known_at.timestamp()).sum())
