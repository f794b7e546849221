"""Refusals of this app."""

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class AlreadyPaidError(DomainError):
    code = "already_paid"
    message = _("Это уже оплачено.")


class AmountChangedError(DomainError):
    """A payment of another amount for the same thing is still open."""

    code = "amount_changed"
    message = _("Платёж на другую сумму ещё не завершён. Подождите час или позвоните нам.")


class StoppedForCheckError(DomainError):
    """The acquirer named another amount than was asked: a person at the desk looks first."""

    code = "stopped_for_check"
    message = _("Платёж проверяет наш сотрудник. Второй раз платить не нужно.")


class CardNotUsableError(DomainError):
    code = "card_not_usable"
    message = _("Карта отвязана. Привяжите другую карту.")


class NotRefundableError(DomainError):
    """No money of this payment is at the acquirer, or nobody knows yet how much."""

    code = "not_refundable"
    message = _("По этому платежу возвращать нечего.")


class MoreThanPaidError(DomainError):
    code = "more_than_paid"
    message = _("Вернуть можно не больше {left}: остальное уже возвращено или возвращается.")


class SamePersonError(DomainError):
    """Whoever asked for a refund does not decide on it."""

    code = "same_person"
    message = _("Этот возврат запросили вы. Решить должен другой сотрудник.")


class AlreadyDecidedError(DomainError):
    code = "already_decided"
    message = _("По этому возврату уже решили.")


class UnknownContractError(LookupError):
    """A payment or card belongs to an acquirer contract that the settings no longer name."""
