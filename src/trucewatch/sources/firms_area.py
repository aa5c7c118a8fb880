"""The FIRMS area service behind one seam: an address out, CSV bytes in. The key never appears in a message.

Not an adapter: the bytes that come back are evidence like any file, read by `firms`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.messages import Message

HOST: Final = "https://firms.modaps.eosdis.nasa.gov"
PRODUCTS: Final = (
    "MODIS_NRT",
    "MODIS_SP",
    "VIIRS_SNPP_NRT",
    "VIIRS_SNPP_SP",
    "VIIRS_NOAA20_NRT",
    "VIIRS_NOAA20_SP",
    "VIIRS_NOAA21_NRT",
)
MAX_DAYS: Final = 10
"""The service has allowed 10 days a request and lately 5; it answers for itself if that changes."""
MAX_ANSWER_BYTES: Final = 256 << 20
TIMEOUT_S: Final = 60.0

Fetch = Callable[[str], bytes]


def download_area(
    fetch: Fetch, *, map_key: str, product: str, area: tuple[float, float, float, float], days: int, until: date
) -> bytes:
    """The CSV of one area (lon_min, lat_min, lon_max, lat_max) for `days` days, the last of them `until` (UTC).

    Raises UnreadableInput where the service refuses or answers with something else than its table; the message is fit
    to be shown, the key is taken out of it.
    """
    address = area_address(map_key=map_key, product=product, area=area, days=days, until=until)
    try:
        answer = fetch(address)
    except UnreadableInput as exc:
        raise type(exc)(_keyless(exc.message, map_key)) from None
    except OSError as exc:
        raise UnreadableInput(
            Message("the FIRMS service could not be reached: {error}; try later", error=_without_key(str(exc), map_key))
        ) from None
    if len(answer) > MAX_ANSWER_BYTES:
        raise InputTooLarge(
            Message(
                "the FIRMS service sent more than {size} MB; ask for a smaller area or fewer days",
                size=MAX_ANSWER_BYTES >> 20,
            )
        )
    head = answer[:2000].decode("utf-8", errors="replace").removeprefix("\ufeff").strip()
    names = [name.strip() for name in head.split("\n", 1)[0].lower().split(",")]
    if "latitude" in names and "longitude" in names:
        return answer
    if not head:
        raise UnreadableInput(Message("the FIRMS service sent an empty answer; try later"))
    if head.startswith("<"):
        raise UnreadableInput(Message("the FIRMS service sent a web page instead of a table; try later"))
    answered = _without_key(head.splitlines()[0][:160], map_key)
    raise UnreadableInput(
        Message('the FIRMS service refused: "{text}"; {remedy}', text=answered, remedy=_remedy(answered))
    )


def area_address(*, map_key: str, product: str, area: tuple[float, float, float, float], days: int, until: date) -> str:
    """The address of a request; it holds the key, so it is never to be shown or logged.

    The service counts forward from the day it is given, so that day is the first of the period.
    Raises UnreadableInput for what the service cannot be asked.
    """
    if not re.fullmatch(r"[0-9A-Za-z]{8,64}", map_key):
        raise UnreadableInput(
            Message("the FIRMS MAP_KEY must be letters and digits only; copy it again from the mail that brought it")
        )
    if product not in PRODUCTS:
        raise UnreadableInput(
            Message(
                '"{product}" is no FIRMS product; choose one of {words}',
                product=product[:40],
                words=", ".join(PRODUCTS),
            )
        )
    if not 1 <= days <= MAX_DAYS:
        raise UnreadableInput(Message("FIRMS gives 1 to {most} days at once, not {days}", most=MAX_DAYS, days=days))
    west, south, east, north = area
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise UnreadableInput(
            Message("the area {area} is not lon_min, lat_min, lon_max, lat_max in degrees", area=area)
        )
    box = ",".join(f"{edge:.5f}".rstrip("0").rstrip(".") for edge in area)
    first = date.fromordinal(until.toordinal() - days + 1)
    return f"{HOST}/api/area/csv/{map_key}/{product}/{box}/{days}/{first.isoformat()}"


def fetch_https(address: str) -> bytes:
    """The answer to one request over TLS, within a time and a size limit. Raises UnreadableInput and OSError."""
    import urllib.error
    import urllib.request

    if not address.startswith("https://"):
        raise UnreadableInput(Message("only https addresses are fetched"))
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer:  # noqa: S310 - checked above
            if not answer.url.startswith("https://"):
                raise UnreadableInput(Message("the service led to an address without TLS; nothing was fetched"))
            content: bytes = answer.read(MAX_ANSWER_BYTES + 1)
    except urllib.error.HTTPError as exc:
        # The service explains itself in the body of its refusals.
        with exc:
            explanation = exc.read(2000)
        if explanation.strip() and not explanation.lstrip().startswith(b"<"):
            return explanation
        raise UnreadableInput(
            Message("the FIRMS service answered with status {status}; try later", status=exc.code)
        ) from None
    return content


def _without_key(text: str, map_key: str) -> str:
    return text.replace(map_key, "(key)")


def _keyless(message: Message, map_key: str) -> Message:
    """The same message with the key taken out of its values."""
    values = {
        name: _keyless(value, map_key) if isinstance(value, Message) else _without_key(value, map_key)
        for name, value in message.values.items()
    }
    return Message(message.template, **values)


def _remedy(answer: str) -> Message:
    lowered = answer.lower()
    if "map_key" in lowered:
        return Message("check the MAP_KEY")
    if "limit" in lowered or "exceed" in lowered:
        return Message("wait ten minutes, or ask for fewer days")
    return Message("check product, area and days")
