"""What every test may use. The network is blocked and warnings are errors (pyproject.toml)."""

from __future__ import annotations

import gc
import itertools
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from trucewatch.locale.catalogues import compile_stale

# How long an example takes is the machine's affair, and no property of the program.
settings.register_profile("trucewatch", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("trucewatch")
compile_stale()  # a checkout that nobody installed has none yet
IN_MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 4 << 30
"""What a disk takes to flush is not tested, and the stores of a whole run flush some hundred thousand times."""
if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ENOUGH_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
ROOT = Path(__file__).resolve().parents[1]
Item = TypeVar("Item")
_numbers = itertools.count()


def each(items: Iterable[Item]) -> list[Item]:
    """All of them, for a loop of assertions: nothing to look at is a failure, not a success."""
    listed = list(items)
    assert listed, "there is nothing here to look at, so nothing would be tested"
    return listed


@pytest.fixture(scope="session", autouse=True)
def _what_tests_leave_is_looked_for() -> Iterator[None]:
    """A command tells Python to look through nothing that is there, since its process ends with it. Commands that tests
    begin in this process would so keep whatever earlier tests left, and every console after them: gigabytes by the end.
    What stays anyhow, the program and the tests themselves, need not be looked through."""
    gc.collect()
    gc.freeze()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("freeze", "set_threshold", "disable"):
            patch.setattr(gc, name, lambda *_: None)
        yield


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of one's own, which goes with its test unless that failed: those of a whole run are gigabytes, and lie
    in memory.

    No two ever have one path, for the program remembers some things of a store by where it is. (pytest's own fixture
    would begin again at a name that was removed, and look through all the others for a free one.)
    """
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.getbasetemp() / f"{name}-{next(_numbers)}"
    folder.mkdir(mode=0o700)
    failed = request.session.testsfailed
    yield folder
    if request.session.testsfailed == failed:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def shared_data() -> Path:
    """The optional folder of real data beside the checkout; a test that needs it is skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the optional data folder ../shared/data is not here")
    return folder


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running in its process until the end, and whatever begins
    one of its own there afterwards fails."""
    items.sort(key=lambda item: (ROOT / "tests" / "browser") in item.path.parents)
