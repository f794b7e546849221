"""A contract in the account: dates, people, documents with their versions, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from doctorlike.coverage import queries as coverage
from doctorlike.documents import queries as documents
from doctorlike.documents.queries import DocumentCard
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import Contract, PolicyView
from doctorlike.policies.rules import Standing
from doctorlike.shop import queries as shop
from doctorlike.sites.visitor import signed_in

OVER = (Standing.ENDED, Standing.CANCELLED)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the contract; `superseded_by` is the version that took its place."""

    card: DocumentCard
    superseded_by: DocumentCard | None


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every contract the client is a party to, also those of other adults they pay for."""
    today = clock.today()
    contracts = [(one, one.view.standing(today)) for one in policies.contracts_of(signed_in(request).pk, on=today)]
    return render(request, "portal/policy/index.html", {"contracts": contracts})


@never_cache
@require_safe
def show(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    today = clock.today()
    contract = policies.contract_for(signed_in(request).pk, policy_id, on=today)
    standing = contract.view.standing(today)
    return render(
        request,
        "portal/policy/show.html",
        {
            "contract": contract,
            "policy": contract.view,
            "standing": standing,
            "limits": coverage.limits_of(contract.view, today) if _may_see_use(contract.view) else (),
            "papers": papers_of(contract),
            "cancellation": policies.cancellation_of(policy_id) if contract.is_policyholder else None,
            "may_cancel": contract.is_policyholder and contract.view.cancelled_on is None and standing not in OVER,
            "renewal": shop.renewal_of(contract.view, on=today) if contract.is_policyholder else None,
            "own_account": _own_account(contract, today),
        },
    )


def _own_account(contract: Contract, today: date) -> bool:
    """Whether the policyholder may invite the insured to an own account."""
    policy = contract.view
    return contract.is_policyholder and not policies.is_own(policy) and today >= policies.may_invite_from(policy)


@never_cache
@require_safe
def download(request: HttpRequest, policy_id: UUID, document_id: UUID) -> HttpResponse:
    """The signed file as it was made, superseded versions too."""
    contract = policies.contract_for(signed_in(request).pk, policy_id, on=clock.today())
    if not any(one.card.id == document_id for one in papers_of(contract)):
        raise NotFoundError
    card, content = documents.read_pdf(document_id)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"{card.title}.pdf") or "attachment"
    return response


def _may_see_use(policy: PolicyView) -> bool:
    """How much help was had is for those who may see the help itself."""
    return policy.medical_open and not policy.never_begins


def papers_of(contract: Contract) -> Sequence[Paper]:
    """The contract's documents, the newest first; the receipt for whoever paid. They name its parties and its price:
    the child's other parent gets none."""
    if contract.view.by_invitation:
        return []
    found = documents.revisions_of("policy", contract.view.id)
    if contract.is_policyholder and contract.view.order_id:
        found += documents.revisions_of("order", contract.view.order_id)
    return [Paper(card, newer) for card, newer in found]
