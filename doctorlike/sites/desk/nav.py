"""The places of the insurer's desk."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import Permission
from doctorlike.ui.nav import NavPlace, SiteNav, register


def _may_import(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.may(Permission.IMPORT_REGISTER)


def _may_change_network(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.may(Permission.CHANGE_NETWORK)


def _may_refund(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.may(Permission.REQUEST_REFUND)


def _may_answer(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.may(Permission.ANSWER_DISPUTE)


def _may_call(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.may(Permission.CALL_CLIENTS)


def _may_read_clients(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.may(Permission.READ_CLIENT)


def register_places() -> None:
    register(
        SiteNav(
            site="staff",
            prefix="/desk/",
            home=reverse_lazy("desk:index"),
            places=(
                NavPlace("clients", _("Клиенты"), "users", reverse_lazy("desk:index")),
                NavPlace(
                    "callbacks",
                    _("Звонки"),
                    "phone-arrow-up-right",
                    reverse_lazy("desk:callbacks"),
                    visible=_may_call,
                ),
                NavPlace(
                    "disputes",
                    _("Обращения"),
                    "chat-bubble-left-right",
                    reverse_lazy("desk:disputes"),
                    visible=_may_answer,
                ),
                NavPlace(
                    "clinic_reports",
                    _("Ошибки о клиниках"),
                    "flag",
                    reverse_lazy("desk:clinic_reports"),
                    visible=_may_answer,
                ),
                NavPlace("registers", _("Реестры"), "table-cells", reverse_lazy("desk:registers"), visible=_may_import),
                NavPlace(
                    "network",
                    _("Сеть клиник"),
                    "building-office",
                    reverse_lazy("desk:network"),
                    visible=_may_change_network,
                ),
                NavPlace("refunds", _("Возвраты"), "banknotes", reverse_lazy("desk:refunds"), visible=_may_refund),
                NavPlace(
                    "letters",
                    _("Гарантийные письма"),
                    "document-check",
                    reverse_lazy("desk:letters"),
                    visible=_may_read_clients,
                ),
                NavPlace(
                    "closings", _("Удаление данных"), "trash", reverse_lazy("desk:closings"), visible=_may_read_clients
                ),
            ),
            account=NavPlace("leave", _("Выйти"), "arrow-right-start-on-rectangle", reverse_lazy("account_logout")),
            search=reverse_lazy("desk:search"),
        )
    )
