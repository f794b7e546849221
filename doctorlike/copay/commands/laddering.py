"""After a try that brought nothing: the next day of the ladder, or the end of it."""

from __future__ import annotations

from datetime import date, datetime

from doctorlike.copay.commands import telling
from doctorlike.copay.commands.standing import tell_enrolment
from doctorlike.copay.models import Charge
from doctorlike.copay.rules import ChargeNews, ChargeState, EnrolmentNews, charge_after, next_try_on
from doctorlike.kit.actors import Actor
from doctorlike.policies import queries as policies


def go_on(charge: Charge, news: ChargeNews, *, tried_on: date, by: Actor, at: datetime) -> None:
    """Applies a decline, or a missing card, to a charge the caller has locked; at the end of the ladder the charge is
    overdue and the enrolment suspended."""
    terms = policies.policy(charge.policy_id).terms
    again_on = next_try_on(charge.first_tried_on or tried_on, tried_on, terms)
    charge.next_try_on = again_on
    before = ChargeState(charge.state)
    if again_on is not None:
        charge.state = charge_after(before, news)
        charge.save()
        return
    charge.state = charge_after(before, ChargeNews.LADDER_ENDED)
    charge.overdue_at = charge.overdue_at or at
    charge.save()
    telling.tell_overdue(charge, by=by, at=at)
    tell_enrolment(charge.policy_id, EnrolmentNews.FELL_OVERDUE, by=by, at=at)
