"""Anna's visit of two lines, told and waiting for its charge day; people who dispute and answer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from doctorlike.accounts.models import User
from doctorlike.care import commands
from doctorlike.care.models import RegisterLine
from doctorlike.care.rules import DisputeKind
from doctorlike.clinics.models import Clinic, ServicePrice
from doctorlike.copay import commands as copay
from doctorlike.copay.models import Charge
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.policies.models import Policy
from tests.appointments import builders
from tests.appointments.builders import BY
from tests.care.test_registers import AT, file, row
from tests.policies import builders as people

TODAY = date(2026, 4, 11)
NOW = datetime(2026, 4, 11, 9, tzinfo=UTC)
CHARGE_DAY = date(2026, 5, 1)
REPEATED = "B01.047.002"
PDF = b"%PDF-1.7 a paper"


def visit_of_two_lines(policy_id: UUID, clinic: Clinic) -> tuple[RegisterLine, RegisterLine]:
    """1 000.05 and 500.00 at 30 percent: shares of 300.02 and 150.00."""
    ServicePrice.objects.create(
        clinic=clinic,
        service_code=REPEATED,
        service_name="Прием повторный",
        price=Money.of("500.00"),
        valid_from_on=date(2025, 1, 1),
    )
    policy = Policy.objects.select_related("insured").get(pk=policy_id)
    content = file(row(policy, clinic), row(policy, clinic, code=REPEATED, price="500"))
    commands.import_register(content=content, file_name="апрель.csv", by=BY, at=AT)
    for charge in Charge.objects.all():
        copay.note_told(charge_id=charge.pk, at=AT)
    first, second = RegisterLine.objects.order_by("row")
    return first, second


def annas_visit(anna: User) -> tuple[RegisterLine, RegisterLine]:
    clinic = builders.clinic()
    return visit_of_two_lines(builders.covered_policy(people.ANNA, anna), clinic)


def dispute(line: RegisterLine, user: User, kind: DisputeKind = DisputeKind.NOT_GIVEN, *, on: date = TODAY) -> UUID:
    return commands.open_dispute(
        line_id=line.pk,
        user_id=user.pk,
        kind=kind,
        text="Я была у другого врача",
        files=[commands.SentFile("чек.pdf", PDF)],
        on=on,
        by=Actor.user(user.pk),
        at=NOW,
    )


def colleague(name: str, role: str = "operator") -> Actor:
    return Actor.staff(User.objects.create_user(email=f"{name}@demo.example", roles=[role]).pk)
