"""What may be done with money and cards. Public to the apps above."""

from doctorlike.payments.commands.cards import Opened, refresh_binding, start_card_binding, unbind_card
from doctorlike.payments.commands.events import note_event, settle_event
from doctorlike.payments.commands.paying import (
    charge_card,
    open_payment,
    refresh_payment,
    reserve_card_payment,
    send_payment,
)
from doctorlike.payments.commands.sweeping import settle_unknown

__all__ = [
    "Opened",
    "charge_card",
    "note_event",
    "open_payment",
    "refresh_binding",
    "refresh_payment",
    "reserve_card_payment",
    "send_payment",
    "settle_event",
    "settle_unknown",
    "start_card_binding",
    "unbind_card",
]
