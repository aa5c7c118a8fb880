"""The rules of a name in the inbox, the same for a source of the watch and for one of a new watch."""

from __future__ import annotations

import pytest

from trucewatch.model.watch import SourceSetting
from trucewatch.server.inbox import name_faults

STANDING = SourceSetting(id="fires", adapter="firms", files=("inbox/fires-*.csv",))


@pytest.mark.parametrize(
    ("source", "name", "is_new", "expected"),
    [
        ("posts", "posts.csv", True, []),
        ("fires", "fires-3.csv", False, []),
        ("posts", "a/b.csv", True, ["The name in the inbox takes letters a to z"]),
        ("posts", "..", True, ["The name in the inbox takes letters a to z"]),
        ("posts", "fires-3.csv", True, ["The source “fires” reads a file of this name too"]),
        ("fires", "posts.csv", True, ["There is a source “fires” already"]),
    ],
)
def test_a_name_is_taken_or_says_what_stands_against_it(
    source: str, name: str, is_new: bool, expected: list[str]
) -> None:
    setting = SourceSetting(id=source, adapter="event_table", files=(f"inbox/{name}",))
    faults = name_faults([STANDING], setting, name, is_new=is_new)
    assert len(faults) == len(expected)
    assert all(str(fault).startswith(start) for fault, start in zip(faults, expected, strict=True))
