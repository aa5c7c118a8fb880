"""What was typed in a night, wherever it was typed, goes when it is erased: no byte below the folder holds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tests.conftest import each
from tests.desks.flashing.samples import claim, form_about, send
from tests.desks.flashing.test_pages import at_of, entered
from tests.desks.telephoning.test_lines_pages import add_line
from tests.desks.watchkeeping.task_samples import ask, step
from tests.desks.watchkeeping.test_shift_pages import begin, write
from tests.server.conftest import client_of
from tests.store.test_erased_words import files_with
from trucewatch.server.console import Console
from trucewatch.store.typed_words import references_in

TYPED: Final = {
    name: f"zq{name}zq"
    for name in (
        *("shift", "line", "struck", "reason", "handed", "changed", "signer", "remark", "asked", "refused", "label"),
        *("added", "quiet", "withdrawn", "function", "note", "checked", "caller"),
    )
} | {"number": "+99 7654321"}
PAGES: Final = (
    *("/shift", "/shift/log?shift=all", "/shift/log.csv?shift=all", "/shift/handover/H-1", "/shift/tasks", "/drills"),
    *("/urgent", "/urgent/UM-1", "/urgent/own", "/lines", "/lines/card", "/floor", "/ledger", "/outbox", "/claims"),
)


def test_no_byte_of_what_was_typed_in_a_night_stays_once_it_is_erased(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client, store = client_of(console), console.store
    begin(client, names=TYPED["shift"])
    add_line(client, TYPED["function"], of="UV", telephone=TYPED["number"], remark=TYPED["note"])
    check = {"result-UV": "bad_line", "words-UV": TYPED["checked"]}
    assert client.post("/lines/check", data=check).status_code == 303
    client.post("/drills/begin", data={"label": TYPED["label"]})
    client.post("/drills/end", data={"end": "over"})
    claim(client, says=TYPED["caller"], name=TYPED["caller"], call_back=TYPED["caller"])
    added = {f"added_{language}": TYPED["added"] for language in console.snapshot.watch.settings.languages}
    looked_at = client.post("/urgent/new", data=form_about(client, "claim:CL-1") | added | {"step": "look"}).text
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', looked_at)
    assert send(client, "claim:CL-1", seen=seen, **added) == "UM-1"
    entered(client, "/urgent/UM-1/own-quiet", at=at_of(client, "UM-1"), words=TYPED["quiet"])
    entered(client, "/urgent/UM-1/withdraw", words=TYPED["withdrawn"])
    for words in each((TYPED["line"], TYPED["struck"])):
        assert client.post("/shift/log", data={"line": words}).status_code == 303
    entry = str(len(store.journal) - 1)
    assert client.post("/shift/undo", data={"entry": entry, "reason": TYPED["reason"]}).status_code == 303
    step(client, ask(client, asks=TYPED["asked"]), "refused", words=TYPED["refused"])
    note = re.findall(r'name="(note-[^"]+)"', client.get("/shift/handover").text)[0]
    where = write(client, words=TYPED["handed"], **{note: TYPED["changed"]})
    signed = client.post(f"{where}/sign", data={"name": TYPED["signer"], "remark": TYPED["remark"]})
    assert signed.status_code == 303
    for name, words in TYPED.items():
        assert files_with(console.folder, words), name
    references = {name for entry in store.journal.entries() for name in references_in(entry.record)}
    kept = sorted(name for name in references if store.words.has(name))
    store.erase([], reason="asked for", ordered_by="a court", people=kept)
    for name, words in TYPED.items():
        assert files_with(console.folder, words) == [], name
    for page in each(PAGES):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert not [words for words in TYPED.values() if words in answer.text], page
