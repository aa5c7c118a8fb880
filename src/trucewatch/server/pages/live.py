"""The live feed of the console, and what programs send into the inbox."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, UploadFile
from fastapi import Path as InPath
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from trucewatch.errors import TrucewatchError
from trucewatch.ledger.durable import make_folder, write_durably
from trucewatch.messages import Message
from trucewatch.model.times import iso_utc
from trucewatch.server.console import Console
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import CurrentView

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


class State(BaseModel):
    """How the watch stands."""

    watch: str
    as_of: str
    version: str
    incidents: int
    findings: dict[str, int]
    simulated: int
    entries: int
    trouble: str


class Received(BaseModel):
    """A file that was taken into the inbox."""

    file: str
    size_bytes: int
    source: str


router = APIRouter()
_FAULTS: dict[int | str, dict[str, Any]] = {
    code: {"description": what, "content": {"application/json": {"example": {"detail": what}}}}
    for code, what in (
        (403, "The request came from another site."),
        (404, "No such source."),
        (409, "Another file has this name."),
        (413, "Too large."),
        (422, "The name or the content cannot be used."),
    )
}


@router.get("/live", include_in_schema=False)
async def live(view: CurrentView) -> Response:
    if view.console.hub.is_full:
        raise RefusalError(
            503, Message("Too many pages listen at once; this one shows what it was given and asks again later.")
        )
    return StreamingResponse(
        view.console.hub.listen(), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


@router.get("/api/state", tags=["watch"])
def state(view: CurrentView) -> State:
    """The watch's clock, its list, and whether anything keeps it from being of today."""
    snapshot = view.snapshot
    outcomes: dict[str, int] = {}
    for one in snapshot.findings["outcome"].to_pylist():
        outcomes[one] = outcomes.get(one, 0) + 1
    return State(
        watch=snapshot.watch.settings.id,
        as_of=iso_utc(snapshot.as_of),
        version=snapshot.version,
        incidents=snapshot.rows,
        findings=outcomes,
        simulated=int(snapshot.simulated.sum()),
        entries=len(view.console.store.journal),
        trouble=str(view.console.trouble or ""),
    )


@router.post("/api/inbox/{source}", status_code=201, tags=["evidence"], responses=_FAULTS)
def receive(view: CurrentView, source: Annotated[str, InPath(max_length=80)], file: UploadFile) -> Received:
    """Put a file into the inbox for one source of the watch. It is on disk when this answers, and is read within
    seconds."""
    name = Path(file.filename or "").name
    path = inbox_path(view.console, source, name)
    content = file.file.read()
    if not content:
        raise RefusalError(422, Message('"{name}" is empty; nothing was kept.', name=name))
    if path.exists() and path.read_bytes() != content:
        raise RefusalError(
            409,
            Message('There is another file named "{name}" in the inbox; send this one under a new name.', name=name),
        )
    try:
        make_folder(path.parent)
        write_durably(path, content)
    except OSError as exc:
        raise TrucewatchError(
            Message("{name} cannot be written: {strerror}; nothing was kept", name=name, strerror=exc.strerror)
        ) from exc
    return Received(file=path.relative_to(view.console.folder).as_posix(), size_bytes=len(content), source=source)


def inbox_path(console: Console, source: str, name: str) -> Path:
    """Where a file of this name is kept for a source: in `inbox/`, under a name that the source reads.

    Raises HTTPException for a source that is not of the watch, and for a name that is no plain name or that it does not
    read.
    """
    setting = next((one for one in console.snapshot.watch.settings.source if one.id == source), None)
    if setting is None:
        known = ", ".join(one.id for one in console.snapshot.watch.settings.source)
        raise RefusalError(
            404, Message('There is no source "{source}" in this watch; there are: {known}', source=source, known=known)
        )
    if not _NAME.fullmatch(name):
        raise RefusalError(
            422, Message("The file's name must be letters, digits, dots, dashes or underscores, at most 120 of them.")
        )
    path = console.folder / "inbox" / name
    if not any(path.relative_to(console.folder).match(pattern) for pattern in setting.files):
        patterns = ", ".join(setting.files)
        raise RefusalError(
            422,
            Message(
                'The source "{source}" would not read "{name}"; it reads: {patterns}',
                source=source,
                name=name,
                patterns=patterns,
            ),
        )
    return path
