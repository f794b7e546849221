from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class UnreadableSheetError(DomainError):
    """The file is no table, or not one that can be trusted; `row` counts from 1, the header's included."""

    code = "unreadable_sheet"
    message = _("Файл не прочитан, строка {row}: {reason}")
