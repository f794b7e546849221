"""Documents of the policies in the account. Another's document does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from doctorlike.documents import queries as documents
from doctorlike.documents.queries import DocumentCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.payments import queries as payments
from doctorlike.payments.queries import RefundView
from doctorlike.policies import queries as contracts
from doctorlike.policies.queries import PolicyView
from doctorlike.shop import commands as shop
from doctorlike.shop.errors import SentRecentlyError
from doctorlike.sites.portal import person
from doctorlike.sites.portal.person import Viewer
from doctorlike.sites.visitor import signed_in


@dataclass(frozen=True, slots=True)
class Folder:
    """A policy and its documents; the receipt is among them for whoever paid."""

    policy: PolicyView
    cards: Sequence[DocumentCard]


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Of the premium that one payment paid for policies of these numbers: of the one that was ended, or of all."""

    refund: RefundView
    numbers: Sequence[str]


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Five queries, however many policies. A contract's papers name its parties and its price: they are not for the
    child's other parent."""
    viewer = person.current(request)
    held = _held(viewer)
    of_policies = documents.documents_of_many("policy", [policy.id for policy in held])
    paid = {policy.order_id for policy in held if policy.order_id and _paid_by_viewer(policy)}
    receipts = documents.documents_of_many("order", paid)
    folders = [
        Folder(
            policy,
            [card for card in of_policies if card.subject_id == str(policy.id)]
            + [card for card in receipts if _paid_by_viewer(policy) and card.subject_id == str(policy.order_id)],
        )
        for policy in held
    ]
    given_back = _given_back([policy for policy in held if _paid_by_viewer(policy)])
    context = {"viewer": viewer, "folders": folders, "given_back": given_back}
    return render(request, "portal/documents/index.html", context)


@never_cache
@require_safe
def download(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The signed file as it was made."""
    card = documents.document(document_id)
    if not any(_belongs(card, policy) for policy in _held(person.current(request))):
        raise NotFoundError
    _, content = documents.read_pdf(document_id)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"{card.title}.pdf") or "attachment"
    return response


@require_POST
def send(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """The documents once more, to the address of the contract and to no other."""
    if not any(policy.id == policy_id for policy in _held(person.current(request))):
        raise NotFoundError
    try:
        shop.send_documents_again(policy_id=policy_id, by=Actor.user(signed_in(request).pk), at=clock.now())
    except SentRecentlyError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Документы отправлены на почту, указанную в договоре."))
    return redirect("documents:index")


def _held(viewer: Viewer) -> list[PolicyView]:
    return [policy for policy in viewer.policies if not policy.by_invitation]


def _belongs(card: DocumentCard, policy: PolicyView) -> bool:
    match card.subject_type:
        case "policy":
            return card.subject_id == str(policy.id)
        case "order":
            return card.subject_id == str(policy.order_id) and _paid_by_viewer(policy)
        case _:
            return False


def _given_back(policies: Sequence[PolicyView]) -> list[GivenBack]:
    """Of the premiums of these policies' orders; an order may hold several policies and is paid by one payment."""
    numbers: dict[UUID, list[str]] = {}
    for policy in policies:
        if policy.order_id is not None:
            numbers.setdefault(policy.order_id, []).append(policy.number)
    orders = {payment_id: order_id for order_id, payment_id in payments.paid_for("order", numbers).items()}
    refunds = payments.refunds_of(orders)
    ended = contracts.numbers_of_refunds([one.id for one in refunds]) if refunds else {}
    return [GivenBack(one, [ended[one.id]] if one.id in ended else numbers[orders[one.payment_id]]) for one in refunds]


def _paid_by_viewer(policy: PolicyView) -> bool:
    # A guardian is the policyholder; otherwise the insured paid when the two are one person.
    return policy.role == "guardian" or policy.policyholder.id == policy.insured.id
