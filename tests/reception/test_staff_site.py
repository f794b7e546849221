"""The staff site leads each to their own work, and hides the rest."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_work(on_site, client, staff):
    on_site("staff")

    def sign_in(*roles: str):
        client.force_login(staff(*roles))
        return client

    return sign_in


@pytest.mark.parametrize(
    ("role", "work"),
    [("operator", "/desk/"), ("finance", "/desk/"), ("registrar", "/reception/"), ("product_manager", "/admin/")],
)
def test_the_door_leads_to_ones_work(at_work, role, work):
    assert at_work(role).get("/").url == work


def test_somebody_without_a_role_is_told_so(at_work):
    answer = at_work().get("/")
    assert answer.status_code == 403
    assert "Рабочего места нет" in answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/reception/", "/desk/", "/admin/", "/admin/regions/region/"])
def test_a_stranger_is_asked_to_sign_in(on_site, client, address):
    on_site("staff")
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.url.startswith("/signin/")


def test_a_product_manager_keeps_the_regions(at_work, clinic):
    browser = at_work("product_manager")
    assert "Область RU-SAM" in browser.get("/admin/regions/region/").content.decode()
    page = browser.get("/admin/regions/region/RU-SAM/change/")
    assert page.status_code == 200


def test_catalogues_hold_nothing_of_the_libraries(at_work):
    page = at_work("product_manager").get("/admin/").content.decode()
    assert "regions" in page
    for foreign in ("auth/group", "usersessions", "procrastinate", "account/emailaddress"):
        assert foreign not in page


@pytest.mark.parametrize("role", ["operator", "registrar", "doctor"])
def test_others_find_no_catalogues(at_work, role):
    assert at_work(role).get("/admin/").status_code == 404


def test_admin_has_no_door_of_its_own(at_work):
    assert at_work("product_manager").get("/admin/login/").url == "/admin/"
