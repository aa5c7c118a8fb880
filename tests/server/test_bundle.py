"""The browser side as it is shipped: whole, its own, licensed, small, and saying what the server can translate."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import ROOT, each
from trucewatch.locale import languages, words
from trucewatch.server.client_messages import browser_words, english

STATIC = ROOT / "src" / "trucewatch" / "server" / "static"
BUILT = STATIC / "built"
WEB = ROOT / "web"
SCRIPTS = ("console.js", "map.js", "map-worker.js", "proof.js", "review.js", "shared.js", "vector_ground.js")
SHEETS = ("console.css", "map.css")
MOST_BYTES = 750_000
"""Scripts, sheets and the fonts of a Latin and Cyrillic page, packed: half of what a Watch page may take in all."""

NAMED_ONLY = re.compile(
    r"https?://(www\.w3\.org/(1999|2000)/"  # names of formats, never asked for
    r"|(www\.)?github\.com/|maplibre\.org/|sites\.google\.com/site/murmurhash"  # in licences and sentences about faults
    r"|wiki\.openstreetmap\.org/wiki/This_map_requires_WebGL|maplibre\.invalid|myHost|\$\{)"
)
"""Addresses that stand in the scripts and are not requested."""


def foreign_addresses(text: str) -> list[str]:
    """The addresses of other hosts in a script or sheet, but for those that only name something."""
    return [found[0] for found in re.finditer(r"https?://[^\s\"'`)]+", text) if not NAMED_ONLY.match(found[0])]


@pytest.mark.parametrize("name", [*SCRIPTS, *SHEETS, "LICENSES.txt"])
def test_what_pages_ask_for_is_there(name: str) -> None:
    assert (BUILT / name).stat().st_size > 200


@pytest.mark.parametrize("name", [*SCRIPTS, *SHEETS])
def test_nothing_leads_to_another_host(name: str) -> None:
    text = (BUILT / name).read_text(encoding="utf-8")
    assert foreign_addresses(text) == []
    assert "sourceMappingURL" not in text
    assert "@import" not in text


def test_a_foreign_address_would_be_found() -> None:
    text = 'fetch("https://demotiles.maplibre.org/style.json");x="http://www.w3.org/2000/svg"'
    assert foreign_addresses(text) == ["https://demotiles.maplibre.org/style.json"]


def test_every_font_of_the_sheet_is_a_file_of_ours_and_no_file_is_left_over() -> None:
    sheet = (STATIC / "css" / "fonts.css").read_text(encoding="utf-8")
    named = set(re.findall(r'url\("\.\./fonts/([^"]+)"\)', sheet))
    assert named == {path.name for path in (STATIC / "fonts").iterdir()}
    assert sheet.count("url(") == len(named)
    assert sheet.count("unicode-range") == len(named)


def test_the_licence_of_every_part_is_told() -> None:
    told = (BUILT / "LICENSES.txt").read_text(encoding="utf-8")
    parts = json.loads((WEB / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert len(parts) >= 7
    for name, version in parts.items():
        assert f"{name} {version}" in told
    assert "SIL Open Font License" in told
    assert "GNU GENERAL PUBLIC" not in told.upper()


def test_the_watch_page_stays_small() -> None:
    fonts = [
        path
        for path in (STATIC / "fonts").iterdir()
        if re.match(r"noto-sans-(latin|latin-ext|cyrillic)-wght", path.name)
    ]
    assert len(fonts) == 3
    packed = sum(len(gzip.compress((BUILT / name).read_bytes(), 5)) for name in (*SCRIPTS[:3], "shared.js", *SHEETS))
    plain = sum(path.stat().st_size for path in fonts)
    assert packed + plain < MOST_BYTES


def test_what_reads_a_brought_basemap_is_apart_and_takes_nothing_else_along() -> None:
    """A part that asked for `map.js` would load it a second time, without the mark of its content."""
    text = (BUILT / "vector_ground.js").read_text(encoding="utf-8")
    assert "import" not in re.sub(r"important|imported", "", text)
    assert len(gzip.compress(text.encode(), 5)) < 12_000
    assert "DecompressionStream" in text
    assert "SharedPromiseCache" not in (BUILT / "map.js").read_text(encoding="utf-8")


def test_the_lock_names_no_registry() -> None:
    lock = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert "omit-lockfile-registry-resolved=true" in (WEB / ".npmrc").read_text(encoding="utf-8")


def test_the_server_says_every_word_that_the_browser_knows() -> None:
    spoken = browser_words(words("en"))
    assert {key for key in spoken if not key.startswith(("kind_", "format_"))} == set(english())
    assert {key: spoken[key] for key in english()} == english()


@pytest.mark.parametrize("language", languages())
def test_the_browser_writes_numbers_and_days_as_the_server_does(language: str) -> None:
    given, spoken, day = browser_words(words(language)), words(language), date(2031, 5, 4)
    assert spoken.number(1234.5) == f"1{given['format_group']}234{given['format_decimal']}5"
    values = {"d": "4", "dd": "04", "mm": "05", "month": str(given["format_months"]).split("|")[4], "y": "2031"}
    assert str(given["format_day"]).format(**values) == spoken.short_day(day)


@pytest.mark.parametrize("language", languages())
def test_each_language_keeps_the_places_to_fill_in(language: str) -> None:
    given = browser_words(words(language))
    for key, text in each((key, text) for key, text in english().items() if isinstance(text, str)):
        translated = given[key]
        assert isinstance(translated, str)
        assert sorted(re.findall(r"\{\w+\}", translated)) == sorted(re.findall(r"\{\w+\}", text)), key


@pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules").is_dir(), reason="needs node and `make web`"
)
@pytest.mark.slow
def test_the_built_files_are_those_of_the_sources(tmp_path: Path) -> None:
    copy = tmp_path / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("node_modules"))
    made = tmp_path / "src" / "trucewatch" / "server"
    made.mkdir(parents=True)
    shutil.copy(STATIC.parent / "words.json", made)
    (copy / "node_modules").symlink_to(WEB / "node_modules")
    subprocess.run(["npm", "run", "build", "--silent"], cwd=copy, check=True, capture_output=True, timeout=300)
    made /= "static"
    for path in each(sorted(one for one in made.rglob("*") if one.is_file())):
        assert path.read_bytes() == (STATIC / path.relative_to(made)).read_bytes(), path.relative_to(made)
