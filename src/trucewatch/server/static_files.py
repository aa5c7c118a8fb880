"""The package's own files that pages name: those of the kit and of every desk, each under one address."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Protocol

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

KIT: Final = Path(str(files("trucewatch.server"))) / "static"


class AnyDesk(Protocol):
    """A desk as the kit sees it; which there are, the kit is told."""

    @property
    def name(self) -> str: ...
    @property
    def menu(self) -> Any: ...
    @property
    def serves(self) -> tuple[str, ...]: ...
    @property
    def folder(self) -> Path: ...
    @property
    def routers(self) -> list[Any]: ...
    def gives(self, part: str, name: str) -> Any: ...


def files_of(desks: Sequence[AnyDesk]) -> dict[str, Path]:
    """Address below `/static/` → file, for what desks bring: `map/map.css`, and what lies in their `static/`."""
    by_address: dict[str, Path] = {}
    for desk in desks:
        own = [desk.folder / f"{desk.name}.css", *(desk.folder / "static").glob("*")]
        by_address |= {f"{desk.name}/{path.name}": path for path in own if path.is_file()}
    return by_address


def marked(path: str, own: Mapping[str, Path]) -> str:
    """The address of a static file, with a mark that changes with its content, so that browsers may keep it."""
    return f"/static/{path}?{_mark_of(own.get(path, KIT / path))}"


@cache
def _mark_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes() if file.is_file() else b"").hexdigest()[:12]


class OwnFiles(StaticFiles):
    """The kit's files and the desks'; an address that carries the mark of its content may be kept for good."""

    def __init__(self, own: Mapping[str, Path]) -> None:
        super().__init__(directory=str(KIT))
        self._own = own

    def lookup_path(self, path: str) -> tuple[str, Any]:
        file = self._own.get(path)
        return (str(file), file.stat()) if file else super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_marked = bool(scope.get("query_string"))
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if is_marked else "no-cache"
        return response
