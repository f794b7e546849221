"""What a log must not hold."""

from __future__ import annotations

import logging
import re

# Addresses that open something to whoever knows them, up to the secret itself; the framework logs the path of every
# request that it refuses.
_SECRET = re.compile(r"(/(?:calendar|order|pay|own-account|verify|cabinet/family/link|recovery/cancel)/)[^/\s'\"?]+")


class WithoutSecrets(logging.Filter):
    """Lets every record pass, with secrets of addresses struck out of its words."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        struck = _SECRET.sub(r"\1…", said)
        if struck != said:
            record.msg, record.args = struck, ()
        return True
