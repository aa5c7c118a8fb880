"""Sites, visits and gatherings for the contract of the desks."""

from __future__ import annotations

from typing import Any, Final

from starlette.testclient import TestClient

from tests.aid_rooms import GATHERING, SITE, VISIT, new_item, new_step

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
OTHERWISE: Final[dict[str, str]] = {}
_YES: Final = {"confirm": "yes"}
_CORRECTS: Final = {"version": "1", "reason": "counted again"} | _YES
_STATE: Final[dict[str, Any]] = {"organisation": "GLS", "state": "standing", "day": "2031-05-02", "vantage": "remotely"}
POSTS: Final[dict[str, Any]] = {
    "/communities/new": SITE | _YES,
    "/communities/{code}/correct": SITE | {"kind": "monument"} | _CORRECTS,
    "/communities/{code}/add/{step}": _STATE | _YES,
    "/communities/entries/{entry_id}/undo": {"reason": "the wrong site"},
    "/communities/visits/new": VISIT | _YES,
    "/communities/visits/{code}/correct": VISIT | {"people": "12"} | _CORRECTS,
    "/communities/visits/{code}/add/{step}": {
        "organisation": "HG",
        "state": "escorted",
        "people": "12",
        "day": "2031-05-04",
    }
    | _YES,
    "/communities/visits/entries/{entry_id}/undo": {"reason": "the wrong number"},
    "/communities/gatherings/new": GATHERING | _YES,
    "/communities/gatherings/{code}/correct": GATHERING | {"people": "22"} | _CORRECTS,
    "/communities/gatherings/{code}/add/{step}": {"organisation": "LV-works", "side": "LV", "agrees": "no"} | _YES,
    "/communities/gatherings/entries/{entry_id}/undo": {"reason": "the wrong word"},
    "/communities/export": {"file": "visits"},
}
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/communities": ("", "?district=sorrel", "?district=kess")}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A site with two names, observations that differ; an agreed visit; a gathering whose place may stand."""
    words = " ".join(text.split())[:200]
    site = new_item(client, "/communities", SITE)
    new_step(client, "/communities", site, "site_name", name=words, side="UV")
    new_step(client, "/communities", site, "site_name", name="Ferry graves", side="LV")
    new_step(client, "/communities", site, "site_care", body=words, side="LV")
    new_step(client, "/communities", site, "site_state", state="standing", day="2031-05-01", vantage="remotely")
    seen = new_step(
        client,
        "/communities",
        site,
        "site_state",
        organisation="GLS",
        state="damaged",
        day="2031-05-02",
        vantage="on_site",
    )
    visit = new_item(client, "/communities/visits", VISIT | {"site": site})
    agreed = new_step(
        client, "/communities/visits", visit, "visit_step", state="agreed", people="10", day="2031-05-03", side="LV"
    )
    gathering = new_item(client, "/communities/gatherings", GATHERING)
    for side in ("LV", "UV"):
        consent = new_step(
            client,
            "/communities/gatherings",
            gathering,
            "gathering_consent",
            organisation=f"{side}-works",
            side=side,
            agrees="yes",
        )
    new_step(client, "/communities/gatherings", gathering, "gathering_place", place="-25.05, -35.09")
    return {
        "/communities/{code}": site,
        "/communities/{code}/add/{step}": "site_state",
        "/communities/entries/{entry_id}": seen,
        "/communities/visits/{code}": visit,
        "/communities/visits/{code}/add/{step}": "visit_step",
        "/communities/visits/entries/{entry_id}": agreed,
        "/communities/gatherings/{code}": gathering,
        "/communities/gatherings/{code}/add/{step}": "gathering_consent",
        "/communities/gatherings/entries/{entry_id}": consent,
    }
