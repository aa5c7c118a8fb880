"""What would narrow a list of incidents further: each value of a facet, with how many it would list and its address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from trucewatch.desks.incidents.listing import ListView, months_of
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import held_back_word, held_word, kind_word, means_word, outcome_word
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import HELD, OUTCOMES
from trucewatch.server.filters import passing
from trucewatch.server.preferences import Visit
from trucewatch.server.snapshot import Bools, Snapshot


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: how many it would list, and the address that narrows to it, or widens again."""

    label: str
    count: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One question that the list can be narrowed by."""

    name: str
    title: str
    values: tuple[FacetValue, ...]


class _Values:
    """The values of the facets of one view, each counted with every filter but its own facet's."""

    def __init__(self, snapshot: Snapshot, view: ListView, masks: Mapping[str, Bools]) -> None:
        self._snapshot, self._view, self._masks = snapshot, view, masks

    def but(self, name: str) -> Bools:
        """The rows that pass every other filter."""
        return passing(self._snapshot, (mask for other, mask in self._masks.items() if other != name))

    def several(self, name: str, word: str, label: str, count: int) -> FacetValue:
        """A value of a filter that may hold several."""
        view = self._view
        having: tuple[str, ...] = view.month if name == "month" else getattr(view.chosen, name)
        is_chosen = word in having
        left = tuple(each for each in having if each != word) if is_chosen else (*having, word)
        if name == "month":
            return FacetValue(label, count, view.address(month=left), is_chosen)
        return FacetValue(label, count, view.address(chosen=view.chosen.changed(**{name: left})), is_chosen)

    def single(self, name: str, word: str, label: str, count: int) -> FacetValue:
        """A value of a filter that holds one."""
        is_chosen = getattr(self._view.chosen, name) == word
        chosen = self._view.chosen.changed(**{name: "" if is_chosen else word})
        return FacetValue(label, count, self._view.address(chosen=chosen), is_chosen)

    def of(self, name: str, columns: Mapping[str, Bools], labels: Mapping[str, str]) -> tuple[FacetValue, ...]:
        """The values of a filter whose columns these are, the fullest first."""
        among = self.but(name)
        return _fullest_first(
            self.several(name, word, labels.get(word, word), int((among & mask).sum()))
            for word, mask in columns.items()
        )


def facets_of(snapshot: Snapshot, view: ListView, visit: Visit, masks: Mapping[str, Bools]) -> tuple[Facet, ...]:
    """The facets that narrow this view: none of which every row has the one value."""
    matching = int(passing(snapshot, masks.values()).sum())
    return tuple(
        replace(facet, values=values)
        for facet in _every_facet(snapshot, view, visit, _Values(snapshot, view, masks))
        if (values := tuple(each for each in facet.values if each.count or each.is_chosen))
        and (len(values) > 1 or values[0].is_chosen or values[0].count < matching)
    )


def _every_facet(snapshot: Snapshot, view: ListView, visit: Visit, values: _Values) -> Iterator[Facet]:
    words = visit.words
    among = values.but("outcome")
    outcomes = np.bincount(snapshot.outcome[among], minlength=len(OUTCOMES)).tolist()
    reasons = np.bincount(snapshot.held_back[among & (snapshot.held_back >= 0)], minlength=len(HELD)).tolist()
    yield Facet(
        "outcome",
        words.gettext("Assessment"),
        tuple(
            values.several(
                "outcome", word, held_back_word(words) if word == "undetermined" else outcome_word(word, words), count
            )
            for word, count in zip(OUTCOMES, outcomes, strict=True)
        ),
    )
    yield Facet(
        "reason",
        words.gettext("Why no assessment"),
        tuple(
            values.several("reason", word, held_word(word, words), count)
            for word, count in zip(HELD, reasons, strict=True)
        ),
    )
    kinds = np.bincount(snapshot.kind[values.but("kind")], minlength=len(KINDS)).tolist()
    by_kind = zip(KINDS, kinds, strict=True)
    yield Facet(
        "kind",
        words.gettext("Kind"),
        _fullest_first(values.several("kind", kind, kind_word(kind, words), count) for kind, count in by_kind),
    )
    zones = {zone.id: printable(words.name(zone.names, otherwise=zone.id)) for zone in snapshot.watch.zones}
    yield Facet("zone", words.gettext("Zone"), values.of("zone", snapshot.zones, zones))
    means = {name: means_word(name, words) for name in snapshot.means}
    yield Facet("means", words.gettext("Means"), values.of("means", snapshot.means, means))
    months, counts = np.unique(months_of(snapshot, visit.zone)[values.but("month")], return_counts=True)
    by_month = reversed(list(zip(months.tolist(), counts.tolist(), strict=True)))
    yield Facet(
        "month",
        words.gettext("Month"),
        tuple(values.several("month", month, words.month(month), count) for month, count in by_month),
    )
    if snapshot.grave.any():
        count = int((values.but("grave") & snapshot.grave).sum())
        only = values.single("grave", "only", words.gettext("only these"), count)
        yield Facet("grave", words.gettext("Grave events"), (only,))
    if snapshot.simulated.any() and not snapshot.simulated.all():
        among = values.but("sim")
        invented = int((among & snapshot.simulated).sum())
        yield Facet(
            "sim",
            words.gettext("Real and simulated"),
            (
                values.single("sim", "hide", words.gettext("real"), int(among.sum()) - invented),
                values.single("sim", "only", words.gettext("simulated"), invented),
            ),
        )


def _fullest_first(values: Iterable[FacetValue]) -> tuple[FacetValue, ...]:
    return tuple(sorted(values, key=lambda each: -each.count))
