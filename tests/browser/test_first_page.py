"""What the first page of the console takes, and that nothing of it comes from elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request

from tests.browser.conftest import Served, Window
from tests.conftest import each

MOST_BYTES = 1_500_000


@pytest.mark.parametrize("example", ["valleys", "karabakh"])
def test_the_first_page_takes_at_most_one_and_a_half_megabytes(
    window: Window, request: pytest.FixtureRequest, example: str
) -> None:
    served: Served = request.getfixturevalue(example)
    asked: list[Request] = []
    window.page.on("requestfinished", lambda one: asked.append(one))  # noqa: PLW0108 (Playwright marks what listens)
    page = window.open(f"{served.url}/watch")
    page.wait_for_selector("tw-map [data-idle], tw-map[data-idle]", state="attached", timeout=30_000)
    taken = {one.url: one.sizes()["responseBodySize"] for one in each(asked)}
    assert any(url.endswith(".js") for url in taken), "a second visit, whose scripts the browser kept"
    assert all(url.startswith((served.url, "blob:", "data:")) for url in taken)
    assert sum(taken.values()) <= MOST_BYTES, sorted(taken.items(), key=lambda item: -item[1])[:5]
