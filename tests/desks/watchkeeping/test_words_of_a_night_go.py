"""What was typed in a night, wherever it was typed, goes when it is erased: no byte below the watch's folder holds it."""

from __future__ import annotations

from collections.abc import Callable

from tests.desks.flashing.samples import claim, form_about, send
from tests.desks.flashing.test_pages import at_of, entered
from tests.desks.telephoning.test_lines_pages import add_line
from tests.desks.watchkeeping.task_samples import ask, step
from tests.desks.watchkeeping.test_shift_pages import begin, write
from tests.server.conftest import client_of
from tests.store.test_erased_words import files_with
from trucewatch.server.console import Console
from trucewatch.store.typed_words import references_in

PHRASES = tuple(
    f"zq{name}zq"
    for name in (
        *("shiftname", "logline", "struck", "handed", "changed", "signer", "remark", "asked", "refused", "label"),
        *("added", "ownquiet", "withdrawn", "function", "number", "linenote", "checked", "caller"),
    )
)


def test_no_byte_of_what_was_typed_in_a_night_stays_once_it_is_erased(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client, store = client_of(console), console.store
    said = dict(zip(("shift", "line", "struck", "handed", "changed", "signer", "remark", "asked", "refused", "label",
                     "added", "quiet", "withdrawn", "function", "number", "note", "checked", "caller"), PHRASES))
    begin(client, names=said["shift"])
    add_line(client, said["function"], of="UV", telephone="+99 12 345", remark=said["note"])
    client.post("/drills/begin", data={"label": said["label"]})
    client.post("/drills/end", data={"end": "over"})
    claim(client, says=said["caller"], name=said["caller"], call_back=said["caller"])
    code = send(client, "claim:CL-1", **{"added-en": said["added"]})
    print([f for f in form_about(client, "claim:CL-1")], code)
    entered(client, f"/urgent/{code}/own-quiet", at=at_of(client, code), words=said["quiet"])
    entered(client, f"/urgent/{code}/withdraw", words=said["withdrawn"])
    client.post("/shift/log", data={"line": said["line"]})
    task = ask(client, asks=said["asked"])
    step(client, task, "refused", words=said["refused"])
    where = write(client, words=said["handed"])
    signed = client.post(f"{where}/sign", data={"name": said["signer"], "remark": said["remark"]})
    assert signed.status_code == 303
    folder = console.folder
    there = {phrase for phrase in PHRASES if files_with(folder, phrase)}
    print(sorted(set(PHRASES) - there))
    references = {each for entry in store.journal.entries() for each in references_in(entry.record)}
    kept = sorted(each for each in references if store.words.has(each))
    store.erase([], reason="asked for", ordered_by="a court", people=kept)
    left = {phrase: files_with(folder, phrase) for phrase in PHRASES}
    print({k:v for k,v in left.items() if v})
    assert not any(left.values()), left
    for page in ("/shift", "/shift/log?shift=all", where, "/shift/tasks", "/drills", "/urgent", f"/urgent/{code}", "/lines", "/floor", "/ledger", "/outbox", "/urgent/own", "/claims"):
        answer = client.get(page)
        assert answer.status_code == 200, page
        for phrase in PHRASES: assert phrase not in answer.text, (page, phrase)
