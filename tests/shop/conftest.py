from collections.abc import Iterator

import pytest
from django.apps import apps

from doctorlike.kit import clock
from tests.sandbox_process import outside, sandbox_running  # noqa: F401 - fixtures
from tests.shop.builders import AT


@pytest.fixture
def first_of_march() -> Iterator[None]:
    """Pages and jobs see the instant `AT`, whether or not this process is a demo whose clock is read from its table."""
    with clock.moved_to(AT):
        shift = clock.shift()
        clock.configure(insurer_zone=clock.insurer_zone(), read_shift=lambda: shift)
        yield
        apps.get_app_config("config").ready()
