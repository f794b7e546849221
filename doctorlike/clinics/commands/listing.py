"""«Список ЛПУ» as a file: made while its reader waits, or by a job and kept for a day. In Russian, as every paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from doctorlike.clinics.errors import ListTooLongError
from doctorlike.clinics.models import ListFile
from doctorlike.clinics.queries.listing import ListLine, list_count, list_file, list_lines, read_list_file
from doctorlike.clinics.rules.listing import DAYS_KEPT, ListAsked, ListFormat
from doctorlike.documents import commands as documents
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked
from doctorlike.kit.workbooks import write_workbook
from doctorlike.ui.words import day, phone

# Heading and width in signs.
_COLUMNS = (
    ("Клиника", 44),
    ("Адрес", 60),
    ("Регион", 24),
    ("Метро", 28),
    ("Телефоны", 30),
    ("Часы работы", 34),
    ("Онлайн-запись", 15),
)


def list_as_file(*, asked: ListAsked, what: str, at: datetime) -> bytes:
    """The file itself; `what` names the scope or the regions in words. ListTooLongError for a PDF that nobody could
    open. Nothing is stored, so repeating is safe."""
    count = list_count(asked)
    if not asked.fits(count):
        raise ListTooLongError
    with translation.override("ru"):
        if asked.format is ListFormat.XLSX:
            return _workbook(asked, what, count)
        facts = pdf_facts(list_lines(asked), what=what, on=asked.on, count=count)
        return documents.typeset_paper(template="clinics", facts=facts, made_at=at)


def _workbook(asked: ListAsked, what: str, count: int) -> bytes:
    notes = (
        f"{settings.BRAND.product}, {settings.BRAND.insurer}: список ЛПУ — {what}",
        f"На {day(asked.on)}. Клиник: {count}. Перед визитом проверьте клинику по телефону {settings.BRAND.phone}.",
    )
    rows = (
        (
            line.name,
            line.address,
            line.region_name,
            ", ".join(line.metro),
            _phones(line),
            line.hours,
            "да" if line.online_booking else "нет",
        )
        for line in list_lines(asked)
    )
    return write_workbook(title="Список ЛПУ", notes=notes, columns=_COLUMNS, rows=rows)


def pdf_facts(lines: Iterable[ListLine], *, what: str, on: date, count: int) -> dict[str, Any]:
    """What the template «clinics» is told. Lines come by region."""
    return {
        "what": what,
        "on": day(on),
        "count": str(count),
        "online": True,
        "regions": [
            {"name": name, "rows": list(_rows(of_region))}
            for name, of_region in groupby(lines, key=lambda line: line.region_name)
        ],
    }


def _rows(lines: Iterable[ListLine]) -> Iterator[list[Any]]:
    for line in lines:
        yield [line.name, line.address, ", ".join(line.metro), _phones(line), line.hours, line.online_booking]


def _phones(line: ListLine) -> str:
    said = (
        phone(one.e164) + (_(", доб. {extension}").format(extension=one.extension) if one.extension else "")
        for one in line.phones
    )
    return "; ".join(said).replace("\u00a0", " ")


@transaction.atomic
def ask_list_file(*, asked: ListAsked, what: str, by: Actor, at: datetime) -> UUID:
    """Have a long list made by a job, once for all who ask that day, and anew when clinics came or left since; returns
    the id of its file. Repeating changes nothing."""
    from doctorlike.clinics.tasks import make_list_file  # the task calls back into this module

    row, is_new = _row(asked, what=what, by=by, at=at)
    if is_new:
        make_list_file.configure(lock="clinics:list-file").defer(file_id=str(row.pk))
    return row.pk


def list_content(*, asked: ListAsked, what: str, by: Actor, at: datetime) -> bytes | None:
    """The file, kept from before or made now; None for a long one that must be asked for first. However often it is
    fetched, it is made once a day. ListTooLongError for a PDF that nobody could open."""
    count = list_count(asked)
    if not asked.fits(count):
        raise ListTooLongError
    kept = list_file(asked)
    if kept is not None and kept.is_ready and kept.clinic_count == count:
        return read_list_file(kept.id)
    if not asked.at_once(count):
        return None
    with transaction.atomic():
        row, _is_new = _row(asked, what=what, by=by, at=at)
    make_list_file(file_id=row.pk, by=by, at=at)
    return read_list_file(row.pk)


def _row(asked: ListAsked, *, what: str, by: Actor, at: datetime) -> tuple[ListFile, bool]:
    """The row of the list, and whether it is to be made."""
    row, is_new = ListFile.objects.select_for_update().get_or_create(
        scope=asked.scope,
        on=asked.on,
        format=asked.format,
        regions=asked.regions_key,
        defaults={"what": what[:300], "asked_at": at, "asked_by": str(by)},
    )
    if row.ready_at is not None and row.clinic_count != list_count(asked):
        storage.forget(row.storage_key)
        row.storage_key, row.ready_at, row.ready_by = "", None, ""
        row.asked_at, row.asked_by = at, str(by)
        row.save()
        return row, True
    return row, is_new


def make_list_file(*, file_id: UUID, by: Actor, at: datetime) -> None:
    """Make the file that was asked for. One that is made is left alone, so repeating is safe."""
    row = ListFile.objects.filter(pk=file_id, ready_at__isnull=True).first()
    if row is None:
        return
    regions = None if not row.regions else tuple(code for code in row.regions.split(",") if code != "-")
    asked = ListAsked(row.scope, row.on, regions, ListFormat(row.format))
    count = list_count(asked)
    content = list_as_file(asked=asked, what=row.what, at=at)
    key = storage.keep(content, folder=f"lists/{asked.on:%Y/%m}")
    with transaction.atomic():
        kept = locked(ListFile.objects, pk=file_id)
        if kept.ready_at is not None:
            storage.forget(key)
            return
        kept.clinic_count, kept.storage_key = count, key
        kept.ready_at, kept.ready_by = at, str(by)
        kept.save(update_fields=["clinic_count", "storage_key", "ready_at", "ready_by"])


def remove_old_list_files(*, on: date) -> int:
    """Forget the files of days gone by; returns how many. Repeating is safe."""
    old = ListFile.objects.filter(on__lte=on - timedelta(days=DAYS_KEPT))
    removed = 0
    for row in old:
        if row.storage_key:
            storage.forget(row.storage_key)
        row.delete()
        removed += 1
    return removed
