"""What a device keeps to show the card without a network: a page without a card, its parts, and the service worker that
serves them. Nothing here is anybody's in particular."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# What the page without a network is made of.
PARTS = ("ui/ui.css", "fonts/manrope.woff2", "ui/mark.svg", "ui/js/card.js", "ui/js/card-code.js", "ui/js/card-keep.js")

# A base page shows these too; the shell is everybody's and must not change from moment to moment.
_NOBODYS: dict[str, object] = {"is_shell": True, "csrf_token": "", "clock_moved_to": None, "messages": ()}


@never_cache
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/card/offline.html", _NOBODYS)


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of `/cabinet/card/` and nothing else. Its text changes with whatever it keeps, so a browser
    that compares it byte by byte takes the new one at its next visit."""
    page = render_to_string("portal/card/offline.html", _NOBODYS, request)
    kept = [static(one) for one in PARTS]
    version = hashlib.sha256("\n".join([page, *kept, *(_content_mark(one) for one in PARTS)]).encode()).hexdigest()[:16]
    told = {"version": version, "scope": reverse("card:index"), "shell": reverse("card:offline"), "kept": kept}
    return render(request, "portal/card/worker.js", told, content_type="text/javascript; charset=utf-8")


def _content_mark(name: str) -> str:
    """What of a part changes with its content where its address does not: no more than while developing."""
    if hasattr(staticfiles_storage, "hashed_files"):
        return ""
    found = finders.find(name)
    if not found:
        return ""
    with open(str(found), "rb") as part:
        return hashlib.sha256(part.read()).hexdigest()


@never_cache
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    brand = settings.BRAND
    home = reverse("card:index")
    told = {
        "id": home,
        "name": brand.product,
        "short_name": brand.product,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": brand.theme_light,
        "theme_color": brand.theme_light,
        "icons": [{"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return JsonResponse(told, content_type="application/manifest+json")
