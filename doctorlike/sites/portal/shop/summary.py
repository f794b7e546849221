"""Every answer of an order, each with the place where it is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from doctorlike.accounts.rules import DocumentKind
from doctorlike.kit.money import Money
from doctorlike.kit.phones import show_phone
from doctorlike.shop.queries import OrderView
from doctorlike.shop.rules import Answers, Priced
from doctorlike.sites.portal.shop.countries import country_name
from doctorlike.sites.portal.shop.people import CERTIFICATE, FOREIGN, PASSPORT, SEXES
from doctorlike.ui.words import day


@dataclass(frozen=True, slots=True)
class Row:
    """One answer; `change_url` leads to its very field."""

    label: str
    value: str
    change_url: str


@dataclass(frozen=True, slots=True)
class Line:
    """An insured with every answer. `number` is their place on the list of others, 0 for the policyholder, whose
    answers stand above; `premium` is None while there is no price."""

    person: Answers
    premium: Money | None
    number: int
    rows: tuple[Row, ...]


def policyholder_rows(order: OrderView, token: str) -> list[Row]:
    holder, page = order.draft.policyholder, reverse("shop:policyholder", args=[token])
    if holder is None:
        return []
    contacts = (
        Row(_("Телефон"), show_phone(holder.phone), f"{page}#id_phone"),
        Row(_("Электронная почта"), holder.email, f"{page}#id_email"),
    )
    return [*_rows(holder.person, page), *contacts]


def insured_lines(order: OrderView, token: str, insured: tuple[Priced, ...]) -> list[Line]:
    """In the order of `Draft.insured`; without prices when there are none yet."""
    holder = order.draft.policyholder
    own = 1 if holder and holder.is_insured else 0
    premiums: list[Money | None] = [one.premium for one in insured] or [None] * len(order.draft.insured)
    lines = []
    for place, (person, premium) in enumerate(zip(order.draft.insured, premiums, strict=True)):
        number = max(0, place + 1 - own)
        page = reverse("shop:insured", args=[token, number]) if number else ""
        lines.append(Line(person, premium, number, tuple(_rows(person, page)) if number else ()))
    return lines


def _rows(person: Answers, page: str) -> list[Row]:
    foreign = person.document_kind == DocumentKind.FOREIGN
    kinds: dict[str, Any] = dict((PASSPORT, CERTIFICATE, FOREIGN))
    told: list[tuple[str, str, str]] = [
        (_("Фамилия, имя, отчество"), person.full_name, "surname"),
        (_("Пол"), str(dict(SEXES).get(person.sex, "")), "sex_0"),
        (_("Дата рождения"), day(person.born_on), "born_on"),
        (_("Место рождения"), person.birth_place, "birth_place"),
        (_("Документ"), str(kinds[person.document_kind]), "document_kind_0"),
        (_("Гражданство"), country_name(person.citizenship) if foreign else "", "citizenship"),
        (_("Имя латинскими буквами"), person.latin_name, "latin_name"),
        (_("Серия и номер"), f"{person.series} {person.number}".strip(), "series"),
        (_("Дата выдачи"), day(person.issued_on), "issued_on"),
        (_("Действует до"), day(person.valid_until) if person.valid_until else "", "valid_until"),
        (_("Код подразделения"), person.division_code, "division_code"),
        (_("Кем выдан"), person.issuer, "issuer"),
        (_("Адрес регистрации"), person.registration, "registration"),
        (_("Где живёт"), person.residence, "residence"),
    ]
    return [Row(label, value, f"{page}#id_{field}") for label, value, field in told if value]
