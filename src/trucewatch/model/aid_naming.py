"""Names for the ids of humanitarian records, as one reader reads them."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.model.names import name_in
from trucewatch.model.watch import Watch


@dataclass(frozen=True, slots=True)
class AidNaming:
    """The organisations, districts and sides of a watch in a language; an id that nothing names is its own name."""

    watch: Watch
    language: str

    def organisation(self, id_: str) -> str:
        on_file = self.watch.humanitarian
        organisation = on_file.organisation_of(id_) if on_file else None
        return name_in(organisation.names, self.language, otherwise=id_) if organisation else id_

    def district(self, id_: str) -> str:
        on_file = self.watch.humanitarian
        district = on_file.district_of(id_) if on_file else None
        return name_in(district.names, self.language, otherwise=id_) if district else id_

    def side(self, id_: str) -> str:
        return name_in(self.watch.names_by_id.get(id_, {}), self.language, otherwise=id_)
