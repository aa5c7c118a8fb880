"""Taking an official statement in: pasted or chosen, looked at as it was read, then entered. Nothing is fetched."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from trucewatch.desks.declaring.operations import number_of_code
from trucewatch.desks.declaring.passages import parts_of, turns_of
from trucewatch.desks.declaring.wording import STATEMENT_KINDS, clock_of, own_moment, voices, who_name
from trucewatch.errors import StoreError, TimeError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.file_names import name_on_record
from trucewatch.model.ids import sha256_of
from trucewatch.model.roles import Right
from trucewatch.model.statements import Statement, offset_of
from trucewatch.model.times import day_of, zone_named
from trucewatch.pipeline.agreement_entering import NotTakenError
from trucewatch.pipeline.statement_intake import (
    TakenIn,
    take_in_statement,
    taken_in_before,
    voice_of_host,
    voice_on_record,
)
from trucewatch.reader import parse_statement
from trucewatch.server.console import Console
from trucewatch.server.forms import Form, file_of, text_of, typed_of
from trucewatch.server.rights import needs
from trucewatch.server.shared_work import SharedWork, StillWorkingError
from trucewatch.server.toast import Toast, after
from trucewatch.server.uploads import Pending, Waiting
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.statement_records import official_statements, statement_numbered
from trucewatch.store.undertaking_records import zone_of_words

MOST_MB: Final = 20
LONGEST_LOOK_S: Final = 8.0
"""How long the page of a brought statement waits for its reader before it says that it is being read."""
MOST_SHOWN: Final = 40
"""Paragraphs that the look before it is entered shows; the reader shows all."""
PASTED: Final = "pasted.txt"
_FIELDS: Final = ("voice", "zone", "language_of", "version_of")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a statement is to be taken in. language_of, version_of: "S-3" as typed."""

    name: str = ""
    voice: str = ""
    zone: str = ""
    language_of: str = ""
    version_of: str = ""

    @property
    def numbers(self) -> dict[str, int | None]:
        return {"language_of": number_of_code(self.language_of), "version_of": number_of_code(self.version_of)}


def waiting_statements(console: Console) -> Waiting:
    """What was brought and waits to be entered, apart from files for sources."""
    return Waiting(console.folder / ".trucewatch" / "private" / "pending-statements")


def looks(console: Console) -> SharedWork:
    """What brought statements look like, as their pages ask for it."""
    return SharedWork()


@router.get("/statements/new")
@needs(Right.TAKE)
def new(view: CurrentView, language_of: str = "", version_of: str = "") -> HTMLResponse:
    return _new_form(view, Wanted(language_of=language_of[:20], version_of=version_of[:20]))


@router.post("/statements/new")
@needs(Right.TAKE)
def bring(view: CurrentView, form: Form) -> Response:
    """Keep what was pasted or chosen apart, and look at it."""
    wanted = _wanted_in(form)
    pasted, file = typed_of(form, "text"), file_of(form, "file")
    if faults := _faults(view, wanted):
        return _new_form(view, wanted, pasted=pasted, faults=faults)
    try:
        view.refuse_in_replay()
        content, name = _brought(pasted, file.file if file else None, file.filename or "" if file else "")
        waiting = view.console.part(waiting_statements)
        pending = waiting.bring(content, name, view.console.now())
    except TrucewatchError as exc:
        return _new_form(view, wanted, pasted=pasted, trouble=exc.message)
    waiting.choose(pending, _choices(replace(wanted, name=name_on_record(name))))
    try:
        _read(view, waiting.get(pending.token) or pending, wanted)
    except TrucewatchError as exc:
        if isinstance(exc, StillWorkingError):
            return RedirectResponse(f"/statements/new/{pending.token}", 303)
        waiting.remove(pending.token)
        return _new_form(view, wanted, pasted=pasted, trouble=exc.message)
    return RedirectResponse(f"/statements/new/{pending.token}", 303)


@router.get("/statements/new/{token}")
@needs(Right.TAKE)
def look(view: CurrentView, token: str) -> Response:
    """What was read of it, before it is entered."""
    pending = view.console.part(waiting_statements).get(token)
    if pending is None:
        return _gone()
    return _look_page(view, pending, _wanted_of(pending))


@router.post("/statements/new/{token}/look")
@needs(Right.TAKE)
def look_again(view: CurrentView, token: str, form: Form) -> Response:
    """The same with other choices."""
    waiting = view.console.part(waiting_statements)
    pending = waiting.get(token)
    if pending is None:
        return _gone()
    wanted = replace(_wanted_in(form), name=_wanted_of(pending).name)
    if faults := _faults(view, wanted):
        return _look_page(view, pending, wanted, faults=faults)
    waiting.choose(pending, _choices(wanted))
    return RedirectResponse(f"/statements/new/{token}", 303)


@router.post("/statements/new/{token}/enter")
@needs(Right.TAKE)
def enter(view: CurrentView, token: str, form: Form) -> Response:
    """Enter it as it was looked at."""
    waiting = view.console.part(waiting_statements)
    pending = waiting.get(token)
    if pending is None:
        return _gone()
    wanted = _wanted_of(pending)
    try:
        view.refuse_in_replay()
        came = take_in_statement(
            view.console.store,
            view.watch,
            pending.path.read_bytes(),
            wanted.name or pending.name,
            by=view.by,
            now=clock_of(view),
            zone=wanted.zone,
            voice=wanted.voice,
            is_confirmed="confirmed" in form,
            turn=view.console.writing,
            **wanted.numbers,
        )
    except NotTakenError as exc:
        return _look_page(view, pending, wanted, faults=exc.faults)
    except OSError:
        return _gone()
    except TrucewatchError as exc:
        return _look_page(view, pending, wanted, trouble=exc.message)
    waiting.remove(token)
    view.console.part(looks).forget(lambda key: isinstance(key, tuple) and key[0] == token)
    return taken_in(view, came.entry, may_be=came.may_be) if came.entry else _same(came)


@router.post("/statements/new/{token}/leave")
@needs(Right.TAKE)
def leave(view: CurrentView, token: str) -> Response:
    view.console.part(waiting_statements).remove(token)
    view.console.part(looks).forget(lambda key: isinstance(key, tuple) and key[0] == token)
    return after("/statements", Toast(Message("Removed. Nothing of it was kept.")))


def taken_in(view: View, entry: Entry, *, may_be: tuple[int, ...] = ()) -> Response:
    """On to a statement that was entered, by its record."""
    record = entry.record
    code = statement_numbered(view.console.store, int(record["number"])).code
    query = f"language={record['language']}&version={int(record['version'])}"
    if may_be:
        receipt = Message(
            "{code} is entered: entry {entry} of the ledger. {others} is of the same day, by the same, in another "
            "language; if it is the same statement, say so at the foot of this page.",
            code=code,
            entry=entry.number,
            others=", ".join(f"S-{number}" for number in may_be[:5]),
        )
    else:
        receipt = Message(
            "{code} is entered, version {version}. It is entry {entry} of the ledger.",
            code=code,
            version=int(record["version"]),
            entry=entry.number,
        )
    return after(f"/statements/{code}?{query}", Toast(receipt, undo=f"/statements/{code}/take-out?{query}"))


def _same(came: TakenIn) -> Response:
    receipt = Message(
        "This is on record already, as version {version} of S-{number}; nothing was entered. This is its page.",
        version=came.version,
        number=came.number,
    )
    return after(f"/statements/S-{came.number}?language={came.language}&version={came.version}", Toast(receipt))


def _gone() -> Response:
    sentence = Message("That statement waits no longer: it was entered, removed, or its hour is over. Bring it again.")
    return after("/statements/new", Toast(sentence, trouble=True))


# What was brought


def _brought(pasted: str, file: BinaryIO | None, name: str) -> tuple[BinaryIO, str]:
    """The bytes that were pasted or chosen, and what they are called. Raises TrucewatchError for neither, for both, and
    for too many."""
    if file is not None and pasted.strip():
        raise TrucewatchError(
            Message("A text was pasted and a file was chosen; leave one of them out. Nothing was kept.")
        )
    if file is None:
        if not pasted.strip():
            raise TrucewatchError(
                Message("There is no text and no file; paste the text of the statement, or choose its file.")
            )
        return io.BytesIO(pasted.encode("utf-8", "replace")), PASTED
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MOST_MB << 20:
        raise TrucewatchError(
            Message(
                "The file has {size} MB, and a statement is read up to {most} MB; save the page without its pictures, "
                "or paste its text. Nothing was kept.",
                size=Amount(size >> 20),
                most=Amount(MOST_MB),
            )
        )
    return file, name


def _wanted_in(form: FormData) -> Wanted:
    texts = {name: text_of(form, name, 100) for name in _FIELDS}
    return Wanted(**texts)


def _wanted_of(pending: Pending) -> Wanted:
    return Wanted(**{name: str(pending.choices.get(name, "")) for name in ("name", *_FIELDS)})


def _choices(wanted: Wanted) -> dict[str, str]:
    return {name: getattr(wanted, name) for name in ("name", *_FIELDS)}


def _faults(view: View, wanted: Wanted) -> dict[str, Message]:
    """What is wrong with the choices, by field."""
    faults: dict[str, Message] = {}
    if wanted.voice and wanted.voice not in {who for who, _ in voices(view)}:
        faults["voice"] = Message("Choose one of the list, or nobody.")
    if wanted.zone and offset_of(wanted.zone) is None:
        try:
            zone_named(wanted.zone)
        except TimeError as exc:
            faults["zone"] = exc.message
    for name in ("language_of", "version_of"):
        typed = getattr(wanted, name)
        number = wanted.numbers[name]
        if typed and number is None:
            faults[name] = Message("Write the number of a statement of this watch, as S-3.")
        elif number is not None:
            try:
                statement_numbered(view.console.store, number)
            except StoreError as exc:
                faults[name] = exc.message
    if wanted.language_of and wanted.version_of:
        faults["version_of"] = Message(
            "It is another language or a later version, not both; a later version in its language is found by itself."
        )
    return faults


# As it was read


def _read(view: View, pending: Pending, wanted: Wanted) -> Statement:
    """What the reader reads of it, once for who asks for it again. Raises TrucewatchError with what stands in the
    way."""
    watch = view.watch
    heard = watch.lexicon.voice if watch.lexicon else ()
    today = clock_of(view).astimezone(watch.zone).date()

    def work() -> Statement:
        return parse_statement(
            pending.path.read_bytes(),
            wanted.name or pending.name,
            zone=wanted.zone,
            voice=wanted.voice,
            voices=heard,
            today=today,
        )

    key = (pending.token, wanted.zone, wanted.voice, id(watch))
    return view.console.part(looks).get(key, work, anchor=watch, within_s=LONGEST_LOOK_S)


def _look_page(
    view: View,
    pending: Pending,
    wanted: Wanted,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    text: Statement | None = None
    try:
        text = _read(view, pending, wanted)
    except StillWorkingError:
        raise
    except TrucewatchError as exc:
        trouble = trouble or exc.message
    same = taken_in_before(view.console.store, sha256_of(pending.path.read_bytes()))
    by_host = voice_of_host(view.watch, text.publisher) if text else ""
    by_copy, copy_code = _voice_of_copy(view, wanted)
    voice = wanted.voice or by_host or by_copy
    shown = parts_of(text)[0] if text else frozenset[str]()
    turns = turns_of(text, (), shown) if text else []
    return view.page(
        "declaring/look.html.jinja",
        status=422 if faults or trouble else 200,
        pending=pending,
        wanted=wanted,
        text=text,
        same=same,
        kind=STATEMENT_KINDS[text.kind] if text else None,
        own_moment=own_moment(view, text) if text else "",
        language=view.words.language_name(text.language) if text and text.language else "",
        voice=who_name(view, voice),
        is_by_host=bool(by_host) and not wanted.voice,
        is_by_copy=copy_code if by_copy and not by_host and not wanted.voice else "",
        is_ahead=_is_ahead(view, text) if text else False,
        turns=turns[:MOST_SHOWN],
        more=max(len(turns) - MOST_SHOWN, 0),
        **_shared(view, faults, trouble),
    )


def _voice_of_copy(view: View, wanted: Wanted) -> tuple[str, str]:
    """Whose the statement is of which it is a copy or a later version, and its code; "" where it is none."""
    for number in wanted.numbers.values():
        of = next((each for each in official_statements(view.console.store) if each.number == number), None)
        if of is not None:
            return voice_on_record(of), of.code
    return "", ""


def _is_ahead(view: View, text: Statement) -> bool:
    """Whether it is dated ahead of the watch's clock."""
    now = clock_of(view)
    if text.spoken_at is not None:
        return text.spoken_at > now
    if text.day is None:
        return False
    try:
        zone = zone_of_words(text.zone or text.zone_assumed or "", view.watch.zone)
        return day_of(text.day, zone).start > now
    except TimeError:
        return True


def _new_form(
    view: View,
    wanted: Wanted,
    *,
    pasted: str = "",
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    waiting = view.console.part(waiting_statements)
    waiting.sweep(view.console.now())
    return view.page(
        "declaring/new.html.jinja",
        status=422 if faults or trouble else 200,
        wanted=wanted,
        pasted=pasted,
        pending=waiting.all(),
        **_shared(view, faults, trouble),
    )


def _shared(view: View, faults: Mapping[str, Message] | None, trouble: Message | None) -> dict[str, Any]:
    zones = [each.zone for each in view.watch.lexicon.voice if each.zone] if view.watch.lexicon else []
    return {
        "faults": faults or {},
        "trouble": trouble or view.replay_trouble,
        "voices": voices(view),
        "zones_here": sorted({view.watch.settings.time_zone, *zones}),
        "most_mb": MOST_MB,
        "can_act": not view.snapshot.is_replay,
    }
