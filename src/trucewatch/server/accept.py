"""A pending file → the inbox: for which source, under which name, by which mapping; and what stands in the way."""

from __future__ import annotations

import filecmp
import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import TrucewatchError
from trucewatch.ledger.durable import write_durably
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.model.watch import SourceSetting, Watch
from trucewatch.server.inbox import is_inbox_name, name_faults, put_into_inbox, reads
from trucewatch.server.uploads import Pending
from trucewatch.sources import adapters
from trucewatch.watch.source_entry import changed_watch, save_watch_file

NEW: Final = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was chosen for a pending file: the source's setting as it would be, and the file's name in the inbox."""

    setting: SourceSetting
    name: str
    is_new: bool
    """A source that the watch does not have yet."""
    words: str = ""
    """Whose words its rows are, as the form of a new source was answered; empty while nobody said so."""
    repeats_nobody: bool = False
    """Whether it was said that a new source repeats no other."""

    def to_json(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return record

    @property
    def mark(self) -> str:
        """Changes when anything in it does; a form carries it, so that two open pages do not undo each other's
        choices."""
        return sha256_of(json.dumps(self.to_json(), sort_keys=True).encode())[:16]


def choices_of(pending: Pending) -> Choices | None:
    """What was chosen for it so far; None if nothing was."""
    record = pending.choices
    if "setting" not in record:
        return None
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value  # JSON has no tuples
        for name, value in record["setting"].items()
    }
    setting = SourceSetting(**values)
    return Choices(
        setting=setting,
        name=str(record["name"]),
        is_new=bool(record["is_new"]),
        words=str(record.get("words", "")),
        repeats_nobody=bool(record.get("repeats_nobody")),
    )


def new_setting(watch: Watch, adapter: str, name: str) -> SourceSetting:
    """A source of its own for a file, with an id that the watch does not have."""
    ids = {source.id for source in watch.settings.source}
    stem = re.sub(r"[^A-Za-z0-9]+", "-", Path(name).stem).strip("-")[:40].lower() or "source"
    source_id, number = stem, 2
    while source_id in ids:
        source_id, number = f"{stem}-{number}", number + 1
    return SourceSetting(
        id=source_id,
        adapter=adapter if adapter in adapters() else "event_table",
        files=(f"inbox/{name}",),
        time_zone=watch.settings.time_zone,
        simulated=watch.settings.simulated,
    )


def obstacles(folder: Path, watch: Watch, choices: Choices, pending: Pending) -> tuple[list[Message], list[Message]]:
    """What keeps the file from being taken under its name, and what there is to know about it."""
    name = choices.name
    against = name_faults(watch.settings.source, choices.setting, name, is_new=choices.is_new)
    notes: list[Message] = []
    path = folder / "inbox" / name
    if not is_inbox_name(name):
        return against, notes
    if path.is_symlink() or not path.parent.resolve().is_relative_to(folder.resolve()):
        against.append(Message("The inbox holds a link of this name; choose another name."))
    elif path.is_file() and filecmp.cmp(path, pending.path, shallow=False):
        notes.append(Message("The inbox holds exactly this file under this name."))
    elif path.exists():
        notes.append(
            Message(
                "The inbox holds another file of this name. Its rows are replaced; the earlier version stays as "
                "history."
            )
        )
    if not choices.is_new and not reads(choices.setting, name):
        notes.append(Message("The source does not read this name yet; it is added to its files in watch.toml."))
    return against, notes


def take(folder: Path, watch: Watch, choices: Choices, pending: Pending) -> SourceSetting:
    """Put the file into the inbox and, where it differs, the source into watch.toml; the setting as it stands then.

    The new watch.toml is checked as a whole before anything is written. Raises TrucewatchError, with nothing changed.
    """
    setting = choices.setting
    if not reads(setting, choices.name):
        setting = replace(setting, files=(*setting.files, f"inbox/{choices.name}"))
    stands = next((source for source in watch.settings.source if source.id == setting.id), None)
    toml = changed_watch(folder, setting) if setting != stands else None
    path = folder / "inbox" / choices.name
    before = path.read_bytes() if path.is_file() else None
    put_into_inbox(folder, choices.name, pending.path.read_bytes(), replaces=True)
    if toml is not None:
        try:
            save_watch_file(folder, toml)
        except TrucewatchError:
            _put_back(path, before)
            raise
    return setting


def _put_back(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        write_durably(path, before)
