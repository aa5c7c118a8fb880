"""What a watch says of who speaks is checked: unknown names, rings, bodies, groups, devices before they were built."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.builders import template_files
from trucewatch.locale import words
from trucewatch.model.faults import Fault
from trucewatch.watch import read_watch

SOURCE = 'adapter = "event_table"'
SECOND = '[[source]]\nid = "second"\nadapter = "event_table"\nfiles = ["inbox/reports.csv"]\n'
BODY = '[[body]]\nid = "mod-a"\nnames = {{ en = "{name}" }}\ncounts_with = "{party}"\n\n[[text]]'


def faults_with(name: str, *changes: tuple[str, str]) -> tuple[Fault, ...]:
    contents = template_files()
    text = re.sub(r"(?m)^of = .*\n(?: +#.*\n)*", "", contents[name].decode())
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return read_watch({**contents, name: text.encode()})[1]


def register(*devices: dict[str, Any], **beside: Any) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": device.pop("id", f"d{number}"),
            "geometry": {"type": "Point", "coordinates": [-25.0, -35.0]},
            "properties": {"means": "camera", "range_m": 5000} | device,
        }
        for number, device in enumerate(devices)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features} | beside).encode()


def faults_of(register_bytes: bytes) -> tuple[Fault, ...]:
    return read_watch({**template_files(), "sensors.geojson": register_bytes})[1]


def is_said(fault: Fault, what: str, remedy: str, severity: str = "error") -> None:
    """The fault reads so, and in every language, with its values as they are."""
    assert what in str(fault.what)
    assert remedy in str(fault.remedy)
    assert fault.severity == severity
    for spoken in (words("ru"), words("tr")):
        for part in (fault.what, fault.remedy):
            translation = spoken.say(part)
            assert translation != str(part)
            assert all(str(value) in translation for value in part.values.values() if isinstance(value, str))


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        ('repeats = ["secnd"]', 'repeats "secnd", which is no source', 'did you mean "second"?'),
        ('repeats = ["Courier"]', 'repeats "Courier", which is no source', 'did you mean "press:Courier"?'),
        ('repeats = ["press:"]', "repeats press without a name", "press:NAME"),
        ('repeats = ["reports"]', "repeats itself", "leave it out"),
        ('side = "Z"', 'side "Z" is no party', "write one of: A, B"),
        ('of = "center"', 'of "center" is neither', 'did you mean "centre"?'),
    ],
    ids=str,
)
def test_who_speaks_is_known_or_a_fault_at_its_line(line: str, what: str, remedy: str) -> None:
    lines = template_files()["watch.toml"].decode().splitlines()
    place = next(number for number, text in enumerate(lines, 1) if text.startswith(SOURCE))
    columns = 'columns = { natural_key = "n", occurred_start = "w", kind = "=explosion", means = "=public" }\n'
    (fault, *_) = [
        fault
        for fault in faults_with(
            "watch.toml", (SOURCE, f"{line}\n{SOURCE}"), ("[[recipient]]", f"{SECOND}{columns}\n[[recipient]]")
        )
        if fault.severity == "error"
    ]
    is_said(fault, what, remedy)
    assert fault.line == place


@pytest.mark.parametrize(
    "line", ['of = "centre"', 'of = "A"', 'of = "D1"', 'side = "B"', 'repeats = ["press:Courier"]']
)
def test_what_is_known_is_no_fault(line: str) -> None:
    assert faults_with("watch.toml", (SOURCE, f"{line}\n{SOURCE}")) == ()


def test_sources_that_repeat_each_other_in_a_ring_are_a_fault() -> None:
    columns = 'columns = { natural_key = "n", occurred_start = "w", kind = "=explosion", means = "=public" }\n'
    faults = faults_with(
        "watch.toml",
        (SOURCE, f'repeats = ["second"]\n{SOURCE}'),
        ("[[recipient]]", f'{SECOND}repeats = ["reports"]\n{columns}\n[[recipient]]'),
    )
    (fault,) = [fault for fault in faults if "ring" in str(fault.what)]
    is_said(fault, "in a ring: reports → second → reports", "repeat nobody")


def test_a_body_counts_with_a_party_and_has_no_name_of_another() -> None:
    (unknown,) = faults_with("agreement.toml", ("[[text]]", BODY.format(name="Ministry", party="Z")))
    is_said(unknown, 'counts with "Z", which is no party', "write one of: A, B")
    assert unknown.line > 0
    (taken,) = faults_with("agreement.toml", ("[[text]]", BODY.format(name="b", party="A")))
    is_said(taken, '"b" is a name of "B" already', "one party or body")
    assert faults_with("agreement.toml", ("[[text]]", BODY.format(name="Ministry", party="A"))) == ()
    without = BODY.format(name="Red Cross", party="A").replace('counts_with = "A"\n', "")
    assert faults_with("agreement.toml", ("[[text]]", without)) == ()


def test_a_register_with_an_unknown_group_is_a_fault() -> None:
    (none,) = faults_of(register({"group": "hill"}))
    is_said(none, 'group "hill" is not declared', '"groups": {"east-hill"')
    near = faults_of(register({"group": "hil"}, {"group": "hill"}, {"group": "hill"}, groups={"hill": "one hill"}))
    is_said(near[0], 'group "hil" is not declared', 'did you mean "hill"?')
    (lonely,) = faults_of(register({"group": "hill"}, groups={"hill": "one hill"}))
    is_said(lonely, 'group "hill" has fewer than two devices', "leave it out", "warning")
    (shapeless,) = faults_of(register({}, groups=["hill"]))
    is_said(shapeless, "groups that are no object", "beside")
    assert faults_of(register({"group": "hill"}, {"group": "hill"}, groups={"hill": {"en": "one hill"}})) == ()


@pytest.mark.parametrize(
    ("times", "what", "remedy"),
    [
        (("2031-01-01T00:00:00Z", "", "2031-02-01T00:00:00Z"), "before it was built (2031-02-01 00:00 UTC)", "built"),
        (("", "2031-01-01T00:00:00Z", "2031-02-01T00:00:00Z"), "is up until before it was built", "built"),
        (("2031-02-01T00:00:00Z", "2031-01-01T00:00:00Z", ""), "is up until before it is up from", "swap"),
    ],
    ids=["before", "until", "swapped"],
)
def test_a_device_up_before_it_was_built_is_a_fault(times: tuple[str, str, str], what: str, remedy: str) -> None:
    (fault,) = faults_of(register(dict(zip(("up_from", "up_until", "built"), times, strict=True))))
    is_said(fault, what, remedy)


def test_a_device_is_up_from_when_it_was_built() -> None:
    watch, faults = read_watch(
        {
            **template_files(),
            "sensors.geojson": register({"built": "2031-02-01T00:00:00Z"}, {"also": ["x", "reports:y"]}),
        }
    )
    assert faults == ()
    assert watch is not None
    assert watch.sensors[0].up_from == watch.sensors[0].built
    assert watch.sensors[1].also == ("x", "reports:y")


def test_a_name_of_two_devices_is_a_fault_and_an_unknown_feed_a_warning() -> None:
    (twice,) = faults_of(register({"also": ["cam"]}, {"id": "cam"}))
    is_said(twice, '"cam" is a name of "d0" already', "one device")
    (unknown,) = faults_of(register({"also": ["reprots:cam"]}))
    is_said(unknown, 'no source is "reprots"', 'did you mean "reports"?', "warning")
    (shapeless,) = faults_of(register({"also": "cam"}))
    is_said(shapeless, "further names that are no list", '"also"')
