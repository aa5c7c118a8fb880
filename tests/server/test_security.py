"""Who may ask, what every answer carries, and that nothing that goes wrong shows a stack trace."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from httpx2 import Response

from tests.conftest import ROOT, each
from tests.server.addresses import NOWHERE, OF_EXAMPLE, Address, Busy, Kind, of_both
from tests.server.conftest import client_of, let_in
from trucewatch.desks.reports.forms import PAGE_POLICY
from trucewatch.errors import TrucewatchError
from trucewatch.server.console import Console
from trucewatch.server.listen import Address as ServerAddress
from trucewatch.server.security import host_name


@pytest.mark.parametrize(("there", "address"), of_both(), indirect=["there"])
def test_every_address_answers_as_it_is_listed(there: Busy, address: Address) -> None:
    """A route that is new is taken for a page; one that is none says so in `addresses.py`."""
    answer = there.client.get(there.at(address), headers={"accept": "text/html"})
    media = answer.headers.get("content-type", "").partition(";")[0]
    if address.kind is Kind.ABSENT:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 200 or (address.kind is Kind.ONWARD and answer.status_code in (303, 307))
    match address.kind:
        case Kind.PAGE:
            assert media == "text/html"
            assert '<main id="content"' in answer.text
            assert answer.text.rstrip().endswith("</html>")
        case Kind.REPORT:
            assert answer.headers["content-security-policy"] == PAGE_POLICY
        case Kind.RELEASE:
            assert media == "text/html"
            assert '<main id="content"' in answer.text
            assert "style-src 'sha256-" in answer.headers["content-security-policy"]
            assert "/static/" not in answer.text
        case Kind.FRAGMENT:
            assert media == "text/html"
            assert "<html" not in answer.text
        case Kind.DATA:
            assert "json" in media
        case Kind.FEED:
            assert media == "text/event-stream"
        case Kind.FILE:
            assert media != "text/html"
        case Kind.ONWARD:
            assert answer.headers["location"].startswith("/")


WITHOUT_LINKS = {"/post/in"}
"""What is open to whoever brings a message: it leads nowhere."""


@pytest.mark.parametrize("there", OF_EXAMPLE, indirect=True)
def test_every_link_of_a_page_leads_to_an_address_that_is_listed(there: Busy) -> None:
    """What finds a step or an act that is missing among the choices of `addresses.py`."""
    client = there.client
    known = [re.compile(re.sub(r"\\\{[^}]*\}", "[^?#]+", re.escape(address.template))) for address in there.addresses]
    exact = {address.template for address in there.addresses if "{" not in address.template}
    for page in each(there.pages):
        links = re.findall(r'<a [^>]*href="(/[^"?#]*)', client.get(there.at(page)).text)
        strange = [link for link in links if link not in exact and not any(one.fullmatch(link) for one in known)]
        assert strange == [], page.name
        assert links or page.template in WITHOUT_LINKS, page.name


def test_a_route_that_nobody_fills_is_refused_loudly(busy_valleys: Busy) -> None:
    with pytest.raises(KeyError, match=r"say in tests/server/addresses.py what stands for /weather/\{station\}"):
        busy_valleys.at(Address("/weather/{station}/map", Kind.PAGE))


@pytest.mark.parametrize(("there", "address"), of_both(), indirect=["there"])
def test_every_answer_forbids_scripts_styles_and_frames_from_elsewhere(there: Busy, address: Address) -> None:
    check_headers(there.client.get(there.at(address)), address.kind)


def test_what_is_not_there_forbids_the_same(valleys: Console) -> None:
    answer = client_of(valleys).get(NOWHERE, headers={"accept": "text/html"})
    assert answer.status_code == 404
    check_headers(answer, Kind.PAGE)


def check_headers(answer: Response, kind: Kind) -> None:
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert ("unsafe-inline" in policy) == (kind is Kind.REPORT)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("there", "address"), of_both(Kind.PAGE, Kind.FRAGMENT), indirect=["there"])
def test_no_page_holds_a_script_or_a_style_of_its_own(there: Busy, address: Address) -> None:
    text = there.client.get(there.at(address)).text
    assert " style=" not in text
    assert "<style" not in text
    assert "javascript:" not in text
    assert all("src=" in tag.partition(">")[0] for tag in text.split("<script")[1:])
    assert re.findall(r"<[^>]* on[a-z]+=", text) == []
    assert "http://" not in text.replace('xmlns="http://www.w3.org', "")


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
    assert client.post("/settings", data={"back": "//evil.example/"}).headers["location"] == "/"
    assert client.post("/settings", data={"back": "/\\evil.example"}).headers["location"] == "/"
    answer = client.post("/settings", data={"back": "/ledger", "lang": "ru", "theme": "dark"})
    assert answer.headers["location"] == "/ledger"
    page = client.get("/ledger").text
    assert 'lang="ru"' in page
    assert 'data-theme="dark"' in page


def test_what_goes_wrong_inside_is_one_sentence(valleys: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    from starlette.testclient import TestClient

    from trucewatch.server.listen import app_of

    def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(valleys.store, "named_keys", broken)
    client = let_in(TestClient(app_of(valleys), base_url="http://localhost", raise_server_exceptions=False), valleys)
    answer = client.get("/ledger", headers={"accept": "text/html"})
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "This could not be done" in answer.text


def test_beyond_this_computer_only_with_tls() -> None:
    with pytest.raises(TrucewatchError, match="TLS"):
        ServerAddress(host="0.0.0.0").check()
    with pytest.raises(TrucewatchError, match="certificate"):
        ServerAddress(certificate=None, key=Path("k.pem")).check()
    ServerAddress(host="::1").check()


def test_the_inspector_is_handed_out_as_it_is(valleys: Console) -> None:
    answer = client_of(valleys).get("/ledger/inspector.py")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content == (ROOT / "src" / "trucewatch" / "ledger" / "inspector.py").read_bytes()
