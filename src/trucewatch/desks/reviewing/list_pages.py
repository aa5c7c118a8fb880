"""Several first positions signed as one act, of cases that were opened; and what `trucewatch sign` made on one's own
computer, handed in as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.reviewing.acting import Side, book_of, side_of
from trucewatch.desks.reviewing.json_acts import MOST_ITEMS, MOST_SENT_BYTES, NOT_WHOLE, read_document
from trucewatch.desks.reviewing.opened import has_opened
from trucewatch.desks.reviewing.pages import shared
from trucewatch.desks.reviewing.queue import rows_of, waiting_for
from trucewatch.desks.reviewing.sealing_pages import commit_in, give_in, open_in
from trucewatch.errors import LedgerError, StoreError, TrucewatchError
from trucewatch.ledger.position import OPENED, read_opened
from trucewatch.ledger.signing import write_canonical
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.review import Case
from trucewatch.model.roles import Right
from trucewatch.server.forms import Form, file_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View

MOST_LISTED: Final = 200
"""Members of a list that one page shows."""

router = APIRouter(include_in_schema=False)


@router.get("/review/list")
@needs(Right.AGREE)
def list_page(view: CurrentView, codes: str = "") -> HTMLResponse:
    """The members of a list: those of the address, or all that were opened and wait for a first position."""
    side = side_of(view)
    waiting = _awaited(view, side)
    named = [code.strip() for code in codes.split(",") if code.strip()]
    wanted = [case for case in waiting if case.code in named] if named else waiting
    members = [case for case in wanted if has_opened(view, case)][:MOST_LISTED]
    unopened = [case.code for case in wanted if not has_opened(view, case)]
    gone = sorted(set(named) - {case.code for case in waiting}) if side else []
    own = [case.code for case in members]
    return view.page(
        "reviewing/list.html.jinja",
        groups=rows_of(view, members, side.delegation if side else ""),
        count=len(members),
        unopened=unopened,
        gone=gone[:MOST_LISTED],
        without={code: _address([other for other in own if other != code]) for code in own},
        file_path=f"/review/to-sign.json?{urlencode({'codes': ','.join(own)})}",
        **shared(view),
    )


@router.get("/review/hand-in")
@needs(Right.AGREE)
def hand_in_page(view: CurrentView) -> HTMLResponse:
    return _hand_in_page(view)


@router.post("/review/hand-in")
@needs(Right.AGREE)
def hand_in(view: CurrentView, form: Form) -> Response:
    """What `trucewatch sign` made: sealed positions to be committed, or opened ones."""
    try:
        view.refuse_in_replay()
        file = file_of(form, "file")
        if file is None:
            raise TrucewatchError(Message("Choose the file that trucewatch sign made; nothing was entered."))
        document = read_document(file.file.read(MOST_SENT_BYTES + 1))
        entries = _taken(view, document)
    except (RefusalError, TrucewatchError) as exc:
        return _hand_in_page(view, trouble=exc.message)
    receipt = Message(
        "{entries} of the ledger, from {entry} on: what the file holds is entered.",
        entries=Plural("{count} entry", "{count} entries", len(entries), count=Amount(len(entries))),
        entry=entries[0],
    )
    return after("/review", Toast(receipt))


def _taken(view: View, document: Mapping[str, Any]) -> list[int]:
    """Enter what a document holds. A list of commitments is entered whole or not at all; opened positions one after the
    other, so that those before a refused one stand, which the refusal says."""
    items = document.get("items")
    if document.get("schema") == OPENED:
        items = [{"opened": _spelt(document)}]
    if not isinstance(items, list) or not items or len(items) > MOST_ITEMS:
        raise RefusalError(422, NOT_WHOLE)
    if all(isinstance(item, dict) and "sealed" in item for item in items):
        return list(commit_in(view, document, by_file=True)["entries"])
    entries: list[int] = []
    for item in items:
        try:
            entries += _opened_entries(view, item)
        except (TrucewatchError, RefusalError) as exc:
            if not entries:
                raise
            raise StoreError(
                Message(
                    "{why} What stood before it in the file is entered: entries {first} to {last} of the ledger.",
                    why=exc.message,
                    first=entries[0],
                    last=entries[-1],
                )
            ) from exc
    return entries


def _opened_entries(view: View, item: Any) -> list[int]:
    """One opened position: opened where it lies sealed, given in the open where the case is at that."""
    opened = item.get("opened") if isinstance(item, dict) else None
    if isinstance(opened, dict):
        opened = _spelt(opened)
    if not isinstance(opened, str):
        raise RefusalError(422, NOT_WHOLE)
    position = read_opened(opened.encode("utf-8", "surrogatepass"))
    case = _case_of(view, position.document)
    is_sealed = any(each.commitment == position.commitment for each in case.sealed)
    act = open_in if is_sealed else give_in
    return list(act(view, case.code, {"opened": opened})["entries"])


def _spelt(document: Mapping[str, Any]) -> str:
    """A document in the one spelling in which positions are taken. Raises RefusalError for what has none."""
    try:
        return write_canonical(dict(document))
    except UnicodeError:
        raise RefusalError(422, NOT_WHOLE) from None


def _case_of(view: View, document: Mapping[str, Any]) -> Case:
    """The case that a position is about. Raises LedgerError where none has what was signed."""
    found = [case for case in book_of(view).cases() if case.sha256 == document["finding_sha256"]]
    if not found:
        raise LedgerError(
            Message("This position is about nothing that was put here; take what is to be signed from this watch.")
        )
    return found[-1]


def _awaited(view: View, side: Side | None) -> list[Case]:
    """Cases that wait for a first position of one's own delegation and can stand in a list: never *who*."""
    if side is None:
        return []
    found = waiting_for(book_of(view), side.delegation, view.by)
    return [case for case in found if case.step == "blind" and not case.is_of_who]


def _address(codes: Sequence[str]) -> str:
    return f"/review/list?{urlencode({'codes': ','.join(codes)})}" if codes else "/review"


def _hand_in_page(view: View, trouble: Message | None = None) -> HTMLResponse:
    side = side_of(view)
    awaited = [case.code for case in _awaited(view, side)][:MOST_LISTED]
    return view.page(
        "reviewing/hand_in.html.jinja",
        status=422 if trouble else 200,
        trouble=trouble or view.replay_trouble,
        awaited=awaited,
        to_open=[case.code for case in _to_open(view, side)][:MOST_LISTED],
        file_path=f"/review/to-sign.json?{urlencode({'codes': ','.join(awaited)})}",
        **shared(view),
    )


def _to_open(view: View, side: Side | None) -> list[Case]:
    if side is None:
        return []
    return [
        case
        for case in waiting_for(book_of(view), side.delegation, view.by)
        if case.step in ("opening", "open") and any(each.delegation == side.delegation for each in case.sealed)
    ]
