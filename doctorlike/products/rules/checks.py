"""What strict types cannot say about terms. Each finding names the field and, for people, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.money import Money
from doctorlike.products.rules.scopes import SCOPES, Scope

if TYPE_CHECKING:
    from doctorlike.products.rules.terms import Programme, Terms

Finding = tuple[str, Any]
MOST_RENEWAL_DAYS = 180


def contradictions(terms: Terms) -> Iterator[Finding]:
    """What makes terms unreadable: no contract could be priced or served by them."""
    yield from _offer(terms)
    yield from _prices(terms)
    yield from _days(terms)


def _offer(terms: Terms) -> Iterator[Finding]:
    codes = [programme.code for programme in terms.programmes]
    if len(set(codes)) != len(codes) or not codes:
        yield "programmes", _("нужна хотя бы одна, и у каждой свой код")
    if any(scope not in SCOPES for scope in terms.scopes) or not terms.scopes:
        yield "scopes", _("нужна хотя бы одна известная территория")
    if any(not 0 <= percent < 100 for percent in terms.copay_percents) or not terms.copay_percents:
        yield "copay_percents", _("от 0 до 99")


def _prices(terms: Terms) -> Iterator[Finding]:
    tariff, bands = terms.tariff, terms.tariff.age_bands
    codes = {programme.code for programme in terms.programmes}
    if set(tariff.copay_factors) != set(terms.copay_percents):
        yield "tariff.copay_factors", _("нужен коэффициент для каждой доли в продаже")
    elif _rises(tariff.copay_factors[percent] for percent in sorted(terms.copay_percents)):
        yield "tariff.copay_factors", _("чем больше доля, тем не дороже полис")
    if any(set(tariff.base.get(scope, {})) != codes for scope in terms.scopes):
        yield "tariff.base", _("нужна цена для каждой территории и программы")
    if not bands or bands[0].age_from > terms.age_from or bands[-1].age_to < terms.age_to:
        yield "tariff.age_bands", _("возрастные группы не закрывают возраст, в котором продают полис")
    if any(left.age_to + 1 != right.age_from for left, right in pairwise(bands)):
        yield "tariff.age_bands", _("между группами пропуск или наложение")
    if tariff.step <= Money.zero():
        yield "tariff.step", _("больше нуля")
    groups = sorted(tariff.group_factors, key=lambda one: one.insured_from)
    if any(one.insured_from < 2 for one in groups) or len({one.insured_from for one in groups}) != len(groups):
        yield "tariff.group_factors", _("число людей от двух, без повторов")
    elif _rises(one.factor for one in groups) or any(one.factor > 1 for one in groups):
        yield "tariff.group_factors", _("чем больше людей в заявке, тем не дороже полис каждого")


def _rises(factors: Iterable[Any]) -> bool:
    return any(later > earlier for earlier, later in pairwise(factors))


def _days(terms: Terms) -> Iterator[Finding]:
    if terms.start_from_days < 0 or terms.start_within_days < terms.start_from_days:
        yield "start_within_days", _("последний день начала раньше первого")
    if not 0 <= terms.refund_kept_percent <= 100:
        yield "refund_kept_percent", _("от 0 до 100")
    if not 0 <= terms.renewal_offer_days <= MOST_RENEWAL_DAYS:
        yield "renewal_offer_days", _("от 0 до 180 дней")


def objections(terms: Terms) -> Iterator[Finding]:
    """What forbids to sell by terms that can be read: versions published earlier are not asked again."""
    if terms.term_months < 1:
        yield "term_months", _("не меньше месяца")
    if terms.age_from < 0 or terms.age_to < terms.age_from:
        yield "age_to", _("возраст «по» меньше возраста «от»")
    if min(terms.waiting_days, terms.notice_days, terms.cooling_off_days, terms.charge_delay_months) < 0:
        yield "waiting_days", _("дни и месяцы не бывают меньше нуля")
    if list(terms.retry_days) != sorted(set(terms.retry_days)) or any(day < 1 for day in terms.retry_days):
        yield "retry_days", _("дни повторов по возрастанию, начиная с первого")
    for programme in terms.programmes:
        yield from _promises(programme)
    yield from _fairness(terms)
    yield from _years(terms)


def _promises(programme: Programme) -> Iterator[Finding]:
    codes = [benefit.code for benefit in programme.benefits]
    if not codes or len(set(codes)) != len(codes):
        yield f"programmes.{programme.code}", _("нужна хотя бы одна помощь, и у каждой свой код")
    if any(not benefit.service_prefixes for benefit in programme.benefits):
        yield f"programmes.{programme.code}", _("у каждой оплачиваемой помощи нужны коды услуг")
    top = programme.sum_insured
    if top is not None and any(one.annual_limit is not None and one.annual_limit > top for one in programme.benefits):
        yield f"programmes.{programme.code}", _("лимит помощи больше страховой суммы программы")


def _fairness(terms: Terms) -> Iterator[Finding]:
    """More promised is never cheaper, and every price is at least one step."""
    base = terms.tariff.base
    cheapest = min(base[scope][one.code].amount for scope in terms.scopes for one in terms.programmes)
    smallest = min(min(band.female, band.male) for band in terms.tariff.age_bands)
    groups = [one.factor for one in terms.tariff.group_factors]
    least = cheapest * smallest * min(terms.tariff.copay_factors.values()) * min(groups, default=1)
    if least < terms.tariff.step.amount:
        yield "tariff.base", _("самый дешёвый вариант выходит дешевле одного шага цены")
    for wide in terms.programmes:
        for narrow in terms.programmes:
            if wider(wide, narrow) and any(base[scope][wide.code] < base[scope][narrow.code] for scope in terms.scopes):
                yield "tariff.base", _("более широкая программа дешевле более узкой")
    if Scope.RUSSIA in terms.scopes and any(
        base[Scope.RUSSIA][one.code] < base[scope][one.code] for scope in terms.scopes for one in terms.programmes
    ):
        yield "tariff.base", _("вся Россия дешевле своей части")


def wider(one: Programme, other: Programme) -> bool:
    """Whether a programme promises everything that the other does, and more."""
    has = {benefit.code for benefit in one.benefits}
    needs = {benefit.code for benefit in other.benefits}
    return needs < has


def _years(terms: Terms) -> Iterator[Finding]:
    kinds = [year.code for year in terms.typical_years]
    if len(set(kinds)) != len(kinds):
        yield "typical_years", _("каждый пример года называется один раз")
    if any(line.times < 1 for year in terms.typical_years for line in year.services):
        yield "typical_years", _("число услуг не меньше одной")
