"""Consoles on copies of the example watches, without a socket: Starlette's client calls the application itself."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from httpx2 import Request
from starlette.testclient import TestClient

from tests.builders import copy_of
from tests.desks.samples import OF_DESKS
from tests.server.addresses import Busy, put_to_work
from tests.server.two_people import clock, console, ivo, nora, watch
from trucewatch.desks import find, indexes
from trucewatch.desks.base import Desk
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.store import Store

__all__ = ["clock", "console", "ivo", "nora", "watch"]
"""The fixtures that come from beside; the others are made here."""

AID = "two-valleys-aid"
"""The example of a humanitarian instance: `fresh(AID)` is a console of one's own on it."""
_opened: dict[str, Path] = {}
NOW = datetime(2031, 5, 4, 9, 0, tzinfo=UTC)


def now() -> datetime:
    return NOW


def client_of(console: Console) -> TestClient:
    """A browser without scripts that follows no redirect by itself and hides no error."""
    return let_in(TestClient(app_of(console), base_url="http://localhost", follow_redirects=False), console)


def let_in(client: TestClient, console: Console) -> TestClient:
    """The same browser, once it has opened the address that a console prints; it stays in whatever else a test does to
    its cookies."""
    own = session_of(console)

    def show(request: Request) -> None:
        port = request.headers["host"].rpartition(":")[2]
        cookies = [request.headers.get("cookie"), f"tw_door_{port if port.isdecimal() else 0}={own}"]
        request.headers["cookie"] = "; ".join(filter(None, cookies))

    client.event_hooks = {"request": [show]}
    return client


def session_of(console: Console) -> str:
    """What the cookie of a browser that was let in holds."""
    console.door.open()
    session = console.door.use(console.door.own_token())
    assert session
    return session


def unbroken(page: str) -> str:
    """A page without its templates' line breaks and indents: inside a tag each is one space, elsewhere nothing."""
    tags = re.sub(r"<[^<>]*>", lambda tag: re.sub(r"\s*\n\s*", " ", tag[0]), page)
    return re.sub(r"\s{2,}|\n", "", tags)


@pytest.fixture(scope="session")
def valleys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """The invented watch, to be looked at only."""
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("console"))
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


@pytest.fixture(scope="session")
def karabakh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """The reference watch, to be looked at only."""
    folder = copy_of("karabakh-2020", tmp_path_factory.mktemp("console"))
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


@pytest.fixture(scope="session")
def busy_valleys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """The invented watch with work under way, so that every address has something to show; to be looked at only."""
    with busy_console("two-valleys", tmp_path_factory) as busy:
        yield busy


@pytest.fixture(scope="session")
def aid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """The invented humanitarian instance, to be looked at only."""
    folder = copy_of(AID, tmp_path_factory.mktemp("console"))
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


@pytest.fixture(scope="session")
def busy_aid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """The invented humanitarian instance with work under way; to be looked at only."""
    with busy_console(AID, tmp_path_factory) as busy:
        yield busy


@pytest.fixture
def there(request: pytest.FixtureRequest) -> Busy:
    """`busy_aid` or `busy_valleys`, by the example that a test names; its parameter, indirectly."""
    busy: Busy = request.getfixturevalue("busy_aid" if request.param == AID else "busy_valleys")
    return busy


@pytest.fixture(scope="session")
def busy_karabakh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """The reference watch with work under way; to be looked at only."""
    with busy_console("karabakh-2020", tmp_path_factory) as busy:
        yield busy


@contextmanager
def busy_console(
    example: str,
    tmp_path_factory: pytest.TempPathFactory,
    samples: Sequence[ModuleType] = OF_DESKS,
    desks: Sequence[Desk] | None = None,
) -> Iterator[Busy]:
    """A console with work under way; `samples` as in `put_to_work`; `desks` where it shall not have all."""
    folder = copy_of(example, tmp_path_factory.mktemp("busy"))
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find() if desks is None else desks)
        yield put_to_work(console, client_of(console), samples=samples)


def opened_before(example: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An example whose list was worked out, to be copied on: its files are read once for all."""
    if example not in _opened:
        folder = copy_of(example, tmp_path_factory.mktemp("opened"))
        with Store(folder, now, desks=indexes()) as store:
            console = Console(store, folder, now, find())
            console.assessment()
            console.close()
        _opened[example] = folder
    return _opened[example]


@pytest.fixture
def fresh(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Console]]:
    """A console of one's own, to be changed: `fresh("two-valleys")`."""
    with ExitStack() as stack:

        def make(example: str = "two-valleys") -> Console:
            folder = Path(shutil.copytree(opened_before(example, tmp_path_factory), tmp_path / example))
            console = Console(stack.enter_context(Store(folder, now, desks=indexes())), folder, now, find())
            console.assessment()
            return console

        yield make
