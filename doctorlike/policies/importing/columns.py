"""Columns of the list by the names that people give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.spelling import fold

ROLES = ("holder", "insured")

# Names are compared folded: small letters, no punctuation. The first is how the column is called in reports.
_POLICY: Mapping[str, Sequence[str]] = {
    "number": ("номер полиса", "полис", "номер", "номер договора"),
    "product": ("продукт", "код продукта"),
    "version": ("версия", "версия продукта", "редакция"),
    "programme": ("программа", "программа страхования"),
    "scope": ("территория", "территория действия", "покрытие", "территория страхования"),
    "copay": ("франшиза", "процент франшизы", "доля клиента"),
    "starts_on": ("действует с", "начало", "дата начала", "начало действия", "начало срока"),
    "last_on": ("действует по", "окончание", "дата окончания", "окончание действия", "последний день"),
    "concluded_on": ("дата заключения", "заключен", "дата договора"),
    "premium": ("премия", "страховая премия", "премия руб", "страховая премия руб"),
}
_PERSON: Mapping[str, Sequence[str]] = {
    "surname": ("фамилия",),
    "given_name": ("имя",),
    "patronymic": ("отчество",),
    "full_name": ("фио", "ф и о", ""),
    "born_on": ("дата рождения", "родился", "день рождения"),
    "sex": ("пол",),
    "document_kind": ("документ", "вид документа", "тип документа"),
    "series": ("серия документа", "серия", "серия паспорта"),
    "number": ("номер документа", "номер паспорта", "документ номер"),
    "issued_on": ("дата выдачи", "дата выдачи документа", "дата выдачи паспорта", "документ выдан"),
    "issuer": ("кем выдан", "кем выдан документ", "кем выдан паспорт"),
    "division_code": ("код подразделения",),
    "birth_place": ("место рождения",),
    "registration": ("адрес регистрации", "адрес"),
    "residence": ("адрес проживания", "фактический адрес"),
    "citizenship": ("гражданство",),
    "latin_name": ("имя латиницей", "фио латиницей"),
    "valid_until": ("документ действует до", "срок действия документа"),
    "phone": ("телефон", "мобильный телефон", "номер телефона"),
    "email": ("почта", "электронная почта", "эл почта", "e mail", "email"),
}
_ROLE_NAMES: Mapping[str, Sequence[str]] = {
    "holder": ("страхователь", "страхователя"),
    "insured": ("застрахованный", "застрахованного", "застрахованное лицо", "застрахованного лица"),
}

# Alternatives: one of each is enough.
COLUMNS_NEEDED: Sequence[Sequence[str]] = (
    ("number",),
    ("programme",),
    ("scope",),
    ("copay",),
    ("starts_on",),
    ("concluded_on",),
    ("premium",),
    ("holder.surname", "holder.full_name"),
    ("holder.born_on",),
    ("holder.sex",),
    ("holder.series",),
    ("holder.number",),
    ("holder.phone",),
    ("holder.email",),
)

WHOLE_ROW = _("строка целиком")


def _all_names() -> dict[str, str]:
    names = {fold(name): key for key, aliases in _POLICY.items() for name in aliases}
    for role, called in _ROLE_NAMES.items():
        for key, aliases in _PERSON.items():
            for name in aliases:
                for who in called:
                    names.setdefault(fold(f"{who} {name}"), f"{role}.{key}")
                    names.setdefault(fold(f"{name} {who}"), f"{role}.{key}")
    return names


_KEYS = _all_names()


def keys_of(columns: Sequence[str]) -> tuple[dict[str, str], list[str], list[str]]:
    """Keys by the columns of a file, in its spelling; then the columns nobody knows, and the titles of those that are
    there twice under different names."""
    keys: dict[str, str] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for column in filter(None, columns):
        key = _KEYS.get(fold(column.replace("№", "номер ")))
        if key is None:
            unknown.append(column)
        elif key in keys.values():
            twice.append(title(key))
        else:
            keys[column] = key
    return keys, unknown, twice


def title(key: str) -> str:
    """How a column is called in reports."""
    if not key:
        return str(WHOLE_ROW)
    if key in _POLICY:
        return _POLICY[key][0]
    role, _dot, own = key.partition(".")
    if own not in _PERSON:
        return _ROLE_NAMES[role][0]
    return f"{_ROLE_NAMES[role][0]} {_PERSON[own][0]}"
