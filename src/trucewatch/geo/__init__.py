"""Places to numbers: local frames, error ellipses, zones, lines, and places in words. Longitude first, WGS 84, metres."""
