"""The ground of a new watch: towns by any spelling, places that tables name, and what each boundary is drawn as."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from trucewatch.desks.setup.drafts import drafts_of, mark_of, watch_of
from trucewatch.desks.setup.forms import LONGEST, names_of, typed_values
from trucewatch.desks.setup.pages import STEPS
from trucewatch.errors import PlaceError, TrucewatchError
from trucewatch.geo.place_text import read_place
from trucewatch.locale import mark
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.model.zone import BOUNDARY_STATUSES
from trucewatch.server.forms import Form, text_of, words_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.watch.watch_draft import Draft, DraftPlace, slug
from trucewatch.watch.world_map import is_land, search_key, towns_like, widened_box, world_features
from trucewatch.watch.write_files import area_of

STATUS_WORDS: Final = {
    "state": mark("state boundary"),
    "disputed": mark("disputed"),
    "not_stated": mark("status not stated in this data"),
}
CLASS_WORDS: Final = {
    "international": mark("international boundary"),
    "disputed": mark("disputed line"),
    "line_of_control": mark("line of control"),
    "indefinite": mark("indefinite line"),
    "limit": mark("limit of a zone or lease"),
    "views_differ": mark("international boundary that states see differently"),
}
"""What Natural Earth calls a line, by the class in `basemap.geojson`."""
AS_DATA: Final = "data"
MOST_PLACES: Final = 300
LONGEST_QUERY: Final = 120

router = APIRouter(include_in_schema=False)


@router.get("/new/places.json")
@needs(Right.KEEP, Right.ADMIT)
def places_json(q: str = "", at: str = "") -> Response:
    """The towns that a text may name, in any spelling; or of a place, whether it is land."""
    if at:
        try:
            place = read_place(at[:LONGEST_QUERY])
        except PlaceError:
            return JSONResponse({"is_land": None})
        return JSONResponse({"is_land": is_land(place.lon, place.lat)})
    towns = towns_like(q[:LONGEST_QUERY])
    return JSONResponse({"towns": [{"name": town.name, "place": f"{town.lat}, {town.lon}"} for town in towns]})


@router.get("/new/{draft_id}/boundaries")
@needs(Right.KEEP, Right.ADMIT)
def boundaries(view: CurrentView, draft_id: str) -> Response:
    draft = drafts_of(view).get(draft_id)
    return _boundaries_page(view, draft) if draft else _none()


@router.post("/new/{draft_id}/boundaries")
@needs(Right.KEEP, Right.ADMIT)
def mark_boundary(view: CurrentView, draft_id: str, form: Form) -> Response:
    here = f"/new/{draft_id}/boundaries"
    try:
        drafts_of(view).change(draft_id, text_of(form, "seen"), lambda draft: _with_mark(form, draft))
    except TrucewatchError as exc:
        draft = drafts_of(view).get(draft_id)
        return _boundaries_page(view, draft, fault=exc.message, typed=form) if draft else _none()
    return after(here, Toast(Message("The line is marked."), undo=f"/new/{draft_id}/undo"))


@router.get("/new/{draft_id}/places")
@needs(Right.KEEP, Right.ADMIT)
def places(view: CurrentView, draft_id: str) -> Response:
    draft = drafts_of(view).get(draft_id)
    return _places_page(view, draft) if draft else _none()


@router.post("/new/{draft_id}/places")
@needs(Right.KEEP, Right.ADMIT)
def add_place(view: CurrentView, draft_id: str, form: Form) -> Response:
    try:
        changed = drafts_of(view).change(draft_id, text_of(form, "seen"), lambda draft: _with_place(form, draft))
    except TrucewatchError as exc:
        draft = drafts_of(view).get(draft_id)
        return _places_page(view, draft, fault=exc.message, typed=form) if draft else _none()
    place = changed.places[-1]
    sentence = Message("The place is added: tables that name it are read.")
    if not is_land(place.lon, place.lat):
        sentence = Message("The place is added. Nothing but sea lies there; take it back if that is not meant.")
    return after(f"/new/{draft_id}/places", Toast(sentence, undo=f"/new/{draft_id}/undo"))


@router.post("/new/{draft_id}/places/remove")
@needs(Right.KEEP, Right.ADMIT)
def remove_place(view: CurrentView, draft_id: str, form: Form) -> Response:
    which = text_of(form, "which", 80)
    try:
        drafts_of(view).change(draft_id, text_of(form, "seen"), lambda draft: _without_place(draft, which))
    except TrucewatchError as exc:
        return after(f"/new/{draft_id}/places", Toast(exc.message, trouble=True))
    return after(f"/new/{draft_id}/places", Toast(Message("Removed."), undo=f"/new/{draft_id}/undo"))


def lines_of(draft: Draft) -> list[dict[str, Any]]:
    """The boundaries in the area of a draft: line, status, class, between; with `status_by` where the watch marked
    it."""
    features = world_features(area_of(draft), most_towns=0, marks=draft.boundaries)
    lines = [feature["properties"] for feature in features if feature["properties"]["kind"] == "boundary"]
    return sorted(lines, key=lambda line: (line["between"], line["line"]))


def _with_mark(form: FormData, draft: Draft) -> Draft:
    """The draft with one line marked, or unmarked. Raises TrucewatchError for what is no line here, and no status."""
    line, status = text_of(form, "line", 60), text_of(form, "status", 20)
    if line not in {standing["line"] for standing in lines_of(draft)}:
        raise TrucewatchError(Message("no line is chosen; click one on the map, or choose it in the list"))
    others = {name: stated for name, stated in draft.boundaries.items() if name != line}
    if status == AS_DATA:
        return replace(draft, boundaries=others)
    if status not in BOUNDARY_STATUSES:
        raise TrucewatchError(Message("choose what the line is drawn as"))
    return replace(draft, boundaries={**others, line: status})


def _with_place(form: FormData, draft: Draft) -> Draft:
    """The draft with one place more. Raises TrucewatchError with the remedy."""
    names = names_of(form, "name", draft.languages)
    if not names:
        raise TrucewatchError(Message("the place has no name; write it as the tables do"))
    if len(draft.places) >= MOST_PLACES:
        raise TrucewatchError(Message("there are {most} places already; remove some", most=MOST_PLACES))
    at = text_of(form, "at", LONGEST_QUERY)
    try:
        place = read_place(at)
    except PlaceError as exc:
        raise TrucewatchError(
            Message("{why}; click on the map, or write latitude and longitude, like 39.82, 46.75", why=exc)
        ) from exc
    west, south, east, north = widened_box(area_of(draft))
    if not (west <= place.lon <= east and south <= place.lat <= north):
        raise TrucewatchError(
            Message(
                "the place lies outside the map of this watch, near longitude {lon}, latitude {lat}; mend it, or make "
                "the area larger in the first step",
                lon=f"{place.lon:g}",
                lat=f"{place.lat:g}",
            )
        )
    lines = words_of(form, "spellings", LONGEST).splitlines()
    spellings = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    _not_twice(draft, (*names.values(), *spellings))
    used = [town.id for town in watch_of(draft).basemap.towns]
    added = DraftPlace(
        id=slug(names.get("en") or next(iter(names.values())), used, "place"),
        names=names,
        lon=round(place.lon, 5),
        lat=round(place.lat, 5),
        spellings=spellings,
    )
    return replace(draft, places=(*draft.places, added))


def _not_twice(draft: Draft, names: tuple[str, ...]) -> None:
    """Raises TrucewatchError where a town of the map has one of the names: a table could mean either."""
    keys = {search_key(name) for name in names}
    for town in watch_of(draft).basemap.towns:
        if keys & {search_key(name) for name in (*town.names.values(), *town.every_name)}:
            raise TrucewatchError(
                Message(
                    '"{town}" at {lat}, {lon} has this name already, and tables find it; write another name, or what '
                    "tells them apart",
                    town=next(iter(town.names.values()))[:60],
                    lat=f"{town.lat:.4f}",
                    lon=f"{town.lon:.4f}",
                )
            )


def _without_place(draft: Draft, which: str) -> Draft:
    return replace(draft, places=tuple(place for place in draft.places if place.id != which))


def _boundaries_page(
    view: View, draft: Draft, *, fault: Message | None = None, typed: FormData | None = None
) -> Response:
    return view.about(watch_of(draft)).page(
        "setup/boundaries.html.jinja",
        status=422 if fault else 200,
        draft=draft,
        fault=fault,
        steps=STEPS,
        step="zones",
        seen_mark=mark_of(draft),
        lines=lines_of(draft),
        status_words=STATUS_WORDS,
        class_words=CLASS_WORDS,
        **typed_values(typed),
    )


def _places_page(view: View, draft: Draft, *, fault: Message | None = None, typed: FormData | None = None) -> Response:
    watch = watch_of(draft)
    return view.about(watch).page(
        "setup/places.html.jinja",
        status=422 if fault else 200,
        draft=draft,
        fault=fault,
        steps=STEPS,
        step="zones",
        seen_mark=mark_of(draft),
        towns=len(watch.basemap.towns) - len(draft.places),
        **typed_values(typed),
    )


def _none() -> Response:
    return after("/new", Toast(Message("there is no such draft"), trouble=True))
