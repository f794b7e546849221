"""Each contract gets a number of its own, and the account of numbers has no gaps."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction

from doctorlike.audit.queries import history
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries
from doctorlike.policies.commands import issue_policy
from doctorlike.policies.models import Policy
from doctorlike.policies.numbers import number_account
from doctorlike.products.rules import Scope
from tests.policies.builders import ANNA, AT, BORIS, BY, MITYA, policy


@pytest.mark.django_db
class TestIssuing:
    def test_a_policy_holds_what_was_agreed(self) -> None:
        view = queries.policy(policy(MITYA, ANNA))
        assert view.number == "ONDL-300000"
        assert (view.period.starts_on, view.period.ends_on) == (date(2026, 3, 10), date(2027, 3, 10))
        assert (view.insured.given_name, view.policyholder.given_name) == ("Дмитрий", "Анна")
        assert (view.programme_name, view.scope, view.copay_percent) == ("Поликлиника", Scope.REGIONS, 30)
        assert view.product_name == "Доктор Лайк"
        assert view.insured_from == date(2026, 3, 24)
        assert [deed.action for deed in history(subject_type="policy", subject_id=view.id)] == ["policy.issued"]

    def test_each_percent_has_a_series_of_its_own(self) -> None:
        numbers = [queries.policy(policy(ANNA, percent=percent)).number for percent in (30, 50, 30, 0)]
        assert numbers == ["ONDL-300000", "ONDL-500000", "ONDL-300001", "ONDL-000000"]

    def test_an_order_issues_a_persons_policy_once(self) -> None:
        order_id = uuid4()
        first = policy(ANNA, order_id=order_id)
        row = Policy.objects.get(pk=first)
        again = issue_policy(
            version_id=row.version_id,
            policyholder_id=row.policyholder_id,
            insured_id=row.insured_id,
            programme=row.programme,
            scope=row.scope,
            copay_percent=row.copay_percent,
            starts_on=row.starts_on,
            premium=row.premium,
            contact_phone=row.contact_phone,
            contact_email=row.contact_email,
            order_id=order_id,
            by=BY,
            at=AT,
        )
        assert again == first
        assert [view.id for view in queries.policies_of_order(order_id)] == [first]

    def test_a_number_in_use_elsewhere_is_accounted_as_void(self) -> None:
        Policy.objects.filter(pk=policy(ANNA, percent=50)).update(number="ONDL-300001")
        numbers = [queries.policy(policy(ANNA)).number for _ in range(2)]
        assert numbers == ["ONDL-300000", "ONDL-300002"]
        account = number_account("ONDL", 30)
        assert (account.in_use, account.void, account.missing) == (2, {"already in use": 1}, ())

    def test_a_policy_that_was_not_concluded_takes_no_number(self) -> None:
        with pytest.raises(NotFoundError), transaction.atomic():
            policy(ANNA)
            raise NotFoundError
        assert queries.policy(policy(ANNA)).number == "ONDL-300000"

    def test_the_desk_finds_a_policy_by_number_phone_email_and_surname(self) -> None:
        mine = policy(ANNA)
        policy(BORIS)
        for asked in ("ondl 300000", "8 (927) 000-00-12", "Anna@Mail.example", "серова"):
            assert [view.id for view in queries.search(asked)] == [mine]
        assert queries.find_by_number("ONDL300000").id == mine
        assert queries.search("  ") == []
        with pytest.raises(NotFoundError):
            queries.find_by_number("ONDL-309999")
