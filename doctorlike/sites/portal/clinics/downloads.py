"""«Список ЛПУ» as files: what is offered beside a list on the screen, and the file itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from doctorlike.clinics.commands import listing
from doctorlike.clinics.errors import ListTooLongError
from doctorlike.clinics.queries.listing import list_file
from doctorlike.clinics.rules.listing import ListAsked, ListFormat, file_name
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.regions import queries as regions
from doctorlike.sites.downloads import attachment

MEDIA_TYPES = {
    ListFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ListFormat.PDF: "application/pdf",
}
# More names than this do not fit a heading.
_MOST_NAMED = 3


class Stand(StrEnum):
    READY = "ready"
    MAKING = "making"
    TO_ASK = "to_ask"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class FileOffer:
    """`url` fetches the file, and asks for it to be made when posted to."""

    format: ListFormat
    title: Any
    stand: Stand
    url: str


def offers(base: ListAsked, count: int, urls: dict[ListFormat, str]) -> list[FileOffer]:
    """The formats of one list of so many clinics. At most one query a format."""
    titles = {ListFormat.XLSX: _("Таблица XLSX"), ListFormat.PDF: _("Документ PDF")}
    return [
        FileOffer(one, titles[one], _stand(ListAsked(base.scope, base.on, base.regions, one), count), urls[one])
        for one in ListFormat
    ]


def _stand(asked: ListAsked, count: int) -> Stand:
    if not asked.fits(count):
        return Stand.TOO_LONG
    if asked.at_once(count):
        return Stand.READY
    kept = list_file(asked)
    if kept is None or (kept.is_ready and kept.clinic_count != count):
        return Stand.TO_ASK
    return Stand.READY if kept.is_ready else Stand.MAKING


def answered(request: HttpRequest, asked: ListAsked, *, by: Actor, back: str) -> HttpResponse:
    """The file for a GET; a POST has a long one made. `back` is the page with the list."""
    at, what = clock.now(), in_words(asked)
    if request.method == "POST":
        listing.ask_list_file(asked=asked, what=what, by=by, at=at)
        return redirect(back)
    try:
        content = listing.list_content(asked=asked, what=what, by=by, at=at)
    except ListTooLongError as refusal:
        messages.warning(request, str(refusal))
        return redirect(back)
    if content is None:
        messages.info(request, _("Файл большой, его нужно сначала подготовить."))
        return redirect(back)
    name = file_name(settings.BRAND.insurer_short, what, asked.on, asked.format)
    return attachment(content, name=name, media_type=MEDIA_TYPES[asked.format])


def in_words(asked: ListAsked) -> str:
    """Which clinics: the regions by name, or the scope. In Russian, as the file itself."""
    with override("ru"):
        if asked.regions is None:
            return render_to_string("portal/parts/scope.html", {"scope": asked.scope}).strip()
        names = [one.shown_name for one in regions.all_regions() if one.code in asked.regions]
        if len(names) <= _MOST_NAMED:
            return ", ".join(names)
        return _("{first} и ещё регионов: {more}").format(
            first=", ".join(names[:_MOST_NAMED]), more=len(names) - _MOST_NAMED
        )
