"""How often one address of the network may miss or have files examined."""

from __future__ import annotations

from django.http import HttpRequest

from doctorlike.sites import misses

MISSES_AT_MOST = 20
FILES_AT_MOST = 60


def too_many_misses(request: HttpRequest) -> bool:
    """Whether this address has typed so many unknown codes within an hour."""
    return misses.count(request, "verify", "missed") >= MISSES_AT_MOST


def note_miss(request: HttpRequest) -> None:
    misses.note(request, "verify", "missed")


def too_many_files(request: HttpRequest) -> bool:
    """Whether this address has had so many files examined within an hour."""
    return misses.count(request, "verify", "files") >= FILES_AT_MOST


def note_file(request: HttpRequest) -> None:
    misses.note(request, "verify", "files")
