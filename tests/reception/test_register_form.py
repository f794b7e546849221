"""The day's register form: exactly who came, in the columns the insurer reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client as Browser

from doctorlike.care import commands as care
from doctorlike.clinics import commands as clinics
from doctorlike.kit import clock
from tests.appointments import builders
from tests.appointments.builders import BY, NOW

FORM = "/reception/register.csv?on=2026-03-26"


def test_the_form_holds_who_came_and_is_read_by_the_insurer(counter: Browser, visit_id: UUID) -> None:
    with clock.moved_to(NOW + timedelta(days=1)):
        assert len(counter.get(FORM).content.decode("utf-8-sig").splitlines()) == 1
        counter.post(f"/reception/visits/{visit_id}/arrived/")
        answer = counter.get(FORM)
        assert answer["Content-Disposition"] == 'attachment; filename="register-2026-03-26.csv"'
        report = care.import_register(
            content=answer.content, file_name="register.csv", by=BY, at=NOW + timedelta(days=2)
        )
    assert (report.rows, report.accepted, report.charges) == (1, 1, 1)


def test_another_clinics_visits_are_not_in_it(
    counter: Browser, visit_id: UUID, staff: Any, on_site: Any, client: Browser
) -> None:

    with clock.moved_to(NOW + timedelta(days=1)):
        counter.post(f"/reception/visits/{visit_id}/arrived/")
        stranger = staff("registrar", email="other@clinic.example")
        other = builders.clinic("Другая")
        clinics.assign_staff(user_id=stranger.pk, clinic_id=other.pk, by=BY, at=NOW)
        browser = Browser()
        browser.force_login(stranger)
        assert len(browser.get(FORM).content.decode("utf-8-sig").splitlines()) == 1
