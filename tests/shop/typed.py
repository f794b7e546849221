"""What visitors type into the order's pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

ANNA_TYPED = {
    "starts_on": "10.03.2026",
    "is_insured": "on",
    "surname": "серова",
    "given_name": "Анна",
    "patronymic": "Викторовна",
    "sex": "female",
    "born_on": "14.05.1988",
    "birth_place": "г. Самара",
    "phone": "8 (927) 000-00-12",
    "email": "Anna@Mail.example",
    "document_kind": "passport",
    "series": "36 08",
    "number": "123456",
    "issued_on": "20.06.2008",
    "division_code": "630002",
    "issuer": "ОВД Ленинского района г. Самары",
    "registration": "Самара, ул. Полевая, 1, кв. 2",
    "same_address": "on",
}
MITYA_TYPED = {
    "surname": "Серов",
    "given_name": "Дмитрий",
    "patronymic": "Андреевич",
    "sex": "male",
    "born_on": "20.03.2015",
    "birth_place": "г. Самара",
    "document_kind": "birth_certificate",
    "series": "IV ЕР",
    "number": "654321",
    "issued_on": "02.04.2015",
    "issuer": "ЗАГС Ленинского района г. Самары",
    "as_policyholder": "on",
}
FOREIGNER_TYPED = {
    "surname": "Йылмаз",
    "given_name": "Мерт",
    "patronymic": "",
    "sex": "male",
    "born_on": "01.02.1985",
    "birth_place": "ANKARA",
    "document_kind": "foreign",
    "citizenship": "TR",
    "latin_name": "YILMAZ MERT",
    "series": "",
    "number": "U 12345678",
    "issued_on": "05.06.2021",
    "valid_until": "04.06.2031",
    "issuer": "ANKARA",
    "as_policyholder": "",
    "registration": "Татарстан, Казань, ул. Баумана, 5",
    "same_address": "",
    "residence": "Самарская область, Тольятти, ул. Мира, 12",
}
BABY_TYPED = {
    **MITYA_TYPED,
    "given_name": "Анна-Мария",
    "patronymic": "",
    "sex": "female",
    "born_on": "25.02.2026",
    "series": "1 ер",
    "number": "700001",
    "issued_on": "28.02.2026",
}


def adult_typed(place: int) -> dict[str, str]:
    """An adult relative with a passport of their own, the `place`-th (0…)."""
    names = ("О’Нил", "Салтыков-Щедрин", "Кызы", "Ёлкина", "Мамед оглы", "Римская  Корсакова", "Дарк'ина")
    return {
        **MITYA_TYPED,
        "surname": names[place],
        "sex": "female" if place % 2 else "male",
        "born_on": f"0{place + 1}.05.1970",
        "document_kind": "passport",
        "series": f"36 1{place}",
        "number": f"80000{place}",
        "issued_on": "20.06.2015",
        "division_code": "630-002",
    }


def to(name: str, token: str, *more: object) -> str:
    return reverse(f"shop:{name}", args=[token, *more])


def shown(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode().replace("\u00a0", " ")
