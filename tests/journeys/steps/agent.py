"""Policies that an agent sold some weeks ago, without a share: the insurer's list brings them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.journeys.cast import Client, day
from tests.journeys.world import World


def has_sold(world: World, folder: Path, client: Client, scopes: dict[str, str]) -> None:
    """The client's policies by number, each with its territory, the one named last begun last."""
    row = {
        "Программа": "Поликлиника",
        "Франшиза, %": "0",
        "Премия, руб.": "9500,00",
        "Страхователь ФИО": client.full_name,
        "Страхователь дата рождения": day(client.born_on),
        "Страхователь пол": client.sex[0],
        "Страхователь документ": "паспорт",
        "Страхователь серия": client.series,
        "Страхователь номер документа": client.number,
        "Страхователь дата выдачи": day(client.issued_on),
        "Страхователь телефон": client.phone,
        "Страхователь почта": client.email,
    }
    rows = []
    for weeks, (number, scope) in enumerate(scopes.items(), start=6):
        begun = world.today() - timedelta(weeks=weeks)
        dates = {"Действует с": day(begun), "Дата заключения": day(begun - timedelta(days=5))}
        rows.append({"Номер полиса": number, "Территория": scope, **dates, **row})
    lines = [";".join(rows[0]), *(";".join(one.values()) for one in rows)]
    file = folder / f"полисы-{client.number}.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    told = world.system.manage("import_policies", str(file), "--apply")
    assert f"Записано полисов: {len(scopes)}" in told, told
