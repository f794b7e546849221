"""A clinic sends its registers, names its columns once, reads the answers: its own ones only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from doctorlike.care import commands as care
from doctorlike.care.models import Register, RegisterLine
from doctorlike.clinics import commands as clinics
from doctorlike.kit import clock
from doctorlike.policies.models import Policy
from tests.appointments import builders
from tests.appointments.builders import BY, NOW, THERAPIST
from tests.jobs import run_jobs
from tests.policies import builders as people


def register_of(policy: Policy, heading: str = "Номер полиса;Дата рождения;Дата визита;Код услуги;Цена") -> bytes:
    told = [policy.number, f"{policy.insured.born_on:%d.%m.%Y}", "25.03.2026", THERAPIST, "1000"]
    return f"{heading}\n{';'.join(told)}\n{';'.join([*told[:4], '9999'])}".encode()


def send(browser: Browser, content: bytes, address: str = "/reception/registers/") -> Any:
    return browser.post(address, {"file": SimpleUploadedFile("март.csv", content)})


def anna() -> Policy:
    policy_id = builders.covered_policy(people.ANNA, people.account(people.ANNA))
    return Policy.objects.select_related("insured").get(pk=policy_id)


def test_a_register_is_sent_watched_answered_and_corrected(counter: Browser) -> None:
    with clock.moved_to(NOW):
        sent = send(counter, register_of(anna()))
        page = counter.get(sent["Location"])
        assert 'id="progress"' in page.content.decode()
        run_jobs()
        assert counter.get(f"{sent['Location']}progress/")["HX-Refresh"] == "true"
        page = counter.get(sent["Location"]).content.decode()
        assert "Принят частично" in page
        assert "Цена выше прейскуранта" in page
        answer = counter.get(f"{sent['Location']}answer/")
        told = answer.content.decode("utf-8-sig").splitlines()
        assert told[0].endswith("Решение;Причина;Доля клиента, ₽;Доля страховой, ₽")
        assert [line.split(";")[5] for line in told[1:]] == ["Принято", "Отказано"]
        register_id = Register.objects.values_list("pk", flat=True).get()
        fixed = register_of(Policy.objects.select_related("insured").get()).replace(b"1000", b"900")
        send(counter, fixed, f"/reception/registers/?corrects={register_id}")
        run_jobs()
    reversed_of = RegisterLine.objects.filter(reversed_at__isnull=False).values_list("register", flat=True)
    assert list(reversed_of) == [register_id]


def test_columns_of_ones_own_are_named_once(counter: Browser) -> None:
    policy = anna()
    with clock.moved_to(NOW):
        sent = send(counter, register_of(policy, "Кто;Родился;Когда;Что;Почём"))
        assert sent["Location"].endswith("/columns/")
        assert "25.03.2026" in counter.get(sent["Location"]).content.decode()
        assert "Выберите столбец" in counter.post(sent["Location"], {"column_price": "почём"}).content.decode()
        named = {
            "column_policy_number": "кто",
            "column_born_on": "родился",
            "column_visit_on": "когда",
            "column_service_code": "что",
            "column_price": "почём",
        }
        assert not counter.post(sent["Location"], named)["Location"].endswith("/columns/")
        run_jobs()
    assert RegisterLine.objects.filter(outcome="accepted").count() == 1


def test_another_clinics_register_is_no_page_here(counter: Browser, staff: Any) -> None:
    with clock.moved_to(NOW):
        send(counter, register_of(anna()))
        run_jobs()
    register_id: UUID = Register.objects.values_list("pk", flat=True).get()
    other = builders.clinic("Другая")
    stranger = staff("registrar", email="other@clinic.example")
    clinics.assign_staff(user_id=stranger.pk, clinic_id=other.pk, by=BY, at=NOW)
    browser = Browser()
    browser.force_login(stranger)
    for page in ("", "columns/", "progress/", "answer/"):
        assert browser.get(f"/reception/registers/{register_id}/{page}").status_code == 404
    assert "март.csv" not in browser.get("/reception/registers/").content.decode()
    assert browser.post(f"/reception/registers/?corrects={register_id}").status_code == 404


def test_the_very_same_file_of_another_clinic_is_not_told_of(counter: Browser, staff: Any) -> None:
    content = register_of(anna())
    care.receive_register(
        content=content,
        file_name="чужой.csv",
        clinic_id=builders.clinic("Другая").pk,
        came_by="desk",
        by=BY,
        at=NOW,  # type: ignore[arg-type]
    )
    with clock.moved_to(NOW):
        assert send(counter, content).status_code == 404
