"""The contract of the desks: what holds for every one of them, and for the next.

Every page of every desk is also visited by the tests of security, hostile texts and the browser, which take their
addresses from the same routes (tests/server/addresses.py).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi.routing import iter_route_contexts

from tests.builders import edit, make_watch
from tests.conftest import ROOT, each
from tests.desks.posts import (
    AID_ENTERS_NOTHING,
    AID_POSTS,
    ENTERS_NOTHING,
    IN_A_REPLAY_TOO,
    POSTS,
    from_a_program,
    that_enters_nothing,
)
from tests.desks.replaying import replaying
from tests.desks.samples import NO_REASON, SAMPLES
from tests.server.addresses import ADDRESSES, AID_ADDRESSES, OF_EXAMPLE, Busy, Kind, put_to_work
from tests.server.conftest import client_of
from trucewatch.desks import find, indexes, record_kinds, rule_faults
from trucewatch.desks.base import Desk
from trucewatch.locale import languages, words
from trucewatch.model.record_kind import sentence_of
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.store.desk_index import DeskIndex

DESKS: Final = ROOT / "src" / "trucewatch" / "desks"
FOUNDING: Final = {"incidents", "ledger", "map", "ogc", "provisions", "replay", "reports", "setup", "sources"}
"""The desks that were moved into folders; they share words with the rest of the house."""
MOST_FILES: Final = 5
"""Existing files that a new desk changes; none of them code."""
NO_CODE: Final = ("tests/", "examples/", "src/trucewatch/watch/template/")
"""Tests, and the files of watches: those set the rules of a desk as `[desk.NAME]`."""
NAMING: Final = (".py", ".jinja")
"""Files that name a template."""
NEUTRAL: Final = re.compile(r"\b(violat|attack|enem)", re.IGNORECASE)
REFUSED_IN_REPLAY: Final = re.compile("nothing of it is recorded|Nothing is taken in during a replay")
KINDS: Final = [(name, number) for name, samples in SAMPLES.items() for number in range(len(samples))]


@pytest.mark.parametrize("desk", find(), ids=lambda desk: desk.name)
def test_a_desk_is_a_folder_that_names_itself_and_nothing_else(desk: Desk) -> None:
    text = (DESKS / desk.name / "__init__.py").read_text(encoding="utf-8")
    assert "DESK = Desk(" in text
    assert "def " not in text
    assert desk.folder == DESKS / desk.name


@pytest.mark.parametrize("desk", [desk.name for desk in find() if desk.name not in FOUNDING])
def test_a_later_desk_is_named_in_few_other_files_and_in_no_code(desk: str) -> None:
    own = (f"src/trucewatch/desks/{desk}/", f"tests/desks/{desk}/")
    # As a folder, a module, a table of watch.toml or a name in quotes; the noun of a page is an everyday word.
    as_a_desk = re.compile(rf"""desks[./]{desk}\b|\bdesk\.{desk}\b|["']{desk}["']""")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no checkout; there is no list of its files")
    naming = [
        name
        for name in each(listed.stdout.splitlines())
        if not name.startswith(own)
        and (ROOT / name).suffix in (".py", ".jinja", ".css", ".ts", ".json", ".toml", ".po", ".md", "")
        and (ROOT / name).is_file()
        and as_a_desk.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))
    ]
    assert len(naming) <= MOST_FILES, naming
    assert [name for name in naming if not name.endswith(".md") and not name.startswith(NO_CODE)] == []


def test_a_rule_for_a_desk_that_is_not_there_is_a_warning(fresh: Callable[[str], Console]) -> None:
    settings = replace(fresh("two-valleys").snapshot.watch.settings, desk={"weather": {"days": 3}})
    (fault,) = rule_faults(settings)
    assert fault.severity == "warning"
    assert "weather" in fault.sentence()


@pytest.mark.parametrize("desk", find(), ids=lambda desk: desk.name)
def test_a_desk_has_a_page_or_an_interface_of_its_own(desk: Desk) -> None:
    assert each(desk.routers)
    if desk.menu:
        assert desk.menu.path in {
            address.template for address in (*ADDRESSES, *AID_ADDRESSES) if address.kind is Kind.PAGE
        }


def test_every_template_of_a_desk_stands_on_the_frame_or_in_a_page() -> None:
    texts = [file.read_text(encoding="utf-8") for file in each((ROOT / "src").rglob("*")) if file.suffix in NAMING]
    for path in each(DESKS.glob("*/templates/*.jinja")):
        desk = path.parent.parent.name
        names = (f"{desk}/{path.name}", f"{desk}/{{step}}")
        assert any(name in text for text in texts for name in names), path


def test_every_kind_of_record_has_a_sample() -> None:
    assert set(SAMPLES) == set(record_kinds())


@pytest.mark.parametrize(("name", "number"), KINDS)
def test_every_kind_of_record_is_one_line_in_every_language(name: str, number: int) -> None:
    record, kinds = SAMPLES[name][number], record_kinds()
    sentence, who = sentence_of(record, kinds)
    english = str(sentence)
    assert who == str(record.get(kinds[name].who, ""))
    assert "\n" not in english
    assert not re.search(r"\{\w+\}", english)
    assert not NEUTRAL.search(english)
    for language in each(languages()):
        spoken = words(language)
        line = spoken.say(sentence)
        assert not re.search(r"\{\w+\}", line)
        assert language == "en" or (spoken.say(kinds[name].title) != str(kinds[name].title))
        has_words = re.search(r"[a-z]", re.sub(r"\{\w+\}", "", sentence.template))
        assert language == "en" or line != english or not has_words, line


@pytest.mark.parametrize("name", SAMPLES)
def test_every_act_by_hand_says_in_every_language_how_it_is_undone_or_that_it_cannot_be(name: str) -> None:
    kind = record_kinds()[name]
    if not kind.by_hand:
        assert kind.undo is None
        return
    assert kind.undo is not None
    english = str(kind.undo)
    assert english.strip()
    for language in each(languages()):
        assert words(language).say(kind.undo).strip()
        assert language == "en" or words(language).say(kind.undo) != english


def test_what_the_program_records_by_itself_is_no_act_of_people() -> None:
    """A kind of a desk counts as an act unless it says otherwise, so that none goes without a way back."""
    assert {"evidence", "batch", "list", "watch-files"} <= {
        name for name, kind in record_kinds().items() if not kind.by_hand
    }
    assert all(record_kinds()[name].by_hand for name in ("incident-act", "report-draft", "export", "erasure", "key"))


@pytest.mark.parametrize(("name", "number"), [(name, number) for name, number in KINDS if record_kinds()[name].by_hand])
def test_every_act_by_hand_has_a_reason_or_it_is_said_why_it_needs_none(name: str, number: int) -> None:
    record = SAMPLES[name][number]
    has_reason = bool(record.get("reason") or record.get("reason_code"))
    needs_none = name in NO_REASON or f"{name} {_deed(record)}" in NO_REASON
    assert has_reason != needs_none, "an act says why it was done, or NO_REASON says why it need not"


def test_what_needs_no_reason_is_an_act_that_there_is() -> None:
    for act in each(NO_REASON):
        name, _, deed = act.partition(" ")
        assert record_kinds()[name].by_hand
        assert not deed or deed in {_deed(record) for record in SAMPLES[name]}


def _deed(record: dict[str, Any]) -> str:
    return str(record.get("act", record.get("version")))


def test_a_kind_that_nobody_knows_is_kept_and_said_so() -> None:
    sentence, _ = sentence_of({"schema": "trucewatch/weather/3", "words": "storm"}, record_kinds())
    assert "does not know" in str(sentence)
    assert "storm" not in str(sentence)


def test_a_record_that_lacks_a_field_takes_no_page_down() -> None:
    for name in each(SAMPLES):
        assert str(sentence_of({"schema": f"trucewatch/{name}/1"}, record_kinds())[0])


@pytest.mark.parametrize("odd", [None, 7, [], "x", float("inf"), {"a": None}])
def test_a_record_of_odd_values_takes_no_page_down(odd: object) -> None:
    for name, samples in each(SAMPLES.items()):
        for field in samples[0]:
            record = samples[0] | ({field: odd} if field != "schema" else {})
            assert isinstance(str(sentence_of(record, record_kinds())[0]), str), (name, field)


def _posts(console: Console) -> Iterator[str]:
    for route in iter_route_contexts(app_of(console).routes):
        if "POST" in (route.methods or ()) and route.path:
            yield route.path


def test_every_route_that_takes_a_form_is_known_to_enter_something_or_nothing(valleys: Console) -> None:
    assert sorted([*POSTS, *ENTERS_NOTHING, *IN_A_REPLAY_TOO]) == sorted(set(_posts(valleys)))


def _entered(console: Console) -> tuple[int, dict[str, bytes]]:
    """How many records the ledger has, and what lies in the inbox."""
    inbox = console.folder / "inbox"
    files = {path.name: path.read_bytes() for path in inbox.iterdir()} if inbox.is_dir() else {}
    return len(console.store.journal), files


@pytest.mark.parametrize("example", OF_EXAMPLE)
def test_what_enters_something_is_refused_in_a_replay_and_enters_nothing_then(
    fresh: Callable[[str], Console], example: str
) -> None:
    """The same form is sent twice: in a replay it is refused with the reason, after it it is taken."""
    console = fresh(example)
    client = client_of(console)
    busy = put_to_work(console, client)
    for template, sending_of in each((AID_POSTS if busy.is_aid else POSTS).items()):
        sending = sending_of(busy)
        client.cookies.clear()
        tab, lookback = replaying(console)
        before = _entered(console)
        answer = sending.sent_by(tab)
        assert _entered(console) == before, template
        is_sent_on = answer.status_code == 303
        assert is_sent_on or 400 <= answer.status_code < 500, (template, answer.status_code)
        page = tab.get(answer.headers["location"]).text if is_sent_on else answer.text
        assert REFUSED_IN_REPLAY.search(page), (template, page[-2000:])
        console.lookbacks.end(lookback)
        answer = sending.sent_by(client)
        assert answer.status_code in (200, 303), (template, answer.text[-2000:])
        after = _entered(console)
        assert after[0] > before[0] or after[1] != before[1], (template, answer.text[-2000:])


@pytest.mark.parametrize("example", OF_EXAMPLE)
def test_what_is_said_to_enter_nothing_enters_nothing(fresh: Callable[[str], Console], example: str) -> None:
    console = fresh(example)
    client = client_of(console)
    busy = put_to_work(console, client)
    if busy.is_aid:  # as the watch that is set up beside a centre, which is put away before it could be opened
        shutil.rmtree(console.folder.with_name(busy.values["/watches/{name}"]))
    before = _entered(console)
    for template in each(AID_ENTERS_NOTHING if busy.is_aid else ENTERS_NOTHING):
        answer = that_enters_nothing(template, busy).sent_by(client)
        assert answer.status_code < 500, (template, answer.text[:200])
        assert _entered(console) == before, template


def test_a_program_that_brings_a_file_while_a_replay_runs_is_taken_in(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    edit(console.folder / "watch.toml", "inbox/simulated-patrols.csv", "inbox/*patrols.csv")
    console.refresh()
    sending = from_a_program(Busy(console, client, {}))
    replaying(console)
    before = len(console.store.journal)
    assert sending.sent_by(client).status_code == 201
    console.refresh()
    assert len(console.store.journal) > before


def _strange_tables(index: DeskIndex) -> list[str]:
    """Its tables of which the name begins with another's."""
    names = re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", index.tables)
    return [name for name in each(names) if not name.startswith(f"{index.name}_")]


def test_tables_of_a_desk_begin_with_its_name() -> None:
    assert [table for index in indexes() for table in _strange_tables(index)] == []
    tables = "CREATE TABLE weather_day (n INTEGER);\nCREATE TABLE day (n INTEGER);"
    weather = DeskIndex(name="weather", version=1, kinds=(), tables=tables, fill=lambda db, entry: None)
    assert _strange_tables(weather) == ["day"], "no desk may have tables yet, and this test holds of them all the same"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("__init__.py", ["sources"]),
        ("cli.py", ["sources"]),
        ("records.py", ["log", "{watch}"]),
        ("index.py", ["rebuild", "{watch}"]),
        ("pages.py", ["serve", "{watch}", "--port", "0"]),
        ("api.py", ["serve", "{watch}", "--port", "0"]),
    ],
)
def test_a_desk_that_cannot_be_loaded_is_named_and_nothing_starts_half(
    tmp_path: Path, file: str, words: list[str]
) -> None:
    copy = Path(shutil.copytree(ROOT / "src" / "trucewatch", tmp_path / "trucewatch"))
    broken = copy / "desks" / "weather"
    broken.mkdir()
    (broken / "__init__.py").write_text(
        'from trucewatch.desks.base import Desk\n\nDESK = Desk(name="weather")\n', encoding="utf-8"
    )
    (broken / file).write_text("import nothing_of_this_name\n", encoding="utf-8")
    watch = make_watch(tmp_path / "w")
    done = subprocess.run(
        [sys.executable, "-m", "trucewatch", *(word.format(watch=watch) for word in words)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert "the desk weather cannot be loaded" in done.stderr
    assert "nothing_of_this_name" in done.stderr
    assert "Traceback" not in done.stderr
    assert "http://" not in done.stdout + done.stderr, "no console is offered"
