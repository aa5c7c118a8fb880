"""What every source is held to, found by itself: `adapters()` gives the list, tests/samples/<adapter>/ the files."""

from __future__ import annotations

import csv
import gzip
import io
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import each
from trucewatch.errors import Unsupported
from trucewatch.locale import words
from trucewatch.messages import VERBATIM, Message
from trucewatch.model.evidence import record_of_rejected, rejected_of
from trucewatch.model.observation import COUNTER_SCHEMA, STORED_OBSERVATION_SCHEMA
from trucewatch.sources import adapter, adapters
from trucewatch.sources import stream as stream_module
from trucewatch.sources import table as table_module

from .reading import (
    SAMPLES,
    Outcome,
    good_sample,
    read_bytes,
    read_file,
    sample_reasons,
    sample_setting,
    sample_suffix,
)

NAMES = list(adapters())
TABLES = [name for name in NAMES if sample_suffix(name) == ".csv"]
"""Adapters whose samples are tables: what is said of headers, cells and quotes is said of them."""
OTHERS = [name for name in NAMES if name not in TABLES]
WRONG = [
    (name, path.name)
    for name in NAMES
    for path in sorted((SAMPLES / name).glob(f"*{sample_suffix(name)}"))
    if path.stem != "good"
]
ONE_ROW = (".eml",)
"""Formats of which a file holds one row."""


def good_bytes(name: str) -> bytes:
    return good_sample(name).read_bytes()


def names_senders(name: str) -> bool:
    """Whether private people send the rows of such files."""
    outcome = read_file(good_sample(name), sample_setting(name))
    return any(batch.senders.num_rows for batch in outcome.batches)


def whole_file_refusal(outcome: Outcome, *, phrase: str) -> None:
    assert [refusal.row for refusal in outcome.rejected] == [0]
    assert phrase in str(outcome.rejected[0].reason)


def test_every_adapter_has_samples_and_a_full_card():
    assert sorted(path.parent.name for path in SAMPLES.glob("*/setting.toml")) == NAMES
    assert {"bulletin", "event_table", "firms", "observations"} <= set(NAMES)
    for name, one in adapters().items():
        assert one.card.adapter == name
        assert one.version >= 1
        assert all(
            (
                one.card.title,
                one.card.owner,
                one.card.delay_words,
                one.card.licence,
                one.card.blind_spots,
                one.card.reads,
            )
        )


def test_an_adapter_by_its_name_is_the_one_among_all():
    assert [adapter(name) for name in NAMES] == [adapters()[name] for name in NAMES]
    assert all(adapter(name) is adapters()[name] for name in NAMES)


@pytest.mark.parametrize("helper", ["table", "columns", "adapter", "letter_file", "__init__", "..cli", ""])
def test_what_helps_adapters_is_none(helper):
    with pytest.raises(Unsupported, match="no source adapter is named"):
        adapter(helper)


def test_an_unknown_adapter_is_refused_with_the_nearest_name():
    with pytest.raises(Unsupported, match='did you mean "firms"'):
        adapter("firm")


@pytest.mark.parametrize("name", NAMES)
def test_the_good_sample_is_taken_whole_with_the_published_schema(name):
    outcome = read_file(good_sample(name), sample_setting(name))
    assert outcome.rejected == []
    assert outcome.taken >= (1 if sample_suffix(name) in ONE_ROW else 4)
    assert outcome.observations.schema == STORED_OBSERVATION_SCHEMA
    assert outcome.counters.schema == COUNTER_SCHEMA
    for batch in outcome.batches:
        assert batch.observations.schema == STORED_OBSERVATION_SCHEMA
        batch.observations.validate(full=True)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bytes_twice_give_the_same_rows(name, tmp_path):
    setting = sample_setting(name)
    first, again = (read_bytes(good_bytes(name), tmp_path, setting) for _ in range(2))
    assert first.observations.equals(again.observations)
    assert first.counters.equals(again.counters)


@pytest.mark.parametrize(("name", "file"), WRONG)
def test_a_sample_wrong_in_one_way_gives_one_refusal_that_says_it(name, file):
    outcome = read_file(SAMPLES / name / file, sample_setting(name))
    assert len(outcome.rejected) == 1
    refusal = outcome.rejected[0]
    assert sample_reasons(name)[file.removesuffix(sample_suffix(name))] in str(refusal.reason)
    assert ";" in str(refusal.reason), "a reason says what to do"
    assert refusal.file == file
    assert len(refusal.excerpt) <= 200
    assert refusal.excerpt.isprintable()
    if refusal.row:
        # Nothing is shown of a row that may hold who sent it: that stands in the evidence alone.
        assert refusal.excerpt or names_senders(name)
        lines = (SAMPLES / name / file).read_text(encoding="utf-8").split("\n")
        assert refusal.excerpt[:4] in lines[refusal.row - 1].replace("\0", "\\x00").replace('"', "")


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_has_a_reason_and_every_reason_a_sample(name):
    files = {path.stem for path in (SAMPLES / name).glob(f"*{sample_suffix(name)}")} - {"good"}
    assert files == set(sample_reasons(name))


@pytest.mark.parametrize("name", NAMES)
def test_evidence_rows_are_the_lines_that_sed_shows(name, tmp_path):
    blank_lines = b"\n\n" + good_bytes(name)
    lines = blank_lines.decode().split("\n")
    outcome = read_bytes(blank_lines, tmp_path, sample_setting(name))
    plain = read_bytes(good_bytes(name), tmp_path, sample_setting(name))
    assert [row["evidence_row"] - 2 for row in outcome.rows] == [row["evidence_row"] for row in plain.rows]
    if name in TABLES:
        assert outcome.rows[0]["evidence_row"] == 4
        for row in outcome.rows:
            text = (
                row.get("text", "").split("\n")[0].split(" [")[0] if "text" in row else f"{row['lat']:g},{row['lon']:g}"
            )
            assert text in lines[row["evidence_row"] - 1]
    for row in outcome.rows:
        assert lines[row["evidence_row"] - 1].strip()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_other_line_ends_give_the_same_rows(name, ends, tmp_path):
    setting = sample_setting(name)
    plain = read_bytes(good_bytes(name), tmp_path, setting)
    other = read_bytes(good_bytes(name).replace(b"\n", ends.encode()), tmp_path, setting)
    assert other.rejected == []
    assert [row["evidence_row"] for row in other.rows] == [row["evidence_row"] for row in plain.rows]
    assert [row.get("text", "") for row in other.rows] == [row.get("text", "") for row in plain.rows]
    assert other.taken == plain.taken


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "gzip", "gzip of utf-16"])
def test_marked_encodings_and_gzip_give_the_same_rows(name, coding, tmp_path):
    setting = sample_setting(name)
    plain = read_bytes(good_bytes(name), tmp_path, setting)
    text = good_bytes(name).decode()
    content = text.encode("utf-16" if "16" in coding else "utf-8-sig" if "sig" in coding else "utf-8")
    other = read_bytes(gzip.compress(content, mtime=0) if "gzip" in coding else content, tmp_path, setting)
    assert other.rejected == []
    ids = {"observation_id", "counter_id", "track_id", "evidence_row"}
    assert [{name: row[name] for name in ids & row.keys()} for row in other.rows] == [
        {name: row[name] for name in ids & row.keys()} for row in plain.rows
    ]


SAID_OTHERWISE = {
    ".eml": {"cut off or damaged": "ZIP", "not UTF-8": "no mail", "control characters": "no mail"},
    ".json": {"cut off or damaged": "ZIP", "control characters": "no JSON"},
}
"""What formats that are no table say of foreign bytes, where that differs."""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        (b"", "empty"),
        (b"\n\n \n", "blank lines"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<!DOCTYPE html><html>Please log in</html>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "Office"),
        (b"PK\x03\x04" + bytes(40), "cut off or damaged"),
        (b"PAR1" + bytes(40) + b"PAR1", "Parquet"),
        (random.Random(7).randbytes(5000), "not UTF-8"),
        ("latitude,longitude\n1,2\n".encode("utf-16-le"), "control characters"),
    ],
)
def test_foreign_bytes_are_refused_with_a_reason(name, content, phrase, tmp_path):
    outcome = read_bytes(content, tmp_path, sample_setting(name))
    assert outcome.taken == 0
    whole_file_refusal(outcome, phrase=SAID_OTHERWISE.get(sample_suffix(name), {}).get(phrase, phrase))


@pytest.mark.parametrize("name", TABLES)
def test_a_header_without_rows_is_no_fault(name, tmp_path):
    outcome = read_bytes(good_bytes(name).split(b"\n")[0] + b"\n", tmp_path, sample_setting(name))
    assert (outcome.taken, outcome.rejected) == (0, [])


@pytest.mark.parametrize("name", TABLES)
def test_a_cut_off_gzip_keeps_the_rows_before_the_cut(name, tmp_path):
    header, row = good_bytes(name).split(b"\n")[:2]
    noise = random.Random(1)
    rows = (
        [row] if name == "bulletin" else [row.replace(b"invented", b"%x" % noise.getrandbits(400)) for _ in range(4000)]
    )
    packed = gzip.compress(b"\n".join([header, *rows]) + b"\n", mtime=0)
    outcome = read_bytes(packed[: int(len(packed) * 0.7)], tmp_path, sample_setting(name))
    whole_file_refusal(outcome, phrase="cut off")
    if name != "bulletin":
        assert 0 < outcome.taken < 4000


@pytest.mark.parametrize("name", TABLES)
def test_a_byte_that_is_not_utf8_stops_the_file_there_and_names_the_line(name, tmp_path):
    lines = good_bytes(name).split(b"\n")
    lines[2] = lines[2].replace(b"2031", b"203\xe9", 1)
    outcome = read_bytes(b"\n".join(lines), tmp_path, sample_setting(name))
    whole_file_refusal(outcome, phrase="line 3 holds the byte 0xE9")
    assert "UTF-8" in str(outcome.rejected[0].reason)
    assert outcome.taken == 1


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("size", [1_000_001, 10_000_000])
def test_a_huge_cell_costs_its_own_row_only(name, size, tmp_path):
    lines = good_bytes(name).split(b"\n")
    lines.insert(2, b"x" * size + b"," * lines[0].count(b","))
    outcome = read_bytes(b"\n".join(lines), tmp_path, sample_setting(name))
    assert [refusal.row for refusal in outcome.rejected] == [3]
    assert "1,000,000 characters" in str(outcome.rejected[0].reason)
    assert outcome.taken == read_bytes(good_bytes(name), tmp_path, sample_setting(name)).taken


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_cut_off_anywhere_gives_rows_or_refusals_and_says_so(name, tmp_path):
    content = good_bytes(name)
    whole = read_bytes(content, tmp_path, sample_setting(name))
    for cut in range(0, len(content), max(len(content) // 60, 1)):
        outcome = read_bytes(content[:cut], tmp_path, sample_setting(name))
        assert outcome.taken <= whole.taken
        if sample_suffix(name) not in ONE_ROW:
            assert [refusal.row for refusal in outcome.rejected] == [0]
            assert _but_evidence(outcome) == _but_evidence(whole)[: outcome.taken]
        assert outcome.taken or outcome.rejected
    packed = gzip.compress(content, mtime=0)
    cut_off = read_bytes(packed[: int(len(packed) * 0.7)], tmp_path, sample_setting(name))
    whole_file_refusal(cut_off, phrase="cut off")


def _but_evidence(outcome: Outcome) -> list[dict[str, object]]:
    return [{key: value for key, value in row.items() if key != "evidence_sha256"} for row in outcome.rows]


@pytest.mark.parametrize("name", NAMES)
def test_a_gzip_bomb_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.setattr(stream_module, "RATIO_COUNTS_FROM_BYTES", 1_000_000)
    header = good_bytes(name).split(b"\n")[0]
    outcome = read_bytes(gzip.compress(header + b"\n" + b"\n" * 50_000_000, mtime=0), tmp_path, sample_setting(name))
    whole_file_refusal(outcome, phrase="beyond the limit")


@pytest.mark.parametrize("name", TABLES)
def test_an_open_quote_does_not_swallow_the_rows_after_it(name, tmp_path):
    lines = good_bytes(name).split(b"\n")
    lines.insert(1, b'"' + lines[1].replace(b'"', b""))
    outcome = read_bytes(b"\n".join(lines), tmp_path, sample_setting(name))
    assert [refusal.row for refusal in outcome.rejected] == [2]
    assert "quote" in str(outcome.rejected[0].reason)
    assert outcome.taken == read_bytes(good_bytes(name), tmp_path, sample_setting(name)).taken


@pytest.mark.parametrize("name", NAMES)
def test_block_boundaries_do_not_change_what_is_read(name, tmp_path, monkeypatch):
    setting = sample_setting(name)
    whole = read_bytes(good_bytes(name), tmp_path, setting)
    for size in (7, 64, 301):
        monkeypatch.setattr(stream_module, "BLOCK_BYTES", size)
        monkeypatch.setattr(table_module, "CHUNK_ROWS", 2)
        pieces = read_bytes(good_bytes(name), tmp_path, setting)
        assert pieces.rejected == []
        assert pieces.rows == whole.rows


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_a_simulated_source_is_simulated(name, tmp_path):
    outcome = read_bytes(good_bytes(name), tmp_path, replace(sample_setting(name), simulated=True))
    assert all(row["simulated"] for row in each(outcome.rows))


def test_reading_never_asks_the_clock():
    for path in each(Path(stream_module.__file__).parent.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in (".now(", ".today(", "time.time", "utcnow")), path.name


cells = st.one_of(
    st.sampled_from(["", "NaN", "inf", "-1", "91", "1e400", "24:60", "0000-00-00", "٣", "=1+1", "a,b", "9" * 30]),
    st.text(max_size=8),
)


@pytest.mark.parametrize("name", TABLES)
@settings(deadline=None, max_examples=40)
@given(changes=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), cells), min_size=1, max_size=6))
def test_rows_in_are_rows_out_plus_refusals_whatever_the_cells_hold(name, changes, tmp_path_factory):
    rows = list(csv.reader(io.StringIO(good_bytes(name).decode(), newline="")))
    for row, column, cell in changes:
        rows[1 + row % (len(rows) - 1)][column % len(rows[0])] = cell.replace("\0", "")
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    outcome = read_bytes(
        text.getvalue().encode("utf-8", "replace"), tmp_path_factory.mktemp("rows"), sample_setting(name)
    )
    assert outcome.taken + len(outcome.rejected) == len(rows) - 1
    assert all(one.row > 1 for one in outcome.rejected)


@pytest.mark.parametrize("language", ["ru", "tr"])
@pytest.mark.parametrize(("name", "file"), WRONG)
def test_every_reason_is_said_in_other_languages_with_what_was_typed(name, file, language):
    reason = read_file(SAMPLES / name / file, sample_setting(name)).rejected[0].reason
    said = words(language).say(reason)
    assert reason.template != VERBATIM
    assert said != str(reason)
    for value in typed_values(reason):
        assert value in str(reason)
        assert value in said


def typed_values(message: Message) -> list[str]:
    """What stands in a message as it was typed, also in the messages within it."""
    return [
        text
        for value in message.values.values()
        for text in (typed_values(value) if isinstance(value, Message) else [value])
        if isinstance(text, str)  # an amount is written as each language writes numbers
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_card_speaks_every_language(name):
    card = adapter(name).card
    for sentence in (card.title, card.owner, card.delay_words, card.licence, card.blind_spots, card.reads):
        for language in ("ru", "tr"):
            assert words(language).say(sentence) != str(sentence)


@pytest.mark.parametrize(("name", "file"), WRONG)
def test_a_refusal_is_read_back_from_its_record_as_it_was(name, file):
    refusal = read_file(SAMPLES / name / file, sample_setting(name)).rejected[0]
    record = record_of_rejected(refusal)
    assert rejected_of(record) == refusal
    of_before = {key: value for key, value in record.items() if key != "message"}
    assert rejected_of(of_before) == replace(refusal, reason=Message.verbatim(str(refusal.reason)))
