"""From what a client typed to what the directory is asked, and back into words and addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doctorlike.appointments import queries as appointments
from doctorlike.appointments.queries import NextSlot
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.rules.places import PlaceKind, SoughtPlace
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.queries import DirectoryPage, RegionsChosen, Wish
from doctorlike.kit import clock
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import region_in_scope
from doctorlike.regions import queries as regions
from doctorlike.sites.portal.clinics.forms import OF_THE_MAP, SOONEST, Choices, DirectoryForm, answers_of
from doctorlike.sites.portal.clinics.sealed import PARAMETER, sealed
from doctorlike.ui.words import day

# In the order of their next free time clinics are put here, so no more of them are fetched.
MOST_SORTED = 1_000
# Answers that mean something only together.
_TOGETHER: Mapping[str, tuple[str, ...]] = {"lat": ("lat", "lon", "spot")}

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that was asked for, and the address of the same search without it."""

    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`free` is the next free time to tell of each clinic. `sought` is None when no place was typed."""

    found: DirectoryPage
    free: Mapping[UUID, NextSlot]
    sought: SoughtPlace | None


def directory_form(policy: PolicyView, told: Told | None = None) -> DirectoryForm:
    """The form with the regions and services there are, bound to what was told."""
    return DirectoryForm(told, regions=_regions_of_scope(policy), services=clinics.listed_services())


def plain_answers(policy: PolicyView, told: Told) -> dict[str, Any] | None:
    """What was told, as the form would have it; None where something is wrong with it."""
    return answers_of(told, lambda name: _codes_of_scope(policy) if name == "region" else _listed_codes())


def group_regions(form: DirectoryForm, view: RegionsChosen) -> None:
    """The client's own regions stand first, those still to open with their day."""
    mine, *rest, whole = form.offered("region")
    own = [(one.code, _own_name(one.name, None if one.serving else one.serves_from_on)) for one in view.chosen]
    others = [one for one in rest if one[0] not in view.codes]
    if view.fixed or not own:
        form.offer("region", [mine, whole, *own, *others])
    else:
        form.offer("region", [mine, whole, (_("Мои"), own), (_("Остальные"), others)])


def _own_name(name: str, opens_on: Any) -> str:
    return _("{name}, откроется {day}").format(name=name, day=day(opens_on)) if opens_on else name


def _regions_of_scope(policy: PolicyView) -> Choices:
    return [(one.code, one.shown_name) for one in regions.all_regions() if region_in_scope(policy.scope, one.code)]


def _codes_of_scope(policy: PolicyView) -> set[str]:
    return {one.code for one in regions.all_regions() if region_in_scope(policy.scope, one.code)}


def _listed_codes() -> set[str]:
    return {code for code, _name in clinics.listed_services()}


def ask(policy: PolicyView, told: Told, *, at: datetime, offset: int, limit: int) -> Answer:
    """What is found, a page of it. `told` is cleaned; `at` an instant, told to each clinic's own clock."""
    on, specialty = told.get("on"), told.get("specialty") or ""
    near, sought = _point(policy, told)
    by_time = told.get("sort") == SOONEST
    only: Mapping[UUID, NextSlot] | None = None
    if on or by_time:
        only = appointments.soonest_free(at=at, on=on, specialty=specialty)
    wish = Wish(
        text=told.get("q") or "",
        region=told.get("region") or "",
        specialty=specialty,
        service_code=told.get("service") or "",
        online_booking=bool(told.get("online")),
        open_at=at if told.get("open") else None,
        near=near,
        only=frozenset(only) if only is not None else None,
    )
    window = (0, MOST_SORTED) if by_time else (offset, limit)
    found = coverage.clinics_for(policy, wish, on=clock.insurer_date(at), offset=window[0], limit=window[1])
    if by_time and only is not None:
        found = _by_time(found, only, offset, limit)
    if only is None:
        ids = [entry.clinic.id for entry in found.entries if entry.clinic.online_booking]
        only = appointments.soonest_free(at=at, specialty=specialty, clinic_ids=ids) if ids else {}
    return Answer(found, only, sought)


def _by_time(found: DirectoryPage, free: Mapping[UUID, NextSlot], offset: int, limit: int) -> DirectoryPage:
    ordered = sorted(found.entries, key=lambda entry: free[entry.clinic.id].starts_at)
    return DirectoryPage(
        tuple(ordered[offset : offset + limit]),
        min(found.total, MOST_SORTED),
        found.forgiven,
        found.regions,
        found.at_least or found.total > MOST_SORTED,
        found.meant,
        found.left_out,
    )


def _point(policy: PolicyView, told: Told) -> tuple[tuple[float, float] | None, SoughtPlace | None]:
    if told.get("lat") is not None:
        return (told["lat"], told["lon"]), None
    if not told.get("near"):
        return None, None
    sought = clinics.find_place(told["near"], near_to=_codes_of_scope(policy))
    place = sought.place
    return ((place.latitude, place.longitude) if place else None), sought


def place_words(told: Told, sought: SoughtPlace | None) -> str:
    """From where the distance is counted, or nothing when it is not."""
    if told.get("lat") is not None:
        of_map = told.get("spot") == OF_THE_MAP
        return _("ближайшие к точке на карте, по прямой") if of_map else _("ближайшие к вам, по прямой")
    place = sought.place if sought else None
    if place is None:
        return ""
    if place.kind is PlaceKind.STREET:
        # No clinic stands at the house, or none was named: the street is told by a clinic on it.
        return _("ближайшие к улице, где стоит клиника «{name}», по прямой").format(name=place.name)
    name = _("метро {name}").format(name=place.name) if place.kind is PlaceKind.METRO else place.name
    return _("ближайшие к месту «{name}», по прямой").format(name=name)


def address(told: Told, user_id: UUID, *, with_map: bool = False) -> str:
    """Where the answer to this search stands."""
    query: dict[str, str] = {}
    if seal := sealed({name: _written(value) for name, value in told.items()}, user_id):
        query[PARAMETER] = seal
    if with_map:
        query["map"] = "1"
    return reverse("clinics:index") + (f"?{urlencode(query)}" if query else "")


def _written(value: Any) -> Any:
    """As the client would type it, so that the form shows it so again."""
    return "on" if value is True else f"{value:%d.%m.%Y}" if isinstance(value, date) else value


def conditions(form: DirectoryForm, told: Told, user_id: UUID, *, with_map: bool) -> list[Condition]:
    """What narrows the search, each with the way to do without it."""
    said = []
    for name, text in _said(form, told):
        gone = _TOGETHER.get(name, (name,))
        rest = {key: value for key, value in told.items() if key not in gone}
        said.append(Condition(text, address(rest, user_id, with_map=with_map)))
    return said


def _said(form: DirectoryForm, told: Told) -> Sequence[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    for name in ("q", "near"):
        if told.get(name):
            said.append((name, f"«{told[name]}»"))
    for name in ("specialty", "service", "region"):
        if told.get(name):
            said.append((name, _chosen(form, name, told[name])))
    if told.get("lat") is not None:
        said.append(("lat", _("точка на карте") if told.get("spot") == OF_THE_MAP else _("рядом со мной")))
    if told.get("on"):
        said.append(("on", _("свободное время {day}").format(day=day(told["on"]))))
    for name in ("open", "online", "sort"):
        if told.get(name):
            said.append((name, str(form.fields[name].label) if name != "sort" else _chosen(form, name, told[name])))
    return said


def _chosen(form: DirectoryForm, name: str, value: str) -> str:
    return next((str(text) for code, text in form.offered(name) if code == value), value)
