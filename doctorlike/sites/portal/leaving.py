"""Leaving for a page of somebody else's after a form."""

from __future__ import annotations

from django.http import HttpResponseRedirect


def see_other(url: str) -> HttpResponseRedirect:
    """303: the browser opens the address with GET, whatever it sent here. The address must come from the acquirer."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
