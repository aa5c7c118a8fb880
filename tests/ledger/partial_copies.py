"""Partial copies as a receiver checks them: by the inspector's one file, read alone."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.ledger.small_log import NOW, run


class NotProvedError(Exception):
    """What the inspector says against a copy: the faults in its words."""


def check_copy(
    content: bytes, log: str = "", *, witnesses: Sequence[str] = (), quorum: int | None = None, now: float = NOW
) -> dict[str, Any]:
    """The inspector's document on a copy; log: the key that the reader holds. Raises NotProvedError."""
    with tempfile.TemporaryDirectory() as folder:
        path, policy = Path(folder) / "copy.json", Path(folder) / "policy.toml"
        path.write_bytes(content)
        names = ", ".join(f'"{witness}"' for witness in witnesses)
        lines = ["schema = 1", f'log = "{log}"', f"witnesses = [{names}]"]
        policy.write_text("\n".join(lines + ([f"quorum = {quorum}"] if quorum is not None else [])))
        code, document = run(path, *(["--policy", policy] if log else []), now=now)
        assert sorted(path.name for path in Path(folder).iterdir()) == ["copy.json", "policy.toml"]  # nothing written
    if code:
        raise NotProvedError("; ".join(problem["what"] for problem in document.get("problems", [])) or "unusable")
    assert document["ok"] is True
    return document
