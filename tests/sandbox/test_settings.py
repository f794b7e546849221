"""A wrong environment is refused by name."""

import subprocess
import sys

import pytest

from sandbox.settings import BadSettings, read_settings
from tests.sandbox.running import ROOT


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"PORT_BASE": "many"}, "PORT_BASE"),
        ({"ACQUIRER_CONTRACTS": "shop"}, "ACQUIRER_CONTRACTS"),
        ({"NOTIFICATION_URLS": "shop.example"}, "NOTIFICATION_URLS"),
        ({"NOTIFICATION_PAUSES": "soon"}, "NOTIFICATION_PAUSES"),
        ({"ACQUIRER_AMOUNT_LIMITS": "1"}, "ACQUIRER_AMOUNT_LIMITS"),
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str], name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read_settings(environment)


def test_contracts_and_their_addresses_go_in_order() -> None:
    contracts = read_settings(
        {"ACQUIRER_CONTRACTS": "1:a,2:b,3:c", "NOTIFICATION_URLS": "http://one.example/,-"}
    ).contracts

    assert [(one.shop_id, one.secret_key, one.notification_url) for one in contracts] == [
        ("1", "a", "http://one.example/"),
        ("2", "b", ""),
        ("3", "c", ""),
    ]
    assert read_settings({"PORT_BASE": "9000"}).contracts[1].notification_url == "http://localhost:9000/hooks/yookassa/"


def test_the_process_refuses_a_wrong_environment() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox"], cwd=ROOT, env={"PORT_BASE": "x"}, capture_output=True, timeout=30
    )

    assert ended.returncode == 2
    assert b"PORT_BASE" in ended.stderr
