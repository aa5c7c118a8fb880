"""Small invented records and watches for tests, made from the product's own template."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa

from tests.conftest import ROOT
from trucewatch.geo.frame import LocalFrame, frame_of_area
from trucewatch.model.ids import incident_id, observation_id
from trucewatch.model.incident import INCIDENT_SCHEMA
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA
from trucewatch.model.testimony import CENTRE, Attestation
from trucewatch.model.watch import Watch
from trucewatch.watch import read_watch
from trucewatch.watch.load import WATCH_FILES
from trucewatch.watch.template import write_template

NOON = datetime(2031, 5, 2, 12, tzinfo=UTC)


def copy_of(example: str, into: Path) -> Path:
    """A copy of an example watch that nothing was made of yet."""
    return Path(
        shutil.copytree(ROOT / "examples" / example, into / example, ignore=shutil.ignore_patterns(".trucewatch"))
    )


def template_files() -> dict[str, bytes]:
    """The template's own files, as bytes."""
    folder = files("trucewatch.watch").joinpath("template")
    return {name: folder.joinpath(name).read_bytes() for name in WATCH_FILES if folder.joinpath(name).is_file()}


def template_watch(changes: Mapping[str, tuple[str, str]] | None = None) -> Watch:
    """The template as a watch; `changes` replaces a piece of text in a file (file → (old, new))."""
    contents = template_files()
    for name, (old, new) in (changes or {}).items():
        assert old in contents[name].decode(), f"{old!r} is not in the template's {name}"
        contents[name] = contents[name].decode().replace(old, new, 1).encode()
    watch, faults = read_watch(contents)
    assert watch is not None, faults
    return watch


def frame_of(watch: Watch) -> LocalFrame:
    return frame_of_area(watch.settings.area)


def make_watch(folder: Path, *, rows: int = 0) -> Path:
    """The template in a folder, with `rows` more invented observations in its inbox."""
    write_template(folder)
    if rows:
        start = datetime(2031, 5, 2, tzinfo=UTC)
        lines = [
            f"{number + 10},{start + timedelta(minutes=7 * number):%Y-%m-%dT%H:%M:00Z},"
            f'"{-35.3 + 0.0007 * (number % 900):.4f}, {-25.3 + 0.0011 * (number % 500):.4f}",blast,1,invented'
            for number in range(rows)
        ]
        path = folder / "inbox" / "reports.csv"
        path.write_text(path.read_text() + "\n".join(lines) + "\n")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace a piece of text in a file that must hold it."""
    text = path.read_text(encoding="utf-8")
    assert re.search(re.escape(old), text), f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def observations(*rows: Mapping[str, Any]) -> pa.Table:
    """Observation rows with everything that a test does not state set to something plain."""
    return pa.Table.from_pylist(
        [_observation(number, row) for number, row in enumerate(rows)], schema=STORED_OBSERVATION_SCHEMA
    )


def _observation(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    start = row.get("occurred_start", NOON)
    plain: dict[str, Any] = dict.fromkeys(STORED_OBSERVATION_SCHEMA.names)
    plain |= {
        "observation_id": observation_id(str(row.get("source", "s")), str(row.get("key", number))),
        "source": "s",
        "sensor": "",
        "means": "acoustic",
        "kind": "explosion",
        "aspect": "undetermined",
        "occurred_start": start,
        "occurred_end": row.get("occurred_end", start),
        "lon": -25.0,
        "lat": -35.0,
        "semi_major_m": 100.0,
        "semi_minor_m": 100.0,
        "major_azimuth_deg": 0.0,
        "person_status": "not_stated",
        "perceived": "",
        "actor": "",
        "struck": "",
        "intensity_unit": "",
        "source_quality": "",
        "claimed_by": "",
        "simulated": False,
        "known_at": row.get("occurred_end", start),
        "evidence_sha256": "e" * 64,
        "evidence_row": number + 2,
        "text": "",
        "product_rank": 0,
        "known_at_assumed": False,
    }
    return plain | {key: value for key, value in row.items() if key != "key"}


def incidents(*rows: Mapping[str, Any]) -> pa.Table:
    """Incident rows with everything that a test does not state set to something plain."""
    return pa.Table.from_pylist([_incident(number, row) for number, row in enumerate(rows)], schema=INCIDENT_SCHEMA)


def _incident(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    start = row.get("occurred_start", NOON)
    member = observation_id("s", str(number))
    plain: dict[str, Any] = dict.fromkeys(INCIDENT_SCHEMA.names)
    plain |= {
        "incident_id": incident_id(member),
        "members": [member],
        "sources": ["s"],
        "means": ["acoustic"],
        "kind": "explosion",
        "kinds": [row.get("kind", "explosion")],
        "people": [],
        "aspect": "undetermined",
        "occurred_start": start,
        "occurred_end": row.get("occurred_end", start),
        "lon": -25.0,
        "lat": -35.0,
        "semi_major_m": 100.0,
        "semi_minor_m": 100.0,
        "major_azimuth_deg": 0.0,
        "claimed_by": [],
        "claims_only": False,
        "grave": [],
        "simulated": False,
        "first_known_at": start,
        "last_known_at": start,
        "known_at_assumed": False,
        "zones": ["theatre"],
        "zones_at_edge": [],
        "text": "",
        "rung": "recorded",
        "alone": "",
        "classes": [],
        "class_probabilities": [],
        "acts": [],
        "count_by": [],
        "count_claims": [],
        "period": "",
    }
    whole = plain | dict(row)
    if "testimony" not in row:
        whole["testimony"] = [text.text for text in _testimony(whole)]
    return whole


def _testimony(row: Mapping[str, Any]) -> list[Attestation]:
    """What a test's plain row rests on: each party's own claim, and a record of the centre's own where anybody else
    says so."""
    claims = [Attestation(row["kind"], who, "party", "told", is_claim=True) for who in row["claimed_by"]]
    aspect = "" if row["aspect"] == "undetermined" else row["aspect"]
    records = [
        Attestation(kind, CENTRE, row["means"][0], "recorded", is_claim=False, aspect=aspect)
        for kind in row["kinds"]
        if not row["claims_only"]
    ]
    return claims + records


def without_table(folder: Path, name: str) -> None:
    """Take a table out of a watch's `watch.toml`, so that a test can say what it states itself."""
    settings = folder / "watch.toml"
    before, table, after = settings.read_text("utf-8").partition(f"[{name}]\n")
    assert table, f"watch.toml has no [{name}]"
    rest = after[after.index("\n\n") :] if "\n\n" in after else ""
    settings.write_text(before + rest, "utf-8")
