"""Rows of a clinic list: what is taken, what is stored with a remark, what is refused (docs/rules/regions.md)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import asin, cos, radians, sin, sqrt
from types import MappingProxyType
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from doctorlike.clinics.rules.addresses import Words, read_address
from doctorlike.clinics.rules.hours import OpeningHours, read_hours
from doctorlike.clinics.rules.phones import Phone, read_phones
from doctorlike.clinics.rules.remarks import RefusedRowError, Remark
from doctorlike.clinics.rules.services import CareKind, read_care_kinds
from doctorlike.kit.spelling import fold

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
# A point farther from its region's chief town belongs to another address. The wide regions reach farther than that.
_FAR_KM, _FAR_KM_WIDE = 500, 2600
_WIDE = frozenset(
    f"RU-{code}"
    for code in ("AMU", "ARK", "BU", "CHU", "IRK", "KAM", "KHA", "KHM", "KO", "KR", "KYA", "MAG", "MUR", "NEN", "SA",
                 "SAK", "TOM", "TYU", "YAN", "ZAB", "ORE", "VLG", "ROS", "PRI", "SVE", "PER")
)  # fmt: skip
Centres = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class ListedClinic:
    """A row that can be stored. `source_key` stays the same while name and address do."""

    source_key: str
    name: str
    address: str
    region_code: str
    city: str
    metro: tuple[str, ...]
    phones: tuple[Phone, ...]
    hours: OpeningHours | None
    hours_text: str
    care_kinds: tuple[CareKind, ...]
    website: str
    email: str
    rating: Decimal | None
    latitude: float | None
    longitude: float | None
    remarks: tuple[Remark, ...]


def source_key(name: str, address: str) -> str:
    """The same for the same clinic, however its name is spaced or quoted."""
    return hashlib.sha256(f"{fold(name)}\n{fold(address)}".encode()).hexdigest()


def read_clinic(
    cells: Mapping[str, str],
    names: Mapping[Words, str],
    place: tuple[float, float] | None = None,
    centres: Centres = MappingProxyType({}),
) -> ListedClinic:
    """A clinic from a row. `names` are `region_names`; `place` is (longitude, latitude) where the list has them apart;
    `centres` are (latitude, longitude) of the regions' chief towns, where known. RefusedRowError without a usable name,
    address or region; all else unreadable becomes a remark."""
    name, address = _line(cells, "clinic", 300), _line(cells, "address", 400)
    where = read_address(address, names, region=cells.get("region", ""))
    if where.region_code is None:
        raise RefusedRowError("address", _("не видно, в каком это регионе"))
    remarks: list[Remark] = []
    phones = read_phones(cells.get("phone", "")[:500])
    for part in phones.unread:
        remarks.append(Remark("phone", _("не номер: {part}").format(part=part)))
    hours_text = " ".join(cells.get("hours", "").split())
    hours = read_hours(hours_text) if len(hours_text) <= 300 else None
    if hours_text and hours is None:
        remarks.append(Remark("hours", _("не понято: {part}").format(part=hours_text[:100])))
    kinds = read_care_kinds(cells.get("services", ""))
    for part in kinds.unread:
        remarks.append(Remark("services", _("неизвестный вид помощи: {part}").format(part=part[:100])))
    website = _website(cells.get("website", ""), remarks)
    rating = _rating(cells.get("rating", ""), remarks)
    email = _email(cells.get("email", ""), remarks)
    latitude, longitude = _place(
        place, centres.get(where.region_code), wide=where.region_code in _WIDE, remarks=remarks
    )
    return ListedClinic(
        source_key=source_key(name, address),
        name=name,
        address=address,
        region_code=where.region_code,
        city=where.city[:100],
        metro=tuple(station[:80] for station in where.metro),
        phones=phones.phones,
        hours=hours,
        hours_text=hours_text[:300],
        care_kinds=kinds.kinds,
        website=website,
        email=email,
        rating=rating,
        latitude=latitude,
        longitude=longitude,
        remarks=tuple(remarks),
    )


def _line(cells: Mapping[str, str], column: str, longest: int) -> str:
    text = " ".join(cells.get(column, "").split())
    if not fold(text):
        raise RefusedRowError(column, _("пусто"))
    if len(text) > longest:
        raise RefusedRowError(column, _("длиннее {longest} знаков").format(longest=longest))
    if _CONTROL.search(text):
        raise RefusedRowError(column, _("посторонние знаки"))
    return text


def _website(text: str, remarks: list[Remark]) -> str:
    written = text.strip()
    if not written:
        return ""
    address = written if "://" in written else f"https://{written}"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        usable = False
    if not usable or len(address) > 300 or _CONTROL.search(address) or " " in address:
        remarks.append(Remark("website", _("не адрес сайта: {part}").format(part=written[:100])))
        return ""
    return address


def _rating(text: str, remarks: list[Remark]) -> Decimal | None:
    if not text.strip():
        return None
    try:
        rating = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        rating = Decimal(-1)
    if not rating.is_finite() or not 0 <= rating <= 5:
        remarks.append(Remark("rating", _("не оценка от 0 до 5: {part}").format(part=text.strip()[:30])))
        return None
    return rating.quantize(Decimal("0.1"))


def _email(text: str, remarks: list[Remark]) -> str:
    written = text.strip()
    if not written:
        return ""
    if len(written) > 254 or not _EMAIL.match(written) or _CONTROL.search(written):
        remarks.append(Remark("email", _("не адрес почты: {part}").format(part=written[:100])))
        return ""
    return written


def _place(
    place: tuple[float, float] | None, centre: tuple[float, float] | None, *, wide: bool, remarks: list[Remark]
) -> tuple[float | None, float | None]:
    if place is None:
        return None, None
    longitude, latitude = place
    # The country's box; Chukotka reaches over the 180th meridian.
    if not (41 <= latitude <= 82 and (19 <= longitude <= 180 or -180 <= longitude <= -168)):
        reason = _("точка не в России: {latitude}, {longitude}")
    elif centre and kilometres((latitude, longitude), centre) > (_FAR_KM_WIDE if wide else _FAR_KM):
        reason = _("точка далеко от региона адреса: {latitude}, {longitude}")
    else:
        return latitude, longitude
    remarks.append(Remark("coordinates", reason.format(latitude=latitude, longitude=longitude)))
    return None, None


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along a great circle between two points (latitude, longitude)."""
    (latitude, longitude), (latitude_to, longitude_to) = (tuple(map(radians, point)) for point in (one, other))
    half = (
        sin((latitude_to - latitude) / 2) ** 2
        + cos(latitude) * cos(latitude_to) * sin((longitude_to - longitude) / 2) ** 2
    )
    return 2 * 6371 * asin(min(1.0, sqrt(half)))


def place_of(cells: Mapping[str, str]) -> tuple[float, float] | None:
    """(longitude, latitude) of a row's own columns; not a number in either makes a point that is nowhere."""
    longitude, latitude = cells.get("longitude", ""), cells.get("latitude", "")
    if not (longitude and latitude):
        return None
    try:
        return float(longitude.replace(",", ".")), float(latitude.replace(",", "."))
    except ValueError:
        return float("nan"), float("nan")
