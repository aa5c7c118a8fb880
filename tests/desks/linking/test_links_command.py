"""The command: a list that fits, an answer in sentences and as a document, and what it says to a question that means
nothing; and that nothing here works out what closing a link would do."""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rich.console import Console

from tests.builders import copy_of
from tests.conftest import ROOT
from tests.pipeline.test_command_line import call
from trucewatch.desks.linking.output import LinkView, show_links
from trucewatch.errors import TrucewatchError
from trucewatch.model.links import Network
from trucewatch.pipeline.link_columns import StatusColumns
from trucewatch.pipeline.link_ends import LinkError
from trucewatch.watch import load_watch

QUESTION = ("--from", "highmere", "--to", "Ambermill", "--open", "middle-bridge-crossing", "--as-of", "2031-05-04")
PACKAGE = ROOT / "src" / "trucewatch"
FORBIDDEN = {
    *("articulation", "betweenness", "bottleneck", "bridge", "bridges", "centrality", "chokepoint", "closing"),
    *("closings", "connectivity", "criticality", "cutset", "failure", "fragility", "mincut", "vulnerability"),
}
"""Words of names by which a program would work out what closing a link does, or which one matters most."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of("two-valleys", tmp_path_factory.mktemp("links"))


def test_every_link_is_listed_with_how_it_stands_and_whose_word_that_is(folder: Path) -> None:
    code, text = call("links", str(folder))
    network = load_watch(folder).network
    assert code == 0
    assert network is not None
    assert len(network.links) > 10
    assert all(link.id in text for link in network.links)
    assert "Simulated: this watch is invented." in text
    (at,) = [number for number, line in enumerate(text.splitlines()) if line.endswith("(middle-bridge-crossing)")]
    lines = [line.strip() for line in text.splitlines()[at : at + 4]]
    assert lines[0].startswith("Crossing ")
    assert lines[1] == "not known: sources differ"
    assert [line.partition(":")[0] for line in lines[2:]] == ["Lower Valley", "Upper Valley"]
    assert ["closed" in lines[2], "restrictions" in lines[3]] == [True, True]
    assert all(", said 2031-" in line for line in lines[2:])


def test_each_status_says_when_it_was_last_said(folder: Path) -> None:
    text = call("links", str(folder))[1]
    stands = [line for line in text.splitlines() if re.match(r"  (open|closed|destroyed|never built)", line)]
    assert len(stands) > 5
    assert all(re.search(r"; last said \d{4}-\d\d-\d\d$", line) for line in stands)


def test_the_list_fits_a_terminal_of_eighty_columns(folder: Path) -> None:
    watch = load_watch(folder)
    assert watch.network is not None
    view = LinkView(watch=watch, network=watch.network, day=date(2031, 5, 4), known_by=datetime(2031, 5, 5, tzinfo=UTC))
    sink = io.StringIO()
    out = Console(file=sink, force_terminal=True, color_system=None, width=80, soft_wrap=True)
    show_links(out, view, StatusColumns.of(watch.network, watch.agreement, watch.zone))
    lines = sink.getvalue().splitlines()
    assert len(lines) > len(watch.network.links)
    assert max(map(len, lines)) <= 80


def test_an_answer_says_before_and_after_for_each_side_in_the_same_words(folder: Path) -> None:
    code, text = call("links", str(folder), *QUESTION)
    assert code == 0
    upper, lower = text.index("travellers of Upper Valley"), text.index("travellers of Lower Valley")
    first, second = sorted((upper, lower))
    about_first = text[first:second].split(":", 1)[1].strip()
    about_second = text[second : text.index("What the figures rest on")].split(":", 1)[1].strip()
    assert (
        about_first.replace("For travellers of Upper Valley:", "").strip().removesuffix("For").strip() == about_second
    )
    assert "before: no way on record of which every link can be passed." in about_second
    assert "after: " in about_second
    for words in (
        "at borders",
        "Inside only.",
        "Still needed:",
        "20 to 60 min: Upper Valley, 90 min to 4 h: Lower Valley",
        "Counted by this watch to clause",
    ):
        assert words in text


def test_the_document_holds_the_same_answer(folder: Path) -> None:
    code, text = call("links", str(folder), *QUESTION, "--mode", "any", "--json")
    document = json.loads(text)
    assert code == 0
    assert document["question"]["opened"] == ["middle-bridge-crossing"]
    assert document["simulated"]
    assert [side["side"] for side in document["sides"]] == ["LV", "UV"]
    after = document["sides"][0]["after"]
    assert after["minutes"][0] < after["minutes"][1]
    assert [stretch["kind"] for stretch in after["stretches"]].count("crossing") == 1
    listed = json.loads(call("links", str(folder), "--json")[1])
    assert len(listed["links"]) > 10


def test_what_was_not_known_yet_is_not_told(folder: Path) -> None:
    early = json.loads(call("links", str(folder), "--as-of", "2031-04-01", "--json")[1])
    last = json.loads(call("links", str(folder), "--known-by", "2031-05-03", "--json")[1])
    assert last["known_by"] == "2031-05-04T01:59:59Z", "a day is meant until its end, as with --as-of"
    later = json.loads(call("links", str(folder), "--as-of", "2031-04-01", "--known-by", "2031-05-04", "--json")[1])
    stated = [
        {link["id"] for link in document["links"] if link["status"]["forward"]["stated"]} for document in (early, later)
    ]
    assert stated[0] < stated[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "highmere"), "missing: --to, --open"),
        (("--mode", "rail"), "--mode is of a question"),
        (("--from", "Nowhere", *QUESTION[2:]), 'no place "Nowhere"'),
        ((*QUESTION[:4], "--open", "gas-norhaven-highmere"), "gas pipe"),
        ((*QUESTION[:4], "--open", "harbour-road"), "already"),
        ((*QUESTION, "--mode", "air"), "no mode"),
        (("--from", "Highmere", "--to", "highmere", "--open", "quarry-road"), "both ends"),
    ],
)
def test_a_question_that_means_nothing_is_answered_with_what_to_do(
    folder: Path, words: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(TrucewatchError, match=re.escape(sentence)):
        call("links", str(folder), *words)


def test_the_file_of_the_documentation_is_sound_in_a_new_watch_and_answers_its_question(tmp_path: Path) -> None:
    documented = (ROOT / "docs" / "watch-folder.md").read_text("utf-8").partition("## `links.geojson`")[2]
    folder = tmp_path / "my-watch"
    assert call("init", str(folder))[0] == 0
    (folder / "links.geojson").write_text(documented.partition("```json\n")[2].partition("```")[0], "utf-8")
    code, text = call("check", str(folder))
    assert code == 0, text
    assert "0 errors, 0 warnings" in text
    asked = documented.partition("`trucewatch links my-watch ")[2].partition("`")[0].split()
    code, text = call("links", str(folder), *asked)
    assert code == 0
    assert text.count("There would be a way where none is on record.") == 2


def test_a_watch_without_links_is_told_where_they_are_drawn(tmp_path: Path) -> None:
    assert call("init", str(tmp_path / "w"))[0] == 0
    (tmp_path / "w" / "links.geojson").unlink(missing_ok=True)
    assert "drawn in links.geojson" in call("links", str(tmp_path / "w"))[1]
    with pytest.raises(LinkError, match='no place "a"'):
        call("links", str(tmp_path / "w"), "--from", "a", "--to", "b", "--open", "c")


def names_in(text: str) -> Iterator[str]:
    """Every name of a program's text: of functions, classes, fields, arguments, attributes, imports."""
    for part in ast.walk(ast.parse(text)):
        for field in ("id", "attr", "name", "arg", "asname", "module"):
            name = getattr(part, field, None)
            if isinstance(name, str):
                yield name


def words_of(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}


def test_nothing_works_out_what_closing_a_link_would_do() -> None:
    paths = [*(PACKAGE / "desks" / "linking").rglob("*.py")]
    paths += [path for layer in ("model", "pipeline", "reports") for path in (PACKAGE / layer).glob("*link*.py")]
    paths += [PACKAGE / "pipeline" / "opening_document.py"]
    names = {name for path in paths for name in names_in(path.read_text(encoding="utf-8"))}
    assert len(names) > 300
    assert not {name for name in names if words_of(name) & FORBIDDEN}
    assert not {name for name in names if {"cut", "node"} <= words_of(name) or {"cut", "vertex"} <= words_of(name)}
    assert Network.__dataclass_fields__.keys() == {
        *("nodes", "links", "states", "routes", "corridors", "assumptions", "credit"),
    }


@pytest.mark.parametrize("line", ["nx.bridges(graph)", "def closing_of(link): ...", "x: int = articulationPoints"])
def test_a_name_that_would_do_so_is_seen(line: str) -> None:
    assert any(words_of(name) & FORBIDDEN for name in names_in(line))


def test_yeraskh_julfa_meghri_horadiz_is_answered_as_known_on_three_days(tmp_path: Path) -> None:
    folder = copy_of("karabakh-2020", tmp_path)
    question = ("--from", "Yeraskh", "--to", "Horadiz", "--open", "rail-meghri", "--mode", "rail")

    def asked(day: str) -> dict[str, object]:
        code, text = call("links", str(folder), *question, "--as-of", day, "--json")
        assert code == 0
        answer = json.loads(text)
        links = {stretch["link"]: stretch for stretch in answer["through"]}
        assert next(iter(links)) == "cross-yeraskh-sadarak"
        assert list(links)[-3:] == ["rail-meghri", "cross-meghri-aghband", "rail-horadiz-aghband"]
        assert [(side["side"], side["before"], side["after"]) for side in answer["sides"]] == [
            ("AM", None, None),
            ("AZ", None, None),
        ]
        line = links["rail-horadiz-aghband"]["length"]
        return {
            "derived from": line["from"],
            "interval": line["km"],
            "stated": [(each["km"], each["by"]) for each in line["stated"]],
            "not known": {link for link, stretch in links.items() if stretch["status"] == "not_known"},
            "clauses": answer["clauses"],
            "not open": len(answer["not_open"]),
        }

    spring, summer, year_later = (asked(day) for day in ("2021-03-02", "2022-08-28", "2023-04-24"))
    assert (spring["derived from"], spring["stated"]) == ("straight_line", [])
    assert (summer["interval"], summer["stated"]) == ([110.4, 110.4], [(110.4, "AZ")])
    assert (year_later["interval"], year_later["stated"]) == ([110.4, 140.6], [(110.4, "AZ"), (140.6, "AZ")])
    assert "rail-ordubad-border" in spring["not known"]
    assert "rail-ordubad-border" not in summer["not known"]
    assert spring["clauses"] == year_later["clauses"] == ["9a", "9b"]
    assert summer["not open"] == 7
