"""Lets every Python that has this folder on its path find one more adapter, `obedient`, as if it were ours."""

from pathlib import Path

import trucewatch.sources

trucewatch.sources.__path__.append(str(Path(__file__).with_name("adapters")))
