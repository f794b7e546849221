"""Joining the programme, losing the card, coming back."""

from datetime import date

import pytest
from django.db import transaction

from doctorlike.copay import commands, queries
from doctorlike.copay.errors import PolicyOverError
from doctorlike.payments import commands as payments
from doctorlike.payments.facts import CardUnbound
from tests.copay.stage import BY, annas_account, annas_policy, enrol, give_card, moment, start

pytestmark = pytest.mark.django_db


def test_a_policy_starts_outside_the_programme(db):
    enrolment = queries.enrolment(annas_policy())
    assert (enrolment.state, enrolment.activated_at, enrolment.card) == ("none", None, None)
    assert not enrolment.active_on(date(2026, 3, 11))


def test_consent_waits_for_the_card_and_the_card_activates(outside):
    anna, policy_id = annas_account(), annas_policy()
    assert start(anna, policy_id).confirmation_url.startswith(outside.url)
    assert queries.enrolment(policy_id).state == "pending"
    give_card(outside, policy_id, "2200000000000004", on=date(2026, 3, 12))
    enrolment = queries.enrolment(policy_id)
    assert (enrolment.state, enrolment.activated_at) == ("active", moment(date(2026, 3, 12)))
    assert enrolment.card.title == "МИР ·· 0004"


def test_at_zero_percent_no_card_is_asked(outside):
    anna, policy_id = annas_account(), annas_policy(percent=0)
    assert start(anna, policy_id) is None
    assert queries.enrolment(policy_id).state == "active"


def test_a_refused_card_leaves_the_enrolment_pending(outside):
    anna, policy_id = annas_account(), annas_policy()
    enrol(outside, anna, policy_id, "4111110000000021")
    assert queries.enrolment(policy_id).state == "pending"
    enrol(outside, anna, policy_id)
    assert queries.enrolment(policy_id).state == "active"


def test_a_policy_that_is_over_is_not_enrolled(outside):
    with pytest.raises(PolicyOverError):
        start(annas_account(), annas_policy(), on=date(2027, 3, 10))


def test_unbinding_suspends_and_the_day_of_unbinding_still_counts(outside):
    anna, policy_id = annas_account(), annas_policy()
    enrol(outside, anna, policy_id, on=date(2026, 3, 11))
    card = queries.enrolment(policy_id).card
    payments.unbind_card(card_id=card.id, by=BY, at=moment(date(2026, 4, 2)))
    enrolment = queries.enrolment(policy_id)
    assert (enrolment.state, enrolment.card) == ("suspended", None)
    active = [date(2026, 3, 10), date(2026, 3, 11), date(2026, 4, 2), date(2026, 4, 3)]
    assert [enrolment.active_on(day) for day in active] == [False, True, True, False]
    assert enrolment.activated_by(date(2026, 4, 3))
    assert queries.enrolment_was_active(policy_id, date(2026, 3, 20))


def test_another_card_brings_the_programme_back_and_keeps_the_first_activation(outside):
    anna, policy_id = annas_account(), annas_policy()
    enrol(outside, anna, policy_id, on=date(2026, 3, 11))
    payments.unbind_card(card_id=queries.enrolment(policy_id).card.id, by=BY, at=moment(date(2026, 4, 2)))
    enrol(outside, anna, policy_id, "2200000000000004", on=date(2026, 4, 10))
    enrolment = queries.enrolment(policy_id)
    assert (enrolment.state, enrolment.activated_at) == ("active", moment(date(2026, 3, 11)))
    assert [enrolment.active_on(date(2026, 4, day)) for day in (2, 5, 10)] == [True, False, True]


def test_repeated_news_change_nothing(outside):
    anna, policy_id = annas_account(), annas_policy()
    enrol(outside, anna, policy_id)
    card = queries.enrolment(policy_id).card
    for _ in range(2):
        with transaction.atomic():
            commands.note_card_unbound(CardUnbound(card.id, moment(date(2026, 4, 2))))
    assert len(queries.enrolment(policy_id).spans) == 1


def test_many_enrolments_cost_as_many_questions_as_one(outside, django_assert_max_num_queries):
    anna = annas_account()
    policy_ids = [annas_policy() for _ in range(3)]
    for policy_id in policy_ids:
        enrol(outside, anna, policy_id)
    with django_assert_max_num_queries(4):
        assert {one.state for one in queries.enrolments(policy_ids).values()} == {"active"}
