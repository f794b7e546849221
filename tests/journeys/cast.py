"""Who walks the client's path. Nobody here exists: names, documents and numbers are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Client:
    surname: str
    given_name: str
    patronymic: str
    sex: str
    born_on: date
    phone: str
    email: str
    series: str
    number: str
    issued_on: date

    @property
    def full_name(self) -> str:
        return f"{self.surname} {self.given_name} {self.patronymic}"


ANNA = Client(
    surname="Серова",
    given_name="Анна",
    patronymic="Викторовна",
    sex="женский",
    born_on=date(1990, 5, 4),
    phone="+7 927 000-00-12",
    email="anna@demo.example",
    series="3610",
    number="123456",
    issued_on=date(2010, 6, 1),
)
MARINA = Client(
    surname="Столичная",
    given_name="Марина",
    patronymic="Олеговна",
    sex="женский",
    born_on=date(1985, 2, 17),
    phone="+7 916 000-00-34",
    email="marina@demo.example",
    series="4505",
    number="234567",
    issued_on=date(2005, 3, 10),
)
GLEB = Client(
    surname="Бесплатный",
    given_name="Глеб",
    patronymic="Ильич",
    sex="мужской",
    born_on=date(1982, 11, 30),
    phone="+7 921 000-00-56",
    email="gleb@demo.example",
    series="4003",
    number="345678",
    issued_on=date(2002, 12, 20),
)
BORIS = Client(
    surname="Чужов",
    given_name="Борис",
    patronymic="Андреевич",
    sex="мужской",
    born_on=date(1988, 8, 8),
    phone="+7 905 000-00-78",
    email="boris@demo.example",
    series="4508",
    number="456789",
    issued_on=date(2008, 9, 1),
)
DOCTOR_EMAIL = "doctor1@demo.example"


def day(on: date) -> str:
    """As people type a date."""
    return f"{on:%d.%m.%Y}"
