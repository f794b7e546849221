"""Cells of the list, as people and spreadsheets write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import DocumentKind
from doctorlike.kit.money import Money
from doctorlike.kit.spelling import fold
from doctorlike.products.rules import Scope

LONGEST_CELL = 500
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What a spreadsheet leaves in a cell whose formula it could not work out.
_FORMULA = re.compile(
    r"=|@|#(?:ССЫЛКА|ЗНАЧ|ДЕЛ/0|Н/Д|ИМЯ|ПУСТО|ЧИСЛО|REF|VALUE|DIV/0|N/A|NAME|NULL|NUM)", re.IGNORECASE
)
_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_MOST_PREMIUM = Decimal("99999999999.99")

_SCOPES: Mapping[str, Scope] = {
    fold(name): scope
    for scope, names in {
        Scope.MOSCOW: ("Москва", "Москва и Московская область", "Москва и МО"),
        Scope.SAINT_PETERSBURG: (
            "Санкт-Петербург",
            "Санкт-Петербург и Ленинградская область",
            "Санкт-Петербург и ЛО",
            "СПб и ЛО",
            "СПб",
        ),
        Scope.REGIONS: (
            "Регионы",
            "Регионы России",
            "Регионы России, кроме Москвы, Санкт-Петербурга и их областей",
        ),
        Scope.RUSSIA: ("Россия", "Вся Россия", "Российская Федерация", "РФ"),
    }.items()
    for name in (*names, scope.value)
}
_SEXES: Mapping[str, str] = {
    "ж": "female",
    "жен": "female",
    "женский": "female",
    "female": "female",
    "м": "male",
    "муж": "male",
    "мужской": "male",
    "male": "male",
}
_DOCUMENTS: Mapping[str, DocumentKind] = {
    fold(name): kind
    for kind, names in {
        DocumentKind.PASSPORT: ("паспорт", "паспорт РФ", "паспорт гражданина РФ", "паспорт гражданина России"),
        DocumentKind.BIRTH_CERTIFICATE: ("свидетельство о рождении", "свидетельство"),
        DocumentKind.FOREIGN: (
            "иностранный паспорт",
            "паспорт иностранного гражданина",
            "иностранный документ",
            "вид на жительство",
        ),
    }.items()
    for name in (*names, kind.value)
}


class WrongCellError(ValueError):
    """The cell cannot be used; the reason is for the people who mend the list and repeats nothing of the cell."""

    def __init__(self, reason: object) -> None:
        super().__init__(str(reason))


def line(text: str, longest: int = LONGEST_CELL) -> str:
    """One line of text without spare spaces. WrongCellError for formulas, unseen signs and too long a text."""
    if _FORMULA.match(text):
        raise WrongCellError(_("в ячейке формула, а нужно значение"))
    if _CONTROL.search(text):
        raise WrongCellError(_("посторонние знаки"))
    plain = " ".join(text.split())
    if len(plain) > longest:
        raise WrongCellError(_("длиннее {longest} знаков").format(longest=longest))
    return plain


def day(text: str) -> date:
    """«10.03.2026», «2026-03-10», with a time of day or without."""
    try:
        if found := _DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if _ISO_DAY.fullmatch(text):
            return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    raise WrongCellError(_("не дата: нужна ДД.ММ.ГГГГ"))


def roubles(text: str) -> Money:
    """«9 500,00 ₽»; not below zero, exact to the kopeck."""
    figures = re.sub(r"(?:₽|руб(?:лей|ля|ль)?\.?|р\.)$", "", text.lower().strip())
    figures = re.sub(r"[\s'’]", "", figures).replace(",", ".")
    if not re.fullmatch(r"\d{1,11}(?:\.\d{1,2}0*)?", figures):
        raise WrongCellError(_("не сумма в рублях и копейках"))
    amount = Decimal(figures).quantize(Decimal("0.01"))
    if amount > _MOST_PREMIUM:
        raise WrongCellError(_("не сумма в рублях и копейках"))
    return Money(amount)


def percent(text: str) -> int:
    """«30», «30 %», or «0.3» as spreadsheets keep a cell of that kind."""
    figures = text.replace("%", "").replace(",", ".").strip()
    try:
        told = Decimal(figures)
    except InvalidOperation:
        told = Decimal("NaN")
    if told.is_finite() and 0 < told < 1:
        told *= 100
    if not told.is_finite() or told != told.to_integral_value() or not 0 <= told < 100:
        raise WrongCellError(_("не процент"))
    return int(told)


def scope(text: str) -> str:
    return _one_of(_SCOPES, text, _("неизвестная территория"))


def sex(text: str) -> str:
    return _one_of(_SEXES, text, _("нужно «м» или «ж»"))


def document_kind(text: str) -> DocumentKind:
    return DocumentKind(_one_of(_DOCUMENTS, text, _("неизвестный вид документа")))


def full_name(text: str) -> tuple[str, str, str]:
    """Surname, given name and patronymic of «Серова Анна Викторовна»."""
    parts = text.split()
    if len(parts) < 2:
        raise WrongCellError(_("нужны фамилия и имя"))
    return parts[0], parts[1], " ".join(parts[2:])


def _one_of(known: Mapping[str, str], text: str, reason: object) -> str:
    try:
        return known[fold(text)]
    except KeyError:
        raise WrongCellError(reason) from None
