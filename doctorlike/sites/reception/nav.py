"""The places of a clinic's reception."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from doctorlike.ui.nav import NavPlace, SiteNav, register


def register_places() -> None:
    register(
        SiteNav(
            site="staff",
            prefix="/reception/",
            home=reverse_lazy("reception:index"),
            places=(
                NavPlace("today", _("Визиты"), "calendar", reverse_lazy("reception:index"), exact=True),
                NavPlace("schedule", _("Расписание"), "calendar-days", reverse_lazy("reception:schedule")),
                NavPlace("card", _("Карта пациента"), "qr-code", reverse_lazy("reception:card"), short=_("Карта")),
                NavPlace(
                    "eligibility",
                    _("Проверка полиса"),
                    "shield-check",
                    reverse_lazy("reception:eligibility"),
                    short=_("Полис"),
                ),
                NavPlace("registers", _("Реестры"), "table-cells", reverse_lazy("reception:registers")),
                NavPlace(
                    "letters",
                    _("Гарантийные письма"),
                    "document-check",
                    reverse_lazy("reception:letters"),
                    short=_("Письма"),
                ),
            ),
            account=NavPlace("leave", _("Выйти"), "arrow-right-start-on-rectangle", reverse_lazy("account_logout")),
        )
    )
