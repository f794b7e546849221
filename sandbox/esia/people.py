"""Invented people with an account at the invented «Госуслуги», each a case of its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Citizen:
    """Dates as ЕСИА writes them. A contact is (value, whether it was verified there)."""

    oid: int
    surname: str
    given_name: str
    patronymic: str
    born_on: str
    sex: str
    case: str
    trusted: bool = True
    mobile: tuple[str, bool] | None = None
    email: tuple[str, bool] | None = None

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.surname, self.given_name, self.patronymic)))


CITIZENS = {
    one.oid: one
    for one in (
        Citizen(
            1000299001, "Серова", "Анна", "Викторовна", "17.05.1990", "F", "подтверждённая запись, телефон и почта",
            mobile=("+7(912)0000011", True), email=("anna@example.com", True),
        ),
        Citizen(
            1000299002, "Борисов", "Борис", "", "02.11.1975", "M", "подтверждённая запись, подтверждена только почта",
            mobile=("+7(912)0000022", False), email=("Boris@example.com", True),
        ),
        Citizen(
            1000299003, "Упрощёнова", "Вера", "Павловна", "01.02.1985", "F", "запись не подтверждена",
            trusted=False, mobile=("+7(912)0000033", True),
        ),
        Citizen(
            1000299004, "Нетелефонов", "Глеб", "Олегович", "03.03.1970", "M", "ни одного подтверждённого контакта",
            mobile=("+7(912)0000044", False),
        ),
        Citizen(
            1000299005, "Новосёлов", "Егор", "Ильич", "09.09.1999", "M", "телефон записан и у Анны",
            mobile=("+7(912)0000011", True),
        ),
    )
}  # fmt: skip
