"""Why something cannot be sold."""

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class AgeNotSoldError(DomainError):
    code = "age_not_sold"
    message = _("Полис можно оформить человеку от {age_from} до {age_to} лет на день начала страхования.")


class NotOnOfferError(DomainError):
    """A programme, scope or percent that this version does not sell."""

    code = "not_on_offer"
    message = _("Такого варианта в продаже нет. Выберите другой в калькуляторе.")


class NothingOnSaleError(DomainError):
    code = "nothing_on_sale"
    message = _("Сейчас полисы не продаются. Позвоните нам, и мы подскажем, когда продажа откроется.")


class WrongTermsError(DomainError):
    """Terms of a version that break their own rules; `reason` names the field and what is wrong, in English."""

    code = "wrong_terms"
    message = _("Условия продукта записаны с ошибкой: {reason}")


class VersionExistsError(DomainError):
    code = "version_exists"
    message = _("Версия {number} этого продукта уже опубликована с другими условиями.")


class DraftChangedError(DomainError):
    """Somebody saved the draft after the page was opened."""

    code = "draft_changed"
    message = _("Черновик тем временем изменили. Посмотрите его заново и повторите.")


class SoldFromPastError(DomainError):
    code = "sold_from_past"
    message = _("Первый день продаж не может быть раньше {today}: по прошлым дням уже продавали другую версию.")


class WrongTableError(DomainError):
    code = "wrong_table"
    message = _("Таблица не прочитана, строка {row}: {reason}.")
