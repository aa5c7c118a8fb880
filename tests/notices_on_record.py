"""Rows of notifications for tests: invented, of the example two-valleys-aid."""

from __future__ import annotations

from typing import Any, Final

MOVEMENT: Final[dict[str, Any]] = {
    "organisation": "GLS",
    "from_district": "kess",
    "from_place": "the depot at the south gate",
    "to_district": "long-water",
    "to_place": "the school of the upper hamlet",
    "route": "Old Mill Road, then the river road",
    "leaves_at": "2031-05-07T06:00Z",
    "arrives_at": "2031-05-07T12:00Z",
    "vehicles": "3",
    "vehicle_kinds": ["lorries", "cars"],
    "staff": "7",
    "purpose": "delivery",
    "itself": ["UV"],
    "by_coordinator": ["LV"],
}
SITE: Final[dict[str, Any]] = {
    "organisation": "LB",
    "site": "warehouse",
    "district": "sorrel",
    "where": "behind the market hall",
    "place": "46.75, 39.82",
    "from": "2031-05-08",
    "until": "2031-05-20",
    "by_coordinator": ["LV", "UV"],
}
PASSAGE: Final[dict[str, Any]] = {
    "organisation": "GLS",
    "patients": "4",
    "urgency": "hours",
    "from_district": "kess",
    "to_district": "sorrel",
    "from_at": "2031-05-04T10:00Z",
    "until_at": "2031-05-04T16:00Z",
    "asked_at": "2031-05-04T08:30Z",
}
