"""Pictures and PDFs that one side of a room gives the other."""

from __future__ import annotations

import io
import re
import warnings
from datetime import datetime
from uuid import UUID

from django.db import transaction
from PIL import Image, ImageOps

from doctorlike.kit import storage
from doctorlike.kit.locks import locked
from doctorlike.telemed import rules
from doctorlike.telemed.commands.happening import happened
from doctorlike.telemed.commands.room import author_of
from doctorlike.telemed.errors import TooManyFilesError, WrongFileError, WrongStepError
from doctorlike.telemed.models import Consultation, SharedFile
from doctorlike.telemed.rules import EventKind

FOLDER = "telemed"
PREVIEW_PIXELS = 480
# Of a picture as it lies in memory; a photograph of today has fifty million.
MOST_PIXELS = 64_000_000
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_UNWANTED = re.compile(r"[\x00-\x1f\x7f/\\\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@transaction.atomic
def share_file(
    *, consultation_id: UUID, user_id: UUID, name: str, content: bytes, sent_key: UUID, at: datetime
) -> None:
    """Give the other side a picture or a PDF. NotFoundError for anybody but the room's two sides, WrongStepError once
    it is over, WrongFileError for another kind of file, one too large or a picture that cannot be drawn,
    TooManyFilesError. The same `sent_key` sends it once."""
    consultation = locked(Consultation.objects, pk=consultation_id)
    author = author_of(consultation, user_id, at)
    if consultation.state not in rules.LIVE:
        raise WrongStepError
    if consultation.files.filter(sent_key=sent_key).exists():
        return
    kind = rules.media_type(content)
    if kind is None or len(content) > rules.LARGEST_FILE_BYTES:
        raise WrongFileError
    if consultation.files.count() >= rules.MOST_FILES:
        raise TooManyFilesError
    preview = preview_of(content, kind) if kind in _FORMATS else None
    SharedFile.objects.create(
        consultation=consultation,
        author=author,
        name=plain_name(name),
        media_type=kind,
        size=len(content),
        content_key=storage.keep(content, folder=FOLDER),
        preview_key=storage.keep(preview, folder=FOLDER) if preview is not None else "",
        sent_at=at,
        sent_key=sent_key,
    )
    happened(consultation, EventKind.FILE, at)


def preview_of(content: bytes, kind: str) -> bytes:
    """A small picture of a picture, drawn anew: nothing of the original's bytes is in it, neither what else hides in
    the file nor where it was taken. WrongFileError for one that cannot be drawn or would fill the memory."""
    try:
        with warnings.catch_warnings():
            # Of a picture that is large beyond reason only its header is looked at.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise WrongFileError
                picture.draft("RGB", (PREVIEW_PIXELS * 2, PREVIEW_PIXELS * 2))
                drawn = ImageOps.exif_transpose(picture).convert("RGB")
                drawn.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
                small = io.BytesIO()
                drawn.save(small, "JPEG", quality=80)
                return small.getvalue()
    except WrongFileError:
        raise
    except Exception:  # a decoder fails on a spoilt file in any way it likes
        raise WrongFileError from None


def plain_name(name: str) -> str:
    """A file's name without paths, signs that turn text around or hide, and more letters than anybody reads."""
    kept = _UNWANTED.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    return kept[-100:] or "file"
