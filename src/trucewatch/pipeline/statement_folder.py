"""The folder `statements/` of a watch → official statements on record: each file of it, and of its subfolders, which
are named by whose statements they hold.

A file that is on record is not read again. What one file does, or is, is one refusal, and the rest is taken in.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from trucewatch.errors import ListOfPeople, TrucewatchError, UnreadableInput, system_words
from trucewatch.messages import Amount, Message
from trucewatch.model.file_names import name_on_record
from trucewatch.model.ids import sha256_of
from trucewatch.model.statements import LANGUAGES
from trucewatch.model.watch import Watch
from trucewatch.pipeline.annotation_checks import speakers_of
from trucewatch.pipeline.statement_intake import TakenIn, Turn, take_in_statement
from trucewatch.store import Store
from trucewatch.store.statement_records import official_statements

FOLDER: Final = "statements"
LARGEST_BYTES: Final = 50_000_000
MOST_FILES: Final = 20_000
_SETTLED_NS: Final = 2_000_000_000
"""A file that changed so shortly before may change once more within the same tick of its clock."""
_LANGUAGE_OF_NAME: Final = re.compile(rf"(?P<stem>.+)\.(?P<language>{'|'.join(LANGUAGES)})\.[A-Za-z0-9]+")
"""`2031-05-02-bridge.en.txt`: copies of one statement lie beside each other under one name."""

_Marks = tuple[int, int, int, int, int]


@dataclass(slots=True)
class _SeenStatements:
    """The files that this process looked at, as they were then: what was refused, and the hash of what was not."""

    by_path: dict[str, tuple[_Marks, str, Message | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementsTakenIn:
    """What came of a look into the folder. refused: the name of each file that was not taken in, and why."""

    taken: tuple[TakenIn, ...] = ()
    refused: tuple[tuple[str, Message], ...] = ()


def take_in_folder(
    store: Store,
    folder: Path,
    watch: Watch,
    *,
    now: datetime,
    by: str = "",
    turn: Turn = nullcontext,
    advance: Callable[[], None] = lambda: None,
) -> StatementsTakenIn:
    """Take in what lies in the watch's `statements/` and is not on record. now: the watch's clock; turn: held while
    something is entered; advance: called before each file that is read, and may raise to end the look.

    A file that was taken out, or whose bytes were erased, stays out. Raises StoreError.
    """
    root = folder / FOLDER
    if not os.path.lexists(root):
        return StatementsTakenIn()
    seen = store.memory.of(_SeenStatements).by_path
    taken, refused = list[TakenIn](), list[tuple[str, Message]]()
    on_record = {each.evidence for statement in official_statements(store) for each in statement.versions}
    for number, (path, voice, fault) in enumerate(_files(root, watch), 1):
        name = name_on_record(path.relative_to(folder).as_posix())
        if fault is not None:
            refused.append((name, fault))
            continue
        try:
            marks = _marks_of(path.lstat())
            last_marks, sha256, refusal = seen.get(str(path), (None, "", None))
            if marks is not None and marks == last_marks and (sha256 in on_record or refusal is not None):
                if refusal is not None:
                    refused.append((name, refusal))
                continue
            advance()
            content = _content_of(path)
            sha256 = sha256_of(content)
            if sha256 in on_record or store.is_erased(sha256):
                _remember(seen, path, marks, sha256, None)
                on_record.add(sha256)
                continue
            came = take_in_statement(
                store,
                watch,
                content,
                name,
                by=by,
                now=now,
                voice=voice,
                language_of=_copy_beside(store, name),
                turn=turn,
            )
        except OSError as exc:
            refused.append((name, Message("cannot be read: {error}", error=system_words(exc))))
            continue
        except ListOfPeople as exc:
            # Its name may be that of the people in it, and stands nowhere.
            refused.append((f"{FOLDER} ({number})", exc.message))
            continue
        except UnreadableInput as exc:
            _remember(seen, path, marks, sha256, exc.message)
            refused.append((name, exc.message))
            continue
        except TrucewatchError as exc:
            refused.append((name, exc.message))
            continue
        taken.append(came)
        on_record.add(sha256)
        _remember(seen, path, marks, sha256, None)
    return StatementsTakenIn(taken=tuple(taken), refused=tuple(refused))


def _remember(
    seen: dict[str, tuple[_Marks, str, Message | None]],
    path: Path,
    marks: _Marks | None,
    sha256: str,
    refusal: Message | None,
) -> None:
    if marks is not None:
        seen[str(path)] = marks, sha256, refusal


def _files(root: Path, watch: Watch) -> Iterator[tuple[Path, str, Message | None]]:
    """Every file with whose it is by its folder, and why it is none that can be taken in."""
    link = Message("is a link; copy the file itself into the folder")
    if root.is_symlink() or not root.is_dir():
        yield root, "", Message("is no folder; make one of this name and put the files into it")
        return
    for count, (path, voice) in enumerate(_below(root), 1):
        if count > MOST_FILES:
            yield (
                path,
                "",
                Message(
                    "more than {count} files lie here, and the rest is not read; move those of past years away",
                    count=Amount(MOST_FILES),
                ),
            )
            return
        state = path.lstat()
        if stat.S_ISLNK(state.st_mode):
            yield path, voice, link
        elif not stat.S_ISREG(state.st_mode):
            yield path, voice, Message("is no file; put the files themselves into statements, or one folder below it")
        elif state.st_size > LARGEST_BYTES:
            yield (
                path,
                voice,
                Message("is larger than {size} MB; save the text of the statement alone", size=LARGEST_BYTES // 10**6),
            )
        elif voice and voice not in speakers_of(watch):
            yield (
                path,
                voice,
                Message(
                    'lies in a folder "{name}", and that is no party, body or delegation of this watch; move it',
                    name=voice[:40],
                ),
            )
        else:
            yield path, voice, None


def _below(root: Path) -> Iterator[tuple[Path, str]]:
    """What lies in the folder and one below, in the order of the names; what begins with a dot is nobody's file."""
    for path in sorted(root.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            for inside in sorted(path.iterdir()):
                if not inside.name.startswith("."):
                    yield inside, path.name
        else:
            yield path, ""


def _copy_beside(store: Store, name: str) -> int | None:
    """The statement that a file is another language of, by their names; None where there is none yet, or where it has
    that language."""
    parts = _LANGUAGE_OF_NAME.fullmatch(name)
    if parts is None:
        return None
    for statement in official_statements(store):
        for each in statement.versions:
            other = _LANGUAGE_OF_NAME.fullmatch(each.file_name)
            if each.stands and other is not None and other["stem"] == parts["stem"]:
                return statement.number if parts["language"] not in statement.languages else None
    return None


def _content_of(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        before = os.fstat(stream.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        content = stream.read(LARGEST_BYTES + 1)
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableInput(Message("is being written; it is read when it is whole"))
    return content


def _marks_of(state: os.stat_result) -> _Marks | None:
    """What changes when a file does; None where it may change without that."""
    is_settled = max(state.st_mtime_ns, state.st_ctime_ns) < time.time_ns() - _SETTLED_NS
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns) if is_settled else None
