"""A list of people beside a good file: nothing of it is on any disk of the watch, in any answer or log, its name
neither, and the rest is read."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
import xlsxwriter

from tests.hostile.watches import SAMPLES, files_read, run, watch_of
from tests.server.conftest import now
from trucewatch.errors import CannotBeKept
from trucewatch.store import Store
from trucewatch.store.evidence_files import keep_file

NAME, GIVEN, DAY = "Qvalinzky", "Umberlina", "31.07.1984"
PLANTED = (NAME, GIVEN, DAY, NAME.lower())
TABLE = f"Surname;Given name;Date of birth;Village\n{NAME};{GIVEN};{DAY};Upper\n".encode()
FILE = f"list-of-{NAME.lower()}.csv"


def workbook() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Surname", "Given name", "Date of birth"])
        sheet.write_row(1, 0, [NAME, GIVEN, DAY])
    return content.getvalue()


GOOD = (SAMPLES / "event_table" / "good.csv").read_bytes()
LISTS = {
    FILE: TABLE,
    f"{NAME.lower()}.json": json.dumps({"results": [{"surname": NAME, "birth_date": DAY}]}).encode(),
    f"{NAME.lower()}.xlsx": workbook(),
    f"{NAME.lower()}.csv.gz": gzip.compress(TABLE),
    f"events-{NAME.lower()}.csv": GOOD.decode().rstrip().encode() + f"\n{NAME} {GIVEN}, {DAY} г.р.\n".encode(),
}


def holds_planted(folder: Path) -> list[str]:
    """Files under a folder whose name or bytes, unpacked too, hold what was planted."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for word in PLANTED:
            if word in str(path.relative_to(folder)) or word.encode() in content or word.encode("utf-16-le") in content:
                found.append(f"{path}: {word}")
    return found


@pytest.mark.slow
def test_nothing_of_a_list_is_kept_or_said_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", "event_table")
    (folder / "inbox" / "good.csv").write_bytes(GOOD)
    for name, content in LISTS.items():
        (folder / "inbox" / name).write_bytes(content)
    for words in ([], ["--json"]):
        done = run(folder, *words)
        assert done.code == 1, done.err
        assert done.out.count("names of people") == len(LISTS) or words, "it is said at every run, of each file"
        assert not any(word in done.out + done.err for word in PLANTED)
        assert not holds_planted(folder / ".trucewatch")
    read = files_read(folder)
    assert read.keys() == {"inbox/good.csv"}
    refused = (folder / ".trucewatch" / "out" / "rejected.csv").read_text("utf-8")
    assert refused.count("by its headings") == len(LISTS) - 1
    assert refused.count("by words in it") == 1
    assert "inbox/* (" in refused


def test_a_file_that_grows_while_it_is_looked_through_waits_for_the_next_look(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", "event_table")
    path = folder / "inbox" / "a.csv"
    path.write_bytes(GOOD)
    with Store(folder, now) as store, pytest.raises(CannotBeKept, match="when it is whole"):
        keep_file(store.evidence, path, is_open=True, screen=lambda: path.write_bytes(GOOD + TABLE) and None)
    assert not holds_planted(folder / ".trucewatch")
