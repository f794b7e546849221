"""Places on the globe: how far apart they are, and in which squares of a grid what is near must lie.

Distances are compared as squares of the chord between two points of a sphere of radius 1: three multiplications where
the great circle takes four functions of an angle, and the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, cos, degrees, floor, pi, radians, sin, sqrt
from typing import NamedTuple

# Mean radius (IUGG). On the ellipsoid distances differ by half a per cent at most.
EARTH_RADIUS_METRES = 6_371_008.8
# Each grid has so many columns and as many rows: squares of 1.2 km (on the 60th parallel, where they are squares), and
# in each further grid twice as wide.
GRIDS = (16_384, 8_192, 4_096, 2_048, 1_024, 512, 256, 128, 64, 32)
# A circle that more squares touch is left out: near a pole, where columns are thin.
_MOST_SQUARES = 48
# Squared chords that no two points have: the least is 0, the greatest 4.
_INSIDE, _OUTSIDE = -1.0, 5.0


class OnSphere(NamedTuple):
    """A point of the sphere of radius 1."""

    x: float
    y: float
    z: float


class Square(NamedTuple):
    """A square of the grid with this number in `GRIDS`."""

    grid: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Ring:
    """What lies further than `beyond` and up to `within`, both squared chords, lies in one of the squares; without
    `squares` anywhere."""

    squares: tuple[Square, ...]
    beyond: float
    within: float


WHOLE_EARTH = Ring((), _INSIDE, _OUTSIDE)


def on_sphere(latitude: float, longitude: float) -> OnSphere:
    """From degrees."""
    up, along = radians(latitude), radians(longitude)
    return OnSphere(cos(up) * cos(along), cos(up) * sin(along), sin(up))


def metres_of(chord_square: float) -> int:
    """Along the great circle."""
    return round(2 * EARTH_RADIUS_METRES * asin(min(sqrt(chord_square) / 2, 1.0)))


def squares_of(latitude: float, longitude: float) -> list[Square]:
    """The square of each grid that the place lies in."""
    return [Square(grid, _row(count, latitude), _column(count, longitude) % count) for grid, count in enumerate(GRIDS)]


def rings_around(latitude: float, longitude: float) -> Iterator[Ring]:
    """Rings that cover the Earth, the nearest first: each ends a square's height further out."""
    beyond = _INSIDE
    for grid, count in enumerate(GRIDS):
        angle = pi / count
        squares = _touched(grid, count, latitude, longitude, angle)
        if squares is not None:
            within = (2 * sin(angle / 2)) ** 2
            yield Ring(squares, beyond, within)
            beyond = within
    yield Ring((), beyond, _OUTSIDE)


def _touched(grid: int, count: int, latitude: float, longitude: float, angle: float) -> tuple[Square, ...] | None:
    """The squares that hold the whole circle; None when they are too many."""
    # A little more, for what is lost in rounding.
    up = degrees(angle) * 1.000_001 + 1e-9
    rows = range(_row(count, latitude - up), _row(count, latitude + up) + 1)
    if abs(latitude) + up >= 90:
        columns = range(count)
    else:
        along = degrees(asin(min(sin(angle) / cos(radians(latitude)), 1.0))) * 1.000_001 + 1e-9
        first, last = _column(count, longitude - along), _column(count, longitude + along)
        columns = range(first, min(last, first + count - 1) + 1)
    if len(rows) * len(columns) > _MOST_SQUARES:
        return None
    return tuple(Square(grid, row, column % count) for row in rows for column in columns)


def _row(count: int, latitude: float) -> int:
    return min(max(floor((latitude + 90) / 180 * count), 0), count - 1)


def _column(count: int, longitude: float) -> int:
    """Counted on across the 180th meridian."""
    return floor((longitude + 180) / 360 * count)
