"""The hosted card page, as a browser without JavaScript uses it."""

import re
import sqlite3

import pytest

from tests.sandbox.running import Sandbox


def test_the_page_tells_what_for_and_how_much(sandbox: Sandbox) -> None:
    payment = sandbox.new_payment("1400.00", description="Полис <ОНДЛ>")
    page = sandbox.web.get(f"/checkout/{payment['id']}/")

    assert page.status_code == 200
    assert "1\u00a0400,00\u00a0₽" in page.text
    assert "Полис &lt;ОНДЛ&gt;" in page.text
    assert 'lang="ru"' in page.text
    assert page.text.count("<h1") == 1


def test_the_page_speaks_english_when_asked(sandbox: Sandbox) -> None:
    path = f"/checkout/{sandbox.new_payment()['id']}/"

    assert "Card number" in sandbox.web.get(path, headers={"Accept-Language": "en-GB,en;q=0.9,ru;q=0.8"}).text
    assert "Card number" in sandbox.web.get(path, params={"lang": "en"}).text
    assert "Номер карты" in sandbox.web.get(path, headers={"Accept-Language": "de,ru;q=0.7,en;q=0.5"}).text
    assert "Номер карты" in sandbox.web.get(path, params={"lang": "ru"}, headers={"Accept-Language": "en"}).text


def test_the_policy_lets_the_form_end_at_the_shop_only(sandbox: Sandbox) -> None:
    policy = sandbox.web.get(f"/checkout/{sandbox.new_payment()['id']}/").headers["content-security-policy"]

    assert "form-action 'self' http://shop.example;" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"number": ""}, "number", "Введите номер карты"),
        ({"number": "4242 4242"}, "number", "13–19 цифр"),
        ({"number": "4242424242424243"}, "number", "опечатка"),
        ({"number": "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"}, "number", "13–19 цифр"),
        ({"expiry": "13/30"}, "expiry", "месяц и год"),
        ({"expiry": "01/20"}, "expiry", "истёк"),
        ({"cvc": "12"}, "cvc", "3 цифры"),
        ({"holder": "A" * 65}, "holder", "не длиннее 64"),
    ],
)
def test_errors_stand_at_their_fields_and_answers_are_kept(
    sandbox: Sandbox, typed: dict[str, str], field: str, words: str
) -> None:
    payment_id = sandbox.new_payment()["id"]
    page = sandbox.give_card(payment_id, **{"number": "4242 4242 4242 4242", "holder": "ANNA", **typed})

    assert page.status_code == 422
    error = re.search(rf'id="{field}-error">([^<]+)<', page.text)
    assert error is not None and words in error.group(1)
    assert f'href="#{field}"' in page.text
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', page.text)
    if field != "holder":
        assert 'value="ANNA"' in page.text
    assert 'value="123"' not in page.text
    assert sandbox.payment(payment_id)["status"] == "pending"


def test_neither_number_nor_cvc_is_stored(sandbox: Sandbox) -> None:
    payment_id = sandbox.new_payment(save_payment_method=True)["id"]
    sandbox.give_card(payment_id, "4242 4242 4242 4242", cvc="987", holder="ANNA IVANOVA")

    with sqlite3.connect(sandbox.folder / "sandbox.sqlite3") as storage:
        dump = "\n".join(storage.iterdump())
    storage.close()
    assert "424242" in dump
    assert "4242424242424242" not in dump
    assert "'987'" not in dump
    assert "IVANOVA" not in dump


def test_three_d_secure_with_the_right_code_pays(sandbox: Sandbox) -> None:
    payment_id = sandbox.new_payment()["id"]
    here = sandbox.give_card(payment_id, "4000 0025 0000 3155", lang="ru")
    assert here.status_code == 303
    bank = sandbox.web.get(here.headers["location"])
    assert "1234" in bank.text
    assert "3155" in bank.text
    assert sandbox.payment(payment_id)["status"] == "pending"

    back = sandbox.web.post(f"/checkout/{payment_id}/", data={"step": "code", "code": " 1234 "})
    assert back.headers["location"] == "http://shop.example/back?order=7"
    paid = sandbox.payment(payment_id)
    assert paid["status"] == "succeeded"
    assert paid["authorization_details"]["three_d_secure"] == {"applied": True}


def test_three_wrong_codes_cancel(sandbox: Sandbox) -> None:
    payment_id = sandbox.new_payment()["id"]
    sandbox.give_card(payment_id, "2203000000000001")

    for left in (2, 1):
        wrong = sandbox.web.post(f"/checkout/{payment_id}/", data={"step": "code", "code": "0000"})
        assert (wrong.status_code, f"попыток: {left}" in wrong.text) == (422, True)
    # Starting again with the card gives no new tries.
    sandbox.give_card(payment_id, "2203000000000001")
    last = sandbox.web.post(f"/checkout/{payment_id}/", data={"step": "code", "code": "0000"})
    assert last.status_code == 303
    assert sandbox.payment(payment_id)["cancellation_details"]["reason"] == "3d_secure_failed"


def test_refusing_at_the_bank_cancels(sandbox: Sandbox) -> None:
    payment_id = sandbox.new_payment()["id"]
    sandbox.give_card(payment_id, "4000002500003155")
    sandbox.web.post(f"/checkout/{payment_id}/", data={"step": "refuse"})

    assert sandbox.payment(payment_id)["cancellation_details"]["reason"] == "3d_secure_failed"


def test_three_d_secure_binds_a_card(sandbox: Sandbox) -> None:
    method_id = sandbox.saved_card("4000002500003155")
    assert sandbox.shop.get(f"/payment_methods/{method_id}").json()["status"] == "pending"
    sandbox.web.post(f"/checkout/{method_id}/", data={"step": "code", "code": "1234"})

    assert sandbox.shop.get(f"/payment_methods/{method_id}").json()["status"] == "active"
    assert sandbox.charge(method_id).json()["status"] == "succeeded"


def test_the_page_opened_after_the_end_says_so_and_changes_nothing(sandbox: Sandbox) -> None:
    payment_id = sandbox.new_payment()["id"]
    sandbox.give_card(payment_id)

    for page in (sandbox.web.get(f"/checkout/{payment_id}/"), sandbox.give_card(payment_id, "4000000000000002")):
        assert page.status_code == 200
        assert "Платёж прошёл" in page.text
        assert 'href="http://shop.example/back?order=7"' in page.text
    assert sandbox.payment(payment_id)["status"] == "succeeded"


def test_leaving_the_page_keeps_the_payment_open(sandbox: Sandbox) -> None:
    payment_id = sandbox.new_payment()["id"]
    assert (
        'href="http://shop.example/back?order=7">Вернуться в магазин'
        in sandbox.web.get(f"/checkout/{payment_id}/").text
    )

    assert sandbox.payment(payment_id)["status"] == "pending"
    assert sandbox.give_card(payment_id).status_code == 303


def test_a_wrong_address_is_a_page_too(sandbox: Sandbox) -> None:
    page = sandbox.web.get("/checkout/nothing/")
    assert page.status_code == 404
    assert "Такой страницы нет" in page.text
    assert sandbox.give_card("nothing").status_code == 404


def test_all_cards_are_listed(sandbox: Sandbox) -> None:
    page = sandbox.web.get("/cards/").text
    for spaced in ("4242 4242 4242 4242", "4000 0025 0000 3155", "6200 0000 0000 0005", "2200 0000 0000 0004"):
        assert spaced in page
    assert "payment_method_restricted" in page
