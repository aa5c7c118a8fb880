"""Places to numbers: local frames, error ellipses, zones, lines, and places in words. Longitude first, WGS 84,
metres."""

from trucewatch.geo.kernel_cache import choose_cache

choose_cache()
