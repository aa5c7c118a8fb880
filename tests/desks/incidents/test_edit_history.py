"""Afterwards an incident's page says of each edit from what to what, by whom, when and why; taken back ones too."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from starlette.testclient import TestClient

from tests.desks.incidents.test_edit_pages import ask, code_with, post
from tests.server.conftest import NOW, client_of, copy_of
from trucewatch.desks.incidents.edit_history import Edit, edits_of
from trucewatch.desks.incidents.operations import Listing
from trucewatch.locale import words
from trucewatch.model.short_codes import code_of
from trucewatch.pipeline import assess
from trucewatch.server.console import Console
from trucewatch.server.formatting import Telling
from trucewatch.store import Store
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.lists import pruned_lists
from trucewatch.store.pruning import plan_pruning, prune


def acts_part(page: str) -> str:
    """What the page says of acts by hand, as text."""
    part = page[page.index('id="acts"') :]
    text = re.sub(r"<[^>]+>", " ", part[: part.index("</section>")])
    return " ".join(html.unescape(text).replace("\u2068", "").replace("\u2069", "").split())


def do(client: TestClient, code: str, deed: str, *fields: tuple[str, str]) -> str:
    """Enters an act as a person does; the page that it leads to."""
    _, sent = ask(client, code, deed, *fields)
    done = post(client, f"/incident/{code}/act/{deed}", sent)
    assert done.status_code == 303, done.text
    return client.get(done.headers["location"]).text


def code_of_kind(console: Console, kind: str) -> str:
    snapshot = console.snapshot
    return next(code for row, code in enumerate(snapshot.codes) if snapshot.incident(row).kind == kind)


def test_a_changed_kind_says_from_what_to_what_by_whom_and_its_number_and_stays_when_it_is_taken_back(
    fresh: Callable[..., Console],
) -> None:
    console = fresh()
    client, code = client_of(console), code_of_kind(console, "shot")
    page = do(client, code, "retype", ("kind", "burst"), ("reason", "heard it myself"))
    (act,) = recorded_acts(console.store)
    assert f"Kind changed to “Burst”. Recorded as no. {act.entry}." in html.unescape(page).replace(
        "\u2068", ""
    ).replace("\u2069", "")
    told = acts_part(page)
    assert "Kind: Shot → Burst" in told
    assert "heard it myself" in told
    assert f"no. {act.entry}" in told
    assert f'href="/ledger/entry/{act.entry}"' in page
    assert f"analyst on this computer {act.by}" in told, "the reference stands behind the words"
    assert f'<summary>analyst on this computer</summary> <span class="mono">{act.by}</span>' in page
    client.post(f"/incident/act/{act.act_id}/undo", data={"reason": "the other patrol says no"})
    again = acts_part(client.get(f"/incident/{code}").text)
    assert "Kind: Shot → Burst" in again, "an undone edit stays in the history"
    assert "(taken back)" in again
    assert "Taken back : the other patrol says no" in again
    assert again.count("analyst on this computer") == 2


def test_a_merge_says_what_became_of_both_and_the_old_code_leads_on_and_keeps_its_history(
    fresh: Callable[..., Console],
) -> None:
    console = fresh()
    client, snapshot = client_of(console), console.snapshot
    one, two = sorted(snapshot.ids[:2])
    both = [snapshot.incident(snapshot.row_of[name]) for name in (one, two)]
    page = do(client, one, "merge", ("other", two), ("reason", "one event"))
    told = acts_part(page)
    count = sum(len(each.members) for each in both)
    assert f"→ {count} observations" in told
    old = client.get(f"/incident/{two[:12]}")
    assert old.status_code == 200
    assert "is listed no more" in old.text
    assert f'href="/incident/{code_of(one)}"' in old.text
    assert acts_part(old.text).count("one event") == 1
    assert f"→ {count} observations" in acts_part(old.text)
    assert "<h1>" in old.text
    # Taken back, the old code is listed again, and both keep the story.
    (act,) = recorded_acts(console.store)
    client.post(f"/incident/act/{act.act_id}/undo", data={"reason": "they were two"})
    for name in (one, two):
        again = acts_part(client.get(f"/incident/{name[:12]}").text)
        assert "Taken back : they were two" in again
        assert "one event" in again


def test_a_rejection_says_what_the_agreement_said_before_and_what_was_put_in_force_again(
    fresh: Callable[..., Console],
) -> None:
    console = fresh("karabakh-2020")
    client, snapshot = client_of(console), console.snapshot
    code = next(
        code
        for row, code in enumerate(snapshot.codes)
        if any(finding.outcome == "consistent" for finding in snapshot.findings_of(row))
    )
    told = acts_part(do(client, code, "reject", ("reason", "a copy of another row")))
    assert "On the list: yes → rejected by hand" in told
    assert "Assessment: consistent → none: it is off the list" in told
    (act,) = recorded_acts(console.store)
    client.post(f"/incident/act/{act.act_id}/undo", data={"reason": "it is not"})
    undo = recorded_acts(console.store)[-1]
    client.post(f"/incident/act/{undo.act_id}/undo", data={"reason": "it is after all"})
    again = acts_part(client.get(f"/incident/{code}").text)
    assert "Taken back : it is not" in again
    assert "In force again : it is after all" in again
    assert "(taken back)" not in again


def test_what_was_typed_and_is_erased_says_so_in_the_history(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, code = client_of(console), code_with(console, 2)
    do(client, code, "retype", ("kind", "flare"), ("reason", "the neighbour of N. N."))
    (act,) = recorded_acts(console.store)
    with console.writing() as store:
        store.erase([store.journal.hash_of(act.entry)], reason="a person asked", ordered_by="the centre")
    console.refresh()
    told = acts_part(client.get(f"/incident/{code}").text)
    assert "N. N." not in told
    assert "erased" in told
    assert "→ Illumination flare" in told


def edits_at(store: Store, folder: Path, incident_id: str) -> list[Edit]:
    listing = Listing(store, assess(store, folder, now=NOW).watch, lambda: NOW)
    incident = next(each for each in listing.incidents if each.incident_id == incident_id)
    telling = Telling(words("en"), listing.watch.zone, listing.watch)
    return edits_of(store, incident.members, [incident_id], telling)


def test_where_a_list_was_pruned_the_history_says_so_and_guesses_nothing(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    later = NOW + timedelta(days=60)
    with Store(folder, lambda: NOW) as store:
        assessment = assess(store, folder, now=NOW)
        listing = Listing(store, assessment.watch, lambda: NOW)
        incident = next(each for each in listing.incidents if each.kind == "shot")
        listing.retype(incident, kind="burst", event_class="", reason="heard", by="A. N.")
        (waiting,) = edits_at_without_a_run(store, listing, incident.incident_id)
        assert "No list was made with it yet" in waiting.note
        assess(store, folder, now=NOW)
        (edit,) = edits_at(store, folder, incident.incident_id)
        assert [(each.before, each.after) for each in edit.changes if each.key == "kind"] == [("Shot", "Burst")]
        assert edit.who.name == "a person, by command"
        path = folder / "inbox" / "simulated-patrols.csv"
        for _ in range(3):
            path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-2]) + "\n", encoding="utf-8")
            assess(store, folder, now=NOW)
    with Store(folder, lambda: later) as store:
        going = plan_pruning(store, before=later - timedelta(days=7))
        prune(store, going, reason="the disk is nearly full", by="p-aaaaaaaaaaaaaaaaaaaaaaaaaa")
        assert edit.list_entry in {each.entry for each in pruned_lists(store)}, "else nothing is tested here"
        (edit,) = edits_at(store, folder, incident.incident_id)
        assert not edit.changes
        assert "This list was pruned" in edit.note


def edits_at_without_a_run(store: Store, listing: Listing, incident_id: str) -> list[Edit]:
    incident = next(each for each in listing.incidents if each.incident_id == incident_id)
    return edits_of(store, incident.members, [incident_id], Telling(words("en"), listing.watch.zone, listing.watch))
