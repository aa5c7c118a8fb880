"""Requests of a person who was let in, with parameters, forms and files of every bad shape: answered, and never by a
fault of the program. A seeded sample: every address and every route that is posted to, each a few times."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from random import Random
from typing import Any, Final
from urllib.parse import quote, quote_plus, urlsplit

import pytest
from fastapi.routing import iter_route_contexts

from tests.conftest import each
from tests.server.addresses import OF_EXAMPLE, Address, Busy, Kind
from tests.server.conftest import busy_console
from trucewatch.server.listen import app_of

GETS, POSTS = 3, 4
"""Tries of each address, and of each route that is posted to."""
MOST_S: Final = 30.0
"""That one answer may take where other tests run beside it; one that hangs takes longer than any."""
WAITING: Final = 503
"""The page that asks to wait is no fault."""
PAYLOADS: Final = (
    *("", " ", "NaN", "-NaN", "Infinity", "-1e309", "1e400", "-0", "0x10", "1_000", "²", "١٢٣", "9" * 20, "9" * 5000),
    *(str(1 << 63), str(-(1 << 63) - 1), str(1 << 64), "-1", "null", "true", "[]", "{}", '{"a": NaN}', "[" * 2000),
    *(
        "\0",
        "a\0b",
        "\x1b[2J",
        "\r\nSet-Cookie: a=b",
        "\x7f",
        "\ud800",
        "\udfff" * 3,
        "\u202e\u2067",
        "\ufeff",
        "é\u0301",
    ),
    *("x" * 10_000, "ж" * 10_000, "🧿" * 10_000, "\n" * 10_000, ";" * 3000, "%s%n%x", "{0.__class__}", "{{7*7}}", "*"),
    *("' OR 1=1 --", '"; DROP TABLE incident; --', "%", "_", "<script>alert(1)</script>", '"><img src=x onerror=x>'),
    *(
        "../../../../etc/passwd",
        "/etc/passwd",
        "..",
        ".",
        "C:\\con",
        "file:///etc/passwd",
        "~root",
        "a/b",
        "//evil.com",
    ),
    *("0000-00-00", "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31", "9999-12-31T23:59:59-14:00"),
    *("10000-01-01", "2031-02-30", "-9999-01-01", "2031-05-01T24:00", "2031-05-01T12:00:00+99:99", "1969-12-31T23:59"),
    *(
        "91, 181",
        "-90.0000001, 0",
        "nan, nan",
        "1e308, 1e308",
        "inf,inf",
        "-35.1, -25.0",
        "i-" + "a" * 26,
        "w-" + "a" * 26,
    ),
)


class Forms(HTMLParser):
    """The forms of a page that are posted: where to, and what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = values.get("method", "get") == "post"
            if self._is_inside:
                self.forms.append((values.get("action", ""), []))
        elif self._is_inside and values.get("name"):
            self.forms[-1][1].append((values["name"], values.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False


@pytest.fixture(scope="module", params=OF_EXAMPLE)
def busy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """A console of its own, which is changed, of each kind of watch."""
    with busy_console(request.param, tmp_path_factory) as opened:
        yield opened


def encoded(pairs: list[tuple[str, str]]) -> str:
    return "&".join(
        f"{quote_plus(name, errors='surrogatepass')}={quote_plus(value, errors='surrogatepass')}"
        for name, value in pairs
    )


def in_path(payload: str) -> str:
    return quote(payload[:500], safe="", errors="surrogatepass") or "%20"


def answered(busy: Busy, method: str, where: str, faults: list[str], **sent: Any) -> tuple[int, str]:
    """Status and text of an answer; whatever is a fault of the program, or takes too long, is noted."""
    begun, status, text = time.monotonic(), 0, ""
    try:
        answer = busy.client.request(method, where, **sent)
    except Exception as exc:
        faults.append(f"{method} {where[:300]} {str(sent)[:600]}: {type(exc).__name__}: {exc}"[:1200])
    else:
        status = answer.status_code
        text = answer.text if "html" in answer.headers.get("content-type", "") else ""
        if status >= 500 and status != WAITING:
            faults.append(f"{method} {where[:300]} {str(sent)[:600]}: {status} {text[:300]}")
    if time.monotonic() - begun > MOST_S:
        faults.append(f"{method} {where[:300]} {str(sent)[:300]}: {time.monotonic() - begun:.0f} s")
    return status, text


def parameters_of(busy: Busy) -> Mapping[str, list[str]]:
    """The names of each route's own parameters in a query, by its path."""
    names: dict[str, list[str]] = {}
    for route in iter_route_contexts(app_of(busy.console).routes):
        dependant = getattr(route, "dependant", None) or getattr(getattr(route, "route", None), "dependant", None)
        names[str(route.path)] = [field.alias for field in dependant.query_params] if dependant else []
    return names


LONGEST = 60_000
"""Letters of an address, of which the client sends no more."""


def hostile_address(busy: Busy, address: Address, names: Mapping[str, list[str]], lot: Random) -> str:
    """An address with a payload in place of its parameters, or in its query, or both."""
    where = urlsplit(busy.at(address))
    path, query = where.path, [tuple(pair.split("=", 1)) for pair in where.query.split("&") if "=" in pair]
    if "{" in address.template and lot.random() < 0.5:
        path = re.sub(r"\{[^}]*\}", lambda _: in_path(lot.choice(PAYLOADS)), address.template)
    own = names.get(address.template) or ["q", "after"]
    chosen = [(lot.choice([*own, "lang", "from", "until", "tz"]), lot.choice(PAYLOADS)[:4000]) for _ in range(2)]
    return f"{path}?{encoded([*query, *chosen])}"[:LONGEST]


def test_no_address_fails_whatever_it_is_asked_for(busy: Busy) -> None:
    lot, faults, names, statuses = Random(12), list[str](), parameters_of(busy), Counter[int]()
    assert sum(map(bool, names.values())) > 10, "routes name their parameters"
    for address in each(address for address in busy.addresses if address.kind is not Kind.FEED):
        for _ in range(GETS):
            statuses[answered(busy, "GET", hostile_address(busy, address, names, lot), faults)[0]] += 1
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults)
    assert {200, 404} <= statuses.keys(), "some of them get as far as a page"


# Of a part that is cut off Starlette leaves the file to the collector of garbage, which closes it.
@pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning")
def test_no_form_fails_whatever_is_sent(busy: Busy) -> None:
    """Every form that a page shows, with what stands in it but for a few fields; every other route with anything."""
    lot, faults, statuses = Random(21), list[str](), Counter[int]()
    forms: dict[str, list[tuple[str, str]]] = {}
    for address in busy.addresses:
        if address.kind in (Kind.PAGE, Kind.FRAGMENT):
            reader = Forms()
            reader.feed(answered(busy, "GET", busy.at(address), faults)[1])
            forms |= {urlsplit(action or busy.at(address)).path: fields for action, fields in reader.forms}
    assert len(forms) > 30
    posted = [
        route.path
        for route in iter_route_contexts(app_of(busy.console).routes)
        if route.path and "POST" in (route.methods or ())
    ]
    targets = [*forms, *(re.sub(r"\{[^}]*\}", lambda _: in_path(lot.choice(PAYLOADS)), path) for path in each(posted))]
    opening = f"{busy.values['/watches/{name}']}/open"  # starts a program of its own, and has tests of its own
    for where in (where for where in targets if not where.endswith(opening)):
        for _ in range(POSTS):
            fields = [pair for pair in forms.get(where, []) if lot.random() < 0.95] or [("reason", ""), ("confirm", "")]
            for at in lot.sample(range(len(fields)), min(len(fields), lot.randint(1, 3))):
                name, _old = fields[at]
                fields[at] = (name if lot.random() < 0.95 else lot.choice(PAYLOADS)[:200], lot.choice(PAYLOADS))
            statuses[answered(busy, "POST", where, faults, **body_of(fields, lot))[0]] += 1
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults)
    assert {200, 303, 422} <= statuses.keys(), "some of them are taken"
    assert statuses[401] == statuses[403] == 0, "a person who was let in"


def body_of(fields: list[tuple[str, str]], lot: Random) -> dict[str, Any]:
    """As a form, as one in parts with a file, as JSON that is none, or cut off in the middle."""
    lots = lot.random()
    if lots < 0.7:
        return {
            "content": encoded(fields).encode(),
            "headers": {"content-type": "application/x-www-form-urlencoded"},
        }
    if lots > 0.95:
        return {
            "content": lot.choice(PAYLOADS).encode(errors="surrogatepass"),
            "headers": {"content-type": "application/json"},
        }
    parts = b""
    for name, value in fields:
        parts += f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode(
            errors="surrogatepass"
        )
    file, held = lot.choice(PAYLOADS)[:3000], lot.choice(PAYLOADS)
    parts += f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{file}"\r\n\r\n{held}\r\n'.encode(
        errors="surrogatepass"
    )
    parts += b"--cut--\r\n"
    if lot.random() < 0.2:
        parts = parts[: lot.randrange(len(parts))]
    return {"content": parts, "headers": {"content-type": "multipart/form-data; boundary=cut"}}
