"""Why a list of regions is not taken."""

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class WrongRegionListError(DomainError):
    """`wrongs` holds every wrong row as (number, reason); nothing of the file was stored."""

    code = "wrong_region_list"
    message = _("Список регионов не загружен: ошибок в строках {count}.")
