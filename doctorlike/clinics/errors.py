"""Why a list of clinics is not taken."""

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class UnreadableListError(DomainError):
    """The file as a whole cannot be trusted; nothing of it was stored. `row` counts from 1, the header's included."""

    code = "unreadable_list"
    message = _("Список клиник не загружен, строка {row}: {reason}")
