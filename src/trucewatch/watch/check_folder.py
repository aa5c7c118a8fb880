"""`trucewatch check`: everything that a watch folder says, and every fault in it. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.file_names import name_on_record
from trucewatch.model.watch import Watch, WatchFile
from trucewatch.watch.brought_basemap import is_basemap_name, look_at
from trucewatch.watch.consistency import is_inside
from trucewatch.watch.load import files_of, read_watch
from trucewatch.watch.looser import looser_parts
from trucewatch.watch.names_file import second_tables
from trucewatch.watch.toml_records import read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What `check` found. `watch` is None if an error leaves nothing to work with."""

    watch: Watch | None
    faults: tuple[Fault, ...]
    files: tuple[str, ...]
    inbox_files: int

    @property
    def errors(self) -> int:
        return sum(fault.severity == "error" for fault in self.faults)

    @property
    def warnings(self) -> int:
        return len(self.faults) - self.errors


Rules = Callable[[WatchFile], Iterable[Fault]]
"""What others hold against the settings of a watch."""
WholeRules = Callable[[Watch], Iterable[Fault]]
"""The same against all that it says."""


def check_watch(folder: Path, further: Rules = lambda _: (), whole: WholeRules = lambda _: ()) -> Reading:
    """Read the folder and list its faults, errors first, in the order of files and lines. Raises WatchError if it is
    none.

    further, whole: rules of those that stand above this package, as the desks'.
    """
    contents = files_of(folder)
    watch, faults = read_watch(contents)
    faults += (*second_tables(folder), *looser_parts(folder))
    settings = watch.settings if watch else read_record(contents["watch.toml"], "watch.toml", WatchFile)[0]
    if settings is not None:
        faults += (*_check_basemap(folder, settings), *_check_inbox(folder, settings), *further(settings))
    if watch is not None:
        faults += tuple(whole(watch))
    order = {name: index for index, name in enumerate(contents)}
    faults = tuple(
        sorted(faults, key=lambda fault: (fault.severity != "error", order.get(fault.file, 99), fault.file, fault.line))
    )
    inbox = folder / "inbox"
    count = sum(1 for path in inbox.rglob("*") if path.is_file()) if inbox.is_dir() else 0
    return Reading(watch=watch, faults=faults, files=tuple(contents), inbox_files=count)


def _check_basemap(folder: Path, settings: WatchFile) -> Iterator[Fault]:
    """Why the basemap that the watch brings is not drawn, if it is not."""
    if is_basemap_name(settings.basemap):
        basemap = look_at(folder, settings.basemap, settings.area)
        if isinstance(basemap, Fault):
            yield basemap


def _check_inbox(folder: Path, settings: WatchFile) -> Iterator[Fault]:
    """Patterns that match nothing, files that no source reads, links that lead out of the watch."""
    claimed: set[Path] = set()
    for source in settings.source:
        for pattern in source.files:
            if not is_inside(pattern):
                continue
            matched = sorted(folder.glob(pattern))
            claimed.update(matched)
            if not matched:
                what = Message('source "{source}": no file matches "{pattern}"', source=source.id, pattern=pattern)
                yield Fault("watch.toml", 0, "", what, Message("put the file there, or mend the pattern"), "warning")
            for path in matched:
                if path.is_symlink() or not path.is_file():
                    yield Fault(
                        name_on_record(path.relative_to(folder).as_posix()),
                        0,
                        "",
                        Message("is no file of its own, and nothing of it is read"),
                        Message("put the file itself there, or move this away"),
                        "warning",
                    )
        for pattern in filter(is_inside, source.attachments):
            claimed.update(folder.glob(f"{pattern}/*" if pattern.endswith("**") else pattern))
    inbox = folder / "inbox"
    for path in sorted(inbox.rglob("*")) if inbox.is_dir() else []:
        if (
            path.is_file()
            and path not in claimed
            and path.suffix.lower() not in (".md", ".txt")
            and path.name[0] != "."
        ):
            yield Fault(
                name_on_record(path.relative_to(folder).as_posix()),
                0,
                "",
                Message("is read by no source"),
                Message("name it under a [[source]] in watch.toml, or move it away"),
                "warning",
            )
