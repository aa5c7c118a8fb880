"""Tables of archived posts and incidents: the hash, whose words a post is, and no account of a private person."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from trucewatch.model.batch import ReadingContext
from trucewatch.sources.accounts import account_of, without_names

from .reading import Outcome, good_sample, read_bytes, read_file, sample_setting

SETTING = sample_setting("archived_media")
PARTIES = ReadingContext(party_ids=frozenset({"AM"}))
ATLOS = (
    "slug,inserted_at,updated_at,latitude,longitude,sensitive,description,type,geolocation_resolution,more_info,date,"
)
ATLOS += "status,assignees,source_1,source_2\n"


def handles(outcome: Outcome) -> list[str]:
    return pa.concat_tables([batch.senders for batch in outcome.batches])["handle"].to_pylist()


def read(text: str, folder: Path, **changes: Any) -> Outcome:
    return read_bytes(text.encode(), folder, SETTING, PARTIES, **changes)


def test_a_sheet_of_auto_archiver_gives_a_row_a_post_with_its_hash() -> None:
    outcome = read_file(good_sample("archived_media"), SETTING, PARTIES)
    ministry, person, site, community = outcome.rows
    assert (ministry["means"], ministry["claimed_by"], ministry["kind"]) == ("party", "AM", "other")
    assert "link=https://t.me/invented_ministry/12" in ministry["source_quality"]
    assert f"hash=SHA-256:{'ab' * 32}" in ministry["source_quality"]
    assert "archive status=telegram: success" in ministry["source_quality"]
    assert ministry["known_at"] == datetime(2031, 3, 1, 10, 5, tzinfo=UTC)
    assert (person["means"], person["claimed_by"]) == ("public", "")
    assert person["text"] == "invented: [account] on the day"
    assert "link=x.com;" in person["source_quality"]
    assert "archive=https://archive.example/twitter-com-[account]-status-1.html" in person["source_quality"]
    assert (site["means"], site["claimed_by"]) == ("public", "Observer body")
    assert "sent=not stated, archived by then" in site["source_quality"]
    assert site["known_at"] == datetime(2031, 3, 2, 8, 0, tzinfo=UTC)
    assert community["claimed_by"] == ""
    told = json.dumps(outcome.rows, default=str).casefold()
    assert not any(word in told for word in ("planted", "55443322"))
    assert handles(outcome) == ["https://twitter.com/planted_handle/status/1", "https://vk.com/wall-55443322_9"]


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        ("https://t.me/s/Name_x/12?single", ("t.me/Name_x", "@Name_x")),
        ("https://twitter.com/name/status/1", ("x.com/name",)),
        ("https://mobile.twitter.com/@name", ("x.com/name",)),
        ("http://www.youtube.com/@name/videos", ("youtube.com/@name",)),
        ("https://www.youtube.com/channel/UC123", ("youtube.com/UC123",)),
        ("https://m.facebook.com/name/posts/1", ("facebook.com/name",)),
        ("https://vk.com/wall-12_3", ("vk.com/-12",)),
        ("https://x@t.me:443/name/1", ("@name",)),
    ],
)
def test_an_address_of_a_platform_says_whose_account_it_is(address: str, keys: tuple[str, ...]) -> None:
    account = account_of(address)
    assert account is not None
    assert set(keys) <= set(account.keys)


def test_a_page_that_names_no_account_is_nobodys() -> None:
    for address in (
        "https://youtu.be/abc",
        "https://www.facebook.com/watch/?v=1",
        "https://instagram.com/p/abc/",
        "x",
        "",
    ):
        account = account_of(address)
        assert account is None or account.keys == ()
    for address in ("https://evil.example\\@t.me/name/1", "https://t.me/na me/1", "https://t.me@evil.example/name/1"):
        account = account_of(address)
        assert account is None or account.host == "evil.example"


def test_an_account_of_the_same_name_elsewhere_is_another(tmp_path: Path) -> None:
    rows = "link,archive status,upload timestamp\nhttps://tiktok.com/@invented_ministry/video/1,done,2031-03-01T10:00:00Z\n"
    rows += "https://t.me.evil.example/invented_ministry/1,done,2031-03-01T10:00:00Z\n"
    assert {row["claimed_by"] for row in read(rows, tmp_path, channels={"@invented_ministry": "AM"}).rows} == {""}
    rows = rows.replace("t.me.evil.example", "telegram.me")
    outcome = read(rows, tmp_path, channels={"@invented_ministry": "AM"})
    assert [row["claimed_by"] for row in outcome.rows] == ["", "AM"]


def test_names_are_written_out_of_texts_as_whole_words() -> None:
    assert without_names("Ali_B and @ali-b, aliber", ("ali_b",)) == "[account] and [account], aliber"
    assert without_names("ab c", ("ab",)) == "ab c"
    assert without_names("x.y(z", ("x.y(z", "...")) == "[account]"


def test_columns_of_a_sheet_may_have_other_names(tmp_path: Path) -> None:
    rows = "URL,State,When\nhttps://t.me/invented_ministry/1,done,2031-03-01T10:00:00Z\n"
    named = {"url": "URL", "status": "State", "timestamp": "When"}
    assert read(rows, tmp_path, columns=named).rows[0]["claimed_by"] == "AM"
    outcome = read(rows, tmp_path, columns={**named, "hash": "Sum"})
    assert 'lacks the column "sum"' in str(outcome.rejected[0].reason)


def test_the_platforms_own_record_of_a_post_is_no_words(tmp_path: Path) -> None:
    rows = "link,archive status,upload timestamp,upload title,text content\n"
    rows += 'https://x.com/planted/status/1,done,2031-03-01T10:00:00Z,Title,"{""user"": ""Planted Person""}"\n'
    assert read(rows, tmp_path).rows[0]["text"] == "Title"


@dataclass
class Media:
    filename: str
    urls: list[str] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)


def test_the_csv_file_of_auto_archiver_is_read_without_running_any_of_it(tmp_path: Path) -> None:
    metadata = {
        "_processed_at": datetime(2031, 3, 2, tzinfo=UTC),
        "url": "https://t.me/invented_ministry/4",
        "timestamp": datetime(2031, 3, 1, 9, 30, tzinfo=UTC),
        "title": "A statement",
    }
    media = [asdict(Media("a.mp4", ["https://a.example/a.mp4"], {"hash": "SHA-256:12", "id": "_final_media"}))]

    def quoted(value: object) -> str:
        return '"' + str(value).replace('"', '""') + '"'

    head = "status,metadata,media\n"
    outcome = read(head + f"telegram: success,{quoted(metadata)},{quoted(media)}\n", tmp_path)
    (row,) = outcome.rows
    assert (row["claimed_by"], row["text"]) == ("AM", "A statement")
    assert row["known_at"] == datetime(2031, 3, 1, 9, 30, tzinfo=UTC)
    assert "hash=SHA-256:12" in row["source_quality"]
    assert "archive=https://a.example/a.mp4" in row["source_quality"]
    for hostile in ("__import__('os').getpid()", "[" * 5000, "{'url': [].__class__}", "datetime.datetime(1)", "{"):
        outcome = read(head + f"x,{quoted(hostile)},[]\n", tmp_path)
        assert "cannot be read" in str(outcome.rejected[0].reason)


def test_an_incident_of_atlos_has_its_day_its_place_and_its_material(tmp_path: Path) -> None:
    row = "ABC-12,2031-03-02 08:00:00,2031-03-03 09:00:00,'-10.25,20.5,Graphic Violence,A shell hit a field,"
    row += '"Artillery, Field",Vicinity,Seen by planted_witness,2031-03-01,Completed,planted_analyst,'
    row += "https://t.me/planted_witness/5,https://t.me/planted_witness/6\n"
    outcome = read(ATLOS + row, tmp_path, time_zone="Asia/Baku", kinds={"artillery": "explosion"})
    (event,) = outcome.rows
    assert (event["kind"], event["means"], event["claimed_by"]) == ("explosion", "public", "")
    assert (event["lat"], event["lon"], event["semi_major_m"]) == (-10.25, 20.5, 100.0)
    assert event["occurred_start"] == datetime(2031, 2, 28, 20, tzinfo=UTC)
    assert event["occurred_end"] == datetime(2031, 3, 1, 20, tzinfo=UTC)
    assert event["known_at"] == datetime(2031, 3, 3, 9, tzinfo=UTC)
    assert event["text"] == "A shell hit a field\n\nSeen by [account]"
    assert "slug=ABC-12; status=Completed; sensitive=Graphic Violence" in event["source_quality"]
    assert "planted" not in json.dumps(outcome.rows, default=str)
    assert handles(outcome) == ["https://t.me/planted_witness/5 https://t.me/planted_witness/6"]


def test_what_investigators_write_of_a_partys_footage_is_no_claim_of_the_party(tmp_path: Path) -> None:
    row = "ABC-12,2031-03-02 08:00:00,2031-03-03 09:00:00,-10.25,20.5,,A shell hit a field,Artillery,Vicinity,,"
    row += "2031-03-01,Completed,,https://t.me/ministry/5,\n"
    (event,) = read(ATLOS + row, tmp_path, time_zone="Asia/Baku", channels={"t.me/ministry": "AM"}).rows
    assert (event["claimed_by"], event["means"]) == ("", "public"), "it published a film, and no day, place or kind"
    assert event["source_quality"].startswith("material_of=AM; link=https://t.me/ministry/5; slug=ABC-12")


@pytest.mark.parametrize(
    ("old", "new", "phrase"),
    [
        ("2031-03-01", "", "has no date"),
        ("2031-03-01", "2031-02-29", "is no day"),
        ("Vicinity", "Near", "geolocation_resolution"),
        ("20.5", "", "lon is empty"),
        ("ABC-12", "", "no slug"),
        ("20.5", "200.5", "lon"),
    ],
)
def test_what_an_incident_of_atlos_lacks_is_said(old: str, new: str, phrase: str, tmp_path: Path) -> None:
    row = "ABC-12,2031-03-02 08:00:00,,10.25,20.5,,Words,,Vicinity,,2031-03-01,,,,\n"
    assert read(ATLOS + row, tmp_path, time_zone="Asia/Baku").rejected == []
    outcome = read(ATLOS + row.replace(old, new, 1), tmp_path, time_zone="Asia/Baku")
    assert phrase in str(outcome.rejected[0].reason)
