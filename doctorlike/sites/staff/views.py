"""The door of the staff site leads each to their own work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Permission
from doctorlike.ui.views import error_page

_WORK = (
    (Permission.DESK, "desk:index"),
    (Permission.RECEPTION, "reception:index"),
    (Permission.CATALOGUES, "admin:index"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first work this person may do."""
    for permission, view_name in _WORK:
        if isinstance(request.user, User) and request.user.may(permission):
            return redirect(view_name)
    return error_page(
        request,
        status=403,
        title=_("Рабочего места нет"),
        text=_("Этой учётной записи не дано прав на сайте сотрудников. Попросите того, кто выдаёт доступ."),
    )
