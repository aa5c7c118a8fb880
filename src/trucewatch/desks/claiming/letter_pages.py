"""Letters: the list, one that came in, and its rows, which a person looks at and enters as claims."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from trucewatch.desks.base import BesideClaim
from trucewatch.desks.claiming.handed_pages import file_rows
from trucewatch.desks.claiming.letter_pairs import letter_pairs
from trucewatch.desks.claiming.letter_rows import drafts_in, entered_from, rows_in, shown_rows
from trucewatch.desks.claiming.wording import VIA, speaker_name, speakers_of
from trucewatch.errors import StoreError, TimeError, TrucewatchError
from trucewatch.locale import languages
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import kind_word
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.claim_record import Speaker
from trucewatch.model.letters import LETTER_VIAS, Letter, LetterVia
from trucewatch.model.media_types import MAIL
from trucewatch.model.observation import KINDS
from trucewatch.model.roles import Right
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.claim_entering import enter_claims
from trucewatch.pipeline.handing_over import screen_letter, take_in_letter
from trucewatch.reader import read_letter
from trucewatch.server.forms import Form, file_of, typed_of
from trucewatch.server.handed_out import is_given
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.sources.letter_file import LetterParts, pasted_letter
from trucewatch.store.letter_records import letter_of, letters_on_record, take_back_letter

PAGE: Final = 50
ROWS: Final = 900
"""Rows of one letter on a page: each has four fields, and a form has at most four thousand."""
MOST: Final = {"their_number": 60, "text": 900_000, "reason": 500}
AT_ONCE: Final = "at_once"
_AT_ONCE_FOR: Final = timedelta(minutes=2)
REASONS: Final = {AT_ONCE: Message("undone at once, from the message that followed the entry")}
_FIELDS: Final = ("sender", "via", "received_at", "their_number", "stated_day", "language", "text")

router = APIRouter(include_in_schema=False)


@router.get("/letters")
@needs(Right.INSIDE)
def letters(view: CurrentView, offset: int = 0) -> HTMLResponse:
    """The letters, newest first, a page of them."""
    received = [letter for letter in letters_on_record(view.console.store) if letter.known_at <= view.clock]
    newest = sorted(received, key=lambda letter: (letter.received_at, letter.number), reverse=True)
    first = min(max(offset, 0), max(len(newest) - 1, 0))
    return view.page(
        "claiming/letters.html.jinja",
        rows=[_row(view, letter) for letter in newest[first : first + PAGE]],
        first=first,
        page_size=PAGE,
        total=len(newest),
        can_act=not view.snapshot.is_replay,
    )


@router.get("/letters/new")
@needs(Right.TAKE)
def new(view: CurrentView) -> HTMLResponse:
    """The form of a letter that came in."""
    moment = view.time_form.write_moment(view.clock)
    return _new_form(view, {"received_at": moment, "via": "letter", "language": view.reader.language})


@router.post("/letters/new")
@needs(Right.TAKE)
def enter(view: CurrentView, form: Form) -> Response:
    """Read what was pasted or chosen, in the reader's process, and enter it; its claims are entered from its page."""
    typed = {name: as_typed(typed_of(form, name)) for name in _FIELDS}
    file = file_of(form, "file")
    faults = _faults(view, typed, has_file=file is not None)
    if faults:
        return _new_form(view, typed, faults=faults)
    sender = _sender_in(view, typed["sender"])
    assert sender is not None
    day = view.time_form.read_day(typed["stated_day"]) if typed["stated_day"] else None
    try:
        view.refuse_in_replay()
        mail = file.file.read() if file is not None else b""
        parts = read_letter(mail) if mail else LetterParts(text="")
        if typed["text"]:
            pasted = pasted_letter(typed["text"])
            parts = LetterParts(
                text=pasted.text,
                subject=parts.subject,
                attachments=parts.attachments,
                notes=parts.notes,
                refusals=(*parts.refusals, *pasted.refusals),
                tables=parts.tables,
            )
        screen_letter(mail or parts.text.encode(), parts)
        with view.writing() as now:
            now.refuse_in_replay()
            letter = take_in_letter(
                now.console.store,
                now.watch,
                parts,
                sender=sender,
                received_at=view.time_form.read_moment(typed["received_at"]),
                by=now.by,
                now=now.clock,
                via=_via_in(typed["via"]),
                their_number=typed["their_number"],
                stated_day=day,
                language=typed["language"] if typed["language"] in languages() else "und",
                mail=mail,
            )
    except TrucewatchError as exc:
        return _new_form(view, typed, trouble=exc.message)
    receipt = _receipt(letter, parts)
    return after(f"/letters/{letter.code}", Toast(receipt, undo=f"/letters/{letter.code}/undo"))


@router.get("/letters/{code}")
@needs(Right.INSIDE)
def letter_page(view: CurrentView, code: str, offset: int = 0) -> Response:
    """The text beside the rows that were read from it."""
    letter = letter_at(view, code)
    if code != letter.code:
        return RedirectResponse(f"/letters/{letter.code}", 303)
    return _letter_page(view, letter, offset=offset)


@router.post("/letters/{code}/claims")
@needs(Right.TAKE)
def enter_rows(view: CurrentView, code: str, form: Form) -> Response:
    """Enter the rows that are ticked as claims, all of them or none."""
    with view.writing() as now:
        letter = letter_at(now, code)
        try:
            now.refuse_in_replay()
            if letter.undone:
                raise StoreError(Message("{number} was taken back; nothing was entered", number=letter.code))
            drafts = drafts_in(now, letter, rows_in(now, _text(now, letter) or ""), form)
            if not drafts:
                raise StoreError(Message("No row is ticked that is not entered yet; tick those that are claims."))
            claims = enter_claims(now.console.store, now.watch, drafts, by=now.by, now=now.clock)
        except TrucewatchError as exc:
            return _letter_page(now, letter, trouble=exc.message, form=form)
    open_ones = sum(draft.event.when is None or draft.event.where is None for draft in drafts)
    receipt: Message = Plural(
        "{count} claim is entered: {codes}.",
        "{count} claims are entered: {codes}.",
        len(claims),
        count=Amount(len(claims)),
        codes=claims[0].code if len(claims) == 1 else f"{claims[0].code} – {claims[-1].code}",
    )
    if open_ones:
        receipt = Message(
            "{receipt} Of {count} of them time or place is not known; the words stand there.",
            receipt=receipt,
            count=Amount(open_ones),
        )
    return after(f"/letters/{letter.code}", Toast(receipt))


@router.get("/letters/{code}/undo")
@needs(Right.TAKE)
def undo_form(view: CurrentView, code: str) -> HTMLResponse:
    return _undo_form(view, letter_at(view, code), "")


@router.post("/letters/{code}/undo")
@needs(Right.TAKE)
def undo(view: CurrentView, code: str, form: Form) -> Response:
    """Take a letter back. Straight after its entry no reason need be typed."""
    reason = as_typed(typed_of(form, "reason"))
    with view.writing() as now:
        letter = letter_at(now, code)
        is_at_once = now.console.now() - letter.recorded_at <= _AT_ONCE_FOR
        reason_code = AT_ONCE if "reason" not in form and is_at_once else ""
        if not reason_code and (not reason or len(reason) > MOST["reason"]):
            fault = Message("Say in at most {most} characters why.", most=MOST["reason"])
            return _undo_form(now, letter, reason, faults={"reason": fault})
        try:
            now.refuse_in_replay()
            entry = take_back_letter(
                now.console.store, letter.code, by=now.by, now=now.clock, reason=reason, reason_code=reason_code
            )
        except TrucewatchError as exc:
            return _undo_form(now, letter, reason, trouble=exc.message)
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after(f"/letters/{letter.code}", Toast(receipt))


def letter_at(view: View, code: str) -> Letter:
    """The letter of an address. Raises RefusalError 404."""
    try:
        return letter_of(view.console.store, code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def _receipt(letter: Letter, parts: LetterParts) -> Message:
    """That it was entered, and what was not read of it, so that nobody has to look for it."""
    receipt = Message("{number} is entered. It is entry {entry} of the ledger.", number=letter.code, entry=letter.entry)
    for sentence in (*parts.refusals, *parts.notes)[:5]:
        receipt = Message("{receipt} Of this mail: {sentence}.", receipt=receipt, sentence=sentence)
    return receipt


def _row(view: View, letter: Letter) -> dict[str, Any]:
    words = view.console.store.words
    subject = words.read(letter.subject)
    their_number = words.read(letter.their_number)
    return {
        "letter": letter,
        "sender": speaker_name(view, letter.sender),
        "via": view.words.say(VIA[letter.via]),
        "subject": None if subject is None else printable(subject),
        "their_number": None if their_number is None else printable(their_number),
        "claims": len(entered_from(view, letter)),
    }


def _text(view: View, letter: Letter) -> str | None:
    """What it says; None where it was erased."""
    return view.console.store.words.read(letter.text)


def _letter_page(
    view: View, letter: Letter, *, offset: int = 0, trouble: Message | None = None, form: FormData | None = None
) -> HTMLResponse:
    text = _text(view, letter)
    read = rows_in(view, text or "")
    first = min(max(offset, 0), max(len(read.rows) - 1, 0))
    part = type(read)(read.shape, read.rows[first : first + ROWS], read.left_out)
    ticked = None if form is None else {value for name, value in form.multi_items() if name == "row"}
    undone_reason: Message | str = ""
    if letter.undone:
        undone_reason = REASONS.get(letter.undone.reason_code) or printable(
            view.console.store.words.read(letter.undone.reason) or ""
        )
    return view.page(
        "claiming/letter.html.jinja",
        status=422 if trouble else 200,
        trouble=trouble,
        **_row(view, letter),
        lines=None if text is None else [printable(line) for line in text.split("\n")],
        rows=list(shown_rows(view, letter, part)),
        ticked=ticked,
        total=len(read.rows),
        first=first,
        page_size=ROWS,
        left_out=read.left_out,
        pairs=letter_pairs(view, letter),
        offers=_offers(view, letter),
        kinds=[("", view.words.gettext("not said")), *((kind, kind_word(kind, view.words)) for kind in KINDS)],
        files=file_rows(view, letter.about),
        gives_mail=is_given(view, MAIL),
        undone_reason=undone_reason,
        said_in=view.words.language_name(letter.language) if letter.language != "und" else "",
        can_act=not view.snapshot.is_replay,
    )


def _offers(view: View, letter: Letter) -> list[BesideClaim]:
    """What other desks offer to do with a letter and the claims that were entered from it."""
    codes = tuple(claim.code for _, claim in sorted(entered_from(view, letter).items()))
    offering = (desk.gives("beside_claim", "letter_lines") for desk in view.console.desks)
    return [offer for lines in offering if lines for offer in lines(view, letter, codes)] if not letter.undone else []


def _new_form(
    view: View, typed: Mapping[str, str], *, faults: Mapping[str, Message] | None = None, trouble: Message | None = None
) -> HTMLResponse:
    return view.page(
        "claiming/new_letter.html.jinja",
        status=422 if faults or trouble else 200,
        typed=typed,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        senders=[(speaker.code, speaker_name(view, speaker)) for speaker in speakers_of(view)],
        vias=[(via, view.words.say(VIA[via])) for via in LETTER_VIAS],
        languages_said=[(language, view.words.language_name(language)) for language in languages()],
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )


def _undo_form(
    view: View,
    letter: Letter,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "claiming/undo_letter.html.jinja",
        status=422 if faults or trouble else 200,
        letter=letter,
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        claims=len(entered_from(view, letter)),
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )


def _faults(view: View, typed: Mapping[str, str], *, has_file: bool) -> dict[str, Message]:
    faults: dict[str, Message] = {}
    if _sender_in(view, typed["sender"]) is None:
        faults["sender"] = Message("Choose whom the letter is from.")
    try:
        if view.time_form.read_moment(typed["received_at"]) > view.clock:
            faults["received_at"] = Message(
                "This lies ahead of the watch's clock, which shows {moment}; correct it.", moment=view.clock
            )
    except TimeError as exc:
        faults["received_at"] = exc.message
    try:
        if typed["stated_day"]:
            view.time_form.read_day(typed["stated_day"])
    except TimeError as exc:
        faults["stated_day"] = exc.message
    if not typed["text"] and not has_file:
        faults["text"] = Message("Paste the letter, or choose the mail as it was saved.")
    for name in ("text", "their_number"):
        if len(typed[name]) > MOST[name]:
            faults[name] = Message(
                "This has {count} characters, at most {most} are kept; shorten it.",
                count=Amount(len(typed[name])),
                most=Amount(MOST[name]),
            )
    return faults


def _sender_in(view: View, code: str) -> Speaker | None:
    return next((speaker for speaker in speakers_of(view) if speaker.code == code), None)


def _via_in(via: str) -> LetterVia:
    return next((each for each in LETTER_VIAS if each == via), "letter")
