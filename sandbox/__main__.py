"""`python -m sandbox`: HTTP on PORT_BASE+9, SMTP on PORT_BASE+10, both on 127.0.0.1."""

import asyncio
import logging
import sys

from sandbox.server import serve
from sandbox.settings import BadSettings, read_settings


def main() -> None:
    """Starts the sandbox; exits with 2 and the reason when its environment is wrong, with 1 when a port is taken."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    try:
        settings = read_settings()
    except BadSettings as error:
        sys.stderr.write(f"sandbox: {error}\n")
        sys.exit(2)
    try:
        asyncio.run(serve(settings))
    except OSError as error:
        sys.stderr.write(f"sandbox: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
