"""The second factor: a code of six digits that a telephone shows for half a minute (RFC 6238), and recovery codes for
whoever lost the telephone. Every code works once."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyotp import TOTP

STEP_S: Final = 30
"""How long a telephone shows one code."""
LEEWAY: Final = 1
"""Steps before and after this one that are taken: a telephone's clock is rarely right to the second."""
WIDEST: Final = 65 * 60 // STEP_S
"""Steps within which a wrong clock is recognised: an hour, for a summer time that was set by hand, and a little."""
RECOVERY_CODES: Final = 10
_SPACES: Final = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class CodeReading:
    """What a code is worth. step: the step that it is of, where it is good; 0 else. is_used: it was good, and is used.
    ahead_min: by how many minutes the telephone is ahead of this computer (negative: behind), where that explains it;
    0 else."""

    step: int = 0
    is_used: bool = False
    ahead_min: int = 0


def new_secret() -> str:
    """A secret for a telephone: 160 random bits in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_at(moment: datetime) -> int:
    """The number of the half minute of a moment, since 1970."""
    return int(moment.timestamp()) // STEP_S


def uri_of(secret: str, *, account: str, issuer: str) -> str:
    """What a telephone reads from the picture: `otpauth://totp/…`."""
    from pyotp import TOTP

    return TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def read_code(secret: str, typed: str, now: datetime, last_step: int) -> CodeReading:
    """What a typed code of six digits is worth. last_step: the last one that was taken of this telephone.

    A last step far ahead of now is of a computer whose clock was set back since; it keeps nobody out.
    """
    from pyotp import TOTP

    digits = _SPACES.sub("", typed[:40])
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return CodeReading()
    telephone, here = TOTP(secret), step_at(now)
    if last_step > here + LEEWAY:
        last_step = 0
    of_now = [step for step in (here, here - 1, here + 1) if _is_of(telephone, step, digits)]
    fresh = [step for step in of_now if step > last_step]
    if fresh:
        return CodeReading(step=fresh[0])
    if of_now:
        return CodeReading(is_used=True)
    for distance in range(LEEWAY + 1, WIDEST + 1):
        for offset in (distance, -distance):
            if _is_of(telephone, here + offset, digits):
                minutes = max(1, round(distance * STEP_S / 60))
                return CodeReading(ahead_min=minutes if offset > 0 else -minutes)
    return CodeReading()


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 80 random bits, to be written down: `ABCD-EFGH-IJKL-MNOP`."""
    return tuple(
        "-".join(code[place : place + 4] for place in range(0, 16, 4))
        for code in (base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES))
    )


def recovery_hash(typed: str) -> str:
    """What is kept of a recovery code; "" for what cannot be one. It has 80 random bits, so that a bare hash gives
    nothing away.

    >>> recovery_hash("abcd efgh ijkl mnop") == recovery_hash("ABCD-EFGH-IJKL-MNOP") != ""
    True
    """
    code = _SPACES.sub("", typed[:60]).upper()
    return hashlib.sha256(code.encode()).hexdigest() if re.fullmatch(r"[A-Z2-7]{16}", code) else ""


def _is_of(telephone: TOTP, step: int, digits: str) -> bool:
    return secrets.compare_digest(telephone.at(step * STEP_S), digits)
