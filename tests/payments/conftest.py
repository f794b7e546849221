import pytest

from doctorlike.accounts.models import User
from tests.sandbox_process import outside, sandbox_running  # noqa: F401 - fixtures


@pytest.fixture
def anna(db):
    return User.objects.create_user(phone="+79270000012", email="anna@example.org")
