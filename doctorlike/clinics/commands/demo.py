"""The invented network of a demonstration."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.clinics.commands.network import BATCH_ROWS, open_memberships, scopes_of, store_spans
from doctorlike.clinics.commands.searching import index_clinics
from doctorlike.clinics.models import Clinic, ServicePrice
from doctorlike.clinics.rules import DemoClinic, DemoPlace, demo_clinics, search_text
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.spelling import fold
from doctorlike.regions import queries as regions

PLACES = Path(__file__).parents[1] / "data" / "demo_places.csv"


@transaction.atomic
def seed_demo_network(*, by: Actor, at: datetime) -> int:
    """Two or three clinics in every shipped region, with price lists, labelled as invented; returns how many were
    added. Needs the regions; repeating adds nothing."""
    zones = {region.code: region.zones[0] for region in regions.all_regions()}
    known = set(Clinic.objects.filter(is_demo=True).values_list("source_key", flat=True))
    fresh = {
        new_id(): clinic
        for clinic in demo_clinics([place for place in _places() if place.region_code in zones])
        if clinic.source_key not in known
    }
    if not fresh:
        return 0
    Clinic.objects.bulk_create(
        [_row(clinic_id, clinic, zones[clinic.region_code]) for clinic_id, clinic in fresh.items()],
        batch_size=BATCH_ROWS,
    )
    # In force long before the demo's first policy, so that past visits find a network and a price too.
    since_on = clock.insurer_date(at).replace(month=1, day=1)
    since_on = since_on.replace(year=since_on.year - 2)
    ServicePrice.objects.bulk_create(
        list(_prices(fresh, since_on)),
        batch_size=BATCH_ROWS,
    )
    store_spans({clinic_id: clinic.hours for clinic_id, clinic in fresh.items()})
    index_clinics(fresh, on=clock.insurer_date(at))
    open_memberships({clinic_id: scopes_of(clinic.region_code) for clinic_id, clinic in fresh.items()}, since_on)
    audit.record_many(by=by, at=at, action="clinic.demo_added", subject_type="clinic", subject_ids=list(fresh))
    return len(fresh)


def _places() -> Iterator[DemoPlace]:
    with PLACES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield DemoPlace(
                row["code"], row["city"], float(row["latitude"]), float(row["longitude"]), row["phone_code"]
            )


def _row(clinic_id: UUID, clinic: DemoClinic, zone: str) -> Clinic:
    return Clinic(
        id=clinic_id,
        source_key=clinic.source_key,
        name=clinic.name,
        region_id=clinic.region_code,
        city=clinic.city,
        address=clinic.address,
        latitude=clinic.latitude,
        longitude=clinic.longitude,
        zone=zone,
        phones=[[phone.e164, phone.extension] for phone in clinic.phones],
        hours=clinic.hours.as_json(),
        hours_text=clinic.hours_text,
        care_kinds=[kind.value for kind in clinic.care_kinds],
        online_booking=clinic.online_booking,
        is_demo=True,
        sort_key=fold(clinic.name),
        search_text=search_text(
            name=clinic.name,
            address=clinic.address,
            metro=(),
            care_kinds=clinic.care_kinds,
            service_codes=[code for code, _name, _price in clinic.prices],
        ),
    )


def _prices(clinics: dict[UUID, DemoClinic], since_on: date) -> Iterator[ServicePrice]:
    for clinic_id, clinic in clinics.items():
        for code, name, price in clinic.prices:
            yield ServicePrice(
                clinic_id=clinic_id, service_code=code, service_name=name, price=price, valid_from_on=since_on
            )
