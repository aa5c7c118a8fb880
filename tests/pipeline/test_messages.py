"""Messages from the inbox to what leaves: no sender outside `private/`, no words and no event in a release."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from tests.builders import edit, make_watch, observations
from tests.pipeline.test_run import run
from tests.sources.reading import good_sample
from trucewatch.fusion.voices import voices_of
from trucewatch.model.observation import MEANS
from trucewatch.model.speakers import speakers_of
from trucewatch.model.watch import MESSAGES
from trucewatch.pipeline import Assessment, Steps
from trucewatch.pipeline.published import published_words
from trucewatch.reports.release import release
from trucewatch.server.snapshot import snapshot_of
from trucewatch.sources import adapters
from trucewatch.terminal.output import show_run
from trucewatch.watch import files_of, read_watch
from trucewatch.watch.load import usable

SOURCES = """
[[source]]
id = "letters"
adapter = "mail"
files = ["inbox/letters/*"]
simulated = true

[[source]]
id = "channel"
adapter = "telegram"
files = ["inbox/result*.json"]
simulated = true
channels = { 1234567 = "A" }
kinds = { "#shelling" = "explosion" }

[[source]]
id = "archive"
adapter = "archived_media"
files = ["inbox/archive*.csv"]
simulated = true
channels = { "t.me/invented_ministry" = "A" }

[[recipient]]
id = "joint-centre\""""
HANDLES = ("planted", "user99887766", "55443322", "private.example")
WORDS = ("Two shots this morning", "Shelling near Sampleton", "I heard it from here", "invented statement")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with a mail, an export of a channel and a table of archived posts, run once."""
    folder = make_watch(tmp_path_factory.mktemp("messages") / "w")
    edit(folder / "watch.toml", '\n[[recipient]]\nid = "joint-centre"', SOURCES)
    (folder / "inbox" / "letters").mkdir()
    for adapter, name in zip(MESSAGES, ("archive.csv", "letters/1.eml", "result.json"), strict=True):
        (folder / "inbox" / name).write_bytes(good_sample(adapter).read_bytes())
    return folder


@pytest.fixture(scope="module")
def assessment(folder: Path) -> Assessment:
    return run(folder)


def test_every_message_is_taken_and_the_run_says_what_there_is_to_know(assessment: Assessment) -> None:
    assert assessment.rejected.num_rows == 0
    sources = assessment.observations["source"].to_pylist()
    assert [sources.count(name) for name in ("archive", "letters", "channel")] == [4, 1, 5]
    told = " ".join(map(str, assessment.warnings))
    assert "inbox/result.json: 1 message of the service" in told


def test_no_sender_stands_in_any_byte_outside_private_and_the_evidence(folder: Path, assessment: Assessment) -> None:
    found = {handle: set() for handle in HANDLES}
    for path in (folder / ".trucewatch").rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        texts = [str(path).casefold().encode(), content.lower()]
        if content.startswith(b"PAR1"):
            texts.append(json.dumps(pq.read_table(io.BytesIO(content)).to_pylist(), default=str).casefold().encode())
        for handle in HANDLES:
            if any(handle.encode() in text for text in texts):
                found[handle].add(path.relative_to(folder / ".trucewatch").parts[0])
    assert found == {handle: {"private", "evidence"} for handle in HANDLES}
    assert not any(handle in " ".join(map(str, assessment.warnings)) for handle in HANDLES)


def test_no_words_of_a_message_leave_even_to_whom_words_may_go(assessment: Assessment) -> None:
    inputs = assessment.report_inputs()
    held = json.dumps(assessment.observations["text"].to_pylist())
    assert all(words in held for words in WORDS)
    for recipient in assessment.watch.settings.recipient:
        most = replace(recipient, text=True, place="exact", time="minute", smallest_count=1, delay_hours=0)
        released = release(inputs, most)
        told = json.dumps(asdict(released), default=str)
        assert not any(words in told for words in (*WORDS, *HANDLES))


def test_a_message_is_no_event_of_any_report_by_itself(assessment: Assessment) -> None:
    inputs = assessment.report_inputs()
    most = replace(assessment.watch.settings.recipient[0], text=True, smallest_count=1, delay_hours=0)
    released = release(inputs, most).incidents
    assert "other" in assessment.incidents["kind"].to_pylist()
    assert "other" not in {incident.kind for incident in released}
    # What the source's kinds map has no place and no day either, until somebody joins it to an event.
    assert "explosion" in assessment.incidents["kind"].to_pylist()
    assert all(incident.means != ("party",) for incident in released)


def test_messages_are_counted_beside_the_incidents(assessment: Assessment) -> None:
    snapshot = snapshot_of(assessment, assessment.as_of)
    alone = [
        {*row["sources"]} <= assessment.watch.message_sources and (row["kind"] == "other" or row["lon"] is None)
        for row in snapshot.incidents.to_pylist()
    ]
    assert snapshot.is_message.tolist() == alone
    assert 0 < sum(alone) < len(alone)
    out = Console(file=io.StringIO(), width=200)
    show_run(
        out,
        assessment,
        steps=Steps(),
        drafts=(),
        rejected=None,
        recovered=(),
        entries=1,
        show_all=False,
        seconds=1.0,
    )
    text = out.file.getvalue()
    assert f"recorded     {len(alone) - sum(alone)} incident" in text
    assert f"messages     {sum(alone)}  somebody's words, no events by themselves" in text


def test_people_who_write_to_us_are_one_voice_however_many_write(assessment: Assessment) -> None:
    rows = observations(
        *({"source": name, "means": "public", "text": name} for name in ("letters", "channel", "archive"))
    )
    means = np.full(3, MEANS.index("public"))
    voices, _ = voices_of(rows, means, np.arange(3), speakers_of(assessment.watch))
    assert len(set(voices.tolist())) == 1


def test_what_a_party_published_is_cited_only_where_the_party_signed_it(folder: Path, assessment: Assessment) -> None:
    contents = files_of(folder)
    contents["watch.toml"] = contents["watch.toml"].replace(
        b'id = "channel"', b'id = "channel"\nhandling = "open"\npublisher = "A"'
    )
    watch = usable(*read_watch(contents), str(folder))
    cited = [words.text for words in published_words(assessment.observations, watch)]
    assert "No fire was opened during the day." in cited
    assert not any("I heard it" in text or "A film" in text for text in cited)


def test_the_sources_of_messages_are_these() -> None:
    assert set(MESSAGES) <= set(adapters())
