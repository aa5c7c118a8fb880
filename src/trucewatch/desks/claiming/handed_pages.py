"""Files that were handed over: a claim's, a download that is never opened as a page, and a small picture to look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.claiming.entry_pages import claim_at
from trucewatch.desks.claiming.wording import speaker_name, speakers_of
from trucewatch.errors import TimeError, TrucewatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message, Term
from trucewatch.model.claim_record import Claim, Speaker
from trucewatch.model.handed_file import MOST_BYTES, HandedFile
from trucewatch.model.media_types import PICTURES, media_type_of, suffix_of
from trucewatch.model.roles import Right
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.handing_over import take_in_file
from trucewatch.reader import picture_facts, picture_preview
from trucewatch.server.forms import Form, file_of, typed_of
from trucewatch.server.handed_out import bytes_for, is_given
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.handed_files import files_about, files_of, is_kept, take_back
from trucewatch.store.letter_records import letters_on_record

MOST_REASON: Final = 500
MOST_FACTS: Final = 12
"""Pictures of one page that are asked for their place and hour: each takes the reader a moment."""
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_NEVER_A_PAGE: Final = {
    "cache-control": "no-store",
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}
KIND_WORDS: Final = {
    "image": Term("file", "picture"),
    "video": Term("file", "video"),
    "audio": Term("file", "sound"),
    "text": Term("file", "text"),
    "application/pdf": Term("file", "PDF"),
    "application/zip": Term("file", "archive or workbook"),
    "application/ogg": Term("file", "sound or video"),
    "message/rfc822": Term("file", "mail"),
}

router = APIRouter(include_in_schema=False)


@router.get("/claims/{code}/files")
@needs(Right.INSIDE)
def claim_files(view: CurrentView, code: str) -> HTMLResponse:
    """The files that were handed over with a claim, and the form for another."""
    claim = claim_at(view, code)
    return _files_page(view, claim, {"giver": claim.speaker.code})


@router.post("/claims/{code}/files")
@needs(Right.TAKE)
def hand_over_file(view: CurrentView, code: str, form: Form) -> Response:
    """Keep a file and enter that it is about the claim."""
    claim = claim_at(view, code)
    typed = {name: as_typed(typed_of(form, name)) for name in ("giver", "received_at")}
    file, giver = file_of(form, "file"), _giver_in(view, claim, typed["giver"])
    faults: dict[str, Message] = {}
    if file is None:
        faults["file"] = Message("Choose a file.")
    if giver is None:
        faults["giver"] = Message("Choose who gave it.")
    try:
        received_at = view.time_form.read_moment(typed["received_at"]) if typed["received_at"] else view.clock
        if received_at > view.clock:
            faults["received_at"] = Message(
                "This lies ahead of the watch's clock, which shows {moment}; correct it.", moment=view.clock
            )
    except TimeError as exc:
        faults["received_at"] = exc.message
    if faults or file is None or giver is None:
        return _files_page(view, claim, typed, faults=faults)
    try:
        view.refuse_in_replay()
        handed = take_in_file(
            view.console.store,
            view.watch,
            file.file.read(),
            file_name=file.filename or "",
            about=f"claim:{claim.code}",
            giver=giver,
            by=view.by,
            now=view.clock,
            received_at=received_at,
            turn=view.console.writing,
        )
    except TrucewatchError as exc:
        return _files_page(view, claim, typed, trouble=exc.message)
    receipt = Message("The file is kept. It is entry {entry} of the ledger.", entry=handed.entry)
    return after(f"/claims/{claim.code}/files", Toast(receipt))


@router.post("/claims/{code}/files/undo")
@needs(Right.TAKE)
def take_file_back(view: CurrentView, code: str, form: Form) -> Response:
    """Enter that a file does not belong to the claim; its bytes stay until they are erased."""
    sha256, reason = typed_of(form, "file"), as_typed(typed_of(form, "reason"))[:MOST_REASON]
    with view.writing() as now:
        claim = claim_at(now, code)
        typed = {"giver": claim.speaker.code}
        try:
            now.refuse_in_replay()
            store = now.console.store
            handed = next((file for file in files_about(store, f"claim:{claim.code}") if file.sha256 == sha256), None)
            if handed is None:
                return _files_page(now, claim, typed, trouble=Message("That file does not stand here any more."))
            entry = take_back(store, handed, by=now.by, now=now.clock, reason=reason)
        except TrucewatchError as exc:
            return _files_page(now, claim, typed, trouble=exc.message)
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after(f"/claims/{claim.code}/files", Toast(receipt))


@router.get("/files/{sha256}")
@needs(Right.INSIDE)
@exports
def download(view: CurrentView, sha256: str) -> Response:
    """The bytes as they were given, or a bare copy for who does not handle them, as a download: whatever they are, no
    browser opens them as a page."""
    media_type = media_type_at(view, sha256)
    try:
        content = bytes_for(view, sha256, media_type)
    except TrucewatchError as exc:
        raise RefusalError(422, exc.message) from exc
    name = f"{sha256[:16]}{suffix_of(media_type_of(content))}"
    return Response(
        content,
        media_type="application/octet-stream",
        headers={**_NEVER_A_PAGE, "content-disposition": f'attachment; filename="{name}"'},
    )


@router.get("/files/{sha256}/preview")
@needs(Right.INSIDE)
def small_picture(view: CurrentView, sha256: str) -> Response:
    """A picture, small and drawn anew, which says nothing of where it was taken."""
    if media_type_at(view, sha256) not in PICTURES:
        raise RefusalError(404, Message("That file is no picture that can be shown small; download it instead."))
    try:
        drawn = picture_preview(view.console.store.evidence.get(sha256))
    except TrucewatchError as exc:
        raise RefusalError(422, exc.message) from exc
    return Response(drawn, media_type="image/jpeg", headers=_NEVER_A_PAGE)


def media_type_at(view: View, sha256: str) -> str:
    """The media type of bytes that somebody handed over, or of a mail on record. Raises RefusalError 404, or 410 for
    what was erased."""
    store = view.console.store
    handed = files_of(store, sha256) if _HASH.fullmatch(sha256) else ()
    is_mail = not handed and any(letter.evidence == sha256 for letter in letters_on_record(store) if sha256)
    if not handed and not is_mail:
        raise RefusalError(404, Message("Nobody handed over a file of this hash."))
    if not is_kept(store, sha256):
        raise RefusalError(410, Message("This file was erased; its hash and the record of it stay."))
    return handed[0].media_type if handed else "message/rfc822"


def file_rows(view: View, about: str) -> list[dict[str, Any]]:
    """The files about one thing as pages list them. What a picture says of place and hour is given to nobody who may
    not see it."""
    store, names = view.console.store, {each.code: speaker_name(view, each) for each in speakers_of(view)}
    rows, pictures = [], 0
    for handed in files_about(store, about):
        name, has_bytes = store.words.read(handed.file_name), is_kept(store, handed.sha256)
        is_picture = has_bytes and handed.media_type in PICTURES
        facts = None
        if is_picture and view.may(Right.CALL_BACK) and pictures < MOST_FACTS:
            pictures += 1
            facts = _facts(view, handed)
        rows.append(
            {
                "file": handed,
                "name": None if name is None else printable(name),
                "kind": view.words.say(_kind(handed.media_type)),
                "giver": names.get(handed.giver) or speaker_name(view, _speaker(handed.giver)),
                "is_kept": has_bytes,
                "is_picture": is_picture,
                "is_given": is_given(view, handed.media_type),
                "facts": facts,
            }
        )
    return rows


def _facts(view: View, handed: HandedFile) -> dict[str, Any] | None:
    """What a picture says of itself; None for one that says nothing, or cannot be read."""
    try:
        facts = picture_facts(view.console.store.evidence.get(handed.sha256))
    except TrucewatchError:
        return None
    if not facts.says_anything:
        return None
    place = ""
    if facts.lon is not None and facts.lat is not None:
        place = f"{facts.lat:.5f}, {facts.lon:.5f}"
    return {
        "local": facts.taken_local,
        "moment": facts.taken_at,
        "place": place,
        "error_m": None if facts.error_m is None else round(facts.error_m),
    }


def _kind(media_type: str) -> Term:
    return (
        KIND_WORDS.get(media_type)
        or KIND_WORDS.get(media_type.partition("/")[0])
        or Term("file", "file of another kind")
    )


def _speaker(code: str) -> Speaker:
    kind, _, name = code.partition(":")
    return Speaker(kind, name)  # type: ignore[arg-type]


def _giver_in(view: View, claim: Claim, code: str) -> Speaker | None:
    if code == claim.speaker.code:
        return claim.speaker
    return next((speaker for speaker in speakers_of(view) if speaker.code == code), None)


def _files_page(
    view: View,
    claim: Claim,
    typed: Mapping[str, str],
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    givers = {speaker.code: speaker_name(view, speaker) for speaker in (claim.speaker, *speakers_of(view))}
    return view.page(
        "claiming/claim_files.html.jinja",
        status=422 if faults or trouble else 200,
        claim=claim,
        files=file_rows(view, f"claim:{claim.code}"),
        givers=list(givers.items()),
        typed=typed,
        faults=faults or {},
        trouble=trouble,
        most_mb=MOST_BYTES >> 20,
        most_reason=MOST_REASON,
        can_act=not view.snapshot.is_replay,
    )
