"""The directory finds what people type, and the demo network is everywhere."""

import random
from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.db import connection

from doctorlike.clinics import commands, queries
from doctorlike.clinics.models import Clinic, NetworkMembership, ServicePrice
from doctorlike.clinics.queries import ClinicFilters
from doctorlike.clinics.rules import DEMO_SERVICES, SPECIALTIES, Phone
from doctorlike.clinics.rules.places import metres_between
from doctorlike.clinics.search_models import SearchEntry
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.regions import commands as regions
from doctorlike.regions import queries as all_regions

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
BY = Actor.system("tests")
LIST = """address,clinic,hours,services
"г Москва, ул Савёловская, д.1 (м. Речной вокзал)",ООО «Здоровая семья»,пн-пт 08:00-20:00,Поликлиническая помощь
"г Москва, ул Садовая, д.2 (м. Таганская)",ООО «Белый зуб»,круглосуточно,Стоматологическая помощь
"Московская обл, г Химки, ул Речная, д.3",ООО «Семья плюс»,,Поликлиническая помощь
"Калининградская обл, г Калининград, ул Садовая, д.4",ООО «Янтарь»,пн-пт 08:00-20:00,Поликлиническая помощь
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed() -> None:
    regions.load_shipped_regions(by=BY, at=NOW)
    commands.import_clinics(content=LIST.encode(), file_name="list.csv", by=BY, at=NOW)


def find(text: str = "", scope: str = "russia", **more: object) -> list[str]:
    found = queries.search(ClinicFilters(scope=scope, on=TODAY, text=text, **more))  # type: ignore[arg-type]  # filters by name
    return [clinic.name.removeprefix("ООО ").strip("«»") for clinic in found.clinics]


def placed(latitude: float, longitude: float, **which: object) -> None:
    rows = Clinic.objects.filter(**which)
    rows.update(latitude=latitude, longitude=longitude)
    commands.index_clinics(rows.values_list("pk", flat=True), on=TODAY)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("здоровая семья", "Здоровая семья"),
        ("семья здоровая", "Здоровая семья"),
        ("Савеловская", "Здоровая семья"),
        ("савёловская", "Здоровая семья"),
        ("речной вокзал", "Здоровая семья"),
        ("м. Таганская", "Белый зуб"),
        ("зубной врач", "Белый зуб"),
        ("стоматолог", "Белый зуб"),
        ("стаматолог", "Белый зуб"),
        ("таганскоя", "Белый зуб"),
        ("zynfhm", "Янтарь"),
        ("янтрь", "Янтарь"),
        ("Калининград садовая", "Янтарь"),
        ("стоматолог на таганке", "Белый зуб"),
        ("к зубному", "Белый зуб"),
        ("болит зуб", "Белый зуб"),
        ("хороший стоматолог", "Белый зуб"),
        ("cnjvfnjkju yf nfufyrt", "Белый зуб"),
        ("стоматолог yf nfufyrt", "Белый зуб"),
        ("белы зуб", "Белый зуб"),
        ("бел", "Белый зуб"),
        ("калиниград", "Янтарь"),
        ("Химках", "Семья плюс"),
        ("кениг", "Янтарь"),
    ],
)
def test_what_people_type_is_found(listed: None, typed: str, first: str) -> None:
    assert find(typed)[:1] == [first]


def test_the_very_name_comes_first_then_names_with_the_words_then_what_stands_there(listed: None) -> None:
    more = """address,clinic
"г Москва, ул Семьи, д.1",ООО «Адонис»
"г Москва, ул Лесная, д.1",Семья
"""
    commands.import_clinics(content=more.encode(), file_name="more.csv", by=BY, at=NOW)
    assert find("ооо семья") == ["Семья", "Здоровая семья", "Семья плюс", "Адонис"]


def test_what_was_meant_is_told_where_words_were_forgiven(listed: None) -> None:
    def meant(text: str) -> tuple[bool, str, tuple[str, ...]]:
        found = queries.search(ClinicFilters(scope="russia", on=TODAY, text=text))
        return found.forgiven, found.meant, found.left_out

    assert meant("таганская") == (False, "", ())
    assert meant("таганс") == (False, "", ())
    assert meant("тагонской") == (True, "таганской", ())
    assert meant("cnjvfnjkju yf nfufyrt") == (True, "стоматолог на таганке", ())
    assert meant("замечательный стаматолог") == (True, "стоматолог", ("замечательный",))
    assert meant("щщщщщщ") == (False, "", ())


@pytest.mark.parametrize("typed", ["щщщщщщ", "%", "_", "' or true --", "к" * 5000])
def test_nonsense_finds_nothing_or_everything_but_never_fails(listed: None, typed: str) -> None:
    assert len(find(typed)) in (0, 4)


def test_filters_narrow_what_was_found(listed: None) -> None:
    assert find(scope="moscow", regions=("RU-MOS",)) == ["Семья плюс"]
    assert find(scope="saint_petersburg") == []
    assert find(regions=()) == []
    assert find(specialty="dentist") == []
    assert find(specialty="astrologer") == []
    assert find(online_booking=True) == []


def test_open_now_is_asked_of_each_clinics_own_clock(listed: None) -> None:
    eight_in_moscow = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
    assert find(open_at=eight_in_moscow) == ["Белый зуб", "Здоровая семья"]
    nine_in_moscow = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    assert find(open_at=nine_in_moscow) == ["Белый зуб", "Здоровая семья", "Янтарь"]


def test_near_a_place_the_nearest_come_first_with_their_distance(listed: None) -> None:
    places = {"Янтарь": (54.7104, 20.4522), "Белый зуб": (55.7415, 37.6534), "Здоровая семья": (55.8543, 37.4765)}
    for name, (latitude, longitude) in places.items():
        placed(latitude, longitude, name__contains=name)
    found = queries.search(ClinicFilters(scope="russia", on=TODAY, near=(55.7558, 37.6173)))
    assert [clinic.name for clinic in found.clinics] == ["ООО «Белый зуб»", "ООО «Здоровая семья»", "ООО «Янтарь»"]
    assert [clinic.distance_metres for clinic in found.clinics] == [2763, 14049, 1091745]
    assert queries.clinic(found.clinics[0].id).distance_metres is None


@pytest.mark.parametrize(
    "place",
    [(55.75, 37.61), (69.3, 179.9), (69.3, -179.9), (89.99, 10.0), (-90.0, 0.0), (43.0, 132.0), (0.0, 180.0)],
)
def test_the_nearest_are_those_that_measuring_each_would_tell(listed: None, place: tuple[float, float]) -> None:
    draw = random.Random(7)  # noqa: S311  # places of a test
    rows = "".join(
        f'"г Москва, ул Лесная, д.{number}",{kind} {number},{latitude},{longitude}\n'
        for number, kind in enumerate(["Аптека"] * 60 + ["Клиника"] * 60)
        for far in [10 ** draw.uniform(-3, 2)]
        for latitude in [min(max(place[0] + draw.uniform(-far, far), -90.0), 90.0)]
        for longitude in [(place[1] + draw.uniform(-far, far) + 180) % 360 - 180]
    )
    commands.import_clinics(
        content=f"address,clinic,latitude,longitude\n{rows}".encode(), file_name="many.csv", by=BY, at=NOW
    )
    for text, named in (("", ""), ("аптека", "Аптека")):
        every = sorted(
            (metres_between(*place, one.latitude, one.longitude), one.pk)
            for one in Clinic.objects.filter(latitude__isnull=False, name__startswith=named)
            if one.latitude is not None and one.longitude is not None
        )
        filters = ClinicFilters(scope="russia", on=TODAY, near=place, text=text)
        found = [one for offset in (0, 30) for one in queries.search(filters, offset=offset, limit=30).clinics]
        assert [one.id for one in found] == [pk for _, pk in every[:60]]
        assert [one.distance_metres for one in found] == pytest.approx([metres for metres, _ in every[:60]], abs=2)


def test_entries_of_the_former_version_are_given_the_marks_they_would_get_now(listed: None) -> None:
    migration = import_module("doctorlike.clinics.migrations.0007_search_marks")
    rows = "".join(
        f'"г Москва, ул Лесная, д.{number}",Клиника {number},{latitude},{longitude}\n'
        for number, (latitude, longitude) in enumerate([(90, 180), (-90, -180), (55.751244, 37.618423), (0, 0)] * 40)
    )
    commands.import_clinics(
        content=f"address,clinic,latitude,longitude\n{rows}".encode(), file_name="many.csv", by=BY, at=NOW
    )

    def told() -> list[tuple[object, ...]]:
        return list(SearchEntry.objects.order_by("pk").values_list("pk", "words", "x", "y", "z", "made_by"))

    now = told()
    assert len({one[1] for one in now}) > 100
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update clinics_searchentry e set x = null, y = null, z = null, made_by = 3, words = (
                select array_to_tsvector(array_agg(lexeme)) from unnest(tsvector_to_array(e.words)) as one(lexeme)
                where lexeme !~ '^[%#&]')
            """
        )
        assert told() != now
        cursor.execute(migration.MARK)
    assert [one[:2] for one in told()] == [one[:2] for one in now]
    for before, after in zip(now, told(), strict=True):
        assert after[2:] == pytest.approx(before[2:])


def test_another_room_and_a_price_list_may_narrow(listed: None) -> None:
    clinic = Clinic.objects.get(name__contains="Янтарь")
    assert find(only=frozenset([clinic.pk])) == ["Янтарь"]
    assert find(only=frozenset()) == []
    assert find(service_code="B03.016.003") == []
    ServicePrice.objects.create(
        clinic=clinic, service_code="B03.016.003", service_name="Анализ", price="1.00", valid_from_on=TODAY
    )
    assert find(service_code="B03.016.003") == ["Янтарь"]


def test_clinics_that_left_or_have_not_joined_are_not_shown(listed: None) -> None:
    NetworkMembership.objects.filter(clinic__name__contains="Янтарь").update(to_on=TODAY)
    NetworkMembership.objects.filter(clinic__name__contains="зуб").update(from_on=date(2026, 3, 3))
    assert find() == ["Здоровая семья", "Семья плюс"]
    assert queries.clinic_counts_by_region("russia", TODAY) == {"RU-MOW": 1, "RU-MOS": 1}


def test_only_so_many_are_counted_and_a_next_page_is_offered_all_the_same(listed: None) -> None:
    rows = "".join(f'"г Москва, ул Лесная, д.{number}",Лесная клиника {number:03}\n' for number in range(125))
    commands.import_clinics(content=f"address,clinic\n{rows}".encode(), file_name="many.csv", by=BY, at=NOW)
    for near, counted in ((None, 100), ((55.7, 37.6), 40)):
        placed(55.78, 37.59, address__contains="Лесная")
        filters = ClinicFilters(scope="russia", on=TODAY, text="лесная", near=near)
        first, last = queries.search(filters), queries.search(filters, offset=100)
        assert (first.total, first.at_least, len(first.clinics)) == (counted, True, 20)
        assert (last.total, last.at_least, len(last.clinics)) == (125, False, 20)
        assert queries.search(filters, offset=140).clinics == ()
    assert queries.search(ClinicFilters(scope="russia", on=TODAY)).total == 100


def test_many_that_do_not_serve_hide_none_that_does(listed: None) -> None:
    rows = "".join(f'"г Москва, ул Лесная, д.{number}",Лесная клиника {number:03}\n' for number in range(260))
    commands.import_clinics(content=f"address,clinic\n{rows}".encode(), file_name="many.csv", by=BY, at=NOW)
    shown = Clinic.objects.filter(name__startswith="Лесная").order_by("-search__shuffled")[:3]
    NetworkMembership.objects.filter(clinic__name__startswith="Лесная").exclude(
        clinic_id__in=[clinic.pk for clinic in shown]
    ).update(to_on=TODAY)
    assert find("лесная") == sorted(clinic.name for clinic in shown)


def test_services_of_price_lists_and_their_doctors_are_found(listed: None) -> None:
    clinic = Clinic.objects.get(name__contains="Янтарь")
    for code, name in (("B01.028.001", "Прием врача-оториноларинголога"), ("A05.23.009", "МРТ головного мозга")):
        ServicePrice.objects.create(
            clinic=clinic, service_code=code, service_name=name, price="1.00", valid_from_on=TODAY
        )
    assert find("лор") == find("мрт мозга") == []
    commands.index_clinics([clinic.pk], on=TODAY)
    for typed in ("лор", "лора", "болит горло", "ухо-горло-нос", "мрт", "мрт мозга", "kjh", "мрт в Калининграде"):
        assert find(typed) == ["Янтарь"], typed
    assert find("лор в Химках") == []
    ServicePrice.objects.update(valid_to_on=date(2026, 3, 3))
    commands.index_clinics([clinic.pk], on=date(2026, 3, 3))
    assert find("мрт") == []


def test_what_cannot_be_searched_for_yet_is_made_findable(listed: None) -> None:
    SearchEntry.objects.filter(clinic__name__contains="Янтарь").delete()
    SearchEntry.objects.filter(clinic__name__contains="зуб").update(made_by=0)
    assert find("янтарь") == []
    told: list[int] = []
    assert commands.index_outdated(on=TODAY, progress=told.append) == 2
    assert told == [2]
    assert find("янтарь") == ["Янтарь"]
    assert commands.index_outdated(on=TODAY) == 0


@pytest.fixture
def demo() -> None:
    regions.load_shipped_regions(by=BY, at=NOW)
    commands.seed_demo_network(by=BY, at=NOW)


def test_the_demo_network_is_in_every_region_labelled_and_reaches_nobody(demo: None) -> None:
    assert commands.seed_demo_network(by=BY, at=NOW) == 0
    rows = list(Clinic.objects.all())
    assert {row.region_id for row in rows} == {region.code for region in all_regions.all_regions()}
    assert len(rows) in range(166, 250)
    for row in rows:
        assert row.is_demo
        assert row.name.startswith("Демо-")
        for e164, _extension in row.phones:
            assert e164[5:10] == "00000"
            assert Phone(e164).text.startswith("+7")
    assert set(queries.clinic_counts_by_region("russia", TODAY).values()) == {2, 3}
    assert len(queries.clinic_counts_by_region("regions", TODAY)) == 79
    assert set(queries.clinic_counts_by_region("moscow", TODAY)) == {"RU-MOW", "RU-MOS"}
    clinic = queries.demo_clinics_in("RU-SAM")[0]
    prices = queries.prices_of(clinic.id, TODAY)
    assert prices[0].service_code.startswith("B01")
    assert {"B01.047.001", "B03.016.003", "A04.22.001"} <= {price.service_code for price in prices}
    assert queries.price(clinic.id, "B01.047.001", TODAY) == next(
        price.price for price in prices if price.service_code == "B01.047.001"
    )
    assert find("окулист", regions=("RU-SAM",))


def test_every_specialtys_first_visit_is_in_the_demo_price_list() -> None:
    offered = {service.code for service in DEMO_SERVICES}
    assert {specialty.service_code for specialty in SPECIALTIES.values()} <= offered


def test_the_price_of_the_day_is_the_one_in_force(listed: None) -> None:
    clinic = Clinic.objects.first()
    assert clinic is not None
    for roubles, from_on, to_on in (("100.00", date(2026, 1, 1), date(2026, 3, 2)), ("120.00", TODAY, None)):
        ServicePrice.objects.create(
            clinic=clinic,
            service_code="B01.047.001",
            service_name="Прием",
            price=roubles,
            valid_from_on=from_on,
            valid_to_on=to_on,
        )
    assert str(queries.price(clinic.pk, "B01.047.001", date(2026, 3, 1))) == "100.00"
    assert str(queries.price(clinic.pk, "B01.047.001", TODAY)) == "120.00"
    assert queries.price(clinic.pk, "B01.047.001", date(2025, 12, 31)) is None
    assert len(queries.prices_of(clinic.pk, TODAY)) == 1
    assert not queries.in_network(new_id(), "russia", TODAY)
