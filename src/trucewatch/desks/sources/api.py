"""Files from programs: into the inbox, for one source of the watch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, UploadFile
from fastapi import Path as InPath
from pydantic import BaseModel

from trucewatch.errors import ListOfPeople
from trucewatch.locale import mark
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.reader import screen_brought
from trucewatch.server.inbox import NameTakenError, is_inbox_name, put_into_inbox, reads
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView

_FAULTS: Final[dict[int | str, dict[str, Any]]] = {
    code: {"description": what, "content": {"application/json": {"example": {"detail": what}}}}
    for code, what in (
        (403, mark("The request came from another site.")),
        (404, mark("No such source.")),
        (409, mark("Another file has this name.")),
        (413, mark("Too large.")),
        (422, mark("The name or the content cannot be used.")),
    )
}
router = APIRouter()


class Received(BaseModel):
    """A file that was taken into the inbox."""

    file: str
    size_bytes: int
    source: str


@router.post(
    "/api/inbox/{source}",
    status_code=201,
    tags=["evidence"],
    responses=_FAULTS,
    description=mark(
        "Put a file into the inbox for one source of the watch. It is on disk when this answers, and is read within "
        "seconds."
    ),
)
@needs(Right.TAKE)
def receive(view: CurrentView, source: Annotated[str, InPath(max_length=80)], file: UploadFile) -> Received:
    """The file under its own name. Raises RefusalError for a source or a name that there is not, and for a name that
    another file has."""
    name = Path(file.filename or "").name
    _check_program(view, source)
    try:
        screen_brought(file.file)
    except ListOfPeople as exc:  # before anything is said of the name, which may be a person's
        raise RefusalError(422, exc.message) from None
    _check(view, source, name)
    content = file.file.read()
    if not content:
        raise RefusalError(422, Message('"{name}" is empty; nothing was kept.', name=name))
    try:
        path = put_into_inbox(view.console.folder, name, content)
    except NameTakenError as exc:
        raise RefusalError(409, exc.message) from exc
    return Received(file=path.relative_to(view.console.folder).as_posix(), size_bytes=len(content), source=source)


def _check_program(view: CurrentView, source: str) -> None:
    """A token for one source brings files for that source alone, also after the source was taken out or renamed; one
    for a recipient for all of them."""
    program = view.request.scope.get("state", {}).get("program")
    if program is None or program.holder == source:
        return
    settings = view.snapshot.watch.settings
    is_source = program.holder in {setting.id for setting in settings.source}
    if is_source or program.holder not in {recipient.id for recipient in settings.recipient}:
        raise RefusalError(403, Message('This token is for the source "{source}" alone.', source=program.holder))


def _check(view: CurrentView, source: str, name: str) -> None:
    settings = {setting.id: setting for setting in view.snapshot.watch.settings.source}
    if source not in settings:
        raise RefusalError(
            404,
            Message(
                'There is no source "{source}" in this watch; there are: {sources}',
                source=source,
                sources=", ".join(settings),
            ),
        )
    if not is_inbox_name(name):
        raise RefusalError(
            422, Message("The file's name must be letters, digits, dots, dashes or underscores, at most 120 of them.")
        )
    if not reads(settings[source], name):
        raise RefusalError(
            422,
            Message(
                'The source "{source}" would not read "{name}"; it reads: {patterns}. Send it under such a name, or '
                "widen `files` of that source in watch.toml",
                source=source,
                name=name,
                patterns=", ".join(settings[source].files),
            ),
        )
