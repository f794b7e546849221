"""Terms of the demo product. The benefits follow what polyclinic care usually holds; every price is invented and
`tariff.is_demo` makes pages say so."""

from __future__ import annotations

from datetime import date
from typing import Any

from doctorlike.products.demo.topics import TOPICS
from doctorlike.products.demo.wording import RULES, USUAL_YEAR, YEARS
from doctorlike.products.rules import Terms, parse_terms

DEMO_CODE = "doctor-like"
DEMO_NAME = "Доктор Лайк"
DEMO_SOLD_FROM = date(2025, 1, 1)

_BENEFITS: list[dict[str, Any]] = [
    {"code": "visits", "name": "Приёмы врачей и вызов на дом", "service_prefixes": ["B01", "B04"]},
    {"code": "laboratory", "name": "Анализы", "service_prefixes": ["A08", "A09", "A12", "A26", "B03"]},
    {
        "code": "diagnostics",
        "name": "Исследования: УЗИ, ЭКГ, рентген, эндоскопия",
        "service_prefixes": ["A01", "A02", "A03", "A04", "A05", "A06", "A07", "A10"],
    },
    {
        "code": "tomography",
        "name": "КТ и МРТ",
        "service_prefixes": [
            "A05.03.002",
            "A05.04.001",
            "A05.08.001",
            "A05.23.009",
            "A05.30.005",
            "A06.03.062",
            "A06.08.007",
            "A06.09.005",
            "A06.23.004",
            "A06.30.005",
        ],
        "annual_limit": "30000.00",
    },
    {
        "code": "procedures",
        "name": "Процедуры и перевязки",
        "service_prefixes": ["A11", "A13", "A14", "A15", "A25", "B02"],
    },
    {
        "code": "physiotherapy",
        "name": "Физиотерапия, массаж, лечебная физкультура",
        "service_prefixes": ["A17", "A19", "A20", "A21", "A22"],
        "annual_limit": "20000.00",
    },
    {"code": "minor_surgery", "name": "Амбулаторная хирургия", "service_prefixes": ["A16"]},
]
_DENTAL_PREFIXES = [
    "B01.063",
    "B01.064",
    "B01.065",
    "B01.066",
    "B01.067",
    "A02.07",
    "A05.07",
    "A06.07",
    "A11.07",
    "A12.07",
    "A13.30.007",
    "A14.07",
    "A15.07",
    "A16.07",
    "A17.07",
    "A22.07",
]
_DENTAL: dict[str, Any] = {
    "code": "dental",
    "name": "Стоматология: лечение, удаление, гигиена",
    "service_prefixes": _DENTAL_PREFIXES,
    "annual_limit": "60000.00",
}
_EXCLUDED: list[dict[str, Any]] = [
    {"name": "Гемодиализ и очищение крови", "service_prefixes": ["A18"]},
    {"name": "Медицинская реабилитация курсами", "service_prefixes": ["B05"]},
    {
        "name": "Вспомогательные репродуктивные технологии",
        "service_prefixes": ["A11.20.017", "A11.20.025", "A11.20.027"],
    },
    {"name": "Пластическая и косметическая хирургия", "service_prefixes": ["A16.01.026", "A16.20.085", "B01.057.005"]},
    {"name": "Лучевая терапия", "service_prefixes": ["A07.30"]},
    {"name": "Молекулярно-генетические исследования", "service_prefixes": ["A27"]},
    {"name": "Приёмы косметолога", "service_prefixes": ["B01.008.005"]},
    {
        "name": "Ведение беременности и роды",
        "service_prefixes": ["B01.001.004", "B01.001.005", "B01.001.009", "A16.20.005"],
    },
]
_NO_DENTAL: dict[str, Any] = {"name": "Стоматология", "service_prefixes": _DENTAL_PREFIXES}
_NO_PROSTHETICS: dict[str, Any] = {
    "name": "Протезирование зубов, имплантация, исправление прикуса",
    "service_prefixes": [
        "B01.063",
        "B01.066",
        "A16.07.003",
        "A16.07.004",
        "A16.07.005",
        "A16.07.006",
        "A16.07.023",
        "A16.07.035",
        "A16.07.036",
        "A16.07.046",
        "A16.07.048",
        "A16.07.054",
    ],
}

_AGE_BANDS = [
    {"age_from": low, "age_to": high, "female": female, "male": male}
    for low, high, female, male in (
        (0, 0, "1.90", "1.90"),
        (1, 2, "1.65", "1.65"),
        (3, 6, "1.35", "1.35"),
        (7, 14, "1.10", "1.10"),
        (15, 17, "1.05", "1.00"),
        (18, 29, "1.10", "0.95"),
        (30, 39, "1.20", "1.00"),
        (40, 49, "1.25", "1.10"),
        (50, 59, "1.45", "1.35"),
        (60, 64, "1.75", "1.70"),
        (65, 74, "2.20", "2.25"),
        (75, 85, "2.90", "3.00"),
    )
]

_DEMO: dict[str, Any] = {
    "number_prefix": "ONDL",
    "number_digits": 4,
    "term_months": 12,
    "waiting_days": 14,
    "telemed_waits": True,
    "charge_delay_months": 1,
    "notice_days": 3,
    "retry_days": [1, 3, 7, 14],
    "child_age": 15,
    "cooling_off_days": 14,
    "start_from_days": 1,
    "start_within_days": 60,
    "copay_percents": [0, 30, 50],
    "scopes": ["moscow", "saint_petersburg", "regions", "russia"],
    "age_from": 0,
    "age_to": 85,
    "programmes": [
        {
            "code": "polyclinic",
            "name": "Поликлиника",
            "summary": "Врачи, анализы, исследования, процедуры",
            "benefits": _BENEFITS,
            "exclusions": [*_EXCLUDED, _NO_DENTAL],
            "sum_insured": "1000000.00",
        },
        {
            "code": "polyclinic_dental",
            "name": "Поликлиника и стоматология",
            "summary": "То же и лечение зубов",
            "benefits": [*_BENEFITS, _DENTAL],
            "exclusions": [*_EXCLUDED, _NO_PROSTHETICS],
            "sum_insured": "1500000.00",
        },
    ],
    "tariff": {
        "is_demo": True,
        "step": "10.00",
        "base": {
            "moscow": {"polyclinic": "21000.00", "polyclinic_dental": "30000.00"},
            "saint_petersburg": {"polyclinic": "17000.00", "polyclinic_dental": "25000.00"},
            "regions": {"polyclinic": "12000.00", "polyclinic_dental": "18000.00"},
            "russia": {"polyclinic": "24000.00", "polyclinic_dental": "34000.00"},
        },
        "age_bands": _AGE_BANDS,
        "copay_factors": {"0": "1.00", "30": "0.66", "50": "0.48"},
    },
    "typical_year": USUAL_YEAR,
    "typical_years": YEARS,
    "renewal_offer_days": 30,
    "refund_after_cooling_off": "none",
    "topics": TOPICS,
    "rules_text": RULES,
}


def demo_terms() -> Terms:
    """Today's edition of the demo."""
    return parse_terms(_DEMO)
