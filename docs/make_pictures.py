"""Makes the pictures of the README: pages of the console and a report of the invented watch, photographed by a browser.

    python docs/make_pictures.py

All are of the invented watch: no picture shows a real side's loss, or a position that a real state never took. Runs
it in a temporary folder, serves it, and photographs pages with a headless Chromium. Without Chromium nothing is
changed, and it says so. docs/img/flow.svg is drawn by hand.
"""

from __future__ import annotations

import io
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Cookie, sync_playwright

PICTURES = Path(__file__).resolve().parent / "img"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LARGEST_BYTES = 350 * 1024
LET_IN: list[Cookie] = []
"""What a browser was given that opened the console's address."""
PROGRAM = [sys.executable, "-u", "-m", "trucewatch"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


def run_example(name: str, folder: Path) -> Path:
    """An example, run in this folder."""
    subprocess.run([*PROGRAM, "demo", name, "--no-serve"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / name


@contextmanager
def served(watch: Path, browser: Browser) -> Iterator[str]:
    """The address of a watch's console, which has let the browser in."""
    process = subprocess.Popen([*PROGRAM, "serve", str(watch), "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        lines = (re.search(r"(http://[0-9.:]+)/door\?once=\S+", line) for line in process.stdout)
        address = next(found for found in lines if found)
        context = browser.new_context()
        context.new_page().goto(address[0])
        LET_IN[:] = context.cookies()
        context.close()
        yield address[1]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def photograph(browser: Browser, address: str, name: str, *, size: tuple[int, int], theme: str = "light") -> int:
    """A page as `docs/img/NAME.png`; its bytes. Links to an incident are followed from the list: `LIST#0` is its first
    row."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", color_scheme=theme
    )  # type: ignore[arg-type]
    context.add_cookies(LET_IN)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address.partition("#")[0])
    if "#" in address:
        page.locator("#list .row a").nth(int(address.partition("#")[2])).press("Enter")
        page.wait_for_url("**/incident/**")
    if page.locator("tw-map").count():
        page.wait_for_selector("tw-map[data-ready]", state="attached")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(1500)
    # A page has few colours; 256 of its own are all of them to the eye, in a third of the bytes.
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    path = PICTURES / f"{name}.png"
    image.save(path, optimize=True)
    context.close()
    if path.stat().st_size > LARGEST_BYTES:
        raise SystemExit(f"{path.name} has {path.stat().st_size:,} bytes, more than {LARGEST_BYTES:,}; make it smaller")
    return path.stat().st_size


def main() -> int:
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        print(
            "skipped: no Chromium is installed, so the pictures stay as they are (on Debian: apt-get install chromium)"
        )
        return 0
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        folder = Path(name)
        valleys = run_example("two-valleys", folder)
        (report,) = valleys.glob(".trucewatch/out/drafts/joint-centre/*-en.html")
        made = {"report": photograph(browser, report.as_uri(), "report", size=(900, 1120))}
        with served(valleys, browser) as url:
            made["watch"] = photograph(browser, f"{url}/watch", "watch", size=(1440, 900))
            shelling = f"{url}/watch?kind=explosion&from=2031-05-02T13:10Z&to=2031-05-02T13:20Z#0"
            made["incident"] = photograph(browser, shelling, "incident", size=(1440, 900))
            made["watch-dark"] = photograph(browser, f"{url}/watch", "watch-dark", size=(1440, 900), theme="dark")
        with served(valleys.with_name("two-valleys-aid"), browser) as url:
            made["today"] = photograph(browser, f"{url}/today", "today", size=(1280, 1000))
        browser.close()
    print("made " + ", ".join(f"{one}.png ({size:,} bytes)" for one, size in made.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
