"""A file of a mine action database: read in memory, shown as what it comes to, entered once somebody says so. The file
itself is kept nowhere; what is shown goes back with the form and is checked again as if it were typed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.clearing.item_words import PATHS
from trucewatch.errors import NeverHereError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook, AidRefusedError
from trucewatch.server.aid_view import acting_for, book_of, names_of, note_refusal, refused_reasons
from trucewatch.server.forms import Form, file_of, text_of, typed_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.sources.imsma_features import ImsmaNames
from trucewatch.sources.imsma_xml import MOST_BYTES, read_imsma

MOST_ROWS: Final = 500
"""Areas and surveys that one file brings at once."""
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShown:
    """A row of a file before it is entered. already: the code under which its number is entered."""

    feature: int
    line: Message
    corners: int
    already: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file comes to. rows: as they go back with the form."""

    read: Sequence[RowShown]
    refused: Sequence[tuple[int, Message]]
    rows: str
    new: int
    people_fields: int
    cases: int


@router.get("/mines/bring")
@needs(Right.AID, Right.COORDINATE)
def bring_form(view: CurrentView) -> HTMLResponse:
    return _page(view)


@router.post("/mines/bring")
@needs(Right.AID, Right.COORDINATE)
def bring(view: CurrentView, form: Form) -> HTMLResponse:
    """What a file holds; nothing is entered."""
    file = file_of(form, "file")
    if file is None:
        return _page(view, trouble=Message("Choose a file first."))
    content = file.file.read(MOST_BYTES + 1)
    book = book_of(view)
    organisation, district = text_of(form, "organisation"), text_of(form, "district")
    if organisation not in book.vocabulary.organisations or acting_for(view) not in ("", organisation):
        return _page(view, trouble=Message("Choose whose areas and surveys they are."))
    try:
        return _page(view, preview=_preview(view, book, content, _names(view, organisation, district)))
    except NeverHereError as exc:
        note_refusal(view, exc.rules)
        return _page(view, trouble=refused_reasons(exc.rules)[0])
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message)


@router.post("/mines/bring/enter")
@needs(Right.AID, Right.COORDINATE)
def enter(view: CurrentView, form: Form) -> Response:
    """Enter what was shown, row by row, each checked anew."""
    rows = _rows_in(typed_of(form, "rows.outline"))
    if not rows:
        return _page(view, trouble=Message("There is nothing to enter; choose the file again."))
    refused: list[tuple[int, Message]] = []
    codes: list[str] = []
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            book = book_of(now)
            for number, (table, fields) in enumerate(rows, start=1):
                try:
                    entry = book.enter(table, fields, by=now.by, acting_for=acting_for(now))
                    codes.append(str(entry.record["code"]))
                except AidRefusedError as exc:
                    refused.append((number, exc.troubles[0].sentence))
    except NeverHereError as exc:
        note_refusal(view, exc.rules)
        return _page(view, trouble=refused_reasons(exc.rules)[0], codes=codes)
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message, codes=codes)
    if refused:
        return _page(view, refused=refused, codes=codes)
    return after(PATHS["hazard"], Toast(Message("Areas and surveys entered: {count}.", count=Amount(len(codes)))))


def _page(
    view: View,
    *,
    trouble: Message | None = None,
    preview: Preview | None = None,
    refused: Sequence[tuple[int, Message]] = (),
    codes: Sequence[str] = (),
) -> HTMLResponse:
    names, on_file, own = names_of(view), view.watch.humanitarian, acting_for(view)
    organisations = [each.id for each in on_file.organisation] if on_file else []
    return view.page(
        "clearing/bring.html.jinja",
        status=422 if (trouble or refused) and not codes else 200,
        trouble=trouble or view.replay_trouble,
        preview=preview,
        refused=refused,
        codes=codes,
        organisations=[(each, names.organisation(each)) for each in organisations if own in ("", each)],
        districts=[(each.id, names.district(each.id)) for each in on_file.district] if on_file else [],
    )


def _names(view: View, organisation: str, district: str) -> ImsmaNames:
    """Districts and organisations by every name and code of `humanitarian.toml`."""
    on_file = view.watch.humanitarian
    if on_file is None:
        return ImsmaNames(organisation=organisation)
    districts = {
        name.casefold(): each.id
        for each in on_file.district
        for name in (each.id, *each.names.values(), *(pcode.code for pcode in each.pcode))
    }
    organisations = {
        name.casefold(): each.id for each in on_file.organisation for name in (each.id, *each.names.values())
    }
    chosen = district if on_file.district_of(district) else ""
    return ImsmaNames(organisation=organisation, district=chosen, districts=districts, organisations=organisations)


def _preview(view: View, book: AidBook, content: bytes, names: ImsmaNames) -> Preview:
    reading = read_imsma(content, names)
    refused = [(fault.feature, fault.why) for fault in reading.faults]
    entered = {
        (item.table, item.row.reference): item.code
        for item in book.items("hazard", "survey")
        if item.row is not None and item.row.reference
    }
    read: list[RowShown] = []
    fresh: list[tuple[str, dict[str, Any]]] = []
    for row in reading.rows:
        fields = {key: _text(value) for key, value in row.fields.items() if value not in (None, "")}
        try:
            own = acting_for(view)
            checked = book.check(row.table, fields, acting_for=own)
        except AidRefusedError as exc:
            refused.append((row.feature, exc.troubles[0].sentence))
            continue
        already = entered.get((row.table, row.fields["reference"]), "")
        line = TABLES[row.table].line(checked, names_of(view))
        read.append(RowShown(feature=row.feature, line=line, corners=len(checked.outline), already=already))
        if not already and len(fresh) < MOST_ROWS:
            fresh.append((row.table, fields))
    return Preview(
        read=read,
        refused=sorted(refused, key=lambda each: each[0]),
        rows=json.dumps(fresh, separators=(",", ":")),
        new=len(fresh),
        people_fields=reading.people_fields,
        cases=reading.cases,
    )


def _text(value: Any) -> Any:
    """A value as a form would send it: an outline as a list of corners."""
    return [list(corner) for corner in value] if isinstance(value, tuple) else str(value)


def _rows_in(text: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The rows that went back with the form; [] for anything that is none."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(rows, list):
        return []
    return [
        (pair[0], pair[1])
        for pair in rows[:MOST_ROWS]
        if isinstance(pair, list) and len(pair) == 2 and pair[0] in ("hazard", "survey") and isinstance(pair[1], dict)
    ]
