"""Lists that go on from one another as reports come, held against the list that is made from all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.builders import observations
from trucewatch.fusion.fuse import Fused, fuse_with_acts
from trucewatch.fusion.setting import Setting
from trucewatch.model.watch import AssociationRule


def is_same(one: Fused, other: Fused) -> bool:
    return all(
        getattr(one, name).equals(getattr(other, name), check_metadata=True)
        for name in ("incidents", "contributions", "weights")
    )


def is_grown_alike(
    rows: Sequence[dict[str, Any]],
    parts: Iterable[Sequence[int]],
    *,
    rule: str = "likelihood",
    setting: Setting | None = None,
) -> bool:
    """Whether the list that took in one part of the rows after the other, each by its number, is that of all at
    once."""

    def fused(stands: Sequence[dict[str, Any]], last: Fused | None = None) -> Fused:
        association = AssociationRule(rule=rule)  # type: ignore[arg-type]
        return fuse_with_acts(
            observations(*stands),
            rule=association,
            setting=setting or Setting(),
            acts=(),
            contributions=True,
            last=last,
        )

    last, come = None, list[dict[str, Any]]()
    for part in parts:
        come += [rows[number] for number in part]
        last = fused(come, last)
    assert last is not None
    return is_same(last, fused(rows))
