"""./manage.py seed_demo: what a demonstration starts with. Everything in it is invented and labelled so."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from doctorlike.accounts import commands as accounts
from doctorlike.accounts import queries as people
from doctorlike.appointments import commands as appointments
from doctorlike.clinics import commands as clinics
from doctorlike.clinics import queries as network
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.products import commands as products
from doctorlike.regions import commands as regions
from doctorlike.sites.links import absolute
from doctorlike.telemed import commands as telemed

REGISTRARS_CLINIC_KEY = "demo-RU-SAM-1"
CREDENTIALS = "Вымышленный врач демонстрации"


class Command(BaseCommand):
    help = "Заполнить демонстрацию: регионы, продукт, сеть клиник, расписания, люди. Повторять можно."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Демонстрационные данные нужны только демонстрации (DEMO=1).")
        clock.refresh()
        by, at = Actor.system("demo"), clock.now()
        with transaction.atomic():
            self._tell("регионов", regions.load_shipped_regions(by=by, at=at))
            products.seed_demo_product(by=by, at=at)
            self._tell("клиник", clinics.seed_demo_network(by=by, at=at))
            staff = accounts.seed_demo_people(by=by, at=at)
            clinic_id = network.find_by_key([REGISTRARS_CLINIC_KEY])[REGISTRARS_CLINIC_KEY]
            clinics.assign_staff(user_id=staff["registrar"], clinic_id=clinic_id, by=by, at=at)
            for name, speciality in (("doctor1", "Терапевт"), ("doctor2", "Педиатр")):
                person = people.user_card(staff[name]).person
                assert person is not None  # noqa: S101  # demo staff are named people
                telemed.enrol_doctor(
                    user_id=staff[name],
                    full_name=person.full_name,
                    speciality=speciality,
                    credentials=CREDENTIALS,
                    by=by,
                    at=at,
                )
            self._tell("шаблонов заключений", telemed.seed_demo_templates(by=by, at=at))
            accounts.register_telemed_client(redirect_uri=absolute("telemed", "signin:callback"), by=by, at=at)
        self._tell("окон для записи", appointments.seed_demo_schedules(by=by, at=at))

    def _tell(self, what: str, added: int) -> None:
        self.stdout.write(f"добавлено {what}: {added}")
