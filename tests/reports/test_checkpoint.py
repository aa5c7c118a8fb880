"""The checkpoint on a report's last page: exact on screen, and as print breaks it the inspector takes it back."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ledger.small_log import SmallLog, run
from tests.reports.invented import CENTRE, DAY, busy_day
from trucewatch.reports import build_daily, render


@pytest.fixture
def log(tmp_path: Path) -> SmallLog:
    log = SmallLog(tmp_path / "watch", origin="example.org/trucewatch-of-two-valleys")
    log.fill(20)
    log.publish()
    return log


def section_of(log: SmallLog, language: str) -> str:
    report = build_daily(busy_day(), recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1))
    page = render(replace(report, checkpoint=log.note(12)), format="html", language=language).decode()
    return page[page.index('aria-labelledby="proof"') :]


def text_of(section: str, wbr: str) -> str:
    """What a reader copies; `wbr` stands wherever a line may break."""
    (inside,) = re.findall(r'<pre class="checkpoint">(.*?)</pre>', section, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", inside.replace("<wbr>", wbr)))


def test_on_screen_it_is_the_checkpoint_byte_for_byte(log: SmallLog) -> None:
    assert text_of(section_of(log, "en"), "") == log.note(12)


def test_printed_and_copied_from_print_it_is_taken_back_by_the_inspector(log: SmallLog, tmp_path: Path) -> None:
    printed = text_of(section_of(log, "en"), "\n").replace("— ", "—\n")
    assert max(map(len, printed.split("\n"))) < 70
    (tmp_path / "seen").write_text(f"  {printed}".strip("\n"), "utf-8")
    code, document = run(log.watch, "--policy", log.policy(), "--seen", tmp_path / "seen")
    assert (code, document["seen"]) == (0, 12)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("its folder “ledger” is enough", "An older copy does not contain this checkpoint yet")),
        ("ru", ("достаточно его папки «ledger»", "В более старой копии этой контрольной точки ещё нет")),
        ("tr", ("“ledger” klasörü yeter", "Daha eski bir kopya bu denetim noktasını henüz içermez")),
    ],
)
def test_the_page_says_which_copy_is_needed_and_calls_no_older_one_changed(
    log: SmallLog, language: str, words: tuple[str, str]
) -> None:
    section = section_of(log, language)
    for text in words:
        assert text in section
    for false in ("has been changed", "была изменена", "değiştirilmiştir"):
        assert false not in section
