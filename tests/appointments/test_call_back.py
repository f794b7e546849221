"""«Перезвоните мне»: what is promised to a client, and what the contact centre does with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from doctorlike.accounts.models import User
from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import CallIsOverError, CallIsTakenError, CallWaitsError
from doctorlike.appointments.models import CallBack
from doctorlike.appointments.rules import CallResult
from doctorlike.audit import queries as trail
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.notifications.models import Message
from tests.appointments.builders import NOW
from tests.policies import builders as people

pytestmark = pytest.mark.django_db
# 9:00 in Moscow on a Wednesday.
PROMISED = NOW + timedelta(minutes=30)
WISH = "Терапевт, лучше утром"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def browser(anna, on_site, client):
    on_site("portal")
    client.force_login(anna.user)
    return client


@pytest.fixture
def olga() -> Actor:
    return Actor.staff(new_id())


@pytest.fixture
def pyotr() -> Actor:
    return Actor.staff(new_id())


def text(answer) -> str:
    return answer.content.decode().replace("\u00a0", " ")


def asked(who, at: datetime = NOW, **changed) -> UUID:
    told = {"clinic_id": None, "phone": "+79270000012", "wish": WISH} | changed
    return commands.ask_call_back(policy_id=who.policy_id, **told, by=who.actor, at=at)


def state(call_id: UUID) -> str:
    return CallBack.objects.get(pk=call_id).state


def test_the_client_asks_and_sees_until_when_they_are_called(browser, anna, clinic):
    page = text(browser.get(f"/cabinet/call/?clinic={clinic.pk}"))
    assert "Позвоним до 25 марта, 09:30 и запишем к врачу." in page
    assert "Клиника: Клиника на Ленина." in page
    assert 'value="+7 927 000-00-12"' in page  # their own, of the account
    answer = browser.post("/cabinet/call/", {"clinic": clinic.pk, "phone": "8 (912) 345-67-89", "wish": WISH})
    assert answer.url == "/cabinet/call/"
    call = CallBack.objects.get()
    assert (call.phone, call.clinic_id, call.wish, call.promised_at) == ("+79123456789", clinic.pk, WISH, PROMISED)
    page = text(browser.get("/cabinet/call/"))
    assert "Позвоним до 25 марта, 09:30" in page
    assert WISH in page
    assert 'name="phone"' not in page  # one at a time


def test_a_wrong_phone_is_refused_in_the_houses_words(browser):
    answer = browser.post("/cabinet/call/", {"phone": "12", "wish": WISH})
    assert answer.status_code == 422
    assert "Введите номер телефона целиком" in text(answer)
    assert WISH in text(answer)
    assert not CallBack.objects.exists()


def test_after_hours_the_next_morning_is_promised(browser):
    with clock.moved_to(datetime(2026, 3, 25, 18, tzinfo=UTC)):  # 21:00 in Moscow
        assert "Позвоним до 26 марта, 08:30" in text(browser.get("/cabinet/call/"))


def test_one_request_is_open_at_a_time(browser, anna):
    first = asked(anna)
    assert asked(anna) == first  # a double click
    with pytest.raises(CallWaitsError):
        asked(anna, wish="Хирург")
    commands.cancel_call_back(call_id=first, by=anna.actor, at=NOW)
    assert asked(anna, wish="Хирург") != first


def test_a_client_cancels_and_may_do_so_twice(browser, anna):
    call_id = asked(anna)
    for _press in range(2):
        assert browser.post(f"/cabinet/call/{call_id}/cancel/").url == "/cabinet/call/"
    assert state(call_id) == "cancelled"
    assert "Вы отменили звонок" in text(browser.get("/cabinet/call/"))


def test_anothers_call_does_not_exist(browser, boris):
    assert browser.post(f"/cabinet/call/{asked(boris)}/cancel/").status_code == 404


def test_of_several_people_one_is_chosen(browser, anna, clinic):
    mitya = people.policy(people.MITYA, people.ANNA)
    page = text(browser.get("/cabinet/call/"))
    assert "Для кого запись" in page
    browser.post("/cabinet/call/", {"policy": str(mitya), "phone": "+79270000012"})
    assert CallBack.objects.get().policy_id == mitya
    page = text(browser.get("/cabinet/call/"))
    assert 'name="phone"' in page  # for Anna herself there is none yet
    assert 'name="policy"' not in page


def test_without_a_policy_the_page_says_whom_to_call(on_site, client, clinic):
    on_site("portal")
    client.force_login(people.account(people.BORIS))
    assert "Записать пока некого" in text(client.get("/cabinet/call/"))


def test_the_place_is_on_every_page_of_the_account(browser, clinic):
    for page in ("/cabinet/", "/cabinet/visits/", "/cabinet/documents/", f"/cabinet/clinics/{clinic.pk}/"):
        assert 'href="/cabinet/call/"' in text(browser.get(page))


def test_the_queue_is_in_the_order_of_promises_and_marks_what_is_overdue(anna, boris):
    late = asked(boris, at=NOW - timedelta(minutes=40))
    soon = asked(anna)
    queue = queries.call_queue(NOW)
    assert [one.id for one in queue] == [late, soon]
    assert [(one.overdue, one.minutes) for one in queue] == [(True, 10), (False, 30)]
    assert not any(hasattr(one, "wish") for one in queue)


def test_what_one_operator_has_taken_another_does_not_get(anna, olga, pyotr):
    call_id = asked(anna)
    for _press in range(2):
        commands.take_call(call_id=call_id, by=olga, at=NOW)
    with pytest.raises(CallIsTakenError):
        commands.take_call(call_id=call_id, by=pyotr, at=NOW)
    commands.put_call_back(call_id=call_id, by=pyotr, at=NOW)  # Olga has gone home
    commands.take_call(call_id=call_id, by=pyotr, at=NOW)
    assert CallBack.objects.get().taken_by == str(pyotr)


def test_not_reached_a_new_call_is_promised_and_told_without_a_word_of_health(anna, olga):
    call_id = asked(anna)
    commands.take_call(call_id=call_id, by=olga, at=NOW)
    assert commands.note_not_reached(call_id=call_id, by=olga, at=NOW + MINUTE) == "waiting"
    call = queries.call(call_id)
    assert (call.promised_at, call.tries, call.taken_by) == (NOW + 61 * MINUTE, 1, "")
    [message] = Message.objects.filter(topic="call")
    assert message.to == people.ANNA.email
    assert "до 25 марта, 10:01 по часам контактного центра" in message.text
    assert "Терапевт" not in message.text


def test_the_third_time_closes_the_request_and_tells(browser, anna, olga):
    call_id = asked(anna)
    for _try in range(3):
        commands.take_call(call_id=call_id, by=olga, at=NOW)
        commands.note_not_reached(call_id=call_id, by=olga, at=NOW)
    call = queries.call(call_id)
    assert (call.state, call.result) == ("closed", CallResult.NOT_REACHED)
    last = Message.objects.filter(topic="call").order_by("created_at", "pk").last()
    assert last is not None
    assert "попросите перезвонить снова" in last.text
    assert "Не дозвонились" in text(browser.get("/cabinet/call/"))


def test_closed_with_a_result_nothing_more_comes_of_it(anna, olga):
    call_id = asked(anna)
    commands.take_call(call_id=call_id, by=olga, at=NOW)
    commands.close_call(call_id=call_id, result=CallResult.ANSWERED, by=olga, at=NOW)
    commands.close_call(call_id=call_id, result=CallResult.NOT_NEEDED, by=olga, at=NOW)
    assert queries.call(call_id).result == CallResult.ANSWERED
    for again in (commands.take_call, commands.put_call_back, commands.cancel_call_back):
        with pytest.raises(CallIsOverError):
            again(call_id=call_id, by=olga, at=NOW)


def test_the_wish_is_read_by_whoever_took_the_call_and_each_reading_is_noted(anna, olga, pyotr):
    call_id = asked(anna)
    with pytest.raises(NotFoundError):
        commands.note_call_read(call_id=call_id, by=olga, at=NOW)
    commands.take_call(call_id=call_id, by=olga, at=NOW)
    with pytest.raises(NotFoundError):
        commands.note_call_read(call_id=call_id, by=pyotr, at=NOW)
    commands.note_call_read(call_id=call_id, by=olga, at=NOW)
    actions = [one.action for one in trail.history(subject_type="policy", subject_id=anna.policy_id)]
    assert actions.count("call.read") == 1


def test_booked_for_the_client_the_call_ends_with_the_visit_and_the_client_is_told_who_booked(anna, thursday):
    operator = people.account(people.BORIS)
    User.objects.filter(pk=operator.pk).update(roles=["operator"])
    olga = Actor.staff(operator.pk)
    call_id = asked(anna)
    commands.take_call(call_id=call_id, by=olga, at=NOW)
    hold_id = commands.hold_slot(slot_id=thursday[0].pk, policy_id=anna.policy_id, by=olga, at=NOW)
    visit_id = commands.book_for_client(hold_id=hold_id, by=olga, at=NOW)
    assert commands.book_for_client(hold_id=hold_id, by=olga, at=NOW) == visit_id
    call = queries.call(call_id)
    assert (call.state, call.appointment_id) == ("booked", visit_id)
    [message] = Message.objects.filter(topic="visit")
    assert message.to == people.ANNA.email
    assert message.text.startswith("Контактный центр записал вас на 26 марта 2026, 08:00")


def test_a_call_somebody_else_has_taken_does_not_end_with_a_visit(anna, olga, pyotr, thursday):
    call_id = asked(anna)
    commands.take_call(call_id=call_id, by=pyotr, at=NOW)
    hold_id = commands.hold_slot(slot_id=thursday[0].pk, policy_id=anna.policy_id, by=anna.actor, at=NOW)
    commands.book_for_client(hold_id=hold_id, by=anna.actor, at=NOW)
    assert state(call_id) == "taken"
