"""Ledger: the latest checkpoint, who cosigned it, every entry, and a proof that the reader's own browser recomputes."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from trucewatch.desks.ledger.finding import Wanted, find_entries
from trucewatch.desks.ledger.layout import layout_of, person_words
from trucewatch.errors import Corrupt, StoreError, TimeError
from trucewatch.locale import mark
from trucewatch.messages import Message
from trucewatch.model.record_kind import Record, kind_name, sentence_of
from trucewatch.model.roles import Right
from trucewatch.model.times import day_of, read_time
from trucewatch.server.console import Console
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.kinds import KEY_ROLES
from trucewatch.store.ledger_lines import entries_for_people
from trucewatch.store.lists import words_of_pruning
from trucewatch.store.proofs import PublishedCheckpoint, latest_checkpoint, proof_of_entry
from trucewatch.store.typed_words import is_reference, references_in, typed_in

PAGE: Final = 50


router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry as the ledger's pages show it."""

    entry: Entry
    kind: Message | str
    recorded_at: datetime
    what: str
    who: str
    undo: Message | None


def line_of(entry: Entry, view: View) -> Line:
    """An entry in the reader's language; of a kind that is not known, its name."""
    name = kind_name(str(entry.record["schema"]))
    kinds = view.console.kinds
    sentence, who = sentence_of(view.console.store.typed.in_words(entry.record), kinds)
    recorded_at = read_time(str(entry.record["recorded_at"]))
    return Line(
        entry=entry,
        kind=kinds[name].title if name in kinds else name,
        recorded_at=recorded_at,
        what=view.words.say(sentence, zone=view.reader.zone),
        who=person_words(view.words.say(who), view, recorded_at),
        undo=kinds[name].undo if name in kinds else None,
    )


@router.get("/ledger", include_in_schema=False)
@needs(Right.INSIDE)
def ledger(view: CurrentView, kind: str = "", day: str = "", who: str = "", offset: int = 0) -> HTMLResponse:
    """The checkpoint, keys, and a page of the entries, the newest first: of a kind, a day, a person."""
    console, kinds = view.console, view.console.kinds
    people = console.store.keys.people()
    if view.person is not None:
        people = {reference: person_words(reference, view) for reference in people}
    chosen_day, day_fault = _read_day(day, view)
    span = day_of(chosen_day, view.reader.zone) if chosen_day else None
    wanted = Wanted(
        kind=kind if kind in kinds else "",
        span=(span.start, span.end) if span else None,
        who=who if who in people or who in view.snapshot.watch.delegation_ids else "",
    )
    first = min(max(offset, 0), 1 << 40)
    page = None
    if day_fault is None and wanted.kind in _kinds(console):
        page = find_entries(console.store.root, kinds, wanted, offset=first, limit=PAGE)
    lines = [line_of(entry, view) for entry in (page.entries if page else ())]
    chosen = {"kind": wanted.kind, "day": chosen_day.isoformat() if chosen_day else day.strip()[:40], "who": wanted.who}
    checkpoint, trouble = _checkpoint(console)
    latest = max((line.recorded_at for line in lines), default=view.snapshot.as_of)
    return view.page(
        "ledger/ledger.html.jinja",
        lines=lines,
        total=page.total if page else 0,
        offset=first,
        page_size=PAGE,
        kind=wanted.kind,
        chosen=chosen,
        day_fault=day_fault,
        day_typed=view.time_form.write_day(chosen_day) if chosen_day else day.strip()[:40],
        example_day=view.time_form.write_day(latest.astimezone(view.reader.zone).date()),
        address=lambda at: "/ledger?" + urlencode({**{k: v for k, v in chosen.items() if v}, "offset": at}),
        people=sorted(people.items(), key=lambda pair: pair[1]),
        delegations=sorted(view.snapshot.watch.delegation_ids),
        kinds=[(name, record_kind.title) for name, record_kind in kinds.items()],
        checkpoint=checkpoint,
        trouble=trouble,
        keys=console.store.named_keys(),
        roles=KEY_ROLES,
    )


@router.get("/ledger/entry/{number}", include_in_schema=False)
@needs(Right.INSIDE)
def entry_page(view: CurrentView, number: int) -> HTMLResponse:
    """One entry: what it says, its record, and the proof that the reader's browser recomputes."""
    console = view.console
    if not 0 <= number < len(console.store.journal):
        raise RefusalError(404, Message("The ledger has no entry of this number."))
    checkpoint, _ = _checkpoint(console)
    (entry,) = entries_for_people(console.store.root, newest_first=False, offset=number, limit=1).entries
    return view.page(
        "ledger/entry.html.jinja",
        line=line_of(entry, view),
        number=number,
        layout=layout_of(entry.record, view, on_top=_who_of(entry, console)),
        is_of_unknown_kind=kind_name(str(entry.record["schema"])) not in console.kinds,
        is_erased=str(entry.record["schema"]).endswith("#erased"),
        pruned=words_of_pruning(console.store, number),
        can_be_erased=_holds_words(entry.record, console),
        record=json.dumps(dict(entry.record), ensure_ascii=False, indent=2, sort_keys=True, default=str),
        last=len(console.store.journal) - 1,
        is_covered=checkpoint is not None and number < checkpoint.size,
    )


@router.get("/ledger/entry/{number}/record.json", include_in_schema=False)
@needs(Right.INSIDE)
@exports
def record_bytes(view: CurrentView, number: int) -> Response:
    """The record of an entry, byte for byte: what its hash is of."""
    console = view.console
    if not 0 <= number < len(console.store.journal):
        raise RefusalError(404, Message("The ledger has no entry of this number."))
    sha256 = console.store.journal.hash_of(number)
    try:
        content = console.store.objects.get(sha256)
    except Corrupt:
        raise
    except StoreError as exc:
        raise RefusalError(410, Message("This record was erased; its hash stays and still verifies.")) from exc
    name = f"entry-{number}.json"
    return Response(
        content,
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{name}"', "x-content-sha256": sha256},
    )


def _who_of(entry: Entry, console: Console) -> tuple[str, ...]:
    """The field that says who stands behind an entry, which its page tells first."""
    kind = console.kinds.get(kind_name(str(entry.record["schema"])))
    return (kind.who,) if kind and kind.who else ()


def _holds_words(record: Record, console: Console) -> bool:
    """Whether something that was typed into this entry is still kept: apart, or in the record of an earlier version."""
    kept = console.store.words.has
    inline = any(not is_reference(text) for text in typed_in(record))
    return (inline and not str(record["schema"]).startswith("trucewatch/key/")) or any(map(kept, references_in(record)))


@router.get(
    "/ledger/entry/{number}/proof.json",
    tags=["ledger"],
    responses={404: {"description": mark("No such entry")}},
    description=mark(
        "That an entry stands at its place under the latest checkpoint: leaf, path, root, signed note and key."
    ),
)
@needs(Right.INSIDE)
def proof(view: CurrentView, number: int) -> JSONResponse:
    try:
        entry_proof = proof_of_entry(view.console.store.root, number)
    except Corrupt:
        raise
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    checkpoint = entry_proof.checkpoint
    return JSONResponse(
        {
            "entry": number,
            "bytes_b64": base64.b64encode(entry_proof.entry).decode(),
            "leaf_hash": entry_proof.leaf_hash.hex(),
            "index": number,
            "size": checkpoint.size,
            "path": [digest.hex() for digest in entry_proof.hashes],
            "root": checkpoint.root.hex(),
            "checkpoint": checkpoint.note.decode(),
            "origin": checkpoint.origin,
            "key": checkpoint.key,
        }
    )


@router.get(
    "/ledger/checkpoint",
    tags=["ledger"],
    description=mark("The latest checkpoint, as it is signed (C2SP signed note)."),
)
@needs(Right.INSIDE)
def note(view: CurrentView) -> Response:
    return PlainTextResponse(latest_checkpoint(view.console.store.root).note.decode())


@router.get("/ledger/inspector.py", include_in_schema=False)
@needs(Right.INSIDE, Right.KEEP)
def inspector(view: CurrentView) -> Response:
    """The one file that checks a copy of this ledger on another computer, without this program."""
    return Response(
        files("trucewatch.ledger").joinpath("inspector.py").read_bytes(),
        media_type="text/x-python",
        headers={"content-disposition": 'attachment; filename="inspector.py"'},
    )


@router.post("/ledger/checkpoint", include_in_schema=False)
@needs(Right.ASSESS, Right.COORDINATE)
def publish(view: CurrentView) -> Response:
    """Sign a checkpoint of all entries now, so that the newest can be proved."""
    with view.console.writing() as store:
        store.publish()
    words = view.reader.words
    sentence = words.gettext("A checkpoint of {count} entries is signed and published.")
    return after("/ledger", Toast(sentence.format(count=words.number(len(view.console.store.journal)))))


def _read_day(text: str, view: View) -> tuple[date | None, Message | None]:
    """The day that somebody typed as the page writes days, or what is wrong with it; neither where it is empty."""
    if not text.strip():
        return None, None
    try:
        return view.time_form.read_day(text), None
    except TimeError as exc:
        return None, exc.message


def _kinds(console: Console) -> set[str]:
    """The kinds that this ledger has entries of, and "" for all."""
    rows = console.store.index.rows("SELECT DISTINCT schema FROM entry")
    return {"", *(str(schema).removeprefix("trucewatch/").partition("/")[0] for (schema,) in rows)}


def _checkpoint(console: Console) -> tuple[PublishedCheckpoint | None, Message | None]:
    try:
        return latest_checkpoint(console.store.root), None
    except StoreError as exc:
        return None, exc.message
