"""A client's documents, sent again by the desk."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.shop import commands as shop
from doctorlike.shop.errors import SentRecentlyError
from doctorlike.sites.visitor import signed_in


@require_POST
def send(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """To the address of the contract and to no other, whoever asks by telephone; who sent it stays in the trail."""
    try:
        email = shop.send_documents_again(policy_id=policy_id, by=Actor.staff(signed_in(request).pk), at=clock.now())
    except SentRecentlyError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Документы отправлены на %(email)s.") % {"email": email})
    return redirect("desk:client", policy_id)
