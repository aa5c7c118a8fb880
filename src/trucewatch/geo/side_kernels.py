"""Compiled: on which side of a way a point lies, without error: a filter with an error bound, then expansion
arithmetic.

Holds for coordinates that are 0 or between 10⁻¹²⁰ and 10¹²⁰ in size, so that nothing underflows or overflows.
Source: Shewchuk (1997), Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates, sections
2–4.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from trucewatch.geo.compiler import njit

_FILTER: Final = 3.3306690738754716e-16
"""(3 + 16 ε) ε with ε = 2⁻⁵³: beyond this share of the two products the rounded difference has the right sign."""
_SPLITTER: Final = 134217729.0
"""2²⁷ + 1 cuts a double into two halves of 26 bits."""


@njit(cache=True, nogil=True, error_model="numpy")
def two_sum(a: float, b: float) -> tuple[float, float]:
    """a + b and its rounding error, exactly."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@njit(cache=True, nogil=True, error_model="numpy")
def two_product(a: float, b: float) -> tuple[float, float]:
    """a × b and its rounding error, exactly."""
    total = a * b
    c = _SPLITTER * a
    a_high = c - (c - a)
    a_low = a - a_high
    c = _SPLITTER * b
    b_high = c - (c - b)
    b_low = b - b_high
    return total, a_low * b_low - (((total - a_high * b_high) - a_low * b_high) - a_high * b_low)


@njit(cache=True, nogil=True, error_model="numpy")
def exact_orientation(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    """A number with the sign of the determinant |a − c, b − c|, by expansions: nothing is rounded away."""
    # Eight products of two doubles each, so sixteen parts at most.
    sums = np.zeros(16)
    count = 0
    # 1. Each difference as a rounded number and its error, so that nothing is lost before multiplying.
    ac_x, bc_y = two_sum(ax, -cx), two_sum(by, -cy)
    ca_y, bc_x = two_sum(-ay, cy), two_sum(bx, -cx)
    for term in range(8):
        i, j = term & 1, (term >> 1) & 1
        # 2. (a−c)ₓ(b−c)ᵧ − (a−c)ᵧ(b−c)ₓ, each part of a factor times each of the other; the minus is in `ca_y`.
        high, low = two_product(ac_x[i], bc_y[j]) if term < 4 else two_product(ca_y[i], bc_x[j])
        for step in range(2):
            carry = low if step == 0 else high
            # 3. Each number is carried up through the parts: they stay sorted and do not overlap.
            for position in range(count):
                carry, sums[position] = two_sum(carry, sums[position])
            sums[count] = carry
            count += 1
    # 4. So the largest part that is not zero has the sign of the whole.
    for position in range(count - 1, -1, -1):
        if sums[position] != 0.0:
            return float(sums[position])
    return 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def orientation(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    """Positive if c is left of the way from a to b, negative if right, 0 if on their line: the sign is exact."""
    left = (ax - cx) * (by - cy)
    right = (ay - cy) * (bx - cx)
    value = left - right
    if abs(value) > _FILTER * (abs(left) + abs(right)):
        return value
    if left == 0.0 and right == 0.0:  # exactly on the line, since nothing underflows
        return 0.0
    return float(exact_orientation(ax, ay, bx, by, cx, cy))


@njit(cache=True, nogil=True, error_model="numpy")
def is_left(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> bool:
    """Whether c, moved a hair east and a hair of that hair north, is left of the way from a to b."""
    value = orientation(ax, ay, bx, by, cx, cy)
    if value != 0.0:
        return value > 0.0
    # On the line the hair east decides: it is left of a way that goes down. On a level way the hair north does.
    if ay != by:
        return ay > by
    return bx > ax
