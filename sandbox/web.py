"""All HTTP doors put together."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox import authenticator
from sandbox.acquirer import api, checkout
from sandbox.acquirer.cards import BEHAVIOURS, CARDS, scheme_of
from sandbox.control import levers, register
from sandbox.control import pages as control_pages
from sandbox.esia import api as esia_api
from sandbox.mail import inbox as mail_inbox
from sandbox.pages import SafeHeaders, page
from sandbox.sms import api as sms_api
from sandbox.sms import inbox as sms_inbox
from sandbox.world import World, world_of

_STYLE = Path(__file__).parent / "static" / "sandbox.css"


async def index(request: Request) -> Response:
    """Where everything is."""
    world = world_of(request)
    counts = {
        name: world.db.rows(f"SELECT count(*) AS many FROM {name}")[0]["many"]  # noqa: S608 - names of ours
        for name in ("payments", "refunds", "sms", "mail")
    }
    return page(request, "index.html", counts=counts, settings=world.settings)


async def cards(request: Request) -> Response:
    """The test cards and what each of them does."""
    shown = [(" ".join(number[at : at + 4] for at in range(0, len(number), 4)), number) for number in CARDS]
    rows = [(spaced, scheme_of(number), BEHAVIOURS[CARDS[number]]) for spaced, number in shown]
    return page(request, "cards.html", cards=rows)


async def healthz(request: Request) -> Response:
    """Answers when the storage can be read."""
    world_of(request).db.one("SELECT 1")
    return JSONResponse({"status": "ok"})


async def style(request: Request) -> Response:
    """The one stylesheet."""
    return FileResponse(_STYLE, media_type="text/css")


async def icon(request: Request) -> Response:
    """Browsers ask for one; there is none, and that is no fault on their console."""
    return Response(status_code=204)


def build_app(world: World) -> Starlette:
    """The ASGI application over a world."""
    app = Starlette(
        routes=[
            *api.routes,
            *sms_api.routes,
            *esia_api.routes,
            *checkout.routes,
            *sms_inbox.routes,
            *mail_inbox.routes,
            *authenticator.routes,
            *levers.routes,
            *register.routes,
            *control_pages.routes,
            Route("/", index),
            Route("/cards/", cards),
            Route("/healthz", healthz),
            Route("/sandbox.css", style),
            Route("/favicon.ico", icon),
        ],
        middleware=[Middleware(SafeHeaders)],
    )
    app.state.world = world
    return app
