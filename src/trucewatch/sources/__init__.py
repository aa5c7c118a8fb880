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
    by_name = {}
    for info in pkgutil.iter_modules(__path__):
        candidate = adapter_of(importlib.import_module(f"{__name__}.{info.name}"))
        if candidate is not None:
            by_name[candidate.card.adapter] = candidate
    return MappingProxyType(dict(sorted(by_name.items())))


def adapter(name: str) -> Adapter:
    """The adapter of this name. Raises Unsupported, naming the nearest one."""
    by_name = adapters()
    if name in by_name:
        return by_name[name]
    close = difflib.get_close_matches(name, by_name, n=1)
    hint = (
        Message('did you mean "{word}"?', word=close[0])
        if close
        else Message("there are: {words}", words=", ".join(by_name))
    )
    raise Unsupported(Message('no source adapter is named "{name}"; {hint}', name=name, hint=hint))
