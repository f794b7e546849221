"""The places of the portal: the shop's in the top bar, the account's five in bar and rail."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from doctorlike.ui.nav import NavPlace, SiteNav, register


def register_places() -> None:
    register(
        SiteNav(
            site="portal",
            prefix="/",
            home=reverse_lazy("shop:index"),
            account=NavPlace("account", _("Личный кабинет"), "user-circle", reverse_lazy("home:index")),
        )
    )
    register(
        SiteNav(
            site="portal",
            prefix="/cabinet/",
            home=reverse_lazy("home:index"),
            places=(
                NavPlace("home", _("Главная"), "home", reverse_lazy("home:index"), exact=True),
                NavPlace("clinics", _("Клиники"), "map-pin", reverse_lazy("clinics:index")),
                NavPlace("visits", _("Записи"), "calendar", reverse_lazy("visits:index")),
                NavPlace(
                    "services", _("Услуги и списания"), "list-bullet", reverse_lazy("services:index"), short=_("Услуги")
                ),
                NavPlace(
                    "telemed", _("Телемедицина"), "video-camera", reverse_lazy("telemed:open"), short=_("Телемед")
                ),
            ),
            beside_phone=NavPlace("call", _("Перезвоните мне"), "phone-arrow-down-left", reverse_lazy("calls:index")),
            account=NavPlace("profile", _("Профиль"), "user-circle", reverse_lazy("profile:index")),
        )
    )
