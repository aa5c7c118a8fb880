"""What is shown before an act is what the list says after it; and showing it writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.conftest import copy_of
from trucewatch.desks import indexes
from trucewatch.desks.incidents.consequence import Consequence, Story, consequence_of
from trucewatch.desks.incidents.operations import Listing
from trucewatch.locale import words
from trucewatch.model.edits import Act
from trucewatch.model.incident import Incident
from trucewatch.model.naming import CONSOLE, called
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.current_rows import CurrentRows
from trucewatch.pipeline.foresight import Foresight, foresee
from trucewatch.pipeline.last_work import LastWork
from trucewatch.server.formatting import Telling
from trucewatch.store import Store

NOW = datetime(2031, 5, 4, 9, 0, tzinfo=UTC)
EXAMPLES = ("two-valleys", "karabakh-2020")


class Watched:
    """A copy of an example, run once and held open."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.assessment = self.run()

    def run(self) -> Assessment:
        self.assessment = assess(self.store, self.folder, now=NOW)
        return self.assessment

    @property
    def listing(self) -> Listing:
        return Listing(self.store, self.assessment.watch, lambda: NOW)

    @property
    def telling(self) -> Telling:
        watch = self.assessment.watch
        return Telling(words("en"), watch.zone, called(watch, CONSOLE, self.assessment.as_of))

    def coming(self, act: Act) -> Consequence:
        about = self.listing.about(act)
        return consequence_of(self.store, self.folder, act, about, self.telling, now=NOW)


@pytest.fixture(params=EXAMPLES)
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    folder = copy_of(request.param, tmp_path)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        yield Watched(store, folder)


@pytest.fixture(scope="module")
def valleys_open(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """To be looked at only."""
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("looked-at"))
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        yield Watched(store, folder)


Deed = Callable[[Listing], Act]


def merging(listing: Listing) -> Act:
    one, other = listing.incidents[1], listing.incidents[4]
    return listing.merge([one, other], reason="one event", by="A. N.")


def splitting(listing: Listing) -> Act:
    incident = max(listing.incidents, key=lambda each: len(each.members))
    return listing.split(incident, [incident.members[:1], incident.members[1:]], reason="two", by="A. N.")


def retyping(listing: Listing) -> Act:
    incident = next(each for each in listing.incidents if each.kind not in ("burst", "handover"))
    return listing.retype(incident, kind="burst", event_class="", reason="heard", by="A. N.")


def naming_its_cause(listing: Listing) -> Act:
    incident = next(each for each in listing.incidents if each.kind == "explosion" or each.classes)
    return listing.retype(incident, kind="", event_class="quarry_blast", reason="told", by="A. N.")


def rejecting(listing: Listing) -> Act:
    return listing.reject(listing.incidents[2], reason="a film set", by="A. N.")


def adding(listing: Listing) -> Act:
    near = max(listing.incidents, key=lambda each: (len(each.members), each.incident_id))
    return listing.add(stated_near(listing, near), reason="a call", by="A. N.")


def adding_far_off(listing: Listing) -> Act:
    west, south, east, north = listing.watch.settings.area
    place = ((west + east) / 2, (south + north) / 2, 800.0, None, 0.0)
    start = listing.incidents[-1].occurred_start.isoformat().replace("+00:00", "Z")
    stated = listing.stated(
        kind="explosion",
        means="patrol",
        start=start,
        end=None,
        place=place,
        count=3,
        text="",
        simulated=False,
        claimed_by="the eastern patrol",
        perceived="heard",
    )
    return listing.add(stated, reason="a call", by="A. N.")


def stated_near(listing: Listing, near: Incident) -> Any:
    return listing.stated(
        kind=near.kind,
        means="patrol",
        start=near.occurred_start.isoformat().replace("+00:00", "Z"),
        end=None,
        place=(near.lon, near.lat, 150.0, None, 0.0) if near.lon is not None else (None, None, None, None, 0.0),
        count=2,
        text="seen from the road",
        simulated=False,
        claimed_by="the eastern patrol",
        perceived="saw",
    )


DEEDS: tuple[Deed, ...] = (merging, splitting, retyping, naming_its_cause, rejecting, adding, adding_far_off)


def as_told(foresight: Foresight | Assessment) -> dict[str, Any]:
    """All that a list says, but for ids that come of the act's own."""
    part = foresight.after if isinstance(foresight, Foresight) else foresight
    rejected = part.rejected if isinstance(foresight, Foresight) else foresight.rejected_incidents
    incidents = part.incidents.drop_columns(["acts"]).to_pylist()
    columns = ("incident_id", "stipulation", "outcome", "held", "reason", "facts")
    return {
        "incidents": incidents,
        "findings": part.findings.select(columns).to_pylist(),
        "rejected": rejected.drop_columns(["acts", "rejected_by", "reason"]).to_pylist(),
    }


def without_ids(told: dict[str, Any], added: str) -> dict[str, Any]:
    """An added observation is called by its act, which has another id before it is entered: so are incidents that are
    called by it, and whose words stand for several is told by ids."""
    drop = {"incident_id", "members", "period", "people", "facts", "text"}
    return {
        name: sorted(repr({key: value for key, value in row.items() if not added or key not in drop}) for row in rows)
        for name, rows in told.items()
    }


def sides(consequence: Consequence) -> list[dict[str, str]]:
    """What is said of each incident after an act, but for codes."""
    return sorted(
        ({"sentence": each.sentence, **each.values} for each in consequence.main.after),
        key=lambda each: each["sentence"],
    )


def everything_under(folder: Path) -> dict[str, str]:
    """Each file of a watch and of its store with its hash; what SQLite shares between its connections is no content."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_what_is_shown_before_an_act_is_what_the_list_says_after_it_and_after_taking_it_back(
    watched: Watched, deed: Deed
) -> None:
    supposed = deed(watched.listing.looking_ahead())
    shown = watched.coming(supposed)
    coming = foresee(watched.store, watched.folder, supposed, now=NOW)
    act = deed(watched.listing)
    after = watched.run()
    is_added = "by-hand" if act.deed == "add" else ""
    assert without_ids(as_told(coming), is_added) == without_ids(as_told(after), is_added)
    # What pages tell of it now: the act is on record, so the list without it is asked through its undoing.
    taking_back = watched.listing.looking_ahead().undo(act, reason="", by="")
    undone = watched.coming(taking_back)
    now_told = sorted(
        ({"sentence": each.sentence, **each.values} for each in undone.main.before), key=lambda each: each["sentence"]
    )
    for before, now in zip(sides(shown), now_told, strict=True):
        assert {**before, "listed": ""} == {**now, "listed": ""}
    # And the undoing is shown as it comes.
    coming = foresee(watched.store, watched.folder, taking_back, now=NOW)
    watched.listing.undo(act, reason="no", by="A. N.")
    again = watched.run()
    assert as_told(coming) == as_told(again)
    assert [each.sentence for each in undone.main.after] == [each.sentence for each in shown.main.before]
    # Nothing that went on from what was looked at differs from what begins from nothing.
    for nothing in (LastWork(), CurrentRows()):
        watched.store.memory.put(nothing)
    assert as_told(watched.run()) == as_told(again)


def test_looking_writes_nothing(watched: Watched) -> None:
    before, entries = everything_under(watched.folder), len(watched.store.journal)
    tables = {
        name: watched.store.index.rows(f"SELECT count(*) FROM {name}")
        for (name,) in watched.store.index.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    }
    for deed in DEEDS:
        watched.coming(deed(watched.listing.looking_ahead()))
    assert len(watched.store.journal) == entries
    assert everything_under(watched.folder) == before
    assert {name: watched.store.index.rows(f"SELECT count(*) FROM {name}") for name in tables} == tables


@given(pair=st.tuples(st.integers(0, 80), st.integers(0, 80)))
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_two_are_shown_merged_as_a_list_from_nothing_has_them(valleys_open: Watched, pair: tuple[int, int]) -> None:
    incidents = valleys_open.listing.incidents
    one, other = (incidents[number % len(incidents)] for number in pair)
    if one is other or one.incident_id == other.incident_id:
        return
    supposed = valleys_open.listing.looking_ahead().merge([one, other], reason="x", by="")
    coming = foresee(valleys_open.store, valleys_open.folder, supposed, now=NOW)
    for nothing in (LastWork(), CurrentRows()):
        valleys_open.store.memory.put(nothing)
    anew = foresee(valleys_open.store, valleys_open.folder, supposed, now=NOW)
    assert as_told(coming) == as_told(anew)
    valleys_open.run()


def test_an_act_that_changes_nothing_says_so(watched: Watched) -> None:
    incident = next(each for each in watched.listing.incidents if len(each.members) > 1)
    act = watched.listing.looking_ahead()._supposed("merge", parts=(tuple(incident.members),))
    coming = watched.coming(act)
    assert coming.is_nothing
    assert [each.code for each in coming.main.before] == [each.code for each in coming.main.after]


def test_another_consequence_has_another_mark_and_the_same_the_same(watched: Watched) -> None:
    one, other = (
        watched.listing.looking_ahead().reject(watched.listing.incidents[at], reason="x", by="") for at in (0, 1)
    )
    assert watched.coming(one).mark == watched.coming(one).mark
    assert watched.coming(one).mark != watched.coming(other).mark


def test_another_clause_is_told_as_loudly_as_another_assessment(valleys_open: Watched) -> None:
    """Each clause may oblige another side: whoever makes a shot an overflight moves what is held against whom."""
    ahead, told = valleys_open.listing.looking_ahead(), []
    for incident in valleys_open.listing.incidents:
        if incident.kind not in ("overflight", "weapon_present", "line_crossing"):
            continue
        for kind in {"shot", "overflight"} - {incident.kind}:
            story = valleys_open.coming(ahead.retype(incident, kind=kind, event_class="", reason="x", by="")).main
            said = [
                {line.clause for line in side[0].clauses if line.outcome == "inconsistent"}
                for side in (story.before, story.after)
            ]
            if all(said) and said[0] != said[1]:
                assert story.assessments
                told.append(story.assessments)
    assert ("inconsistent (Clause 4)", "inconsistent (Clause 1a)") in told, told


def test_parts_of_one_size_are_each_counted(valleys_open: Watched) -> None:
    listing = valleys_open.listing.looking_ahead()
    incident = next(each for each in valleys_open.listing.incidents if len(each.members) == 2)
    act = listing.split(incident, [incident.members[:1], incident.members[1:]], reason="two", by="")
    (change,) = [each for each in valleys_open.coming(act).main.changes if each.key == "members"]
    assert (change.before, change.after) == ("2 observations", "1 observation | 1 observation")


def test_that_one_event_counts_twice_is_told_as_loudly_as_that_two_count_once(valleys_open: Watched) -> None:
    listing = valleys_open.listing.looking_ahead()
    for incident in valleys_open.listing.incidents:
        if len(incident.members) < 2:
            continue
        half = len(incident.members) // 2
        act = listing.split(incident, [incident.members[:half], incident.members[half:]], reason="two", by="")
        story = valleys_open.coming(act).main
        if story.numbers and story.numbers[0].startswith("inconsistent ("):
            break
    assert story.numbers
    assert not story.assessments
    assert story.numbers[1].count("inconsistent (") == story.numbers[0].count("inconsistent (") + 1
    # The same two put together again.
    both = Story(before=story.after, after=story.before, differs={}, changes=())
    assert both.numbers == story.numbers[::-1]


def test_before_an_edit_too_a_duty_by_a_reading_is_told_as_such(watched: Watched) -> None:
    lines = [
        line
        for incident in watched.listing.incidents[-12:]
        for side in (watched.coming(watched.listing.looking_ahead().reject(incident, reason="x", by="")).main.before,)
        for each in side
        for line in each.clauses
    ]
    readings = {
        stipulation.id: stipulation.obliged_by.partition(":")[2]
        for _, stipulation in watched.assessment.watch.agreement.stipulations()
    }
    assert lines
    assert all(bool(line.read_by) == bool(readings[line.clause]) for line in lines)
    if watched.folder.name == "karabakh-2020":
        assert ("2", "Armenia", "Azerbaijan") in {
            (line.clause, line.binds.strip("\u2068\u2069"), line.read_by.strip("\u2068\u2069")) for line in lines
        }
