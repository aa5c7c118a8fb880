"""New watch: seven steps from a name to a folder that can be served. Every step leaves a sound watch, and can be gone
back to."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from trucewatch.desks.setup.drafts import Drafts, drafts_of, mark_of, watch_of
from trucewatch.desks.setup.forms import (
    name_step,
    parties_step,
    recipients_step,
    stipulation_step,
    typed_values,
    without_zone,
    zone_step,
)
from trucewatch.desks.setup.import_pages import ZONE_WORDS
from trucewatch.errors import TrucewatchError
from trucewatch.locale import Words, languages, mark
from trucewatch.messages import Message
from trucewatch.model.observation import KINDS
from trucewatch.model.zone import ZONE_KINDS
from trucewatch.reports.place_names import DISCLAIMER
from trucewatch.server.basemap import ground_of
from trucewatch.server.flash import Flash, after
from trucewatch.server.forms import Form, text_of
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


router = APIRouter(include_in_schema=False)


def show(
    view: View, draft: Draft, step: str, *, fault: Message | None = None, typed: FormData | None = None
) -> Response:
    context = _context(view.request, draft, step, fault, typed) | {"drawn": watch_of(draft).zones, "steps": STEPS}
    if step == "finish":
        context |= _finish(drafts_of(view), draft)
    return view.page(f"setup/{step}.html.jinja", status=422 if fault else 200, **context)


@router.get("/new")
def new(view: CurrentView) -> Response:
    return _blank(view)


@router.post("/new")
def create(view: CurrentView, form: Form) -> Response:
    try:
        draft = drafts_of(view).create(name_step(form, None, languages(), drafts_of(view).used_names()))
    except TrucewatchError as exc:
        return _blank(view, fault=exc.message, typed=form)
    begun = Message("Begun. Every step can be gone back to.")
    if not has_land(draft.area):
        begun = Message(
            "Begun. Nothing but sea lies in its area; choose another under Name and area if that is not meant."
        )
    return after(f"/new/{draft.id}/parties", Flash(begun))


@router.get("/new/ground.json")
def ground(view: CurrentView, draft: str = "") -> Response:
    """The ground to draw on: of the draft's area with its zones, or of the whole world."""
    stored = drafts_of(view).get(draft)
    if stored:
        return JSONResponse(ground_of(watch_of(stored), view.words, view.console.now()))
    return JSONResponse(_whole_world(view.words))


@router.get("/new/{draft_id}")
def resume(view: CurrentView, draft_id: str) -> Response:
    draft = drafts_of(view).get(draft_id)
    return RedirectResponse(f"/new/{draft_id}/{_next_step(draft)}", 303) if draft else _none()


@router.get("/new/{draft_id}/{step}")
def step_page(view: CurrentView, draft_id: str, step: str) -> Response:
    draft = drafts_of(view).get(draft_id)
    if draft is None or step not in STEPS:
        return _none()
    return show(view, draft, step)


@router.post("/new/{draft_id}/undo")
def undo(view: CurrentView, draft_id: str) -> Response:
    try:
        draft = drafts_of(view).step_back(draft_id)
    except TrucewatchError as exc:
        return after("/new", Flash(exc.message, trouble=True))
    return _onward(draft.id, _next_step(draft), Message("The last step was taken back."))


@router.post("/new/{draft_id}/remove/{what}")
def remove(view: CurrentView, draft_id: str, what: str, form: Form) -> Response:
    which = text_of(form, "which", 80)
    step = {"zone": "zones", "stipulation": "provisions", "source": "sources"}.get(what, "")
    if not step or drafts_of(view).get(draft_id) is None:
        return _none()
    try:
        drafts_of(view).change(draft_id, text_of(form, "seen"), lambda draft: _without(draft, what, which))
    except TrucewatchError as exc:
        return after(f"/new/{draft_id}/{step}", Flash(exc.message, trouble=True))
    return _onward(draft_id, step, Message("Removed."))


@router.post("/new/{draft_id}/{step}")
def fill(view: CurrentView, draft_id: str, step: str, form: Form) -> Response:
    draft = drafts_of(view).get(draft_id)
    if draft is None or step not in _STEP_OF:
        return _none()
    try:
        drafts_of(view).change(draft_id, text_of(form, "seen"), lambda draft: _STEP_OF[step](form, draft))
    except TrucewatchError as exc:
        return show(view, drafts_of(view).get(draft_id) or draft, step, fault=exc.message, typed=form)
    order = list(STEPS)
    onward = order[order.index(step) + 1] if step in AHEAD else step
    return _onward(draft_id, onward, Message("Kept."))


def _onward(draft_id: str, step: str, sentence: Message) -> Response:
    return after(f"/new/{draft_id}/{step}", Flash(sentence, undo=f"/new/{draft_id}/undo"))


def _context(
    request: Request, draft: Draft | None, step: str, fault: Message | None, typed: FormData | None
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
        "draw": "line" if request.query_params.get("draw") == "line" else "polygon",
        "edit": next((zone for zone in draft.zones if zone.id == request.query_params.get("edit")), None)
        if draft
        else None,
        "corners": _corners,
    }


def _corners(geometry: Any) -> str:
    """The corners of a simple shape, one a line; empty for one of several parts or with holes."""
    if geometry["type"] == "LineString":
        return "\n".join(f"{lon:g}, {lat:g}" for lon, lat in geometry["coordinates"])
    if geometry["type"] == "Polygon" and len(geometry["coordinates"]) == 1:
        return "\n".join(f"{lon:.6g}, {lat:.6g}" for lon, lat in geometry["coordinates"][0][:-1])
    return ""


def _blank(view: View, *, fault: Message | None = None, typed: FormData | None = None) -> Response:
    context = _context(view.request, None, "name", fault, typed)
    status, drafts = 422 if fault else 200, drafts_of(view).all()
    return view.page("setup/begin.html.jinja", status=status, drafts=drafts, steps=STEPS, **context)


def _none() -> Response:
    return after(
        "/new", Flash(Message("There is no such draft. Begin a new watch, or go on with one below."), trouble=True)
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
        return {"faults": (), "errors": 1, "trouble": exc.message, "command": ""}
    return {
        "faults": reading.faults,
        "errors": reading.errors,
        "trouble": None,
        "command": f"trucewatch serve {shlex.quote(str(place))} --port 0",
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
