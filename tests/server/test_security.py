"""Who may ask, what every answer carries, and that nothing that goes wrong shows a stack trace."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import ROOT
from tests.server.conftest import client_of
from trucewatch.errors import TrucewatchError
from trucewatch.server.console import Console
from trucewatch.server.security import host_name
from trucewatch.server.serve import Address

PAGES = ("/watch", "/agreement", "/ledger", "/ledger/entry/0", "/replay", "/watch/incidents.json", "/nothing-here")


def test_every_answer_forbids_scripts_styles_and_frames_from_elsewhere(valleys: Console) -> None:
    client = client_of(valleys)
    for path in PAGES:
        headers = client.get(path, headers={"accept": "text/html"}).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_no_page_holds_a_script_or_a_style_of_its_own(valleys: Console) -> None:
    client = client_of(valleys)
    for path in PAGES[:5]:
        text = client.get(path).text
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert "javascript:" not in text, path
        assert all("src=" in one for one in text.split("<script")[1:]), path
        assert "onclick" not in text, path
        assert "http://" not in text.replace('xmlns="http://www.w3.org', ""), path


def test_a_foreign_name_that_points_here_is_refused(valleys: Console) -> None:
    client = client_of(valleys)
    assert client.get("/watch", headers={"host": "evil.example"}).status_code == 421
    assert client.get("/watch", headers={"host": "127.0.0.1:8020"}).status_code == 200
    assert host_name("[::1]:8020") == "::1"


@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_a_form_of_another_site_does_nothing(fresh: Callable[[str], Console], headers: dict[str, str]) -> None:
    console = fresh("two-valleys")
    published = console.store.journal.log.is_published
    answer = client_of(console).post("/ledger/checkpoint", headers=headers)
    assert answer.status_code == 403
    assert console.store.journal.log.is_published == published


def test_too_much_at_once_is_refused_before_it_is_read(valleys: Console) -> None:
    answer = client_of(valleys).post("/settings", headers={"content-length": str(10**12)}, content=b"")
    assert answer.status_code == 413


def test_settings_take_the_reader_back_to_our_own_pages_only(valleys: Console) -> None:
    client = client_of(valleys)
    assert client.post("/settings", data={"back": "//evil.example/"}).headers["location"] == "/watch"
    assert client.post("/settings", data={"back": "/\\evil.example"}).headers["location"] == "/watch"
    answer = client.post("/settings", data={"back": "/ledger", "lang": "ru", "theme": "dark"})
    assert answer.headers["location"] == "/ledger"
    page = client.get("/ledger").text
    assert 'lang="ru"' in page
    assert 'data-theme="dark"' in page


def test_what_goes_wrong_inside_is_one_sentence(valleys: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    from starlette.testclient import TestClient

    from trucewatch.server.serve import app_of

    def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(valleys.store, "named_keys", broken)
    client = TestClient(app_of(valleys), base_url="http://localhost", raise_server_exceptions=False)
    answer = client.get("/ledger", headers={"accept": "text/html"})
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "This could not be done" in answer.text


def test_beyond_this_computer_only_with_tls() -> None:
    with pytest.raises(TrucewatchError, match="TLS"):
        Address(host="0.0.0.0").check()
    with pytest.raises(TrucewatchError, match="certificate"):
        Address(certificate=None, key=__import__("pathlib").Path("k.pem")).check()
    Address(host="::1").check()


def test_the_inspector_is_handed_out_as_it_is(valleys: Console) -> None:
    answer = client_of(valleys).get("/ledger/inspector.py")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content == (ROOT / "src" / "trucewatch" / "ledger" / "inspector.py").read_bytes()
