"""Secrets of addresses stay out of the log."""

from __future__ import annotations

import logging
import re

import pytest
from django.conf import settings
from django.test import Client

from doctorlike.kit.logs import WithoutSecrets
from tests.sites.matrix.addresses import addresses_of
from tests.sites.matrix.expected import WHOSE, Whose

SECRET = "s3cretS3cretS3cret"
PATHS = sorted(
    {
        address.filled(lambda _view, argument: SECRET if WHOSE[argument] is Whose.SECRET else 1)
        for address in addresses_of("portal")
        if Whose.SECRET in {WHOSE[one] for one in address.arguments}
    }
)


def written(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, None)
    assert WithoutSecrets().filter(record)
    return record.getMessage()


def test_there_are_such_addresses() -> None:
    assert any(path.startswith("/calendar/") for path in PATHS)
    assert len(PATHS) > 10


@pytest.mark.parametrize("path", PATHS)
def test_the_secret_of_every_address_is_struck_out(path: str) -> None:
    said = written("%s: %s", "Not Found", path)
    assert SECRET not in said
    assert said.startswith("Not Found: /")


def test_other_words_stay_as_they_are() -> None:
    assert written("Not Found: %s", "/cabinet/visits/7/") == "Not Found: /cabinet/visits/7/"


def test_every_handler_strikes_them_out() -> None:
    assert all("without_secrets" in one["filters"] for one in settings.LOGGING["handlers"].values())


@pytest.mark.django_db
def test_a_wrong_secret_is_not_written_by_a_refused_request(on_site, caplog) -> None:
    on_site("portal")
    caplog.handler.addFilter(WithoutSecrets())
    try:
        assert Client().get(f"/calendar/{SECRET}.ics").status_code == 404
    finally:
        caplog.handler.filters.clear()
    assert re.search(r"Not Found: /calendar/…", caplog.text)
    assert SECRET not in caplog.text
