"""Lines of the directory, drawn without a template: ten of them cost more than the rest of an answer together, and it
is given anew with every few letters that somebody types."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from doctorlike.sites.portal.clinics.pages import DirectoryLine
from doctorlike.ui.templatetags.ui import icon
from doctorlike.ui.words import day, when_in

_SOME_ID = UUID(int=0)


def drawn(lines: Iterable[DirectoryLine], came_by: str) -> SafeString:
    """Items of a list. `came_by` is the query of the page they stand on, for the way back to it from a card."""
    before, after = reverse("clinics:card", args=[_SOME_ID]).split(str(_SOME_ID))
    pin, way_back = icon("map-pin"), escape(after + came_by)
    return mark_safe(  # noqa: S308  # of parts that are escaped below
        "".join(
            f'<li class="item" id="clinic-{clinic.id}"><span class="badge">{pin}</span><div>'
            f'<a class="item-title" href="{before}{clinic.id}{way_back}">{escape(clinic.name)}</a>\n'
            f'<p class="soft small">{_where(line)}</p>\n<p class="small">{_when(line)}</p>\n'
            f'<p class="row">{_chips(line)}</p></div></li>'
            for line in lines
            for clinic in [line.entry.clinic]
        )
    )


def _where(line: DirectoryLine) -> str:
    distance = f"<b>{escape(line.distance)}</b> · " if line.distance else ""
    metro = ", ".join(line.entry.clinic.metro)
    station = f" · {gettext('м.')}&nbsp;{escape(metro)}" if metro else ""
    return f"{distance}{escape(line.address)}{station}"


def _when(line: DirectoryLine) -> str:
    free = line.next_slot
    if free is None:
        return escape(line.hours)
    when = when_in(free.starts_at, line.entry.clinic.zone)
    return escape(f"{line.hours} · {gettext('ближайшее время %(when)s') % {'when': when}}")


def _chips(line: DirectoryLine) -> str:
    chips = []
    if not line.entry.chosen:
        chips.append(("plain", gettext("Регион не выбран")))
    elif line.entry.opens_on:
        chips.append(("wait", gettext("Откроется %(day)s") % {"day": day(line.entry.opens_on)}))
    if line.entry.clinic.online_booking:
        chips.append(("good", gettext("Онлайн-запись")))
    if line.entry.clinic.is_demo:
        chips.append(("plain", gettext("Демо")))
    return "".join(f'<span class="chip {kind}">{escape(text)}</span>' for kind, text in chips)
