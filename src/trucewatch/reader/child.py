"""The program that reads files from outside: requests on its input, frames on its output, until its input ends.

It opens nothing for writing, starts nothing, asks no network, and holds no secret. What a file does ends it alone.
"""

from __future__ import annotations

import io
import os
import resource
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa

from trucewatch.errors import InputTooLarge, TrucewatchError
from trucewatch.messages import record_of
from trucewatch.model.batch import Batch, ReadingContext
from trucewatch.model.evidence import table_of_rejected
from trucewatch.model.statements import statement_document
from trucewatch.reader.frames import pack, read_frame
from trucewatch.reader.requests import context_of, origin_of, setting_of, voice_of
from trucewatch.sources import adapters
from trucewatch.sources.guess import head_of
from trucewatch.sources.letter_file import read_letter
from trucewatch.sources.official_statement.parse import parse_statement
from trucewatch.sources.picture_facts import facts_of, preview, stripped
from trucewatch.sources.reading import read_file, unforeseen
from trucewatch.sources.screening import screen
from trucewatch.sources.text_inside import rules_of_file
from trucewatch.watch.import_zones import import_zones

_SLACK_BYTES: Final = 3 << 29
"""Address space beyond the bound of memory: a backstop, since the program that asks looks at what is held."""
_MOST_HEAD_CHARS: Final = 8_000_000
_MOST_REMARKS: Final = 20
_FOR_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED_EVENTS: Final = frozenset(
    (
        *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"),
        *("subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"),
        *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod"),
    )
)


def main() -> None:
    """Answer requests until there are no more."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever prints, prints to nobody
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    adapters()  # all of them are loaded before anything is refused
    sys.addaudithook(_refuse)
    context = ReadingContext()
    while (request := read_frame(requests)) is not None:
        if request.get("context"):
            context = context_of(request["context"])
        _limit(request["limits"])
        content = requests.read(request["bytes"]) if "bytes" in request else None
        _send(answers, {"kind": "begun"})
        try:
            _answer(request, context, answers, content)
        except MemoryError:
            _send(answers, {"kind": "no_memory"})
            return  # what it took is not given back surely: the next file has a new process
        _send(answers, {"kind": "end"})
        pa.default_memory_pool().release_unused()


def _answer(
    request: Mapping[str, Any], context: ReadingContext, answers: BinaryIO, content: bytes | None = None
) -> None:
    path = Path(request.get("path", ""))
    if request["what"] == "read":
        _read(request, context, path, answers)
        return
    try:
        if request["what"] == "head":
            header, rows = head_of(path, request["rows"])
            _send(answers, {"header": list(header), "rows": _short(rows)})
        elif request["what"] == "screen":
            with path.open("rb") if content is None else io.BytesIO(content) as stream:
                _send(answers, {"rule": screen(stream) or ""})
        elif request["what"] == "never_here":
            file = path.read_bytes() if content is None else content
            _send(answers, {"rules": list(rules_of_file(file, request["allow"]))})
        elif request["what"] == "letter":
            _send_letter(answers, content or b"")
        elif request["what"] == "picture":
            _send_picture(answers, request["wanted"], content or b"")
        elif request["what"] == "statement":
            _send(answers, {"statement": _statement(request, content or b"")})
        else:
            _send(answers, {"features": [_feature(feature) for feature in import_zones(path)]})
    except TrucewatchError as exc:
        record = [record_of(exc.message), str(exc.message)]
        _send(answers, {"fault": record, "is_too_large": isinstance(exc, InputTooLarge)})
    except MemoryError:
        raise
    except Exception as exc:  # a file from outside may do anything: its fault is a value
        message = unforeseen(exc, 0)
        _send(answers, {"fault": [record_of(message), str(message)]})


def _read(request: Mapping[str, Any], context: ReadingContext, path: Path, answers: BinaryIO) -> None:
    most = request.get("most_rows")
    rows = 0
    for batch in read_file(path, origin_of(request["origin"]), setting_of(request["setting"]), context):
        rows += batch.observations.num_rows + batch.counters.num_rows + batch.tracks.num_rows + len(batch.rejected)
        is_cut = most is not None and rows >= most
        remarks = [[record_of(remark), str(remark)] for remark in batch.remarks[:_MOST_REMARKS]]
        _send(answers, {"is_cut": is_cut, "remarks": remarks}, _tables(batch))
        if is_cut:
            return


def _statement(request: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    statement = parse_statement(
        content,
        request["name"],
        zone=request["zone"],
        voice=request["voice"],
        voices=tuple(voice_of(voice) for voice in request["voices"]),
        today=date.fromisoformat(request["today"]) if request["today"] else None,
    )
    return statement_document(statement, is_kept=True)


def _send_letter(answers: BinaryIO, content: bytes) -> None:
    parts = read_letter(content)
    words = {name: getattr(parts, name) for name in ("text", "sender", "subject")} | {"table_lines": parts.tables}
    sentences = {
        name: [[record_of(each), str(each)] for each in getattr(parts, name)] for name in ("notes", "refusals")
    }
    sent_at = parts.sent_at.isoformat() if parts.sent_at else None
    files = pa.table(
        {
            "name": pa.array([file.name for file in parts.attachments], pa.string()),
            "media_type": pa.array([file.media_type for file in parts.attachments], pa.string()),
            "content": pa.array([file.content for file in parts.attachments], pa.large_binary()),
        }
    )
    _send(answers, {**words, **sentences, "sent_at": sent_at}, {"files": files})


def _send_picture(answers: BinaryIO, wanted: str, content: bytes) -> None:
    if wanted == "facts":
        facts = facts_of(content)
        record = {name: getattr(facts, name) for name in facts.__slots__}
        _send(answers, {"facts": {**record, "taken_at": facts.taken_at.isoformat() if facts.taken_at else None}})
        return
    drawn = preview(content) if wanted == "preview" else stripped(content)
    _send(answers, {}, {"picture": pa.table({"content": pa.array([drawn], pa.large_binary())})})


def _tables(batch: Batch) -> dict[str, pa.Table]:
    tables = {
        "observations": batch.observations,
        "counters": batch.counters,
        "rejected": table_of_rejected(batch.rejected),
        "tracks": batch.tracks,
        "senders": batch.senders,
    }
    return {name: table for name, table in tables.items() if table.num_rows}


def _short(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """As many of the rows as a page can be told."""
    chars = 0
    for number, row in enumerate(rows):
        chars += sum(map(len, row.values()))
        if chars > _MOST_HEAD_CHARS:
            return rows[:number]
    return rows


def _feature(feature: Any) -> dict[str, Any]:
    record = {name: getattr(feature, name) for name in ("number", "labels", "geometry", "vertices")}
    for name in ("fault", "remedy"):
        message = getattr(feature, name)
        record[name] = [record_of(message), str(message)] if message else None
    return record


def _send(answers: BinaryIO, message: Mapping[str, Any], tables: Mapping[str, pa.Table] | None = None) -> None:
    for piece in pack(message, tables):
        view = memoryview(piece)
        while view:
            view = view[answers.write(view) :]


def _limit(limits: Mapping[str, Any]) -> None:
    """The backstops of one file, which the system holds it to: address space, and time on the processor."""
    with suppress(OSError, ValueError):  # a system that does not say, or does not limit, has the asking program's eye
        in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        space = in_use + (int(limits["memory_mb"]) << 20) + _SLACK_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (space, resource.getrlimit(resource.RLIMIT_AS)[1]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + 4 * limits["cpu_seconds"] + 60)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with(parent: int) -> None:
    """End when the program that began this one is gone, even in the middle of a file."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(3)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what no reading of a file needs."""
    if event in _REFUSED_EVENTS:
        raise PermissionError(f"a reader of files does nothing of this sort: {event}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _FOR_WRITING:
        raise PermissionError("a reader of files writes none")


if __name__ == "__main__":
    main()
