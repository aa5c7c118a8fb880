"""The build: catalogues of all languages are compiled into the package, so that no compiled file is committed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):
    """Compiles `.po` to `.mo`. A catalogue that is wrong stops the build, with its file and the sentence."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before every build, also of an editable install."""
        sys.path.insert(0, str(Path(self.root) / "src"))
        from trucewatch.locale import catalogues

        for language in catalogues.LANGUAGES:
            catalogues.compile_language(language)
