"""Who is at the other end of a request."""

from __future__ import annotations

from django.http import HttpRequest

from doctorlike.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The signed-in person of a page whose row in the permission table lets nobody else in."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("a page for people who are signed in has a row that lets others in")
    return user
