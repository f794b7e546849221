"""Lists of policies in the shape insurers send them; all people are invented."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

ANNAS = {
    "Номер полиса": "ONDL-300100",
    "Продукт": "demo",
    "Программа": "Поликлиника",
    "Территория": "Регионы России",
    "Франшиза, %": "30",
    "Действует с": "10.03.2026",
    "Действует по": "09.03.2027",
    "Дата заключения": "20.02.2026",
    "Премия, руб.": "9 500,00",
    "Страхователь фамилия": "Серова",
    "Страхователь имя": "Анна",
    "Страхователь отчество": "Викторовна",
    "Страхователь дата рождения": "14.05.1988",
    "Страхователь пол": "ж",
    "Страхователь документ": "паспорт",
    "Страхователь серия": "36 08",
    "Страхователь номер документа": "123456",
    "Страхователь дата выдачи": "20.06.2008",
    "Страхователь телефон": "8 (927) 000-00-12",
    "Страхователь почта": "Anna@mail.example",
}
MITYAS = {
    "Застрахованный ФИО": "Серов Дмитрий Андреевич",
    "Застрахованный дата рождения": "20.03.2015",
    "Застрахованный пол": "м",
    "Застрахованный документ": "свидетельство о рождении",
    "Застрахованный серия": "IV-МЮ",
    "Застрахованный номер документа": "654321",
}
BORISES = {
    "Застрахованный ФИО": "Борисов Борис",
    "Застрахованный дата рождения": "02.11.1975",
    "Застрахованный пол": "муж",
    "Застрахованный документ": "",
    "Застрахованный серия": "3620",
    "Застрахованный номер документа": "777777",
    "Застрахованный телефон": "+79270000077",
    "Застрахованный почта": "boris@mail.example",
}


def annas(**wishes: str) -> dict[str, str]:
    """Anna's own row, with other cells where wished («_» stands for a space)."""
    return {**ANNAS, **{name.replace("_", " "): value for name, value in wishes.items()}}


def as_csv(*rows: Mapping[str, str], separator: str = ";", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    columns = _columns(rows)
    writer = csv.DictWriter(text, columns, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(columns: Sequence[str], *rows: Sequence[object]) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (columns, *rows):
        sheet.append(list(row))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _columns(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))
