"""The addresses of the console, taken from its routes, and a watch with work under way in which each has something to
show.

A new route without parameters is held by every test that goes through `ADDRESSES`. One with a parameter that nothing
here fills, or that answers otherwise than as a page, fails loudly until it is named below.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from tests.desks.samples import OF_DESKS, samples_for
from trucewatch.desks import serving
from trucewatch.model.watch_kind import WatchKind
from trucewatch.server.console import Console
from trucewatch.server.listen import Address as Where
from trucewatch.server.listen import app_of
from trucewatch.watch.write_files import DRAFT_FILE


class Kind(StrEnum):
    """What an address answers with."""

    PAGE = "page"
    """A page of the console, whole."""
    REPORT = "report"
    """A report alone, under a policy of its own: it has its style in itself."""
    RELEASE = "release"
    """A page of one recipient's release for who prefers HTML, alone and without anything of the console; else data."""
    FRAGMENT = "fragment"
    DATA = "data"
    FILE = "file"
    FEED = "feed"
    ONWARD = "onward"
    """Another address."""
    ABSENT = "absent"
    """Something that none of these watches brings, so it is not there; it has tests of its own."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address as its route writes it, with choices filled in: `/incident/{code}/act/merge`."""

    template: str
    kind: Kind
    query: str = ""
    desk: str = ""
    """The desk that brings it; none for what the kit has."""

    @property
    def name(self) -> str:
        return self.template + self.query

    def filled(self, values: Mapping[str, str]) -> str:
        """The address with every parameter in its place; raises KeyError for one that nobody fills."""

        def value(found: re.Match[str]) -> str:
            name = self.name[: found.end()]
            key = name.rpartition("?")[2] if "?" in name else name
            if key not in values:
                raise KeyError(f"{self.name}: say in tests/server/addresses.py what stands for {key}")
            return values[key]

        return re.sub(r"\{[^}]*\}", value, self.name)


STEPS = ("name", "parties", "zones", "provisions", "sources", "recipients", "finish")
CHOICES = {
    "/new/{draft_id}/{step}": [f"/new/{{draft_id}}/{step}" for step in STEPS],
    "/incident/{code}/act/{deed}": [
        f"/incident/{{code}}/act/{deed}" for deed in ("merge", "split", "retype", "reject")
    ],
}
"""Parameters that are one of a few words: every word is an address. The test of the links finds one that is missing."""
QUERIES = {
    "/incident/{code}": ("", "?finding={finding}"),
    "/incident/{code}/hop": ("?finding={finding}", "?observation={observation}"),
    "/reports/issued/{number:path}": ("", "?file=en"),
    "/watch/places": ("?q=a",),
}
OTHERWISE = {
    "/": Kind.ONWARD,
    "/new/{draft_id}": Kind.ONWARD,
    "/new/{draft_id}/checked": Kind.FRAGMENT,
    "/watches/{name}/go": Kind.ONWARD,
    "/drilling": Kind.FRAGMENT,
    "/live": Kind.FEED,
    "/watch/rows": Kind.FRAGMENT,
    "/watch/basemap.pmtiles": Kind.ABSENT,
    "/watch/card/{code}": Kind.FRAGMENT,
    "/watch/places?q=a": Kind.FRAGMENT,
    "/reports/look": Kind.REPORT,
    "/reports/draft/{draft_id}/look": Kind.REPORT,
    "/reports/issued/{number:path}?file=en": Kind.REPORT,
    "/api/state": Kind.DATA,
    "/evidence/{sha256}": Kind.FILE,
    "/ledger/checkpoint": Kind.FILE,
    "/ledger/inspector.py": Kind.FILE,
    "/sources/rejected.csv": Kind.FILE,
    "/incidents.csv": Kind.FILE,
    "/agreement/states.csv": Kind.FILE,
    "/agreement/changes.csv": Kind.FILE,
}
for _samples in OF_DESKS:
    OTHERWISE.update({address: Kind(kind) for address, kind in _samples.OTHERWISE.items()})
    CHOICES.update(getattr(_samples, "CHOICES", {}))
    QUERIES.update(getattr(_samples, "QUERIES", {}))
"""What is no page. JSON is known by its name, and so are the interfaces under /ogc."""
NOWHERE = "/nothing-here"
OF_STRANGERS = {"/post/in", "/post/out", "/post/out/{number}"}
"""The post-box for whoever brings a sealed message or asks for what is sealed for them, without an account. It says
nothing of the watch, and has tests of its own: tests/desks/posting/test_post_pages.py."""
NOT_IN_AID = {address for samples in OF_DESKS for address in getattr(samples, "NOT_IN_AID", ())}


def _addresses(kind: WatchKind) -> Iterator[Address]:
    """Every GET route, its choices and queries filled in. No watch is needed for that: routes are the same for all of a
    kind."""
    absent = NOT_IN_AID if kind == "humanitarian" else set()
    # By its router: a page that the kit makes for a desk stands in a module of the kit.
    routers = [(desk.name, router) for desk in serving(kind) for router in desk.routers]
    whose = {route.path: name for name, router in routers for route in router.routes}
    for route in iter_route_contexts(app_of(MagicMock(desks=serving(kind))).routes):
        if "GET" not in (route.methods or ()) or route.path is None or route.path in absent:
            continue
        for template in CHOICES.get(route.path, [route.path]):
            for query in QUERIES.get(template, ("",)):
                yet = Kind.DATA if template.endswith(".json") else Kind.PAGE
                yet = Kind.RELEASE if re.match(r"/ogc(/|$)", template) else yet
                yield Address(template, OTHERWISE.get(template + query, yet), query, whose.get(route.path, ""))


ADDRESSES = sorted(_addresses("centre"), key=lambda address: address.name)
"""Those of a joint centre."""
PAGES = [address for address in ADDRESSES if address.kind is Kind.PAGE]
AID_ADDRESSES = sorted(_addresses("humanitarian"), key=lambda address: address.name)
"""Those of a humanitarian instance."""
AID_PAGES = [address for address in AID_ADDRESSES if address.kind is Kind.PAGE]
OF_EXAMPLE = {"two-valleys": ADDRESSES, "two-valleys-aid": AID_ADDRESSES}
"""An example of each kind of watch, and the addresses of its console."""


def of_both(*kinds: Kind) -> list[Any]:
    """Every address of a joint centre and of a humanitarian instance, of these kinds or of any, as parameters of a test
    that takes `there`, the console with work under way, and `address`."""
    return [
        pytest.param(example, address, id=f"{example}{address.name}")
        for example, addresses in OF_EXAMPLE.items()
        for address in addresses
        if not kinds or address.kind in kinds
    ]


@dataclass(frozen=True, slots=True)
class Busy:
    """A console with work under way, and what stands for each parameter of its addresses."""

    console: Console
    client: TestClient
    values: Mapping[str, str]

    def at(self, address: Address) -> str:
        return address.filled(self.values)

    @property
    def is_aid(self) -> bool:
        """Whether it is the console of a humanitarian instance."""
        return self.console.snapshot.watch.kind == "humanitarian"

    @property
    def addresses(self) -> list[Address]:
        """Those of its kind."""
        return AID_ADDRESSES if self.is_aid else ADDRESSES

    @property
    def pages(self) -> list[Address]:
        return AID_PAGES if self.is_aid else PAGES


def put_to_work(
    console: Console, client: TestClient, *, text: str = "a film set", samples: Sequence[ModuleType] = OF_DESKS
) -> Busy:
    """Begin one of everything that has an address of its own: an act by hand, reports, brought files, a new watch.

    text: what is typed as a reason, a note, a name. samples: what else is begun, of desks that bring their own. The
    console's live feed is closed, so that it ends when asked.
    """
    if console.snapshot.watch.kind == "humanitarian":
        return put_aid_to_work(console, client, text=text, samples=samples)
    console.reached_at = Where()  # as a console on this computer alone; one that is reached from others names no watch
    act = _reject_last(console, client, text)
    number, report_draft = _reports(client, text)
    values = {
        "/incident/act/{act_id}": act,
        "/reports/issued/{number:path}": number,
        "/reports/draft/{draft_id}": report_draft,
        "/sources/pending/{token}": _brought(client, "/sources/drop", "My list.csv", _LIST % text),
    }
    draft = _posted(client, "/new", _NEW | {"published": text}).split("/")[2]
    _posted(client, f"/new/{draft}/zones", _ZONE | {"name-en": text})
    values["/new/{draft_id}"] = values["/watches/{name}"] = draft
    for what, name, content in (("zones", "zones.geojson", _SHAPE), ("source", "Reports of May.csv", _LIST % text)):
        token = _brought(client, f"/new/{draft}/bring/{what}", name, content)
        values[f"/new/{{draft_id}}/brought/{what}/{{token}}"] = token
    for module in samples_for("centre", samples):
        values |= module.put_to_work(client, text)
    values |= _of_snapshot(console, client)
    step = {"step": "number", "answer": "asked", "who": "icrc", "note": text[:500]}
    _posted(client, f"/incident/{values['/incident/{code}']}/verify", step)
    console.hub.close()
    client.cookies.clear()
    return Busy(console, client, values)


def put_aid_to_work(
    console: Console, client: TestClient, *, text: str = "a film set", samples: Sequence[ModuleType] = OF_DESKS
) -> Busy:
    """The same of a humanitarian instance: what its desks begin, in the order of their names."""
    console.reached_at = Where()
    beside = console.folder.with_name(f"{console.folder.name}-beside")
    beside.mkdir()
    shutil.copy(console.folder / "watch.toml", beside)
    (beside / DRAFT_FILE).write_text("{}", encoding="utf-8")  # it is set up still: named, and not offered to be opened
    values = {"/ledger/entry/{number}": "1", "/watches/{name}": beside.name}
    for module in samples_for("humanitarian", samples):
        values |= getattr(module, "put_to_work_aid", module.put_to_work)(client, text)
    console.hub.close()
    client.cookies.clear()
    return Busy(console, client, values)


_NEW = {
    "again": "on",
    "name-en": "Two Vales",
    "language": "en",
    "time_zone": "Etc/GMT+2",
    "middle": "-35.0, -25.0",
    "width_km": "100",
    "agreement": "The Vales Accord",
    "signed": "2031-05-01",
    "simulated": "on",
    "watch_time": "2031-05-05T00:00",
}
_ZONE = {"corners": "-25.2, -35.1\n-25.0, -35.1\n-25.0, -34.9", "kind": "district", "accuracy_m": "300"}
_SHAPE = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Bridge"}, "geometry": '
    '{"type": "Polygon", "coordinates": [[[-25.2, -35.1], [-25.0, -35.1], [-25.0, -34.9], [-25.2, -35.1]]]}}]}'
)
_LIST = (
    "Nr;When;What;Where;Notes\n"
    "1;2031-05-02T10:00;mortar shelling;-34.99, -24.95;%s\n"
    "2;2031-05-02;gunfire;somewhere;no such town\n"
)


def _reject_last(console: Console, client: TestClient, reason: str) -> str:
    """The id of an act that rejects the last incident of the list."""
    where = f"/incident/{console.snapshot.codes[-1]}/act/reject"
    sent = {"seen": _field(client.get(where).text, "seen"), "reason": reason}
    summary = client.post(where, data=sent)
    assert summary.status_code == 200, summary.text
    shown = {name: _field(summary.text, name) for name in ("seen", "coming")}
    listed = client.get(_posted(client, where, sent | shown | {"confirm": "yes"}))
    found = re.search(r'action="/incident/act/([^/"]+)/undo"', listed.text)
    assert found, "the page after an act offers no undo"
    return found[1]


def _reports(client: TestClient, note: str) -> tuple[str, str]:
    """The number of an issued report with a note, and a draft with the same."""
    page = client.get("/reports").text
    asked = {name: _field(page, name) for name in ("from", "to")} | {"recipient": _chosen(page, "recipient")}
    drafts = []
    for _ in range(2):
        where = _posted(client, "/reports/drafts", asked | {"language": ["en", "ru"], "format": ["html", "csv"]})
        written = {"language": "en", f"note-{_note_section(client, where)}": note}
        _posted(client, f"{where}/write", written | {"version": _version(client, where)})
        cover = {"language": "en", "who": "The head of the centre", "text": note}
        _posted(client, f"{where}/cover", cover | {"version": _version(client, where)})
        drafts.append(where)
    _posted(client, f"{drafts[0]}/check", {"version": _version(client, drafts[0])})
    issued = _posted(client, f"{drafts[0]}/issue", {"version": _version(client, f"{drafts[0]}/issue")})
    return issued.partition("?")[0].removeprefix("/reports/issued/"), drafts[1].rpartition("/")[2]


def _of_snapshot(console: Console, client: TestClient) -> dict[str, str]:
    """What stands for the parameters that name something of the list, the ledger or the evidence."""
    snapshot = console.snapshot
    richest_first = sorted(range(snapshot.rows), key=lambda row: -min(len(snapshot.incident(row).members), 2))
    for code in (snapshot.codes[row] for row in richest_first):
        page = client.get(f"/incident/{code}").text
        finding = re.search(r'\?finding=([^"&]+)', page)
        observation = re.search(r'\?observation=([^"&]+)', page)
        if finding and observation:
            break
    else:
        raise AssertionError("no incident has an observation and a finding")
    recipient = snapshot.watch.settings.recipient[0].id
    features = client.get(f"/ogc/{recipient}/collections/incidents/items").json()["features"]
    (evidence, *_), *_ = console.store.index.rows("SELECT sha256 FROM evidence ORDER BY entry LIMIT 1")
    return {
        "/incident/{code}": code,
        "/watch/card/{code}": code,
        "/ledger/entry/{number}": "1",
        "/agreement/{number:path}": snapshot.watch.agreement.provision[0].number,
        "/evidence/{sha256}": evidence,
        "/ogc/{recipient}": recipient,
        "/ogc/{recipient}/collections/{collection}": "incidents",
        "/ogc/{recipient}/collections/{collection}/items/{feature}": str(features[0]["id"]),
        "finding={finding}": finding[1],
        "observation={observation}": observation[1],
    }


def _posted(client: TestClient, where: str, fields: Mapping[str, str | list[str]]) -> str:
    """Where a form that is taken leads to."""
    answer = client.post(where, data=dict(fields))
    assert answer.status_code == 303, f"POST {where}: {answer.text[:2000]}"
    return str(answer.headers["location"])


def _brought(client: TestClient, where: str, name: str, content: str) -> str:
    """The token of a file that waits."""
    answer = client.post(where, files={"file": (name, content.encode())})
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"]).rpartition("/")[2]


def _field(page: str, name: str) -> str:
    """The value of an input of a page."""
    tag = re.search(rf'<input [^>]*name="{name}"[^>]*>', page)
    assert tag, f"there is no field {name}"
    value = re.search(r'value="([^"]*)"', tag[0])
    return html.unescape(value[1]) if value else ""


def _chosen(page: str, name: str) -> str:
    """The first choice of a list of choices."""
    found = re.search(rf'<select [^>]*name="{name}".*?<option value="([^"]*)"', page, re.DOTALL)
    assert found, f"there is no list {name}"
    return html.unescape(found[1])


def _version(client: TestClient, where: str) -> str:
    return _field(client.get(where).text, "version")


def _note_section(client: TestClient, where: str) -> str:
    found = re.search(r'name="note-([^"]+)"', client.get(where).text)
    assert found, f"{where} takes no notes"
    return found[1]
