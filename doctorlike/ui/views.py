"""Pages of no site in particular: the reader's choices of look and language, and words for pages that cannot be."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from doctorlike.ui.context import THEME_COOKIE, THEMES, look

YEAR_SECONDS = 365 * 24 * 60 * 60


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keeps «light» or «dark» for a year; anything else goes back to what the device says. Safe to repeat."""
    response = HttpResponseRedirect(_way_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def _way_back(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.META.get("HTTP_REFERER", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if safe else "/"


def error_page(
    request: HttpRequest, *, status: int, title: str, text: str, way_url: str = "", way_label: str = ""
) -> HttpResponse:
    """What happened, what it means, what to do now."""
    told = {"error_title": title, "error_text": text, "way_url": way_url, "way_label": way_label, "status": status}
    return render(request, "ui/error.html", told, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        status=404,
        title=_("Такой страницы нет"),
        text=_("Возможно, адрес набран с ошибкой или страница открыта из другого аккаунта. Ваши данные на месте."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        status=403,
        title=_("Эта страница вам недоступна"),
        text=_("Для неё нужны другие права. Если они должны быть, скажите тому, кто выдаёт доступ."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        status=400,
        title=_("Не получилось прочитать запрос"),
        text=_("Браузер прислал не то, что ждала страница. Откройте её заново и повторите."),
    )


def page_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: most often the page stood open while the sign-in changed, or cookies are off."""
    return error_page(
        request,
        status=403,
        title=_("Страница устарела"),
        text=_(
            "Пока она была открыта, вход изменился, поэтому ничего не отправлено. Вернитесь, обновите страницу и "
            "отправьте ещё раз. Если не помогло, разрешите файлы cookie для этого сайта."
        ),
        way_url=_way_back_from(request),
        way_label=_("Вернуться"),
    )


def _way_back_from(request: HttpRequest) -> str:
    asked = request.META.get("HTTP_REFERER", "")
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}) else "/"


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing that may be what broke: neither the session nor the database."""
    told = {
        **look(request),
        "status": 500,
        "error_title": _("Что-то сломалось у нас"),
        "error_text": _(
            "Мы уже знаем об этом. Если вы платили, второй раз платить не нужно: мы сверим платёж сами. "
            "Попробуйте через несколько минут или позвоните нам."
        ),
    }
    return HttpResponse(render_to_string("ui/error.html", told), status=500)
