"""The pages look as the site they are on."""

from django.conf import settings


def base_page() -> str:
    """The base template of the account's pages here."""
    return "ui/portal.html" if settings.SITE == "portal" else "ui/signin.html"
