"""What can be done with an order."""

from doctorlike.shop.commands.confirming import confirm_order, refresh_version, send_order_code
from doctorlike.shop.commands.correcting import remake_documents, send_corrected_documents
from doctorlike.shop.commands.delivering import expire_orders, send_documents, send_documents_again, undelivered_orders
from doctorlike.shop.commands.drafting import (
    POLICYHOLDER_PAGE,
    choose_variant,
    insured_page,
    remove_insured,
    save_insured,
    save_policyholder,
    start_order,
)
from doctorlike.shop.commands.gifting import drop_gift, hand_over_gifts, save_gift
from doctorlike.shop.commands.keeping import keep_unfinished, send_resume_link, tell_expiring_drafts
from doctorlike.shop.commands.paying import look_at_payment, pay_order, settle_order
from doctorlike.shop.commands.renewing import offer_renewals, start_renewal

__all__ = [
    "POLICYHOLDER_PAGE",
    "choose_variant",
    "confirm_order",
    "drop_gift",
    "expire_orders",
    "hand_over_gifts",
    "insured_page",
    "keep_unfinished",
    "look_at_payment",
    "offer_renewals",
    "pay_order",
    "refresh_version",
    "remake_documents",
    "remove_insured",
    "save_gift",
    "save_insured",
    "save_policyholder",
    "send_corrected_documents",
    "send_documents",
    "send_documents_again",
    "send_order_code",
    "send_resume_link",
    "settle_order",
    "start_order",
    "start_renewal",
    "tell_expiring_drafts",
    "undelivered_orders",
]
