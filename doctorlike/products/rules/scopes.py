"""Where a policy serves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Scope(StrEnum):
    """Where a policy serves, by subject of the Federation."""

    MOSCOW = "moscow"
    SAINT_PETERSBURG = "saint_petersburg"
    REGIONS = "regions"
    RUSSIA = "russia"


SCOPES: tuple[str, ...] = tuple(Scope)

_CAPITALS: Mapping[str, tuple[str, ...]] = {
    Scope.MOSCOW: ("RU-MOW", "RU-MOS"),
    Scope.SAINT_PETERSBURG: ("RU-SPE", "RU-LEN"),
}
_OUTSIDE_REGIONS = frozenset(code for codes in _CAPITALS.values() for code in codes)


def fixed_regions(scope: str) -> tuple[str, ...] | None:
    """Region codes that a scope fixes by itself; None where the client chooses."""
    return _CAPITALS.get(Scope(scope))


def region_in_scope(scope: str, region_code: str) -> bool:
    """Whether clinics of the region can serve a policy of this scope at all."""
    match Scope(scope):
        case Scope.RUSSIA:
            return True
        case Scope.REGIONS:
            return region_code not in _OUTSIDE_REGIONS
        case capital:
            return region_code in _CAPITALS[capital]
