"""Writes docs/sbom.cdx.json (CycloneDX) and docs/licences.md: all that is installed or shipped, with its licence.

    python tools/sbom.py

The packages of requirements/run.txt are installed into an environment of their own, which `cyclonedx-py` reads; the
parts that lie in the repository come from tools/shipped.toml. Addresses of registries and of projects are left out, so
that the file says what is there and not where this machine got it. The result is the same on every machine of a kind.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BILL, TABLE = ROOT / "docs" / "sbom.cdx.json", ROOT / "docs" / "licences.md"
CLASSIFIED = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What a package's classifier means where it states no SPDX expression."""
STATED_IN_ITS_FILE = {"mgrs": "MIT", "pypdfium2": "BSD-3-Clause AND Apache-2.0", "pyrage": "MIT"}
"""Packages whose metadata say nothing, or another thing than the licence file in their wheel, which was read."""
NOT_PART_OF_IT = {"pip", "setuptools"}
"""What every new environment of Python brings along."""
HEAD = """# What Trucewatch is made of

Written by `make sbom`; the same as a CycloneDX bill for programs: [sbom.cdx.json](sbom.cdx.json). Trucewatch itself is
[Apache-2.0](../LICENSE). Packages are installed by pip at exactly these versions, only with the hashes of
`requirements/`; the other parts lie in this repository. What tests need beside them is pinned in
`requirements/dev.txt` and is no part of the program.

Wheels of shapely, pyogrio, pyproj, numpy, scipy and pyarrow carry native libraries under terms of their own, which lie
in the wheel: GEOS, in shapely and pyogrio, is LGPL-2.1; GCC's Fortran runtime, in numpy and scipy, is GPL-3.0 with the
exception that lets any program use it. Nothing else that is installed is GPL or AGPL.

| part | version | licence | where |
|---|---|---|---|"""
LINE_OF_TABLE = "| {name} | {version} | {licence} | {where} |"


def main() -> int:
    bill = bill_of_packages()
    parts = bill["components"] + shipped_parts()
    bill["components"] = sorted(parts, key=lambda part: str(part["name"]).lower())
    known = {part["bom-ref"] for part in parts} | {"root-component"}
    bill["dependencies"] = [
        {**edge, "dependsOn": [ref for ref in edge.get("dependsOn", ()) if ref in known]}
        for edge in bill.get("dependencies", ())
        if edge["ref"] in known
    ]
    bill["metadata"].pop("tools", None)
    BILL.write_text(json.dumps(bill, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    TABLE.write_text(table_of(bill["components"]), "utf-8")
    print(f"{BILL.relative_to(ROOT)}, {TABLE.relative_to(ROOT)}: {len(parts)} parts", file=sys.stderr)
    return 0


def bill_of_packages() -> dict[str, Any]:
    """The bill of an environment with the packages of requirements/run.txt and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        install = [f"{folder}/bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*install, "--require-hashes", "-r", ROOT / "requirements" / "run.txt"], check=True)
        report = [sys.executable, "-m", "cyclonedx_py", "environment", folder, "--output-reproducible"]
        made = subprocess.run([*report, "--pyproject", ROOT / "pyproject.toml"], check=True, capture_output=True)
    bill: dict[str, Any] = json.loads(made.stdout)
    bill["components"] = [part for part in bill["components"] if part["name"] not in NOT_PART_OF_IT]
    for part in [*bill["components"], bill["metadata"]["component"]]:
        for field in ("externalReferences", "evidence", "properties"):
            part.pop(field, None)
        part["licenses"] = [{"expression": licence_of(part)}]
    return bill


def licence_of(part: dict[str, Any]) -> str:
    """The SPDX expression of a package: as it states it, or as its classifier or licence file says."""
    if part["name"] in STATED_IN_ITS_FILE:
        return STATED_IN_ITS_FILE[part["name"]]
    stated = [entry.get("license", {}) for entry in part.get("licenses", ())]
    expressions = [entry["expression"] for entry in part.get("licenses", ()) if "expression" in entry]
    ids = [licence["id"] for licence in stated if "id" in licence]
    names = [CLASSIFIED[licence["name"]] for licence in stated if licence.get("name") in CLASSIFIED]
    for choice in (*expressions, *ids, *names):
        return str(choice)
    raise SystemExit(f"{part['name']} states no licence; read its licence file and add it to STATED_IN_ITS_FILE")


def shipped_parts() -> list[dict[str, Any]]:
    """The parts of other projects that lie in this repository, as components of the bill."""
    parts = tomllib.loads((ROOT / "tools" / "shipped.toml").read_text("utf-8"))["part"]
    locked = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))["packages"]
    components = []
    for part in parts:
        version = locked[f"node_modules/{part['name']}"]["version"] if part.get("npm") else part["version"]
        component = {
            "bom-ref": f"{part['name']}@{version}",
            "type": "library" if part.get("npm") else "data",
            "name": part["name"],
            "version": version,
            "licenses": [{"expression": part["licence"]}],
            "properties": [
                *({"name": "trucewatch:file", "value": pattern} for pattern in part["files"]),
                {"name": "trucewatch:terms", "value": part["text"]},
            ],
        }
        if part.get("npm"):
            component["purl"] = f"pkg:npm/{part['name'].replace('@', '%40')}@{version}"
        components.append(component)
    return components


def table_of(components: list[dict[str, Any]]) -> str:
    """docs/licences.md, for people."""
    lines = [HEAD]
    for part in components:
        terms = [entry["value"] for entry in part.get("properties", ()) if entry["name"] == "trucewatch:terms"]
        where = f"in this repository, terms in `{terms[0]}`" if terms else "installed by pip"
        lines.append(
            LINE_OF_TABLE.format(
                name=part["name"], version=part["version"], licence=part["licenses"][0]["expression"], where=where
            )
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
