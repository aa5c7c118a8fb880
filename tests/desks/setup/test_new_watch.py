"""New watch: from nothing to a folder that passes the check and gives incidents, by forms alone; nothing is
overwritten."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.desks.sources.test_sources_page import fields
from tests.server.conftest import client_of, copy_of, now, unbroken
from trucewatch.desks import find
from trucewatch.pipeline import assess
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.watch import check_watch, load_watch
from trucewatch.watch.write_files import load_draft

SAMPLE = (
    "No,Date and time,What happened,Where,Reported by\n"
    '1,2031-05-02T06:41,mortar shelling,"-35.02, -25.19",Joint patrol\n'
    '2,2031-05-02T09:10,gunfire,"-35.01, -25.05",Lower Vale\n'
    '3,2031-05-03T22:00,patrol turned back,"-35.10, -24.95",\n'
)
BEGIN = {
    "again": "on",
    "name-en": "Two Vales",
    "language": "en",
    "time_zone": "Etc/GMT+2",
    "middle": "-35.0, -25.0",
    "width_km": "100",
    "agreement": "The Vales Accord",
    "signed": "2031-05-01",
    "published": "invented for a test",
    "simulated": "on",
    "watch_time": "2031-05-05T00:00",
}
SQUARE = "-25.2, -35.1\n-25.0, -35.1\n-25.0, -34.9\n-25.2, -34.9"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One console for all: a new watch changes nothing of the one that is served."""
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("served"))
    with Store(folder, now) as store:
        yield Console(store, folder, now, find())


@pytest.fixture
def console(served: Console) -> Iterator[Console]:
    """The same, with nothing left waiting and no file of the served watch changed."""
    before = {
        path: path.read_bytes()
        for path in served.folder.rglob("*")
        if path.is_file() and ".trucewatch" not in path.parts
    }
    yield served
    shutil.rmtree(served.folder / ".trucewatch" / "private" / "pending-new", ignore_errors=True)
    assert {path: path.read_bytes() for path in before} == before


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def begin(client: TestClient, **more: str) -> str:
    """A draft; its id."""
    answer = client.post("/new", data=BEGIN | more)
    assert answer.status_code == 303, fault(answer)
    return answer.headers["location"].split("/")[2]


def fault(answer: Response) -> str:
    """The sentence over a form that was refused."""
    found = re.search(r'role="alert".*?<strong[^>]*>(.*?)</strong>', answer.text, re.DOTALL)
    return unescape(found[1]) if found else ""


def toast(client: TestClient, answer: Response) -> str:
    page = unbroken(client.get(answer.headers["location"]).text)
    found = re.search(r'id="toast"><span>(.*?)</span>', page)
    return unescape(found[1]) if found else ""


def place(console: Console, draft: str) -> Path:
    return console.folder.resolve().parent / draft


def test_a_zone_with_latitude_first_is_refused_and_says_to_exchange_the_numbers(client: TestClient) -> None:
    draft = begin(client, **{"middle": "39.82, 46.75", "simulated": "", "name-en": "Swapped"})
    zone = {"corners": "39.8, 46.7\n39.9, 46.7\n39.9, 46.8", "name-en": "North", "kind": "district"}
    answer = client.post(f"/new/{draft}/zones", data=zone)
    assert answer.status_code == 422
    assert "exchange the two numbers of every corner" in fault(answer)
    far = client.post(f"/new/{draft}/zones", data=zone | {"corners": "10, 50\n11, 50\n11, 51"})
    assert "make the area larger in the first step" in fault(far)
    right = zone | {"corners": "46.7, 39.8\n46.7, 39.9\n46.8, 39.9"}
    assert client.post(f"/new/{draft}/zones", data=right).status_code == 303


def test_full_width_digits_of_an_east_asian_keyboard_are_read_as_digits(console: Console, client: TestClient) -> None:
    wide = begin(
        client, **{"middle": "\uff0d\uff13\uff15\uff0e\uff10\uff0c\uff0d\uff12\uff15\uff0e\uff10", "name-en": "Wide"}
    )
    plain = begin(client, **{"name-en": "Plain"})
    assert load_watch(place(console, wide)).settings.area == load_watch(place(console, plain)).settings.area
    corners = "\uff0d\uff12\uff15\uff0e\uff12\uff0c-35.1\n-25.0, -35.1\n-25.0, -34.9"
    zone = {"corners": corners, "name-en": "Bridge", "kind": "district"}
    assert client.post(f"/new/{wide}/zones", data=zone).status_code == 303


def test_a_whole_watch_by_forms_passes_the_check_and_gives_incidents(console: Console, client: TestClient) -> None:
    draft = begin(client)
    folder = place(console, draft)
    assert check_watch(folder).errors == 0
    parties = {
        "party-0-id": "UV",
        "party-0-en": "Upper Vale",
        "party-1-id": "LV",
        "party-1-en": "Lower Vale",
        "delegation-0-en": "Guarantor",
    }
    assert client.post(f"/new/{draft}/parties", data=parties).headers["location"].endswith("/zones")
    zone = {"corners": SQUARE, "name-en": "Bridge district", "kind": "district", "accuracy_m": "300", "derived": "on"}
    assert client.post(f"/new/{draft}/zones", data=zone).status_code == 303
    line = {"corners": "-25.4, -35.0\n-24.6, -35.0", "name-en": "Line of contact", "kind": "line", "accuracy_m": "500"}
    assert client.post(f"/new/{draft}/zones", data=line).status_code == 303
    fire = {
        "summary-en": 'All fire stops, "everywhere".',
        "kind": "prohibited",
        "zone": "theatre",
        "kinds": ["explosion", "shot"],
        "obliged": ["UV", "LV"],
        "unless": "notice",
    }
    handover = {
        "summary-en": "The district is handed over.",
        "kind": "required",
        "what": "handover",
        "zone": "bridge-district",
        "obliged": "UV",
        "due": "2031-05-10",
    }
    access = {"summary-en": "Patrols may pass.", "kind": "judged", "kinds": "access_denied", "zone": "theatre"}
    for one in (fire, handover, access):
        assert client.post(f"/new/{draft}/provisions", data=one).status_code == 303
    answer = client.post(f"/new/{draft}/bring/source", files={"file": ("Reports of May.csv", SAMPLE.encode())})
    here = answer.headers["location"]
    page = client.get(here).text
    assert "3 rows would be taken, 0 refused" in page
    looked = fields(page) | {"title": "Reports", "organisation": "Joint patrols"}
    client.post(f"{here}/look", data=looked)
    page = client.get(here).text
    assert "Before the file is taken, say" in page
    assert "claim of Lower Vale" in unbroken(page)
    assert "say the source's title" in unescape(toast(client, client.post(f"{here}/accept", data=fields(page))))
    client.post(f"{here}/look", data=fields(page) | {"words": "independent", "repeats": "nobody"})
    assert client.post(f"{here}/accept", data=fields(client.get(here).text)).headers["location"].endswith("/sources")
    recipients = client.get(f"/new/{draft}/recipients").text
    assert 'value="Joint centre"' in recipients
    assert 'value="Public"' in recipients
    finish = client.get(f"/new/{draft}/finish").text
    assert "The check found no fault" in finish
    assert f"trucewatch serve {folder} --port 0" in unescape(finish)

    reading = check_watch(folder)
    assert [one.sentence() for one in reading.faults] == []
    watch = load_watch(folder)
    assert [one.id for one in watch.agreement.party] == ["UV", "LV"]
    assert watch.settings.line == "line-of-contact"
    assert [one.id for _, one in watch.agreement.stipulations()] == ["1", "2", "3"]
    assert (watch.settings.recipient[-1].place, watch.settings.recipient[-1].delay_hours) == ("zone", 24)
    with Store(folder, now) as store:
        found = assess(store, folder, now=now())
    assert found.incidents.num_rows == 3
    assert found.rejected.num_rows == 0
    held = {row["stipulation"]: row["held"] for row in found.findings.to_pylist() if row["incident_id"]}
    assert held["1"] == "not_checked", "where no source is the centre's own, none is enough alone"


def test_nobody_is_obliged_to_do_something_unless_somebody_says_so(client: TestClient) -> None:
    """What must not happen binds both sides until one is unticked; what one side has to do binds no other by itself."""
    draft = begin(client)
    client.post(
        f"/new/{draft}/parties", data={"party-0-id": "UV", "party-0-en": "U", "party-1-id": "LV", "party-1-en": "L"}
    )
    ticked = {
        kind: re.findall(
            r'name="obliged" value="(\w+)"\s+checked', client.get(f"/new/{draft}/provisions?kind={kind}").text
        )
        for kind in ("prohibited", "required", "kept_up", "judged")
    }
    assert ticked == {"prohibited": ["UV", "LV"], "required": [], "kept_up": [], "judged": []}


def test_nothing_that_exists_is_overwritten(console: Console, client: TestClient) -> None:
    begin(client, id="mine")
    again = client.post("/new", data=BEGIN | {"id": "mine"})
    assert again.headers["location"] == "/new/mine-2/parties"
    before = (console.folder / "watch.toml").read_bytes()
    other = client.post("/new", data=BEGIN | {"id": console.folder.name})
    assert other.headers["location"] == "/new/two-valleys-2/parties"
    assert (console.folder / "watch.toml").read_bytes() == before


def test_a_file_changed_by_hand_is_left_alone(console: Console, client: TestClient) -> None:
    draft = begin(client)
    toml = place(console, draft) / "watch.toml"
    toml.write_text(toml.read_text() + "# mine\n")
    answer = client.post(f"/new/{draft}/parties", data={"party-0-en": "Upper Vale"})
    assert answer.status_code == 422
    assert "changed by hand" in fault(answer)
    assert toml.read_text().endswith("# mine\n")


def test_a_step_can_be_taken_back_and_done_again(console: Console, client: TestClient) -> None:
    draft = begin(client)
    client.post(f"/new/{draft}/parties", data={"party-0-en": "Upper Vale"})
    client.post(f"/new/{draft}/undo")
    assert load_watch(place(console, draft)).agreement.party == ()
    client.post(f"/new/{draft}/undo")
    assert len(load_watch(place(console, draft)).agreement.party) == 1


def test_two_windows_do_not_undo_each_other(console: Console, client: TestClient) -> None:
    draft = begin(client)
    seen = re.search(r'name="seen" value="(\w+)"', client.get(f"/new/{draft}/parties").text)
    assert seen
    client.post(f"/new/{draft}/parties", data={"party-0-en": "First", "seen": seen[1]})
    answer = client.post(f"/new/{draft}/parties", data={"party-0-en": "Second", "seen": seen[1]})
    assert "changed in another window" in fault(answer)
    assert load_watch(place(console, draft)).agreement.party[0].names["en"] == "First"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name-en": ""}, "has no name"),
        ({"time_zone": "Mars"}, "Mars"),
        ({"middle": "nowhere at all"}, "is no town that is known here"),
        ({"middle": "89.9, 0"}, "is no box"),
        ({"signed": "yesterday"}, "is no day"),
        ({"width_km": "wide"}, "is no number"),
        ({"watch_time": "noon"}, "noon"),
    ],
)
def test_a_first_step_that_cannot_be_keeps_what_was_typed(
    client: TestClient, change: dict[str, str], sentence: str
) -> None:
    answer = client.post("/new", data=BEGIN | {"published": "typed by me"} | change)
    assert answer.status_code == 422
    assert sentence in fault(answer)
    assert 'value="typed by me"' in answer.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"corners": "-25.2, -35.1\n-25.0, -34.9\n-25.0, -35.1\n-25.2, -34.9"},
            "crosses itself near lon -25.100, lat -35.000",
        ),
        ({"corners": "-25.2, -35.1\nhere"}, "line 2 of the corners"),
        ({"corners": "-25.2, -35.1"}, "at least 3"),
        ({"corners": "200, 10\n201, 10\n201, 11"}, "lon 200"),
        ({"name-en": ""}, "has no name"),
        ({"kind": "castle"}, "choose what the zone is"),
        ({"accuracy_m": "0"}, "not between"),
    ],
)
def test_a_zone_that_cannot_be_is_told_its_fault(client: TestClient, change: dict[str, str], sentence: str) -> None:
    draft = begin(client)
    zone = {"corners": SQUARE, "name-en": "Bridge", "kind": "district", "accuracy_m": "300"} | change
    answer = client.post(f"/new/{draft}/zones", data=zone)
    assert answer.status_code == 422
    assert sentence in fault(answer)
    assert unescape(answer.text).count(zone["corners"]) == 1


def test_a_zone_or_party_that_a_provision_names_cannot_be_removed(console: Console, client: TestClient) -> None:
    draft = begin(client)
    client.post(f"/new/{draft}/parties", data={"party-0-id": "UV", "party-0-en": "Upper Vale"})
    client.post(f"/new/{draft}/zones", data={"corners": SQUARE, "name-en": "Bridge", "kind": "district"})
    said = {"summary-en": "No fire.", "kind": "prohibited", "kinds": "shot", "zone": "bridge", "obliged": "UV"}
    client.post(f"/new/{draft}/provisions", data=said)
    assert "clause 1 speaks of" in toast(client, client.post(f"/new/{draft}/remove/zone", data={"which": "bridge"}))
    assert "a clause obliges UV" in fault(client.post(f"/new/{draft}/parties", data={"party-0-en": ""}))
    client.post(f"/new/{draft}/remove/stipulation", data={"which": "0"})
    client.post(f"/new/{draft}/remove/zone", data={"which": "bridge"})
    assert [one.id for one in load_watch(place(console, draft)).zones] == ["theatre"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202eabc", "😀" * 300, '"]\nid = "x', "'''", "\\"])
def test_any_text_leaves_a_sound_watch(console: Console, client: TestClient, text: str) -> None:
    draft = begin(client, **{"name-en": f"W {text}", "agreement": text, "published": text, "theatre-en": text})
    client.post(
        f"/new/{draft}/parties", data={"party-0-en": f"P {text}", "party-0-id": text[:30], "delegation-0-en": text}
    )
    client.post(
        f"/new/{draft}/zones", data={"corners": SQUARE, "name-en": f"Z {text}", "kind": "district", "provenance": text}
    )
    client.post(f"/new/{draft}/provisions", data={"summary-en": f"S {text}", "kind": "judged", "provision": text[:12]})
    assert check_watch(place(console, draft)).errors == 0
    for step in ("name", "parties", "zones", "provisions", "sources", "recipients", "finish"):
        page = client.get(f"/new/{draft}/{step}")
        assert page.status_code == 200, step
        assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    "address", ["/new/none", "/new/none/zones", "/new/two-valleys/zones", "/new/ground.json?draft=../x"]
)
def test_an_address_of_no_draft_leads_back(client: TestClient, address: str) -> None:
    assert client.get(address).status_code in (200, 303, 404)
    assert client.get("/new/ground.json").json()["land"]["features"]


def test_a_draft_is_kept_and_gone_on_with(console: Console, client: TestClient) -> None:
    draft = begin(client)
    assert f'href="/new/{draft}"' in client.get("/new").text
    assert client.get(f"/new/{draft}").headers["location"] == f"/new/{draft}/parties"
    assert load_draft(place(console, draft)) is not None
    assert client_of(console).get(f"/new/{draft}/finish").status_code == 200


def test_a_recipient_who_is_bound_is_kept_as_such(console: Console, client: TestClient) -> None:
    draft = begin(client)
    rows = {"r0-name-en": "Both sides", "r0-to": "parties", "r1-name-en": "Public"}
    client.post(f"/new/{draft}/recipients", data=rows)
    kept = load_draft(place(console, draft))
    assert kept is not None
    assert [recipient.to for recipient in kept.recipients] == ["parties", ""]
    assert (place(console, draft) / "watch.toml").read_text(encoding="utf-8").count('to = "parties"') == 1
    page = client.get(f"/new/{draft}/recipients").text
    assert re.search(r'name="r0-to" value="parties"\s+checked', page)
    assert not re.search(r'name="r1-to" value="parties"\s+checked', page)


def test_an_area_is_closed_by_itself_and_a_refused_drawing_stays(client: TestClient) -> None:
    draft = begin(client)
    bow = "-25.2, -35.1\n-25.0, -34.9\n-25.0, -35.1\n-25.2, -34.9"
    answer = client.post(f"/new/{draft}/zones", data={"corners": bow, "name-en": "Bow", "kind": "site"})
    assert answer.status_code == 422
    assert "crosses itself near lon -25.100, lat -35.000" in fault(answer)
    assert bow in answer.text
    assert 'value="Bow"' in answer.text
    assert answer.text.count("<textarea") == 1
    open_ring = {"corners": SQUARE, "name-en": "Open", "kind": "site"}
    assert client.post(f"/new/{draft}/zones", data=open_ring).status_code == 303
