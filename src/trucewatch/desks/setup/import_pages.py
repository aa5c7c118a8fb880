"""Files that are brought to a new watch: shapes that become zones, and a sample that a source is mapped by."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, RedirectResponse, Response

from trucewatch.desks.setup.drafts import drafts_of, mark_of, watch_of
from trucewatch.desks.setup.forms import typed_values
from trucewatch.desks.setup.shape_forms import MOST_SINGLE, drawn_shapes, numbers_outside, shapes_step
from trucewatch.errors import TrucewatchError
from trucewatch.locale import mark
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.reader import import_zones
from trucewatch.server.accept import NEW, Choices, choices_of
from trucewatch.server.console import Console
from trucewatch.server.forms import Form, file_of, text_of
from trucewatch.server.inbox import name_faults, put_into_inbox
from trucewatch.server.preview import preview_reading
from trucewatch.server.rights import needs
from trucewatch.server.source_answers import reads_alike, unanswered
from trucewatch.server.toast import Toast, after
from trucewatch.server.upload_form import chosen, first_choices, look_at, why_no_table
from trucewatch.server.uploads import Pending, Waiting
from trucewatch.server.view import CurrentView, View
from trucewatch.watch.import_zones import ImportedFeature, name_columns
from trucewatch.watch.watch_draft import Draft
from trucewatch.watch.write_files import area_of

ZONE_WORDS: Final = {
    "area": mark("the whole area"),
    "region": mark("a region that reports count by"),
    "district": mark("a district that a clause names"),
    "corridor": mark("a corridor"),
    "line": mark("the line of contact"),
    "storage": mark("a storage place"),
    "site": mark("a small site"),
}


def brought_files(console: Console) -> Waiting:
    """The files that were brought to new watches and wait to be taken."""
    return Waiting(console.folder / ".trucewatch" / "private" / "pending-new")


router = APIRouter(include_in_schema=False)


@router.post("/new/{draft_id}/bring/{what}")
@needs(Right.KEEP, Right.ADMIT)
def bring(view: CurrentView, draft_id: str, what: str, form: Form) -> Response:
    draft, file, waiting = drafts_of(view).get(draft_id), file_of(form, "file"), view.console.part(brought_files)
    step = {"zones": "zones", "source": "sources"}.get(what)
    if draft is None or step is None:
        return after("/new", Toast(Message("there is no such draft"), trouble=True))
    here = f"/new/{draft_id}/{step}"
    if file is None:
        return after(here, Toast(Message("No file was chosen; choose one and send it again."), trouble=True))
    try:
        pending = waiting.bring(file.file, file.filename or "", view.console.now())
    except TrucewatchError as exc:
        return after(here, Toast(exc.message, trouble=True))
    if what == "zones":
        try:
            import_zones(pending.path)
        except TrucewatchError as exc:
            waiting.remove(pending.token)
            return after(here, Toast(Message("{where}: {why}", where=pending.name, why=exc), trouble=True))
        waiting.choose(pending, {"draft": draft_id})
    else:
        choices = first_choices(watch_of(draft), pending, NEW, view.console.now())
        if why := why_no_table(watch_of(draft), pending, choices, view.console.now()):
            waiting.remove(pending.token)
            return after(here, Toast(why, trouble=True))
        waiting.choose(pending, {"draft": draft_id, **choices.to_json()})
    return RedirectResponse(f"/new/{draft_id}/brought/{what}/{pending.token}", 303)


def _waiting_file(view: View, draft_id: str, token: str) -> tuple[Draft, Pending] | None:
    draft, pending = drafts_of(view).get(draft_id), view.console.part(brought_files).get(token)
    if draft is None or pending is None or pending.choices.get("draft") != draft_id:
        return None
    return draft, pending


def _not_waiting(draft_id: str) -> Response:
    return after(f"/new/{draft_id}", Toast(Message("that file waits no longer; bring it again"), trouble=True))


@router.get("/new/{draft_id}/brought/zones/{token}")
@needs(Right.KEEP, Right.ADMIT)
def shapes(view: CurrentView, draft_id: str, token: str) -> Response:
    pair = _waiting_file(view, draft_id, token)
    return _shapes_page(view, *pair) if pair else _not_waiting(draft_id)


@router.get("/new/{draft_id}/brought/zones/{token}/shapes.json")
@needs(Right.KEEP, Right.ADMIT)
def shapes_to_draw(view: CurrentView, draft_id: str, token: str, names: str = "") -> Response:
    """The shapes of a brought file as the map draws them, simplified, with their names by a column."""
    pair = _waiting_file(view, draft_id, token)
    if pair is None:
        return JSONResponse({"features": []}, status_code=404)
    draft, pending = pair
    features = import_zones(pending.path)
    return JSONResponse(drawn_shapes(features, _column(features, names), area_of(draft)))


@router.post("/new/{draft_id}/brought/zones/{token}")
@needs(Right.KEEP, Right.ADMIT)
def take_shapes(view: CurrentView, draft_id: str, token: str, form: Form) -> Response:
    pair = _waiting_file(view, draft_id, token)
    if pair is None:
        return _not_waiting(draft_id)
    features = import_zones(pair[1].path)
    try:
        drafts_of(view).change(draft_id, text_of(form, "seen"), lambda draft: shapes_step(form, draft, features))
    except TrucewatchError as exc:
        return _shapes_page(view, *pair, fault=exc.message, typed=form)
    view.console.part(brought_files).remove(token)
    return after(f"/new/{draft_id}/zones", Toast(Message("The zones are taken over."), undo=f"/new/{draft_id}/undo"))


@router.get("/new/{draft_id}/brought/source/{token}")
@needs(Right.ADMIT)
def sample(view: CurrentView, draft_id: str, token: str) -> Response:
    pair = _waiting_file(view, draft_id, token)
    choices = choices_of(pair[1]) if pair else None
    if pair is None or choices is None:
        return _not_waiting(draft_id)
    draft, pending = pair
    watch = watch_of(draft)
    reading = look_at(watch, pending, choices, view.console.now(), view.words)
    against = _against(draft, choices)
    return view.about(watch).page(
        "setup/sample.html.jinja",
        draft=draft,
        seen_mark=mark_of(draft),
        against=against,
        can_accept=not against and reading["seen"].taken > 0,
        **reading,
    )


@router.post("/new/{draft_id}/brought/source/{token}/{act}")
@needs(Right.ADMIT)
def sample_act(view: CurrentView, draft_id: str, token: str, act: str, form: Form) -> Response:
    pair = _waiting_file(view, draft_id, token)
    choices = choices_of(pair[1]) if pair else None
    if pair is None or choices is None:
        return _not_waiting(draft_id)
    (draft, pending), waiting = pair, view.console.part(brought_files)
    here = f"/new/{draft_id}/brought/source/{token}"
    if act == "cancel":
        waiting.remove(token)
        return after(f"/new/{draft_id}/sources", Toast(Message("Removed. Nothing of the file was kept.")))
    new_choices = chosen(watch_of(draft), form, pending, choices, view.console.now())
    if act != "accept" or new_choices != choices:
        waiting.choose(pending, {"draft": draft_id, **new_choices.to_json()})
        if act != "accept":
            return RedirectResponse(f"{here}#preview", 303)
        if not reads_alike(choices, new_choices):
            sentence = Message("The mapping was changed. Look at how the file reads now, then accept it.")
            return after(here, Toast(sentence, trouble=True))
        choices = new_choices
    if why := unanswered(choices):
        return after(here, Toast(why, trouble=True))
    try:
        _take_sample(view, draft, pending, choices)
    except TrucewatchError as exc:
        return after(here, Toast(exc.message, trouble=True))
    waiting.remove(token)
    return after(
        f"/new/{draft_id}/sources",
        Toast(Message("The source is set up, and the file lies in its inbox."), undo=f"/new/{draft_id}/undo"),
    )


def _shapes_page(
    view: View, draft: Draft, pending: Pending, *, fault: Message | None = None, typed: FormData | None = None
) -> Response:
    features = import_zones(pending.path)
    column = _column(features, text_of(typed, "names") if typed else view.request.query_params.get("names", ""))
    return view.about(watch_of(draft)).page(
        "setup/shapes.html.jinja",
        status=422 if fault else 200,
        draft=draft,
        pending=pending,
        fault=fault,
        features=features,
        columns=name_columns(features),
        column=column,
        outside=numbers_outside(features, area_of(draft)),
        is_many=len(features) > MOST_SINGLE,
        seen_mark=mark_of(draft),
        zone_kinds=ZONE_WORDS,
        **typed_values(typed),
    )


def _column(features: list[ImportedFeature], chosen: str) -> str:
    """The column that was chosen, if the file has it; else the likeliest; empty where there is none."""
    columns = [column.column for column in name_columns(features)]
    return chosen if chosen in columns else next(iter(columns), "")


def _against(draft: Draft, choices: Choices) -> list[Message]:
    """What keeps a sample from being taken under its names."""
    return name_faults(draft.sources, choices.setting, choices.name, is_new=True)


def _take_sample(view: View, draft: Draft, pending: Pending, choices: Choices) -> None:
    """The source into the draft, the file into its inbox. Raises TrucewatchError, with neither done."""
    if against := _against(draft, choices):
        raise TrucewatchError(against[0])
    reading = preview_reading(pending.path, pending.name, choices.setting, watch_of(draft), view.console.now())
    if not reading.taken:
        raise TrucewatchError(Message("no row of this file would be taken; change the mapping, or bring another file"))
    watch_of(replace(draft, sources=(*draft.sources, choices.setting)))
    drafts = drafts_of(view)
    put_into_inbox(drafts.place_of(draft), choices.name, pending.path.read_bytes())
    drafts.change(
        draft.id, mark_of(draft), lambda standing: replace(standing, sources=(*standing.sources, choices.setting))
    )
