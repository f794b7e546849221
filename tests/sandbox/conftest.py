"""One sandbox process serves all tests of this folder; each test finds it empty and without faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.running import Sandbox, Shop


@pytest.fixture(scope="session")
def listening_shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory, listening_shop: Shop) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox") / "storage", listening_shop.url)
    sandbox.start()
    yield sandbox
    sandbox.close()


@pytest.fixture
def shop(listening_shop: Shop) -> Shop:
    """The shop that is notified."""
    return listening_shop


@pytest.fixture
def sandbox(running_sandbox: Sandbox, shop: Shop) -> Sandbox:
    """The sandbox, emptied."""
    running_sandbox.web.post("/control/reset").raise_for_status()
    shop.forget()
    return running_sandbox


@pytest.fixture
def own_sandbox(tmp_path: Path, shop: Shop) -> Iterator[Sandbox]:
    """A sandbox of the test's own, to be killed."""
    shop.forget()
    sandbox = Sandbox(tmp_path / "storage", shop.url)
    sandbox.start()
    yield sandbox
    sandbox.close()
