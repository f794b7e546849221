from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class UnreadableRegisterError(DomainError):
    """`file_name`, `what`: the file as a whole cannot be read; nothing of it was loaded."""

    code = "unreadable_register"
    message = _("Реестр «{file_name}» не загружен. {what}")


class UnknownClinicError(DomainError):
    code = "unknown_clinic"
    message = _("Клиники «{clinic}» нет в сети.")
