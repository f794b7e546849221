from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class NotAtOnceError(DomainError):
    """The contract needs this consent, or a person has to look at it."""

    code = "consent_not_at_once"
    message = _("Это согласие нужно, чтобы исполнять договор. Отозвать его можно вместе с договором.")


class CopyRecentlyError(DomainError):
    code = "copy_recently"
    message = _("Копию уже готовили сегодня. Новую можно запросить через сутки после прошлой.")


class CopyGoneError(DomainError):
    code = "copy_gone"
    message = _("Срок, в который можно было скачать эту копию, прошёл. Запросите новую.")
