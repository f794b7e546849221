"""«Здесь ошибка»: what is taken, how often, and how the answer comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from doctorlike.accounts.models import User
from doctorlike.audit import queries as trail
from doctorlike.clinics.commands.reports import forget_reports, report_mistake, settle_report
from doctorlike.clinics.errors import TooManyReportsError
from doctorlike.clinics.models import ClinicReport
from doctorlike.clinics.queries.reports import report, reports_of, reports_waiting
from doctorlike.clinics.rules.reports import MOST_A_DAY, ReportKind, ReportState, may_report
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.notifications.models import Message
from tests.coverage.builders import clinic_in, network
from tests.policies.builders import ANNA, account

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 1, 9, tzinfo=UTC)
DESK = Actor.staff(new_id())


@pytest.fixture
def anna() -> User:
    network()
    return account(ANNA, email=ANNA.email)


def sent(
    user: User, clinic_id: UUID, kind: ReportKind = ReportKind.PHONE, at: datetime = AT, text: str = "Занято"
) -> UUID:
    return report_mistake(clinic_id=clinic_id, kind=kind, text=text, user_id=user.pk, by=Actor.user(user.pk), at=at)


def test_the_desk_sees_the_longest_waiting_first_and_the_client_their_own(anna: User) -> None:
    clinic_id = clinic_in("RU-SAM").id
    later = sent(anna, clinic_id, ReportKind.HOURS, AT + timedelta(hours=1))
    first = sent(anna, clinic_id)
    assert [one.id for one in reports_waiting()] == [first, later]
    assert [one.id for one in reports_of(anna.pk)] == [later, first]
    assert reports_of(new_id()) == []


def test_the_same_said_again_is_one_report_with_the_newer_words(anna: User) -> None:
    clinic_id = clinic_in("RU-SAM").id
    first = sent(anna, clinic_id)
    assert sent(anna, clinic_id, at=AT + timedelta(minutes=5), text="Теперь не отвечают") == first
    assert report(first).text == "Теперь не отвечают"
    assert ClinicReport.objects.count() == 1


def test_nobody_floods_the_desk(anna: User) -> None:
    places = [clinic_in(code).id for code in ("RU-SAM", "RU-PER", "RU-MOW", "RU-MOS", "RU-LEN")]
    for clinic_id in places[:MOST_A_DAY]:
        sent(anna, clinic_id)
    with pytest.raises(TooManyReportsError):
        sent(anna, places[0], ReportKind.OTHER)
    assert sent(anna, places[0], ReportKind.OTHER, AT + timedelta(days=1))


def test_a_day_is_the_last_twenty_four_hours() -> None:
    many = [AT] * MOST_A_DAY
    assert not may_report(many, AT + timedelta(hours=23, minutes=59))
    assert may_report(many, AT + timedelta(hours=24))


def test_the_answer_comes_back_and_the_letter_tells_nothing_of_it(anna: User) -> None:
    clinic = clinic_in("RU-SAM")
    report_id = sent(anna, clinic.id)
    settle_report(
        report_id=report_id,
        answer="Телефон исправили",
        note="Возьмите паспорт",
        account_url="http://localhost:8000/cabinet/clinics/reports/",
        by=DESK,
        at=AT,
    )
    [told] = reports_of(anna.pk)
    assert (told.state, told.answer) == (ReportState.SETTLED, "Телефон исправили")
    letter = Message.objects.get(topic="clinic_report")
    assert letter.to == ANNA.email
    assert "/cabinet/clinics/reports/" in letter.text
    for private in (clinic.name, "Телефон", "Садовая"):
        assert private not in letter.text + letter.subject
    checked = clinic_in("RU-SAM")
    assert (checked.insurance_note, checked.confirmed_on) == ("Возьмите паспорт", date(2026, 4, 1))


def test_settling_twice_answers_once(anna: User) -> None:
    report_id = sent(anna, clinic_in("RU-SAM").id)
    for answer in ("Исправили", "Ещё раз"):
        settle_report(report_id=report_id, answer=answer, by=DESK, at=AT)
    assert report(report_id).answer == "Исправили"
    assert Message.objects.filter(topic="clinic_report").count() == 1


def test_both_deeds_are_in_the_trail_without_the_words(anna: User) -> None:
    clinic_id = clinic_in("RU-SAM").id
    settle_report(report_id=sent(anna, clinic_id), answer="Исправили", by=DESK, at=AT)
    noted = trail.history(subject_type="clinic", subject_id=clinic_id)
    assert {one.action for one in noted} == {"clinic_report.sent", "clinic_report.settled"}
    assert "Занято" not in str([one.details for one in noted])


def test_the_words_lie_encrypted(anna: User) -> None:
    sent(anna, clinic_in("RU-SAM").id, text="Лечусь у них от астмы")
    with connection.cursor() as cursor:
        cursor.execute("select text::text from clinics_clinicreport")
        assert "астм" not in cursor.fetchone()[0]


def test_who_closes_the_account_leaves_no_words_behind(anna: User) -> None:
    sent(anna, clinic_in("RU-SAM").id)
    assert [forget_reports(user_id=anna.pk, by=DESK, at=AT) for _ in range(2)] == [1, 0]
    assert reports_of(anna.pk) == []


def test_a_clinic_that_is_not_there_gets_no_report(anna: User) -> None:
    with pytest.raises(NotFoundError):
        sent(anna, new_id())
