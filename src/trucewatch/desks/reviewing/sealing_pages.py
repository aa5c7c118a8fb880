"""What an officer's browser, or `trucewatch sign` on their own computer, asks and hands over: what there is to sign,
what was sealed, what is opened. Of one's own delegation only."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from trucewatch.desks.reviewing.acting import NO_ACCOUNTS, Side, book_of, case_at, side_of, speaking
from trucewatch.desks.reviewing.entering import entering
from trucewatch.desks.reviewing.json_acts import (
    NOT_WHOLE,
    Sent,
    answered,
    bytes_in,
    commitment_in,
    handed_in,
    key_in,
    text_in,
)
from trucewatch.desks.reviewing.key_view import shown_key
from trucewatch.desks.reviewing.opened import check_opened
from trucewatch.messages import Message
from trucewatch.model.review import Case, SealedFile
from trucewatch.model.roles import Right
from trucewatch.pipeline.review_opening import give_position, open_position
from trucewatch.pipeline.review_sealing import commit_positions, reseal
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS, exports, needs
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

router = APIRouter(include_in_schema=False)

MOST_OPENED: Final = 2**15
"""Characters of an opened document; twice as long as any that can be sealed."""
WHO_BY_LIST: Final = Message(
    "The question apart, who, is answered on its own page and never in a list; take {codes} out. Nothing was entered."
)


@router.get("/review/to-sign")
@needs(Right.AGREE)
def to_sign(view: CurrentView, codes: str = "") -> JSONResponse:
    """What a delegation signs of these cases, and to which keys it is sealed."""
    return answered(view, lambda: _to_sign(view, codes))


@router.get("/review/to-sign.json")
@needs(Right.AGREE)
@exports
def to_sign_file(view: CurrentView, codes: str = "") -> Response:
    """The same as a file, to be signed on one's own computer, with the record of each case: its SHA-256 is signed."""
    return _file(_with_records(view, _to_sign(view, codes)), "to-sign.json")


@router.get("/review/R-{number}/to-sign.json")
@needs(Right.AGREE)
@exports
def to_sign_one(view: CurrentView, number: str) -> Response:
    return _file(_with_records(view, _to_sign(view, f"R-{number}")), f"to-sign-R-{number}.json")


@router.get("/review/R-{number}/sealed")
@needs(Right.AGREE)
def sealed(view: CurrentView, number: str) -> JSONResponse:
    """What one's own delegation sealed in a case and did not open yet: every file in which each lies, newest first."""
    return answered(view, lambda: _sealed(view, number))


@router.get("/review/R-{number}/sealed.json")
@needs(Right.AGREE)
@exports
def sealed_file(view: CurrentView, number: str) -> Response:
    """The same as a file, to be opened on one's own computer, with the record of the case that each is on."""
    document, case = _sealed(view, number), book_of(view).case(f"R-{number}")
    of_case = {"code": case.code, "record": view.console.store.objects.get(case.sha256).decode()}
    items = [{**of_case, **item} for item in document["items"]]
    return _file({**document, "items": items}, f"sealed-{case.code}.json")


@router.get("/review/R-{number}/position-{entry}.json")
@needs(Right.INSIDE)
@exports
def position_file(view: CurrentView, number: str, entry: str) -> Response:
    """One position as it was opened or given in the open, by itself: it is proved without the others, also where many
    were signed as one list."""
    case = case_at(view, number)
    position = next((each for each in case.positions if str(each.entry) == entry), None)
    objects = view.console.store.objects
    if position is None:
        raise RefusalError(404, Message("No opened position of {case} has this entry.", case=case.code))
    if position.opened_object not in objects:
        raise RefusalError(410, Message("The words of this position were erased; its commitment and entries stay."))
    return _attached(objects.get(position.opened_object), f"position-{case.code}-{position.entry}.json")


@router.post("/review/commit")
@needs(Right.AGREE)
def commit(view: CurrentView, sent: Sent) -> JSONResponse:
    """Commit first positions, one or a list as one act: all of them or none."""
    return answered(view, lambda: commit_in(view, sent))


@router.post("/review/R-{number}/open")
@needs(Right.AGREE)
def open_one(view: CurrentView, number: str, sent: Sent) -> JSONResponse:
    """Open what one's own delegation sealed, once none more is awaited."""
    return answered(view, lambda: open_in(view, f"R-{number}", sent))


@router.post("/review/R-{number}/position")
@needs(Right.AGREE)
def give(view: CurrentView, number: str, sent: Sent) -> JSONResponse:
    """Give a later position, in the open."""
    return answered(view, lambda: give_in(view, f"R-{number}", sent))


@router.post("/review/R-{number}/reseal")
@needs(Right.AGREE)
def seal_again(view: CurrentView, number: str, sent: Sent) -> JSONResponse:
    """Keep what was committed to sealed to the keys that are in force now."""
    return answered(view, lambda: _reseal(view, f"R-{number}", sent))


def commit_in(view: View, sent: Mapping[str, Any], *, by_file: bool = False) -> dict[str, Any]:
    """Commit what a document hands in. Of several each was opened in this console by whoever signs: it remembers whose
    pages it gave out, and what the browser says it opened is held against that. by_file: signed on another computer,
    whose program shows each member before it is signed; this console cannot hold that."""
    items = handed_in(sent)
    with entering(view) as now:
        speaker, book = speaking(now), book_of(now)
        cases = [book.case(item.code) for item in items]
        if len(cases) > 1:
            _check_list(now, cases, sent.get("opened"), by_file=by_file)
        entries = commit_positions(
            now.console.store, now.console.snapshot.watch, speaker, items, computer=now.console.now()
        )
    return _entered(entries, cases[0].code if len(cases) == 1 else "")


def open_in(view: View, code: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    content = _opened(sent, code)
    with entering(view) as now:
        entries = open_position(now.console.store, now.console.snapshot.watch, speaking(now), code, content)
    return _entered(entries, code)


def give_in(view: View, code: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    content = _opened(sent, code)
    with entering(view) as now:
        entry = give_position(
            now.console.store, now.console.snapshot.watch, speaking(now), code, content, computer=now.console.now()
        )
    return _entered([entry], code)


def json_again(entry: Entry) -> JSONResponse:
    """What the script is answered that sends an act once more: where the first one led."""
    record = entry.record
    if "number" in record and "act" in record:
        return JSONResponse(shown_key(f"OK-{record['number']}", record["signs"], record["opens"]))
    return JSONResponse(_entered([entry], record["case"] if not record.get("list") else ""))


def _check_list(view: View, cases: list[Case], opened: Any, *, by_file: bool) -> None:
    apart = [case.code for case in cases if case.is_of_who]
    if apart:
        raise RefusalError(422, Message(WHO_BY_LIST.template, codes=", ".join(apart)))
    if by_file:
        return
    is_said = isinstance(opened, list) and all(isinstance(code, str) for code in opened)
    check_opened(view, cases, opened if is_said else [case.code for case in cases])


def _to_sign(view: View, codes: str) -> dict[str, Any]:
    side = _reading(view)
    wanted = list(dict.fromkeys(code.strip() for code in codes.split(",") if code.strip()))
    if not wanted:
        raise RefusalError(404, Message("No case is named, so there is nothing to sign. Choose cases of the queue."))
    return book_of(view).to_sign(wanted, side.delegation, view.by)


def _with_records(view: View, document: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be signed, with the exact text of what was put: who signs elsewhere takes nothing else for it."""
    objects = view.console.store.objects
    items = [{**item, "record": objects.get(item["finding_sha256"]).decode()} for item in document["items"]]
    return {**document, "items": items}


def _sealed(view: View, number: str) -> dict[str, Any]:
    side, case = _reading(view), book_of(view).case(f"R-{number}")
    opened = {position.commitment for position in case.positions}
    return {
        "items": [
            {
                "entry": each.entry,
                "key": each.key,
                "commitment": each.commitment,
                **_file_of(view, each.files[0]),
                "earlier": [_file_of(view, earlier) for earlier in each.files[1:]],
            }
            for each in case.sealed
            if each.delegation == side.delegation and each.commitment not in opened
        ],
        "step": case.step,
    }


def _file_of(view: View, lies: SealedFile) -> dict[str, Any]:
    content = view.console.store.objects.get(lies.sealed_object)
    return {"sealed": base64.b64encode(content).decode(), "sealed_to": list(lies.sealed_to)}


def _reseal(view: View, code: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    commitment, key, content = commitment_in(sent, code), key_in(sent, code), bytes_in(sent, "sealed", code)
    with entering(view) as now:
        entry = reseal(
            now.console.store,
            now.console.snapshot.watch,
            speaking(now),
            code,
            commitment=commitment,
            sealed=content,
            key=key,
        )
    return _entered([entry], code)


def _reading(view: View) -> Side:
    """For whom whoever asks reads. Raises RefusalError: 404 without accounts, 403 for who speaks for no delegation."""
    if view.person is None:
        raise RefusalError(404, NO_ACCOUNTS)
    side = side_of(view)
    if side is None:
        raise RefusalError(403, NOT_YOURS)
    return side


def _opened(sent: Mapping[str, Any], code: str) -> bytes:
    text = text_in(sent, "opened", code)
    if len(text) > MOST_OPENED:
        raise RefusalError(422, NOT_WHOLE)
    return text.encode("utf-8", "surrogatepass")


def _entered(entries: list[Entry], code: str) -> dict[str, Any]:
    return {"entries": [entry.number for entry in entries], "path": f"/review/{code}" if code else "/review"}


def _file(document: Mapping[str, Any], name: str) -> Response:
    content = json.dumps(document, ensure_ascii=False, indent=1).encode()
    return _attached(content, name)


def _attached(content: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/json", headers=headers)
