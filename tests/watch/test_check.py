"""Every fault of a watch folder is found, at its line, with a remedy; and the good ones pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import edit, make_watch, template_files, template_watch
from tests.conftest import each
from trucewatch.errors import WatchError
from trucewatch.locale import words
from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.watch import check_watch, load_watch, read_watch
from trucewatch.watch.toml_lines import TomlLines


def faults_after(folder: Path, name: str, old: str, new: str) -> list[Fault]:
    make_watch(folder)
    edit(folder / name, old, new)
    return list(check_watch(folder).faults)


def test_the_template_has_no_fault(tmp_path: Path) -> None:
    reading = check_watch(make_watch(tmp_path / "w"))
    assert reading.faults == ()
    assert reading.watch is not None


ONE_FAULT = [
    ("agreement.toml", 'what = "handover"', 'waht = "handover"', 'unknown key "waht"', 'did you mean "what"?', "error"),
    (
        "agreement.toml",
        'zone = "pass"',
        'zone = "pas"',
        'zone "pas" is not in zones.geojson',
        'did you mean "pass"?',
        "error",
    ),
    ("agreement.toml", 'zone = "UTC", text', "text", "has no zone of time", 'add zone = "Europe/Moscow"', "warning"),
    (
        "agreement.toml",
        'text = "en-1" }',
        'text = "en-9" }',
        'text "en-9" is not known',
        'did you mean "en-1"?',
        "error",
    ),
    ("agreement.toml", 'obliged = ["A"]', 'obliged = ["Z"]', 'party "Z" is not known', "write one of: A, B", "error"),
    (
        "agreement.toml",
        'kinds = ["access_denied"]',
        'kinds = ["acces_denied"]',
        "acces_denied",
        'did you mean "access_denied"?',
        "error",
    ),
    (
        "agreement.toml",
        "known_at = 2031-05-01T00:00:00Z",
        "known_at = 2031-05-01T00:00:00",
        "has no zone of time",
        "add Z",
        "error",
    ),
    (
        "agreement.toml",
        'kind = "judged"',
        'kind = "jugded"',
        '"jugded" is not one of its words',
        'did you mean "judged"?',
        "error",
    ),
    ("agreement.toml", 'id = "1a"', 'id = "2"', 'stipulation "2" is given 2 times', "its own id", "error"),
    ("agreement.toml", 'unless = ["notice"', 'unless = ["notise"', 'exception "notise"', "write one of", "error"),
    (
        "agreement.toml",
        'kinds = ["explosion", "projectile", "muzzle_flash", "burst", "shot"]',
        "kinds = []",
        "prohibits nothing",
        "kinds =",
        "error",
    ),
    ("agreement.toml", 'what = "handover"', 'what = ""', "requires nothing", "what =", "error"),
    (
        "agreement.toml",
        'day = 2031-05-10, bound = "by", zone = "UTC"',
        'day = 2031-05-10, bound = "by", zone = "Moscow"',
        '"Moscow" is no time zone',
        "IANA",
        "error",
    ),
    (
        "watch.toml",
        'time_zone = "UTC"                                 #',
        'time_zone = "Mars"  #',
        '"Mars" is no time zone',
        "IANA",
        "error",
    ),
    (
        "watch.toml",
        "area = [-25.5, -35.5, -24.5, -34.5]",
        "area = [-24.5, -35.5, -25.5, -34.5]",
        "is no box",
        "longitude first",
        "error",
    ),
    ("watch.toml", 'adapter = "event_table"', 'adapter = "event_tabel"', "event_tabel", "trucewatch sources", "error"),
    (
        "watch.toml",
        'files = ["inbox/reports.csv"]',
        'files = ["../other/reports.csv"]',
        "leaves the watch",
        "below inbox",
        "error",
    ),
    (
        "watch.toml",
        'files = ["inbox/reports.csv"]',
        'files = ["/etc/passwd"]',
        "leaves the watch",
        "below inbox",
        "error",
    ),
    (
        "watch.toml",
        "delay_hours = 24                                  # nothing younger than a day\n",
        "",
        'has no release rule: "delay_hours" is missing',
        "add delay_hours",
        "error",
    ),
    ("watch.toml", 'place = "zone"', 'place = "zoen"', "zoen", 'did you mean "zone"?', "error"),
    ("watch.toml", 'line = "line-of-contact"', 'line = "pass"', "is no line", "kind line", "error"),
    ("watch.toml", 'id = "D2"', 'id = "D1"', 'delegation "D1" is given 2 times', "its own id", "error"),
    (
        "zones.geojson",
        "[-25.1, -35.1], [-24.9, -35.1], [-24.9, -34.9], [-25.1, -34.9]",
        "[-25.1, -35.1], [-24.9, -34.9], [-24.9, -35.1], [-25.1, -34.9]",
        "crosses itself near lon -25.000, lat -35.000",
        "redraw it",
        "error",
    ),
    (
        "zones.geojson",
        "[[-25.0, -35.4], [-25.02, -35.0], [-25.0, -34.6]]",
        "[[-35.4, -25.0], [-35.0, -25.02], [-34.6, -25.0]]",
        "far from the watch",
        "axes are swapped",
        "error",
    ),
    ("zones.geojson", '"kind": "line"', '"kind": "lien"', 'kind "lien" is not known', 'did you mean "line"?', "error"),
    ("zones.geojson", '"accuracy_m": 1500', '"accuracy_m": "x"', "has no accuracy_m", "metres", "error"),
    (
        "notices.csv",
        "2031-05-02T09:00:00Z",
        "2031-05-02T09:00:00",
        "has no zone of time",
        "2020-12-11T08:00:00Z",
        "error",
    ),
    (
        "agreement.toml",
        'zone = "pass"',
        'zone = "line-of-contact"',
        "is a line and has no inside",
        "name an area",
        "error",
    ),
    ("notices.csv", "explosion", "explosions", 'kind "explosions" is not known', 'did you mean "explosion"?', "error"),
    ("notices.csv", "2 May,A B", "2 May,A C", 'is acknowledged by "C", who is no party', "A, B, D1, D2", "error"),
    ("watch.toml", "due_soon_days = 7", "say_outcome_from = 1.5", "say_outcome_from is 1.5", "from 0.5 to 1", "error"),
    ("watch.toml", "due_soon_days = 7", "say_outcome_from = 0.2", "say_outcome_from is 0.2", "from 0.5 to 1", "error"),
    (
        "watch.toml",
        'id = "public"',
        'id = "public"\nwithheld_aspects = ["outgone"]',
        'aspect "outgone"',
        "outgoing",
        "error",
    ),
    (
        "watch.toml",
        'id = "public"',
        'id = "public"\noutcomes = "all"',
        '"all" is not one of its words',
        "gate",
        "error",
    ),
    ("agreement.toml", 'id = "A"', 'id = "A"\nrole = "wise"', '"wise" is not one of its words', "signatory", "error"),
    (
        "agreement.toml",
        'obliged = ["A"]',
        'obliged = ["A"]\n  obliged_by = "custom"',
        'obliged_by "custom" is not known',
        "reading:WHO",
        "error",
    ),
    (
        "agreement.toml",
        'obliged = ["A"]',
        'obliged = ["A"]\n  obliged_by = "reading:Z"',
        'speaker "Z" is not known',
        "write one of",
        "error",
    ),
    (
        "agreement.toml",
        'what = "handover"',
        'number = { counter = "posts", at_least = 3, states = 3 }',
        "gives 2 of at_least, at_most and states",
        "write one",
        "error",
    ),
    (
        "agreement.toml",
        'what = "handover"',
        'number = { counter = "posts" }',
        "gives 0 of at_least, at_most and states",
        "write one",
        "error",
    ),
]


@pytest.mark.parametrize(
    ("name", "old", "new", "what", "remedy", "severity"), ONE_FAULT, ids=lambda value: str(value)[:30]
)
def test_one_fault_is_found_with_place_and_remedy(
    tmp_path: Path, name: str, old: str, new: str, what: str, remedy: str, severity: str
) -> None:
    found = faults_after(tmp_path / "w", name, old, new)
    matching = [fault for fault in found if what in f"{fault.place} {fault.what}" and remedy in str(fault.remedy)]
    assert matching, [fault.sentence() for fault in found]
    assert matching[0].severity == severity
    assert matching[0].file == name
    if name != "zones.geojson" and "is given" not in what and "no release rule" not in what:
        before = template_files()[name].decode().splitlines()
        after = (tmp_path / "w" / name).read_text().splitlines()
        assert matching[0].line == 1 + next(i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)


@pytest.mark.parametrize(("name", "old", "new"), [case[:3] for case in ONE_FAULT], ids=lambda value: str(value)[:30])
def test_a_fault_is_said_in_every_language_with_its_values_unchanged(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    for fault in each(faults_after(tmp_path / "w", name, old, new)):
        for spoken in (words("ru"), words("tr")):
            for part in (fault.what, fault.remedy, fault.message):
                translation = spoken.say(part)
                assert translation != str(part)
                assert all(value in translation for value in values_of(part)), (part, translation)


def values_of(message: Message) -> list[str]:
    """What stands in a message and in those within it."""
    inner = [[value] if isinstance(value, str) else values_of(value) for value in message.values.values()]
    return [value for values in inner for value in values]


@pytest.mark.parametrize(
    ("name", "content", "what", "turkish"),
    [
        ("watch.toml", b"languages = [", "is not TOML: invalid value", "geçersiz değer"),
        ("watch.toml", b"id = 1\nid = 2\n", "is not TOML: cannot overwrite a value", "değer iki kez verilmiş"),
        ("watch.toml", b'id = "\\q"', "is not TOML: unescaped '\\' in a string", "unescaped '\\' in a string"),
        ("zones.geojson", b'{"type" 1}', "is not JSON: expecting ':' delimiter", "“:” ayırıcısı bekleniyor"),
        ("zones.geojson", b'{"type": "\\q"}', "is not JSON: invalid \\escape", "invalid \\escape"),
    ],
    ids=["value", "twice", "unknown", "colon", "escape"],
)
def test_what_a_reader_of_toml_or_json_says_is_known_or_stays_as_it_is(
    name: str, content: bytes, what: str, turkish: str
) -> None:
    fault = next(fault for fault in read_watch({**template_files(), name: content})[1] if fault.file == name)
    assert str(fault.what) == what
    assert words("tr").say(fault.what).endswith(turkish)


def test_what_is_no_word_is_said_of_its_key() -> None:
    content = template_files()["watch.toml"].replace(b'time_zone = "UTC"', b"time_zone = 3")
    faults = read_watch({**template_files(), "watch.toml": content})[1]
    what = next(fault.what for fault in faults if fault.file == "watch.toml")
    assert str(what) == "time_zone: input should be a valid string"
    assert words("tr").say(what) == "time_zone: metin olmalı"


@pytest.mark.parametrize("name", ["claims", "claims-inside", "by-hand", "handed-over"])
def test_a_source_with_the_name_of_what_people_enter_is_a_fault_of_its_line(tmp_path: Path, name: str) -> None:
    path = make_watch(tmp_path / "w") / "watch.toml"
    text = path.read_text(encoding="utf-8")
    before, _, after = text.partition('[[source]]\nid = "')
    path.write_text(f'{before}[[source]]\nid = "{name}"{after.partition(chr(34))[2]}', encoding="utf-8")
    found = [each for each in check_watch(tmp_path / "w").faults if "what people enter themselves" in str(each.what)]
    assert [(each.where, each.severity) for each in found] == [(f"watch.toml:{before.count(chr(10)) + 2}", "error")]


def test_all_faults_are_reported_not_only_the_first(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "agreement.toml", 'zone = "pass"', 'zone = "pas"')
    edit(folder / "agreement.toml", 'obliged = ["A"]', 'obliged = ["Z"]')
    edit(folder / "watch.toml", 'place = "zone"', 'place = "zoen"')
    edit(folder / "zones.geojson", '"kind": "line"', '"kind": "lien"')
    edit(folder / "notices.csv", "explosion", "explosions")
    files = {fault.file for fault in check_watch(folder).faults}
    assert files == {"agreement.toml", "watch.toml", "zones.geojson", "notices.csv"}


def test_a_zone_valid_twice_at_one_time_is_a_fault() -> None:
    contents = template_files()
    zones = json.loads(contents["zones.geojson"])
    again = json.loads(json.dumps(zones["features"][3]))
    again["properties"]["valid_from"] = "2031-06-01T00:00:00Z"
    zones["features"].append(again)
    contents["zones.geojson"] = json.dumps(zones).encode()
    faults = read_watch(contents)[1]
    assert any('zone "pass" is given twice for the time from 2031-06-01' in str(fault.what) for fault in faults)
    zones["features"][3]["properties"]["valid_until"] = "2031-06-01T00:00:00Z"
    contents["zones.geojson"] = json.dumps(zones).encode()
    assert read_watch(contents)[1] == ()


@pytest.mark.parametrize("name", ["watch.toml", "agreement.toml", "zones.geojson", "notices.csv", "basemap.geojson"])
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00binary", b'{"type": [', b"[[[", b"\x00" * 500, "ключ".encode("cp1251"), b"[" * 5000],
    ids=["empty", "binary", "cut", "brackets", "nul", "cp1251", "deep"],
)
def test_a_broken_file_is_a_fault_never_a_crash(name: str, content: bytes) -> None:
    contents = template_files()
    contents[name] = content
    faults = read_watch(contents)[1]
    assert any(fault.file == name for fault in faults)


def test_a_byte_order_mark_and_crlf_are_read(tmp_path: Path) -> None:
    contents = {name: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") for name, content in template_files().items()}
    assert read_watch(contents)[1] == ()


def test_a_link_is_told_before_a_run_refuses_it(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    outside = tmp_path / "secret.csv"
    outside.write_text("a\n")
    (folder / "inbox" / "reports.csv").unlink()
    (folder / "inbox" / "reports.csv").symlink_to(outside)
    (fault,) = [fault for fault in check_watch(folder).faults if fault.file == "inbox/reports.csv"]
    assert "nothing of it is read" in str(fault.what)
    assert fault.severity == "warning", "a run refuses it alone, and reads the rest"


def test_an_unread_file_and_a_pattern_without_files_are_warned_of(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    (folder / "inbox" / "reports.csv").rename(folder / "inbox" / "forgotten.csv")
    what = [str(fault.what) for fault in check_watch(folder).faults if fault.severity == "warning"]
    assert any('no file matches "inbox/reports.csv"' in text for text in what)
    assert any("is read by no source" in text for text in what)


def test_loading_a_faulty_watch_raises_with_every_fault(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "agreement.toml", 'zone = "pass"', 'zone = "pas"')
    with pytest.raises(WatchError, match='zone "pas" is not in zones') as caught:
        load_watch(folder)
    assert len(caught.value.faults) == 1


def test_toml_lines_follow_strings_arrays_and_tables() -> None:
    text = (
        'a = """\n[not.a.table]\n"""\n[[x]]\nb = [\n  1,\n]\n[[x.y]]\nc = 1\n'
        '[[x]]\n  [[x.y]]\n  d = "# no"\n[[x.y]]\ne.f = 2\n'
    )
    lines = TomlLines(text)
    assert lines.line_of(("x", 0, "b")) == 5
    assert lines.line_of(("x", 0, "y", 0, "c")) == 9
    assert lines.line_of(("x", 1, "y", 0, "d")) == 12
    assert lines.line_of(("x", 1, "y", 1, "e", "f")) == 14
    assert lines.line_of(("x", 1, "y", 0, "missing")) == 11
    assert lines.line_of(("nothing",)) == 0


READING = (
    'kinds = ["access_denied"]\n  in_force = { from = 2031-05-01T00:00:00Z }\n',
    'kinds = ["access_denied"]\n  in_force = { from = 2031-05-01T00:00:00Z }\n[[provision.reading]]\nby = "B"\n'
    'about = "3"\nsays = { en = "ours" }\nreads = { permits = ["harm"] }\nknown_at = 2031-05-02T00:00:00Z\n'
    'source = "a letter"\nlet_by = ["D1"]\n',
)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"a letter"', '""', "has no source"),
        ('by = "B"', 'by = "Z"', 'speaker "Z" is not known'),
        ('about = "3"', 'about = "33"', 'stipulation "33" is not known'),
        ('"D1"', '"D9"', 'delegation "D9" is not known'),
        ('"harm"', '"harms"', 'kind "harms" is not known'),
    ],
)
def test_a_reading_that_cannot_hold_is_a_fault(old: str, new: str, what: str) -> None:
    contents = template_files()
    agreement = contents["agreement.toml"].decode().replace(READING[0], READING[1].replace(old, new))
    watch, faults = read_watch(contents | {"agreement.toml": agreement.encode()})
    assert watch is None
    assert [str(fault.what) for fault in each(faults)] == [what]


def test_a_duty_to_keep_up_nothing_is_a_fault() -> None:
    contents = template_files()
    agreement = (
        contents["agreement.toml"].decode().replace('kind = "required"\n  what = "handover"', 'kind = "kept_up"')
    )
    _, faults = read_watch(contents | {"agreement.toml": agreement.encode()})
    assert "asks for nothing to be kept up" in [str(fault.what) for fault in faults]


def test_a_watch_in_which_nobody_is_bound_has_no_sides() -> None:
    contents = template_files()
    agreement = contents["agreement.toml"].decode()
    contents["agreement.toml"] = (
        agreement.replace('id = "A"\n', 'id = "A"\nrole = "signatory"\n')
        .replace('id = "B"\n', 'id = "B"\nrole = "guarantor"\n')
        .encode()
    )
    _, faults = read_watch(contents)
    assert any("nobody has the role of a party" in str(fault.what) for fault in faults)


def test_a_sound_reading_has_no_fault() -> None:
    watch = template_watch({"agreement.toml": READING})
    (reading,) = watch.agreement.readings_of("3", watch.settings.watch_time)
    assert (reading.by, reading.reads.permits, reading.let_by) == ("B", ("harm",), ("D1",))
    assert watch.agreement.readings_of("3", reading.known_at.replace(year=2030)) == []
