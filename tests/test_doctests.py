"""Every example in a docstring of the package gives what it shows."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT, each

PACKAGE = ROOT / "src" / "trucewatch"
WITH_EXAMPLES = sorted(path for path in PACKAGE.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def examples(path: Path) -> Iterator[doctest.DocTest]:
    """The examples of each docstring as it is written: a compiled kernel hides its own from doctest's finder."""
    names = vars(import_module(module_name(path)))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text, name = ast.get_docstring(node, clean=False), getattr(node, "name", path.stem)
            if text and ">>> " in text:
                line = node.body[0].lineno - 1
                yield doctest.DocTestParser().get_doctest(text, names | {"np": np}, name, str(path), line)


def test_there_are_examples() -> None:
    assert len(WITH_EXAMPLES) >= 15


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=module_name)
def test_every_example_of_a_module_gives_what_it_shows(path: Path) -> None:
    runner, account = doctest.DocTestRunner(verbose=False), list[str]()
    for example in each(examples(path)):
        runner.run(example, out=account.append)
    assert runner.tries > 0
    assert not account, "".join(account)
