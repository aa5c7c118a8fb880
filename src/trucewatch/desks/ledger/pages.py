"""Ledger: the latest checkpoint, who cosigned it, every entry, and a proof that the reader's own browser recomputes."""

from __future__ import annotations

import base64
import json
from importlib.resources import files
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from trucewatch.desks.ledger.entry_sentences import KINDS, entry_words, kind_of, kind_words, role_words
from trucewatch.errors import Corrupt, StoreError
from trucewatch.locale import mark
from trucewatch.messages import Message
from trucewatch.model.times import read_time
from trucewatch.server.console import Console
from trucewatch.server.flash import Flash, after
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import CurrentView
from trucewatch.store.keys import NamedKey
from trucewatch.store.ledger_lines import entries_for_people
from trucewatch.store.proofs import PublishedCheckpoint, latest_checkpoint, proof_of_entry

PAGE: Final = 50


router = APIRouter()


@router.get("/ledger", include_in_schema=False)
def ledger(view: CurrentView, kind: str = "", offset: int = 0) -> HTMLResponse:
    visit = view.reader
    wanted = kind if kind in KINDS else ""
    first = min(max(offset, 0), 1 << 40)
    page = (
        entries_for_people(view.console.store.root, kind=wanted, offset=first, limit=PAGE)
        if wanted in _kinds(view.console)
        else None
    )
    lines = [
        (one, kind_of(one), read_time(str(one.record["recorded_at"])), *entry_words(one, visit.telling))
        for one in (page.entries if page else ())
    ]
    checkpoint, trouble = _checkpoint(view.console)
    return view.page(
        "ledger/ledger.html.jinja",
        lines=lines,
        total=page.total if page else 0,
        offset=first,
        page_size=PAGE,
        kind=wanted,
        kinds=[(one, kind_words(one, visit.words)) for one in KINDS],
        checkpoint=checkpoint,
        trouble=trouble,
        keys=_keys(view.console),
        kind_words=lambda one: kind_words(one, visit.words),
        role_words=lambda one: role_words(one, visit.words),
    )


@router.get("/ledger/entry/{number}", include_in_schema=False)
def entry(view: CurrentView, number: int) -> HTMLResponse:
    visit = view.reader
    if not 0 <= number < len(view.console.store.journal):
        raise RefusalError(404, Message("The ledger has no entry of this number."))
    one = entries_for_people(view.console.store.root, newest_first=False, offset=number, limit=1).entries[0]
    what, who = entry_words(one, visit.telling)
    record = json.dumps(dict(one.record), ensure_ascii=False, indent=2, sort_keys=True, default=str)
    return view.page(
        "ledger/entry.html.jinja",
        one=one,
        number=number,
        kind=kind_words(kind_of(one), visit.words),
        what=what,
        who=who,
        at=read_time(str(one.record["recorded_at"])),
        record=record,
        last=len(view.console.store.journal) - 1,
        is_covered=number < _covered(view.console),
    )


@router.get(
    "/ledger/entry/{number}/proof.json",
    tags=["ledger"],
    responses={404: {"description": mark("No such entry")}},
    description=mark(
        "That an entry stands at its place under the latest checkpoint: leaf, path, root, signed note and key."
    ),
)
def proof(view: CurrentView, number: int) -> JSONResponse:
    """That an entry stands at its place under the latest checkpoint: leaf, path, root, signed note and key."""
    try:
        found = proof_of_entry(view.console.store.root, number)
    except Corrupt:
        raise
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    checkpoint = found.checkpoint
    return JSONResponse(
        {
            "entry": number,
            "bytes_b64": base64.b64encode(found.entry).decode(),
            "leaf_hash": found.leaf_hash.hex(),
            "index": number,
            "size": checkpoint.size,
            "path": [one.hex() for one in found.hashes],
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
    """The latest checkpoint, as it is signed (C2SP signed note)."""
    return PlainTextResponse(latest_checkpoint(view.console.store.root).note.decode())


@router.get("/ledger/inspector.py", include_in_schema=False)
def inspector(view: CurrentView) -> Response:
    """The one file that checks a copy of this ledger on another computer, without this program."""
    program = files("trucewatch.ledger").joinpath("inspector.py").read_bytes()
    return Response(
        program, media_type="text/x-python", headers={"content-disposition": 'attachment; filename="inspector.py"'}
    )


@router.post("/ledger/checkpoint", include_in_schema=False)
def publish(view: CurrentView) -> Response:
    """Sign a checkpoint of all entries now, so that the newest can be proved."""
    with view.console.writing() as store:
        store.publish()
    words = view.reader.words
    said = words.gettext("A checkpoint of {count} entries is signed and published.")
    return after("/ledger", Flash(said.format(count=words.number(len(view.console.store.journal)))))


def _kinds(console: Console) -> set[str]:
    """The kinds that this ledger has entries of, and "" for all."""
    rows = console.store.index.rows("SELECT DISTINCT schema FROM entry")
    return {"", *(str(schema).removeprefix("trucewatch/").partition("/")[0] for (schema,) in rows)}


def _covered(console: Console) -> int:
    checkpoint, _ = _checkpoint(console)
    return checkpoint.size if checkpoint else 0


def _checkpoint(console: Console) -> tuple[PublishedCheckpoint | None, str]:
    try:
        return latest_checkpoint(console.store.root), ""
    except StoreError as exc:
        return None, str(exc)


def _keys(console: Console) -> list[NamedKey]:
    return list(console.store.named_keys())
