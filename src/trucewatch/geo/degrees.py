"""How long a degree is, for reckoning on a sphere or in a flat frame. On the ellipsoid itself:
`geo.frame`."""

from __future__ import annotations

from typing import Final

EARTH_RADIUS_M: Final = 6_371_008.8
"""The mean radius of WGS 84: (2a + b) / 3 with its half axes a = 6,378,137 m and b = 6,356,752.3142 m."""
METRES_PER_DEGREE: Final = 111_195.0
"""A degree of any great circle of the sphere of EARTH_RADIUS_M: π / 180 · 6,371,008.8 m = 111,195.08 m.

On the ellipsoid a degree of latitude is 110,574 m long at the equator and 111,694 m at the poles: within 0.6 %.
"""
METRES_PER_DEGREE_AT_EQUATOR: Final = 111_320.0
"""A degree of longitude at the equator, π / 180 · 6,378,137 m = 111,319.5 m, to ten metres.

The unit of what was counted or written in it once and has to stay the same: cells of releases, the spread of a written
place.
"""
