"""Addresses across the sites of the house."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse


def absolute(site: str, view_name: str, **kwargs: Any) -> str:
    """The full address of a page of any site, whichever process asks."""
    return settings.SITE_URLS[site] + reverse(view_name, urlconf=settings.URLCONFS[site], kwargs=kwargs)
