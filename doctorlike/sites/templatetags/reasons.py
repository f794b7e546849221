"""Reasons of the eligibility decision in words, as `coverage.words` has them."""

from __future__ import annotations

from django import template
from django.template import Context

from doctorlike.coverage import words
from doctorlike.coverage.rules import Reason
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.portal.visits.remedies import remedy_address

register = template.Library()


@register.filter
def reason_words(reason: Reason | str) -> str:
    """A reason with its day, or a code that was kept alone."""
    if isinstance(reason, str):
        return words.reason(reason)
    return words.reason(reason.code, until_on=reason.until_on, since_on=reason.since_on)


@register.filter
def reason_remedy(reason: Reason | str) -> str:
    """What would help, or nothing."""
    return words.remedy(str(getattr(reason, "code", reason)))


@register.simple_tag(takes_context=True)
def remedy_link(context: Context, reason: Reason) -> str:
    """Where the client does what would help against a reason, for the page's `policy`, `clinic` and `specialty_code`;
    empty without a policy."""
    policy = context.get("policy")
    if not isinstance(policy, PolicyView):
        return ""
    clinic = context.get("clinic")
    clinic_id = clinic.id if clinic is not None and clinic.online_booking else None
    return remedy_address(
        reason,
        context.get("reasons") or (),
        policy,
        clinic_id=clinic_id,
        specialty=str(context.get("specialty_code") or ""),
    )
