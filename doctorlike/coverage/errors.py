"""Why a choice of regions or a guarantee is refused."""

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class RegionsFixedError(DomainError):
    code = "regions_fixed"
    message = _("Регионы этого полиса закреплены, выбирать их не нужно.")


class PolicyOverError(DomainError):
    code = "policy_over"
    message = _("Полис уже не действует, регионы больше не добавляются.")


class NotActivatedError(DomainError):
    code = "not_activated"
    message = _("Сначала подключите франшизную программу: без неё регионы не выбираются.")


class ProgrammeSuspendedError(DomainError):
    code = "programme_suspended"
    message = _(
        "Франшизная программа приостановлена. Привяжите карту или оплатите долг, и можно будет выбрать регионы."
    )


class RegionNotOnOfferError(DomainError):
    """A region that the scope does not hold, or that there is none of."""

    code = "region_not_on_offer"
    message = _("Такого региона в покрытии полиса нет. Выберите из списка.")


class NothingChosenError(DomainError):
    code = "nothing_chosen"
    message = _("Отметьте хотя бы один регион.")


class NotCoveredError(DomainError):
    """A guarantee is given only for what is covered; `reasons` say why it is not."""

    code = "not_covered"
    message = _("Гарантию дать нельзя: полис не покрывает этот визит.")


class ChecksLockedError(DomainError):
    """Too many wrong codes by one registrar or at one clinic; `until` is the true instant from which it goes on."""

    code = "card_checks_locked"
    message = _("Слишком много неверных кодов подряд. Проверка по карте откроется через несколько минут.")
