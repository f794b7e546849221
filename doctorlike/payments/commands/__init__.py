"""What may be done with money and cards. Public to the apps above."""

from doctorlike.payments.commands.cards import BindingOpened, refresh_binding, start_card_binding, unbind_card
from doctorlike.payments.commands.events import note_event, settle_event
from doctorlike.payments.commands.paying import (
    Opened,
    charge_card,
    open_payment,
    refresh_payment,
    send_payment,
    show_payment_page,
)
from doctorlike.payments.commands.posting import post_charge, post_charge_reversal
from doctorlike.payments.commands.reserving import reserve_card_payment, reserve_page_payment
from doctorlike.payments.commands.sweeping import settle_unknown

__all__ = [
    "BindingOpened",
    "Opened",
    "charge_card",
    "note_event",
    "open_payment",
    "post_charge",
    "post_charge_reversal",
    "refresh_binding",
    "refresh_payment",
    "reserve_card_payment",
    "reserve_page_payment",
    "send_payment",
    "settle_event",
    "settle_unknown",
    "show_payment_page",
    "start_card_binding",
    "unbind_card",
]
