"""What decides how a file is read: whose source it is counts where it makes the rows other ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import template_watch
from trucewatch.model.watch import SourceSetting
from trucewatch.pipeline.reading_hashes import readings_of


@pytest.mark.parametrize(
    ("adapter", "by_owner", "by_parties"),
    [("kobo", True, True), ("smm_table", True, True), ("mail", False, True), ("observations", False, False)],
)
def test_files_are_read_anew_where_another_owner_or_party_makes_other_rows(
    adapter: str, by_owner: bool, by_parties: bool
) -> None:
    watch = template_watch()
    source = SourceSetting(id="s", adapter=adapter, files=())
    here = readings_of(source, watch)
    assert (readings_of(replace(source, of="A"), watch) != here) == by_owner
    fewer = replace(watch, agreement=replace(watch.agreement, party=watch.agreement.party[1:]))
    assert (readings_of(source, fewer) != here) == by_parties
