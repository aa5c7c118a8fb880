"""New watch: seven steps from a name to a folder that can be served. Every step leaves a sound watch, and can be gone
back to."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, RedirectResponse, Response

from trucewatch.desks.setup.clauses import (
    CLAUSE_KINDS,
    UNLESS,
    paraphrase,
    stipulation_of,
    stipulation_step,
    zone_title,
)
from trucewatch.desks.setup.differences import Difference, differences
from trucewatch.desks.setup.drafts import Drafts, drafts_of, mark_of, watch_of
from trucewatch.desks.setup.forms import (
    name_step,
    parties_step,
    recipients_step,
    typed_values,
    without_zone,
    zone_step,
)
from trucewatch.desks.setup.import_pages import ZONE_WORDS
from trucewatch.desks.setup.zones_of_time import offered_zones, zone_of_this_computer
from trucewatch.errors import DraftMoved, TrucewatchError
from trucewatch.locale import Words, languages, mark
from trucewatch.messages import Message
from trucewatch.model.observation import KINDS
from trucewatch.model.roles import Right
from trucewatch.model.zone import ZONE_KINDS
from trucewatch.reports.place_names import DISCLAIMER
from trucewatch.server.basemap import ground_of
from trucewatch.server.forms import Form, text_of
from trucewatch.server.neighbours import neighbours_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.watch import check_watch
from trucewatch.watch.watch_draft import Draft
from trucewatch.watch.world_map import coarse_world, has_land, largest_towns

STEPS: Final = {
    "name": mark("Name and area"),
    "parties": mark("Parties and delegations"),
    "zones": mark("Zones"),
    "provisions": mark("What was agreed"),
    "sources": mark("Sources"),
    "recipients": mark("Who gets what"),
    "finish": mark("Check and open"),
}
_STEP_OF: Final[dict[str, Callable[[FormData, Draft], Draft]]] = {
    "name": lambda form, draft: name_step(form, draft, languages(), ()),
    "parties": parties_step,
    "zones": zone_step,
    "provisions": stipulation_step,
    "recipients": recipients_step,
}
AHEAD: Final = ("name", "parties", "recipients")
"""Steps of one form, after which comes the next step; the others are added to one by one."""


ALREADY_BEGUN: Final = Message(
    "a watch of this name was begun already; go on with it, or tick that this is another one of the same name"
)
MOST_FILES_NAMED: Final = 20

router = APIRouter(include_in_schema=False)


def show(
    view: View,
    draft: Draft,
    step: str,
    *,
    fault: Message | None = None,
    typed: FormData | None = None,
    both: Sequence[Difference] = (),
) -> Response:
    """The page of a step. `both`: what another window changed, beside what was typed in this one."""
    watch = watch_of(draft)
    context = _context(view, draft, step, fault, typed)
    context |= {"drawn": watch.zones, "steps": STEPS, "both": both}
    if step == "finish":
        context |= _finish(drafts_of(view), draft)
        context |= {"names_in": lambda named: view.words.listed([view.words.name(each.names) for each in named])}
    if step == "provisions":
        context |= _of_provisions(view, draft, typed)
    return view.about(watch).page(f"setup/{step}.html.jinja", status=422 if fault else 200, **context)


@router.get("/new")
@needs(Right.KEEP, Right.ADMIT)
def new(view: CurrentView) -> Response:
    return _blank(view)


@router.post("/new")
@needs(Right.KEEP, Right.ADMIT)
def create(view: CurrentView, form: Form) -> Response:
    drafts = drafts_of(view)
    try:
        begun = name_step(form, None, languages(), drafts.used_names())
        same = drafts.of_name(begun)
        if same and text_of(form, "again") != "on":
            return _blank(view, fault=ALREADY_BEGUN, typed=form, same=same)
        draft = drafts.create(begun)
    except TrucewatchError as exc:
        return _blank(view, fault=exc.message, typed=form)
    neighbours_of(view.console).forget()
    notice = Message("Begun. Every step can be gone back to.")
    if not has_land(draft.area):
        notice = Message(
            "Begun. Nothing but sea lies in its area; choose another under Name and area if that is not meant."
        )
    return after(f"/new/{draft.id}/parties", Toast(notice))


@router.get("/new/ground.json")
@needs(Right.KEEP, Right.ADMIT)
def ground(view: CurrentView, draft: str = "") -> Response:
    """The ground to draw on: of the draft's area with its zones, or of the whole world."""
    stored = drafts_of(view).get(draft)
    if stored:
        return JSONResponse(ground_of(watch_of(stored), view.words, view.console.now()))
    return JSONResponse(_whole_world(view.words))


@router.get("/new/{draft_id}/away")
@needs(Right.KEEP, Right.ADMIT)
def ask_away(view: CurrentView, draft_id: str) -> Response:
    """What would go if a begun watch was removed."""
    drafts = drafts_of(view)
    draft = drafts.get(draft_id)
    if draft is None:
        return _none()
    files = drafts.files_of(draft)
    return view.about(watch_of(draft)).page(
        "setup/away.html.jinja",
        **_context(view, draft, "", None, None),
        steps=STEPS,
        files=files[:MOST_FILES_NAMED],
        file_count=len(files),
        is_opened=drafts.is_opened(draft_id),
        place=drafts.place_of(draft),
    )


@router.post("/new/{draft_id}/away")
@needs(Right.KEEP, Right.ADMIT)
def put_away(view: CurrentView, draft_id: str) -> Response:
    """Remove a begun watch that was never opened."""
    try:
        draft = drafts_of(view).remove(draft_id)
    except TrucewatchError as exc:
        return after("/new", Toast(exc.message, trouble=True))
    neighbours_of(view.console).forget()
    return after("/new", Toast(Message("Removed: {name}.", name=view.words.name(draft.names))))


@router.get("/new/{draft_id}")
@needs(Right.KEEP, Right.ADMIT)
def resume(view: CurrentView, draft_id: str) -> Response:
    draft = drafts_of(view).get(draft_id)
    return RedirectResponse(f"/new/{draft_id}/{_next_step(draft)}", 303) if draft else _none()


@router.get("/new/{draft_id}/checked")
@needs(Right.KEEP, Right.ADMIT)
def checked(view: CurrentView, draft_id: str) -> Response:
    """What the sentence that is being typed would check, or what it lacks yet: a part of its page."""
    draft = drafts_of(view).get(draft_id)
    if draft is None:
        return _none()
    typed = FormData([*view.request.query_params.multi_items()])
    try:
        sentences, lacks = paraphrase(stipulation_of(typed, draft), draft, view.words), None
    except TrucewatchError as exc:
        sentences, lacks = [], exc.message
    return view.fragment("setup/checked.html.jinja", sentences=sentences, lacks=lacks)


@router.get("/new/{draft_id}/{step}")
@needs(Right.KEEP, Right.ADMIT)
def step_page(view: CurrentView, draft_id: str, step: str) -> Response:
    draft = drafts_of(view).get(draft_id)
    if draft is None or step not in STEPS:
        return _none()
    return show(view, draft, step)


@router.post("/new/{draft_id}/undo")
@needs(Right.KEEP, Right.ADMIT)
def undo(view: CurrentView, draft_id: str) -> Response:
    try:
        draft = drafts_of(view).step_back(draft_id)
    except TrucewatchError as exc:
        return after("/new", Toast(exc.message, trouble=True))
    return _onward(draft.id, _next_step(draft), Message("The last step was taken back."))


@router.post("/new/{draft_id}/remove/{what}")
@needs(Right.KEEP, Right.ADMIT)
def remove(view: CurrentView, draft_id: str, what: str, form: Form) -> Response:
    which = text_of(form, "which", 80)
    step = {"zone": "zones", "stipulation": "provisions", "source": "sources"}.get(what, "")
    if not step or drafts_of(view).get(draft_id) is None:
        return _none()
    try:
        drafts_of(view).change(draft_id, text_of(form, "seen"), lambda draft: _without(draft, what, which))
    except TrucewatchError as exc:
        return after(f"/new/{draft_id}/{step}", Toast(exc.message, trouble=True))
    return _onward(draft_id, step, Message("Removed."))


@router.post("/new/{draft_id}/{step}")
@needs(Right.KEEP, Right.ADMIT)
def fill(view: CurrentView, draft_id: str, step: str, form: Form) -> Response:
    draft = drafts_of(view).get(draft_id)
    if draft is None or step not in _STEP_OF:
        return _none()
    try:
        drafts_of(view).change(draft_id, text_of(form, "seen"), lambda draft: _STEP_OF[step](form, draft))
    except DraftMoved as exc:
        standing = drafts_of(view).get(draft_id) or draft
        with suppress(TrucewatchError):  # what is wrong with what was typed is said when it is sent again
            rows = differences(standing, _STEP_OF[step](form, standing), view.words)
            return show(view, standing, step, fault=exc.message, typed=form, both=rows)
        return show(view, standing, step, fault=exc.message, typed=form)
    except TrucewatchError as exc:
        return show(view, drafts_of(view).get(draft_id) or draft, step, fault=exc.message, typed=form)
    neighbours_of(view.console).forget()
    order = list(STEPS)
    onward = order[order.index(step) + 1] if step in AHEAD else step
    return _onward(draft_id, onward, Message("Kept."))


def _onward(draft_id: str, step: str, sentence: Message) -> Response:
    return after(f"/new/{draft_id}/{step}", Toast(sentence, undo=f"/new/{draft_id}/undo"))


def _context(
    view: View, draft: Draft | None, step: str, fault: Message | None, typed: FormData | None
) -> dict[str, Any]:
    """What every step's template needs."""
    return {
        "draft": draft,
        "step": step,
        "fault": fault,
        **typed_values(typed),
        "kinds": KINDS,
        "seen_mark": mark_of(draft) if draft else "",
        "zone_kinds": {kind: ZONE_WORDS[kind] for kind in ZONE_KINDS},
        "time_zones": offered_zones(view.console.now()) if step == "name" else (),
        "own_zone": zone_of_this_computer() if step == "name" else "UTC",
        "draw": "line" if view.request.query_params.get("draw") == "line" else "polygon",
        "edit": next((zone for zone in draft.zones if zone.id == view.request.query_params.get("edit")), None)
        if draft
        else None,
        "corners": _corners,
    }


def _of_provisions(view: View, draft: Draft, typed: FormData | None) -> dict[str, Any]:
    """The step of sentences: which one is being written or changed, and what each of them checks."""
    number = text_of(typed, "which", 6) if typed is not None else view.request.query_params.get("change", "")
    place = int(number) if number.isdecimal() and number.isascii() and len(number) < 4 else 0
    changed = draft.stipulations[place - 1] if 1 <= place <= len(draft.stipulations) else None
    asked = text_of(typed, "kind", 20) if typed is not None else view.request.query_params.get("kind", "")
    return {
        "clause_kinds": CLAUSE_KINDS,
        "clause_kind": CLAUSE_KINDS.get(asked or (changed.kind if changed else "")),
        "changed": changed,
        "which": place if changed else "",
        "unless": UNLESS,
        "checks": [paraphrase(stipulation, draft, view.words) for stipulation in draft.stipulations],
        "place_title": lambda zone: zone_title(draft, zone, view.words),
    }


def _corners(geometry: Any) -> str:
    """The corners of a simple shape, one a line; empty for one of several parts or with holes."""
    if geometry["type"] == "LineString":
        return "\n".join(f"{lon:g}, {lat:g}" for lon, lat in geometry["coordinates"])
    if geometry["type"] == "Polygon" and len(geometry["coordinates"]) == 1:
        return "\n".join(f"{lon:.6g}, {lat:.6g}" for lon, lat in geometry["coordinates"][0][:-1])
    return ""


def _blank(
    view: View, *, fault: Message | None = None, typed: FormData | None = None, same: Sequence[Draft] = ()
) -> Response:
    """The page that begins a watch. `same`: those that are called alike."""
    drafts = drafts_of(view)
    context = _context(view, None, "name", fault, typed)
    context |= {"drafts": drafts.all(), "is_opened": drafts.is_opened, "same": same, "steps": STEPS, "both": ()}
    return view.page("setup/begin.html.jinja", status=422 if fault else 200, **context)


def _none() -> Response:
    return after(
        "/new", Toast(Message("There is no such draft. Begin a new watch, or go on with one below."), trouble=True)
    )


def _next_step(draft: Draft) -> str:
    """The first step that holds nothing yet."""
    empty = {
        "parties": not draft.parties,
        "zones": not draft.zones,
        "provisions": not draft.stipulations,
        "sources": not draft.sources,
    }
    return next((step for step, is_empty in empty.items() if is_empty), "finish")


def _without(draft: Draft, what: str, which: str) -> Draft:
    if what == "zone":
        return without_zone(draft, which)
    if what == "source":
        return replace(draft, sources=tuple(source for source in draft.sources if source.id != which))
    number = int(which) if which.isdecimal() and which.isascii() and len(which) < 6 else -1
    return replace(
        draft,
        stipulations=tuple(stipulation for place, stipulation in enumerate(draft.stipulations) if place != number),
    )


def _finish(drafts: Drafts, draft: Draft) -> dict[str, Any]:
    place = drafts.place_of(draft)
    try:
        reading = check_watch(place)
    except TrucewatchError as exc:
        return {"faults": (), "errors": 1, "trouble": exc.message, "command": "", "is_opened": False}
    return {
        "faults": reading.faults,
        "errors": reading.errors,
        "trouble": None,
        "command": f"trucewatch serve {shlex.quote(str(place))} --port 0",
        "is_opened": drafts.is_opened(draft.id),
    }


def _whole_world(words: Words) -> dict[str, Any]:
    """The world's ground in the map's own form."""
    area = (-180.0, -70.0, 180.0, 80.0)
    features = (*coarse_world(), *largest_towns(area, 200))

    def of(kind: str) -> dict[str, Any]:
        matches = [feature for feature in features if feature["properties"]["kind"] == kind]
        return {"type": "FeatureCollection", "features": matches}

    nothing: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    towns = [
        town | {"properties": {"name": town["properties"]["names"]["en"], "rank": town["properties"]["rank"]}}
        for town in of("town")["features"]
    ]
    return {
        "area": area,
        "land": of("land"),
        "water": nothing,
        "district": nothing,
        "boundary": of("boundary"),
        "zones": nothing,
        "line": nothing,
        "towns": {"type": "FeatureCollection", "features": towns},
        "disclaimer": words.gettext(DISCLAIMER),
        "boundary_set": "Natural Earth 5.1",
        "credit": "Natural Earth; GeoNames, CC BY 4.0",
    }
