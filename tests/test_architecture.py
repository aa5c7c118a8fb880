"""Who may import whom, who may open files, who may ask the time: the layout rules, held by reading the source.

Nothing is executed here but one subprocess that imports the command line. Every rule is also shown an offending text,
so that a rule that sees nothing is found out.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

import pytest

from tests.conftest import ROOT, each

PACKAGE = ROOT / "src" / "trucewatch"
STAGES = {"sources", "sensing", "fusion", "coverage", "annotation", "findings", "reports"}
LAYERS = (
    {"cli", "__main__"},
    {"desks"},
    {"server", "terminal"},
    {"pipeline", "api"},
    {"reader"},
    {"store", "watch", "archive"},
    STAGES,
    {"geo", "ledger", "locale", "svg"},
    {"model"},
    {"errors"},
    {"messages"},
)
"""From the keyboard down; a part imports only what stands in a later row. `archive` joins stages as the pipeline does,
for tables of any size, and knows neither a store nor a folder of a watch."""
APART = {"simulate", "evaluate"}
"""Seen by tests, benchmarks, the command line and the example scripts only."""

OPENERS = {"sources", "watch", "store", "archive", "reader", "ledger", "server", "desks", "cli", "terminal"}
MAY_OPEN = {
    "annotation.lexicon_words": "reads its own lexicons",
    "annotation.titled_names": "reads its own titles of six languages",
    "annotation.rule_files": "reads its own rules of two languages",
    "locale.acceptance": "who accepted a catalogue, and the hash of what it holds",
    "reports.formats.html": "reads its own template and style sheet",
    "reports.formats.gpkg": "makes a database in memory, whose bytes are the file",
    "reports.formats.pdf": "reads its own template",
    "reports.font_coverage": "reads which characters its own fonts hold",
    "reports.print_drawing": "reads its own style sheet",
    "locale": "reads its own catalogues",
    "locale.catalogues": "compiles the catalogues, for those who edit them",
    "geo.kernel_cache": "reads the kernels' own sources to name the folder of what is compiled from them",
    "fusion.classify": "reads its own table of classes",
    "fusion.means_defaults": "reads its own table of means",
    "simulate.strict_toml": "reads the committed tables of parameters",
    "simulate.benchmark.watch_files": "writes the watch of simulated days where the caller says",
}
"""Single modules outside OPENERS that open files, and why; nearly always the package's own files."""
DESK_FILES = {
    "__init__": {"desks", "messages"},
    "records": {"model", "geo", "errors", "messages"},
    "rule": {"model", "errors", "messages", "desks"},
    "index": {"model", "store", "desks"},
    "release": {"model", "messages", "desks"},
}
"""What these files of a desk may import; `desks` is the desk itself, or `desks.base`."""
DESK_PARTS = {"operations": {"server", "terminal"}, "cli": {"server"}, "output": {"server"}}
"""What these may not import. Every other file of a desk may not import the kit of the command line."""
FRAMEWORKS = {
    "__init__": ("fastapi", "starlette", "typer", "pydantic"),
    "operations": ("fastapi", "starlette", "typer"),
}
TIMELESS = STAGES | {"model", "geo", "ledger", "locale", "svg", "errors", "messages"} | APART
PROGRAMS = {"ledger.inspector"}
"""Modules that are also programs of their own: they ask the time, since nobody is there to tell them."""

FILE_CALLS = {
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "unlink",
    "rmtree",
    "mkdir",
    "touch",
    "symlink_to",
    "open_csv",
    "read_csv",
    "read_table",
    "write_table",
    "ParquetFile",
    "load_workbook",
    "urlopen",
}
FILE_MODULES = {
    "socket",
    "ssl",
    "http",
    "urllib.request",
    "ftplib",
    "smtplib",
    "subprocess",
    "shutil",
    "tempfile",
    "sqlite3",
    "os",
    "requests",
    "httpx",
    "aiohttp",
}
CLOCK_CALLS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic", "perf_counter"}
CLOCK_OWNERS = {"datetime", "date", "time", "dt"}
HEAVY = (
    "pyarrow",
    "numpy",
    "shapely",
    "pydantic",
    "scipy",
    "babel",
    "docx",
    "jinja2",
    "pyproj",
    "openpyxl",
    "rich",
    "tomlkit",
    "typst",
    "xlsxwriter",
)
OF_OTHERS = (
    "trucewatch.model.aid_registry",
    "trucewatch.sources.letter_file",
    "trucewatch.sources.people_lists",
    "trucewatch.sources.smm_table",
    "trucewatch.sources.text_inside",
)
"""What a list is worked out without: what reads files in a process of its own, and what a humanitarian instance has."""
MOST_LINES = 500
LONG = {"src/trucewatch/ledger/inspector.py": "people take it along: one file is its promise, readable by a stranger"}
"""The only scripts that may be longer, and why."""


def modules() -> list[tuple[str, str]]:
    """Every module of the package as (dotted name below trucewatch, source text); the package itself is ""."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path.read_text(encoding="utf-8")))
    return found


def imports_of(module: str, text: str) -> Iterator[str]:
    """What a module imports when it runs, as dotted names; what only the type checker sees is left out."""
    tree = ast.parse(text)
    unseen = {id(inner) for node in ast.walk(tree) if _is_for_types(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = ("trucewatch." + module).split(".")
                base = ".".join([*parents[: len(parents) - node.level], *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def part_of(module: str) -> str:
    """The part of the house that a module belongs to: `sources.firms` → `sources`."""
    return module.split(".", maxsplit=1)[0]


def parts_imported(module: str, text: str) -> set[str]:
    """The parts of Trucewatch that a module imports, its own left out."""
    names = (name.split(".") for name in imports_of(module, text))
    return {name[1] for name in names if name[0] == "trucewatch" and len(name) > 1} - {part_of(module), "__version__"}


def faults_of_direction(module: str, text: str) -> list[str]:
    """Imports against the order of LAYERS, stages that import a stage, and anyone who imports what stands apart."""
    part = part_of(module)
    rank = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    faults = []
    for other in sorted(parts_imported(module, text)):
        if other in APART:
            if part not in LAYERS[0]:
                faults.append(f"{module} imports {other}, which only tests, benchmarks and the command line see")
        elif part in APART:
            if rank[other] < rank["fusion"]:
                faults.append(f"{module} imports {other}; what is simulated may use stages, geo and model only")
        elif part and rank[other] <= rank[part] and not (rank[other] == rank[part] == 0):
            faults.append(f"{module} imports {other}; the order is {' → '.join('/'.join(sorted(x)) for x in LAYERS)}")
    return faults


def faults_of_desk(module: str, text: str) -> list[str]:
    """Imports that a file of a desk may not have by its name, and any of another desk."""
    parts = module.split(".")
    if parts[0] != "desks" or len(parts) < 2 or parts[1] == "base":
        return []
    own, file = parts[1], parts[2] if len(parts) > 2 else "__init__"
    names = [name.split(".") for name in imports_of(module, text)]
    faults = [f"{module} imports {'.'.join(name)}" for name in names if name[0] in FRAMEWORKS.get(file, ())]
    for name in (name[1:] for name in names if name[0] == "trucewatch" and len(name) > 1):
        if name[0] == "desks" and name[1] not in ((own, "base") if file != "cli" else (own, "base", "record_kinds")):
            faults.append(f"{module} imports the desk {name[1]}")
        barred = DESK_PARTS.get(file, {"terminal"})
        if name[0] in barred or name[0] not in DESK_FILES.get(file, {name[0]}):
            faults.append(f"{module} imports {name[0]}")
    return faults


def faults_of_opening(module: str, text: str) -> list[str]:
    """Files and sockets opened where nobody may."""
    if part_of(module) in OPENERS or module in MAY_OPEN:
        return []
    return openings_of(module, text)


def openings_of(module: str, text: str) -> list[str]:
    """Every place where a module opens a file or a socket, allowed or not."""
    faults = [
        f"{module} imports {name}"
        for name in imports_of(module, text)
        if any(name == one or name.startswith(one + ".") for one in FILE_MODULES)
    ]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            called = node.func
            name = (
                called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
            )
            if name in FILE_CALLS and not _is_in_memory(node):
                faults.append(f"{module}:{node.lineno} calls {name}")
    return faults


def _is_in_memory(call: ast.Call) -> bool:
    """Whether a call reads from io.BytesIO or the like, which is no file."""
    return any(isinstance(one, ast.Call) and "BytesIO" in ast.dump(one.func) for one in call.args)


def faults_of_clock(module: str, text: str) -> list[str]:
    """Questions for the time of day where it has to be an argument."""
    is_record = module.startswith("desks.") and module.endswith(".records")
    if (part_of(module) not in TIMELESS and not is_record) or module in PROGRAMS:
        return []
    faults = [f"{module} imports {name}" for name in imports_of(module, text) if name.split(".")[0] == "time"]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_CALLS:
            owner = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
            if owner in CLOCK_OWNERS:
                faults.append(f"{module}:{node.lineno} asks {owner}.{node.attr}")
    return faults


def test_the_ledger_can_be_lifted_out() -> None:
    """`ledger/` imports nothing of ours but errors and messages, and its inspector nothing of ours at all."""
    for path in each(sorted((PACKAGE / "ledger").glob("*.py"))):
        names = imports_of(f"ledger.{path.stem}", path.read_text("utf-8"))
        ours = {name for name in names if name.startswith("trucewatch") and not name.startswith("trucewatch.ledger")}
        allowed = {"trucewatch.errors", "trucewatch.errors.LedgerError", "trucewatch.messages"}
        assert ours <= allowed | {"trucewatch.messages.Message"}, (path.name, ours)
        if path.stem == "inspector":
            assert not [name for name in names if name.startswith("trucewatch")]


RULES = {
    "direction": faults_of_direction,
    "desk": faults_of_desk,
    "opening": faults_of_opening,
    "clock": faults_of_clock,
}


@pytest.mark.parametrize("rule", RULES)
def test_every_module_keeps_the_rule(rule: str) -> None:
    assert [fault for module, text in modules() for fault in RULES[rule](module, text)] == []


@pytest.mark.parametrize(
    ("rule", "module", "text", "seen"),
    [
        ("direction", "findings.prohibited", "from trucewatch.fusion import fuse_observations", "imports fusion"),
        ("direction", "findings.prohibited", "from ..fusion import fuse", "imports fusion"),
        ("direction", "findings.prohibited", "def f():\n    import trucewatch.reports.daily_build", "imports reports"),
        ("direction", "model.zone", "from trucewatch.geo import frame", "imports geo"),
        ("direction", "errors", "from trucewatch.model.faults import Fault", "imports model"),
        ("direction", "geo.zones", "from trucewatch.locale import words", "imports locale"),
        ("direction", "svg.shapes", "from trucewatch.locale import words", "imports locale"),
        ("direction", "store.store", "from trucewatch.watch import load_watch", "imports watch"),
        ("direction", "sources.firms", "from trucewatch import store", "imports store"),
        ("direction", "pipeline", "from trucewatch.terminal.output import console", "imports terminal"),
        ("direction", "sources.firms", "from trucewatch.simulate import days", "imports simulate"),
        ("direction", "simulate.example.days", "from trucewatch.store import Store", "imports store"),
        ("direction", "server.app", "from trucewatch.desks import find", "imports desks"),
        ("desk", "desks.map.pages", "from trucewatch.desks.reports.forms import desk_of", "imports the desk reports"),
        ("desk", "desks.map", "from fastapi import APIRouter", "imports fastapi"),
        ("desk", "desks.map.records", "from trucewatch.store import Store", "imports store"),
        ("desk", "desks.map.operations", "from trucewatch.server.view import View", "imports server"),
        ("desk", "desks.map.cli", "from trucewatch.server.view import View", "imports server"),
        ("clock", "desks.map.records", "from datetime import date\ndate.today()", "asks date.today"),
        ("opening", "geo.frame", "def f(p):\n    return open(p)", "calls open"),
        ("opening", "findings.required", "from pathlib import Path\nPath('x').read_text()", "calls read_text"),
        ("opening", "reports.map", "import socket", "imports socket"),
        ("opening", "fusion.fuse", "from urllib import request", "imports urllib.request"),
        ("opening", "fusion.fuse", "import os", "imports os"),
        ("opening", "reports.daily", "import pyarrow.parquet as pq\npq.read_table('x')", "calls read_table"),
        ("clock", "model.times", "from datetime import datetime\ndatetime.now()", "asks datetime.now"),
        ("clock", "geo.frame", "import datetime\ndatetime.datetime.now()", "asks datetime.now"),
        ("clock", "reports.daily", "from datetime import date\ndate.today()", "asks date.today"),
        ("clock", "sources.firms", "import time\ntime.time()", "imports time"),
        ("clock", "findings.judged", "from time import time", "imports time.time"),
    ],
)
def test_the_rule_sees_an_offender(rule: str, module: str, text: str, seen: str) -> None:
    assert any(seen in fault for fault in RULES[rule](module, text)), RULES[rule](module, text)


@pytest.mark.parametrize(
    ("rule", "module", "text"),
    [
        ("direction", "findings.prohibited", "from trucewatch.geo.frame import wgs84"),
        (
            "direction",
            "errors",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import trucewatch.model.faults",
        ),
        ("direction", "cli", "from trucewatch.simulate import days"),
        ("direction", "sources.firms", "from trucewatch.sources.table import Table"),
        ("desk", "desks.map.pages", "from trucewatch.desks.map.filters import read_chosen"),
        ("desk", "desks.map.index", "from trucewatch.store.journal import Entry"),
        ("opening", "sources.stream", "open('x')"),
        ("opening", "reports.daily", "import pyarrow.parquet as pq\npq.read_table(io.BytesIO(b''))"),
        ("clock", "store.journal", "from datetime import datetime\ndatetime.now()"),
        ("clock", "model.times", "def f(now):\n    return now.time()"),
    ],
)
def test_the_rule_lets_the_innocent_pass(rule: str, module: str, text: str) -> None:
    assert RULES[rule](module, text) == []


def test_every_exception_is_still_needed() -> None:
    texts = dict(modules())
    assert [module for module in MAY_OPEN if not openings_of(module, texts.get(module, ""))] == []


def test_every_part_has_its_place_in_the_order() -> None:
    placed = set().union(*LAYERS) | APART
    assert {part_of(module) for module, _ in modules()} - {""} - placed == set()


def test_every_part_stands_in_the_table_of_contributing() -> None:
    listed = set(re.findall(r"^\| `([a-z_]+)(?:/|\.py)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE))
    parts = {part_of(module) for module, _ in modules()} - {"", "__main__"}
    assert parts == listed


def test_folders_hold_something() -> None:
    folders = {path.parent for path in PACKAGE.rglob("__init__.py")}
    empty = [str(folder.relative_to(ROOT)) for folder in folders if len(list(folder.iterdir())) < 2]
    assert empty == []


def test_no_file_holds_two_nouns() -> None:
    scripts = [path for folder in ("src", "docs", "examples", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    long = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in scripts}
    assert {name for name, lines in long.items() if lines > MOST_LINES} == set(LONG)


def names_given_twice(paths: Iterable[PurePath]) -> dict[str, list[str]]:
    """File names that two folders give to two things. A desk's files have the names that every desk has, and the two
    simulators tell of the same things, each in its own way; both stand apart."""
    places: dict[str, list[str]] = {}
    for path in paths:
        if path.stem not in ("__init__", "__main__") and path.parts[0] not in {"desks", *APART}:
            places.setdefault(path.stem, []).append(str(path))
    return {name: sorted(where) for name, where in places.items() if len(where) > 1}


def test_no_file_name_stands_in_two_folders_for_two_things() -> None:
    paths = [path.relative_to(PACKAGE) for path in each(PACKAGE.rglob("*.py"))]
    assert names_given_twice(paths) == {}


def test_a_file_name_given_twice_is_seen() -> None:
    paths = [PurePath(path) for path in ("geo/zones.py", "watch/zones.py", "desks/map/zones.py", "api.py")]
    assert names_given_twice(paths) == {"zones": ["geo/zones.py", "watch/zones.py"]}


def test_the_command_line_starts_without_heavy_libraries() -> None:
    program = (
        "import json, sys, trucewatch, trucewatch.cli.main\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_a_heavy_import_would_be_seen() -> None:
    program = "import json, sys, trucewatch.model.observation\nprint(json.dumps('pyarrow' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) is True


def test_working_a_list_out_loads_nothing_that_reads_files_or_is_of_a_humanitarian_instance() -> None:
    program = (
        "import json, sys, trucewatch.pipeline, trucewatch.sources\n"
        "trucewatch.sources.adapter('observations')\n"
        f"print(json.dumps([name for name in {OF_OTHERS!r} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_what_reads_files_would_be_seen() -> None:
    program = (
        "import json, sys, trucewatch.reader.child, trucewatch.model.aid_registry, trucewatch.sources\n"
        "trucewatch.sources.adapters()\n"
        f"print(json.dumps([name for name in {OF_OTHERS!r} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == list(OF_OTHERS)


def test_packages_are_read_from_this_checkout() -> None:
    import trucewatch

    assert Path(trucewatch.__file__).resolve().is_relative_to(PACKAGE)
