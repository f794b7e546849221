"""Versions of products, for whoever sells, serves or charges by them, and for whoever writes them."""

from doctorlike.products.queries.drafts import DraftView, VersionLine, draft, terms_before, version, versions
from doctorlike.products.queries.selling import (
    PublishedVersion,
    SoldVersion,
    product_name,
    published_versions,
    terms_of,
    terms_on_sale,
    topics_about,
)

__all__ = [
    "DraftView",
    "PublishedVersion",
    "SoldVersion",
    "VersionLine",
    "draft",
    "product_name",
    "published_versions",
    "terms_before",
    "terms_of",
    "terms_on_sale",
    "topics_about",
    "version",
    "versions",
]
