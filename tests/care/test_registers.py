"""From the clinic's file to what the client and the clinic see."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doctorlike.care import commands, queries
from doctorlike.care.errors import UnreadableRegisterError
from doctorlike.care.models import Encounter, Register, RegisterLine
from doctorlike.care.rules import Outcome
from doctorlike.clinics.models import Clinic, ServicePrice
from doctorlike.copay import queries as copay
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.models import LimitUse
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.policies import queries as policies
from doctorlike.policies.models import Policy
from tests.appointments import builders
from tests.appointments.builders import BY, THERAPIST
from tests.policies import builders as people

AT = datetime(2026, 4, 10, 9, tzinfo=UTC)
MRI = "A05.23.009"
HEADER = "Клиника;Номер полиса;Дата рождения;Дата визита;Код услуги;Количество;Цена"


def row(
    policy: Policy, clinic: Clinic, *, price: str = "1000,05", visit: str = "01.04.2026", code: str = THERAPIST
) -> str:
    return f"{clinic.source_key};{policy.number};{policy.insured.born_on:%d.%m.%Y};{visit};{code};1;{price}"


def _policy() -> Policy:
    user = people.account(people.ANNA)
    policy_id = builders.covered_policy(people.ANNA, user)
    return Policy.objects.select_related("insured").get(pk=policy_id)


def file(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode()


def load(*rows: str, name: str = "апрель.csv", clinic_id: UUID | None = None) -> commands.RegisterReport:
    return commands.import_register(content=file(*rows), file_name=name, clinic_id=clinic_id, by=BY, at=AT)


@pytest.fixture
def anna(db: None, clinic: Clinic) -> Policy:
    return _policy()


@pytest.fixture
def clinic(db: None) -> Clinic:
    return builders.clinic()


def test_an_accepted_line_becomes_a_service_and_a_charge(anna: Policy, clinic: Clinic) -> None:
    report = load(row(anna, clinic))
    assert (report.rows, report.accepted, report.charges) == (1, 1, 1)
    (visit,) = queries.encounters_of([anna.pk])
    (line,) = visit.lines
    assert (visit.visit_on, line.service_name) == (date(2026, 4, 1), "Прием врача-терапевта")
    assert (line.share, line.insurer_part) == (Money.of("300.02"), Money.of("700.03"))
    assert [charge.amount for charge in visit.charges] == [Money.of("300.02")]


def test_the_same_file_again_changes_nothing(anna: Policy, clinic: Clinic) -> None:
    load(row(anna, clinic))
    again = load(row(anna, clinic))
    assert (again.repeated, again.charges) == (True, 0)
    assert RegisterLine.objects.count() == 1
    assert len(copay.charges_of([anna.pk])) == 1


def test_the_same_line_in_another_file_is_refused(anna: Policy, clinic: Clinic) -> None:
    load(row(anna, clinic))
    report = load(row(anna, clinic), row(anna, clinic, visit="02.04.2026"))
    assert [refused.row for refused in report.refused] == [2]
    assert report.accepted == 1


def test_a_line_twice_in_one_file_is_accepted_once(anna: Policy, clinic: Clinic) -> None:
    report = load(row(anna, clinic), row(anna, clinic))
    assert (report.accepted, [refused.row for refused in report.refused]) == (1, [3])


def test_lines_that_come_later_make_a_charge_of_their_own(anna: Policy, clinic: Clinic) -> None:
    other = "B01.047.002"
    ServicePrice.objects.create(
        clinic=clinic,
        service_code=other,
        service_name="Прием повторный",
        price=Money.of("500.00"),
        valid_from_on=date(2025, 1, 1),
    )
    load(row(anna, clinic))
    load(row(anna, clinic, code=other, price="500"))
    (visit,) = queries.encounters_of([anna.pk])
    assert [charge.amount for charge in visit.charges] == [Money.of("300.02"), Money.of("150.00")]


def test_lines_of_one_file_use_up_a_limit_in_the_order_they_were_rendered(anna: Policy, clinic: Clinic) -> None:
    ServicePrice.objects.create(
        clinic=clinic, service_code=MRI, service_name="МРТ", price=Money.of("20000.00"), valid_from_on=date(2025, 1, 1)
    )
    days = ("04.04.2026", "02.04.2026", "03.04.2026")
    report = load(*(row(anna, clinic, code=MRI, price="20000", visit=day) for day in days), row(anna, clinic))
    assert (report.accepted, [one.words for one in report.not_covered]) == (3, ["limit_exhausted"])
    late = queries.encounters_of([anna.pk])[0]
    assert (late.visit_on, late.lines[0].covered, late.lines[0].reasons) == (
        date(2026, 4, 4),
        False,
        ("limit_exhausted",),
    )
    later = load(row(anna, clinic, code=MRI, price="20000", visit="05.04.2026"))
    assert [one.words for one in later.not_covered] == ["limit_exhausted"]
    policy = policies.policy(anna.pk)
    whole, *others = coverage.limits_of(policy, date(2026, 4, 10))
    assert whole.used == Money.of("41000.05"), "the therapist counts towards the sum insured too"
    assert [one.used for one in others if one.used] == [Money.of("40000.00")]
    assert [one.left for one in others if one.used] == [Money.zero()]


def test_a_visit_in_the_waiting_period_is_shown_as_not_covered_and_never_charged(anna: Policy, clinic: Clinic) -> None:
    report = load(row(anna, clinic, visit=f"{anna.starts_on:%d.%m.%Y}"))
    assert (report.accepted, report.charges, len(report.not_covered)) == (0, 0, 1)
    (visit,) = queries.encounters_of([anna.pk])
    assert (visit.lines[0].covered, visit.lines[0].reasons) == (False, ("waiting_period",))
    assert visit.charges == []


def test_nothing_of_a_strangers_line_is_kept_with_the_policy(anna: Policy, clinic: Clinic) -> None:
    wrong = row(anna, clinic).replace(f"{anna.insured.born_on:%d.%m.%Y}", "01.01.1970")
    report = load(wrong, row(anna, clinic).replace(anna.number, "ONDL-309999"))
    assert len(report.refused) == 2
    assert Encounter.objects.count() == 0


def test_the_question_count_does_not_grow_with_the_file(anna: Policy, clinic: Clinic) -> None:
    def questions(name: str, count: int) -> int:
        rows = [row(anna, clinic, visit="02.04.2026", code=f"{name}.{number:03d}") for number in range(count)]
        with CaptureQueriesContext(connection) as asked:
            load(*rows)
        return len(asked)

    questions("X97", 1)
    assert questions("X99", 400) == questions("X98", 10)


def test_an_unreadable_file_loads_nothing(anna: Policy, clinic: Clinic) -> None:
    with pytest.raises(UnreadableRegisterError):
        commands.import_register(content=b"\x00", file_name="x.csv", by=BY, at=AT)
    assert Register.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "нет строк"),
        (b"PK\x03\x04 not a workbook", "повреждён"),
        ("Клиника;Номер полиса;Цена\nx;ONDL-1;5".encode(), "Нет столбца «Дата рождения"),
        (b"\x00\x01\x02", "не таблица"),
        (HEADER.encode(), "нет строк"),
    ],
)
def test_another_kind_of_file_is_refused_as_a_whole(db: None, content: bytes, says: str) -> None:
    with pytest.raises(UnreadableRegisterError, match=says):
        commands.import_register(content=content, file_name="реестр", by=BY, at=AT)
    assert RegisterLine.objects.count() == 0


def test_a_visit_is_nobodys_but_its_policys(anna: Policy, clinic: Clinic) -> None:
    load(row(anna, clinic))
    encounter = Encounter.objects.get()
    assert queries.encounter(encounter.pk, [anna.pk]).lines
    with pytest.raises(NotFoundError):
        queries.encounter(encounter.pk, [encounter.pk])


def test_the_console_says_what_it_did_and_fails_loudly(
    anna: Policy, clinic: Clinic, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "апрель.csv"
    path.write_bytes(file(row(anna, clinic), row(anna, clinic, price="9999")))
    call_command("import_register", str(path))
    told = capsys.readouterr().out
    assert "строка 3: отказано" in told
    assert "Строк 2: принято 1, отказано 1" in told
    path.write_bytes(b"\x00")
    with pytest.raises(CommandError, match="не загружен"):
        call_command("import_register", str(path))
    with pytest.raises(CommandError):
        call_command("import_register", str(tmp_path / "нет.csv"))


def test_every_line_keeps_its_outcome_and_the_rules_that_made_it(anna: Policy, clinic: Clinic) -> None:
    load(row(anna, clinic), row(anna, clinic, code="X99.001"))
    kept = RegisterLine.objects.order_by("row").values_list("outcome", "reasons", "rules_version")
    assert list(kept) == [
        (Outcome.ACCEPTED, [], "2026.2"),
        (Outcome.REFUSED, ["service_not_in_price_list"], "2026.2"),
    ]


def test_lines_from_before_the_sum_insured_was_counted_are_counted_once(anna: Policy, clinic: Clinic) -> None:
    load(row(anna, clinic))
    noted = list(LimitUse.objects.values_list("line_id", "policy_id", "amount", "used_on"))
    assert len(noted) == 1
    LimitUse.objects.all().delete()
    counting = import_module("doctorlike.care.migrations.0003_uses_of_the_sum_insured").Migration.operations
    with connection.cursor() as cursor:
        for one in (*counting, *counting):
            cursor.execute(one.sql)
    assert list(LimitUse.objects.values_list("line_id", "policy_id", "amount", "used_on")) == noted
