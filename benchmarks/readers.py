"""How fast the readers take rows and how much memory they hold: `make bench PARTS="readers readers-gigabyte"`.

Each file is made of rows as in the reader's own good sample, again and again, with other times, numbers and words in
each. It is read in a process of its own; a row that is refused is a fault of the measurement.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure

ROWS = 200_000
LEAST_PER_S = 20_000
GIGABYTE = 1_000_000_000
LIMIT_MB = 1024.0


def _moment(number: int) -> str:
    return f"2031-03-{1 + number % 9:02d}T{number // 9 % 24:02d}:{number // 216 % 60:02d}:{number // 12960 % 60:02d}"


def events_csv(number: int) -> str:
    lon, lat = 20 + number % 9973 / 1e4, 10 + number % 9967 / 1e4
    return (
        f'{_moment(number)}+04:00,,shelling,Northland,"{lat:.4f}, {lon:.4f}",{number % 3},,invented: number {number}\n'
    )


def acled_csv(number: int) -> str:
    lon, lat = 20 + number % 9973 / 1e4, 10 + number % 9967 / 1e4
    return (
        f"INV{number};{1 + number % 28} March 2031;2031;{1 + number % 3};Explosions/Remote violence;"
        f"Shelling/artillery/missile attack;Invented Forces;Other Forces;{lat:.4f};{lon:.4f};{1 + number % 3};"
        f"Invented Press;Other;invented note {number};0;1932800000\n"
    )


ACLED_HEADER = (
    "event_id_cnty;event_date;year;time_precision;event_type;sub_event_type;actor1;actor2;latitude;longitude;geo_precision;source;"
    "source_scale;notes;fatalities;timestamp\n"
)


def mission_csv(number: int) -> str:
    points = ("N", "NNE", "ESE", "SW", "WNW")
    low = 1 + number % 4
    return (
        f"Heron Hill,{low}-{low + 2}km {points[number % 5]},Heard,{1 + number % 40},Explosion,"
        f'"invented {number}: impact",mortar,'
        f'"{1 + number % 28}-Mar-2031, {number % 24:02d}:{number // 24 % 60:02d}"\n'
    )


def form_csv(number: int) -> str:
    lon, lat = 20 + number % 9973 / 1e4, 10 + number % 9967 / 1e4
    when = _moment(number) + ".000+04:00"
    return (
        f"inv-{number},{when},{when},shelling,{lat},{lon},900,4.5,{number % 360},{number % 50 / 10},,{number}.jpg,"
        f"invented: {number},2031-03-20T10:30:00,Approved,account_{number % 50},account_{number % 50}\n"
    )


def form_json(number: int) -> str:
    keys = form_header().strip().split(",")
    cells = form_csv(number).strip().split(",")
    record = {key: cell for key, cell in zip(keys, cells, strict=True) if not key.startswith("_GPS")}
    record["GPS"] = " ".join(cells[4:8])
    return ("" if number == 0 else ",\n") + json.dumps(record)


def chat_json(number: int) -> str:
    record = {
        "id": number + 2,
        "type": "message",
        "date_unixtime": str(1_930_000_000 + number),
        "from": "Somebody Invented",
        "from_id": f"user{number % 500}",
        "text": f"invented words, number {number}",
        "text_entities": [],
    }
    return ("" if number == 0 else ",\n") + json.dumps(record)


def mail_mbox(number: int) -> str:
    return (
        "From somebody@private.example Sat Mar  1 11:02:00 2031\n"
        f"From: Somebody <s{number % 500}@private.example>\nTo: watch@centre.example\n"
        f"Date: Sat, 1 Mar 2031 {number % 24:02d}:{number // 24 % 60:02d}:00 +0300\n"
        f"Message-ID: <{number}@private.example>\nSubject: invented {number}\n"
        f"Content-Type: text/plain; charset=utf-8\n\nInvented words, number {number}.\n\n"
    )


def archive_csv(number: int) -> str:
    return (
        f"https://t.me/invented_ministry/{number},telegram: success,,https://archive.example/a/{number}.mp4,"
        f"2031-03-20T08:00:00+00:00,,{_moment(number)}+00:00,invented statement {number},,,SHA-256:{number:064x},,,\n"
    )


def shapes_json(number: int) -> str:
    lon, lat = 20 + number % 9973 / 1e4, 10 + number % 9967 / 1e4
    feature = {
        "type": "Feature",
        "properties": {"Start": _moment(number), "What": "shelling", "Remarks": f"invented {number}"},
        "geometry": {"type": "Point", "coordinates": [round(lon, 4), round(lat, 4)]},
    }
    return ("" if number == 0 else ",\n") + json.dumps(feature)


def placemark(number: int) -> str:
    lon, lat = 20 + number % 9973 / 1e4, 10 + number % 9967 / 1e4
    return (
        f"<Placemark><name>{number}</name><ExtendedData><Data name='Start'><value>{_moment(number)}</value></Data>"
        f"<Data name='What'><value>shelling</value></Data></ExtendedData>"
        f"<Point><coordinates>{lon:.4f},{lat:.4f}</coordinates></Point></Placemark>\n"
    )


def _second(number: int) -> str:
    return f"{datetime(2031, 3, 1, tzinfo=UTC) + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}"


def track_csv(number: int) -> str:
    lat = 10 + number % 86_400 / 1e5
    return f"{_second(number)},{lat:.5f},20.5,{800 + number % 9},5,Patrol {number // 86_400}\n"


def track_gpx(number: int) -> str:
    lat = 10 + number % 86_400 / 1e5
    next_day = "</trkseg><trkseg>" if number and number % 86_400 == 0 else ""
    return f'{next_day}<trkpt lat="{lat:.5f}" lon="20.5"><ele>812</ele><time>{_second(number)}</time></trkpt>\n'


def form_header() -> str:
    return (ROOT / "tests" / "samples" / "kobo" / "good.csv").read_text("utf-8").partition("\n")[0] + "\n"


def _header(adapter: str) -> Callable[[], str]:
    return lambda: (ROOT / "tests" / "samples" / adapter / "good.csv").read_text("utf-8").partition("\n")[0] + "\n"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One format of one reader: what begins and ends a file, and each row. changed: the sample's setting, changed."""

    adapter: str
    suffix: str
    begin: Callable[[], str]
    row: Callable[[int], str]
    end: str = ""
    changed: Mapping[str, Any] | None = None

    def write(self, path: Path, *, rows: int = 0, size: int = 0) -> int:
        """A file of so many rows, or of so many bytes at least; how many rows it has."""
        if self.suffix == ".xlsx":
            return self._write_workbook(path, rows)
        number = written = 0
        with path.open("w", encoding="utf-8") as file:
            file.write(self.begin())
            while number < rows or written < size:
                piece = "".join(map(self.row, range(number, number + 5_000)))
                written += file.write(piece)
                number += 5_000
            file.write(self.end)
        return number

    def _write_workbook(self, path: Path, rows: int) -> int:
        import csv

        import xlsxwriter

        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            lines = itertools.chain([self.begin()], map(self.row, range(rows)))
            for number, cells in enumerate(csv.reader(lines)):
                sheet.write_row(number, 0, cells)
        return rows


_SHAPES = {
    "columns": {"lon": "lon", "lat": "lat", "occurred_start": "Start", "kind": "What"},
    "kinds": {"shelling": "explosion"},
}
_COLLECTION = '{"type": "FeatureCollection", "features": [\n'
_KML = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'
_GPX = '<?xml version="1.0"?>\n<gpx version="1.1" creator="invented" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>\n'
_CHAT = '{"name": "Invented", "type": "public_supergroup", "id": 99, "messages": [\n'
_ACLED = {"preset": "acled", "columns": {}, "kinds": {}, "place_sd_m": None}

LAYOUTS: Mapping[str, Layout] = {
    "a list, CSV": Layout(adapter="event_table", suffix=".csv", begin=_header("event_table"), row=events_csv),
    "a list, XLSX": Layout(adapter="event_table", suffix=".xlsx", begin=_header("event_table"), row=events_csv),
    "a mission's table, XLSX": Layout(adapter="smm_table", suffix=".xlsx", begin=_header("smm_table"), row=mission_csv),
    "ACLED, CSV": Layout(
        adapter="event_table", suffix=".csv", begin=lambda: ACLED_HEADER, row=acled_csv, changed=_ACLED
    ),
    "GeoJSON of events": Layout(
        adapter="event_table",
        suffix=".geojson",
        begin=lambda: _COLLECTION,
        row=shapes_json,
        end="\n]}\n",
        changed=_SHAPES,
    ),
    "KML of events": Layout(
        adapter="event_table",
        suffix=".kml",
        begin=lambda: _KML,
        row=placemark,
        end="</Document></kml>\n",
        changed=_SHAPES,
    ),
    "a mission's table, CSV": Layout(adapter="smm_table", suffix=".csv", begin=_header("smm_table"), row=mission_csv),
    "a form, CSV": Layout(adapter="kobo", suffix=".csv", begin=form_header, row=form_csv),
    "a form, JSON": Layout(
        adapter="kobo", suffix=".json", begin=lambda: '{"results": [\n', row=form_json, end="\n]}\n"
    ),
    "Telegram, JSON": Layout(adapter="telegram", suffix=".json", begin=lambda: _CHAT, row=chat_json, end="\n]}\n"),
    "mail, mbox": Layout(adapter="mail", suffix=".mbox", begin=str, row=mail_mbox),
    "archived posts, CSV": Layout(
        adapter="archived_media", suffix=".csv", begin=_header("archived_media"), row=archive_csv
    ),
    "a track, CSV": Layout(adapter="tracks", suffix=".csv", begin=_header("tracks"), row=track_csv),
    "a track, GPX": Layout(
        adapter="tracks", suffix=".gpx", begin=lambda: _GPX, row=track_gpx, end="</trkseg></trk></gpx>\n"
    ),
}


def readers(runs: int = 2) -> list[Figure]:
    """Rows a second of each reader, by the clock."""
    return [
        figure
        for name, layout in LAYOUTS.items()
        for figure in _figures(name, layout, runs=runs, rows=ROWS if layout.suffix != ".xlsx" else ROWS // 4)
    ]


def readers_of_a_gigabyte() -> list[Figure]:
    """The same for a file of a gigabyte, once: its peak memory."""
    large = {name: layout for name, layout in LAYOUTS.items() if layout.suffix != ".xlsx"}  # no workbook is so large
    return [figure for name, layout in large.items() for figure in _figures(name, layout, runs=1, size=GIGABYTE)]


def _figures(name: str, layout: Layout, *, runs: int, rows: int = 0, size: int = 0) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows{layout.suffix}"
        count = layout.write(path, rows=rows, size=size)
        command = [sys.executable, str(Path(__file__)), name, str(path)]
        answers = [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(runs)]
        megabytes = path.stat().st_size / 1e6
    if any(answer["taken"] != count for answer in answers):
        raise SystemExit(
            f"{name}: of {count} rows {answers[0]['taken']} were taken; first refusal: {answers[0]['reason']}"
        )
    note = f"{count:,} rows, {megabytes:,.0f} MB, peak {max(answer['memory_mb'] for answer in answers):,.0f} MB"
    rates = tuple(answer["taken"] / answer["seconds"] for answer in answers)
    yield Figure(f"read {name}", rates, "rows/s", LEAST_PER_S, note, at_least=True)
    if size:
        yield Figure(f"read {name}, memory", tuple(answer["memory_mb"] for answer in answers), "MB", LIMIT_MB)


def _read(name: str, path: Path) -> None:
    """Read one file and print what came of it as JSON."""
    import resource
    import time

    from tests.sources.reading import CONTEXT, sample_setting

    from trucewatch.model.batch import Origin
    from trucewatch.sources import adapter

    layout = LAYOUTS[name]
    setting = replace(sample_setting(layout.adapter), **(layout.changed or {}))
    origin = Origin(evidence_sha256="0" * 64, file=path.name, received_at=datetime(2032, 1, 1, tzinfo=UTC))
    taken, reason, begun = 0, "", time.perf_counter()
    for batch in adapter(layout.adapter).read(path, origin, setting, CONTEXT):
        taken += batch.observations.num_rows + batch.counters.num_rows + batch.tracks.num_rows
        reason = reason or (str(batch.rejected[0].reason) if batch.rejected else "")
    seconds = time.perf_counter() - begun
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"taken": taken, "reason": reason, "seconds": seconds, "memory_mb": memory_mb}) + "\n")


if __name__ == "__main__":
    _read(sys.argv[1], Path(sys.argv[2]))
