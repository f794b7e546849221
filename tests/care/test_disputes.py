"""A line is disputed, answered and complained about, and the money follows. Figures: docs/rules/disputes.md."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connections

from doctorlike.accounts.models import User
from doctorlike.audit import queries as trail
from doctorlike.care import commands, queries
from doctorlike.care.errors import (
    AlreadyAnsweredError,
    AlreadyDisputedError,
    NothingToComplainError,
    SamePersonAnswersError,
    UnsuitableFileError,
)
from doctorlike.care.models import Complaint, Dispute, DisputeFile, RegisterLine
from doctorlike.care.rules import (
    LARGEST_ATTACHMENT_BYTES,
    DisputeKind,
    DisputeState,
)
from doctorlike.clinics.models import Clinic
from doctorlike.copay import queries as copay
from doctorlike.copay.models import Charge
from doctorlike.coverage import queries as coverage
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.models import Message
from doctorlike.payments import commands as payments
from doctorlike.payments.models import Refund
from doctorlike.policies import queries as policies
from doctorlike.policies.models import Policy
from tests.appointments import builders
from tests.care import dispute_stage as stage
from tests.care.dispute_stage import CHARGE_DAY, NOW, TODAY, colleague, dispute
from tests.copay import stage as money
from tests.jobs import run_jobs
from tests.policies import builders as people
from tests.sandbox_process import outside, sandbox_running  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(db: None) -> User:
    return people.account(people.ANNA, email=people.ANNA.email)


@pytest.fixture
def lines(anna: User) -> tuple[RegisterLine, RegisterLine]:
    return stage.annas_visit(anna)


@pytest.fixture
def line(lines: tuple[RegisterLine, RegisterLine]) -> RegisterLine:
    return lines[0]


def uphold(dispute_id: UUID, by: Actor) -> None:
    commands.uphold_dispute(dispute_id=dispute_id, answer="Клиника ошиблась.", by=by, at=NOW)


def reject(dispute_id: UUID, by: Actor) -> None:
    commands.reject_dispute(dispute_id=dispute_id, answer="Есть ваша подпись.", by=by, at=NOW)


def complain(dispute_id: UUID, user: User, on: date = TODAY) -> str:
    return commands.complain(
        dispute_id=dispute_id, user_id=user.pk, text="Подпись не моя", on=on, by=Actor.user(user.pk), at=NOW
    )


def to_pay() -> list[str]:
    return [str(charge.to_pay) for charge in Charge.objects.order_by("created_at", "id")]


def money_words(dispute_id: UUID) -> str:
    return queries.dispute(dispute_id).money_text.replace("\u00a0", " ")


class TestByWhom:
    def test_the_insured_disputes_and_the_share_leaves_the_charge(self, anna: User, line: RegisterLine) -> None:
        shown = queries.dispute_for(anna.pk, dispute(line, anna), TODAY)
        assert (shown.text, shown.state, shown.kind_text) == (
            "Я была у другого врача",
            DisputeState.OPEN,
            "Я не получал эту услугу",
        )
        assert to_pay() == ["150.00"]
        assert money_words(shown.id) == "Ваша доля 300,02 ₽ заморожена: не спишем её, пока не ответим."
        (file,) = shown.files
        assert queries.attached_file_for(anna.pk, shown.id, file.id, TODAY) == (file, stage.PDF)

    def test_what_the_client_wrote_is_not_readable_in_the_database(self, anna: User, line: RegisterLine) -> None:
        dispute(line, anna)
        raw = Dispute.objects.raw("select id, encode(text, 'escape') as stored from care_dispute")[0].stored
        named = DisputeFile.objects.raw("select id, encode(name, 'escape') as stored from care_disputefile")[0].stored
        assert "врач" not in raw
        assert "чек" not in named

    def test_a_stranger_and_a_policyholder_of_an_adult_dispute_nothing(self, anna: User, line: RegisterLine) -> None:
        boris = people.account(people.BORIS)
        holder = people.policy(people.ANNA, people.BORIS, phone=people.BORIS.phone)
        for whose in (line, self._line_of(holder, boris)):
            with pytest.raises(NotFoundError):
                dispute(whose, boris)
            with pytest.raises(NotFoundError):
                queries.line_for(boris.pk, whose.pk, TODAY)
        opened = dispute(line, anna)
        file = queries.dispute(opened).files[0]
        with pytest.raises(NotFoundError):
            queries.attached_file_for(boris.pk, opened, file.id, TODAY)
        with pytest.raises(NotFoundError):
            complain(opened, boris)

    def _line_of(self, policy_id: UUID, user: User) -> RegisterLine:
        builders.cover(policy_id, user)
        policy = Policy.objects.select_related("insured").get(pk=policy_id)
        content = stage.file(stage.row(policy, Clinic.objects.get()))
        commands.import_register(content=content, file_name="май.csv", by=stage.BY, at=stage.AT)
        return RegisterLine.objects.get(encounter__policy=policy_id)

    def test_an_adult_disputes_for_a_child_until_the_fifteenth_birthday(self, anna: User) -> None:
        clinic = builders.clinic()
        policy_id = builders.cover(people.policy(people.MITYA, people.ANNA), anna)
        first, _second = stage.visit_of_two_lines(policy_id, clinic)
        child = Policy.objects.select_related("insured").get(pk=policy_id).insured
        child.born_on = date(2011, 4, 11)
        child.save()
        with pytest.raises(NotFoundError):
            dispute(first, anna, on=date(2026, 4, 11))
        assert dispute(first, anna, on=date(2026, 4, 10))


class TestOnce:
    def test_a_line_is_disputed_once_also_after_the_answer(self, anna: User, line: RegisterLine) -> None:
        opened = dispute(line, anna)
        for _again in range(2):
            with pytest.raises(AlreadyDisputedError):
                dispute(line, anna, DisputeKind.WRONG_PRICE)
            if queries.dispute(opened).state is DisputeState.OPEN:
                reject(opened, colleague("olga"))

    def test_an_answer_is_one(self, anna: User, line: RegisterLine) -> None:
        opened, olga = dispute(line, anna), colleague("olga")
        uphold(opened, olga)
        for answer in (uphold, reject):
            with pytest.raises(AlreadyAnsweredError):
                answer(opened, olga)

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_make_one(self, anna: User, line: RegisterLine) -> None:
        ready, told = threading.Barrier(3), []

        def apart() -> None:
            ready.wait()
            try:
                dispute(line, anna)
                told.append("made")
            except AlreadyDisputedError:
                told.append("refused")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=apart) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == ["made", "refused", "refused"]
        assert to_pay() == ["150.00"]


def used(user: User) -> str:
    """Of the sum insured."""
    (policy,) = policies.policies_of(user.pk, TODAY)
    return str(coverage.limits_of(policy, TODAY)[0].used)


class TestAnswers:
    @pytest.mark.parametrize(
        ("kind", "left"), [(DisputeKind.NOT_GIVEN, "500.00"), (DisputeKind.WRONG_PRICE, "1500.05")]
    )
    def test_a_service_never_given_uses_nothing_of_the_limits(
        self, anna: User, line: RegisterLine, kind: DisputeKind, left: str
    ) -> None:
        assert used(anna) == "1500.05"
        uphold(dispute(line, anna, kind), colleague("olga"))
        assert used(anna) == left

    def test_upheld_the_insurer_bears_it_and_the_client_hears_of_an_answer(
        self, anna: User, line: RegisterLine
    ) -> None:
        opened = dispute(line, anna)
        uphold(opened, colleague("olga"))
        shown = queries.dispute(opened)
        assert (shown.state, shown.answer, to_pay()) == (DisputeState.UPHELD, "Клиника ошиблась.", ["150.00"])
        assert money_words(opened) == "300,02 ₽ не спишем: эту долю оплатит страховая."
        told = Message.objects.filter(topic="dispute")
        assert {message.channel for message in told} == {"email", "sms"}
        assert all("обращение от 11 апреля 2026" in message.text.replace("\u00a0", " ") for message in told)
        assert not any("Прием" in message.text or "Клиника" in message.text for message in Message.objects.all())

    def test_rejected_it_is_charged_by_itself_told_anew(self, anna: User, line: RegisterLine) -> None:
        opened = dispute(line, anna)
        reject(opened, colleague("olga"))
        assert to_pay() == ["150.00", "300.02"]
        assert money_words(opened) == "300,02 ₽ станут отдельным списанием. О сумме и дне мы сообщим заранее."

    def test_both_lines_disputed_leave_nothing_to_charge(
        self, anna: User, lines: tuple[RegisterLine, RegisterLine]
    ) -> None:
        for one in lines:
            dispute(one, anna)
        assert Charge.objects.get().state == "withdrawn"

    def test_a_line_that_costs_nothing_is_disputed_without_money(self, anna: User) -> None:
        clinic = builders.clinic()
        policy_id = builders.covered_policy(people.ANNA, anna, percent=0)
        line, _other = stage.visit_of_two_lines(policy_id, clinic)
        opened = dispute(line, anna)
        reject(opened, colleague("olga"))
        assert queries.dispute(opened).hold is None
        assert "денег обращение не касается" in money_words(opened)
        complain(opened, anna)
        commands.uphold_complaint(dispute_id=opened, answer="Верно.", by=colleague("fyodor"), at=NOW)
        assert Charge.objects.count() == 0

    def test_of_a_paid_line_a_refund_is_asked_for_by_whoever_answers(
        self,
        outside: Any,  # noqa: F811 - the fixture
        anna: User,
        line: RegisterLine,
    ) -> None:
        policy_id = Charge.objects.get().policy_id
        money.enrol(outside, anna, policy_id, on=TODAY)
        assert money.run(CHARGE_DAY) == {"paid": 1}
        opened, olga = dispute(line, anna), colleague("olga")
        assert money_words(opened) == "300,02 ₽ уже списаны. Окажетесь правы — вернём их на карту."
        uphold(opened, olga)
        refund = Refund.objects.get()
        assert (str(refund.amount), refund.why, str(refund.asked_by_id)) == ("300.02", "service_not_given", olga.ref)
        assert "Возвращаем 300,02 ₽ на карту" in money_words(opened)
        fyodor = colleague("fyodor", "finance")
        payments.approve_refund(refund_id=refund.pk, by=fyodor, at=NOW)
        run_jobs()
        assert money_words(opened) == "Вернули 300,02 ₽ на карту, с которой списали."
        out = StringIO()
        call_command("check_ledger", stdout=out)
        assert "differ: 0" in out.getvalue()

    def test_a_refund_refused_by_the_second_person_is_not_told_as_money_on_its_way(
        self,
        outside: Any,  # noqa: F811 - the fixture
        anna: User,
        line: RegisterLine,
    ) -> None:
        money.enrol(outside, anna, Charge.objects.get().policy_id, on=TODAY)
        money.run(CHARGE_DAY)
        opened = dispute(line, anna)
        uphold(opened, colleague("olga"))
        payments.refuse_refund(refund_id=Refund.objects.get().pk, by=colleague("fyodor", "finance"), at=NOW)
        shown = queries.dispute(opened)
        assert money_words(opened).startswith("Вернуть 300,02 ₽ пока не удалось")
        assert (shown.refund_text, shown.refund_failed) == ("Отказано", True)

    def test_only_people_at_work_answer(self, anna: User, line: RegisterLine) -> None:
        with pytest.raises(ValueError, match="people at work"):
            uphold(dispute(line, anna), Actor.user(anna.pk))

    def test_the_queue_has_the_longest_waiting_first_and_nothing_medical(
        self, anna: User, lines: tuple[RegisterLine, RegisterLine], django_assert_max_num_queries: Any
    ) -> None:
        opened = [dispute(one, anna) for one in lines]
        Dispute.objects.filter(pk=opened[1]).update(opened_at=NOW - timedelta(days=3))
        with django_assert_max_num_queries(3):
            rows = queries.disputes_to_answer(TODAY)
        assert [(row.id, row.days) for row in rows] == [(opened[1], 3), (opened[0], 0)]
        assert not any("Прием" in str(row) for row in rows)
        reject(opened[1], colleague("olga"))
        complain(opened[1], anna)
        assert [row.complaint_number for row in queries.disputes_to_answer(TODAY)] == ["", "2026-000001"]
        assert queries.count_to_answer() == 2


class TestComplaints:
    def test_a_rejection_is_complained_about_once_with_a_number(self, anna: User, line: RegisterLine) -> None:
        opened = dispute(line, anna)
        with pytest.raises(NothingToComplainError):
            complain(opened, anna)
        reject(opened, colleague("olga"))
        assert complain(opened, anna) == "2026-000001"
        with pytest.raises(NothingToComplainError):
            complain(opened, anna)
        shown = queries.dispute_for(anna.pk, opened, TODAY).complaint
        assert shown is not None
        assert (shown.number, shown.made_at, shown.text) == ("2026-000001", NOW, "Подпись не моя")

    def test_numbers_have_no_gaps(self, anna: User, lines: tuple[RegisterLine, RegisterLine]) -> None:
        olga = colleague("olga")
        numbers = []
        for one in lines:
            opened = dispute(one, anna)
            reject(opened, olga)
            numbers.append(complain(opened, anna))
        assert numbers == ["2026-000001", "2026-000002"]
        assert Complaint.objects.count() == 2

    def test_another_person_answers_and_the_supplement_goes(self, anna: User, line: RegisterLine) -> None:
        opened, olga, fyodor = dispute(line, anna), colleague("olga"), colleague("fyodor")
        reject(opened, olga)
        complain(opened, anna)
        told = {"dispute_id": opened, "answer": "Проверили: вы правы.", "at": NOW}
        with pytest.raises(SamePersonAnswersError):
            commands.uphold_complaint(by=olga, **told)  # type: ignore[arg-type]  # the rest is told above
        commands.uphold_complaint(by=fyodor, **told)  # type: ignore[arg-type]  # as above
        with pytest.raises(AlreadyAnsweredError):
            commands.reject_complaint(by=fyodor, **told)  # type: ignore[arg-type]  # as above
        states = Charge.objects.order_by("created_at", "id").values_list("state", flat=True)
        assert list(states) == ["scheduled", "withdrawn"]
        assert money_words(opened) == "300,02 ₽ не спишем: эту долю оплатит страховая."

    def test_a_rejected_complaint_leaves_the_money_where_it_is(self, anna: User, line: RegisterLine) -> None:
        opened = dispute(line, anna)
        reject(opened, colleague("olga"))
        complain(opened, anna)
        before = to_pay()
        commands.reject_complaint(dispute_id=opened, answer="Нет.", by=colleague("fyodor"), at=NOW)
        assert to_pay() == before == ["150.00", "300.02"]


@pytest.mark.parametrize(
    ("content", "count", "what"),
    [
        (b"MZ program", 1, "не PDF, JPEG или PNG"),
        (b"%PDF-" + b"0" * LARGEST_ATTACHMENT_BYTES, 1, "больше 10 МБ"),
        (b"%PDF-1", 6, "не больше 5 файлов"),
    ],
)
def test_an_unsuitable_file_is_refused_and_nothing_is_kept(
    anna: User, line: RegisterLine, content: bytes, count: int, what: str
) -> None:
    with pytest.raises(UnsuitableFileError, match=what):
        commands.open_dispute(
            line_id=line.pk,
            user_id=anna.pk,
            kind=DisputeKind.NOT_GIVEN,
            text="",
            files=[commands.SentFile("чек.pdf", content)] * count,
            on=TODAY,
            by=Actor.user(anna.pk),
            at=NOW,
        )
    assert Dispute.objects.count() == 0
    assert to_pay() == ["450.02"]


def test_the_trail_says_who_and_when_and_nothing_of_the_service(anna: User, line: RegisterLine) -> None:
    opened = dispute(line, anna)
    reject(opened, colleague("olga"))
    complain(opened, anna)
    deeds = trail.history(subject_type="dispute", subject_id=opened)
    assert [(deed.action, deed.details) for deed in reversed(deeds)] == [
        ("dispute.opened", {"kind": "not_given"}),
        ("dispute.rejected", {"kind": "not_given"}),
        ("dispute.complained", {"kind": "not_given", "number": "2026-000001"}),
    ]


def test_holds_are_told_with_the_lines(anna: User, lines: tuple[RegisterLine, RegisterLine]) -> None:
    dispute(lines[0], anna)
    found = queries.disputes_of_lines([one.pk for one in lines])
    assert list(found) == [lines[0].pk]
    assert copay.line_holds([lines[0].pk])[lines[0].pk].state == "held"
