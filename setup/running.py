"""`make run`: from the packages to a running system, and watching over it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg

from setup import make, one_start, ports, postgres, preparing, services
from setup.console import Problem, note, step
from setup.settings import Settings
from setup.supervisor import StopAskedFor, Supervisor

READY_SECONDS = 120.0


def run(settings: Settings) -> int:
    """Start everything, say where it is, and supervise until asked to stop."""
    with one_start.only_one(settings.var):
        one_start.end_leftovers(settings.var)
        _refuse_lost_secrets(settings.var)
        preparing.make_folders(settings.var)
        is_embedded = settings.database_url is None
        if is_embedded and (settings.var / "postgres.place").exists():
            _cluster(settings).clear_remains()
        _refuse_used_ports(settings, with_postgres=is_embedded)
        step("Building the typeface and the translations")
        preparing.build(settings.root, settings.var)
        cluster = _cluster(settings) if is_embedded else None
        if cluster and cluster.create_if_absent():
            note(f"a new database in {cluster.data}")
        database_url = settings.database_url or (cluster.url if cluster else "")
        environ = preparing.write_env(settings, database_url)
        environ |= {"DATABASE_URL": database_url, "PORT_BASE": str(settings.port_base), "VAR_DIR": str(settings.var)}
        environ |= {"SANDBOX_DIR": str(settings.var / "sandbox")}
        environ |= {one_start.MARK: one_start.mark_of(settings.var), "PYTHONUNBUFFERED": "1"}
        preparing.collect_static(settings.root, environ, var=settings.var)
        try:
            _supervise(settings, cluster, environ)
        except StopAskedFor:
            note("Stopped.")
    return 0


def _cluster(settings: Settings) -> postgres.Cluster:
    return postgres.cluster("postgres", var=settings.var, port=settings.port("postgres"), programs=settings.programs)


def _supervise(settings: Settings, cluster: postgres.Cluster | None, environ: Mapping[str, str]) -> None:
    with Supervisor(logs=settings.var / "log") as supervisor:
        if cluster:
            step("Starting PostgreSQL")
            supervisor.start(services.database(cluster))
            if supervisor.wait_ready(["postgres"], seconds=READY_SECONDS, told=lambda _: None):
                raise Problem(f"PostgreSQL did not start; {settings.var / 'log' / 'postgres.log'} says why.")
        else:
            _refuse_unreachable(environ["DATABASE_URL"])
        _carry_out(supervisor, settings, environ, "Bringing the database up to date", "migrate", "-v", "1")
        if settings.demo:
            _carry_out(supervisor, settings, environ, "Filling in the demo (once)", "seed_demo")
        step("Starting the sites, the worker and the sandbox")
        started = services.product(settings.root, environ, settings.port_base)
        for service in started:
            supervisor.start(service)
        late = supervisor.wait_ready(
            [service.name for service in started], seconds=READY_SECONDS, told=lambda name: note(f"{name} answers")
        )
        if late:
            raise Problem(
                f"These do not start: {', '.join(late)}. Their words stand above and in {settings.var / 'log'}."
            )
        step("Everything runs")
        _tell(settings, environ)
        supervisor.watch(make.is_interrupted)
    note("Stopped.")


def _carry_out(
    supervisor: Supervisor, settings: Settings, environ: Mapping[str, str], what: str, *arguments: str
) -> None:
    step(what)
    name = arguments[0]
    code = supervisor.complete(
        name,
        [sys.executable, "manage.py", *arguments],
        environ={**environ, "SITE": "console"},
        folder=settings.root,
    )
    if code != 0:
        raise Problem(
            f"{what}: manage.py {name} failed; its words stand above and in {settings.var / 'log' / name}.log"
        )


def _tell(settings: Settings, environ: Mapping[str, str]) -> None:
    def address(site: str) -> str:
        given = environ.get(f"{site.upper()}_URL")
        return (given or f"http://localhost:{settings.port(site)}").rstrip("/")

    print(
        f"""
  client       {address("portal")}/           shop; the account is at {address("portal")}/cabinet/
  telemedicine {address("telemed")}/
  staff        {address("staff")}/desk/      the clinic's reception at /reception/, catalogues at /admin/
  sandbox      http://127.0.0.1:{settings.port("sandbox")}/      acquirer, SMS, mail and staff's codes of the demo
""",
        flush=True,
    )
    if settings.demo:
        try:
            print(preparing.manage(settings.root, environ, "demo_signins"), flush=True)
        except Problem as problem:
            # The system runs; that nobody is told how to sign in is no reason to stop it.
            note(str(problem))
    print("Ctrl-C stops everything; the data stays.\n", flush=True)


def _refuse_used_ports(settings: Settings, *, with_postgres: bool) -> None:
    """Tell every port that is taken before anything starts."""
    wanted = [name for name in ports.OFFSETS if with_postgres or name != "postgres"]
    used = [name for name in wanted if not ports.is_free(settings.port(name))]
    if not used:
        return
    lines = []
    for name in used:
        user = ports.user_of(settings.port(name))
        lines.append(f"  port {settings.port(name)} ({name}) is used by {user or 'another program'}")
    raise Problem(
        "\n".join(
            ["Nothing was started:", *lines, "Free them, or move all ports, for example: PORT_BASE=9000 make run"]
        )
    )


def _refuse_lost_secrets(var: Path) -> None:
    """Without the old ENCRYPTION_KEYS the personal data of the database could never be read again."""
    if (var / "postgres.place").exists() and (var / "postgres.password").exists() and not (var / "env").exists():
        raise Problem(
            f"{var / 'env'} is missing, but there is a database that was encrypted with its keys. "
            "Bring the file back from a backup, or begin anew with: make clean-data"
        )


def _refuse_unreachable(database_url: str) -> None:
    try:
        with psycopg.connect(database_url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise Problem(f"DATABASE_URL: no connection to that PostgreSQL: {error}") from None
    if version < postgres.OLDEST_MAJOR:
        raise Problem(f"DATABASE_URL leads to PostgreSQL {version}; {postgres.OLDEST_MAJOR} or newer is needed.")
