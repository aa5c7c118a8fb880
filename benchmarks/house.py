"""The house in numbers: what a close reading counts, so that anyone can count again.

    python -m benchmarks.house            prints the table
    python -m benchmarks.house --write    writes it into docs/architecture.md
    python -m benchmarks.house --names src/trucewatch/fusion    names the everyday words, place by place

Lines are no measure of size and density is no virtue, so what is counted are statements (`ast.stmt`).
"""

from __future__ import annotations

import argparse
import ast
import io
import keyword
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = ROOT / "src" / "trucewatch"
PAGE: Final = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- house: begin -->", "<!-- house: end -->"
WIDEST: Final = 120
EVERYDAY: Final = (
    "one",
    "ones",
    "made",
    "found",
    "said",
    "told",
    "asked",
    "shown",
    "given",
    "taken",
    "seen",
    "known",
    "kept",
    "held",
    "done",
)
"""Words that say nothing of what a thing is. They may stand in a name (`known_at`), not as one."""
TARGETS: Final = {"src": PACKAGE, "templates": PACKAGE}


def python_files(root: Path = PACKAGE) -> list[Path]:
    """Every module below a folder."""
    return sorted(root.rglob("*.py"))


def trees(root: Path = PACKAGE) -> Iterator[tuple[Path, ast.Module, str]]:
    """Every module with its syntax tree and its text."""
    for path in python_files(root):
        text = path.read_text(encoding="utf-8")
        yield path, ast.parse(text), text


def statements(root: Path = PACKAGE) -> int:
    """How many statements a tree of modules has."""
    return sum(isinstance(node, ast.stmt) for _, tree, _ in trees(root) for node in ast.walk(tree))


def wide_lines(pattern: str, *folders: Path) -> int:
    """Lines of more than 120 columns in files of a pattern."""
    paths = [path for folder in folders for path in folder.rglob(pattern)]
    return sum(len(line) > WIDEST for path in paths for line in path.read_text(encoding="utf-8").splitlines())


def switched_off(word: str) -> int:
    """How often a rule is switched off in a comment, in all of our Python."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = ((ROOT / name).read_text(encoding="utf-8") for name in listed.split())
    return sum(len(re.findall(rf"# {word}\b", text)) for text in texts)


def comment_share(*folders: Path) -> float:
    """Share of lines that are a comment alone, among lines that are not blank."""
    lines = [
        line.strip() for folder in folders for path in python_files(folder) for line in path.read_text().splitlines()
    ]
    filled = [line for line in lines if line]
    return sum(line.startswith("#") for line in filled) / max(len(filled), 1)


def nested_share(*folders: Path) -> float:
    """Share of functions that stand inside a function."""
    every = nested = 0
    for folder in folders:
        for _, tree, _ in trees(folder):
            functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
            inside = {
                id(inner)
                for outer in functions
                for inner in ast.walk(outer)
                if inner is not outer and isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
            }
            every, nested = every + len(functions), nested + len(inside)
    return nested / max(every, 1)


def import_circles() -> list[str]:
    """Circles of module-level imports within the package; what only the type checker sees is left out."""
    names = {module_name(path): tree for path, tree, _ in trees()}
    graph = {name: set(_imported(name, tree, names)) for name, tree in names.items()}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as exc:
        return [" → ".join(exc.args[1])]
    return []


def module_name(path: Path) -> str:
    """`trucewatch.geo.zones` of its path."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(name: str, tree: ast.Module, names: dict[str, ast.Module]) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("trucewatch"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                target = whole if whole in names else node.module
                if target != name and target in names:
                    yield target


def everyday_names(root: Path = PACKAGE) -> tuple[list[tuple[Path, int, str]], int]:
    """Identifiers that are an everyday word and nothing else, with their places; and how many identifiers there are."""
    places, count = [], 0
    for path in python_files(root):
        source = io.StringIO(path.read_text(encoding="utf-8"))
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
                count += 1
                if token.string.strip("_") in EVERYDAY:
                    places.append((path, token.start[0], token.string))
    return places, count


def everyday_share(root: Path = PACKAGE) -> float:
    """Everyday words as names, of 1,000 identifiers."""
    places, count = everyday_names(root)
    return 1000 * len(places) / max(count, 1)


def imports_and_docstrings(root: Path = PACKAGE) -> int:
    """Statements that do nothing when the program runs but say where names come from and what things are."""
    return sum(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str))
        for _, tree, _ in trees(root)
        for node in ast.walk(tree)
    )


def table() -> list[tuple[str, str, str]]:
    """What is counted, what it is now, and what it has to be."""
    kernels = [PACKAGE / part for part in ("geo", "fusion", "archive", "findings")]
    return [
        ("lines wider than 120 columns, Python", str(wide_lines("*.py", ROOT / "src", ROOT / "tests")), "0"),
        ("lines wider than 120 columns, templates", str(wide_lines("*.jinja", PACKAGE)), "0"),
        ("`fmt: skip`", str(switched_off("fmt: skip")), "< 20"),
        ("`noqa`, each with its reason", str(switched_off("noqa")), ""),
        ("lines that are comments, whole package", f"{comment_share(PACKAGE):.1%}", "1 to 6 %"),
        ("lines that are comments, kernels and rules", f"{comment_share(*kernels):.1%}", "1 to 6 %"),
        (
            "functions nested in functions, server and desks",
            f"{nested_share(PACKAGE / 'server', PACKAGE / 'desks'):.1%}",
            "< 2 %",
        ),
        ("circles of imports", str(len(import_circles())), "0"),
        ("everyday words as names, of 1,000 identifiers", f"{everyday_share():.1f}", "< 2"),
        ("statements of the product", f"{statements():,}", "< 28,629 (`2ef494a`)"),
        ("of them imports and docstrings", f"{imports_and_docstrings():,}", "5,936 at `2ef494a`"),
    ]


def markdown() -> str:
    """The table as docs/architecture.md holds it."""
    rows = [f"| {name} | {value} | {bound} |" for name, value, bound in table()]
    return "\n".join(["| counted | now | bound |", "|---|---|---|", *rows])


def main() -> int:
    """Print, or write into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table into docs/architecture.md")
    parser.add_argument("--names", metavar="FOLDER", type=Path, help="list everyday names below a folder")
    chosen = parser.parse_args()
    if chosen.names:
        places, count = everyday_names(chosen.names.resolve())
        for path, line, name in places:
            sys.stdout.write(f"{path.relative_to(ROOT)}:{line}: {name}\n")
        sys.stdout.write(f"{len(places)} of {count:,} identifiers: {1000 * len(places) / max(count, 1):.1f} of 1,000\n")
        return 0
    if chosen.write:
        text = PAGE.read_text(encoding="utf-8")
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}\n{markdown()}\n{END}{after}", encoding="utf-8")
    sys.stdout.write(markdown() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
