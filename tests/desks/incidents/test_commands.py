"""The words for incidents: the list, one incident, acts by hand; what each refuses, and what it says to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.builders import make_watch
from tests.pipeline.test_command_line import call
from trucewatch.cli.main import app
from trucewatch.errors import StoreError, TimeError, TrucewatchError, WatchError
from trucewatch.model.short_codes import codes_of

WHY = ("--reason", "seen by two of us", "--by", "A", "--yes")
HEARD = ("--kind", "shot", "--claimed-by", "A")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    made = str(make_watch(tmp_path / "w", rows=12))
    call("run", made)
    return made


def listed(folder: str, *more: str) -> dict[str, Any]:
    code, text = call("incidents", folder, "--json", *more)
    assert code == 0
    document: dict[str, Any] = json.loads(text)
    return document


def ids(folder: str) -> list[str]:
    return [one["incident_id"] for one in listed(folder)["incidents"]]


def test_without_a_list_it_says_what_to_do(tmp_path: Path) -> None:
    made = str(make_watch(tmp_path / "w"))
    with pytest.raises(WatchError, match="no list yet; make one with: trucewatch run"):
        call("incidents", made)
    assert "Nothing was done by hand" in call("incident", made, "acts")[1]


def test_the_list_shows_what_people_ask_for(folder: str) -> None:
    code, text = call("incidents", folder)
    assert code == 0
    for word in ("code", "time, UTC", "±", "rung", "happened", "reports", "acts"):
        assert word in text
    assert all(one in text for one in codes_of(ids(folder)))
    only = listed(folder, "--day", "2031-05-03")["incidents"]
    assert only
    assert {one["occurred_start"][:10] for one in only} == {"2031-05-03"}
    assert "No incident is listed" in call("incidents", folder, "--day", "2030-01-01")[1]
    with pytest.raises(TimeError, match="is no day"):
        call("incidents", folder, "--day", "tomorrow")


@pytest.mark.parametrize("form", ["{}", " {} ", "№ {}"])
def test_a_code_is_understood_in_whatever_form_it_is_typed(folder: str, form: str) -> None:
    every = listed(folder)["incidents"]
    for one in every[:3]:
        for text in (one["code"], one["code"].replace("-", ""), one["code"].replace("-", " "), one["incident_id"][:9]):
            shown = call("incident", folder, "show", form.format(text) if text[:2] != "i-" else text)[1]
            assert shown.startswith(f"{one['code']}  {one['incident_id']}")
    with pytest.raises(WatchError, match="no incident begins with"):
        call("incident", folder, "show", "000-000-000-000-000-001")


def test_one_incident_is_shown_with_everything(folder: str) -> None:
    several = max(listed(folder)["incidents"], key=lambda one: len(one["members"]))
    code, text = call("incident", folder, "show", several["incident_id"][2:9])
    assert code == 0
    assert several["incident_id"] in text
    assert "\nL1  " in text
    assert "\nL2  " in text
    assert " new " in text
    assert all(one[:12] in text for one in several["members"])
    document = json.loads(call("incident", folder, "show", several["incident_id"], "--json")[1])
    assert sorted(one["observation_id"] for one in document["members"]) == sorted(several["members"])
    orders = [one["added"]["order"] for one in document["members"]]
    assert orders == sorted(orders)
    assert document["reasons"]
    shown = " ".join(text.split())
    assert all(f"{reason['sign']} {reason['words']}" in shown for reason in document["reasons"])
    assert all(one["means"] and one["added"] for one in document["members"])
    assert document["first"][0]["incident_id"] == several["incident_id"]


def test_merge_run_split_run_undo_run(folder: str) -> None:
    first, second, *rest = ids(folder)
    code, text = call("incident", folder, "merge", first, second, *WHY)
    assert code == 0
    assert "Merges 2 incidents into one" in text
    assert "The next run applies it: trucewatch run" in text
    assert ids(folder) == [first, second, *rest], "nothing changes before"
    assert listed(folder)["acts_waiting"] == 1
    assert "1 act made since this list" in call("incidents", folder)[1]
    call("run", folder)
    (merged,) = [one for one in listed(folder)["incidents"] if one["acts"]]
    assert len(ids(folder)) == 1 + len(rest)
    assert "merged" in call("incident", folder, "show", merged["incident_id"])[1]
    part = merged["members"][0]
    text = call("incident", folder, "split", merged["incident_id"], "--part", part, *WHY)[1]
    assert "Splits into 2" in text
    call("run", folder)
    acts = json.loads(call("incident", folder, "acts", "--json")[1])["acts"]
    assert [one["deed"] for one in acts] == ["merge", "split"]
    for one in reversed(acts):
        assert call("incident", folder, "undo", one["act_id"][:8], *WHY)[0] == 0
    call("run", folder)
    assert ids(folder) == [first, second, *rest]
    assert call("incident", folder, "acts")[1].count("undone by") == 2
    with pytest.raises(WatchError, match="does not stand: undone by"):
        call("incident", folder, "undo", acts[0]["act_id"], *WHY)


def test_reject_retype_and_add(folder: str) -> None:
    first, second, *_ = ids(folder)
    call("incident", folder, "reject", first, *WHY)
    call("incident", folder, "retype", second, "--kind", "flare", "--class", "illumination", *WHY)
    call(
        "incident",
        folder,
        "add",
        "--kind",
        "shot",
        "--means",
        "patrol",
        "--claimed-by",
        "the eastern patrol",
        "--start",
        "2031-05-02T09:00:00Z",
        "--lon",
        "-25.1",
        "--lat",
        "-35.1",
        "--sd-m",
        "100",
        "--minor-sd-m",
        "250",
        "--azimuth",
        "190",
        "--count",
        "3",
        "--text",
        "heard",
        *WHY,
    )
    call("run", folder)
    document = listed(folder)
    assert [(one["incident_id"], one["reason"]) for one in document["rejected"]] == [(first, "seen by two of us")]
    kinds = {one["incident_id"]: (one["kind"], one["classes"][0]) for one in document["incidents"] if one["classes"]}
    assert kinds[second] == ("flare", "illumination")
    (added,) = [one for one in document["incidents"] if "by-hand" in one["sources"]]
    assert (added["count_best"], added["text"], added["means"]) == (3, "heard", ["patrol"])
    assert "rejected by hand: not counted" in call("incidents", folder)[1]
    assert "■ rejected" in call("incident", folder, "show", first)[1]
    with pytest.raises(WatchError, match=r"was rejected \(seen by two of us\); undo that first"):
        call("incident", folder, "merge", first, second, *WHY)
    stated = json.loads(call("incident", folder, "show", added["incident_id"], "--json")[1])
    assert stated["members"][0]["source"] == "by-hand"


def test_who_acts_is_a_delegation_or_a_salted_reference(folder: str) -> None:
    first, second, *_ = ids(folder)
    call("incident", folder, "reject", first, "--reason", "r", "--by", "Ann Example", "--yes")
    call("incident", folder, "reject", second, "--reason", "r", "--by", "ann example", "--yes")
    acts = json.loads(call("incident", folder, "acts", "--json")[1])["acts"]
    assert acts[0]["by"] == acts[1]["by"]
    assert acts[0]["by"].startswith("p-")
    objects = b"".join(path.read_bytes() for path in Path(folder, ".trucewatch/objects").rglob("*") if path.is_file())
    assert b"Ann Example" not in objects


def test_nothing_is_entered_without_a_yes(folder: str) -> None:
    first = ids(folder)[0]
    with pytest.raises(TrucewatchError, match="nothing was entered; say --yes"):
        call("incident", folder, "reject", first, "--reason", "r", "--by", "A")
    assert listed(folder)["acts_waiting"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("merge", "ONE"), "merged with nothing"),
        (("merge", "ONE", "ONE"), "named twice"),
        (("merge", "ONE", "zzzz"), 'no incident begins with "zzzz"; see: trucewatch incidents'),
        (("merge", "ONE", "i-"), "of them begin with"),
        (("merge", "ONE", ""), "no incident begins with"),
        (("split", "ONE", "--part", "ALL"), "leaves .* whole"),
        (("split", "ONE", "--part", "FIRST", "--part", "FIRST"), "named in two parts"),
        (("split", "ONE", "--part", "o-zz"), "no report of this incident"),
        (("retype", "ONE"), "say what it is"),
        (("retype", "ONE", "--kind", "bang"), '"bang" is no kind; there are: explosion'),
        (("retype", "ONE", "--class", "bang"), '"bang" is no class; there are: shelling'),
        (("retype", "ONE", "--kind", "KIND"), "already"),
        (("undo", "a-zz"), "no act begins with"),
        (("add", *HEARD, "--means", "ear", "--start", "2031-05-02T09:00:00Z"), "is no means"),
        (("add", *HEARD, "--means", "patrol", "--start", "2031-05-02T09:00:00"), "no zone of time"),
        (
            ("add", *HEARD, "--means", "patrol", "--start", "2031-05-02T09:00:00Z", "--lon", "4"),
            "--lon, --lat and --sd-m",
        ),
        (
            (
                "add",
                *HEARD,
                "--means",
                "patrol",
                "--start",
                "2031-05-02T09:00:00Z",
                "--lon",
                "4",
                "--lat",
                "95",
                "--sd-m",
                "9",
            ),
            "is no place",
        ),
        (
            (
                "add",
                *HEARD,
                "--means",
                "patrol",
                "--start",
                "2031-05-02T09:00:00Z",
                "--lon",
                "4",
                "--lat",
                "9",
                "--sd-m",
                "nan",
            ),
            "metres, above 0",
        ),
        (
            (
                "add",
                *HEARD,
                "--means",
                "patrol",
                "--start",
                "2031-05-02T09:00:00Z",
                "--end",
                "2031-05-02T08:00:00Z",
            ),
            "before it begins",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(folder: str, words: tuple[str, ...], said: str) -> None:
    several = max(listed(folder)["incidents"], key=lambda one: len(one["members"]))
    named = {
        "ONE": several["incident_id"],
        "ALL": ",".join(several["members"]),
        "FIRST": several["members"][0],
        "KIND": several["kind"],
    }
    with pytest.raises(TrucewatchError, match=said):
        call("incident", folder, *(named.get(word, word) for word in words), *WHY)
    assert listed(folder)["acts_waiting"] == 0


def test_a_long_reason_is_refused(folder: str) -> None:
    with pytest.raises(StoreError, match="at most 500"):
        call("incident", folder, "reject", ids(folder)[0], "--reason", "x" * 501, "--by", "A", "--yes")


def test_every_word_has_its_help() -> None:
    for word in ("show", "merge", "split", "retype", "reject", "add", "undo", "acts"):
        done = CliRunner().invoke(app, ["incident", "WATCH", word, "--help"])
        assert done.exit_code == 0
        assert "Usage" in done.stdout


def test_acts_are_entries_that_the_log_shows(folder: str) -> None:
    call("incident", folder, "reject", ids(folder)[0], *WHY)
    text = call("log", folder, "--kind", "incident-act")[1]
    assert "Reject (" in text
    assert "seen by two of us" in text


def test_a_reason_turns_no_line_of_a_terminal_and_programs_get_it_as_it_was_typed(folder: str) -> None:
    first, reason = ids(folder)[0], "a \u202egnp.exe {name} [b]%s[/b]\nand a line"
    assert call("incident", folder, "reject", first, "--reason", reason, "--by", "A", "--yes")[0] == 0
    call("run", folder)
    for words in (("incidents", folder), ("incident", folder, "acts")):
        text = call(*words)[1]
        assert "a gnp.exe {name} [b]%s[/b] and a line" in text
        assert "\u202e" not in text
    acts = json.loads(call("incident", folder, "acts", "--json")[1])["acts"]
    assert acts[-1]["reason"] == reason


def test_a_dry_run_says_what_would_come_and_enters_nothing(folder: str) -> None:
    first, second, *rest = ids(folder)
    asked = ("--reason", "one event", "--by", "A", "--dry-run")
    for words in (
        ("merge", first, second),
        ("retype", first, "--kind", "flare"),
        ("reject", first),
        ("add", *HEARD, "--means", "patrol", "--start", "2031-05-03T10:00:00Z"),
    ):
        code, text = call("incident", folder, *words, *asked)
        assert code == 0
        assert "Nothing was entered." in text
        assert "after" in text
        assert "→" in text
    assert listed(folder)["acts_waiting"] == 0
    shown = " ".join(call("incident", folder, "merge", first, second, *asked)[1].split())
    call("incident", folder, "merge", first, second, *WHY)
    call("run", folder)
    (merged,) = [one for one in listed(folder)["incidents"] if one["acts"]]
    assert len(ids(folder)) == 1 + len(rest)
    edit = json.loads(call("incident", folder, "show", merged["incident_id"], "--json")[1])["edits"][0]
    assert (edit["deed"], edit["stands"], edit["reason"]) == ("merge", True, "seen by two of us")
    assert edit["changes"]
    for change in edit["changes"]:
        line = " ".join(f"{change['name']}: {change['from']} → {change['to']}".split())
        assert line in shown, "what was shown is what is on record afterwards"
