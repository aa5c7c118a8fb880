"""Partial copies as a receiver checks them: by the inspector's one file, read alone."""

from __future__ import annotations

import json
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
    """The inspector's document on a copy; log: the key that the reader holds, without which nothing vouches for the one
    that the copy names. Raises NotProvedError."""
    with tempfile.TemporaryDirectory() as folder:
        path, policy = Path(folder) / "copy.json", Path(folder) / "policy.toml"
        path.write_bytes(content)
        names = ", ".join(f'"{witness}"' for witness in witnesses)
        lines = ["schema = 1", f'log = "{log}"', f"witnesses = [{names}]"]
        policy.write_text("\n".join(lines + ([f"quorum = {quorum}"] if quorum is not None else [])))
        code, document = run(path, *(["--policy", policy] if log else []), now=now)
        assert sorted(path.name for path in Path(folder).iterdir()) == ["copy.json", "policy.toml"]  # nothing written
    if code:
        told = [problem["what"] for problem in document.get("problems", [])]
        raise NotProvedError("; ".join(told) or ("nobody vouched for its key" if document else "unusable"))
    assert document["ok"] is True
    return document


def key_named_by(content: bytes) -> str:
    """The log's key that a copy names; only for tests that made the copy themselves."""
    return str(json.loads(content)["proof"]["checkpoint"]["key"])
