"""Templates of the house from a file, and a few for the demonstration."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from doctorlike.kit.actors import Actor
from doctorlike.telemed import rules
from doctorlike.telemed.commands.drafting import keep_house_template
from doctorlike.telemed.errors import UnreadableTemplatesError

_DEMO: tuple[dict[str, str], ...] = (
    {
        "title": "Наблюдение дома",
        "history": "Началось … назад. Хронические болезни: … Аллергия: …",
        "recommendations": "Обильное питьё, покой. Очно, если за 3 дня не станет лучше. При ухудшении звонить 103.",
    },
    {
        "speciality": "Педиатр",
        "title": "Ребёнок с температурой",
        "complaints": "Температура до …, который день: …",
        "history": "Прививки по возрасту: … Контакты с больными: …",
        "recommendations": "Поить чаще обычного. Вызвать врача на дом, если температура держится дольше 3 дней.",
    },
)


@transaction.atomic
def import_templates(*, content: bytes, by: Actor, at: datetime) -> int:
    """House templates of a JSON list of objects with `title` and any of `speciality`, `complaints`, `history`,
    `recommendations`; how many. One of the same speciality and title is replaced. UnreadableTemplatesError, or
    EmptyTemplateError for one without title or words: nothing is taken then."""
    try:
        told = json.loads(content)
    except ValueError:
        raise UnreadableTemplatesError from None
    if not isinstance(told, list) or not all(_is_template(one) for one in told):
        raise UnreadableTemplatesError
    _keep(told, by, at)
    return len(told)


@transaction.atomic
def seed_demo_templates(*, by: Actor, at: datetime) -> int:
    """Repeating changes nothing."""
    _keep(_DEMO, by, at)
    return len(_DEMO)


def _keep(templates: Any, by: Actor, at: datetime) -> None:
    for one in templates:
        keep_house_template(speciality=one.get("speciality", ""), title=one.get("title", ""), parts=one, by=by, at=at)


def _is_template(one: Any) -> bool:
    return isinstance(one, dict) and all(
        key in {"title", "speciality", *rules.TEMPLATE_PARTS} and isinstance(value, str) for key, value in one.items()
    )
