from tests.sandbox_process import outside, sandbox_running  # noqa: F401 - fixtures
