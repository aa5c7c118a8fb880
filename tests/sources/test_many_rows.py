"""What a file of many rows gives by columns is what each of its rows gives by itself, bit for bit, refusals too."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.batch import ReadingContext
from trucewatch.model.ids import observation_id
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.firms import SENSORS
from trucewatch.sources.many_ids import observation_ids, ten_thousandths

from .reading import Outcome, read_bytes

AREA = ReadingContext(area=(20.0, 10.0, 21.0, 11.0))
FIRMS_HEAD = (
    *("latitude", "longitude", "bright_ti4", "scan", "track", "acq_date", "acq_time", "satellite", "instrument"),
    *("confidence", "version", "bright_ti5", "frp", "daynight"),
)
OWN_HEAD = (
    *("observation_id", "natural_key", "kind", "means", "occurred_start", "occurred_end", "lon", "lat"),
    *("count_best", "semi_major_m", "major_azimuth_deg", "simulated", "text", "known_at"),
)


def number(rng: random.Random, most: float) -> str:
    """A number as somebody may write it, or what is none."""
    value = rng.uniform(-most, most)
    return rng.choice(
        [
            *(f"{value:.5f}", f"{value:.3f}", f"{value:.0f}", f"{value:.4f}", f"{value:.7f}", f"{value:.3f}15"),
            *(f"{value:.3f}25", f"+{abs(value):.2f}", f"{value:e}", f"{value:.1f}".replace(".", ","), "-0.00004"),
            *("1.", ".5", "-.5", "", "nan", "inf", "-", "--1", "1.2.3", "1e0005", f"{most:.0f}", f"{most + 1:.0f}"),
        ]
    )


def mostly(rng: random.Random, usual: str, *others: str) -> str:
    return usual if rng.random() < 0.9 else rng.choice(others)


def firms_row(rng: random.Random) -> list[str]:
    return [
        *(mostly(rng, f"{rng.uniform(-most, most):.5f}", number(rng, most)) for most in (90.0, 180.0)),
        "331.2",
        *(mostly(rng, "0.4", "0", "-1", "11", number(rng, 1.0)) for _ in range(2)),
        mostly(rng, f"2031-03-0{rng.randint(1, 9)}", "2031-02-30", "0999-01-01", "2031-3-4", ""),
        mostly(rng, f"{rng.randint(0, 23):02d}07", "5", "45", "824", "08:24", "2400", "861", "x"),
        rng.choice(["N", "1", "N20", "Terra", "A"]) if rng.random() < 0.9 else rng.choice(["Q", ""]),
        mostly(rng, "", "VIIRS", "modis", "ABI"),
        *(mostly(rng, "n", "77", "", "a; b"), mostly(rng, "2.0NRT", "6.1", "61nrt", "")),
        *("290.1", mostly(rng, "4.5", "", "-1", "x"), mostly(rng, "D", "N", "")),
    ]


def moment(rng: random.Random) -> str:
    usual = f"2031-03-0{rng.randint(1, 9)}T0{rng.randint(0, 9)}:06:07Z"
    odd = ("2031-03-04", "2031-03-04T05:06:07.25+00:00", "2031-03-04T24:00:00Z", "2031-03-04T05:06:07+04:00", "x", "")
    return mostly(rng, usual, *odd)


def own_row(rng: random.Random) -> list[str]:
    return [
        *(mostly(rng, "", "o-" + "a" * 26, "o-" + "A" * 26, "mine"), mostly(rng, "", "k1", "ключ")),
        *(mostly(rng, "explosion", "shot", "boom"), mostly(rng, "acoustic", "patrol", ""), moment(rng), moment(rng)),
        *(mostly(rng, f"{rng.uniform(-most, most):.4f}", number(rng, most)) for most in (180.0, 90.0)),
        *(mostly(rng, "", "5", "1.5", number(rng, 9.0)), mostly(rng, "", "40"), mostly(rng, "", "360", "361")),
        *(mostly(rng, "true", "no", "perhaps"), mostly(rng, "", "words; и другие"), mostly(rng, "", moment(rng))),
    ]


LIST_HEAD = (
    *("id", "when", "until", "day", "at", "known", "kind", "lon", "lat", "place", "where_prec", "date_prec"),
    *("olon", "olat", "azimuth (mils)", "how far (km)", "k0", "k1", "k2", "who", "flag", "a", "b"),
)
LIST_COLUMNS = {
    **{"occurred_start": "when", "occurred_end": "until", "day": "day", "time_of_day": "at", "known_at": "known"},
    **{"kind": "kind", "lon": "lon", "lat": "lat", "place": "place", "where_prec": "where_prec"},
    **{"date_prec": "date_prec", "observer_lon": "olon", "observer_lat": "olat", "bearing_deg": "azimuth (mils)"},
    **{"range_m": "how far (km)", "killed_min": "k0", "killed_best": "k1", "killed_max": "k2", "claimed_by": "who"},
    **{"simulated": "flag", "text": "a + b", "source_quality": "b + where_prec", "date_order": "=dmy"},
}
LIST_KINDS = {"shelling": "explosion", "claimed_by:both": "A; B"}


def list_row(rng: random.Random) -> list[str]:
    has_place = rng.random() < 0.5
    day = mostly(rng, f"2031-03-0{rng.randint(1, 9)}", "4 марта 2031", "20310304", "29 Feb 2031", "4/3/2031", "x")
    return [
        *(str(rng.randint(1, 999)), mostly(rng, moment(rng), ""), mostly(rng, "", moment(rng)), day),
        *(mostly(rng, "", "10:20-10:31", "1020h", "23:50-00:10", "noon"), mostly(rng, "", moment(rng))),
        mostly(rng, "shelling", "shot", "Shelling", "boom", ""),
        *(mostly(rng, f"{number:.4f}", "", "91", "x") if has_place else "" for number in (20.5, 10.25)),
        mostly(rng, "", "10.1, 20.5", "Nowhere", "34PDS5027"),
        *(mostly(rng, "", "1", "6", "9"), mostly(rng, "", "2", "9"), mostly(rng, "", "20.1"), mostly(rng, "", "10.1")),
        *(mostly(rng, "", "800", "6400", "7000"), mostly(rng, "", "3", "500 m", "x")),
        *(mostly(rng, "", "1"), mostly(rng, "1", "2", "1.5", ""), mostly(rng, "", "3", "0")),
        *(mostly(rng, "", "both", "Northland"), mostly(rng, "", "yes", "perhaps"), mostly(rng, "a", "", "б"), ""),
    ]


def read_lines(rows: Sequence[Sequence[str]], head: Sequence[str], setting: SourceSetting, folder: Path) -> Outcome:
    lines = [";".join(f'"{cell}"' if ";" in cell else cell for cell in row) for row in (head, *rows)]
    return read_bytes("\n".join([*lines, ""]).encode(), folder, setting, AREA)


def numbered(table: pa.Table, line: int) -> pa.Table:
    """The rows as if they stood in this line of that file."""
    place = table.schema.get_field_index("evidence_row")
    moved = table.set_column(place, table.schema.field(place), pa.array([line] * table.num_rows, pa.int64()))
    hashes = table.schema.get_field_index("evidence_sha256")
    return moved.set_column(hashes, table.schema.field(hashes), pa.array([""] * table.num_rows, pa.string()))


def without_hash(table: pa.Table) -> pa.Table:
    place = table.schema.get_field_index("evidence_sha256")
    return table.set_column(place, table.schema.field(place), pa.array([""] * table.num_rows, pa.string()))


@pytest.mark.parametrize(
    ("name", "head", "make"),
    [
        ("firms", FIRMS_HEAD, firms_row),
        ("observations", OWN_HEAD, own_row),
        ("event_table", LIST_HEAD, list_row),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_file_gives_what_its_rows_give_by_themselves(
    name: str, head: Sequence[str], make: Any, seed: int, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    setting = SourceSetting(id="s", adapter=name, files=(), decimal_comma=seed == 2)
    if name == "event_table":
        zone = "Asia/Baku" if seed else ""
        setting = replace(setting, columns=LIST_COLUMNS, kinds=LIST_KINDS, time_zone=zone, place_sd_m=100.0)
    rows = [make(rng) for _ in range(150)]
    whole = read_lines(rows, head, setting, tmp_path)
    alone = [read_lines([row], head, setting, tmp_path) for row in rows]
    assert 30 < whole.taken < 140
    together = pa.concat_tables(numbered(one.observations, line) for line, one in enumerate(alone, 2))
    assert without_hash(whole.observations).combine_chunks().equals(together.combine_chunks())
    assert [(one.row, str(one.reason), one.excerpt) for one in whole.rejected] == [
        (line, str(refusal.reason), refusal.excerpt) for line, one in enumerate(alone, 2) for refusal in one.rejected
    ]


def test_what_a_row_of_firms_says_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Held against reading each cell with Python's own decimals and words."""
    rng = random.Random(5)
    rows = [firms_row(rng) for _ in range(400)]
    outcome = read_lines(rows, FIRMS_HEAD, SourceSetting(id="s", adapter="firms", files=()), tmp_path)
    assert outcome.taken > 100
    for taken in outcome.rows:
        cells = dict(zip(FIRMS_HEAD, rows[taken["evidence_row"] - 2], strict=True))
        clock = cells["acq_time"].replace(":", "").zfill(4)
        minute = f"{cells['acq_date']}T{clock[:2]}:{clock[2:]}"
        sensor = SENSORS[cells["satellite"].casefold()]
        places = "|".join(decimals(cells[name]) for name in ("latitude", "longitude"))
        assert taken["observation_id"] == observation_id("firms", f"{sensor}|{minute}|{places}")
        assert (taken["sensor"], f"{taken['occurred_start']:%Y-%m-%dT%H:%M}".zfill(16)) == (sensor, minute)
        stated = [f"{key}={cells[key]}" for key in ("confidence", "version", "daynight") if cells[key]]
        if float(cells["scan"]) <= 0 or float(cells["track"]) <= 0:
            stated += [f"scan={cells['scan']}", f"track={cells['track']}"]
        assert taken["source_quality"] == "; ".join(stated)
        is_standard = bool(cells["version"]) and not cells["version"].casefold().endswith("rt")
        assert taken["product_rank"] == is_standard


def test_a_row_without_a_name_is_named_by_all_that_it_says(tmp_path: Path) -> None:
    rng = random.Random(8)
    rows = [own_row(rng) for _ in range(300)]
    outcome = read_lines(rows, OWN_HEAD, SourceSetting(id="s", adapter="observations", files=()), tmp_path)
    for taken in outcome.rows:
        cells = dict(zip(OWN_HEAD, rows[taken["evidence_row"] - 2], strict=True))
        written = cells.pop("observation_id")
        whole = written or cells.pop("natural_key")
        if not whole:
            whole = "\x1e".join(
                f"{name}={cells[name]}" for name in sorted(cells) if cells[name] and name != "natural_key"
            )
        is_ours = written.startswith("o-") and written[2:].islower()
        assert taken["observation_id"] == (written if is_ours else observation_id("s", whole))


def decimals(text: str) -> str:
    value = Decimal(text).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
    return f"{value if value else abs(value):f}"


@given(st.lists(st.text(), max_size=9), st.text(max_size=5))
def test_ids_of_many_keys_are_the_id_of_each(keys: list[str], source: str) -> None:
    keys = [key.encode("utf-8", "ignore").decode() for key in keys]
    source = source.encode("utf-8", "ignore").decode()
    made = observation_ids(source, pa.array(keys, pa.string()))
    made.validate(full=True)
    assert made.to_pylist() == [observation_id(source, key) for key in keys]


@given(
    st.lists(
        st.decimals(-999, 999, allow_nan=False, places=5).map(str)
        | st.decimals(-999, 999, allow_nan=False, places=7).map(lambda value: f"{value:f}")
        | st.from_regex(r"-?[0-9]{1,3}\.?[0-9]{0,8}", fullmatch=True).filter(str.isascii)
        | st.sampled_from(["0", "-0", "-0.00005", "0.00015", "0.00025", "-0.00015", "999.99995", "1e-7", "12.5e1"]),
        max_size=8,
    )
)
def test_numbers_are_rounded_as_decimals_are(texts: list[str]) -> None:
    rounded = ten_thousandths(pa.array(texts, pa.string()), np.array([float(text) for text in texts]))
    assert rounded.to_pylist() == [decimals(text) for text in texts]
