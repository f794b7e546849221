"""Versions of products, for whoever sells, serves or charges by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import DateField, UUIDField

from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.spelling import other_layout
from doctorlike.products.errors import NothingOnSaleError
from doctorlike.products.models import ProductVersion
from doctorlike.products.rules import (
    CareTopic,
    FoundTopics,
    Terms,
    find_topics,
    parse_terms,
    question_words,
    topic_words,
    topics_of,
)


@dataclass(frozen=True, slots=True)
class SoldVersion:
    version_id: UUID
    product_name: str
    number: int
    sold_from_on: date
    terms: Terms


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version as lists of other systems name it: by the product's code and its number."""

    version_id: UUID
    product_code: str
    number: int
    sold_from_on: date


_newest = Read(
    lambda: (
        ProductVersion.objects.filter(published_at__isnull=False, sold_from_on__lte=Told("on", DateField()))
        .order_by("-sold_from_on", "-number")
        .values_list("pk", "product__name", "number", "sold_from_on")[:1]
    ),
    prepared=True,
)


_name = Read(
    lambda: ProductVersion.objects.filter(pk=Told("version_id", UUIDField())).values_list("product__name", flat=True),
    prepared=True,
)


def terms_on_sale(on: date) -> SoldVersion:
    """The newest published version sold on that day (insurer's date); NothingOnSaleError when there is none."""
    for version_id, name, number, sold_from_on in _newest(on=on):
        return SoldVersion(version_id, name, number, sold_from_on, terms_of(version_id))
    raise NothingOnSaleError


def published_versions() -> list[PublishedVersion]:
    """Every published version of every product, the newest to be sold first."""
    rows = ProductVersion.objects.filter(published_at__isnull=False).order_by("-sold_from_on", "-number")
    return [PublishedVersion(*row) for row in rows.values_list("pk", "product_id", "number", "sold_from_on")]


@lru_cache(maxsize=64)
def terms_of(version_id: UUID) -> Terms:
    """Terms of a published version, read once per process: the database refuses to change them afterwards.
    NotFoundError for an unknown or unpublished one."""
    written = (
        ProductVersion.objects.filter(pk=version_id, published_at__isnull=False).values_list("terms", flat=True).first()
    )
    if written is None:
        raise NotFoundError
    return parse_terms(written)


def product_name(version_id: UUID) -> str:
    """NotFoundError for an unknown version."""
    for name in _name(version_id=version_id):
        return name
    raise NotFoundError


def topics_about(version_id: UUID, text: str) -> FoundTopics:
    """Topics of a published version that a question in plain words means, best first: any form of a word, a slip of
    the finger, the other keyboard layout. One query (two the first time in a process)."""
    topics, known = _topics(version_id)
    words, typed_otherwise = question_words(text), question_words(other_layout(text))
    stems = {**known, **_stems({*words, *typed_otherwise})}
    found = find_topics(topics, words, stems)
    if found.topics and not found.forgiven:
        return found
    otherwise = find_topics(topics, typed_otherwise, stems)
    if otherwise.topics and not otherwise.forgiven:
        return FoundTopics(otherwise.topics, forgiven=True)
    return found


@lru_cache(maxsize=8)
def _topics(version_id: UUID) -> tuple[tuple[CareTopic, ...], Mapping[str, str]]:
    topics = topics_of(terms_of(version_id))
    return topics, _stems({word for topic in topics for word in topic_words(topic)})


def _stems(words: Iterable[str]) -> dict[str, str]:
    """The stem of each word by PostgreSQL's own Russian stemmer; words that say nothing («для») are missing."""
    with connection.cursor() as cursor:
        cursor.execute("select word, ts_lexize('russian_stem', word) from unnest(%s::text[]) word", [list(words)])
        return {word: stems[0] for word, stems in cursor.fetchall() if stems}
