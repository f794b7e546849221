"""What was done to a policy, in words for the insurer's people; the trail itself keeps codes."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

_WORDS = {
    "consent.given": _("Клиент согласился с франшизной программой"),
    "document.made": _("Документ подписан"),
    "eligibility.checked": _("Клиника проверила полис"),
    "enrolment.active": _("Франшизная программа подключена"),
    "enrolment.none": _("Франшизная программа отключена"),
    "enrolment.pending": _("Франшизная программа подключается"),
    "enrolment.suspended": _("Франшизная программа приостановлена"),
    "guarantee.given": _("Клинике обещана оплата визита"),
    "guarantee.withdrawn": _("Обещание оплатить визит снято"),
    "limit.released": _("Лимит возвращён"),
    "medical.opened": _("Сотрудник открыл медицинские сведения"),
    "medical.read": _("Сотрудник прочитал медицинские сведения"),
    "policy.issued": _("Полис оформлен"),
    "policy.linked": _("Полис привязан к кабинету"),
    "regions.selected": _("Клиент выбрал регионы"),
}


@register.filter
def deed_words(action: str) -> str:
    """The deed in words; a code that has none stays as it is, so that nothing is hidden."""
    return str(_WORDS.get(action, action))
