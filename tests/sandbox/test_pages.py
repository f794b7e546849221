"""Every page opens, says what it is, and runs no script."""

import re

import pytest

from tests.sandbox.running import Sandbox

PAGES = ("/", "/control/", "/control/ledger/", "/cards/", "/sms/", "/mail/")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_plain_and_strict(sandbox: Sandbox, path: str) -> None:
    sandbox.pay("/refunds", payment_id=sandbox.charge(sandbox.saved_card()).json()["id"], amount=_one_rouble())
    page = sandbox.web.get(path)

    assert page.status_code == 200
    assert "Песочница" in page.text
    assert page.text.count("<h1") == 1
    assert not re.search(r"<script|style=|\son\w+=|<style", page.text)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"


def _one_rouble() -> dict[str, str]:
    return {"value": "1.00", "currency": "RUB"}


def test_health_is_told(sandbox: Sandbox) -> None:
    assert sandbox.web.get("/healthz").json() == {"status": "ok"}


def test_the_first_page_links_every_other(sandbox: Sandbox) -> None:
    page = sandbox.web.get("/").text

    for path in PAGES:
        assert f'href="{path}"' in page
