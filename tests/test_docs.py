"""The documents name everything that exists, link to files that exist, and give nothing of the machine away."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema
import pytest
import typer.main

from tests.conftest import ROOT, each
from trucewatch import errors
from trucewatch.cli.main import app
from trucewatch.findings import KINDS_OF_STIPULATION, SENTENCES
from trucewatch.findings.applicability import RELEASED_SENTENCES
from trucewatch.locale import languages
from trucewatch.model import agreement, clause_texts, humanitarian, meetings, watch
from trucewatch.model.observation import ASPECTS, KINDS, MEANS
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.zone import BASEMAP_KINDS, ZONE_KINDS
from trucewatch.reports import FORMATS
from trucewatch.sources import adapters
from trucewatch.watch.load import WATCH_FILES
from trucewatch.watch.notices import COLUMNS
from trucewatch.watch.schemas import RECORDS, schema_of
from trucewatch.watch.template import examples
from trucewatch.watch.toml_records import KEY_OF_FIELD

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

SETTINGS = (
    watch.WatchFile,
    watch.SourceSetting,
    watch.Recipient,
    watch.AssociationRule,
    watch.Delegation,
    agreement.Agreement,
    agreement.Instrument,
    agreement.Party,
    agreement.Body,
    agreement.Text,
    agreement.InForce,
    agreement.Deadline,
    agreement.Extension,
    agreement.Number,
    agreement.Judgment,
    agreement.Stipulation,
    agreement.Provision,
    clause_texts.CopyOfText,
    clause_texts.ClauseText,
    meetings.MeetingsFile,
    meetings.Meeting,
    meetings.Participant,
    meetings.AgendaItem,
    meetings.Decision,
)

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
MACHINE = re.compile(
    "|".join(
        (
            r"(?<![\w./:~-])/(?:work|home|root|Users|opt)/[\w.-]+",
            r"\b(?:pypi|pythonhosted|npmjs|rubygems|anaconda)\.(?:org|com)\b",
            r"\b(?:crates\.io|proxy\.golang\.org|registry\.[a-z]+\.[a-z]+)\b",
        )
    )
)
"""Paths of somebody's machine and hosts of package registries."""


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def not_named(words: Iterable[str], text: str) -> list[str]:
    """The words that do not stand in the text as code: `word`, `word = …`, `--word METAVAR`."""
    code = " ".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    return [word for word in words if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", code)]


def test_every_command_and_option_is_in_the_docs() -> None:
    text = page("command-line.md")
    command: Any = typer.main.get_command(app)
    assert not_named((f"trucewatch {name}" for name in command.commands), text) == []
    for name, one in command.commands.items():
        section = re.search(rf"^## `trucewatch {name}\b.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        assert section is not None, f"docs/command-line.md has no section on trucewatch {name}"
        options = [option for parameter in one.params for option in parameter.opts if option.startswith("--")]
        arguments = [
            parameter.metavar or parameter.name for parameter in one.params if parameter.param_type_name == "argument"
        ]
        assert not_named([*options, *(word.strip("[]{}").upper() for word in arguments)], section[0]) == []


def test_every_source_is_in_the_docs() -> None:
    assert not_named(adapters(), page("sources.md")) == []


def test_every_stipulation_kind_and_outcome_is_in_the_docs() -> None:
    assert not_named([*KINDS_OF_STIPULATION, *OUTCOMES], page("findings.md")) == []


def test_every_reason_is_in_the_docs() -> None:
    assert (
        not_named({reason for rule in SENTENCES.values() for reason in rule} | set(SENTENCES), page("findings.md"))
        == []
    )


def test_every_reason_of_the_code_is_in_the_docs_and_none_besides() -> None:
    """What the checks can say, read from their source: the second argument of each Verdict."""
    given = {
        node.args[1].value
        for path in (ROOT / "src" / "trucewatch" / "findings").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Verdict"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
    }
    first = re.findall(r"^\| (`[a-z_`, ]+`) \|", page("findings.md"), re.MULTILINE)
    tables = [reason for cell in first for reason in re.findall(r"`([a-z_]+)`", cell)]
    assert given
    assert set(tables) - set(OUTCOMES) - set(RELEASED_SENTENCES) == given


@pytest.mark.parametrize("record", SETTINGS, ids=lambda record: record.__name__)
def test_every_setting_is_in_the_docs(record: type) -> None:
    keys = [KEY_OF_FIELD.get(field.name, field.name) for field in fields(record)]
    assert not_named(keys, page("watch-folder.md")) == []


def test_every_word_that_a_setting_takes_is_in_the_docs() -> None:
    text = page("watch-folder.md")
    for record in SETTINGS:
        for name, hint in each(get_type_hints(record).items()):
            words = [word for word in get_args(hint) if isinstance(word, str) and word]
            assert not_named(words, text) == [], f"{record.__name__}.{name}"


def test_every_file_column_and_kind_of_a_watch_is_in_the_docs() -> None:
    text = page("watch-folder.md")
    assert not_named([*WATCH_FILES, *COLUMNS, *ZONE_KINDS, *BASEMAP_KINDS], text) == []
    assert not_named([*MEANS, *KINDS, *ASPECTS], text + page("sources.md")) == []


def test_every_key_of_humanitarian_toml_is_in_the_docs() -> None:
    records = (
        humanitarian.HumanitarianFile,
        humanitarian.Organisation,
        humanitarian.District,
        humanitarian.PCode,
        humanitarian.StandardHours,
    )
    keys = {key.name for record in records for key in fields(record)}
    assert not_named(each([*keys, *humanitarian.ORGANISATION_KINDS]), page("humanitarian.md")) == []


def test_every_error_is_in_the_docs() -> None:
    known = [name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, Exception)]
    assert not_named(known, page("command-line.md")) == []


def test_every_report_format_language_and_example_is_in_the_docs() -> None:
    assert not_named([*FORMATS, *languages()], page("command-line.md")) == []
    assert not_named(FORMATS, page("reports.md")) == []
    assert not_named(examples(), page("command-line.md")) == []


def test_a_missing_word_is_seen() -> None:
    assert not_named(["--as-of", "delay_hours"], "`--as-of-now` and delay_hours without marks") == [
        "--as-of",
        "delay_hours",
    ]
    assert not_named(["--as-of", "delay_hours"], "`--as-of T`, `delay_hours = 24`") == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(path: Path) -> None:
    assert broken_links(path.read_text("utf-8"), path.parent) == []


def broken_links(text: str, folder: Path) -> list[str]:
    """Relative links of a page that lead to no file or to no heading of a page."""
    broken = []
    for found in LINK.findall(re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)):
        link = found[0] or found[1]
        if re.match(r"^[a-z]+:", link):
            continue
        name, _, heading = link.partition("#")
        target = folder / name if name else None
        if target is not None and not target.exists():
            broken.append(link)
        elif heading:
            there = target.read_text("utf-8") if target is not None else text
            if heading not in {_anchor(line) for line in re.findall(r"^#+ (.+)$", there, re.MULTILINE)}:
                broken.append(link)
    return broken


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    (tmp_path / "here.md").write_text("# The `one` heading\n", encoding="utf-8")
    text = "[a](here.md) [b](gone.md) [c](here.md#the-one-heading) [d](here.md#no) [e](https://example.org/x)"
    assert broken_links(text, tmp_path) == ["gone.md", "here.md#no"]


@pytest.mark.parametrize("name", RECORDS)
def test_the_published_schema_is_that_of_the_records(name: str) -> None:
    path = DOCS / "schemas" / f"{name}.schema.json"
    assert path.read_text("utf-8") == schema_of(name), "renew it with: make schemas"
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_of(name)))


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in (DOCS / "schemas").iterdir()} == {f"{name}.schema.json" for name in RECORDS}


WITHOUT = (("karabakh-2020", "humanitarian"), ("two-valleys-aid", "meetings"))
"""Files that an example has not."""


@pytest.mark.parametrize("example", sorted(examples()))
@pytest.mark.parametrize("name", ["watch", "agreement", "meetings", "humanitarian"])
def test_the_examples_hold_to_the_published_schemas(example: str, name: str) -> None:
    path = examples()[example] / f"{name}.toml"
    if not path.is_file():
        assert (example, name) in WITHOUT
        return
    content = tomllib.loads(path.read_text("utf-8"))
    document = json.loads(json.dumps(content, default=_iso))
    jsonschema.validate(document, json.loads(schema_of(name)), cls=jsonschema.Draft202012Validator)


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def test_a_schema_refuses_an_unknown_key() -> None:
    content = tomllib.loads((examples()["two-valleys"] / "watch.toml").read_text("utf-8"))
    document = json.loads(json.dumps(content | {"theater": "x"}, default=_iso))
    with pytest.raises(jsonschema.ValidationError, match="theater"):
        jsonschema.validate(document, json.loads(schema_of("watch")), cls=jsonschema.Draft202012Validator)


def committed_texts() -> list[Path]:
    """The text files under version control; every text file of the source tree where there is none."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        folders = [ROOT / name for name in ("src", "docs", "tests", "examples", "benchmarks")]
        paths = [*ROOT.glob("*.*"), *(path for folder in folders for path in folder.rglob("*"))]
    files = [path for path in paths if path.is_file()]
    return [path for path in files if b"\0" not in path.read_bytes()[:4096] and "__pycache__" not in path.parts]


def test_no_text_names_a_machine_or_a_registry() -> None:
    found = {
        str(path.relative_to(ROOT)): match[0]
        for path in committed_texts()
        if (match := MACHINE.search(path.read_text("utf-8", errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "told", ["see /" + "home/me/x", "cp '/" + "work/main'", "https://pypi" + ".org/x", "at registry.npm" + "js.org"]
)
def test_a_machine_or_a_registry_is_seen(told: str) -> None:
    assert MACHINE.search(told)


@pytest.mark.parametrize("told", ["docs/home/index", "https://example.org/home/x", "a/root/b", "the root of trust"])
def test_an_innocent_path_passes(told: str) -> None:
    assert not MACHINE.search(told)


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The reference watch after `trucewatch demo`, and what the terminal showed."""
    folder = tmp_path_factory.mktemp("demo")
    program = [sys.executable, "-m", "trucewatch", "demo", "karabakh-2020"]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=True)
    return folder, done.stdout


def shown_block(path: Path, command: str) -> list[str]:
    """What a page shows as the output of a command; a line that was folded is one line again."""
    block = next(one for one in re.findall(r"```\n(.*?)```", path.read_text("utf-8"), re.DOTALL) if command in one)
    return [line for line in block.split(command, 1)[1].replace("\n" + " " * 23, " ").splitlines() if line.strip()]


def pattern_of(line: str) -> str:
    """A shown line as a pattern: any seconds, any run of blanks, anything for an ellipsis."""
    words = re.escape(" ".join(re.sub(r"\d+\.\d s", "SECONDS", line).split()))
    return words.replace("\\ ", r"\s+").replace("SECONDS", r"\d+\.\d s").replace("…", ".*")


def test_the_tour_shows_what_a_run_shows(demo_folder: tuple[Path, str]) -> None:
    shown = shown_block(DOCS / "tour.md", "$ trucewatch demo karabakh-2020")
    assert len(shown) > 10
    assert [line for line in shown if not re.search(rf"^\s*{pattern_of(line)}\s*$", demo_folder[1], re.MULTILINE)] == []


def test_the_walk_back_shows_what_the_script_shows(demo_folder: tuple[Path, str]) -> None:
    text = page("walk_back.md")
    (command,) = re.findall(r"^\$ (python docs/walk_back\.py karabakh-2020 \S+)$", text, re.MULTILINE)
    code = command.split()[-1]
    assert f"docs/walk_back.py demo/karabakh-2020 {code}" in page("tour.md")
    program = [sys.executable, str(DOCS / "walk_back.py"), "karabakh-2020", code]
    done = subprocess.run(program, cwd=demo_folder[0], capture_output=True, text=True, check=True)
    shown = shown_block(DOCS / "walk_back.md", command)
    assert len(shown) == 8
    assert [line for line in shown if not re.search(rf"^\s*{pattern_of(line)}\s*$", done.stdout, re.MULTILINE)] == []


def test_the_summary_in_the_docs_is_that_of_the_example(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "trucewatch"]
    subprocess.run([*program, "demo", "two-valleys"], cwd=tmp_path, capture_output=True, check=True)
    done = subprocess.run([*program, "run", "two-valleys", "--json"], cwd=tmp_path, capture_output=True, check=True)
    (shown,) = [
        one for one in re.findall(r"```json\n(.*?)```", page("command-line.md"), re.DOTALL) if "trucewatch/run/1" in one
    ]
    assert json.loads(shown) == json.loads(done.stdout)


def test_a_line_that_was_not_shown_is_seen() -> None:
    assert re.search(pattern_of("read  46 rows  0.0 s  see …"), "read        46 rows    12.3 s   see x/y.csv")
    assert not re.search(pattern_of("read  46 rows"), "read  47 rows")
