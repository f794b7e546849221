"""The mail taken, for people (/mail/) and for tests (/mail/messages.json)."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.mail.letters import read_letter, summary
from sandbox.pages import page
from sandbox.storage.database import Row
from sandbox.world import World, world_of

_SHOWN = 100

# A letter's HTML runs nothing, loads nothing from outside and may only open links in a new tab.
_LETTER_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def _found(world: World, asked: str, after: int) -> list[Row]:
    """Messages newest first; `asked` is an address or a part of one."""
    return world.db.rows(
        """SELECT * FROM mail WHERE number > ? AND (? = '' OR number IN
            (SELECT number FROM mail_recipients WHERE address LIKE ? ESCAPE '!'))
        ORDER BY number DESC LIMIT ?""",
        (after, asked, f"%{_escaped(asked.lower())}%", _SHOWN),
    )


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _one(request: Request) -> Row:
    row = world_of(request).db.one("SELECT * FROM mail WHERE number = ?", (request.path_params["number"],))
    if row is None:
        raise HTTPException(404)
    return row


async def messages_json(request: Request) -> Response:
    """Up to a hundred latest messages with bodies, oldest first: ?to=address or a part of it, ?after=number."""
    after = request.query_params.get("after", "0")
    if not after.isdigit():
        return JSONResponse({"error": "after must be a message's number"}, status_code=400)
    rows = _found(world_of(request), request.query_params.get("to", "").strip(), int(after))
    return JSONResponse({"messages": [summary(row, whole=True) for row in reversed(rows)]})


async def inbox(request: Request) -> Response:
    """The latest messages, with a search by address."""
    asked = request.query_params.get("to", "").strip()
    rows = _found(world_of(request), asked, 0)
    return page(request, "mail.html", messages=[summary(row, whole=False) for row in rows], asked=asked, most=_SHOWN)


async def letter(request: Request) -> Response:
    """One message: headers, text, HTML in a frame, attachments."""
    row = _one(request)
    return page(request, "letter.html", message=summary(row, whole=True), letter=read_letter(row["raw"]))


async def html_body(request: Request) -> Response:
    """The HTML as it was sent, on a path and under a policy of its own; pictures of the letter itself are shown."""
    row = _one(request)
    body = read_letter(row["raw"])
    html = body.html
    for part in body.parts:
        if part.content_id:
            html = html.replace(f"cid:{part.content_id}", f"/mail/{row['number']}/parts/{part.number}")
    return Response(
        f'<base target="_blank">{html}',
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": _LETTER_POLICY},
    )


async def part(request: Request) -> Response:
    """An attachment: PDF and pictures open, anything else is saved."""
    body = read_letter(_one(request)["raw"])
    found = next((one for one in body.parts if one.number == request.path_params["part"]), None)
    if found is None:
        raise HTTPException(404)
    opens = found.content_type == "application/pdf" or found.content_type in _PICTURES
    kind = found.content_type if opens else "application/octet-stream"
    headers = {
        "Content-Disposition": f"{'inline' if opens else 'attachment'}; filename*=UTF-8''{quote(found.name)}",
        # The browser's own PDF viewer needs more than «nothing», and a PDF runs nothing in our origin.
        "Content-Security-Policy": "frame-ancestors 'self'" if opens else "default-src 'none'; sandbox",
    }
    return Response(found.content, media_type=kind, headers=headers)


async def raw(request: Request) -> Response:
    """The message as it came over the wire."""
    return Response(_one(request)["raw"], media_type="text/plain; charset=utf-8")


routes = [
    Route("/mail/", inbox),
    Route("/mail/messages.json", messages_json),
    Route("/mail/{number:int}/", letter),
    Route("/mail/{number:int}/html", html_body),
    Route("/mail/{number:int}/raw", raw),
    Route("/mail/{number:int}/parts/{part:int}", part),
]
