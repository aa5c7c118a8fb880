"""Passwords: which are taken, and their argon2 hashes, of which two are worked out at once.

A hash takes 64 MB and a tenth of a second on purpose. Whoever sends many passwords at once would take all memory and
all threads with them: so two are worked out, a few wait, and the rest are sent away until later.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message

if TYPE_CHECKING:
    from pwdlib import PasswordHash

FEWEST: Final = 12
LONGEST: Final = 200
AT_ONCE: Final = 2
"""Hashes that are worked out at the same time, over the whole process."""
MOST_WAITING: Final = 8
"""Who waits for a turn at most: at a tenth of a second each, two at once, the last comes in within half a second."""
_TURNS: Final = threading.BoundedSemaphore(AT_ONCE)
_PLACES: Final = threading.BoundedSemaphore(AT_ONCE + MOST_WAITING)
_NOBODYS: Final = "$argon2id$v=19$m=65536,t=3,p=4$EuBEjsH7l3+GAMfPMqKCMA$PpcB2nIbF+baZWlhB8Ec/duXk0RlVjDFhwHgUQBjfyg"
"""What a password is held against where there is no account, so that it takes as long as where there is one."""
_COMMONEST: Final = frozenset(
    """
    password password1 password12 password123 password1234 passwordpassword mypassword yourpassword newpassword
    changeme changemenow changeit letmein letmeinnow letmeinplease welcome welcome1 welcome123 welcome12345 welcomeback
    qwerty qwertyuiop qwertyuiop123 qwerty123456 qwertyqwerty asdfghjkl asdfghjklzxc zxcvbnm zxcvbnmasdfg qazwsxedcrfv
    1qaz2wsx3edc 1q2w3e4r5t6y 1234567890 123456789012 1234567890ab 012345678901 0123456789ab 123123123123 abc123abc123
    abcdefghijkl abcd12345678 iloveyou iloveyou1234 iloveyouforever administrator admin1234567 adminadmin adminpassword
    rootrootroot trustno1trustno1 sunshine princess football baseball dragon monkey superman batman master
    trucewatch trucewatch1 trucewatch12 trucewatch123 ceasefire ceasefire123 ceasefire2020 monitoringcentre jointcentre
    correcthorsebatterystaple
    """.split()  # noqa: SIM905 - words to be read down, not a list of quotation marks
)


class PasswordRefused(TrucewatchError):
    """A password is not taken; its sentence says what to choose instead."""


class TooManyAtOnce(TrucewatchError):
    """More people, or one program, ask to sign in than can be looked at now."""


def normal(password: str) -> str:
    """A password as it is hashed: keyboards write the same letter in several ways.

    >>> normal("cafe\\u0301") == normal("caf\\u00e9")
    True
    """
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, names: tuple[str, ...]) -> None:
    """Raises PasswordRefused for one that is too easy. names: login and name of its person.

    >>> check_password("four plain words here", names=("ada",))
    """
    text = normal(password)
    if any(character < " " or "\ud800" <= character <= "\udfff" for character in text):
        raise PasswordRefused(Message("The password holds a character that cannot be typed again; leave it out."))
    if len(text) < FEWEST:
        raise PasswordRefused(
            Message("A password has at least {least} characters. Four words that you choose are enough.", least=FEWEST)
        )
    if len(text) > LONGEST:
        raise PasswordRefused(Message("A password has at most {most} characters; shorten it.", most=LONGEST))
    bare = _bare(text)
    if len(set(bare)) < 4 or bare in _COMMONEST:
        raise PasswordRefused(
            Message("This password is among the first that anybody tries. Take four words that you choose.")
        )
    if any(bare == _bare(name) * (len(bare) // len(_bare(name))) for name in names if _bare(name)):
        raise PasswordRefused(
            Message("The password is the login or the name of its person. Take four words that you choose.")
        )


def hash_of(password: str) -> str:
    """The argon2id hash, as it is kept. Raises TooManyAtOnce."""
    with _Turn():
        return _hasher().hash(normal(password))


def is_password(password: str, kept: str) -> bool:
    """Whether a password is that of a hash; "" for an account without one takes as long and is never right. Raises
    TooManyAtOnce."""
    text = normal(password)
    if not text or len(text) > LONGEST:
        return False
    with _Turn():
        return verifies(text.encode("utf-8", "surrogatepass"), kept or _NOBODYS) and bool(kept)


def verifies(password: bytes, kept: str) -> bool:
    """Work out argon2 once, and compare. A hash that cannot be read is nobody's."""
    from pwdlib.exceptions import PwdlibError

    try:
        return bool(_hasher().verify(password, kept))
    except (PwdlibError, ValueError):
        return False


class _Turn:
    """One of the places at which a hash is worked out, waited for in a short row."""

    def __enter__(self) -> None:
        if not _PLACES.acquire(blocking=False):
            raise TooManyAtOnce(Message("Too many are signing in at this moment. Wait a few seconds and try again."))
        _TURNS.acquire()

    def __exit__(self, *_: object) -> None:
        _TURNS.release()
        _PLACES.release()


@cache
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(time_cost=3, memory_cost=65536, parallelism=4),))


def _bare(text: str) -> str:
    return "".join(character for character in normal(text).casefold() if character.isalnum())
