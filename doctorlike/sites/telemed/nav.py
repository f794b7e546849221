"""The places of telemedicine: the patient's, and the doctor's for those who consult."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import Permission
from doctorlike.ui.nav import NavPlace, SiteNav, register


def _consults(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.may(Permission.CONSULT)


def _does_not_consult(request: HttpRequest) -> bool:
    return request.user.is_authenticated and not _consults(request)


def register_places() -> None:
    register(
        SiteNav(
            site="telemed",
            prefix="/",
            home=reverse_lazy("entry:index"),
            places=(
                NavPlace(
                    "home",
                    _("Врач онлайн"),
                    "video-camera",
                    reverse_lazy("entry:index"),
                    exact=True,
                    visible=_does_not_consult,
                ),
                NavPlace(
                    "archive", _("Архив"), "document-text", reverse_lazy("archive:index"), visible=_does_not_consult
                ),
                NavPlace("queue", _("Очередь"), "users", reverse_lazy("doctor:index"), visible=_consults),
            ),
        )
    )
