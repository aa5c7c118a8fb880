"""Outside formats → observations and counters, one file per source.

A module of this package with CARD, VERSION and `read` is an adapter; nothing else has to be told of it.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from trucewatch.errors import Unsupported
from trucewatch.messages import Message
from trucewatch.sources.adapter import Adapter, adapter_of

__all__ = ["Adapter", "adapter", "adapters"]


@cache
def _files() -> frozenset[str]:
    """The files of this package, by name; adapters and what helps them."""
    return frozenset(info.name for info in pkgutil.iter_modules(__path__))


@cache
def _adapter_in(name: str) -> Adapter | None:
    """The adapter that a file of this package is, None if it is none."""
    return adapter_of(importlib.import_module(f"{__name__}.{name}"))


@cache
def adapters() -> Mapping[str, Adapter]:
    """Every adapter by its name, in alphabetical order."""
    by_name = {each.card.adapter: each for name in _files() if (each := _adapter_in(name)) is not None}
    return MappingProxyType(dict(sorted(by_name.items())))


def adapter(name: str) -> Adapter:
    """The adapter of this name; no other one is loaded for it. Raises Unsupported, naming the nearest one."""
    if name in _files() and (own := _adapter_in(name)) is not None and own.card.adapter == name:
        return own
    by_name = adapters()
    close = difflib.get_close_matches(name, by_name, n=1)
    hint = (
        Message('did you mean "{word}"?', word=close[0])
        if close
        else Message("there are: {words}", words=", ".join(by_name))
    )
    raise Unsupported(Message('no source adapter is named "{name}"; {hint}', name=name, hint=hint))
