"""Lets every Python that has this folder on its path find one more adapter, `obedient`, as if it were ours.

With the folder `fewer_refusals` on the path too, refusals end ten times as early.
"""

import sys
from pathlib import Path

import trucewatch.sources

FEWER = Path(__file__).with_name("fewer_refusals")
FEWER_REFUSED = 10_000

trucewatch.sources.__path__.append(str(Path(__file__).with_name("adapters")))
if str(FEWER) in sys.path:
    from trucewatch.sources import reading

    reading.MOST_REFUSED = FEWER_REFUSED  # type: ignore[misc]
