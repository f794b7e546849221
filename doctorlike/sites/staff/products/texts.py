"""The texts of a draft: topics that people ask about, a line each, and the insurance rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.sites.staff.products.editors import Editor, Sent, Written
from doctorlike.ui.forms import Form

_HOLDS = {"everywhere": "входит", "nowhere": "не входит"}
_HEADING = "# "


class TopicsField(forms.CharField):
    """Name | other words | codes of services, or «входит», «не входит» in place of codes."""

    widget = forms.Textarea({"rows": 24, "spellcheck": "true"})

    def clean(self, value: Any) -> Any:
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        return [self._topic(number, line) for number, line in enumerate(lines, start=1)]

    def _topic(self, number: int, line: str) -> Written:
        name, *rest = (part.strip() for part in line.split("|"))
        if len(rest) != 2 or not name or not rest[1]:
            raise forms.ValidationError(
                _("Строка %(number)s: нужны три части через черту: название | слова | коды услуг или «входит»."),
                code="invalid",
                params={"number": number},
            )
        words, told = rest[0].replace(",", " ").split(), rest[1]
        for holds, called in _HOLDS.items():
            if told.lower() == called:
                return {"name": name, "words": words, "service_codes": [], "holds": holds}
        codes = told.replace(",", " ").split()
        return {"name": name, "words": words, "service_codes": codes, "holds": "by_services"}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(
            f"{one['name']} | {' '.join(one['words'])} | {_HOLDS.get(one['holds']) or ' '.join(one['service_codes'])}"
            for one in value
        )


class RulesField(forms.CharField):
    """Sections that begin with «# », paragraphs apart by an empty line."""

    widget = forms.Textarea({"rows": 24, "spellcheck": "true"})

    def clean(self, value: Any) -> Any:
        sections: list[Written] = []
        for block in super().clean(value).replace("\r\n", "\n").split("\n\n"):
            text = " ".join(block.split())
            if text.startswith(_HEADING):
                sections.append({"title": text.removeprefix(_HEADING), "paragraphs": []})
            elif text and not sections:
                raise forms.ValidationError(_("Начните с названия раздела: строка, которая начинается с «# »."))
            elif text:
                sections[-1]["paragraphs"].append(text)
        return sections

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        blocks = [block for one in value for block in (_HEADING + one["title"], *one["paragraphs"])]
        return "\n\n".join(blocks)


class TextsForm(Form):
    topics = TopicsField(
        label=_("О чём спрашивают"),
        help_text=_(
            "Строка на вопрос: название | другие слова | коды услуг через пробел, либо «входит» или «не входит»"
        ),
        required=False,
    )
    rules_text = RulesField(
        label=_("Правила страхования"),
        help_text=_("Название раздела начинается с «# », между абзацами пустая строка"),
        required=False,
    )


class TextsEditor(Editor):
    title = _("Слова и правила")
    template = "staff/products/texts.html"

    def build(self, sent: Sent) -> dict[str, Any]:
        initial = {name: self.terms.get(name, []) for name in ("topics", "rules_text")}
        return {"form": TextsForm(sent, initial=initial)}

    def written(self) -> Written:
        return {**self.terms, **self.forms["form"].cleaned_data}
