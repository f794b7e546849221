"""What every request of every site passes: health, the clock, the permission table, refusals told in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property

from doctorlike.accounts import commands as accounts
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.sites import access

Respond = Callable[[HttpRequest], HttpResponse]
SEEN = "seen_on"


class HealthMiddleware:
    """`/healthz` answers before hosts, sessions and redirects are looked at: it asks the database, nothing else."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz":
            return self.get_response(request)
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        return HttpResponse("ok", content_type="text/plain")


class PolicyMiddleware(CSPMiddleware):
    """The Content-Security-Policy. Nearly every page has that of the settings, which is put together once; only a page
    that adds to it has it made for itself."""

    @cached_property
    def _of_the_settings(self) -> str:
        return build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        has_own = any(name.startswith("_csp") for name in (*vars(response), *vars(request)))
        if has_own or HEADER in response:
            return super().process_response(request, response)
        response.headers[HEADER] = self._of_the_settings
        return response


class ClockMiddleware:
    """A moved demo clock is taken over at the start of the request, and the page says that it is moved."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clock.refresh()
        request.clock_moved_to = clock.now() if clock.shift() else None  # type: ignore[attr-defined]  # for pages
        return self.get_response(request)


class SeenMiddleware:
    """Once a day each session notes that it is in use, for the owner's list of devices."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now = clock.real_now()
            if request.session.get(SEEN) != str(now.date()):
                request.session[SEEN] = str(now.date())
                accounts.note_seen(session_key=request.session.session_key or "", at=now)
        return self.get_response(request)


class AccessMiddleware:
    """Holds every view to its row of the permission table. A page behind a sign-in stays out of every cache, the
    browser's too: what is closed to somebody by now must not come back with its «back» button."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "behind_sign_in", False):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match request.resolver_match:
            case None:
                raise Http404
            case found:
                row = access.row(found.view_name)
                verdict = access.decide(row, request.user)
                request.behind_sign_in = row is not access.Open.PUBLIC  # type: ignore[attr-defined]  # read above
        if verdict is access.Verdict.SIGN_IN:
            return redirect_to_login(request.get_full_path())
        if verdict is access.Verdict.HIDE:
            raise Http404
        return None


class RefusalMiddleware:
    """A refusal no view has put into its page is still told in words; another's object is a 404."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotFoundError):
            raise Http404 from error
        if isinstance(error, DomainError):
            return render(request, "ui/refused.html", {"refusal": str(error)}, status=409)
        return None
