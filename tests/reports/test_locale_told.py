"""What the core says in English, told on pages in another language: no sentence without a template, and none that can
hurt."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trucewatch
from trucewatch.locale import told_watch, words
from trucewatch.locale.told import LONGEST, TEMPLATES, is_told, place_in, template_of, told_in
from trucewatch.server.card_words import is_translated
from trucewatch.sources import adapter, adapters

PACKAGE: Final = Path(trucewatch.__file__).parent
RUSSIAN, TURKISH, ENGLISH = words("ru"), words("tr"), words("en")
WHY: Final = '"x" is no time; write it like 2020-12-11T14:02:00Z'
"""Stands where a sentence holds another one."""
SAMPLES: Final = {
    "exc": (WHY,),
    "reason": (WHY,),
    "faults[0]": (WHY,),
    "why": ("an ellipse needs a place",),
    "word": ("cell", "cells"),
    "hint": ('did you mean "burst"?',),
    "_REMEDY": ("a table begins with one line of column names",),
    "fault.what": ("is empty",),
    "fault.remedy": ("redraw it",),
    "sources/event_table:hint": ("", ' (like "shelling")'),
    "sources/stream:what": ("is a PDF, not a table; export its table as CSV", "is a picture, not a table"),
    "store/durable:words": (
        "the disk is read-only; copy the watch to a disk that can be written",
        "no such drive; check the disk and run again",
    ),
    "store/index:words": ("the disk is full; free some space", "locked; check the disk"),
    "store/lock:who": ("", " since 10:02Z (process 12)"),
    "incidents/acts:what": ("merge a-abc (twice told)",),
    "watch/geojson:example": ('[["2031-05-01T06:00:00Z", "2031-05-01T09:00:00Z"]]',),
}
"""What stands at a placeholder whose value decides which sentence it is; anything at the others."""
WHOLE: Final = (
    "sources/bulletin",
    "sources/columns",
    "sources/event_table",
    "sources/firms",
    "sources/limits",
    "sources/observations",
    "sources/parquet",
    "sources/sheet",
    "sources/stream",
    "sources/table",
    "sources/written_times",
    "watch/check",
    "watch/geojson",
    "watch/import_zones",
    "watch/load",
    "watch/notices",
    "watch/records",
    "watch/rules",
    "watch/source_entry",
)
"""Modules whose every text of several words is said to people, but for what stands in UNSAID."""
RAISING: Final = (
    "by_hand",
    "drafting",
    "intake",
    "geo/place_text",
    "model/times",
    "reports/__init__",
    "reports/compare",
    "reports/daily",
    "reports/view",
    "server/console",
    "server/drafts",
    "server/new_form",
    "server/new_imports",
    "server/originals",
    "server/pending",
    "server/replay",
    "server/taking",
    "sources/__init__",
    "store/acts",
    "store/drafts",
    "store/durable",
    "store/index",
    "store/journal",
    "store/lock",
    "store/objects",
    "store/proofs",
    "watch/compose",
)
"""Modules of which people are told what they raise."""
WARNING: Final = (
    ("intake", "read_sources"),
    ("intake", "_files_of_source"),
    ("pipeline", "assess"),
    ("pipeline", "_unknown_claimants"),
    ("incidents/acts", "_idle"),
)
"""Functions whose remarks stand on the Sources page."""
PATTERN: Final = re.compile(r"\\[dsS.]|SELECT |PRAGMA |^# ")
UNSAID: Final = frozenset(
    {
        "at least",
        "at most",
        "more than",
        "up to",
        "не более",
        "en fazla",
        "suomi npp",  # words that are read
        "v [v]",
        "v, v",
        "v, ''",
        "; v=",
        "[[v]] vv",
        "low, best, high as written: v, v, v",  # parts of stored texts
        "a bulletin has no column v; ",
        "the observation table has no column v; ",
        ' (like "v")',
        " (and v more: trucewatch check v)",
        "a table begins with one line of column names",
        '[["2031-05-01T06:00:00Z", "2031-05-01T09:00:00Z"]]',
        "the watch's own",
        "v: vv",  # pydantic's own words; the common ones have templates
        "a record names its schema: trucewatch/KIND/VERSION",  # a broken promise of our own code
    }
)
"""Texts of these modules that are no sentence by themselves."""


def texts_of(node: ast.AST, module: str) -> list[str]:
    """What an expression may say, with samples for its values; empty if it is no text."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            made = [""]
            for part in parts:
                made = [one + more for one in made for more in _sampled(part, module)]
            return made
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            ways = [texts_of(one, module) or list(_sample(one, module)) for one in (left, right)]
            return [one + more for one in ways[0] for more in ways[1]]
        case ast.IfExp(body=body, orelse=other):
            return [*texts_of(body, module), *texts_of(other, module)]
    return []


def _sampled(part: ast.expr, module: str) -> list[str]:
    if isinstance(part, ast.FormattedValue):
        return texts_of(part.value, module) or list(_sample(part.value, module))
    return texts_of(part, module)


def _sample(value: ast.expr, module: str) -> tuple[str, ...]:
    name = ast.unparse(value)
    return SAMPLES.get(f"{module}:{name}") or SAMPLES.get(name) or ("v",)


def said_by(tree: ast.AST, module: str) -> Iterator[tuple[int, str]]:
    """Every text of several words that is no docstring, no pattern and no card, with its line."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("SourceCard", "re.compile"):
            continue
        texts = texts_of(node, module)
        if texts and isinstance(node, ast.expr):
            yield from ((node.lineno, text) for text in texts if " " in text.strip())
        else:
            todo += ast.iter_child_nodes(node)


def raised_by(tree: ast.AST, module: str) -> Iterator[tuple[int, str]]:
    """Every text that is raised, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from ((node.lineno, text) for one in node.exc.args for text in texts_of(one, module))


def warned_by(tree: ast.AST, module: str, function: str) -> Iterator[tuple[int, str]]:
    """Every f-string of a function that it does not raise and that says more than a name."""
    whole = next(one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name == function)
    raised = {id(one) for node in ast.walk(whole) if isinstance(node, ast.Raise) for one in ast.walk(node)}
    for node in ast.walk(whole):
        if isinstance(node, ast.JoinedStr) and id(node) not in raised:
            yield from ((node.lineno, text) for text in texts_of(node, module) if "; " in text or ": " in text)


def _tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))


def _untold(said: Iterator[tuple[int, str]]) -> list[tuple[int, str]]:
    return [
        (line, text)
        for line, text in said
        if not (
            text in UNSAID
            or PATTERN.search(text)
            or is_translated(text)
            or place_in(text, RUSSIAN) != text
            or is_told(text, RUSSIAN)
            or is_told(f"the file {text}", RUSSIAN)
        )
    ]


@pytest.mark.parametrize("module", WHOLE)
def test_every_text_of_the_modules_that_read_files_and_watches_has_a_template(module: str) -> None:
    assert _untold(said_by(_tree(module), module)) == []


@pytest.mark.parametrize("module", RAISING)
def test_everything_that_is_raised_where_pages_tell_it_has_a_template(module: str) -> None:
    assert _untold(raised_by(_tree(module), module)) == []


@pytest.mark.parametrize(("module", "function"), WARNING)
def test_every_remark_of_a_run_has_a_template(module: str, function: str) -> None:
    found = list(warned_by(_tree(module), module, function))
    assert _untold(iter(found)) == []
    assert found


def test_a_new_reason_without_a_template_is_found() -> None:
    tree = ast.parse('faults.refuse(mask, lambda i: f"{name} {cell[i]} smells of fish; wash it")')
    assert _untold(said_by(tree, "sources/new")) == [(1, "v v smells of fish; wash it")]
    tree = ast.parse('raise TrucewatchError(f"there are {n} moons; look again")')
    assert _untold(raised_by(tree, "server/new")) == [(1, "there are v moons; look again")]


@pytest.mark.parametrize("name", adapters())
def test_the_cards_of_our_sources_are_told(name: str) -> None:
    card = adapter(name).card
    for text in (card.title, card.reads, card.owner, card.licence):
        assert is_told(text, RUSSIAN), text


def test_no_two_placeholders_touch_and_none_is_named_twice() -> None:
    for one in (*TEMPLATES, *map(template_of, told_watch.PLACES)):
        assert all(one.literals[1:-1]), one.text
        assert len(set(one.names)) == len(one.names), one.text
        assert not one.names or one.weight >= 5 or "why" in one.names, f"{one.text} would fit too much"


def test_a_template_finds_its_own_values() -> None:
    for template in TEMPLATES:
        values = {name: f"<{name}>" for name in template.names}
        sentence = template.text.format(**values)
        assert template.values_of(sentence) == values
        assert told_in(sentence, ENGLISH) == sentence


def test_values_stand_unchanged_in_the_translation() -> None:
    said = 'lat "{0} %s {name} <b>" is not between -90 and 90; correct it'
    assert told_in(said, RUSSIAN) == 'lat "{0} %s {name} <b>": вне пределов от -90 до 90; исправьте'
    assert told_in(said, TURKISH) == 'lat "{0} %s {name} <b>": -90 ile 90 arasında değil; düzeltin'


def test_a_sentence_in_a_sentence_is_told_too() -> None:
    said = told_in('kind "shel" is not known; did you mean "shelling"?', RUSSIAN)
    assert said == 'kind "shel": неизвестное слово; возможно, имелось в виду «shelling»?'
    said = told_in(
        'occurred_start: "2031-02-30T00:00:00Z" is no time: day is out of range for month; correct it', RUSSIAN
    )
    assert said == "occurred_start: «2031-02-30T00:00:00Z» – не время: такого дня в этом месяце нет; исправьте"
    assert told_in("a.csv: nobody foresaw this", RUSSIAN) == "a.csv: nobody foresaw this"


def test_a_fault_in_one_line_is_told_by_its_parts() -> None:
    fault = 'zones.geojson: feature 7 ("the corridor") crosses itself near lon 46.5, lat 39.5; redraw it'
    assert (
        told_in(fault, RUSSIAN)
        == "zones.geojson: объект 7 («the corridor»): самопересечение около lon 46.5, lat 39.5; перерисуйте"
    )
    more = told_in(
        'watch.toml:9: [[source]] 1 unknown key "fiels"; did you mean "files"? (and 2 more: trucewatch check w)',
        TURKISH,
    )
    assert (
        more == "watch.toml:9: [[source]] 1: bilinmeyen anahtar “fiels”; “files” mi demek istediniz? (ve 2 tane "
        "daha: trucewatch check w)"
    )
    assert (
        told_in('zone "A; b" is empty; draw it, or leave it out', RUSSIAN)
        == "зона «A; b»: фигура пуста; начертите или не включайте"
    )


_PIECES: Final = st.sampled_from(
    [
        *(literal for one in TEMPLATES for literal in one.literals if literal),
        "; ",
        ": ",
        " ",
        "(",
        ".*",
        "{",
        "}",
        "{0}",
        "%s",
        "\\",
        "[[",
        "\x00",
        "\u202e",
        "a",
        '"',
        "; redraw it",
        'zone "',
        "feature 1 ",
        "; correct it",
        "a: ",
    ]
)


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=60).map("".join)))
def test_no_text_makes_it_fail(text: str) -> None:
    for spoken in (RUSSIAN, TURKISH):
        assert isinstance(told_in(text, spoken), str)
        assert isinstance(place_in(text, spoken), str)
    assert told_in(text, ENGLISH) == text


@pytest.mark.parametrize(
    "piece", ["a: ", "; correct it", "; give both; correct it", "(a+)+", " is not between ", "[[a ", 'zone "', "{x}"]
)
def test_a_long_text_stays_as_it_is(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert told_in(text, RUSSIAN) == text
    assert place_in(text, RUSSIAN) == text
    told_in(text[:LONGEST], RUSSIAN)


def test_matching_looks_at_each_character_a_few_times_only() -> None:
    """Where every literal stands hundreds of times, a matcher that goes back would never end; this one goes on only."""
    template = template_of("{a} is not between {b} and {c} is not between {d} and {e} and {f}; correct it")
    assert template.values_of("x is not between y and " * 4000 + "; correct") is None
    assert template.values_of("x is not between y and z is not between u and v and w; correct it") is not None
