"""What holds in the shop: the life of an order, its answers, its price."""

from doctorlike.shop.rules.answers import (
    MOST_INSURED,
    Answers,
    Choice,
    Draft,
    Policyholder,
    read_draft,
    required_document,
    write_draft,
)
from doctorlike.shop.rules.offers import (
    Priced,
    check_draft,
    check_policyholder_age,
    check_start,
    first_day,
    premium_for,
    priced,
    start_window,
)
from doctorlike.shop.rules.states import (
    FORGETTABLE,
    OPEN_TO_CHANGES,
    TRANSITIONS,
    OrderEvent,
    OrderState,
    next_state,
)

__all__ = [
    "FORGETTABLE",
    "MOST_INSURED",
    "OPEN_TO_CHANGES",
    "TRANSITIONS",
    "Answers",
    "Choice",
    "Draft",
    "OrderEvent",
    "OrderState",
    "Policyholder",
    "Priced",
    "check_draft",
    "check_policyholder_age",
    "check_start",
    "first_day",
    "next_state",
    "premium_for",
    "priced",
    "read_draft",
    "required_document",
    "start_window",
    "write_draft",
]
