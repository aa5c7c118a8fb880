"""The table of the map of links, for the browser: each link's spans of status over all its days."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from trucewatch.desks.linking.chosen_day import chosen_day
from trucewatch.desks.linking.network_map import table_of
from trucewatch.model.roles import Right
from trucewatch.pipeline.link_entering import network_of
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView

router = APIRouter(include_in_schema=False)


@router.get("/links/map.json")
@needs(Right.INSIDE)
def map_table(view: CurrentView) -> Response:
    """Nodes, links and spans, by what was known on each day and by what is known at `known_by`. What a page has already
    is not sent twice; no browser keeps it. Lines that stay inside, and their ends, are in it with `lines=on` alone."""
    shows_lines = view.request.query_params.get("lines", "") == "on"
    network = network_of(view.console.store, view.watch)
    table = table_of(view, network, chosen_day(view), shows_lines=shows_lines)
    headers = {"etag": table.mark, "cache-control": "no-store", "vary": "accept-encoding"}
    if view.request.headers.get("if-none-match", "").removeprefix("W/") == table.mark:
        return Response(status_code=304, headers=headers)
    if "gzip" in view.request.headers.get("accept-encoding", ""):
        packed = headers | {"content-encoding": "gzip"}
        return Response(table.packed, media_type="application/json", headers=packed)
    return Response(table.plain, media_type="application/json", headers=headers)
