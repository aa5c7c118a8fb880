"""Writes requirements/: every package that is installed, at one version, with the hashes of its files.

    python tools/lock.py [--upgrade]

Versions that stand there stay, unless `--upgrade` is given or pyproject.toml asks for others. `run.txt` is what the
program needs, `dev.txt` that and what tests need, `build.txt` what an editable install needs. pip refuses every file
whose hash is not there (`--require-hashes`). No registry's address is
written: pip asks the one that its user configured.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
PIN = re.compile(r"^[A-Za-z0-9._-]+==\S+", re.MULTILINE)
OPTIONS = (
    *("--quiet", "--generate-hashes", "--strip-extras", "--allow-unsafe", "--no-annotate", "--no-header"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options"),
)


def main() -> int:
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    builds = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    with tempfile.TemporaryDirectory() as aside:
        wanted, pins = Path(aside, "build.in"), Path(aside, "run-pins.txt")
        wanted.write_text("\n".join([*builds, "editables"]) + "\n", "utf-8")  # hatchling asks for it when it installs
        compile_to("run.txt", ["pyproject.toml", *upgrade])
        pins.write_text("\n".join(PIN.findall((FOLDER / "run.txt").read_text("utf-8"))) + "\n", "utf-8")
        compile_to("dev.txt", ["pyproject.toml", "--extra", "dev", "-c", str(pins), *upgrade])
        compile_to("build.txt", [str(wanted), "-c", str(pins), *upgrade])
    return 0


def compile_to(name: str, arguments: list[str]) -> None:
    print(f"requirements/{name} …", file=sys.stderr)
    command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, "-o", str(FOLDER / name), *arguments]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
