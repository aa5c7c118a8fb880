"""Ids of many rows at once: what `observation_id` gives for each, bit for bit, without a Python object a row."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import sha256
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

ID_CHARS: Final = 28
"""`o-` and 26 letters."""
_GROUPS: Final = 4
_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)  # RFC 4648's, small

_DECIMALS: Final = Decimal("0.0001")
_PLAIN: Final = r"^-?[0-9]{1,3}(\.[0-9]{0,5})?$"
_TEN_THOUSANDTHS = pa.array([f".{part:04d}" for part in range(10_000)])
_MOST_WHOLE: Final = 1_000
_WHOLES = pa.array([f"{sign}{whole}" for sign in ("", "-") for whole in range(_MOST_WHOLE + 1)])


def observation_ids(source: str, natural_keys: Any) -> Any:
    """The id of each natural key of one source, as an Arrow array of strings."""
    prefix = f"{source}\x1f".encode()
    keys = natural_keys.cast(pa.binary()).to_pylist()
    digests = np.frombuffer(b"".join([sha256(prefix + key).digest() for key in keys]), dtype=np.uint8)
    # Five bytes are eight letters of five bits each; 26 letters lie in the first 20 bytes.
    fives = digests.reshape(-1, 32)[:, : 5 * _GROUPS].reshape(-1, _GROUPS, 5).astype(np.uint64)
    bits = np.zeros(fives.shape[:2], dtype=np.uint64)
    for at in range(5):
        bits = (bits << np.uint64(8)) | fives[:, :, at]
    letters = np.empty((len(keys), _GROUPS, 8), dtype=np.uint8)
    for at in range(8):
        letters[:, :, at] = _LETTERS[(bits >> np.uint64(35 - 5 * at)) & np.uint64(31)]
    ids = np.empty((len(keys), ID_CHARS), dtype=np.uint8)
    ids[:, :2] = np.frombuffer(b"o-", dtype=np.uint8)
    ids[:, 2:] = letters.reshape(len(keys), 8 * _GROUPS)[:, : ID_CHARS - 2]
    ends = np.arange(0, ID_CHARS * (len(keys) + 1), ID_CHARS, dtype=np.int32)
    return pa.StringArray.from_buffers(len(keys), pa.py_buffer(ends), pa.py_buffer(ids))


def ten_thousandths(texts: Any, values: npt.NDArray[np.float64]) -> Any:
    """Decimal numbers below a thousand to four decimals, half to even, as texts; computed on the text, so that every
    download agrees. values: the same numbers."""
    plain = np.asarray(pc.match_substring_regex(texts, _PLAIN).to_numpy(zero_copy_only=False), dtype=np.bool_)
    # Five decimals are a whole number of hundred-thousandths, which a double holds exactly after rounding.
    fifth = np.rint(np.where(plain, values, 0.0) * 1e5).astype(np.int64)
    size, rest = np.divmod(np.abs(fifth), 10)
    size += (rest > 5) | ((rest == 5) & (size % 2 == 1))
    whole, part = np.divmod(size, 10_000)
    whole += np.where((fifth < 0) & (size > 0), _MOST_WHOLE + 1, 0)
    rounded = pc.binary_join_element_wise(_WHOLES.take(pa.array(whole)), _TEN_THOUSANDTHS.take(pa.array(part)), "")
    if plain.all():
        return rounded
    careful = [_rounded(text) for text in texts.filter(pa.array(~plain)).to_pylist()]
    return pc.replace_with_mask(rounded, pa.array(~plain), pa.array(careful, pa.string()))


def _rounded(text: str) -> str:
    """One number, however it is written."""
    value = Decimal(text.replace(",", ".")).quantize(_DECIMALS, ROUND_HALF_EVEN)
    return f"{value if value else abs(value):f}"
