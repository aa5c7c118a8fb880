"""Compiled: one observation against zones, line and cylinder in one call that costs little to enter.

Handing 24 arrays to compiled code takes 3 µs, three times what is then done with them. So a tuple of arrays is written
down once as *words*, whole numbers in one array (addresses, lengths, bits of the other fields), and compiled code reads
the tuple back from there. Whoever keeps the words keeps the arrays: `Words` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args, get_type_hints

import numba.np.arrayobj
import numpy as np
import numpy.typing as npt
from numba.extending import intrinsic as _intrinsic

from trucewatch.fusion.cylinder import make_net
from trucewatch.fusion.cylinder_kernels import add_row
from trucewatch.geo.line_kernels import LineArrays, metres_to_line
from trucewatch.geo.zone_kernels import ZoneArrays, zones_of_point

numba_: Any = numba
types, typeof = numba_.types, numba_.typeof
pack_array, populate_array = numba_.core.cgutils.pack_array, numba_.np.arrayobj.populate_array
intrinsic: Any = _intrinsic
compiled: Any = numba_.njit(cache=True, nogil=True, error_model="numpy")

TWO_AXES = {"lists", "edges", "pieces", "spheres"}  # fields whose arrays are tables; all others are rows


class Words:
    """Tuples of arrays, written down for compiled code one behind the other."""

    def __init__(self, *tuples: Any) -> None:
        self.tuples = tuples
        self.array = np.array([word for values in tuples for word in _words_of(values)], dtype=np.int64)


def _words_of(values: Sequence[Any]) -> list[int]:
    words: list[int] = []
    for value in values:
        if isinstance(value, np.ndarray):
            if not value.flags.c_contiguous:
                raise ValueError("an array with gaps cannot be written down; make it contiguous")
            words += [value.ctypes.data, *value.shape]  # in the order in which _reader takes them up again
        elif isinstance(value, float):
            words.append(int(np.array(value).view(np.int64)))  # the bits of the double, not its value
        else:
            words.append(int(value))
    return words


def check_type(values: Any, expected: Any) -> None:
    """Raises TypeError if a tuple is not what compiled code would read."""
    if typeof(values) != expected:
        raise TypeError(f"{type(values).__name__} is not as its annotations say: {typeof(values)}, not {expected}")


def type_of(named: Any) -> Any:
    """The compiled type of a NamedTuple, from its annotations."""
    fields: list[Any] = []
    for name, hint in get_type_hints(named).items():
        if hint in (int, float):
            fields.append(types.int64 if hint is int else types.float64)
        else:
            number = types.float64 if _element(hint) is np.float64 else getattr(types, _element(hint).__name__)
            fields.append(types.Array(number, 2 if name in TWO_AXES else 1, "C"))
    return types.NamedTuple(fields, named)


def _element(hint: Any) -> Any:
    return get_args(get_args(hint)[1])[0]


NET_TYPE = typeof(make_net(1.0, 0, rows=1, live=True))
ZONES_TYPE, LINE_TYPE = type_of(ZoneArrays), type_of(LineArrays)


def _width(tuple_type: Any) -> int:
    """How many words a tuple of this type takes."""
    return sum(1 + field.ndim if isinstance(field, types.Array) else 1 for field in tuple_type.types)


ZONES_AT = _width(NET_TYPE)
LINE_AT = ZONES_AT + _width(ZONES_TYPE)


def _reader(tuple_type: Any) -> Any:
    """A compiled function (words, at) → the tuple that is written down there."""

    @intrinsic
    def read(_typing: Any, words: Any, at: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            base = context.make_array(signature.args[0])(context, builder, arguments[0]).data
            base = builder.gep(base, [arguments[1]])
            position = 0

            def next_word() -> Any:
                nonlocal position
                word = builder.load(builder.gep(base, [context.get_constant(types.intp, position)]))
                position += 1
                return word

            fields = []
            for field in tuple_type.types:
                if isinstance(field, types.Array):
                    fields.append(
                        _array_at(context, builder, field, next_word(), [next_word() for _ in range(field.ndim)])
                    )
                elif field is types.float64:
                    fields.append(builder.bitcast(next_word(), context.get_value_type(types.float64)))
                else:
                    fields.append(next_word())
            return context.make_tuple(builder, tuple_type, fields)

        return tuple_type(words, types.int64), generate

    return read


def _array_at(context: Any, builder: Any, kind: Any, address: Any, shape: list[Any]) -> Any:
    """An array over memory that somebody else keeps."""
    array = context.make_array(kind)(context, builder)
    size = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    strides = [size] if kind.ndim == 1 else [builder.mul(size, shape[1]), size]
    data = builder.inttoptr(address, context.get_data_type(kind.dtype).as_pointer())
    populate_array(
        array,
        data=data,
        shape=pack_array(builder, shape),
        strides=pack_array(builder, strides),
        itemsize=size,
        meminfo=None,  # nobody counts references: Words keeps the arrays alive
    )
    return array._getvalue()


_read_net, _read_zones, _read_line = _reader(NET_TYPE), _reader(ZONES_TYPE), _reader(LINE_TYPE)


@compiled
def add_observation(
    words: Any, row: int, lon: float, lat: float, start: int, end: int, group: int, listed: int, linkable: bool
) -> int:
    """`add_row` on a net that is written down."""
    return add_row(_read_net(words, 0), row, lon, lat, start, end, group, listed, linkable)


@compiled
def situate_observation(
    words: Any,
    zone_numbers: Any,
    row: int,
    lon: float,
    lat: float,
    start: int,
    end: int,
    group: int,
    listed: int,
    linkable: bool,
) -> tuple[int, float, int]:
    """`add_row`'s answer, metres to the line, and how many zones hold the place; their numbers go to `zone_numbers`."""
    zones = zones_of_point(_read_zones(words, ZONES_AT), lon, lat, start, zone_numbers, 0)
    metres = metres_to_line(_read_line(words, LINE_AT), lon, lat)
    return add_row(_read_net(words, 0), row, lon, lat, start, end, group, listed, linkable), metres, zones


_SCALARS = (
    types.int64,
    types.float64,
    types.float64,
    types.int64,
    types.int64,
    types.int64,
    types.int64,
    types.boolean,
)
_WORDS = types.Array(types.int64, 1, "C")


def ready(kernel: Any, *arrays: npt.DTypeLike) -> Any:
    """A kernel compiled (or loaded) for exactly one row's types; other numbers are then converted, not compiled for."""
    if not kernel.signatures:
        kernel.compile(
            (_WORDS, *(types.Array(getattr(types, str(np.dtype(dtype))), 1, "C") for dtype in arrays), *_SCALARS)
        )
        kernel.disable_compile()  # a number of another type is converted then, not compiled for
    return kernel
