"""A new watch from a commented template, and copies of the example watches."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from trucewatch.errors import WatchError
from trucewatch.ledger.durable import begin_file, make_folder
from trucewatch.messages import Message
from trucewatch.model.watch_kind import WatchKind

_PARTS: Final = (
    "watch.toml",
    "agreement.toml",
    "zones.geojson",
    "sensors.geojson",
    "basemap.geojson",
    "names.toml",
    "notices.csv",
    "inbox/reports.csv",
)
_AID_PARTS: Final = ("watch.toml", "humanitarian.toml", "agreement.toml", "zones.geojson", "basemap.geojson")
_ROOMS: Final[Mapping[WatchKind, tuple[str, tuple[str, ...]]]] = {
    "centre": ("template", _PARTS),
    "humanitarian": ("template/humanitarian", _AID_PARTS),
}


def write_template(folder: Path, kind: WatchKind = "centre") -> list[Path]:
    """Write the files of the template for a kind of watch; what was written. Raises WatchError if the folder is there
    and not empty."""
    _refuse_full(folder)
    room, parts = _ROOMS[kind]
    written = []
    for name in parts:
        path = folder / name
        make_folder(path.parent)
        begin_file(path)
        path.write_bytes(files("trucewatch.watch").joinpath(*room.split("/"), *name.split("/")).read_bytes())
        written.append(path)
    return written


def examples() -> dict[str, Path]:
    """The example watches by name: beside the sources in a checkout, inside the package when installed."""
    with as_file(files("trucewatch")) as package:
        roots = (package / "examples", package.parents[1] / "examples")
        folders = [path for root in roots if root.is_dir() for path in sorted(root.iterdir())]
    return {path.name: path for path in folders if (path / "watch.toml").is_file()}


def copy_example(name: str, into: Path) -> Path:
    """Copy an example without what a run made of it; the new folder, relative if it is below the current one.

    An earlier copy is kept and used again. Raises WatchError if there is no such example.
    """
    folders = examples()
    if name not in folders:
        raise WatchError(
            Message('there is no example "{name}"; there are: {words}', name=name, words=", ".join(sorted(folders)))
        )
    target = into / name
    if not (target / "watch.toml").is_file():
        _refuse_full(target)
        make_folder(target)
        shutil.copytree(
            folders[name],
            target,
            ignore=shutil.ignore_patterns(".trucewatch"),
            dirs_exist_ok=True,
        )
        for path in (target, *target.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
    return target.relative_to(Path.cwd()) if target.is_relative_to(Path.cwd()) else target


def _refuse_full(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WatchError(
            Message("{folder} is there already and not empty; name another folder, or move it away", folder=folder)
        )
