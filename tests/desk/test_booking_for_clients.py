"""The contact centre books, moves and cancels for a client: the client's own rules, and who may see what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from doctorlike.accounts.rules import Role
from doctorlike.appointments import commands
from doctorlike.appointments.models import Appointment, CallBack, Hold, Slot
from doctorlike.audit import queries as trail
from doctorlike.clinics.models import Clinic
from doctorlike.coverage.models import Guarantee, RegionSelection
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.notifications.models import Message
from tests.appointments import builders
from tests.appointments.builders import BY, NOW
from tests.desk.at_work import Colleague, anna_waits, colleague, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wednesday_morning(on_site: Callable[[str], None]):
    on_site("staff")
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def clinic(db: None) -> Clinic:
    return builders.clinic()


@pytest.fixture
def thursday(clinic: Clinic) -> list[Slot]:
    doctor = builders.doctor(clinic)
    builders.publish()
    return builders.slots(doctor)


@pytest.fixture
def call(clinic: Clinic) -> CallBack:
    return anna_waits(clinic)


@pytest.fixture
def olga(db: None) -> Colleague:
    return colleague("Ольгина")


def client_page(call: CallBack, rest: str = "") -> str:
    return f"/desk/clients/{call.policy_id}/{rest}"


def times(call: CallBack) -> str:
    return client_page(call, f"book/{call.clinic_id}/therapist/?on=2026-03-26")


def choose(who: Colleague, call: CallBack, slot: Slot) -> str:
    return who.browser.post(times(call), {"slot": slot.pk}).url


def opened(who: Colleague, call: CallBack) -> None:
    who.browser.post(client_page(call, "open/"), {"reason": "client_asked"})


def booked(call: CallBack, slot: Slot) -> Appointment:
    by = Actor.user(CallBack.objects.get(pk=call.pk).policy_id)
    hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=call.policy_id, by=by, at=NOW)
    return Appointment.objects.get(pk=commands.confirm_booking(hold_id=hold_id, by=BY, at=NOW))


def messages_about_visits() -> list[str]:
    return list(Message.objects.filter(topic="visit").order_by("created_at", "pk").values_list("text", flat=True))


def test_from_the_call_to_the_visit_the_client_is_told_who_booked(olga, call, thursday):
    olga.browser.post(f"/desk/callbacks/{call.pk}/take/")
    assert f"book/{call.clinic_id}/" in text(olga.browser.get(f"/desk/callbacks/{call.pk}/"))
    shown = text(olga.browser.get(client_page(call, f"book/{call.clinic_id}/")))
    assert "Терапевт" in shown
    shown = text(olga.browser.get(times(call)))
    assert "Доля клиента 360,00 ₽" in shown
    offered = re.findall(r'<button class="slot" name="slot" value="([0-9a-f-]+)"', shown)
    assert offered == [str(slot.pk) for slot in thursday]
    confirm = choose(olga, call, thursday[0])
    assert "Скажите клиенту и подтвердите" in text(olga.browser.get(confirm))
    answer = olga.browser.post(confirm)
    assert answer.url == f"/desk/callbacks/{call.pk}/"
    assert olga.browser.post(confirm).status_code == 302  # a double click
    visit = Appointment.objects.get()
    assert visit.booked_by == str(olga.actor)
    assert Guarantee.objects.filter(appointment_id=visit.pk).exists()
    call.refresh_from_db()
    assert (call.state, call.appointment_id) == ("booked", visit.pk)
    [told] = messages_about_visits()
    assert told.startswith("Контактный центр записал вас на 26 марта 2026, 08:00")
    actions = [one.action for one in trail.history(subject_type="appointment", subject_id=visit.pk)]
    assert "appointment.booked" in actions


def test_without_a_call_it_is_booked_from_the_clients_page(olga, call, thursday):
    assert client_page(call, "book/") in text(olga.browser.get(client_page(call)))
    assert "Ждёт звонка до 25 марта, 09:30" in text(olga.browser.get(client_page(call)))
    assert olga.browser.post(choose(olga, call, thursday[0])).url == client_page(call)
    call.refresh_from_db()
    assert call.state == "waiting"  # nobody took it


def test_clinics_are_found_by_what_is_typed_which_stands_in_no_address(olga, call, clinic, thursday):
    page = client_page(call, "book/")
    assert "Клиника на Ленина" in text(olga.browser.get(page))
    answer = olga.browser.post(page, {"q": "нет такой клиники нигде"})
    assert (answer.status_code, "Такой клиники не нашлось" in text(answer)) == (200, True)


def test_what_is_not_covered_is_not_booked_and_every_reason_is_told(olga, call, thursday):
    RegionSelection.objects.all().delete()
    shown = text(olga.browser.get(times(call)))
    assert "Этот регион ещё не выбран." in shown
    assert 'class="slot" name="slot"' not in shown
    confirm = choose(olga, call, thursday[0])
    assert olga.browser.post(confirm).url == confirm
    assert not Appointment.objects.exists()


def test_a_time_taken_a_moment_ago_is_told_with_the_nearest(olga, call, thursday):
    booked(call, thursday[3])
    answer = olga.browser.post(times(call), {"slot": thursday[3].pk}, follow=True)
    assert "Это время только что заняли" in text(answer) or "уже есть другая запись" in text(answer)


def test_a_hold_that_is_over_leads_back_to_the_times(olga, call, thursday):
    confirm = choose(olga, call, thursday[0])
    with clock.moved_to(NOW + timedelta(minutes=6)):
        assert "ended=" in olga.browser.get(confirm).url
        assert "ended=" in olga.browser.post(confirm).url


def test_released_the_time_is_free_again(olga, call, thursday):
    confirm = choose(olga, call, thursday[0])
    assert f"book/{call.clinic_id}/therapist/?on=2026-03-26" in olga.browser.post(f"{confirm}release/").url
    assert Hold.objects.get().ended_at is not None


def test_a_hold_of_the_client_or_a_colleague_is_not_for_the_operators_eyes(olga, call, thursday):
    theirs = commands.hold_slot(slot_id=thursday[0].pk, policy_id=call.policy_id, by=BY, at=NOW)
    assert olga.browser.get(client_page(call, f"hold/{theirs}/")).status_code == 404
    answer = olga.browser.post(times(call), {"slot": thursday[0].pk}, follow=True)
    assert "Клиент прямо сейчас сам выбирает это время" in text(answer)
    pyotr = colleague("Петров")
    confirm = choose(olga, call, thursday[1])
    assert pyotr.browser.get(confirm).status_code == 404
    assert pyotr.browser.post(f"{confirm}release/").status_code == 404


def test_visits_are_shown_moved_and_cancelled_only_with_a_recorded_reason(olga, call, thursday):
    visit = booked(call, thursday[0])
    move, cancel = (client_page(call, f"visits/{visit.pk}/{deed}/") for deed in ("move", "cancel"))
    assert "Терапевт" not in text(olga.browser.get(client_page(call)))
    for page in (move, cancel):
        assert olga.browser.get(page).url == client_page(call)
        assert olga.browser.post(page, {"slot": thursday[2].pk}).url == client_page(call)
    visit.refresh_from_db()
    assert (visit.state, visit.slot_id) == ("booked", thursday[0].pk)
    opened(olga, call)
    shown = text(olga.browser.get(client_page(call)))
    assert move in shown
    assert cancel in shown


def test_moved_for_the_client_it_stays_the_same_visit_and_they_are_told(olga, call, thursday):
    visit = booked(call, thursday[0])
    opened(olga, call)
    move = client_page(call, f"visits/{visit.pk}/move/")
    assert "Сейчас клиент записан на 26 марта, 08:00" in text(olga.browser.get(f"{move}?on=2026-03-26"))
    confirm = olga.browser.post(move, {"slot": thursday[2].pk}).url
    assert "Перенести запись?" in text(olga.browser.get(confirm))
    visit.refresh_from_db()
    assert visit.slot_id == thursday[0].pk
    assert olga.browser.post(confirm).url == client_page(call)
    visit.refresh_from_db()
    assert (visit.slot_id, visit.moves, visit.changed_by) == (thursday[2].pk, 1, str(olga.actor))
    assert messages_about_visits()[-1].startswith("Контактный центр перенёс вашу запись. Новое время: 26 марта")


def test_cancelled_for_the_client_they_are_told(olga, call, thursday):
    visit = booked(call, thursday[0])
    opened(olga, call)
    cancel = client_page(call, f"visits/{visit.pk}/cancel/")
    assert "Отменить запись клиента?" in text(olga.browser.get(cancel))
    olga.browser.post(cancel)
    visit.refresh_from_db()
    assert (visit.state, visit.changed_by) == ("cancelled", str(olga.actor))
    assert messages_about_visits()[-1].startswith("Контактный центр отменил запись на 26 марта 2026, 08:00")


def test_another_clients_visit_is_not_found_by_this_clients_address(olga, call, thursday):
    visit = booked(call, thursday[0])
    opened(olga, call)
    other = visit.pk
    assert olga.browser.get(f"/desk/clients/{visit.pk}/visits/{other}/move/").status_code == 404


@pytest.mark.parametrize("role", [Role.FINANCE, Role.MEDICAL_EXPERT, Role.AUDITOR])
def test_booking_for_clients_is_the_operators_work(role, call, thursday):
    somebody = colleague("Другой", role)
    for page in (client_page(call, "book/"), times(call)):
        assert somebody.browser.get(page).status_code == 404
