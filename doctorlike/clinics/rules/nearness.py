"""Places on the globe: how far apart they are, and where to look for what is near."""

from __future__ import annotations

from math import asin, cos, degrees, pi, radians, sin, sqrt
from typing import NamedTuple

# Mean radius (IUGG). On the ellipsoid distances differ by half a per cent at most.
EARTH_RADIUS_METRES = 6_371_008.8
FIRST_RADIUS_METRES = 3_000.0
WHOLE_EARTH_METRES = pi * EARTH_RADIUS_METRES
_LEAST_STEP, _GREATEST_STEP = 2.0, 8.0


class Box(NamedTuple):
    """Degrees, all four included."""

    south: float
    north: float
    west: float
    east: float


def box_around(latitude: float, longitude: float, radius_metres: float) -> Box:
    """A box that holds the whole circle. Where the circle reaches a pole or the 180th meridian, all longitudes."""
    angle = radius_metres / EARTH_RADIUS_METRES
    # A little more, for what is lost in rounding.
    up = degrees(angle) * 1.000_001 + 1e-9
    south, north = max(latitude - up, -90.0), min(latitude + up, 90.0)
    if south <= -90 or north >= 90 or angle >= pi / 2:
        return Box(south, north, -180.0, 180.0)
    along = degrees(asin(min(sin(angle) / cos(radians(latitude)), 1.0))) * 1.000_001 + 1e-9
    west, east = longitude - along, longitude + along
    return Box(south, north, west, east) if west >= -180 and east <= 180 else Box(south, north, -180.0, 180.0)


def wider(radius_metres: float, found: int, wanted: int) -> float:
    """The next radius to look in when too few were found: as if they lay evenly, never less than twice as far nor more
    than eight times."""
    step = 1.3 * sqrt(wanted / found) if found else _GREATEST_STEP
    return radius_metres * min(max(step, _LEAST_STEP), _GREATEST_STEP)
