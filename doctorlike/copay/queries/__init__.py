"""What is known of enrolments and charges. Public to the apps above."""

from doctorlike.copay.paylinks import PayLink
from doctorlike.copay.queries.charges import (
    charge,
    charge_for,
    charges_for_encounters,
    charges_of,
    pay_link,
    refused_by_hand,
    unpaid_charges_of,
    untold_charges,
)
from doctorlike.copay.queries.enrolments import (
    ActiveTimes,
    EnrolmentView,
    active_times,
    enrolment,
    enrolment_was_active,
    enrolments,
    enrolments_of_card,
    programme_over,
)
from doctorlike.copay.queries.holds import (
    bearing_charge,
    line_holds,
)
from doctorlike.copay.queries.views import (
    ChargeView,
    HistoryLine,
    LineHold,
)

__all__ = [
    "ActiveTimes",
    "ChargeView",
    "EnrolmentView",
    "HistoryLine",
    "LineHold",
    "PayLink",
    "active_times",
    "bearing_charge",
    "charge",
    "charge_for",
    "charges_for_encounters",
    "charges_of",
    "enrolment",
    "enrolment_was_active",
    "enrolments",
    "enrolments_of_card",
    "line_holds",
    "pay_link",
    "programme_over",
    "refused_by_hand",
    "unpaid_charges_of",
    "untold_charges",
]
