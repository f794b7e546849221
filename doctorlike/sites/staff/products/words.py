"""What the pages of drafts call things."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doctorlike.products.rules import Scope

SCOPE_NAMES = {
    Scope.MOSCOW.value: _("Москва и область"),
    Scope.SAINT_PETERSBURG.value: _("Санкт-Петербург и область"),
    Scope.REGIONS.value: _("Регионы России"),
    Scope.RUSSIA.value: _("Вся Россия"),
}
SEX_NAMES = {"female": _("женщина"), "male": _("мужчина")}
YEAR_NAMES = {"few": _("Болею редко"), "usual": _("Обычный год"), "many": _("Лечусь часто")}
