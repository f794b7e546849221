"""Pages: one template environment, one set of security headers, the reader's language."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.acquirer.money import shown

_ROOT = Path(__file__).parent
_templates = Environment(
    loader=FileSystemLoader(_ROOT / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["roubles"] = shown

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action {forms}; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def page(request: Request, template: str, *, status: int = 200, forms: str = "'self'", **values: Any) -> HTMLResponse:
    """A rendered page. `forms` lists the origins a form of the page may end at, redirects included."""
    html = _templates.get_template(template).render(path=request.url.path, **values)
    return HTMLResponse(html, status_code=status, headers={"Content-Security-Policy": POLICY.format(forms=forms)})


def language_of(request: Request, chosen: str = "") -> str:
    """`en` or `ru`: what the reader chose, else the browser's first choice of the two, else Russian."""
    chosen = chosen or request.query_params.get("lang", "")
    if chosen in ("ru", "en"):
        return chosen
    for preferred in request.headers.get("accept-language", "").split(","):
        short = preferred.strip()[:2].lower()
        if short in ("ru", "en"):
            return short
    return "ru"


class SafeHeaders:
    """Headers every answer carries; a page's own Content-Security-Policy stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/yookassa/", "/smsru/")):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                headers += [
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                    (b"cache-control", b"no-store" if scope["path"] != "/sandbox.css" else b"max-age=600"),
                ]
                if not any(name == b"content-security-policy" for name, _ in headers):
                    headers.append((b"content-security-policy", POLICY.format(forms="'self'").encode()))
            await send(message)

        await self._app(scope, receive, with_headers)
