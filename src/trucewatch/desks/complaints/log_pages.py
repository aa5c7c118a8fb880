"""A side's own log beside ours, row by row: what it brought, what a person matched, what stands alone."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.complaints.forms import kept_text, register_of, sender_words, state_words
from trucewatch.desks.complaints.records import code_of
from trucewatch.desks.complaints.side_log import MOST_BYTES, MOST_ROWS, SideLogs
from trucewatch.desks.complaints.states import LogRow
from trucewatch.errors import StoreError, TrucewatchError, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.model.roles import Right
from trucewatch.server.forms import Form, file_of, number_of, text_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

router = APIRouter(include_in_schema=False)


@router.get("/complaints/log/{side}")
@needs(Right.INSIDE)
def side_log(view: CurrentView, side: str) -> HTMLResponse:
    return _page(view, side)


@router.post("/complaints/log/{side}")
@needs(Right.TAKE)
def bring_log(view: CurrentView, side: str, form: Form) -> Response:
    """A side's table, kept as it is, and its rows."""
    file = file_of(form, "file")
    content = file.file.read(MOST_BYTES + 1) if file else b""
    try:
        if not content:
            raise UnreadableInput(Message("no file was chosen, or it is empty; nothing was kept"))
        view.refuse_in_replay()
        SideLogs(register_of(view)).side(side)
        table = SideLogs(register_of(view)).keep_rows(content)
        with view.writing() as now:
            now.refuse_in_replay()
            entry = SideLogs(register_of(now)).bring(side, table, by=now.by)
    except TrucewatchError as exc:
        return _page(view, side, trouble=exc.message)
    return logged(view, entry)


@router.post("/complaints/log/{side}/match")
@needs(Right.TAKE)
def match_row(view: CurrentView, side: str, form: Form) -> Response:
    log, row, code = number_of(form, "log"), number_of(form, "row"), text_of(form, "complaint", 20)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = SideLogs(register_of(now)).match(side, log, row, code, by=now.by)
    except TrucewatchError as exc:
        return _page(view, side, trouble=exc.message)
    return logged(view, entry)


@router.post("/complaints/log/{side}/undo")
@needs(Right.TAKE)
def undo_log(view: CurrentView, side: str, form: Form) -> Response:
    """Take back a match or a table. It says itself what it takes back, so no reason is typed."""
    text = text_of(form, "entry", 12) or view.request.query_params.get("entry", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = SideLogs(register_of(now)).undo(side, number, by=now.by)
    except TrucewatchError as exc:
        return _page(view, side, trouble=exc.message)
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after(f"/complaints/log/{side}", Toast(receipt))


def logged(view: View, entry: Entry) -> Response:
    """Back to the log of which a table or a match was entered."""
    side = entry.record["side"]
    if entry.record["act"] == "match":
        receipt = Message(
            "Matched with {number}. It is entry {entry} of the ledger.",
            number=code_of(entry.record["complaint"]),
            entry=entry.number,
        )
    else:
        receipt = Message(
            "The table is kept, rows: {count}. It is entry {entry} of the ledger.",
            count=Amount(len(entry.record["rows"])),
            entry=entry.number,
        )
    return after(f"/complaints/log/{side}", Toast(receipt, undo=f"/complaints/log/{side}/undo?entry={entry.number}"))


def _page(view: View, side: str, *, trouble: Message | None = None) -> HTMLResponse:
    register = register_of(view)
    logs = SideLogs(register)
    try:
        sender = logs.side(side)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    rows, proposals = logs.rows(side), logs.proposals(side)
    own = register.complaints(side=sender.code)
    matched = {row.complaint for row in rows if row.complaint}
    by_number = {complaint.number: complaint for complaint in own}

    def shown(row: LogRow) -> dict[str, Any]:
        proposal = proposals.get((row.log, row.row))
        ours = by_number.get(row.complaint)
        return {
            "row": row,
            "number": kept_text(register, row.number),
            "place": kept_text(register, row.place),
            "what": kept_text(register, row.what),
            "ours": ours,
            "state": state_words(ours, view) if ours else "",
            "proposal": proposal,
        }

    return view.page(
        "complaints/log.html.jinja",
        status=422 if trouble else 200,
        side=sender,
        name=sender_words(view, sender),
        others=[(other, sender_words(view, other)) for other in register.senders if other.kind == "party"],
        rows=[shown(row) for row in rows],
        brought=sorted({(row.log, row.entry) for row in rows}),
        has_match={row.log for row in rows if row.complaint},
        alone=[
            (row, kept_text(register, row.own_number), kept_text(register, row.says))
            for row in own
            if row.number not in matched and not row.withdrawn
        ],
        trouble=trouble or view.replay_trouble,
        most_rows=MOST_ROWS,
        can_act=not view.snapshot.is_replay,
    )
