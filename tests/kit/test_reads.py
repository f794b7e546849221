"""A question whose SQL is written once answers as the ORM does, whatever is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import CharField, DateField, UUIDField
from django.test.utils import CaptureQueriesContext

from doctorlike.accounts.models import Person, User
from doctorlike.kit.reads import Among, Read, Told

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)

named = Read(lambda: Person.objects.filter(surname=Told("surname", CharField())).order_by("given_name"))
born_after = Read(
    lambda: (
        Person.objects.filter(Among("pk", "ids"), born_on__gt=Told("day", DateField()))
        .order_by("born_on")
        .values_list("given_name", "born_on")
    )
)
with_person = Read(lambda: User.objects.filter(pk=Told("user_id", UUIDField())).select_related("person"))


def somebody(given_name: str, born_on: date, surname: str = "Серова") -> Person:
    return Person.objects.create(
        surname=surname, given_name=given_name, born_on=born_on, sex="female", identity={"k": 1}, created_at=AT
    )


@pytest.mark.django_db
def test_each_asking_has_its_own_values() -> None:
    anna, boris = somebody("Анна", date(1990, 1, 1)), somebody("Борис", date(1980, 1, 1), surname="Чужой")
    assert named(surname="Серова") == [anna]
    assert named(surname="Чужой") == [boris]
    assert named(surname="Никто") == []


@pytest.mark.django_db
def test_rows_are_what_the_orm_makes_of_them() -> None:
    anna = somebody("Анна", date(1990, 1, 1))
    user = User.objects.create_user(email="anna@example.com", person=anna)
    assert named(surname="Серова")[0].identity == {"k": 1}
    with CaptureQueriesContext(connection) as asked:
        found = with_person(user_id=user.pk)[0]
        assert (found.email, found.person) == ("anna@example.com", anna)
    assert len(asked) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [list, tuple, set])
def test_any_number_of_values_in_any_collection(kind: type) -> None:
    people = [somebody(name, date(year, 1, 1)) for name, year in (("Анна", 1990), ("Митя", 2019), ("Вера", 1970))]
    ids = kind(one.pk for one in people)
    assert born_after(ids=ids, day=date(1980, 1, 1)) == [("Анна", date(1990, 1, 1)), ("Митя", date(2019, 1, 1))]
    assert born_after(ids=kind(), day=date(1980, 1, 1)) == []


@pytest.mark.django_db
def test_a_value_that_was_not_told_is_an_error() -> None:
    with pytest.raises(KeyError):
        named()


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection() -> None:
    anna = somebody("Анна", date(1990, 1, 1))
    named(surname="Серова")

    def ask(_turn: int) -> list[Person]:
        try:
            return named(surname="Серова")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(20))) == [[anna]] * 20


def test_rows_of_another_shape_are_refused() -> None:
    with pytest.raises(TypeError):
        Read(lambda: Person.objects.values("surname"))()
