"""The API's error object and the HTTP status that goes with each code."""

import uuid
from typing import Any

from starlette.responses import JSONResponse

_STATUS = {
    "invalid_request": 400,
    "invalid_credentials": 401,
    "forbidden": 403,
    "not_found": 404,
    "too_many_requests": 429,
    "internal_server_error": 500,
}


class ApiError(Exception):
    """A refusal in YooKassa's words: code, what is wrong, and the parameter it is about."""

    def __init__(self, code: str, description: str, parameter: str | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameter = parameter

    def response(self) -> JSONResponse:
        """The answer to send. Each has an id of its own, as the real one gives for its support."""
        body: dict[str, Any] = {
            "type": "error",
            "id": str(uuid.uuid4()),
            "code": self.code,
            "description": self.description,
        }
        if self.parameter:
            body["parameter"] = self.parameter
        return JSONResponse(body, status_code=_STATUS[self.code])


def invalid(parameter: str, description: str) -> ApiError:
    """A request that breaks the rules of the API at one parameter."""
    return ApiError("invalid_request", description, parameter)


def not_found(parameter: str, what: str) -> ApiError:
    """No such object, or another shop's: the two are told alike."""
    return ApiError("not_found", f"{what} not found", parameter)
