"""Language and theme are the reader's; pages that cannot be shown say so."""

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings

from doctorlike.ui import views
from tests.ui.conftest import request_to

pytestmark = pytest.mark.urls("tests.ui.urls")


def posted(**fields: str) -> HttpRequest:
    return RequestFactory().post("/look/theme", fields)


def test_a_theme_is_kept_for_a_year():
    response = views.choose_theme(posted(theme="dark", next="/gallery/?page=2"))
    assert response.cookies["theme"].value == "dark"
    assert response.cookies["theme"]["max-age"] == 365 * 24 * 60 * 60
    assert response["Location"] == "/gallery/?page=2"


def test_an_unknown_theme_goes_back_to_the_devices():
    assert views.choose_theme(posted(theme="pink", next="/")).cookies["theme"]["max-age"] == 0


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_the_way_back_never_leads_elsewhere(elsewhere):
    assert views.choose_theme(posted(theme="dark", next=elsewhere))["Location"] == "/"


def test_a_theme_is_chosen_by_post_only():
    assert views.choose_theme(RequestFactory().get("/look/theme")).status_code == 405


@override_settings(MIDDLEWARE=[], ALLOWED_HOSTS=["testserver"])
def test_a_language_is_kept_in_the_sites_own_cookie(settings):
    response = Client().post("/look/language", {"language": "en", "next": "/"})
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (views.not_found, 404),
        (views.forbidden, 403),
        (views.bad_request, 400),
        (views.page_expired, 403),
        (views.server_error, 500),
    ],
)
def test_a_page_that_cannot_be_shown_says_why_and_where_to_go(view, status):
    response = view(request_to("/gallery/nowhere"))
    html = response.content.decode()
    assert response.status_code == status
    assert html.count("<h1") == 1
    assert 'class="button"' in html
    assert 'href="tel:' in html


class _Broken:
    def __len__(self) -> int:
        raise ConnectionError("the database is away")


def test_the_page_for_our_own_fault_needs_no_session():
    request = request_to("/gallery/")
    request._messages = request.session = _Broken()
    assert views.server_error(request).status_code == 500
