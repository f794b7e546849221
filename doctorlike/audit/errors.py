from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class ClockIsRealError(DomainError):
    code = "clock_is_real"
    message = _("Часы можно двигать только в демонстрации.")
