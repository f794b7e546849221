"""`python3 -m setup translations`: texts of the product, gathered from its source into `locale/*/LC_MESSAGES/*.po`.

Written texts are Russian, so English needs every one of them; the Russian catalogue holds only what is counted, for
Russian has three forms where the source can name two. GNU gettext is not needed: templates are read by Django's own
`templatize`, Python by Babel.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
TEMPLATE_SUFFIXES = {".html", ".txt"}
# What Babel would write into the head changes with the day and the tool; nothing of it is needed.
HEAD = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""
PLURAL_FORMS = {
    "en": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}


def gather(root: Path) -> Catalog:
    """Every text of `doctorlike/` that is marked for translation, with the files it stands in."""
    gathered = Catalog()
    for path in sorted((root / "doctorlike").rglob("*")):
        source = _as_python(path)
        if source is None:
            continue
        place = path.relative_to(root).as_posix()
        found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
        for _line, text, _comments, context in found:
            gathered.add(text, locations=[(place, 0)], context=context)
    return gathered


def update(root: Path) -> dict[str, int]:
    """Bring the catalogues to the source: new texts with an empty translation, gone ones left out. How many are empty
    now, by language. Repeating changes nothing."""
    gathered = gather(root)
    return {language: _update_one(root, language, gathered) for language in PLURAL_FORMS}


def catalogue_path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def read(root: Path, language: str) -> Catalog:
    """A catalogue as it is in the tree; empty when there is none yet."""
    path = catalogue_path(root, language)
    text = path.read_bytes() if path.exists() else _head(language).encode()
    return read_po(io.BytesIO(text), locale=language)


def wanted(language: str, gathered: Catalog) -> Iterator[Message]:
    """The texts a language's catalogue has to hold."""
    return (message for message in gathered if message.id and (language != "ru" or message.pluralizable))


def _update_one(root: Path, language: str, gathered: Catalog) -> int:
    known = read(root, language)
    coming = Catalog(locale=language)
    empty = 0
    for message in wanted(language, gathered):
        old = known.get(message.id, message.context)
        kept = old is not None and old.pluralizable == message.pluralizable and not old.fuzzy
        coming.add(
            message.id, old.string if kept and old else None, locations=message.locations, context=message.context
        )
        empty += not (kept and old and all(old.string if message.pluralizable else [old.string]))
    written = io.BytesIO()
    write_po(written, coming, width=110, omit_header=True, sort_by_file=True, include_lineno=False)
    path = catalogue_path(root, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_head(language) + written.getvalue().decode().strip() + "\n", encoding="utf-8")
    return empty


def _head(language: str) -> str:
    return HEAD.format(language=language, plural_forms=PLURAL_FORMS[language])


def _as_python(path: Path) -> str | None:
    """A file's texts as calls of gettext; None for a file without texts."""
    if path.suffix == ".py":
        return path.read_text(encoding="utf-8")
    if path.suffix not in TEMPLATE_SUFFIXES:
        return None
    # The words between the tags become filler, whose indentation would not be Python's.
    return "\n".join(line.lstrip() for line in templatize(path.read_text(encoding="utf-8")).splitlines())
