"""The folder `statements/` of a watch → official statements on record: each file of it, and of its subfolders, which
are named by whose statements they hold.

A file that is on record is not read again. What one file does, or is, is one refusal, and the rest is taken in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from trucewatch.errors import ListOfPeople, TrucewatchError, UnreadableInput, system_words
from trucewatch.messages import Message
from trucewatch.model.file_names import name_on_record
from trucewatch.model.ids import sha256_of
from trucewatch.model.statements import LANGUAGES
from trucewatch.model.watch import Watch
from trucewatch.pipeline.annotation_checks import speakers_of
from trucewatch.pipeline.statement_intake import TakenIn, Turn, take_in_statement
from trucewatch.store import Store
from trucewatch.store.statement_records import official_statements
from trucewatch.watch.statement_files import FileMarks, content_of, marks_of, statement_files

FOLDER: Final = "statements"
_LANGUAGE_OF_NAME: Final = re.compile(rf"(?P<stem>.+)\.(?P<language>{'|'.join(LANGUAGES)})\.[A-Za-z0-9]+")
"""`2031-05-02-bridge.en.txt`: copies of one statement lie beside each other under one name."""


@dataclass(slots=True)
class _SeenStatements:
    """The files that this process looked at, as they were then: what was refused, and the hash of what was not."""

    by_path: dict[str, tuple[FileMarks, str, Message | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementsTakenIn:
    """What came of a look into the folder. refused: the name of each file that was not taken in, and why."""

    statements: tuple[TakenIn, ...] = ()
    refused: tuple[tuple[str, Message], ...] = ()
    warnings: tuple[Message, ...] = ()


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
    if not root.is_symlink() and not root.exists():
        return StatementsTakenIn()
    looked_at = store.memory.of(_SeenStatements).by_path
    statements, refused, warnings = list[TakenIn](), list[tuple[str, Message]](), list[Message]()
    on_record = {each.evidence for statement in official_statements(store) for each in statement.versions}
    for number, (path, voice, fault) in enumerate(statement_files(root, speakers_of(watch)), 1):
        name = name_on_record(path.relative_to(folder).as_posix())
        if fault is not None:
            refused.append((name, fault))
            continue
        try:
            marks = marks_of(path.lstat())
            last_marks, sha256, refusal = looked_at.get(str(path), (None, "", None))
            if marks is not None and marks == last_marks and (sha256 in on_record or refusal is not None):
                if refusal is not None:
                    refused.append((name, refusal))
                continue
            advance()
            content = content_of(path)
            sha256 = sha256_of(content)
            if store.is_erased(sha256):
                warnings.append(
                    Message(
                        "{name} was erased from this watch and is not read again; remove it from the folder", name=name
                    )
                )
                continue
            if sha256 in on_record:
                _remember(looked_at, path, marks, sha256, None)
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
            _remember(looked_at, path, marks, sha256, exc.message)
            refused.append((name, exc.message))
            continue
        except TrucewatchError as exc:
            refused.append((name, exc.message))
            continue
        statements.append(came)
        on_record.add(sha256)
        _remember(looked_at, path, marks, sha256, None)
    return StatementsTakenIn(statements=tuple(statements), refused=tuple(refused), warnings=tuple(warnings))


def _remember(
    looked_at: dict[str, tuple[FileMarks, str, Message | None]],
    path: Path,
    marks: FileMarks | None,
    sha256: str,
    refusal: Message | None,
) -> None:
    if marks is not None:
        looked_at[str(path)] = marks, sha256, refusal


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
