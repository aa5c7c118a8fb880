"""A bundle of an incident: for whom, in which language, what would be opened; then it is entered and taken."""

from __future__ import annotations

import hashlib
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.bundling.operations import Bundling, give_bundle, prepare_bundle
from trucewatch.desks.bundling.positions import leaving_entries
from trucewatch.errors import TrucewatchError
from trucewatch.locale import languages
from trucewatch.messages import Message
from trucewatch.model.ids import canonical
from trucewatch.model.roles import Right
from trucewatch.server.agreeing import alone_trouble, check_leaves_alone
from trucewatch.server.forms import Form, text_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.view import View, WholeView

SECTION_WORDS: Final = {
    "incident": Message("The incident as it is listed"),
    "findings": Message("Its findings, with all facts"),
    "observations": Message("Each observation"),
    "evidence": Message("The evidence: files, and each line of them"),
    "released": Message("What the recipient's own rule makes of it"),
}
_CHANGED: Final = Message("What would leave is not what was looked at. Look at it once more; nothing was entered.")

router = APIRouter(include_in_schema=False)


@router.get("/bundle/{code}")
@needs(Right.RELEASE)
def look(view: WholeView, code: str, recipient: str = "", language: str = "") -> HTMLResponse:
    """What a bundle for a recipient would hold; nothing is entered."""
    return _page(view, code, recipient, language)


@router.post("/bundle/{code}")
@needs(Right.RELEASE)
@exports
def take(view: WholeView, code: str, form: Form) -> Response:
    """The bundle, as a file; that it is given is entered first."""
    recipient, language = text_of(form, "recipient"), text_of(form, "language")
    try:
        view.refuse_in_replay()
    except TrucewatchError as exc:
        raise RefusalError(409, exc.message) from exc
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            check_leaves_alone(now)
            store, today = now.console.store, now.whole()
            bundling = prepare_bundle(store, today.assessment, code, recipient=recipient, language=language)
            if text_of(form, "seen") != _seal_of(bundling):
                return _page(today, code, recipient, language, _CHANGED)
            by = store.keys.person_reference(now.by)
            entry, content = give_bundle(store, today.assessment, bundling, by=by)
    except TrucewatchError as exc:
        return _page(view, code, recipient, language, exc.message)
    return Response(
        content,
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="bundle-{entry.number}.zip"'},
    )


def _page(view: View, code: str, recipient: str, language: str, trouble: Message | None = None) -> HTMLResponse:
    row = view.snapshot.row_beginning(code)
    if row is None:
        raise RefusalError(
            404, Message("No incident of the present list begins so. The list of incidents has them all.")
        )
    settings = view.snapshot.watch.settings
    chosen = recipient or settings.recipient[-1].id
    told = [each for each in languages() if each in settings.languages] or ["en"]
    bundling = None
    try:
        view.refuse_in_replay()
        bundling = prepare_bundle(
            view.console.store, view.assessment, view.snapshot.ids[row], recipient=chosen, language=language
        )
    except TrucewatchError as exc:
        trouble = trouble or exc.message
    showing = bundling.showing if bundling else None
    return view.page(
        "bundling/bundle.html.jinja",
        status=422 if trouble and recipient else 200,
        code=view.snapshot.codes[row],
        recipients=[(rule.id, view.words.name(rule.names, otherwise=rule.id)) for rule in settings.recipient],
        chosen=chosen,
        tongues=[(each, view.words.language_name(each)) for each in told],
        chosen_tongue=bundling.language if bundling else language,
        trouble=trouble,
        opened=[(SECTION_WORDS[section], columns) for section, columns in _opened(bundling).items()]
        if bundling
        else [],
        closed=[(SECTION_WORDS[section], columns) for section, columns in showing.closed().items() if columns]
        if showing
        else [],
        files=len(bundling.evidence) if bundling else 0,
        reviews=[(case.code, len(case.positions), case.outcome is None) for case in bundling.cases] if bundling else [],
        barred=sorted(bundling.barred) if bundling else [],
        is_inside=bundling.is_inside if bundling else True,
        seal=_seal_of(bundling) if bundling else "",
        alone_trouble=alone_trouble(view),
    )


def _opened(bundling: Bundling) -> dict[str, list[str]]:
    """The columns that are opened in some row, by section."""
    columns: dict[str, set[str]] = {}
    for path in bundling.showing.opened:
        section, _, column = path.split("/")
        columns.setdefault(section, set()).add(column)
    return {section: sorted(columns[section]) for section in SECTION_WORDS if section in columns}


def _seal_of(bundling: Bundling) -> str:
    """Changes when what would leave does: the form carries it, so that nothing leaves that nobody looked at."""
    showing = bundling.showing
    leaving = [[path, value] for path, value in showing.opened_fields()]
    reviewed = [*leaving_entries(bundling.cases)]
    whole = [
        showing.recipient.id,
        bundling.language,
        leaving,
        list(bundling.evidence),
        reviewed,
        sorted(bundling.barred),
    ]
    return hashlib.sha256(canonical(whole)).hexdigest()[:20]
