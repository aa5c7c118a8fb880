"""What reports and exports take of links: the network with what was entered, and answers that all heads agreed to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.builders import copy_of
from trucewatch.model.roles import Role
from trucewatch.model.watch import Recipient, Watch
from trucewatch.pipeline.link_figures import length_of
from trucewatch.pipeline.link_inputs import link_inputs
from trucewatch.pipeline.link_opening import Question
from trucewatch.pipeline.opening_release import proposal_named, propose_opening
from trucewatch.reports.daily_build import public_part
from trucewatch.reports.link_files import LinkFile
from trucewatch.reports.link_release import ReleasedLinks, release_links
from trucewatch.store import Store
from trucewatch.store.assent_records import enter_assent
from trucewatch.watch import load_watch

NOW: Final = datetime(2031, 5, 4, 2, tzinfo=UTC)
QUESTION: Final = Question(
    from_="port-merrow",
    to="stonegate",
    opened=("quarry-road", "halts-crossing"),
    mode="any",
    day=date(2031, 5, 3),
    known_by=NOW,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of("two-valleys", tmp_path)


@pytest.fixture
def watch(folder: Path) -> Watch:
    return load_watch(folder)


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store(folder, lambda: NOW) as opened:
        yield opened


def released(store: Store, watch: Watch, recipient: Recipient, at: datetime) -> ReleasedLinks:
    inputs = link_inputs(store, watch)
    assert inputs.network is not None
    return release_links(inputs.network, watch, recipient, at, openings=inputs.openings, length_of=length_of)


def agree(store: Store, side: str) -> None:
    proposal = proposal_named(store, "LO-1")
    enter_assent(store, proposal.subject, person=f"p-{side}", side=side, role=Role.HEAD, now=NOW, of=proposal.digest)


def test_an_answer_is_told_once_the_head_of_each_delegation_agreed_and_the_delay_is_over(
    store: Store, watch: Watch
) -> None:
    centre, public = watch.settings.recipient[0], watch.settings.recipient[-1]
    later = NOW + timedelta(days=3)
    propose_opening(store, watch, QUESTION, by="Anna", now=NOW)
    assert not released(store, watch, centre, later).openings
    agree(store, "NI")
    assert not released(store, watch, centre, later).openings, "one head alone"
    agree(store, "SI")
    assert [opening.code for opening in released(store, watch, centre, later).openings] == ["LO-1"]
    assert not released(store, watch, public, NOW).openings, "its delay is not over"
    assert [opening.code for opening in released(store, watch, public, later).openings] == ["LO-1"]


def test_a_released_answer_is_told_without_the_words_of_statements(store: Store, watch: Watch) -> None:
    propose_opening(store, watch, QUESTION, by="Anna", now=NOW)
    for side in ("NI", "SI"):
        agree(store, side)
    public = watch.settings.recipient[-1]
    later = NOW + timedelta(days=3)
    told = released(store, watch, public, later)
    (opening,) = told.openings
    assert {side.side for side in opening.sides} == set(watch.agreement.bound_ids)
    content = LinkFile(released=told, watch=public_part(watch, public, later), recipient="public").geojson()
    assert b'"rests_on_statements_of"' in content


def test_a_line_of_power_in_the_file_of_the_watch_moves_no_byte(store: Store, watch: Watch) -> None:
    network = link_inputs(store, watch).network
    assert network is not None
    bare = replace(network, links=tuple(link for link in network.links if not link.is_inside_only))
    assert len(bare.links) < len(network.links)
    for recipient in watch.settings.recipient:
        full, plain = (
            LinkFile(
                released=release_links(each, watch, recipient, NOW, length_of=length_of),
                watch=public_part(watch, recipient, NOW),
                recipient=recipient.id,
            ).geojson()
            for each in (network, bare)
        )
        assert full == plain


def test_a_watch_without_links_gives_none(store: Store, watch: Watch) -> None:
    assert link_inputs(store, replace(watch, network=None)).network is None
