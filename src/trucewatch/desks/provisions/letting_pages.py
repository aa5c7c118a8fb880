"""Who lets a reading that was entered hold an outcome back: the page on which those agree whom the quorum rule asks."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.provisions.entry_pages import entry_at, listed
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.agreement_entries import AgreementEntry
from trucewatch.model.roles import Right
from trucewatch.server.agreeing import agree, agreeing_of, no_longer_agree
from trucewatch.server.forms import Form, text_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.reading_assents import may_be_let, reading_subject

router = APIRouter(include_in_schema=False)


@router.get("/agreement/entered/{entry_id}/agree")
@needs(Right.INSIDE)
def letting(view: CurrentView, entry_id: str) -> HTMLResponse:
    entry = _reading_at(view, entry_id)
    return view.page(
        "provisions/letting.html.jinja",
        row=listed(view, entry),
        can_be_let=may_be_let(entry),
        agreeing=agreeing_of(
            view,
            reading_subject(entry_id),
            action=f"/agreement/entered/{entry_id}/agree",
            is_open=_is_open(view, entry),
        ),
    )


@router.post("/agreement/entered/{entry_id}/agree")
@needs(Right.ADMIT, Right.AGREE)
def let(view: CurrentView, entry_id: str, form: Form) -> Response:
    """Agree, for one's delegation, that the reading holds outcomes back."""
    with view.writing() as now:
        entry = _reading_at(now, entry_id)
        if not may_be_let(entry):
            raise StoreError(
                Message("This reading is taken back, or differs in nothing; there is nothing to agree to.")
            )
        entered = agree(now, reading_subject(entry_id), seen=text_of(form, "of"))
        now.console.refresh()
    return _after_agreeing(entry_id, entered)


@router.post("/agreement/entered/{entry_id}/agree/undo")
@needs(Right.ADMIT, Right.AGREE)
def let_no_longer(view: CurrentView, entry_id: str) -> Response:
    with view.writing() as now:
        _reading_at(now, entry_id)
        entered = no_longer_agree(now, reading_subject(entry_id))
        now.console.refresh()
    return _after_agreeing(entry_id, entered, is_back=True)


def _is_open(view: View, entry: AgreementEntry) -> bool:
    return may_be_let(entry) and not view.snapshot.is_replay


def _after_agreeing(entry_id: str, entered: Entry, *, is_back: bool = False) -> Response:
    here = f"/agreement/entered/{entry_id}/agree"
    if is_back:
        return after(here, Toast(Message("Taken back. That is entry {entry} of the ledger.", entry=entered.number)))
    receipt = Message("Agreed. That is entry {entry} of the ledger.", entry=entered.number)
    return after(here, Toast(receipt, undo=f"{here}/undo"))


def _reading_at(view: View, entry_id: str) -> AgreementEntry:
    entry = entry_at(view, entry_id)
    if entry.table != "reading":
        raise RefusalError(404, Message("This entry is no reading; only a reading is let hold something back."))
    return entry
