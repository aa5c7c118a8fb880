"""Addresses of posts → the account behind each, and texts without that account's name.

What is no known platform is a site of its own, whose domain stands for who keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#:]+)(?::\d+)?(/[^?#]*)?", re.IGNORECASE)
_PLATFORMS: Final = {
    **dict.fromkeys(("t.me", "telegram.me"), "t.me"),
    **dict.fromkeys(("twitter.com", "x.com", "mobile.twitter.com", "nitter.net"), "x.com"),
    **dict.fromkeys(("facebook.com", "m.facebook.com", "mbasic.facebook.com", "fb.com"), "facebook.com"),
    "instagram.com": "instagram.com",
    **dict.fromkeys(("tiktok.com", "m.tiktok.com", "vm.tiktok.com"), "tiktok.com"),
    **dict.fromkeys(("youtube.com", "m.youtube.com", "youtu.be"), "youtube.com"),
    **dict.fromkeys(("vk.com", "m.vk.com", "vk.ru"), "vk.com"),
    **dict.fromkeys(("ok.ru", "m.ok.ru"), "ok.ru"),
    "threads.net": "threads.net",
    "bsky.app": "bsky.app",
}
"""Hosts where many write, and what each is called here."""
_NO_ACCOUNT: Final = frozenset(
    (
        *("p", "reel", "reels", "tv", "stories", "watch", "shorts", "live", "video", "videos", "photo", "i", "v"),
        *("permalink.php", "story.php", "photo.php", "profile.php", "groups", "hashtag", "search", "share", "status"),
        *("embed", "wall"),
    )
)
"""First parts of a path that name a kind of page and no account."""
_BEFORE_ACCOUNT: Final = frozenset(("s", "user", "c", "channel", "profile", "group"))
_SHORTEST_NAME: Final = 3
_SEPARATORS: Final = re.compile(r"[._\-@]+")


@dataclass(frozen=True, slots=True)
class Account:
    """Who keeps what stands under an address. name: "" where the address does not say it."""

    host: str
    platform: str
    name: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The ways in which a watch may name it: `x.com/name`; of Telegram also `@name`."""
        if not self.platform or not self.name:
            return ()
        plain = self.name.removeprefix("@")
        at = (f"@{plain}",) if self.platform == "t.me" else ()
        return (f"{self.platform}/{plain}", f"{self.platform}/@{plain}", *at)


def account_of(address: str) -> Account | None:
    """The account behind an address; None for what is no address of the web."""
    match = _ADDRESS.match(address.strip())
    if match is None or "." not in match[1]:
        return None
    host = match[1].lower().rstrip(".").removeprefix("www.")
    platform = _PLATFORMS.get(host, "")
    parts = [part for part in (match[2] or "").split("/") if part]
    while parts and parts[0].lower() in _BEFORE_ACCOUNT:
        del parts[0]
    name = parts[0] if platform and parts and parts[0].lower() not in _NO_ACCOUNT and host != "youtu.be" else ""
    if platform == "vk.com":
        # wall-123_45, video123_45: the number is the community's or the person's.
        owner = re.fullmatch(r"(?:wall|photo|video|clip)(-?\d+)_\d+", name)
        name = owner[1] if owner else name
    return Account(host, platform, name)


def without_names(text: str, names: Iterable[str]) -> str:
    """A text in which these accounts' names are written "[account]", also where an archive spells `a_b` as `a-b`."""
    for name in names:
        parts = [part for part in _SEPARATORS.split(name) if part]
        plain = "".join(parts)
        if len(plain) >= _SHORTEST_NAME and plain.casefold() in _SEPARATORS.sub("", text.casefold()):
            pattern = r"[._\-]?".join(map(re.escape, parts))
            text = re.sub(rf"(?<![^\W_])@?{pattern}(?![^\W_])", "[account]", text, flags=re.IGNORECASE)
    return text
