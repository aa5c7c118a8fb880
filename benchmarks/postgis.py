"""The same row in a PostGIS trigger pipeline: zones, metres to the line, association, insert; beside ours as a ratio.

    python -m benchmarks.postgis --rows 10000

A server of its own in a temporary folder, which nobody reaches but by its socket, with Debian's `postgresql` and
`postgresql-15-postgis-3`; where they are not installed nothing is measured. One trigger does what a centre's database
would: which zones hold the place (ST_Contains), how far the line is (ST_Distance on the ellipsoid), which incident of
the last two hours lies within 1,500 m (ST_DWithin), and the incident is widened or begun. It weighs no evidence, checks
no clause, proves nothing and keeps no list; the ratio says what the difference costs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from shapely.geometry import shape

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import years
from benchmarks.figures import Figure, NotMeasurableError

SIZES: Final = (10_000, 100_000)
MORE: Final = 31
_OWNER: Final = "postgres"
"""The server refuses to run as root; Debian's package makes this user."""
_TABLES: Final = """
CREATE EXTENSION postgis;
CREATE TABLE zone (id text, geom geometry(Geometry, 4326));
CREATE TABLE line (geom geography);
CREATE TABLE observation (id bigint, means text, kind text, began timestamptz, ended timestamptz,
  geom geometry(Point, 4326), zones text[], line_m float, incident bigint);
CREATE TABLE incident (id bigserial PRIMARY KEY, kind text, began timestamptz, ended timestamptz, place geography,
  members int);
CREATE FUNCTION situate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE nearest bigint;
BEGIN
  NEW.zones := ARRAY(SELECT id FROM zone WHERE ST_Contains(zone.geom, NEW.geom));
  NEW.line_m := (SELECT min(ST_Distance(line.geom, NEW.geom::geography)) FROM line);
  SELECT id INTO nearest FROM incident
    WHERE ST_DWithin(place, NEW.geom::geography, 1500) AND kind = NEW.kind
      AND began <= NEW.ended + interval '2 hours' AND ended >= NEW.began - interval '2 hours'
    ORDER BY ST_Distance(place, NEW.geom::geography), id LIMIT 1 FOR UPDATE;
  IF nearest IS NULL THEN
    INSERT INTO incident (kind, began, ended, place, members)
      VALUES (NEW.kind, NEW.began, NEW.ended, NEW.geom::geography, 1) RETURNING id INTO nearest;
  ELSE
    UPDATE incident SET began = least(began, NEW.began), ended = greatest(ended, NEW.ended), members = members + 1
      WHERE id = nearest;
  END IF;
  NEW.incident := nearest;
  RETURN NEW;
END $$;
"""
_INDEXES: Final = """
CREATE INDEX ON zone USING gist (geom);
CREATE INDEX ON observation USING gist (geom);
CREATE INDEX ON incident USING gist (place);
CREATE INDEX ON incident (began);
CREATE TRIGGER situated BEFORE INSERT ON observation FOR EACH ROW EXECUTE FUNCTION situate();
ANALYZE;
"""


@contextmanager
def server() -> Iterator[list[str]]:
    """A command that asks a fresh database. Raises NotMeasurableError where there is no PostGIS."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    extensions = Path("/usr/share/postgresql")
    homes = [home for home in folders if (extensions / home.parent.name / "extension" / "postgis.control").is_file()]
    runuser = shutil.which("runuser")
    if not homes or not runuser or os.geteuid() != 0:
        raise NotMeasurableError(
            "not here: PostGIS (Debian's postgresql-15-postgis-3, and the right to run as its user)"
        )
    home, as_owner = homes[-1], [runuser, "-u", _OWNER, "--"]
    with tempfile.TemporaryDirectory(prefix="postgis-") as folder:
        shutil.chown(folder, _OWNER)
        data = f"{folder}/data"
        _run([*as_owner, str(home / "initdb"), "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C"])
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c shared_buffers=512MB"
        control = [*as_owner, str(home / "pg_ctl"), "-D", data, "-w", "-l", f"{folder}/log"]
        _run([*control, "-o", options, "start"])
        try:
            yield [*as_owner, str(home / "psql"), "-h", folder, "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-qAt"]
        finally:
            _run([*control, "-m", "immediate", "stop"])


def _run(command: Sequence[str], text: str = "") -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stderr[-2000:]}")
    return done.stdout


def one_row_ms(rows: int) -> list[float]:
    """Milliseconds of each of some single rows, durable, over so many on record."""
    with server() as ask:
        _run(ask, _TABLES)
        _run(ask, _shapes())
        _run(ask, "\\copy observation (id, means, kind, began, ended, geom) FROM STDIN\n" + _rows(rows) + "\\.\n")
        _run(
            ask,
            "INSERT INTO incident (kind, began, ended, place, members) "
            "SELECT kind, began, ended, geom::geography, 1 FROM observation;" + _INDEXES,
        )
        inserts = [_insert(number) for number in range(MORE)]
        told = _run([*ask, "-c", "SET synchronous_commit = on", *_timed(inserts)])
    times = [float(value) for value in re.findall(r"Time: ([0-9.]+) ms", told)]
    return times[-MORE + 1 :]


def _timed(statements: Sequence[str]) -> list[str]:
    """Arguments that time each statement as a transaction of its own."""
    return ["-c", "\\timing on", *(part for statement in statements for part in ("-c", statement))]


def _cells(number: int, day: int) -> tuple[str, ...]:
    """One row of the ten years, as the table has it."""
    cells = years.line_of(np.random.default_rng(number), day, day, number).split(",")
    _, means, kind, began, ended, _, lon, lat = cells[:8]
    return str(number), means, kind, began, ended, f"SRID=4326;POINT({lon} {lat})"


def _rows(rows: int) -> str:
    days = np.sort(np.random.default_rng(13).integers(0, years.DAYS, rows)).tolist()
    return "".join("\t".join(_cells(number, day)) + "\n" for number, day in enumerate(days))


def _insert(number: int) -> str:
    values = ", ".join(f"'{cell}'" for cell in _cells(9_000_000 + number, 2_000 + number))
    return f"INSERT INTO observation (id, means, kind, began, ended, geom) VALUES ({values})"


def _shapes() -> str:
    """The invented island's zones and lines."""
    content = json.loads((ROOT / "examples" / "two-valleys" / "zones.geojson").read_text(encoding="utf-8"))
    statements = []
    for feature in content["features"]:
        geometry, wkb = feature["geometry"], shapely.to_wkb(shape(feature["geometry"]), hex=True)
        value = f"ST_SetSRID('{wkb}'::geometry, 4326)"
        if "Polygon" in geometry["type"]:
            statements.append(f"INSERT INTO zone VALUES ('{feature['properties']['id']}', {value});")
        else:
            statements.append(f"INSERT INTO line VALUES ({value}::geography);")
    return "\n".join(statements)


def figures_of(sizes: Sequence[int] = SIZES) -> list[Figure]:
    """One more row here and there, in the same call."""
    figures = []
    for size in sizes:
        theirs = one_row_ms(size)
        ours = [seconds * 1e3 for seconds in years.in_a_process(size, "cylinder", None)["row_s"]]
        name = f"one more row over {size:,}"
        figures += [
            Figure(f"{name}: PostGIS trigger pipeline", tuple(theirs), "ms", None, "zones, line, association, insert"),
            Figure(f"{name}: to the list, cylinder rule", tuple(ours), "ms", None, "the same, findings, ledger, list"),
            Figure(f"{name}: ours ÷ PostGIS", (float(np.median(ours) / np.median(theirs)),), "×", None),
        ]
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description="One more row in a PostGIS trigger pipeline.")
    parser.add_argument("--rows", type=int, default=SIZES[0])
    times = one_row_ms(parser.parse_args().rows)
    print(json.dumps({"median_ms": float(np.median(times)), "p95_ms": float(np.quantile(times, 0.95))}))


if __name__ == "__main__":
    main()
