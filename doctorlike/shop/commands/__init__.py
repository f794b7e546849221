"""What can be done with an order."""

from doctorlike.shop.commands.confirming import confirm_order, give_consents, refresh_version, send_order_code
from doctorlike.shop.commands.delivering import expire_orders, send_documents, undelivered_orders
from doctorlike.shop.commands.drafting import remove_insured, save_insured, save_policyholder, start_order
from doctorlike.shop.commands.paying import look_at_payment, pay_order, settle_order

__all__ = [
    "confirm_order",
    "expire_orders",
    "give_consents",
    "look_at_payment",
    "pay_order",
    "refresh_version",
    "remove_insured",
    "save_insured",
    "save_policyholder",
    "send_documents",
    "send_order_code",
    "settle_order",
    "start_order",
    "undelivered_orders",
]
