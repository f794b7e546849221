"""The environment a process of the product would have, for the tests. Loaded before anything of Django (`-p`)."""

import atexit
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet

from tests.signing import make_signing_files

_folder = tempfile.TemporaryDirectory(prefix="doctorlike-tests-")
atexit.register(_folder.cleanup)
(Path(_folder.name) / "static").mkdir()
_key, _certificate = make_signing_files(Path(_folder.name))

# Nothing of a running demo beside the tests may leak into them: neither its settings nor its movable clock.
os.environ["ENV_FILE"] = ""
os.environ["DEMO"] = "0"
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("ENCRYPTION_KEYS", Fernet.generate_key().decode())
os.environ.setdefault("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
os.environ["VAR_DIR"] = _folder.name
# The same RSA key serves as identity provider's key: any will do in a test.
os.environ["SIGNING_KEY_FILE"] = os.environ["OIDC_PRIVATE_KEY_FILE"] = str(_key)
os.environ["SIGNING_CERTIFICATE_FILE"] = str(_certificate)
# A suite's own database name, so that two suites can run beside each other.
if "DL_TEST_DB" in os.environ:
    os.environ["TEST_DATABASE"] = f"test_{os.environ['DL_TEST_DB']}"
