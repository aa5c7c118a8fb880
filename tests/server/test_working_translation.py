"""Each page of the console says in its language that it is a working translation."""

from __future__ import annotations

from tests.conftest import each
from tests.locale.test_acceptance import MARKS
from tests.server.conftest import client_of
from trucewatch.locale import LANGUAGES
from trucewatch.server.console import Console


def test_every_page_of_the_console_says_it_in_its_language(valleys: Console) -> None:
    client = client_of(valleys)
    for language in LANGUAGES:
        for address in each(["/watch", "/incidents", "/agreement", "/reports", "/nowhere"]):
            page = client.get(f"{address}?lang={language}", headers={"accept": "text/html"}).text
            assert ('id="translation"' in page) == (language in MARKS)
            assert MARKS.get(language, "<html") in page
