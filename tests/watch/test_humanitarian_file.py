"""`humanitarian.toml`: every fault at its line with a remedy; and what a watch of its kind needs and may not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import edit, make_watch
from trucewatch.errors import WatchError
from trucewatch.model.faults import Fault
from trucewatch.model.humanitarian import USUAL_KEEP_DAYS, HumanitarianFile
from trucewatch.watch import check_watch, load_watch
from trucewatch.watch.humanitarian_file import HUMANITARIAN_FILE
from trucewatch.watch.kind_checks import OF_CENTRES
from trucewatch.watch.template import write_template

FILE = """\
schema = 1
coordinator = "relief"
lapse_hours = 72

[hours]
notice = 48
emergency = 24

[keep_days]
request = 30

[[organisation]]
id = "relief"
kind = "un"
names = { en = "Relief" }

[[organisation]]
id = "works"
kind = "state_body"
side = "A"
names = { en = "Works" }

[[district]]
id = "west"
zone = "west"
names = { en = "West" }
pcode = [{ code = "X1", edition = "2031-01", of = "census" }]

[[district]]
id = "east"
zone = "east"
names = { en = "East" }
pcode = [{ code = "X2", edition = "2031-01", of = "census" }]
"""


def instance(folder: Path, text: str = FILE) -> Path:
    write_template(folder, "humanitarian")
    (folder / HUMANITARIAN_FILE).write_text(text, encoding="utf-8")
    return folder


def faults_of(folder: Path, text: str = FILE) -> list[Fault]:
    return [fault for fault in check_watch(instance(folder, text)).faults if fault.file == HUMANITARIAN_FILE]


def test_the_file_is_read(tmp_path: Path) -> None:
    watch = load_watch(instance(tmp_path / "w"))
    table = watch.humanitarian
    assert table is not None
    assert (watch.kind, table.coordinator, table.hours.notice, table.hours.emergency) == (
        "humanitarian",
        "relief",
        48,
        24,
    )
    relief, works = (table.organisation_of(name) for name in ("relief", "works"))
    assert relief is not None
    assert works is not None
    assert (relief.needs_coordinator, works.needs_coordinator) == (True, False)
    assert works.side == "A"
    assert table.organisation_of("nobody") is None
    west = table.district_of("west")
    assert west is not None
    assert [(pcode.code, pcode.edition, pcode.of) for pcode in west.pcode] == [("X1", "2031-01", "census")]
    assert (table.kept_days("request"), table.kept_days("work")) == (30, USUAL_KEEP_DAYS)
    assert faults_of(tmp_path / "v") == []


def test_a_watch_without_the_file_has_no_organisations(tmp_path: Path) -> None:
    watch = load_watch(make_watch(tmp_path / "w"))
    assert (watch.kind, watch.humanitarian, watch.organisations) == ("centre", None, ())


def test_nobody_but_the_united_nations_needs_a_coordinator() -> None:
    table = HumanitarianFile(schema=1)
    assert table.coordinator == ""
    assert table.kept_days("request") == USUAL_KEEP_DAYS


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy", "severity"),
    [
        ('kind = "un"', 'kind = "uno"', 14, "uno", "", "error"),
        ('id = "works"', 'id = "relief"', 18, 'organisation "relief" stands above already', "its own id", "error"),
        ('id = "works"', 'id = "wo rks"', 18, "cannot be a file name", "Latin", "error"),
        ('id = "works"', 'id = "A"', 18, "is a party, a body or a delegation already", "of its own", "error"),
        ('names = { en = "Works" }', 'names = { en = " " }', 21, "has no name", "names =", "error"),
        ('names = { en = "Works" }', 'names = { tr = "Works" }', 21, 'no name in "en"', "add it", "warning"),
        ('side = "A"\n', "", 17, "is a body of no side", "A, B", "error"),
        ('side = "A"', 'side = "C"', 20, "no party that the agreement binds", "A", "error"),
        ('kind = "state_body"', 'kind = "ngo"', 20, "is no body of a side", "take side away", "error"),
        ('zone = "west"', 'zone = "wset"', 25, '"wset" is not in zones.geojson', 'did you mean "west"?', "error"),
        ('zone = "east"', 'zone = "west"', 31, 'the outline of district "west" too', "another zone", "error"),
        ('id = "east"', 'id = "west"', 30, 'district "west" stands above already', "its own id", "error"),
        ('id = "east"', 'id = "e/st"', 30, "cannot be a file name", "Latin", "error"),
        ('names = { en = "East" }', "names = {}", 32, "has no name", "names =", "error"),
        ('code = "X2"', 'code = ""', 33, "a P-code is empty", "write it", "error"),
        ('code = "X2"', 'code = "X1"', 33, 'stands for district "west" too', "that list", "error"),
        (
            '"X2", edition = "2031-01", of = "census"',
            '"X2", edition = "2031-01", of = ""',
            33,
            "whose it is",
            "OCHA",
            "error",
        ),
        (
            '"X2", edition = "2031-01", of = "census"',
            '"X2", edition = "2031-01"',
            33,
            '"of" is missing',
            "add of",
            "error",
        ),
        (
            '"X2", edition = "2031-01"',
            '"X2", edition = "2032-01"',
            33,
            "2 editions of census: 2031-01, 2032-01",
            "one",
            "warning",
        ),
        (
            'pcode = [{ code = "X2",',
            'pcode = [{ code = "X3", edition = "2031-01", of = "census" }, { code = "X2",',
            33,
            "two P-codes of the same edition",
            "keep the one",
            "error",
        ),
        (
            'coordinator = "relief"',
            'coordinator = "releif"',
            2,
            "no organisation of this file",
            'mean "relief"?',
            "error",
        ),
        ('coordinator = "relief"', 'coordinator = "works"', 2, "a body of a side", "humanitarian body", "warning"),
        ("notice = 48", "notice = 0", 6, "notice is 0 hours", "from 1 to", "error"),
        ("emergency = 24", "emergency = 60", 5, "more hours are asked (60)", "swap them", "error"),
        ("lapse_hours = 72", "lapse_hours = 9000", 3, "lapse_hours is 9000", "72 if unsure", "error"),
        ("request = 30", "requets = 30", 10, '"requets" is not known', 'did you mean "request"?', "error"),
        ("request = 30", "request = 0", 10, 'keep_days of "request" is 0', "from 1 to", "error"),
        ("request = 30", "request = 3651", 10, "is 3651", "90 without", "error"),
        ("lapse_hours", "laps_hours", 3, 'unknown key "laps_hours"', "lapse_hours", "error"),
    ],
)
def test_a_fault_is_found_at_its_line_with_a_remedy(
    tmp_path: Path, old: str, new: str, line: int, what: str, remedy: str, severity: str
) -> None:
    assert FILE.count(old) == 1
    faults = [fault for fault in faults_of(tmp_path / "w", FILE.replace(old, new)) if what in str(fault.what)]
    assert [(fault.line, fault.severity) for fault in faults] == [(line, severity)], faults
    assert remedy in str(faults[0].remedy)


def test_districts_over_a_line_have_no_inside(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    text = FILE.replace('zone = "east"', 'zone = "line-of-contact"')
    (folder / HUMANITARIAN_FILE).write_text(text, encoding="utf-8")
    (fault,) = [fault for fault in check_watch(folder).faults if fault.severity == "error"]
    assert "is a line and has no inside" in str(fault.what)


def test_a_centre_may_have_the_file_too(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    (folder / HUMANITARIAN_FILE).write_text(FILE, encoding="utf-8")
    watch = load_watch(folder)
    assert watch.kind == "centre"
    assert [organisation.id for organisation in watch.organisations] == ["relief", "works"]
    assert watch.names_by_id["relief"] == {"en": "Relief"}


def test_a_district_is_called_as_the_table_of_names_says(tmp_path: Path) -> None:
    folder = instance(tmp_path / "w")
    names = (
        'schema = 1\nconsole = "all"\n\n[[place]]\nid = "west"\nname = [\n'
        '  { text = "Westvale", language = "en", used_by = "A", source = "gazette of A, 4 May 2031" },\n'
        '  { text = "Near hills", language = "en", used_by = "B", source = "gazette of B, 4 May 2031" },\n]\n'
    )
    (folder / "names.toml").write_text(names, encoding="utf-8")
    watch = load_watch(folder)
    assert watch.humanitarian is not None
    west = watch.humanitarian.district_of("west")
    assert west is not None
    assert west.names["en"] == "Near hills / Westvale"


def test_an_instance_needs_neither_delegations_nor_sources_nor_clauses(tmp_path: Path) -> None:
    reading = check_watch(instance(tmp_path / "w"))
    assert reading.faults == ()
    assert reading.watch is not None
    assert (reading.watch.settings.delegation, reading.watch.settings.source) == ((), ())


def test_an_instance_without_its_file_is_refused(tmp_path: Path) -> None:
    folder = instance(tmp_path / "w")
    (folder / HUMANITARIAN_FILE).unlink()
    with pytest.raises(WatchError, match=r"humanitarian\.toml"):
        load_watch(folder)


@pytest.mark.parametrize(
    ("file", "text", "what"),
    [
        ("watch.toml", '\n[[delegation]]\nid = "D"\nnames = { en = "D" }\n', "has no [[delegation]]"),
        (
            "watch.toml",
            '\n[[source]]\nid = "s"\nadapter = "event_table"\nfiles = ["inbox/a.csv"]\n',
            "has no [[source]]",
        ),
    ],
)
def test_what_watches_has_no_place_in_an_instance(tmp_path: Path, file: str, text: str, what: str) -> None:
    folder = instance(tmp_path / "w")
    path = folder / file
    path.write_text(path.read_text("utf-8") + text, encoding="utf-8")
    found = [fault for fault in check_watch(folder).faults if what in str(fault.what)]
    assert [(fault.file, fault.severity) for fault in found] == [(file, "error")]
    assert found[0].line > 0


def test_nothing_is_held_against_an_agreement_in_an_instance(tmp_path: Path) -> None:
    folder, centre = instance(tmp_path / "w"), make_watch(tmp_path / "c")
    (folder / "agreement.toml").write_bytes((centre / "agreement.toml").read_bytes())
    found = [fault for fault in check_watch(folder).faults if "nothing against an agreement" in str(fault.what)]
    assert [(fault.file, fault.severity) for fault in found] == [("agreement.toml", "error")]
    assert found[0].line > 0


@pytest.mark.parametrize("name", OF_CENTRES)
def test_files_of_a_centre_have_no_place_in_an_instance(tmp_path: Path, name: str) -> None:
    folder, centre = instance(tmp_path / "w"), make_watch(tmp_path / "c")
    content = (centre / name).read_bytes() if (centre / name).is_file() else b"schema = 1\n"
    (folder / name).write_bytes(content)
    faults = [fault for fault in check_watch(folder).faults if fault.file == name and fault.severity == "error"]
    assert any("has no place" in str(fault.what) for fault in faults)


@pytest.mark.parametrize("key", ["delegation", "source", "recipient"])
def test_a_centre_needs_what_it_always_needed(tmp_path: Path, key: str) -> None:
    folder = make_watch(tmp_path / "w")
    path = folder / "watch.toml"
    lines, kept, is_in = path.read_text("utf-8").splitlines(), [], False
    for line in lines:
        is_in = line.startswith((f"[[{key}]]", f"[{key}.")) or (is_in and not line.startswith("["))
        kept += [] if is_in else [line]
    path.write_text("\n".join(kept), encoding="utf-8")
    faults = [str(fault.what) for fault in check_watch(folder).faults if fault.severity == "error"]
    assert f'"{key}" is missing' in faults


@pytest.mark.parametrize("key", ["instrument", "text"])
def test_a_centre_needs_its_instruments_and_their_texts(tmp_path: Path, key: str) -> None:
    folder = make_watch(tmp_path / "w")
    (folder / "agreement.toml").write_text('schema = 1\n[[party]]\nid = "A"\nnames = { en = "A" }\n', encoding="utf-8")
    faults = [str(fault.what) for fault in check_watch(folder).faults if fault.severity == "error"]
    assert f'"{key}" is missing' in faults


def test_a_kind_that_is_none_is_said(tmp_path: Path) -> None:
    folder = instance(tmp_path / "w")
    edit(folder / "watch.toml", 'kind = "humanitarian"', 'kind = "hospital"')
    faults = [fault for fault in check_watch(folder).faults if "hospital" in str(fault.what)]
    assert [(fault.file, fault.severity) for fault in faults] == [("watch.toml", "error")]
