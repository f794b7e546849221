"""What staff change in a draft, a page each: forms out of the terms as written, and the terms back out of the forms."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.products.queries import DraftView
from doctorlike.products.rules import SCOPES
from doctorlike.sites.staff.products.fields import FactorField, ListField, RoublesField, WholeField, WholeListField
from doctorlike.sites.staff.products.words import SCOPE_NAMES, YEAR_NAMES
from doctorlike.ui.forms import DayField, Form

Written = dict[str, Any]
Sent = Mapping[str, Any] | None
BLANK_ROWS = 2


class Editor(ABC):
    """One page of a draft. `forms` are its forms and tables; `written` gives the terms with what they say."""

    title: Any
    template: str

    def __init__(self, draft: DraftView, sent: Sent = None) -> None:
        self.draft, self.terms = draft, deepcopy(dict(draft.written))
        self.forms: dict[str, Any] = self.build(sent)

    @abstractmethod
    def build(self, sent: Sent) -> dict[str, Any]:
        """The forms and tables by name, empty or with what was sent."""

    @abstractmethod
    def written(self) -> Written:
        """Only after `is_valid`."""

    @property
    def sold_from_on(self) -> date | None:
        return None

    def is_valid(self) -> bool:
        # Each is asked, also after a refusal: a page tells all that is wrong at once.
        verdicts = [one.is_valid() for one in self.forms.values()]
        return all(verdicts)


class _Rows(forms.BaseFormSet):
    """Rows of a table; blank ones at the end are for more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = [(name, field) for name, field in self.empty_form.fields.items() if name != "DELETE"]

    def kept(self) -> list[dict[str, Any]]:
        """The rows that are filled and not to go."""
        filled = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data["DELETE"]]
        return [{name: told for name, told in row.items() if name != "DELETE"} for row in filled]


def _rows(row: type[Form], prefix: str, initial: Iterable[Mapping[str, Any]], sent: Sent) -> _Rows:
    kind = forms.formset_factory(row, formset=_Rows, extra=BLANK_ROWS, can_delete=True, max_num=500)
    return cast(_Rows, kind(sent, initial=list(initial), prefix=prefix))


class ContractForm(Form):
    """The numbers of the contract."""

    sold_from_on = DayField(label=_("Первый день продаж"))
    number_prefix = forms.RegexField(
        r"\A[A-Z0-9]{2,8}\Z",
        label=_("Начало номера полиса"),
        error_messages={"invalid": _("От двух до восьми латинских заглавных букв и цифр, например ONDL")},
    )
    number_digits = WholeField(label=_("Цифр в номере, не меньше"), min_value=4, max_value=12)
    term_months = WholeField(label=_("Срок полиса, месяцев"), min_value=1, max_value=60)
    age_from = WholeField(label=_("Возраст от, лет"), max_value=120)
    age_to = WholeField(label=_("Возраст по, лет"), max_value=120)
    scopes = forms.MultipleChoiceField(
        label=_("Территории"),
        choices=[(one, SCOPE_NAMES[one]) for one in SCOPES],
        widget=forms.CheckboxSelectMultiple,
    )
    copay_percents = WholeListField(label=_("Доли клиента, %"), help_text=_("Через запятую, например 0, 30, 50"))
    start_from_days = WholeField(label=_("Полис начинается не раньше, дней после покупки"))
    start_within_days = WholeField(label=_("И не позже, дней после покупки"))
    waiting_days = WholeField(label=_("Временная франшиза, дней"))
    telemed_waits = forms.BooleanField(label=_("Действует и для телемедицины"), required=False)
    charge_delay_months = WholeField(label=_("Доля списывается через, месяцев после визита"))
    notice_days = WholeField(label=_("Предупреждаем о списании за, дней"))
    retry_days = WholeListField(label=_("Повторные попытки списания, дни после первой"), required=False)
    child_age = WholeField(label=_("Ребёнком считается до, лет"), max_value=18)
    cooling_off_days = WholeField(label=_("Можно передумать, дней после заключения"))
    refund_after_cooling_off = forms.ChoiceField(
        label=_("Отказ после этого срока"),
        choices=[
            ("none", _("премия не возвращается")),
            ("pro_rata", _("возвращается часть за оставшиеся дни")),
        ],
        widget=forms.RadioSelect,
    )
    refund_kept_percent = WholeField(label=_("Из этой части удерживается, %"), max_value=100)
    renewal_offer_days = WholeField(label=_("Предлагаем новый полис за, дней до конца"), max_value=180)


class ContractEditor(Editor):
    title = _("Договор")
    template = "staff/products/contract.html"

    def build(self, sent: Sent) -> dict[str, Any]:
        initial = {name: self.terms.get(name) for name in ContractForm.base_fields}
        return {"form": ContractForm(sent, initial={**initial, "sold_from_on": self.draft.line.sold_from_on})}

    def written(self) -> Written:
        told = dict(self.forms["form"].cleaned_data)
        del told["sold_from_on"]
        tariff = self.terms["tariff"]
        percents = [str(one) for one in told["copay_percents"]]
        kept = {one: factor for one, factor in tariff["copay_factors"].items() if one in percents}
        return {**self.terms, **told, "tariff": {**tariff, "copay_factors": kept}}

    @property
    def sold_from_on(self) -> date | None:
        sold_from_on: date = self.forms["form"].cleaned_data["sold_from_on"]
        return sold_from_on


class ProgrammeRow(Form):
    code = forms.SlugField(label=_("Код"), max_length=40)
    name = forms.CharField(label=_("Название"), max_length=100)
    summary = forms.CharField(label=_("Одной строкой"), max_length=200)
    sum_insured = RoublesField(label=_("Страховая сумма, ₽"), required=False)


class ProgrammesEditor(Editor):
    title = _("Программы")
    template = "staff/products/programmes.html"

    def build(self, sent: Sent) -> dict[str, Any]:
        return {"rows": _rows(ProgrammeRow, "programmes", self.terms["programmes"], sent)}

    def written(self) -> Written:
        known = {one["code"]: one for one in self.terms["programmes"]}
        blank: Written = {"benefits": [], "exclusions": []}
        programmes = [{**known.get(row["code"], blank), **row} for row in self.forms["rows"].kept()]
        codes = {one["code"] for one in programmes}
        tariff = self.terms["tariff"]
        base = {
            scope: {code: price for code, price in prices.items() if code in codes}
            for scope, prices in tariff["base"].items()
        }
        return {**self.terms, "programmes": programmes, "tariff": {**tariff, "base": base}}


class BenefitRow(Form):
    code = forms.SlugField(label=_("Код"), max_length=40)
    name = forms.CharField(label=_("Что оплачивается"), max_length=200)
    service_prefixes = ListField(label=_("Начала кодов услуг"), max_length=2000)
    annual_limit = RoublesField(label=_("Лимит за срок, ₽"), required=False)


class ExclusionRow(Form):
    name = forms.CharField(label=_("Что не оплачивается"), max_length=200)
    service_prefixes = ListField(label=_("Начала кодов услуг"), max_length=2000, required=False)


class BenefitsEditor(Editor):
    """One programme's promises; `programme` is its code."""

    template = "staff/products/benefits.html"

    def __init__(self, draft: DraftView, sent: Sent = None, *, programme: str) -> None:
        self.programme = next(one for one in draft.written["programmes"] if one["code"] == programme)
        self.title = self.programme["name"]
        super().__init__(draft, sent)

    def build(self, sent: Sent) -> dict[str, Any]:
        return {
            "benefits": _rows(BenefitRow, "benefits", self.programme["benefits"], sent),
            "exclusions": _rows(ExclusionRow, "exclusions", self.programme["exclusions"], sent),
        }

    def written(self) -> Written:
        promises = {name: rows.kept() for name, rows in self.forms.items()}
        code = self.programme["code"]
        programmes = [{**one, **promises} if one["code"] == code else one for one in self.terms["programmes"]]
        return {**self.terms, "programmes": programmes}


class AgeRow(Form):
    age_from = WholeField(label=_("От, лет"), max_value=120)
    age_to = WholeField(label=_("По, лет"), max_value=120)
    female = FactorField(label=_("Женщины"))
    male = FactorField(label=_("Мужчины"))


class GroupRow(Form):
    insured_from = WholeField(label=_("Людей в заявке, от"), min_value=2, max_value=10)
    factor = FactorField(label=_("Коэффициент"))


class TariffForm(Form):
    """Base prices and factors of the shares: as many fields as the draft sells combinations."""

    step = RoublesField(label=_("Цена округляется до, ₽"))
    is_demo = forms.BooleanField(label=_("Цены показательные: так и написать на страницах"), required=False)

    def __init__(self, sent: Sent, terms: Mapping[str, Any]) -> None:
        tariff = terms["tariff"]
        initial: Written = {"step": tariff["step"], "is_demo": tariff["is_demo"]}
        programmes = [(one["code"], one["name"]) for one in terms["programmes"]]
        self.scopes, self.programmes = list(terms["scopes"]), programmes
        self.percents = [str(one) for one in terms["copay_percents"]]
        prices: dict[str, forms.Field] = {}
        for scope in self.scopes:
            for code, name in programmes:
                prices[f"base-{scope}-{code}"] = RoublesField(label=f"{SCOPE_NAMES[scope]}: {name}")
                initial[f"base-{scope}-{code}"] = tariff["base"].get(scope, {}).get(code)
        for percent in self.percents:
            prices[f"copay-{percent}"] = FactorField(label=f"{percent} %")
            initial[f"copay-{percent}"] = tariff["copay_factors"].get(percent)
        super().__init__(sent, initial=initial)
        self.fields.update(prices)

    def table(self) -> list[tuple[Any, list[Any]]]:
        """Each scope with the fields of its prices."""
        return [
            (SCOPE_NAMES[scope], [self[f"base-{scope}-{code}"] for code, _name in self.programmes])
            for scope in self.scopes
        ]

    def shares(self) -> list[Any]:
        return [self[f"copay-{percent}"] for percent in self.percents]

    def written(self) -> Written:
        told = self.cleaned_data
        return {
            "step": told["step"],
            "is_demo": told["is_demo"],
            "base": {
                scope: {code: told[f"base-{scope}-{code}"] for code, _name in self.programmes} for scope in self.scopes
            },
            "copay_factors": {percent: told[f"copay-{percent}"] for percent in self.percents},
        }


class TariffEditor(Editor):
    title = _("Тариф")
    template = "staff/products/tariff.html"

    def build(self, sent: Sent) -> dict[str, Any]:
        tariff = self.terms["tariff"]
        return {
            "form": TariffForm(sent, self.terms),
            "ages": _rows(AgeRow, "ages", tariff["age_bands"], sent),
            "groups": _rows(GroupRow, "groups", tariff.get("group_factors", ()), sent),
        }

    def written(self) -> Written:
        bands = sorted(self.forms["ages"].kept(), key=lambda band: band["age_from"])
        groups = self.forms["groups"].kept()
        return {**self.terms, "tariff": {**self.forms["form"].written(), "age_bands": bands, "group_factors": groups}}


class YearRow(Form):
    kind = forms.ChoiceField(label=_("Год"), choices=[("", _("выберите")), *YEAR_NAMES.items()])
    name = forms.CharField(label=_("Услуга"), max_length=100)
    times = WholeField(label=_("Раз в год"), min_value=1, max_value=365)
    price = RoublesField(label=_("Цена в клинике, ₽"))


class YearsEditor(Editor):
    title = _("Примеры года")
    template = "staff/products/years.html"

    def build(self, sent: Sent) -> dict[str, Any]:
        lines = [{"kind": year["code"], **line} for year in self.terms["typical_years"] for line in year["services"]]
        return {"rows": _rows(YearRow, "years", lines, sent)}

    def written(self) -> Written:
        by_kind: dict[str, list[Any]] = {kind: [] for kind in YEAR_NAMES}
        for row in self.forms["rows"].kept():
            by_kind[row["kind"]].append({name: told for name, told in row.items() if name != "kind"})
        years = [{"code": kind, "services": services} for kind, services in by_kind.items() if services]
        return {**self.terms, "typical_years": years}
