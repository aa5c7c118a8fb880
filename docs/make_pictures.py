"""Makes docs/img/report.png: the first page of a real report of the invented watch, photographed by a browser.

    python docs/make_pictures.py

Runs the two-valleys example (simulated throughout) in a temporary folder and photographs the joint centre's report with a
headless Chromium. Without Chromium nothing is changed, and it says so. docs/img/flow.svg is drawn by hand.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURE = Path(__file__).resolve().parent / "img" / "report.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTH_PX, HEIGHT_PX = 900, 1120
LARGEST_BYTES = 250 * 1024


def make_report(folder: Path) -> Path:
    """Run the example in this folder; the joint centre's English report."""
    program = [sys.executable, "-m", "trucewatch", "demo", "two-valleys"]
    subprocess.run(program, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (report,) = folder.glob("two-valleys/.trucewatch/out/joint-centre/*-en.html")
    return report


def photograph(browser: str, report: Path, folder: Path) -> Path:
    """The upper part of the page as a PNG. The browser gets a profile of its own and no network."""
    picture = folder / "report.png"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to start as root otherwise
    command = [
        browser, "--headless", *sandbox, "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}",
        f"--window-size={WIDTH_PX},{HEIGHT_PX}", f"--screenshot={picture}", report.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
    return picture


def main() -> int:
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print("skipped: no Chromium is installed, so the picture stays as it is (on Debian: apt-get install chromium)")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        picture = photograph(browser, make_report(folder), folder)
        size = picture.stat().st_size
        if size > LARGEST_BYTES:
            print(f"the picture has {size:,} bytes, more than {LARGEST_BYTES:,}; make it smaller", file=sys.stderr)
            return 1
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture, PICTURE)
    print(f"made {PICTURE.name}, {size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
