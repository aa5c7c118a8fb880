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
def adapters() -> Mapping[str, Adapter]:
    """Every adapter by its name, in alphabetical order."""
    found = {}
    for info in pkgutil.iter_modules(__path__):
        one = adapter_of(importlib.import_module(f"{__name__}.{info.name}"))
        if one is not None:
            found[one.card.adapter] = one
    return MappingProxyType(dict(sorted(found.items())))


def adapter(name: str) -> Adapter:
    """The adapter of this name. Raises Unsupported, naming the nearest one."""
    known = adapters()
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, n=1)
    hint = (
        Message('did you mean "{word}"?', word=close[0])
        if close
        else Message("there are: {words}", words=", ".join(known))
    )
    raise Unsupported(Message('no source adapter is named "{name}"; {hint}', name=name, hint=hint))
