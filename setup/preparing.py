"""Files and variables that the product's programs need before they start; the same for running, tests and
measurements."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from setup import assets, envfile, keys
from setup.console import Problem, step
from setup.settings import Settings

# The sandbox's shop and its SMS account; a real acquirer's secret comes by the environment.
SANDBOX_ACCOUNTS = {
    "ACQUIRER_SHOP_ID": "100001",
    "ACQUIRER_SECRET_KEY": "sandbox-secret-1",
    "SMS_API_ID": "sandbox",
}


def make_folders(var: Path) -> None:
    """Folders below `var`; what is inside `keys`, `files`, `log` and `run` is for the owner alone."""
    var.mkdir(parents=True, exist_ok=True)
    for name in ("log", "run", "files", "keys", "sandbox"):
        (var / name).mkdir(exist_ok=True)
        (var / name).chmod(0o700)


def build(root: Path, var: Path) -> None:
    """Typeface and translations."""
    assets.build_font(var / "assets")
    assets.compile_translations(root)


def new_secrets() -> dict[str, str]:
    """A secret key and a first key for encrypted columns."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENCRYPTION_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
    }


def write_env(settings: Settings, database_url: str) -> dict[str, str]:
    """Complete `var/env` and return the settings in force for the product: the file's and the real environment's,
    which wins. Secrets are generated once and never again."""
    path = settings.var / "env"
    rewritten = {
        "PORT_BASE": str(settings.port_base),
        "DATABASE_URL": database_url,
        **keys.make_if_absent(settings.var / "keys"),
    }
    envfile.write(path, rewritten=rewritten, generated={**new_secrets(), "DEMO": "1", **SANDBOX_ACCOUNTS})
    return {**rewritten, **envfile.read_own(path), **{name: value for name, value in os.environ.items() if value}}


def manage(root: Path, environ: Mapping[str, str], *arguments: str) -> str:
    """What a console command of the product printed; `Problem` with its words when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=root,
        env={**environ, "SITE": "console"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Problem(f"manage.py {' '.join(arguments)} failed:\n{(done.stdout + done.stderr).strip()}")
    return done.stdout


def static_sources(root: Path, var: Path) -> str:
    """What the collected static files are made from, as one short text: it changes when they may."""
    sources = [path for path in (root / "doctorlike").rglob("*") if path.suffix not in (".pyc", ".mo", ".po")]
    described = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sources if path.is_file()]
    described += [(var / "assets" / "fonts" / "manrope.version").read_text(), (root / "requirements.txt").read_text()]
    return hashlib.sha256("\n".join(sorted(described)).encode()).hexdigest()


def collect_static(root: Path, environ: Mapping[str, str], *, var: Path) -> None:
    """Styles, scripts and pictures of all apps below `var`, compressed, with their hashes in their names. Skipped
    while nothing they are made from has changed; taken over from the running system's folder where that is up to date.
    """
    stamp = static_sources(root, var)
    running = root / "var"
    for place in (var, running):
        collected = place / "static.stamp"
        if (place / "static").is_dir() and collected.exists() and collected.read_text() == stamp:
            if place != var:
                shutil.copytree(place / "static", var / "static", dirs_exist_ok=True)
            break
    else:
        step("Collecting static files")
        manage(root, environ, "collectstatic", "--noinput", "--verbosity", "0")
    (var / "static.stamp").write_text(stamp)
