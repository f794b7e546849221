"""Refusals of this app."""

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class PolicyOverError(DomainError):
    code = "policy_over"
    message = _("Полис уже не действует, подключать франшизную программу не нужно.")


class NothingToPayError(DomainError):
    code = "nothing_to_pay"
    message = _("По этому списанию платить нечего.")


class ChargeInFlightError(DomainError):
    """A debit is under way; its fate is not known yet."""

    code = "charge_in_flight"
    message = _("Списание уже идёт. Подождите ответа банка: второй раз платить не нужно.")


class HoldDecidedError(DomainError):
    """The dispute of this line had the other end already."""

    code = "hold_decided"
    message = _("По этой услуге уже решили иначе.")
