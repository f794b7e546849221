"""From facts to PDF/A by Typst. Templates lie in `templates/`; each imports `house.typ` for letterhead and type."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import font_manrope
import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

TEMPLATES = Path(__file__).with_name("templates")


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # Scanning fonts costs ten times a document, so it is done once a process. The variable face is left out: Typst
    # takes the static ones.
    files = Path(font_manrope.__file__).with_name("files")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(files)])


def typeset(template: str, facts: dict[str, Any], *, made_at: datetime) -> bytes:
    """The PDF/A-2b of a template («policy») filled with `facts` (JSON values; brand is added). `typst.TypstError`
    when the template does not understand them. The same facts and instant give the same bytes."""
    told = {**facts, "brand": asdict(settings.BRAND)}
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["a-2b"],
        timestamp=int(made_at.timestamp()),
        sys_inputs={"facts": json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)},
    )
