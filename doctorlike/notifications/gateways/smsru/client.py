"""SMS.RU over its HTTP API: one request a message, the answer tells the fate of each number."""

from __future__ import annotations

from functools import lru_cache

import httpx

from doctorlike.notifications.gateways import RefusedError, UnreachableError

ACCEPTED = 100
# Codes that pass by themselves: the service is down or too busy (220, 500), the account is short of money (201), the
# daily limit of the account or number is reached (206, 230, 231).
TRY_LATER = {201, 206, 220, 230, 231, 500}


@lru_cache(maxsize=4)
def _kept(timeout_seconds: float) -> httpx.Client:
    # Safe to share between threads. Reading the list of authorities alone costs thirty times the rest of a message, and
    # messages that follow closely upon one another go over one connection.
    return httpx.Client(timeout=timeout_seconds)


class SmsRu:
    """Sends by `{base_url}/sms/send`. The address of a call carries the phone, so httpx logs nothing (settings)."""

    def __init__(self, *, base_url: str, api_id: str, timeout_seconds: float = 10.0) -> None:
        self._url = f"{base_url}/sms/send"
        self._api_id = api_id
        self._timeout = timeout_seconds

    def send(self, *, to: str, text: str) -> str:
        number = to.removeprefix("+")
        try:
            answer = _kept(self._timeout).post(
                self._url, data={"api_id": self._api_id, "to": number, "msg": text, "json": "1"}
            )
            answer.raise_for_status()
            told = answer.json()
        except (httpx.HTTPError, ValueError) as failure:
            raise UnreachableError(type(failure).__name__) from failure
        fate = told.get("sms", {}).get(number, told)
        code = fate.get("status_code")
        if code == ACCEPTED and fate.get("sms_id"):
            return str(fate["sms_id"])
        if code in TRY_LATER:
            raise UnreachableError(f"code {code}")
        raise RefusedError(f"code {code}")
