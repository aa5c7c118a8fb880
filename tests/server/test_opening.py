"""`--open`: the browser is asked for the address once the server answers, and where none can be, a line says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT
from trucewatch.server import opening

BROWSER = """#!{python}
import re, sys, urllib.request
page = open(sys.argv[1].removeprefix("file://"), encoding="utf-8").read()
address = re.search(r'href="([^"]*)"', page)[1]
opened = urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open(address, timeout=20)
open({seen!r}, "w").write(f"{{opened.status}} {{address}}")
"""


def demo(folder: Path, *words: str, env: Mapping[str, str]) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")}
    return subprocess.Popen(
        [sys.executable, "-m", "trucewatch", "demo", "two-valleys", "--port", "0", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=kept | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1", **env},
    )


def ended(program: subprocess.Popen[str]) -> str:
    program.send_signal(signal.SIGINT)
    output, _ = program.communicate(timeout=60)
    return output


def test_the_demo_shows_the_address_in_a_browser_that_finds_the_server_answering(tmp_path: Path) -> None:
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    browser.write_text(BROWSER.format(python=sys.executable, seen=str(seen)), encoding="utf-8")
    browser.chmod(0o700)
    program = demo(tmp_path, "--open", env={"DISPLAY": ":0", "BROWSER": f"{browser} %s"})
    try:
        until_s = time.monotonic() + 120
        while not seen.exists() and program.poll() is None and time.monotonic() < until_s:
            time.sleep(0.1)
        time.sleep(0.2)
    finally:
        output = ended(program)
    status, address = seen.read_text(encoding="utf-8").split()
    assert status == "200"
    assert address in output
    assert "No browser" not in output


def test_without_a_screen_one_line_says_that_no_browser_was_opened(tmp_path: Path) -> None:
    program = demo(tmp_path, "--open", env={})
    assert program.stdout is not None
    lines = []
    try:
        for line in program.stdout:
            lines.append(line)
            if "No browser was opened" in line:
                break
    finally:
        ended(program)
    assert [line for line in lines if "there is no screen here" in line]
    assert any("is open at  http://127.0.0.1:" in line for line in lines)


def test_open_is_refused_where_nothing_is_served(tmp_path: Path) -> None:
    program = demo(tmp_path, "--open", "--no-serve", env={"DISPLAY": ":0"})
    output, _ = program.communicate(timeout=60)
    assert program.returncode == 2
    assert "give one of the two" in output
    assert not (tmp_path / "two-valleys").exists()


def test_a_computer_without_a_browser_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(opening.webbrowser, "open", lambda address: False)
    assert opening.show_in_browser(tmp_path, "http://127.0.0.1:1/door?once=x") == opening.NO_BROWSER
    opening.forget_opening(tmp_path)
    assert list(tmp_path.rglob("open.html")) == []
