"""What is installed and shipped: each package at one version and by its hashes, each part with its licence."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

LOCKS = ROOT / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PARTS = tomllib.loads((ROOT / "tools" / "shipped.toml").read_text("utf-8"))["part"]
BILL = json.loads((ROOT / "docs" / "sbom.cdx.json").read_text("utf-8"))
OUR_OWN = {
    ".py",
    ".typed",
    ".po",
    ".mo",
    ".html",
    ".jinja",
    ".css",
    ".toml",
    ".csv",
    ".md",
    ".json",
    ".svg",
    ".txt",
    ".typ",
    ".js",
}
"""Endings of what we write ourselves; anything else in the package came from somewhere."""


def pins(name: str) -> dict[str, str]:
    """Package → version, of one lock file."""
    text = (LOCKS / name).read_text("utf-8")
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "build.txt"])
def test_every_package_has_a_version_and_hashes_and_no_address(name: str) -> None:
    text = (LOCKS / name).read_text("utf-8")
    packages = [part.strip() for part in re.split(r"\n(?=\S)", text) if not part.startswith("#")]
    assert packages
    for package in packages:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==\S+( ; [^\\]+)? \\(\n    --hash=sha256:[0-9a-f]{64}( \\)?)+", package), (
            package
        )
    assert "://" not in text
    assert "--index" not in text


def test_the_locks_hold_what_the_project_asks_for_and_agree() -> None:
    run, dev, build = pins("run.txt"), pins("dev.txt"), pins("build.txt")
    wanted = [*PROJECT["project"]["dependencies"]]
    for text, lock in [
        *((text, run) for text in wanted),
        *((text, dev) for text in [*wanted, *PROJECT["project"]["optional-dependencies"]["dev"]]),
        *((text, build) for text in PROJECT["build-system"]["requires"]),
    ]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(lock[canonicalize_name(requirement.name)]), text
    for lock in (dev, build):
        assert {name: version for name, version in lock.items() if run.get(name, version) != version} == {}
    assert run.keys() <= dev.keys()


def test_a_package_with_another_hash_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "idna"\nversion = "1"\n')
    lock = tmp_path / "lock.txt"
    lock.write_text(f"idna @ file://{tmp_path} --hash=sha256:{'0' * 64}\n")
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--no-index", "--require-hashes"]
    done = subprocess.run([*command, "-r", str(lock)], capture_output=True, text=True, check=False)
    assert done.returncode
    assert "hash" in done.stderr.lower()


def recipe(goal: str) -> str:
    """What make would do for a goal in a place where nothing is set up yet."""
    made = subprocess.run(
        ["make", "-n", "VENV=/nowhere/venv", goal], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return made.stdout


def test_demo_installs_no_development_tools_and_only_by_hash() -> None:
    demo, lint = recipe("demo"), recipe("lint")
    assert "requirements/run.txt" in demo
    assert "dev.txt" not in demo
    assert "[dev]" not in demo
    assert "requirements/dev.txt" in lint
    installs = [line for text in (demo, lint) for line in text.splitlines() if "pip install" in line]
    assert installs
    assert all("--require-hashes" in line or ("--no-index" in line and "--no-deps" in line) for line in installs)


def test_apt_is_called_in_one_place_and_asks_a_person_first(tmp_path: Path) -> None:
    own = [ROOT / "Makefile", *ROOT.glob("tools/*"), *ROOT.glob(".ci/*")]
    assert [
        path.name for path in own if path.is_file() and re.search(r"apt-get (install|update)", path.read_text("utf-8"))
    ] == ["apt_install.sh"]
    called = tmp_path / "called"
    for name, script in {"apt-get": f'#!/bin/sh\necho "$@" >> {called}\n', "id": "#!/bin/sh\necho 0\n"}.items():
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [str(ROOT / "tools" / "apt_install.sh"), "a test", "nothing-of-this-name"]

    def answered(word: bytes) -> int:
        ours, theirs = pty.openpty()
        os.write(ours, word)
        done = subprocess.run(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, check=False)
        os.close(ours)
        os.close(theirs)
        return done.returncode

    assert answered(b"\n") == 1
    assert answered(b"n\n") == 1
    assert not called.exists()
    assert answered(b"y\n") == 0
    assert "install -y -qq nothing-of-this-name" in called.read_text()


def shipped() -> Iterator[str]:
    """Every file of the package that we did not write as text ourselves, and what the browser gets built."""
    listed = subprocess.run(
        ["git", "ls-files", "src", "examples"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    paths = listed or [str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*") if path.is_file()]
    for path in paths:
        if "static/built/" in path or (Path(path).suffix not in OUR_OWN and "/inbox/" not in path):
            yield path


def test_everything_shipped_that_is_not_ours_has_a_licence_with_its_text() -> None:
    patterns = [pattern for part in PARTS for pattern in part["files"]]
    data = {path for path in shipped() if not re.search(r"\.(geojson|nb[ic]|pyc)$", path)}
    assert data
    assert {path for path in data if not any(fnmatch(path, pattern) for pattern in patterns)} == set()
    for part in PARTS:
        text = (ROOT / part["text"]).read_text("utf-8")
        assert part["name"].removesuffix(" towns").split(" fonts")[0] in text or "SIL Open Font" in text
        assert all(list(ROOT.glob(pattern)) for pattern in part["files"]), part


def test_the_bill_of_materials_is_of_todays_packages_and_parts() -> None:
    assert BILL["bomFormat"] == "CycloneDX"
    packages = {
        canonicalize_name(part["name"]): part["version"]
        for part in BILL["components"]
        if "pypi" in part.get("purl", "")
    }
    run = pins("run.txt")
    markers = {name for name in run if name not in packages}
    text = (LOCKS / "run.txt").read_text("utf-8")
    assert all(re.search(rf"^{name}==\S+ ;", text, re.MULTILINE | re.IGNORECASE) for name in markers), markers
    assert {name: version for name, version in packages.items() if run.get(name) != version} == {}
    versions = json.loads((ROOT / "web" / "package.json").read_text("utf-8"))["dependencies"]
    parts = {part["name"]: part["version"] for part in BILL["components"]}
    assert {name: version for name, version in versions.items() if parts.get(name) != version} == {}
    assert {part["name"] for part in PARTS} <= parts.keys()


def test_no_licence_binds_who_uses_it_to_the_gpl() -> None:
    table = (ROOT / "docs" / "licences.md").read_text("utf-8")
    for part in BILL["components"]:
        (entry,) = part["licenses"]
        assert not re.search(r"(?<!L)A?GPL", entry["expression"]), part["name"]
        assert f"| {part['name']} | {part['version']} | {entry['expression']} |" in table


def test_no_address_of_a_registry_stands_in_what_is_committed_of_it() -> None:
    for path in [*LOCKS.iterdir(), ROOT / "docs" / "sbom.cdx.json", ROOT / "web" / "package-lock.json"]:
        assert not re.search(r"https?://[^\"\s]*(pypi|pythonhosted|npmjs|registry)", path.read_text("utf-8")), path.name
