"""Show an incident to somebody: for whom, what is opened and what stays closed; then the copy is entered and taken."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.errors import TrucewatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.ids import canonical
from trucewatch.model.roles import Right
from trucewatch.pipeline.partial_copies import Showing, give_copy, is_empty, prepare_copy
from trucewatch.server.agreeing import alone_trouble, check_leaves_alone
from trucewatch.server.forms import Form, text_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import View, WholeView

SECTION_WORDS: Final = {
    "incident": Message("The incident as it is listed"),
    "findings": Message("Its findings, with all facts"),
    "observations": Message("Each observation, with device, place and words"),
    "evidence": Message("The evidence: files, and each line of them"),
    "released": Message("What the recipient's own rule makes of it"),
}
_CHANGED: Final = Message("What would leave is not what was looked at. Look at it once more; nothing was entered.")

router = APIRouter(include_in_schema=False)


@router.get("/show/{code}")
@needs(Right.RELEASE)
def look(view: WholeView, code: str, recipient: str = "") -> HTMLResponse:
    """What a copy for a recipient would open; nothing is entered."""
    return _page(view, code, recipient)


@router.post("/show/{code}")
@needs(Right.RELEASE)
@exports
def take(view: WholeView, code: str, form: Form) -> Response:
    """The copy, as a file; that it is given is entered first."""
    recipient = text_of(form, "recipient")
    try:
        view.refuse_in_replay()
    except TrucewatchError as exc:
        raise RefusalError(409, exc.message) from exc
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            check_leaves_alone(now)
            store, today = now.console.store, now.whole()
            showing = prepare_copy(store, today.assessment, code, recipient=recipient)
            if text_of(form, "seen") != _seal_of(showing):
                return _page(today, code, recipient, _CHANGED)
            name, content = give_copy(store, showing, by=store.keys.person_reference(now.by))
    except TrucewatchError as exc:
        return _page(view, code, recipient, exc.message)
    return Response(
        content,
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _page(view: View, code: str, recipient: str, trouble: Message | None = None) -> HTMLResponse:
    row = view.snapshot.row_beginning(code)
    if row is None:
        raise RefusalError(
            404, Message("No incident of the present list begins so. The list of incidents has them all.")
        )
    recipients = view.snapshot.watch.settings.recipient
    chosen = recipient or recipients[-1].id
    showing = None
    try:
        view.refuse_in_replay()
        incident_id = view.snapshot.ids[row]
        showing = prepare_copy(view.console.store, view.assessment, incident_id, recipient=chosen, only_look=True)
    except TrucewatchError as exc:
        trouble = trouble or exc.message
    return view.page(
        "disclosure/show.html.jinja",
        status=422 if trouble and recipient else 200,
        code=view.snapshot.codes[row],
        recipients=[(rule.id, view.words.name(rule.names, otherwise=rule.id)) for rule in recipients],
        chosen=chosen,
        trouble=trouble,
        opened=_opened(showing) if showing else [],
        empty=[_column(path) for path, value in showing.opened_fields() if is_empty(value)] if showing else [],
        closed=[(SECTION_WORDS[section], columns) for section, columns in showing.closed().items() if columns]
        if showing
        else [],
        seal=_seal_of(showing) if showing else "",
        alone_trouble=alone_trouble(view),
    )


def _opened(showing: Showing) -> list[tuple[str, str]]:
    """Name and value of each field that states something."""
    return [
        (_column(path), printable(_value_text(value))) for path, value in showing.opened_fields() if not is_empty(value)
    ]


def _column(path: str) -> str:
    return path.rpartition("/")[2]


def _value_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _seal_of(showing: Showing) -> str:
    """Changes when what would leave does: the form carries it, so that nothing leaves that nobody looked at."""
    leaving = [[path, value] for path, value in showing.opened_fields()]
    return hashlib.sha256(canonical([showing.recipient.id, leaving])).hexdigest()[:20]
