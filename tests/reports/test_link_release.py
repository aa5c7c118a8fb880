"""What of links may leave, to whom, in which words, and that nothing else moves a byte of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.invented import CELLS, CENTRE, EVERYONE, OPEN_CELLS, PUBLIC, at, inputs_of, invented_watch
from tests.reports.invented_clauses import clauses
from tests.reports.invented_links import (
    CORRIDOR,
    KNOWN,
    LETTER,
    NETWORK,
    PAPER,
    ROAD,
    SECRET,
    length_over_stated,
    link,
    name,
    node,
    opening,
    status,
    with_lines,
)
from tests.reports.opened import everything_in
from trucewatch.locale import words
from trucewatch.model.link_statements import LengthStatement, PassageStatement, QueueStatement, RulesStatement
from trucewatch.model.links import INSIDE_ONLY, Network
from trucewatch.model.names import NamesFile, NamingPolicy
from trucewatch.model.watch import Recipient, SourceSetting, Watch
from trucewatch.pipeline.link_figures import length_of
from trucewatch.reports import FORMATS, DailyReport, build_daily, render
from trucewatch.reports.daily_build import public_part
from trucewatch.reports.link_files import COLUMNS, LinkFile
from trucewatch.reports.link_release import ReleasedLink, ReleasedLinks, release_links
from trucewatch.reports.section import Section, sections_of

NOW: Final = at(24 * 4)
"""14 May 2031, midnight of the watch's zone: later than all that is stated."""
PARTIES: Final = replace(OPEN_CELLS, id="parties", time="quarter", to="parties")
WORDLESS: Final = replace(OPEN_CELLS, id="relief", time="minute")
RECIPIENTS: Final = (PUBLIC, EVERYONE, CELLS, OPEN_CELLS, PARTIES, CENTRE)
TO_ALL: Final = pytest.mark.parametrize("recipient", RECIPIENTS, ids=[recipient.id for recipient in RECIPIENTS])


def told(
    recipient: Recipient = CENTRE,
    network: Network = NETWORK,
    *,
    watch: Watch | None = None,
    moment: datetime = NOW,
    on_file: Network | None = None,
    **more: Any,
) -> ReleasedLinks:
    watch = replace(watch or invented_watch(), network=on_file)
    return release_links(network, watch, recipient, moment, length_of=length_over_stated, **more)


def link_of(released: ReleasedLinks, link_id: str = "pass-road") -> ReleasedLink:
    found = released.link(link_id)
    assert found is not None
    return found


def with_road(**more: Any) -> Network:
    return replace(NETWORK, links=(replace(ROAD, **more), *NETWORK.links[1:]))


def with_corridor(**more: Any) -> Network:
    return replace(NETWORK, corridors=(replace(CORRIDOR, **more),))


def files_of(released: ReleasedLinks, recipient: Recipient) -> dict[str, bytes]:
    file = LinkFile(released=released, watch=public_part(invented_watch(), recipient, NOW), recipient=recipient.id)
    return {"geojson": file.geojson(), "csv": file.csv(words("en"))}


def report(recipient: Recipient, network: Network | None, **more: Any) -> DailyReport:
    source = clauses(network=network, **({"length_of": length_of} | more))
    inputs = replace(inputs_of([], (), as_of=NOW), implementation=lambda: source)
    return build_daily(
        inputs, recipient=recipient, day_from=date(2031, 5, 5), day_until=date(2031, 5, 14), kind="implementation"
    )


def section(of: DailyReport, section_name: str, language: str = "en") -> Section:
    return next(part for part in sections_of(of, words(language)) if part.name == section_name)


# Lines of power, gas, water and telephone


@TO_ALL
def test_a_line_of_power_gas_water_or_telephone_moves_no_byte_of_a_file(recipient: Recipient) -> None:
    plain, full = (files_of(told(recipient, network), recipient) for network in (NETWORK, with_lines()))
    assert plain == full
    assert b"Pass Road" in full["geojson"], "the file is not the same because it is empty"


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("recipient", [PUBLIC, CENTRE], ids=("public", "centre"))
def test_nothing_of_such_a_line_is_in_any_byte_of_a_report(recipient: Recipient, format_name: str) -> None:
    content = render(report(recipient, with_lines()), format=format_name, language="en")
    assert SECRET not in everything_in(content).casefold()
    assert "SECRETLAND" not in everything_in(content)


@pytest.mark.parametrize("format_name", ["html", "csv", "tables", "docx", "xlsx"])
def test_such_a_line_moves_no_byte_of_a_report(format_name: str) -> None:
    plain, full = (
        render(report(PUBLIC, network), format=format_name, language="en") for network in (NETWORK, with_lines())
    )
    assert everything_in(plain) == everything_in(full)
    assert "Pass Road" in everything_in(full)


def test_a_route_or_an_opening_along_such_a_line_stays_inside() -> None:
    along = (opening("pass-road"), opening("pass-road", f"{SECRET}-line-power", code="LO-2"))
    released = told(network=with_lines(), openings=along)
    assert [route.id for route in released.routes] == ["north-route"]
    assert [row.code for row in released.openings] == ["LO-1"]
    assert [corridor.id for corridor in released.corridors] == ["pass-corridor"]


def test_an_end_that_a_road_shares_with_a_line_leaves_and_one_of_the_line_alone_does_not() -> None:
    assert {node.id for node in told(network=with_lines()).nodes} == {"alder", "borin", "cormel", "dovra"}


@st.composite
def networks(draw: Any) -> Network:
    """Links of random kinds between random nodes; what may not leave has SECRET in all its words."""
    count = draw(st.integers(2, 7))
    kinds = draw(
        st.lists(st.sampled_from(("road", "railway", "crossing", *sorted(INSIDE_ONLY))), min_size=1, max_size=9)
    )
    pairs = [draw(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))) for _ in kinds]
    passed = {end for kind, pair in zip(kinds, pairs, strict=True) if kind not in INSIDE_ONLY for end in pair}
    ids = [f"n{number}" if number in passed else f"{SECRET}-n{number}" for number in range(count)]
    nodes = [
        node(node_id, 20.0 + number / 10, 45.0 + number / 10, name=(name(node_id.upper(), "P"),))
        for number, node_id in enumerate(ids)
    ]
    links = []
    for number, (kind, (first, last)) in enumerate(zip(kinds, pairs, strict=True)):
        own = f"{SECRET}-{number}" if kind in INSIDE_ONLY else f"l{number}"
        links.append(
            link(
                own,
                kind,
                ids[first],
                ids[last],
                clauses=("2",),
                name=(name(f"{own} of its users", "Q"),),
                carries=("road",) if kind == "crossing" else (),
                status=(status(draw(st.sampled_from(("open", "closed"))), "P", says={"en": f"{own} words"}),),
                length=(LengthStatement(km=90.0, by="P", source=PAPER, known_at=KNOWN),),
            )
        )
    route = tuple(draw(st.lists(st.sampled_from([edge.id for edge in links]), max_size=4)))
    routes = (
        (replace(NETWORK.routes[0], id="r", links=route),) if all(SECRET not in link_id for link_id in route) else ()
    )
    hidden = (
        (replace(NETWORK.routes[0], id=f"{SECRET}-r", name=(name(SECRET, "P"),), links=route),) if not routes else ()
    )
    return replace(NETWORK, nodes=tuple(nodes), links=tuple(links), routes=(*routes, *hidden), corridors=())


@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from(RECIPIENTS))
def test_of_any_network_nothing_leaves_to_anybody_that_is_inside_only(network: Network, recipient: Recipient) -> None:
    files = files_of(told(recipient, network), recipient)
    passed = [edge for edge in network.links if not edge.is_inside_only]
    document = json.loads(files["geojson"])
    lines = [row for row in document["features"] if row["geometry"]["type"] == "LineString"]
    assert [line["id"] for line in lines] == [edge.id for edge in passed]
    for content in files.values():
        assert SECRET.encode() not in content.lower()


@settings(max_examples=6, deadline=None)
@given(networks(), st.sampled_from((PUBLIC, CENTRE)), st.sampled_from(("html", "csv", "xlsx")))
def test_of_any_network_no_report_holds_what_is_inside_only(network: Network, recipient: Recipient, form: str) -> None:
    content = render(report(recipient, network), format=form, language="en")
    assert SECRET not in everything_in(content).casefold()


# What is not released moves nothing


HELD_BACK: Final[dict[str, Callable[[], Network]]] = {
    "known later": lambda: with_road(status=(*ROAD.status, status("open", "Q", known_at=NOW + timedelta(seconds=1)))),
    "of a source that never leaves": lambda: with_road(
        status=(*ROAD.status, status("open", "Q", source="events:row 7", since=date(2031, 5, 9)))
    ),
    "of a confidential source": lambda: with_road(
        status=(*ROAD.status, status("open", "Q", source="cables:4", since=date(2031, 5, 9)))
    ),
    "a length that is known later": lambda: with_road(
        length=(*ROAD.length, LengthStatement(km=99.0, by="P", source=PAPER, known_at=NOW + timedelta(hours=1)))
    ),
    "rules whose words are not told": lambda: with_road(
        rules=(RulesStatement(who={"en": "nobody"}, by="P", source=LETTER, known_at=KNOWN),)
    ),
    "few who passed": lambda: with_corridor(
        passage=(
            *CORRIDOR.passage,
            PassageStatement(
                day=date(2031, 5, 8),
                direction="forward",
                traffic="people",
                least=2,
                most=90,
                source=PAPER,
                known_at=KNOWN,
            ),
        )
    ),
    "few who wait": lambda: with_corridor(
        queue=(
            *CORRIDOR.queue,
            QueueStatement(at=KNOWN, direction="forward", traffic="cars", waiting=1, source=PAPER, known_at=KNOWN),
        )
    ),
    "a queue of today": lambda: with_corridor(
        queue=(
            *CORRIDOR.queue,
            QueueStatement(
                at=NOW - timedelta(hours=2),
                direction="forward",
                traffic="cars",
                waiting=50,
                source=PAPER,
                known_at=KNOWN,
            ),
        )
    ),
}


def two_sources() -> Watch:
    watch = invented_watch()
    events = SourceSetting(id="events", adapter="event_table", files=("inbox/*.csv",), preset="acled")
    cables = SourceSetting(id="cables", adapter="observations", files=("inbox/*.csv",), handling="confidential")
    return replace(watch, settings=replace(watch.settings, source=(*watch.settings.source, events, cables)))


@pytest.mark.parametrize("case", HELD_BACK)
def test_a_statement_that_is_not_released_moves_no_byte(case: str) -> None:
    plain, full = (
        files_of(told(PUBLIC, network, watch=two_sources()), PUBLIC) for network in (NETWORK, HELD_BACK[case]())
    )
    assert plain == full


@pytest.mark.parametrize("case", ["known later", "a length that is known later"])
def test_what_becomes_known_after_the_cut_off_moves_no_byte_for_the_centre_either(case: str) -> None:
    plain, full = (files_of(told(CENTRE, network), CENTRE) for network in (NETWORK, HELD_BACK[case]()))
    assert plain == full


def test_what_is_held_back_would_move_bytes_if_it_were_told() -> None:
    """Shows that the cases above can fail: the centre is told of them, a day later."""
    later = partial(told, CENTRE, watch=invented_watch(), moment=NOW + timedelta(days=3))
    plain = files_of(later(NETWORK), CENTRE)
    for build in HELD_BACK.values():
        assert files_of(later(build()), CENTRE) != plain


# Statuses and statements


def test_a_link_of_which_sources_say_different_things_is_not_known_with_both_words() -> None:
    (row,) = link_of(told(PUBLIC)).statuses
    assert (row.direction, row.status, row.why) == ("both", "not_known", "sources_differ")
    assert [(row.by, row.values["status"]) for row in row.statements] == [("P", "open"), ("Q", "closed")]


def test_a_link_of_which_nobody_says_anything_is_not_known() -> None:
    (row,) = link_of(told(PUBLIC, with_road(status=()))).statuses
    assert (row.status, row.why, row.statements) == ("not_known", "nobody_says", ())


def test_a_status_is_told_as_known_at_the_cut_off_less_the_delay() -> None:
    late = replace(ROAD, status=(status("open", known_at=NOW - timedelta(hours=20)),))
    network = replace(NETWORK, links=(late,), routes=(), corridors=())
    assert link_of(told(CENTRE, network)).statuses[0].status == "open"
    assert link_of(told(PUBLIC, network)).statuses[0].status == "not_known"


def test_directions_and_travellers_that_differ_have_their_own_line() -> None:
    released = told(CENTRE)
    railway = [(row.direction, row.status) for row in link_of(released, "valley-railway").statuses]
    assert railway == [("forward", "destroyed"), ("backward", "not_known")]
    crossing = [(row.traveller, row.status) for row in link_of(released, "mill-crossing").statuses]
    assert crossing == [("", "not_known"), ("P", "restricted"), ("Q", "closed")]


def test_a_statement_without_a_public_source_neither_leaves_nor_counts() -> None:
    private = with_road(status=(status("closed", "Q", source=LETTER, says={"en": "between us"}),))
    (row,) = link_of(told(WORDLESS, private)).statuses
    assert (row.status, row.why, row.statements) == ("not_known", "nobody_says", ())
    (whole,) = link_of(told(CENTRE, private)).statuses[0].statements
    assert (whole.words, whole.source) == ({"says": {"en": "between us"}}, LETTER)
    without = files_of(told(PUBLIC, with_road(status=())), PUBLIC)
    assert files_of(told(PUBLIC, private), PUBLIC) == without


def test_a_statement_on_file_leaves_with_its_words() -> None:
    on_file = with_road(status=(status("closed", "Q", source=LETTER, says={"en": "between us"}),))
    (row,) = link_of(told(PUBLIC, on_file, on_file=on_file)).statuses[0].statements
    assert (row.words, row.source) == ({"says": {"en": "between us"}}, LETTER)


def test_a_length_of_a_stretch_is_not_told_without_saying_of_which() -> None:
    part = LengthStatement(km=12.0, of={"en": "as far as the mill"}, by="P", source=LETTER, known_at=KNOWN)
    assert not [row for row in link_of(told(WORDLESS, with_road(length=(part,)))).statements if row.table == "length"]


# Corridors


def test_a_queue_is_told_by_the_unit_of_time_and_not_before_that_is_over() -> None:
    def queue(recipient: Recipient, moment: datetime = NOW) -> list[tuple[str, str]]:
        rows = told(recipient, moment=moment).corridors[0].statements
        return [
            (row.values["from"].isoformat(), row.values["until"].isoformat()) for row in rows if row.table == "queue"
        ]

    day = ("2031-05-05T21:00:00+00:00", "2031-05-06T21:00:00+00:00")
    assert queue(PUBLIC) == [day]
    assert queue(OPEN_CELLS) == [("2031-05-06T09:00:00+00:00", "2031-05-06T10:00:00+00:00")]
    assert queue(CENTRE) == [("2031-05-06T09:17:00+00:00", "2031-05-06T09:18:00+00:00")]
    known = KNOWN + timedelta(hours=1)
    assert not queue(PUBLIC, known + timedelta(hours=24)), "its day is not over by the delay"
    assert not queue(replace(OPEN_CELLS, delay_hours=24), known), "younger than the delay"


def test_passages_below_the_smallest_count_are_not_told() -> None:
    def traffic(recipient: Recipient) -> list[str]:
        rows = told(recipient).corridors[0].statements
        return [row.values["traffic"] for row in rows if row.table == "passage"]

    assert traffic(PUBLIC) == ["lorries"]
    assert traffic(CENTRE) == ["lorries", "patients"]


def test_each_side_calls_the_checkpoint_as_it_does() -> None:
    rows = [row for row in told(PUBLIC).corridors[0].statements if row.table == "checkpoint"]
    assert [(row.by, row.words["called"]["en"]) for row in rows] == [("P", "customs post"), ("Q", "gate")]


# Names


def test_each_users_name_stands_in_its_own_line() -> None:
    lines = link_of(told(PUBLIC)).names["en"]
    assert [(line.text, line.users) for line in lines] == [("Old Road", ("Q",)), ("Pass Road", ("P",))]


def test_a_recipient_under_a_sides_policy_gets_that_sides_name_alone() -> None:
    naming = NamesFile(schema=1, policy=(NamingPolicy(recipient="public", policy="side:P"),))
    released = told(PUBLIC, watch=replace(invented_watch(), naming=naming))
    assert [line.text for line in link_of(released).names["en"]] == ["Pass Road"]
    assert b"Old Road" not in files_of(released, PUBLIC)["geojson"]


# Openings


def test_an_opening_is_told_once_the_last_head_released_it_by_the_recipients_delay() -> None:
    released_at = NOW - timedelta(hours=12)
    row = opening("pass-road", known_at=released_at)
    assert not told(PUBLIC, openings=(row,)).openings
    assert [each.code for each in told(CENTRE, openings=(row,)).openings] == ["LO-1"]


# Files


def test_the_geojson_is_a_feature_collection_with_credit_disclaimer_and_marks() -> None:
    document = json.loads(files_of(told(PUBLIC, openings=(opening("pass-road"),)), PUBLIC)["geojson"])
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document, "RFC 7946: always WGS 84"
    assert document["credit"] == {"en": "Drawn for tests"}
    assert document["approximate"] is True
    assert "no statement on the status of any territory" in document["disclaimer"]["en"]
    for feature in document["features"]:
        assert feature["type"] == "Feature"
        assert feature["properties"]["approximate"] is True
        assert feature["properties"]["simulated"] is False
    road = next(feature for feature in document["features"] if feature["id"] == "pass-road")
    assert road["geometry"] == {"type": "LineString", "coordinates": [[20.1, 45.1], [20.6, 45.3]]}
    assert road["properties"]["length_worked_out"] == {"km": [43.0, 45.0], "worked_out_from": "stated"}
    stated = [row["km"] for row in road["properties"]["statements"] if row["about"] == "length"]
    assert stated == [43.0, 45.0], "each stated figure beside the interval"
    assert document["routes"][0]["links"] == ["pass-road", "?", "mill-crossing"]
    assert document["openings"][0]["code"] == "LO-1"


def test_a_simulated_watch_says_so_in_every_feature_and_row() -> None:
    watch = invented_watch(simulated=True)
    released = release_links(NETWORK, watch, PUBLIC, NOW, length_of=length_over_stated)
    file = LinkFile(released=released, watch=public_part(watch, PUBLIC, NOW), recipient="public")
    features = json.loads(file.geojson())["features"]
    assert features
    assert all(feature["properties"]["simulated"] for feature in features)
    rows = list(csv.DictReader(io.StringIO(file.csv(words("en")).decode("utf-8-sig"))))
    assert rows
    assert all(row["simulated"] == "yes" for row in rows)


def test_no_cell_of_the_csv_runs_as_a_formula() -> None:
    network = with_road(name=(name('=HYPERLINK("x")', "P"), name("+1", "Q")), source="@map")
    content = files_of(told(CENTRE, network), CENTRE)["csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert set(rows[0]) == set(COLUMNS)
    assert [row["words"] for row in rows if row["record"] == "name"][:2] == ["'+1", '\'=HYPERLINK("x")']
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


# The sections of the report


def test_the_report_has_each_link_with_its_clause_status_and_who_says_so() -> None:
    lines = section(report(PUBLIC, NETWORK), "links").lines
    assert lines[0].cells == (
        "Road Alder – Borin (link of clause 2)",
        "both directions, everybody",
        "not known: what is stated differs",
        "Pella: open; since 5 May 2031 | Quorra: closed; since 5 May 2031; we keep it shut",
    )
    assert "No count is made per side" in section(report(PUBLIC, NETWORK), "links").note


def test_a_length_that_is_worked_out_stands_beside_the_stated_ones() -> None:
    lines = section(report(PUBLIC, with_road(points=((20.28, 45.42), (20.74, 45.28)))), "link_statements").lines
    lengths = [
        line.cells[2] for line in lines if line.cells[1].startswith("length") and line.cells[0].startswith("Road")
    ]
    assert lengths == ["43 km", "45 km", "43 to 45 km: worked out here over the figures that are stated"]


def test_a_stated_length_below_the_straight_line_is_told_and_said_not_to_count() -> None:
    """The line between the road's ends is 45 km long; one figure is below it, then both."""
    km = (
        "{km}: worked out here over the figures that are stated; shorter than the straight line, and not counted with: "
    )
    for lengths, sentence in (
        ((3.0, 60.0), km.format(km="60 km") + "3 km"),
        ((3.0, 4.0), "what is stated is shorter than that and is not counted with: 3 km and 4 km"),
    ):
        stated = tuple(LengthStatement(km=each, source=PAPER, known_at=KNOWN) for each in lengths)
        released = release_links(with_road(length=stated), invented_watch(), CENTRE, NOW, length_of=length_of)
        files = files_of(released, CENTRE)
        assert sentence in files["csv"].decode("utf-8-sig")
        road = next(each for each in json.loads(files["geojson"])["features"] if each["id"] == "pass-road")
        below = [each for each in lengths if each < 10]
        assert road["properties"]["length_worked_out"]["shorter_than_straight_line"] == below
        lines = section(report(CENTRE, with_road(length=stated)), "link_statements").lines
        assert any(sentence in line.cells[2] for line in lines)


def test_a_route_names_its_missing_stretch_and_who_has_to_decide() -> None:
    (line,) = section(report(PUBLIC, NETWORK), "link_routes").lines
    assert "2. no link on record for this stretch" in line.cells[2]
    assert "to be decided by Farland" in line.cells[3]


def test_a_released_opening_stands_in_the_report_for_each_side_in_the_same_words() -> None:
    of_report = report(PUBLIC, NETWORK, openings=(opening("pass-road"),))
    lines = section(of_report, "link_openings").lines
    assert [line.cells[1] for line in lines] == ["Pella", "Quorra"]
    assert lines[0].cells[2:] == lines[1].cells[2:]


def test_a_watch_without_links_has_no_section_of_them() -> None:
    names = [part.name for part in sections_of(report(PUBLIC, None), words("en"))]
    assert "links" not in names
    assert names[-1] == "meetings"


def test_a_report_of_an_earlier_period_tells_links_as_known_then() -> None:
    source = clauses(network=with_road(status=(status("open", known_at=at(24 * 3)),)), length_of=length_of)
    inputs = replace(inputs_of([], (), as_of=NOW), implementation=lambda: source)
    early = build_daily(
        inputs, recipient=CENTRE, day_from=date(2031, 5, 5), day_until=date(2031, 5, 10), kind="implementation"
    )
    assert section(early, "links").lines[0].cells[2].startswith("not known")


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_tells_the_links_of_clauses(format_name: str) -> None:
    text = everything_in(render(report(PUBLIC, NETWORK), format=format_name, language="en"))
    if format_name in ("html", "pdf", "docx", "csv", "xlsx", "tables"):
        assert "Pass Road" in " ".join(text.split())
