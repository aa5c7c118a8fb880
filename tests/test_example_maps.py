"""The script behind the maps of the reference watch: what is committed is what it makes, and it says what it needs."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from shapely.geometry import shape

REPOSITORY = Path(__file__).resolve().parents[1]
WATCH = REPOSITORY / "examples" / "karabakh-2020"
GEOGRAPHY = REPOSITORY.parent / "shared" / "data" / "geography"


def load_builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_karabakh", REPOSITORY / "examples" / "build_karabakh.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:  # as a program it finds its shapes beside itself
        patch.syspath_prepend(str(REPOSITORY / "examples"))
        spec.loader.exec_module(module)
    return module


def test_committed_maps_are_what_the_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not GEOGRAPHY.is_dir():
        pytest.skip("the optional folder of open geography is not beside the repository")
    builder = load_builder()
    monkeypatch.setattr(builder, "WATCH", tmp_path)
    assert builder.main([str(GEOGRAPHY)]) == 0
    for name in ("zones.geojson", "basemap.geojson"):
        made, committed = (json.loads((folder / name).read_text(encoding="utf-8")) for folder in (tmp_path, WATCH))
        assert [one["id"] for one in made["features"]] == [one["id"] for one in committed["features"]]
        for one, other in zip(made["features"], committed["features"], strict=True):
            assert one["properties"] == other["properties"]
            assert shape(one["geometry"]).equals_exact(shape(other["geometry"]), 2e-5), one["id"]


def test_script_without_geography_says_so_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    builder = load_builder()
    monkeypatch.setattr(builder, "WATCH", tmp_path)
    assert builder.main([str(tmp_path)]) == 2
    assert "no geography here" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
