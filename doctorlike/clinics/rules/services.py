"""What clinics render: specialties, kinds of care, and the invented price list of the demo network."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.money import Money


class CareKind(StrEnum):
    """Kinds of care a clinic takes part with."""

    OUTPATIENT = "outpatient"
    DENTAL = "dental"
    HOME = "home"
    INPATIENT = "inpatient"


CARE_KIND_NAMES: Mapping[CareKind, Any] = MappingProxyType(
    {
        CareKind.OUTPATIENT: _("Приём в поликлинике"),
        CareKind.DENTAL: _("Стоматология"),
        CareKind.HOME: _("Вызов врача на дом"),
        CareKind.INPATIENT: _("Экстренный стационар"),
    }
)


class Specialty(NamedTuple):
    """`service_code` is that of the first visit in the nomenclature (order 804н); `words` are what people type."""

    name: Any
    service_code: str
    words: str


SPECIALTIES: Mapping[str, Specialty] = MappingProxyType(
    {
        "therapist": Specialty(_("Терапевт"), "B01.047.001", "терапевт терапия"),
        "paediatrician": Specialty(_("Педиатр"), "B01.031.001", "педиатр детский врач"),
        "gynaecologist": Specialty(_("Гинеколог"), "B01.001.001", "гинеколог гинекология женский врач"),
        "ophthalmologist": Specialty(_("Офтальмолог"), "B01.029.001", "офтальмолог окулист глазной врач зрение"),
        "ent": Specialty(_("ЛОР"), "B01.028.001", "лор оториноларинголог отоларинголог ухо горло нос"),
        "neurologist": Specialty(_("Невролог"), "B01.023.001", "невролог невропатолог неврология"),
        "cardiologist": Specialty(_("Кардиолог"), "B01.015.001", "кардиолог кардиология"),
        "endocrinologist": Specialty(_("Эндокринолог"), "B01.058.001", "эндокринолог эндокринология"),
        "gastroenterologist": Specialty(_("Гастроэнтеролог"), "B01.004.001", "гастроэнтеролог гастроэнтерология"),
        "dermatologist": Specialty(_("Дерматолог"), "B01.008.001", "дерматолог дерматовенеролог кожный врач"),
        "surgeon": Specialty(_("Хирург"), "B01.057.001", "хирург хирургия"),
        "traumatologist": Specialty(_("Травматолог-ортопед"), "B01.050.001", "травматолог ортопед травма"),
        "urologist": Specialty(_("Уролог"), "B01.053.001", "уролог урология"),
        "dentist": Specialty(_("Стоматолог"), "B01.065.007", "стоматолог стоматология зубной врач дантист"),
        "child_dentist": Specialty(_("Детский стоматолог"), "B01.064.003", "детский стоматолог зубной врач"),
    }
)

SPECIALTY_BY_SERVICE: Mapping[str, str] = MappingProxyType(
    {specialty.service_code: code for code, specialty in SPECIALTIES.items()}
)


class DemoService(NamedTuple):
    """A line of the demo price list; `price` is invented, wording and codes are those of order 804н."""

    code: str
    name: str
    price: Money
    care_kind: CareKind


def _outpatient(code: str, name: str, roubles: str) -> DemoService:
    return DemoService(code, name, Money.of(roubles), CareKind.OUTPATIENT)


def _dental(code: str, name: str, roubles: str) -> DemoService:
    return DemoService(code, name, Money.of(roubles), CareKind.DENTAL)


DEMO_SERVICES: tuple[DemoService, ...] = (
    _outpatient("B01.047.001", "Прием (осмотр, консультация) врача-терапевта первичный", "1900.00"),
    _outpatient("B01.047.002", "Прием (осмотр, консультация) врача-терапевта повторный", "1600.00"),
    _outpatient("B01.031.001", "Прием (осмотр, консультация) врача-педиатра первичный", "2000.00"),
    _outpatient("B01.001.001", "Прием (осмотр, консультация) врача-акушера-гинеколога первичный", "2300.00"),
    _outpatient("B01.029.001", "Прием (осмотр, консультация) врача-офтальмолога первичный", "2100.00"),
    _outpatient("B01.028.001", "Прием (осмотр, консультация) врача-оториноларинголога первичный", "2150.00"),
    _outpatient("B01.023.001", "Прием (осмотр, консультация) врача-невролога первичный", "2200.00"),
    _outpatient("B01.015.001", "Прием (осмотр, консультация) врача-кардиолога первичный", "2400.00"),
    _outpatient("B01.058.001", "Прием (осмотр, консультация) врача-эндокринолога первичный", "2350.00"),
    _outpatient("B01.004.001", "Прием (осмотр, консультация) врача-гастроэнтеролога первичный", "2250.00"),
    _outpatient("B01.008.001", "Прием (осмотр, консультация) врача-дерматовенеролога первичный", "2050.00"),
    _outpatient("B01.057.001", "Прием (осмотр, консультация) врача-хирурга первичный", "2000.00"),
    _outpatient("B01.050.001", "Прием (осмотр, консультация) врача-травматолога-ортопеда первичный", "2100.00"),
    _outpatient("B01.053.001", "Прием (осмотр, консультация) врача-уролога первичный", "2150.00"),
    _outpatient("B03.016.003", "Общий (клинический) анализ крови развернутый", "750.00"),
    _outpatient("B03.016.004", "Анализ крови биохимический общетерапевтический", "1850.00"),
    _outpatient("B03.016.006", "Общий (клинический) анализ мочи", "450.00"),
    _outpatient("A04.16.001", "Ультразвуковое исследование органов брюшной полости (комплексное)", "2300.00"),
    _outpatient("A04.22.001", "Ультразвуковое исследование щитовидной железы и паращитовидных желез", "1700.00"),
    _outpatient("A05.10.006", "Регистрация электрокардиограммы", "900.00"),
    _outpatient("A05.23.009", "Магнитно-резонансная томография головного мозга", "6400.00"),
    _outpatient("A06.09.007", "Рентгенография легких", "1500.00"),
    _outpatient("A21.01.001", "Общий массаж медицинский", "2600.00"),
    _dental("B01.065.007", "Прием (осмотр, консультация) врача-стоматолога первичный", "1200.00"),
    _dental("B01.064.003", "Прием (осмотр, консультация) врача-стоматолога детского первичный", "1250.00"),
    _dental("A16.07.001", "Удаление зуба", "3100.00"),
    _dental("A16.07.002", "Восстановление зуба пломбой", "4900.00"),
    _dental("A16.07.051", "Профессиональная гигиена полости рта и зубов", "5200.00"),
    _dental("A16.07.054", "Внутрикостная дентальная имплантация", "38000.00"),
)


# The beginning of a word tells the kind, however an insurer words its column.
_KIND_STEMS = (
    ("стоматолог", CareKind.DENTAL),
    ("стационар", CareKind.INPATIENT),
    ("на дому", CareKind.HOME),
    ("на дом", CareKind.HOME),
    ("поликлин", CareKind.OUTPATIENT),
    ("амбулатор", CareKind.OUTPATIENT),
)


class CareKindsRead(NamedTuple):
    kinds: tuple[CareKind, ...]
    unread: tuple[str, ...]


def read_care_kinds(text: str) -> CareKindsRead:
    """Kinds of care from a list's column («…; …»). A part that says only how to make an appointment is no kind
    and no mistake; anything else unknown is reported."""
    kinds: list[CareKind] = []
    unread: list[str] = []
    for part in (part.strip() for part in text.split(";")):
        folded = part.lower()
        known = next((kind for stem, kind in _KIND_STEMS if stem in folded), None)
        if known is not None:
            if known not in kinds:
                kinds.append(known)
        elif part and not folded.startswith("запись"):
            unread.append(part)
    return CareKindsRead(tuple(kinds), tuple(unread))
