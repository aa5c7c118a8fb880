"""`notices.csv` → announced exercises, works, demolitions and windows of silence, each fault with its line."""

from __future__ import annotations

import csv
import io
from typing import Final

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.observation import KINDS
from trucewatch.model.times import read_time
from trucewatch.model.zone import Notice
from trucewatch.watch.toml_records import did_you_mean, not_utf8

COLUMNS = ("id", "who", "kinds", "zone", "lon", "lat", "radius_m", "start", "end", "known_at", "text", "source")


ACKNOWLEDGED: Final = "acknowledged_by"
"""A column that need not be there: the parties and delegations that acknowledged a notice before it began, parted by
blanks."""


def read_notices(content: bytes, file: str, zone_ids: set[str]) -> tuple[list[Notice], list[Fault]]:
    """Notices in the order of the file. A notice needs a zone, or a place with a radius; `kinds` are parted by
    blanks."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        return [], [not_utf8(file, content, exc)]
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="")
    try:
        header = [name.strip() for name in reader.fieldnames or ()]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            remedy = Message("the first line has to be: {columns}", columns=",".join(COLUMNS))
            return [], [Fault(file, 1, "", Message("has no column {columns}", columns=", ".join(missing)), remedy)]
        reader.fieldnames = header
        return _read_rows(reader, file, zone_ids)
    except csv.Error as exc:
        return [], [
            Fault(file, reader.line_num, "", Message("is not CSV: {error}", error=exc), Message("mend this line"))
        ]


def _read_rows(reader: csv.DictReader[str], file: str, zone_ids: set[str]) -> tuple[list[Notice], list[Fault]]:
    notices: list[Notice] = []
    faults: list[Fault] = []
    ids: set[str] = set()
    for row in reader:
        line = reader.line_num
        problems: list[tuple[Message, Message]] = []
        notice = _notice_of(row, line, zone_ids, problems)
        if notice is not None and notice.id in ids:
            problems.append(
                (Message('the id "{id}" is given twice', id=notice.id), Message("give each notice its own id"))
            )
        place = Message('notice "{notice}"', notice=(row.get("id") or "")[:40])
        faults += [Fault(file, line, place, what, remedy) for what, remedy in problems]
        if notice is not None and not problems:
            notices.append(notice)
            ids.add(notice.id)
    return notices, faults


def _notice_of(
    row: dict[str, str], line: int, zone_ids: set[str], problems: list[tuple[Message, Message]]
) -> Notice | None:
    cell = {name: (row.get(name) or "").strip() for name in (*COLUMNS, ACKNOWLEDGED)}
    if not cell["id"]:
        problems.append((Message("has no id"), Message("give it one; findings name it")))
    times = []
    for name in ("start", "end", "known_at"):
        try:
            times.append(read_time(cell[name]))
        except TimeError as exc:
            problems.append(
                (Message("{where}: {why}", where=name, why=exc), Message("write it like 2020-12-11T08:00:00Z"))
            )
    kinds = tuple(cell["kinds"].split())
    problems += [
        (Message('kind "{kind}" is not known', kind=kind), did_you_mean(kind, KINDS))
        for kind in kinds
        if kind not in KINDS
    ]
    numbers: dict[str, float | None] = {}
    for name, low, high in (("lon", -180.0, 180.0), ("lat", -90.0, 90.0), ("radius_m", 1.0, 1e6)):
        try:
            numbers[name] = float(cell[name]) if cell[name] else None
        except ValueError:
            problems.append(
                (
                    Message('{name} "{value}" is no number', name=name, value=cell[name][:20]),
                    Message("write degrees or metres with a point"),
                )
            )
            continue
        value = numbers[name]
        if value is not None and not low <= value <= high:
            problems.append(
                (
                    Message(
                        "{name} {value} is outside {low} to {high}",
                        name=name,
                        value=f"{value:g}",
                        low=f"{low:g}",
                        high=f"{high:g}",
                    ),
                    Message("check the columns' order"),
                )
            )
    has_circle = all(numbers.get(name) is not None for name in ("lon", "lat", "radius_m"))
    if cell["zone"] and cell["zone"] not in zone_ids:
        problems.append(
            (
                Message('zone "{zone}" is not in zones.geojson', zone=cell["zone"]),
                did_you_mean(cell["zone"], sorted(zone_ids)),
            )
        )
    if not cell["zone"] and not has_circle:
        problems.append((Message("says neither zone nor lon, lat and radius_m"), Message("say where it holds")))
    if len(times) == 3 and times[1] <= times[0]:
        problems.append((Message("ends before it starts"), Message("swap start and end")))
    if problems:
        return None
    return Notice(
        id=cell["id"],
        who=cell["who"],
        kinds=kinds,
        zone=cell["zone"],
        lon=numbers["lon"],
        lat=numbers["lat"],
        radius_m=numbers["radius_m"],
        start=times[0],
        end=times[1],
        known_at=times[2],
        text=cell["text"],
        source=cell["source"],
        row=line,
        acknowledged_by=tuple(cell[ACKNOWLEDGED].split()),
    )
