"""Ledger: the latest checkpoint, who cosigned it, every entry, and a proof that the reader's own browser recomputes."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from trucewatch.errors import Corrupt, StoreError
from trucewatch.locale import mark
from trucewatch.messages import Message
from trucewatch.model.record_kind import Record, kind_name, sentence_of
from trucewatch.model.times import read_time
from trucewatch.server.console import Console
from trucewatch.server.flash import Flash, after
from trucewatch.server.refusal import RefusalError
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
    return Line(
        entry=entry,
        kind=kinds[name].title if name in kinds else name,
        recorded_at=read_time(str(entry.record["recorded_at"])),
        what=view.words.say(sentence, zone=view.reader.zone),
        who=view.words.say(who),
        undo=kinds[name].undo if name in kinds else None,
    )


@router.get("/ledger", include_in_schema=False)
def ledger(view: CurrentView, kind: str = "", offset: int = 0) -> HTMLResponse:
    """The checkpoint, keys, and a page of the entries, the newest first."""
    console, kinds = view.console, view.console.kinds
    wanted = kind if kind in kinds else ""
    first = min(max(offset, 0), 1 << 40)
    page = None
    if wanted in _kinds(console):
        page = entries_for_people(console.store.root, kinds, kind=wanted, offset=first, limit=PAGE)
    checkpoint, trouble = _checkpoint(console)
    return view.page(
        "ledger/ledger.html.jinja",
        lines=[line_of(entry, view) for entry in (page.entries if page else ())],
        total=page.total if page else 0,
        offset=first,
        page_size=PAGE,
        kind=wanted,
        kinds=[(name, record_kind.title) for name, record_kind in kinds.items()],
        checkpoint=checkpoint,
        trouble=trouble,
        keys=console.store.named_keys(),
        roles=KEY_ROLES,
    )


@router.get("/ledger/entry/{number}", include_in_schema=False)
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
        typed=[(text, console.store.typed.words_of(text)) for text in typed_in(entry.record) if is_reference(text)],
        pruned=words_of_pruning(console.store, number),
        can_be_erased=_holds_words(entry.record, console),
        record=json.dumps(dict(entry.record), ensure_ascii=False, indent=2, sort_keys=True, default=str),
        last=len(console.store.journal) - 1,
        is_covered=checkpoint is not None and number < checkpoint.size,
    )


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
def note(view: CurrentView) -> Response:
    return PlainTextResponse(latest_checkpoint(view.console.store.root).note.decode())


@router.get("/ledger/inspector.py", include_in_schema=False)
def inspector(view: CurrentView) -> Response:
    """The one file that checks a copy of this ledger on another computer, without this program."""
    return Response(
        files("trucewatch.ledger").joinpath("inspector.py").read_bytes(),
        media_type="text/x-python",
        headers={"content-disposition": 'attachment; filename="inspector.py"'},
    )


@router.post("/ledger/checkpoint", include_in_schema=False)
def publish(view: CurrentView) -> Response:
    """Sign a checkpoint of all entries now, so that the newest can be proved."""
    with view.console.writing() as store:
        store.publish()
    words = view.reader.words
    sentence = words.gettext("A checkpoint of {count} entries is signed and published.")
    return after("/ledger", Flash(sentence.format(count=words.number(len(view.console.store.journal)))))


def _kinds(console: Console) -> set[str]:
    """The kinds that this ledger has entries of, and "" for all."""
    rows = console.store.index.rows("SELECT DISTINCT schema FROM entry")
    return {"", *(str(schema).removeprefix("trucewatch/").partition("/")[0] for (schema,) in rows)}


def _checkpoint(console: Console) -> tuple[PublishedCheckpoint | None, Message | None]:
    try:
        return latest_checkpoint(console.store.root), None
    except StoreError as exc:
        return None, exc.message
