"""The world outside for tests of the product: a real sandbox process, and our settings pointed at it.

`from tests.sandbox_process import outside, sandbox_running  # noqa: F401` in a conftest gives the fixture `outside`:
the sandbox, emptied and without faults, for one test. Its class (`tests.sandbox.running.Sandbox`) has the levers:
`fault(kind, operation, times=…)`, `give_card(object_id, number)`, `debits("subject_id")`, `web` for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.running import Sandbox

TIME_LIMIT_SECONDS = 1.5


@pytest.fixture(scope="session")
def sandbox_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One process for the whole run. It notifies nobody: tests hand notifications over themselves."""
    sandbox = Sandbox(tmp_path_factory.mktemp("outside") / "storage")
    sandbox.start()
    yield sandbox
    sandbox.close()


@pytest.fixture
def outside(sandbox_running: Sandbox, settings: pytest.FixtureRequest) -> Sandbox:
    """The sandbox as our settings know it; an unanswered call is given up after `TIME_LIMIT_SECONDS`."""
    sandbox_running.web.post("/control/reset").raise_for_status()
    settings.ACQUIRER_URL = f"{sandbox_running.url}/yookassa/v3"
    settings.ACQUIRER_TIMEOUT_SECONDS = TIME_LIMIT_SECONDS
    settings.SMS_URL = f"{sandbox_running.url}/smsru"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sandbox_running.smtp_port
    return sandbox_running
