"""Three hops down to the original: the row as it came with its neighbours, and the bytes of its file."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from trucewatch.desks.incidents.detail import detail_of
from trucewatch.desks.incidents.provenance import hop_of
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.handed_out import is_handed_over
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import CurrentView

_HASH: Final = re.compile(r"[0-9a-f]{64}")

router = APIRouter(include_in_schema=False)


@router.get("/incident/{code}/hop")
@needs(Right.INSIDE)
def hop(view: CurrentView, code: str, finding: str = "", observation: str = "") -> HTMLResponse:
    detail = detail_of(view.console.store, view.snapshot, code)
    hop = hop_of(detail, view.reader, finding, observation)
    if hop is None:
        raise RefusalError(
            404,
            Message("This incident has no such finding or observation now; its page shows those it has."),
        )
    context: dict[str, Any] = {"hop": hop, "code": detail.code, "detail": detail, "incident": detail.incident}
    if view.wants_part:
        return view.fragment("incidents/hop.html.jinja", **context)
    return view.page("incidents/hop_page.html.jinja", **context)


@router.get("/evidence/{sha256}")
@needs(Right.INSIDE)
@exports
def evidence(view: CurrentView, sha256: str) -> Response:
    """Original bytes as a download, never as a page."""
    store = view.console.store
    if not _HASH.fullmatch(sha256):
        raise RefusalError(404, Message("That is no SHA-256: 64 digits and letters a to f."))
    gone = store.index.rows("SELECT entry FROM erased WHERE sha256 = ?", sha256)
    if gone:
        raise RefusalError(
            410,
            Message(
                "These bytes were erased; entry {entry} of the ledger says why. Their hash stays.", entry=gone[0][0]
            ),
        )
    names = store.index.rows("SELECT name FROM evidence WHERE sha256 = ? ORDER BY entry", sha256)
    is_act = not names and bool(store.index.rows("SELECT 1 FROM entry WHERE sha256 = ?", sha256))
    objects = store.objects if is_act else store.evidence
    if not (names or is_act):
        raise RefusalError(404, Message("No evidence of this watch has this hash. The Sources page lists every file."))
    if sha256 not in objects:
        raise RefusalError(
            404,
            Message("The ledger knows these bytes, and the store lacks them. Restore the store from a copy."),
        )
    if not is_act and is_handed_over(store, sha256) and not view.may(Right.CALL_BACK):
        return RedirectResponse(f"/files/{sha256}", 303)  # where it is given bare, or not at all
    filename = _file_name(str(names[0][0]) if names else "", sha256)
    if not is_act and store.evidence.is_encrypted(sha256):
        disposition = f'attachment; filename="{filename}"'
        return Response(
            store.evidence.get(sha256),
            media_type="application/octet-stream",
            headers={"content-disposition": disposition},
        )
    return FileResponse(objects.path_of(sha256), media_type="application/octet-stream", filename=filename)


def _file_name(name: str, sha256: str) -> str:
    """A name that is safe in a header and on any disk."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name.rpartition("/")[2])[-80:].lstrip(".")
    return plain or f"{sha256[:16]}.bin"
