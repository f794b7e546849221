"""Places of a site: which is current, which is shown."""

import pytest
from django.urls import reverse_lazy

from doctorlike.ui import nav
from doctorlike.ui.context import look
from tests.ui.conftest import request_to

pytestmark = pytest.mark.urls("tests.ui.urls")
HOME = nav.NavPlace("home", "Главная", "home", "/cabinet/", exact=True)
VISITS = nav.NavPlace("visits", "Записи", "calendar", "/cabinet/visits/")
PAST = nav.NavPlace("past", "Прошлые", "clock", "/cabinet/visits/past/")
SITE = nav.SiteNav("/cabinet/", "/cabinet/", (HOME, VISITS, PAST))


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/cabinet/", ["Главная"]),
        ("/cabinet/visits/", ["Записи"]),
        ("/cabinet/visits/17/", ["Записи"]),
        ("/cabinet/visits/past/", ["Прошлые"]),
        ("/cabinet/visitsx/", []),
        ("/cabinet/cards/", []),
    ],
)
def test_the_closest_place_is_current(path, current):
    assert [place.label for place in nav.shown_places(SITE, request_to(path)) if place.current] == current


def test_counts_come_with_the_request():
    assert [place.count for place in nav.shown_places(SITE, request_to("/cabinet/"))] == [0, 2, 0]


def test_a_place_may_be_for_some_readers_only():
    hidden = nav.NavPlace("x", "Тайное", "key", "/cabinet/x/", visible=lambda _request: False)
    site = nav.SiteNav("/cabinet/", "/cabinet/", (HOME, hidden), account=hidden)
    assert [place.label for place in nav.shown_places(site, request_to("/cabinet/"))] == ["Главная"]
    assert nav.shown_account(site, request_to("/cabinet/")) is None


def test_places_of_another_site_are_not_shown():
    nav.register(nav.SiteNav("/elsewhere/", reverse_lazy("elsewhere:index"), (HOME,)))
    try:
        shown = look(request_to("/elsewhere/x"))
    finally:
        nav._navs.pop("/elsewhere/")
    assert shown["nav"] == ()
    assert shown["home_url"] == "/"


def test_two_sites_may_begin_at_the_same_address(settings):
    ours = nav.SiteNav("/begins/", "/begins/", (HOME,), site=settings.SITE)
    nav.register(ours)
    nav.register(nav.SiteNav("/begins/", "/begins/", (VISITS,), site="another"))
    try:
        assert nav.nav_of("/begins/here/") is ours
    finally:
        del nav._navs[f"{settings.SITE}/begins/"], nav._navs["another/begins/"]
