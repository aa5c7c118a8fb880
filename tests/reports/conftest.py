"""Golden files of the reports: compared, or written anew when TRUCEWATCH_GOLDEN=1 is set."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def agree_with_golden() -> Callable[[str, bytes], None]:
    """Holds bytes against the golden file of this name."""

    def agree(name: str, content: bytes) -> None:
        path = GOLDEN / name
        if os.environ.get("TRUCEWATCH_GOLDEN") == "1":
            path.write_bytes(content)
        assert path.is_file(), f"{path.name} is missing; renew with TRUCEWATCH_GOLDEN=1"
        assert content.decode() == path.read_bytes().decode(), (
            f"{path.name} differs; renew with TRUCEWATCH_GOLDEN=1 if meant"
        )

    return agree
