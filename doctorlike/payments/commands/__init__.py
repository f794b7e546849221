"""What may be done with money and cards. Public to the apps above."""

from doctorlike.payments.commands.asking import settle_events
from doctorlike.payments.commands.cards import (
    BindingOpened,
    hold_usable_card,
    refresh_binding,
    start_card_binding,
    unbind_card,
)
from doctorlike.payments.commands.events import note_event
from doctorlike.payments.commands.paying import (
    Opened,
    charge_card,
    open_payment,
    refresh_payment,
    show_payment_page,
)
from doctorlike.payments.commands.posting import post_charge, post_charge_reversal, post_charges, post_premium
from doctorlike.payments.commands.proving import (
    balances,
    compare_with_acquirer,
    compare_with_charges,
    compare_with_payments,
    compare_with_premiums,
    compare_with_reversals,
    count_entries,
)
from doctorlike.payments.commands.reconciling import Reconciled, reconcile
from doctorlike.payments.commands.refunding import approve_refund, refuse_refund, request_refund
from doctorlike.payments.commands.reserving import (
    Claimed,
    PageClaim,
    claim_card_payment,
    claim_page_payment,
    reserve_card_payment,
)
from doctorlike.payments.commands.returning import refresh_refund, send_refund, settle_refunds
from doctorlike.payments.commands.sending import send_claimed, send_payment
from doctorlike.payments.commands.sweeping import settle_unknown

__all__ = [
    "BindingOpened",
    "Claimed",
    "Opened",
    "PageClaim",
    "Reconciled",
    "approve_refund",
    "balances",
    "charge_card",
    "claim_card_payment",
    "claim_page_payment",
    "compare_with_acquirer",
    "compare_with_charges",
    "compare_with_payments",
    "compare_with_premiums",
    "compare_with_reversals",
    "count_entries",
    "hold_usable_card",
    "note_event",
    "open_payment",
    "post_charge",
    "post_charge_reversal",
    "post_charges",
    "post_premium",
    "reconcile",
    "refresh_binding",
    "refresh_payment",
    "refresh_refund",
    "refuse_refund",
    "request_refund",
    "reserve_card_payment",
    "send_claimed",
    "send_payment",
    "send_refund",
    "settle_events",
    "settle_refunds",
    "settle_unknown",
    "show_payment_page",
    "start_card_binding",
    "unbind_card",
]
