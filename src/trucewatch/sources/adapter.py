"""What an adapter is: a module of this package with CARD, VERSION and `read`, held by one contract.

`read(path, origin, setting, context)` yields batches: same bytes, same rows; what cannot be taken is a Rejected with
its reason. `reconcile(observations)` (optional) gives rows that are one detection one id; a function of the set of
rows. `setting_faults(setting)` (optional) says what is wrong with a source's entry in watch.toml. ACCUMULATES
(optional, False) says whether a file that comes again under its name adds to its earlier versions. USES_POSTS
(optional, False) says whether rows are read by the posts of the sensor register. `keys_may_return(setting)` (optional)
says whether the ids of a source's rows come from keys that its keeper may give to another event later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pyarrow as pa

from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.watch import SourceSetting

ReadFunction = Callable[[Path, Origin, SourceSetting, ReadingContext], Iterator[Batch]]


def _unchanged(observations: pa.Table) -> pa.Table:
    return observations


def _no_faults(setting: SourceSetting) -> tuple[Message, ...]:
    return ()


def _keys_stay(setting: SourceSetting) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One outside format."""

    card: SourceCard
    version: int
    read: ReadFunction
    reconcile: Callable[[pa.Table], pa.Table] = _unchanged
    setting_faults: Callable[[SourceSetting], tuple[Message, ...]] = _no_faults
    accumulates: bool = False
    """Whether a file that comes again under its name adds to what came before (a download of the last days). Otherwise
    it replaces it: a mended table, of which the earlier version stays as history."""

    uses_posts: bool = False
    """Whether a row may be read by the posts of the sensor register: then a change of these reads its files anew."""

    keys_may_return: Callable[[SourceSetting], bool] = _keys_stay
    """Whether a key may name another event in a later file: then such a row is refused (`pipeline/returning_keys`)."""

    @property
    def rows_stand_alone(self) -> bool:
        """Whether no row of it is linked with others."""
        return self.reconcile is _unchanged


def adapter_of(module: ModuleType) -> Adapter | None:
    """The adapter that a module is, or None if it is none."""
    card = getattr(module, "CARD", None)
    if not isinstance(card, SourceCard):
        return None
    return Adapter(
        card=card,
        version=module.VERSION,
        read=module.read,
        reconcile=getattr(module, "reconcile", _unchanged),
        setting_faults=getattr(module, "setting_faults", _no_faults),
        accumulates=getattr(module, "ACCUMULATES", False),
        uses_posts=getattr(module, "USES_POSTS", False),
        keys_may_return=getattr(module, "keys_may_return", _keys_stay),
    )
