"""A real sandbox process on free ports, and a shop that listens to its notifications."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
SHOP, OTHER_SHOP = ("100001", "sandbox-secret-1"), ("100002", "sandbox-secret-2")
DEADLINE_SECONDS = 20


def until(look: Callable[[], Any], what: str) -> Any:
    """The first true answer of `look`, asked again and again; fails when none comes before the deadline."""
    end = time.monotonic() + DEADLINE_SECONDS
    pause = threading.Event()
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"{what}: not before the deadline"
        pause.wait(0.02)


def free_port_base() -> int:
    """A PORT_BASE whose HTTP and SMTP ports are both free."""
    for base in range(20_000 + os.getpid() % 20_000, 60_000, 20):
        with socket.socket() as web, socket.socket() as mail:
            try:
                web.bind(("127.0.0.1", base + 9))
                mail.bind(("127.0.0.1", base + 10))
            except OSError:
                continue
            return base
    raise AssertionError("no free ports")


class Shop:
    """A shop's notification door. Answers 200, or what `answers` says first."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[int] = []
        shop = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                shop.headers.append(dict(self.headers))
                shop.received.append(json.loads(body))
                self.send_response(shop.answers.pop(0) if shop.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet: the tests look at what was received."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hooks/yookassa/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def forget(self) -> None:
        self.received.clear()
        self.headers.clear()
        self.answers.clear()

    def about(self, object_id: str) -> list[str]:
        """The events received about an object, in the order they came."""
        return [one["event"] for one in list(self.received) if one["object"]["id"] == object_id]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Sandbox:
    """The process and the few things every test does with it."""

    def __init__(self, folder: Path, notification_url: str = "-") -> None:
        self.base = free_port_base()
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.base + 9}"
        self.smtp_port = self.base + 10
        self._environment = {
            "PATH": os.environ.get("PATH", ""),
            "PORT_BASE": str(self.base),
            "SANDBOX_DIR": str(folder),
            "NOTIFICATION_URLS": notification_url,
            "NOTIFICATION_PAUSES": "0.05,0.1",
            "ESIA_CERTIFICATE_FILE": os.environ.get("SIGNING_CERTIFICATE_FILE", ""),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.web = httpx.Client(base_url=self.url, trust_env=False, timeout=10)
        self.shop = self._api(SHOP)
        self.other_shop = self._api(OTHER_SHOP)

    def _api(self, auth: tuple[str, str]) -> httpx.Client:
        return httpx.Client(base_url=f"{self.url}/yookassa/v3", auth=auth, trust_env=False, timeout=10)

    def start(self) -> None:
        with (self.folder.parent / "sandbox.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sandbox"], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        until(self._up, "the sandbox answers")

    def _up(self) -> bool:
        assert self._process is not None and self._process.poll() is None, "the sandbox ended at its start"
        return self.healthy()

    def healthy(self) -> bool:
        try:
            return self.web.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """kill -9: no goodbye."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(DEADLINE_SECONDS)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(DEADLINE_SECONDS)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()
        for client in (self.web, self.shop, self.other_shop):
            client.close()

    def fault(self, kind: str, operation: str = "any", **more: Any) -> None:
        reply = self.web.post("/control/faults", json={"kind": kind, "operation": operation, **more})
        assert reply.status_code == 200, reply.text

    def pay(self, path: str = "/payments", key: str = "", **body: Any) -> httpx.Response:
        """A writing request of the shop with a key of its own unless one is given."""
        return self.shop.post(path, json=body, headers={"Idempotence-Key": key or uuid.uuid4().hex})

    def new_payment(self, value: str = "1400.00", **more: Any) -> dict[str, Any]:
        """A payment waiting for its cardholder."""
        reply = self.pay(**payment_body(value, **more))
        assert reply.status_code == 200, reply.text
        return reply.json()

    def give_card(self, object_id: str, number: str = "4242424242424242", **typed: str) -> httpx.Response:
        """What the cardholder does on the hosted page, redirects not followed."""
        fields = {"step": "card", "number": number, "expiry": "09/39", "cvc": "123", **typed}
        return self.web.post(f"/checkout/{object_id}/", data=fields)

    def payment(self, payment_id: str) -> dict[str, Any]:
        return self.shop.get(f"/payments/{payment_id}").json()

    def saved_card(self, number: str = "4242424242424242") -> str:
        """A card bound without a debit; returns the method's id."""
        body = {"type": "bank_card", "confirmation": {"type": "redirect", "return_url": "http://shop.example/back"}}
        method_id = self.pay("/payment_methods", **body).json()["id"]
        assert self.give_card(method_id, number).status_code == 303
        return method_id

    def charge(self, method_id: str, value: str = "300.02", key: str = "", **more: Any) -> httpx.Response:
        """A debit of a saved card without the cardholder."""
        return self.pay(
            key=key, amount=rub(value), capture=True, payment_method_id=method_id, **{"metadata": {}, **more}
        )

    def debits(self, key: str) -> dict[str, Any]:
        return self.web.get("/control/debits.json", params={"key": key}).json()


def rub(value: str) -> dict[str, str]:
    return {"value": value, "currency": "RUB"}


def payment_body(value: str = "1400.00", **more: Any) -> dict[str, Any]:
    confirmation = {"type": "redirect", "return_url": "http://shop.example/back?order=7"}
    return {"amount": rub(value), "capture": True, "confirmation": confirmation, "description": "Заказ 7", **more}
