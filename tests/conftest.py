"""What all tests share: a database of their own and the environment a process would have."""

import os

from cryptography.fernet import Fernet

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("ENCRYPTION_KEYS", Fernet.generate_key().decode())
os.environ.setdefault("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
if "DL_TEST_DB" in os.environ:
    os.environ["TEST_DATABASE"] = f"test_{os.environ['DL_TEST_DB']}"
