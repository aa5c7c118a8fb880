"""Before a message leaves: the whole text as it will be read, to whom, by which ways; and the click that sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.flashing.acting import DESK_NAME, ways_to
from trucewatch.desks.flashing.beside import outbox_of
from trucewatch.desks.flashing.drafting import NOT_TOLD, Changes, Drafted, drafted
from trucewatch.desks.flashing.pages import about_words
from trucewatch.desks.flashing.ringing import whom_to_ring
from trucewatch.desks.flashing.shown import lines_of
from trucewatch.desks.flashing.wording import (
    ASK_WORDS,
    PLACE_WORDS,
    REPORTER_WORDS,
    announced_words,
    hour,
    name_of,
)
from trucewatch.errors import StoreError, TimeError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.flash import ASKS, MATTER_WORDS, MATTERS, WAY_WORDS, Flash
from trucewatch.model.flash_refused import FlashRefusedError, FlashSentError, FlashTwiceError
from trucewatch.model.roles import Right
from trucewatch.pipeline.flash_checks import MOST_CHARS
from trucewatch.pipeline.flash_sending import send_flash, way_faults, who_to_ring
from trucewatch.server.forms import Form, texts_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View

MOST_ABOUT: Final = 80
router = APIRouter(include_in_schema=False)


@router.get("/urgent/new")
@needs(Right.INSIDE)
def look(view: CurrentView, about: str = "") -> HTMLResponse:
    """The first click: nothing leaves, and nothing is entered."""
    if not about.strip():
        return view.page("flashing/refused.html.jinja", about=("", "", ""), why=None)
    return _page(view, {"about": about[:MOST_ABOUT]}, Changes())


@router.post("/urgent/new")
@needs(Right.FLASH)
def look_or_send(view: CurrentView, form: Form) -> Response:
    """The second click sends what was seen; "Look again" shows what the changes make of it, and enters nothing."""
    typed = _typed_in(view, form)
    changes, faults = _changes_in(view, form, typed)
    if typed_of(form, "step") != "send" or faults:
        return _page(view, typed, changes, faults=faults)
    with view.writing() as now:
        try:
            now.refuse_in_replay()
            draft = drafted(now.console.store, now.watch, typed["about"], changes, now.clock)
            if "place" in draft.faults or "matter" in draft.faults:
                raise FlashRefusedError(draft.faults)
            flash = send_flash(
                now.console.store,
                now.watch,
                draft.draft,
                rule=draft.rule,
                outbox=outbox_of(now.console),
                ways=ways_to(now, draft.rule.to),
                seen=typed_of(form, "seen"),
                by=now.by,
                now=now.clock,
                clock=now.console.now,
                drill_label=draft.drill_label,
                again=typed_of(form, "again") == "on",
            )
        except FlashRefusedError as exc:
            return _page(now, typed, changes, faults=exc.faults)
        except FlashSentError as exc:
            return after(f"/urgent/{exc.code}", Toast(exc.message))
        except FlashTwiceError as exc:
            return _page(now, typed, changes, faults={"again": exc.message}, other=exc.code)
        except TrucewatchError as exc:
            return _page(now, typed, changes, faults={"": exc.message})
    view.console.look_now(DESK_NAME)
    return sent(flash)


def sent(flash: Flash) -> Response:
    """On to the message, which says the second in which it was queued to all."""
    receipt = Message(
        "{code} is on its way to all of them. It is entry {entry} of the ledger.",
        code=flash.code,
        entry=flash.entry,
    )
    return after(f"/urgent/{flash.code}", Toast(receipt))


def _typed_in(view: View, form: FormData) -> dict[str, str]:
    names = ("about", "matter", "place", "answer_by", *(f"added_{each}" for each in view.watch.settings.languages))
    typed = {name: typed_of(form, name).replace("\r\n", "\n") for name in names}
    return typed | {"about": typed["about"][:MOST_ABOUT]}


def _changes_in(view: View, form: FormData, typed: Mapping[str, str]) -> tuple[Changes, dict[str, Message]]:
    faults: dict[str, Message] = {}
    answer_by: datetime | None = None
    try:
        answer_by = view.time_form.read_moment(typed["answer_by"])
    except TimeError as exc:
        faults["answer_by"] = exc.message
    languages = view.watch.settings.languages
    added = {each: typed[f"added_{each}"].strip() for each in languages}
    changes = Changes(
        matter=typed["matter"],
        place=typed["place"],
        asks=texts_of(form, "asks"),
        answer_by=answer_by,
        added={language: text for language, text in added.items() if text},
    )
    return changes, faults


def _page(
    view: View,
    typed: Mapping[str, str],
    changes: Changes,
    *,
    faults: Mapping[str, Message] | None = None,
    other: str = "",
) -> HTMLResponse:
    about = typed["about"]
    try:
        draft = drafted(view.console.store, view.watch, about, changes, view.clock)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    except TrucewatchError as exc:
        return view.page(
            "flashing/refused.html.jinja", status=422, about=about_words(view, _full(about)), why=exc.message
        )
    ways = ways_to(view, draft.rule.to)
    all_faults = {**way_faults(draft.rule, ways), **draft.faults, **(faults or {})}
    is_refused = bool(faults)
    return view.page(
        "flashing/new.html.jinja",
        status=422 if is_refused else 200,
        typed=dict(typed) | {"answer_by": typed.get("answer_by") or view.time_form.write_moment(draft.draft.answer_by)},
        draft=draft.draft,
        drafted=draft,
        texts=_texts(view, draft),
        recipients=_recipients(view, draft, ways),
        matters=[(each, MATTER_WORDS[each]) for each in MATTERS],
        places=[(each, _place_words(each)) for each in draft.places],
        asks=[(each, ASK_WORDS[each], each in draft.draft.asks) for each in ASKS],
        written_in=[(each, view.words.language_name(each)) for each in view.watch.settings.languages],
        about=[about_words(view, each) for each in draft.draft.about],
        reporter=REPORTER_WORDS[draft.draft.reporter],
        reporter_name=view.words.listed([name_of(view, each) for each in draft.draft.reporter_ids]),
        announced=[(announced_words(view, each), each.text) for each in draft.announced],
        first_report=hour(view, draft.draft.first_report),
        most_added=MOST_CHARS,
        faults=all_faults,
        other=other,
        trouble=all_faults.get("") or all_faults.get("about") or view.replay_trouble,
        can_act=not view.snapshot.is_replay and view.may(Right.FLASH),
    )


def _full(about: str) -> str:
    return about if about.startswith(("claim:", "incident:")) else f"incident:{about}"


def _place_words(place: str) -> Message:
    return (
        Message("no place at all")
        if place == NOT_TOLD
        else next(words for form, words in PLACE_WORDS.items() if form == place)
    )


def _texts(view: View, draft: Drafted) -> list[dict[str, Any]]:
    """Each text with the names of those who would read it, by language; the bound parties have the same."""
    groups: dict[str, list[str]] = {}
    for to, text in draft.texts.items():
        groups.setdefault(text.whole, []).append(to)
    return [
        {
            "names": view.words.listed([name_of(view, each) for each in ids]),
            "parts": [(language, lines_of(text)) for language, text in draft.texts[ids[0]].by_language.items()],
        }
        for ids in groups.values()
    ]


def _recipients(view: View, draft: Drafted, ways: Sequence[Any]) -> list[dict[str, Any]]:
    to_ring = who_to_ring(draft.rule.to, ways)
    return [
        {
            "name": name_of(view, each.id),
            "ways": [(WAY_WORDS[way.way], way.is_ready, way.why_not) for way in ways if way.recipient == each.id],
            "has_to_be_rung": each.id in to_ring,
            "whom_to_ring": whom_to_ring(view, each.id) if each.id in to_ring else (),
        }
        for each in draft.rule.to
    ]
