"""The order behind a secret link, for every page of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from doctorlike.shop import queries
from doctorlike.shop.errors import OrderForgottenError
from doctorlike.ui.views import error_page


def found_order(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view the order of its `token`; a link whose draft is deleted says so, and leads to a new one."""

    @wraps(view)
    def find_first(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
        try:
            order = queries.order_by_token(token)
        except OrderForgottenError as refusal:
            return error_page(
                request,
                status=410,
                title=_("Черновик удалён"),
                text=str(refusal),
                way_url=reverse("shop:index"),
                way_label=_("Начать заново"),
            )
        return view(request, token=token, order=order, **more)

    return find_first
