"""What each form of the console sends when it enters something, as a browser would send it.

A new route that takes a form fails loudly until it is named: a desk that is not here gives its own in its samples.py,
POSTS (address as its route writes it → the fields, or what gives them for a Busy) and ENTERS_NOTHING (the same → why).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from httpx2 import Response
from starlette.testclient import TestClient

from tests.desks.samples import samples_for
from tests.desks.sources.test_sources_page import fields as form_of_pending
from tests.server.addresses import _LIST, _NEW, Busy, _brought, _field, _note_section, _posted, _version


@dataclass(frozen=True, slots=True)
class Sending:
    """Where a form is sent, with what."""

    where: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] | None = None

    def sent_by(self, client: TestClient) -> Response:
        return client.post(self.where, data=dict(self.fields), files=self.files)


def filled(template: str, busy: Busy) -> str:
    """An address with something of the watch at each parameter."""
    words = {"what": "source", "step": "name", "act": "accept"}

    def value(parameter: re.Match[str]) -> str:
        return busy.values.get(template[: parameter.end()]) or words.get(parameter[1]) or "x"

    return re.sub(r"\{(\w+)(?::path)?\}", value, template)


def _rejection(busy: Busy) -> Sending:
    """The second form of an act, which says what it would do and enters it."""
    where = f"/incident/{busy.console.snapshot.codes[0]}/act/reject"
    asked = {"seen": _field(busy.client.get(where).text, "seen"), "reason": "a film set"}
    summary = busy.client.post(where, data=asked)
    shown = {name: _field(summary.text, name) for name in ("seen", "coming")}
    return Sending(where, asked | shown | {"confirm": "yes"})


def _step_back(busy: Busy) -> Sending:
    """The last step of a verification, of which one is entered where there is none."""
    where = filled("/incident/{code}", busy)
    undo = rf'action="({where}/verify/[^/"]+/undo)"'
    if not re.search(undo, busy.client.get(where).text):
        busy.client.post(f"{where}/verify", data={"step": "number", "answer": "asked", "who": "icrc"})
    return Sending(re.findall(undo, busy.client.get(where).text)[0])


def _acceptance(busy: Busy) -> Sending:
    """A file with a row more for a source that stands, looked at and not changed."""
    inbox, name = busy.console.folder / "inbox", "simulated-events.csv"
    content = (inbox / name).read_text(encoding="utf-8")
    more = content + content.splitlines()[1].replace("203105011851", "203105011951") + "\n"
    here = f"/sources/pending/{_brought(busy.client, '/sources/drop', name, more)}"
    return Sending(f"{here}/accept", form_of_pending(busy.client.get(here).text))


def _asked(busy: Busy) -> dict[str, Any]:
    """A report of a recipient and a day, in a language and as a file."""
    page = busy.client.get("/reports").text
    recipient = busy.console.snapshot.watch.settings.recipient[-1].id
    dates = {name: _field(page, name) for name in ("from", "to")}
    return dates | {"recipient": recipient, "language": ["en"], "format": ["csv"]}


def _draft_act(act: str, *before: str, **fields: str) -> Callable[[Busy], Sending]:
    """An act on a draft of its own, on which other acts were done before."""

    def sending(busy: Busy) -> Sending:
        draft = _posted(busy.client, "/reports/drafts", _asked(busy))
        for earlier in before:
            _posted(busy.client, f"{draft}/{earlier}", {"version": _seen(busy, draft)})
        return Sending(f"{draft}/{act}", {"version": _seen(busy, draft)} | fields)

    return sending


def _seen(busy: Busy, draft: str) -> str:
    """The version that the draft's page shows."""
    versions = re.findall(r'name="version" value="(\d+)"|version=(\d+)', busy.client.get(draft).text)
    return max((first or second for first, second in versions), key=int)


def _writing(busy: Busy) -> Sending:
    sending = _draft_act("write")(busy)
    section = _note_section(busy.client, sending.where.removesuffix("/write"))
    return Sending(sending.where, {**sending.fields, "language": "en", f"note-{section}": "read by two"})


def _taking_back(busy: Busy) -> Sending:
    sending = _draft_act("undo", "check")(busy)
    return Sending(f"{sending.where}?version={sending.fields['version']}")


def _renewal(busy: Busy) -> Sending:
    """Newer figures, which there are since an act was entered after the draft was begun."""
    sending = _draft_act("renew")(busy)
    rejection = _rejection(busy)
    _posted(busy.client, rejection.where, dict(rejection.fields))
    return sending


def _issuing(busy: Busy) -> Sending:
    """Of the correction that is under way, since a report is issued once."""
    draft = _posted(busy.client, filled("/reports/correct/{number:path}", _with_number(busy)), {"revision": "1"})
    draft = draft.partition("?")[0]
    _posted(busy.client, f"{draft}/check", {"version": _version(busy.client, draft)})
    return Sending(f"{draft}/issue", {"version": _version(busy.client, f"{draft}/issue")})


def _with_number(busy: Busy) -> Busy:
    number = busy.values["/reports/issued/{number:path}"]
    values = {f"/reports/{act}/{{number:path}}": number for act in ("take", "take-all", "correct")}
    return Busy(busy.console, busy.client, {**busy.values, **values})


def _of_issue(act: str, **fields: str) -> Callable[[Busy], Sending]:
    template = f"/reports/{act}/{{number:path}}"
    return lambda busy: Sending(filled(template, _with_number(busy)), {"revision": "1"} | fields)


def _plain(template: str, fields: Any) -> Callable[[Busy], Sending]:
    """The same fields each time, or those that are worked out from what the console shows, with their own address if it
    has one, and with files."""

    def sending(busy: Busy) -> Sending:
        wanted = fields(busy) if callable(fields) else fields
        return Sending(*wanted) if isinstance(wanted, tuple) else Sending(filled(template, busy), wanted)

    return sending


def from_a_program(busy: Busy) -> Sending:
    """A file with a row more, as a program sends it."""
    rows = (busy.console.folder / "inbox" / "simulated-patrols.csv").read_bytes().splitlines(keepends=True)
    return Sending("/api/inbox/patrols", files={"file": ("more-patrols.csv", b"".join(rows[:2]))})


def that_enters_nothing(template: str, busy: Busy) -> Sending:
    """What such a route takes, where it takes anything."""
    files = {"file": ("More.csv", (_LIST % "x").encode())} if template.endswith(("/drop", "/bring/{what}")) else None
    return Sending(filled(template, busy), _NEW if template.startswith("/new") else {}, files)


OBSERVATION: Final = {
    "kind": "harm",
    "means": "patrol",
    "claimed_by": "A",
    "start": "2031-05-01T03:00:00Z",
    "end": "",
    "place": "-35.0, -25.3",
    "within_m": "300",
    "count": "1",
    "text": "told",
    "reason": "a call of two",
    "confirm": "yes",
}
_DRAFT: Final = "/reports/draft/{draft_id}"
POSTS: Final[dict[str, Callable[[Busy], Sending]]] = {
    "/incident/new": _plain("/incident/new", OBSERVATION),
    "/incident/{code}/act/{deed}": _rejection,
    "/incident/act/{act_id}/undo": _plain("/incident/act/{act_id}/undo", {"reason": "it was right"}),
    "/incident/{code}/verify": _plain(
        "/incident/{code}/verify", {"step": "access", "answer": "asked", "note": "by radio"}
    ),
    "/incident/{code}/verify/{step_id}/undo": _step_back,
    "/sources/pending/{token}/accept": _acceptance,
    "/reports/download": lambda busy: Sending("/reports/download", _asked(busy) | {"file": "csv:en"}),
    "/reports/drafts": lambda busy: Sending("/reports/drafts", _asked(busy)),
    f"{_DRAFT}/download": _draft_act("download", file="csv:en"),
    f"{_DRAFT}/write": _writing,
    f"{_DRAFT}/cover": _draft_act("cover", language="en", who="The head of the centre", text="read by two"),
    f"{_DRAFT}/check": _draft_act("check"),
    f"{_DRAFT}/reopen": _draft_act("reopen", "check"),
    f"{_DRAFT}/discard": _draft_act("discard"),
    f"{_DRAFT}/undo": _taking_back,
    f"{_DRAFT}/renew": _renewal,
    "/reports/take/{number:path}": _of_issue("take", file="csv:en"),
    "/reports/take-all/{number:path}": _of_issue("take-all"),
    "/reports/correct/{number:path}": _of_issue("correct"),
    f"{_DRAFT}/issue": _issuing,
}
"""Address → what is sent there so that a record is entered, in an order in which each can be; worked out anew for each,
since a form holds what its page showed."""
IN_A_REPLAY_TOO: Final[dict[str, str]] = {
    "/api/inbox/{source}": "a program knows of no replay: its file is read as any other",
}
"""Routes that are not refused in a replay, and why."""
_ELSEWHERE: Final = "it prepares another watch, which has no ledger yet"
ENTERS_NOTHING: Final[dict[str, str]] = {
    "/settings": "how pages look, kept by the browser",
    "/replay": "the replay itself, which is recorded nowhere",
    "/replay/move": "the replay's clock, in the tab that has it",
    "/replay/stop": "the end of the replay",
    "/ledger/checkpoint": "a signature under the entries that stand",
    "/agreement/entered/{entry_id}/agree": "without accounts nobody else is asked",
    "/agreement/entered/{entry_id}/agree/undo": "without accounts nobody else is asked",
    "/reports/draft/{draft_id}/agree": "without accounts nobody else is asked",
    "/reports/draft/{draft_id}/agree/undo": "without accounts nobody else is asked",
    "/sources/drop": "the file waits aside until it is accepted",
    "/sources/pending/{token}/look": "how a file that waits would be read",
    "/sources/pending/{token}/cancel": "a file that waits is removed",
    "/new": _ELSEWHERE,
    "/new/{draft_id}/undo": _ELSEWHERE,
    "/new/{draft_id}/away": _ELSEWHERE,
    "/watches/{name}/open": "it opens another watch, which enters in its own ledger",
    "/watches/{name}/close": "it closes another watch",
    "/new/{draft_id}/remove/{what}": _ELSEWHERE,
    "/new/{draft_id}/{step}": _ELSEWHERE,
    "/new/{draft_id}/boundaries": _ELSEWHERE,
    "/new/{draft_id}/places": _ELSEWHERE,
    "/new/{draft_id}/places/remove": _ELSEWHERE,
    "/new/{draft_id}/bring/{what}": _ELSEWHERE,
    "/new/{draft_id}/brought/zones/{token}": _ELSEWHERE,
    "/new/{draft_id}/brought/source/{token}/{act}": _ELSEWHERE,
}
"""Routes that enter nothing, and what they do instead."""
AID_POSTS: Final[dict[str, Callable[[Busy], Sending]]] = {}
"""POSTS of a humanitarian instance."""
for _samples in samples_for("centre"):
    for _template, _fields in getattr(_samples, "POSTS", {}).items():
        POSTS[_template] = _plain(_template, _fields)
for _samples in samples_for("humanitarian"):
    for _template, _fields in getattr(_samples, "AID_POSTS", getattr(_samples, "POSTS", {})).items():
        AID_POSTS[_template] = _plain(_template, _fields)
AID_ENTERS_NOTHING: Final = dict(ENTERS_NOTHING)
for _samples in samples_for("humanitarian"):
    AID_ENTERS_NOTHING.update(getattr(_samples, "AID_ENTERS_NOTHING", getattr(_samples, "ENTERS_NOTHING", {})))
for _samples in samples_for("centre"):
    ENTERS_NOTHING.update(getattr(_samples, "ENTERS_NOTHING", {}))
