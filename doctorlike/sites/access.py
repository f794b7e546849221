"""The permission table: every URL of every site has a row, and a view without one is not served.

Rows live beside their site (`sites/<site>/access.py`); a test compares them with the URL configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Permission


class Open(Enum):
    """Rows that ask no permission: anybody, or anybody signed in on this site."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


Row = Open | Permission


class Verdict(Enum):
    OPEN = "open"
    SIGN_IN = "sign_in"
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by view name; `namespaces` holds those of third-party parts as a whole («admin»)."""

    rows: Mapping[str, Row]
    namespaces: Mapping[str, Row]

    def row(self, view_name: str) -> Row:
        """ImproperlyConfigured for a view that nobody has decided about."""
        if view_name in self.rows:
            return self.rows[view_name]
        namespace = view_name.partition(":")[0]
        if ":" in view_name and namespace in self.namespaces:
            return self.namespaces[namespace]
        raise ImproperlyConfigured(f"{view_name} has no row in the permission table")


@lru_cache
def table(site: str) -> Table:
    """The table of one site («portal», «telemed», «staff», «streams»)."""
    module = import_module(f"doctorlike.sites.{site}.access")
    return Table(module.ROWS, getattr(module, "NAMESPACES", {}))


def row(view_name: str) -> Row:
    """The row of a view on the site this process serves."""
    return table(settings.SITE if settings.SITE in settings.URLCONFS else "portal").row(view_name)


def decide(row: Row, user: User | AnonymousUser) -> Verdict:
    """What a person meets: the page, the sign-in, or (signed in without the permission) no such page."""
    if row is Open.PUBLIC:
        return Verdict.OPEN
    if not isinstance(user, User):
        return Verdict.SIGN_IN
    if row is Open.SIGNED_IN:
        return Verdict.OPEN
    assert isinstance(row, Permission)
    return Verdict.OPEN if user.may(row) else Verdict.HIDE
