"""What a recipient may not be told moves no byte of what it gets: two watches that differ in that alone, laid side by
side.

Files are compared by their bytes, printed ones by their text and by all that stands beside it (a PDF's own identifiers
come from its bytes); what is served for programs by status, headers and bytes. Both watches have the same keys, since a
code is drawn from the key, and rows have keys of their own, since a code of a row without one is drawn from the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.conftest import each
from tests.reports.opened import everything_in
from tests.reports.two_watches import (
    COARSE,
    DAY,
    FINE,
    FULL,
    NOW,
    PLAIN,
    Secret,
    add_later,
    issue,
    issue_kinds,
    rows_of,
    share_keys,
    ticking,
    write_files,
)
from tests.server.conftest import client_of
from trucewatch.desks import find, indexes
from trucewatch.desks.reports.archives import archive_of
from trucewatch.desks.reports.operations import ReportDesk
from trucewatch.model.ids import incident_id, observation_id
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.pipeline import assess
from trucewatch.reports import FORMATS
from trucewatch.reports.released import WITHHELD
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.publications import publications, recorded_issues
from trucewatch.store.recipient_codes import recipient_keys

OTHER_DAYS = replace(FULL, has_other_days=True)
SEEN, KIND = 0.887, 0.92
"""Probabilities between those that the two watches have: of acts that were seen, and of what was recorded."""


def unsure(say_from: float) -> tuple[Secret, Secret]:
    """Places and minutes are the same, since some of these recipients are told them."""
    return replace(PLAIN, say_from=say_from), replace(FULL, shift=0.0, say_from=say_from)


CASES = {
    "today": (PLAIN, FULL, COARSE),
    "other days": (PLAIN, OTHER_DAYS, COARSE),
    "seen": (*unsure(SEEN), ("parties", *FINE)),
    "kind": (*unsure(KIND), ("desk",)),
}
LATER = NOW + timedelta(days=1)
QUERIES = (
    *(f"?limit={limit}&offset={offset}" for limit, offset in product((1, 5, 1000), (0, 3))),
    *(f"?bbox={box}" for box in ("-25.4,-35.4,-25.0,-34.6", "-24.8,-35.3,-24.7,-35.1", "-25.25,-34.75,-25.15,-34.65")),
    *(f"?datetime={when}" for when in ("2031-05-02", "2031-05-01/2031-05-02", "../2031-05-01", "2031-05-04/..")),
    *(f"?zone={zone}" for zone in ("west", "east", "pass", "nowhere")),
    *(f"?outcome={word}" for word in (*OUTCOMES, WITHHELD, "inconsistent,undetermined")),
    *(f"?kind={kind}" for kind in KINDS),
    *(f"?min_probability={least}" for least in (0, 0.5, 0.88, 0.9, 1)),
    "?outcome=undetermined&kind=explosion&limit=1",
    "?f=html&limit=3",
    "?f=html&outcome=undetermined",
    "?simulated=false&lang=ru",
    "?bbox=1,2,3&limit=0",
    "",
)


class Pair:
    """Both watches with one issue of the day, more rows since, and a second issue that corrects the first."""

    def __init__(self, folder: Path, plain: Secret, full: Secret, recipients: tuple[str, ...]) -> None:
        self.recipients, self.folders = recipients, (folder / "plain", folder / "full")
        # For programs, who is told single incidents gets all days, issued or not.
        self.for_programs = tuple(one for one in recipients if one != "parties" or not full.has_other_days)
        self.files: list[Mapping[str, bytes]] = []
        for place, told in zip(self.folders, (plain, full), strict=True):
            write_files(place, told)
            if place is self.folders[1]:
                share_keys(*self.folders)
            first = issue(place, recipients)
            add_later(place, told)
            self.files.append({**first, **issue(place, recipients, LATER)})


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return Pair(tmp_path_factory.mktemp("pair"), *request.param)


def read(name: str, content: bytes) -> object:
    return everything_in(content) if name.endswith(".pdf") else content


def test_the_two_watches_are_not_the_same(pair: Pair) -> None:
    plain, full = (len(rows_of(secret)) for secret in (PLAIN, FULL))
    assert full > plain + 10
    sizes = [len((folder / ".trucewatch/ledger/journal").read_bytes()) for folder in pair.folders]
    assert sizes[0] != sizes[1], "nor are their ledgers, of which no report may tell"


@pytest.mark.parametrize(
    ("say_from", "told"),
    [(SEEN, ("prohibited_act", "prohibited_act_seen")), (KIND, ("not_likely", "kind_not_likely"))],
)
def test_what_is_withheld_moves_how_sure_the_others_are(tmp_path: Path, say_from: float, told: tuple[str, str]) -> None:
    """Else the cases of these numbers would hold nothing."""
    happened, reasons = [], []
    for name, secret in zip(("plain", "full"), unsure(say_from), strict=True):
        folder = write_files(tmp_path / name, secret)
        clock = ticking(NOW)
        with Store(folder, lambda clock=clock: next(clock)) as store:
            inputs = assess(store, folder, now=NOW).report_inputs()
        incidents, findings = inputs.incidents.to_pylist(), inputs.findings.to_pylist()
        happened.append({incident["incident_id"]: incident["happened"] for incident in incidents})
        reasons.append({finding["incident_id"]: finding["reason"] for finding in findings if finding["incident_id"]})
    assert all(happened[0][incident] < happened[1][incident] for incident in happened[0])
    assert told in {(reasons[0][incident], reasons[1][incident]) for incident in happened[0]}


def test_every_file_of_every_issue_is_the_same(pair: Pair) -> None:
    plain, full = pair.files
    assert list(plain) == list(full), "names, days and revisions"
    assert all(any(name.endswith(one.suffix) for name in plain) for one in FORMATS.values())
    assert {"-r1-" in name for name in plain} == {True, False}, "a first and a corrected one"
    for name in each(plain):
        assert read(name, plain[name]) == read(name, full[name]), name


@pytest.mark.parametrize(("plain", "full", "recipients"), CASES.values(), ids=CASES)
def test_every_file_of_every_other_kind_is_the_same(
    tmp_path: Path, plain: Secret, full: Secret, recipients: tuple[str, ...]
) -> None:
    folders = tmp_path / "plain", tmp_path / "full"
    files = []
    for folder, secret in zip(folders, (plain, full), strict=True):
        write_files(folder, secret)
        if files:
            share_keys(*folders)
        files.append(issue_kinds(folder, recipients))
    assert list(files[0]) == list(files[1])
    named = {(name.split("/")[0], name.split("/")[1].split("-")[0]) for name in files[0]}
    assert named >= set(product(recipients, ("weekly", "casualties", "restrictions")))
    assert {recipient for recipient, kind in named if kind == "spot"} == {*recipients} - {"aid", "public"}
    for name in each(files[0]):
        assert files[0][name] == files[1][name], name


def test_the_archive_of_every_issue_is_the_same(pair: Pair) -> None:
    archives: list[dict[str, str]] = []
    for folder in pair.folders:
        clock = ticking(LATER)
        with Store(folder, lambda clock=clock: next(clock)) as store:
            today = assess(store, folder, now=LATER)
            desk = ReportDesk(store, folder, lambda: LATER, lambda today=today: today)
            archives.append(
                {
                    f"{issue.number} {issue.revision}": everything_in(archive_of(desk, issue, today.watch))
                    for issue in publications(store)
                }
            )
    plain, full = archives
    assert list(plain) == list(full)
    assert len(plain) == 2 * len(pair.recipients)
    for name in each(plain):
        assert plain[name] == full[name], name


def test_they_tell_something(pair: Pair) -> None:
    """Else the test above could hold of reports that say nothing."""
    for recipient in pair.recipients:
        table = pair.files[0][f"issued/{recipient}/{DAY}-r2-en.csv"].decode("utf-8-sig")
        records = [line.partition(",")[0] for line in table.splitlines()[1:]]
        assert records.count("incident") > 12, recipient
        added = [line for line in table.splitlines() if line.startswith("correction,") and ",added," in line]
        assert len(added) == 3, "the rows that came after the first issue"


def test_they_hold_no_id_of_a_record(pair: Pair) -> None:
    for folder, files in zip(pair.folders, pair.files, strict=True):
        with Store(folder, lambda: LATER) as store:
            keys = recipient_keys(store)
            ids = {row.incident_id for recorded in recorded_issues(store) for row in recorded.publication.rows}
        assert ids
        for name, content in files.items():
            text, key = everything_in(content), keys[name.split("/")[1]]
            assert not [one for one in ids if one in text or one[2:] in text], name
            assert any(key.code(one) in text for one in ids), name


@pytest.fixture(scope="module")
def clients(pair: Pair) -> Iterator[tuple[TestClient, TestClient]]:
    with ExitStack() as opened:
        made = []
        for folder in pair.folders:
            clock = ticking(LATER)
            store = opened.enter_context(Store(folder, lambda clock=clock: next(clock), desks=indexes()))
            console = Console(store, folder, lambda: LATER, find())
            console.assessment()
            made.append(client_of(console))
        yield made[0], made[1]


def answers(client: TestClient, address: str) -> tuple[int, dict[str, str], bytes]:
    answer = client.get(address)
    return answer.status_code, dict(answer.headers), answer.content


def test_what_is_served_for_programs_is_the_same(pair: Pair, clients: tuple[TestClient, TestClient]) -> None:
    for recipient in pair.for_programs:
        of_recipient = f"/ogc/{recipient}"
        addresses = [of_recipient + path for path in ("", "/conformance", "/api", "/collections", "/collections/x")]
        for collection in ("incidents", "zones"):
            addresses += [f"{of_recipient}/collections/{collection}"]
            addresses += [f"{of_recipient}/collections/{collection}/items{query}" for query in QUERIES]
        items = clients[0].get(f"{of_recipient}/collections/incidents/items?limit=1000").json()
        assert items["numberMatched"] > 12
        addresses += [
            f"{of_recipient}/collections/incidents/items/{feature['id']}" for feature in items["features"][:4]
        ]
        for address in each(addresses):
            assert answers(clients[0], address) == answers(clients[1], address), address


def test_a_withheld_record_is_answered_like_none(pair: Pair, clients: tuple[TestClient, TestClient]) -> None:
    """By its id, by its code for this recipient, and by its code for another one."""
    with_gun = [row.partition(",")[0] for row in rows_of(FULL) if ",gun," in row]
    ids = [incident_id(observation_id("reports", number)) for number in with_gun]
    known = recipient_keys(clients[1].app.state.console.store)  # type: ignore[attr-defined]
    for recipient in pair.recipients:
        base = f"/ogc/{recipient}/collections/incidents/items/"
        none = answers(clients[0], base + "i-aaaaaaaaaaaaaaaaaaaaaaaaaa")
        assert none[0] == 404
        for one in each(ids):
            for code in (one, *(key.code(one) for key in known.values())):
                assert answers(clients[0], base + code) == answers(clients[1], base + code) == none
        told = clients[0].get(base[:-1]).json()["features"][0]["id"]
        for other in pair.recipients:
            answer = clients[0].get(f"/ogc/{other}/collections/incidents/items/{told}")
            assert (answer.status_code == 200) is (other == recipient), "a code of one is none of another"
