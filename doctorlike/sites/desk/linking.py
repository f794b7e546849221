"""In whose accounts a policy stands: the desk puts it into one, after the document was named, or takes it out
(docs/rules/linking.md)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from doctorlike.accounts import queries as accounts
from doctorlike.accounts.queries import UserCard
from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.policies import commands
from doctorlike.policies import queries as policies
from doctorlike.policies.commands import LinkReason, UnlinkReason
from doctorlike.policies.errors import (
    DocumentNotNamedError,
    IdentityLockedError,
    NoDocumentError,
    OwnAccountAtDeskError,
)
from doctorlike.policies.queries import DeskFit, DeskMatch, LinkView, PolicyView
from doctorlike.sites.desk.linking_forms import LINK_REASONS, UNLINK_REASONS, FindAccountForm, LinkForm, UnlinkForm
from doctorlike.sites.visitor import signed_in

OUTCOMES: Mapping[DeskFit, object] = {
    DeskFit.HERE: gettext_lazy("Полис уже стоит в этом кабинете, привязывать нечего."),
    DeskFit.NO_PROFILE: gettext_lazy(
        "В кабинете не заполнены имя и дата рождения. Попросите клиента заполнить профиль и вернитесь сюда."
    ),
    DeskFit.FITS: gettext_lazy("Имя и дата рождения совпали. Сверьте документ, и полис можно привязать."),
    DeskFit.OTHER_NAME: gettext_lazy(
        "Дата рождения совпала, имя другое. Привязать можно, только если человек сменил имя: тогда он назовёт и "
        "прежний документ, и новый, а договор исправится."
    ),
    DeskFit.PAYS_ONLY: gettext_lazy(
        "Это страхователь, а застрахован другой человек старше 15 лет. Договор и платежи страхователь видит без "
        "привязки, если в договоре его телефон или почта. Визиты видит только застрахованный, в своём кабинете."
    ),
    DeskFit.OTHER_CHILD: gettext_lazy(
        "Это полис ребёнка младше 15 лет. Он стоит только в кабинете взрослого страхователя, а это другой человек."
    ),
    DeskFit.OTHER_PERSON: gettext_lazy(
        "Дата рождения в кабинете не та, что в договоре: это другой человек. Если дата в профиле записана с ошибкой, "
        "клиент исправляет её сам."
    ),
}


@never_cache
@sensitive_post_parameters("contact")
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """The accounts a policy stands in, what was decided earlier, and the search for another by its whole contact."""
    policy = policies.policy(policy_id)
    form = FindAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        contact = form.cleaned_data["contact"]
        found = accounts.users_by_contact(**{contact.kind: contact.value})
        if found:
            return redirect("desk:link", policy_id, found[0].id)
        form.add_error("contact", _("Кабинета с таким контактом нет. Клиент заводит его сам, когда входит впервые."))
    staff = {str(Actor.staff(one.id)): one.full_name or one.email for one in accounts.staff()}
    decisions = [
        (
            one,
            staff.get(one.decided_by, _("Сотрудник")),
            (UNLINK_REASONS if one.apart else LINK_REASONS).get(one.reason),
        )
        for one in policies.link_decisions_of(policy_id)
    ]
    page = {"policy": policy, "links": policies.links_of(policy_id), "decisions": decisions, "form": form}
    return render(request, "desk/linking/links.html", page)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, policy_id: UUID, user_id: UUID) -> HttpResponse:
    """Contract and account beside each other, what that means, and (where they fit) the check of the document."""
    policy, user = policies.policy(policy_id), accounts.user_card(user_id)
    match = policies.match_at_desk(policy_id, user_id, clock.today())
    renamed = match.fit is DeskFit.OTHER_NAME
    owner = policy.insured if match.role == "self" else policy.policyholder
    form = LinkForm(
        request.POST if request.method == "POST" else None, renamed=renamed, born_on=owner.born_on, today=clock.today()
    )
    if request.method == "POST" and match.can_link and form.is_valid() and _linked(request, policy_id, user_id, form):
        messages.success(request, _("Полис привязан. Клиенту отправлено уведомление без подробностей."))
        return redirect("desk:links", policy_id)
    if request.method != "POST":
        _note_looking(request, policy_id, user_id)
    return render(request, "desk/linking/link.html", _page(policy, user, match, form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unlink(request: HttpRequest, policy_id: UUID, user_id: UUID) -> HttpResponse:
    """Take the policy out of an account; the reason is asked for and what follows is told first."""
    policy = policies.policy(policy_id)
    shown = next((one for one in policies.links_of(policy_id) if one.user.id == user_id), None)
    if shown is None or shown.role == "parent":
        raise Http404
    form = UnlinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.unlink_at_desk(
                policy_id=policy_id,
                user_id=user_id,
                reason=UnlinkReason(form.cleaned_data["reason"]),
                by=Actor.staff(signed_in(request).pk),
                at=clock.now(),
            )
        except OwnAccountAtDeskError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Полис убран из кабинета. Клиенту отправлено уведомление без подробностей."))
        return redirect("desk:links", policy_id)
    return render(request, "desk/linking/unlink.html", {"policy": policy, "link": shown, "form": form})


def _linked(request: HttpRequest, policy_id: UUID, user_id: UUID, form: LinkForm) -> bool:
    try:
        commands.link_at_desk(
            policy_id=policy_id,
            user_id=user_id,
            document=form.document(),
            reason=LinkReason(form.reason()),
            checked_how=form.cleaned_data["checked_how"],
            new_document=form.new_document(),
            by=Actor.staff(signed_in(request).pk),
            at=clock.now(),
        )
    except NotFoundError:
        raise
    except (DocumentNotNamedError, IdentityLockedError, NoDocumentError) as refusal:
        form.add_error("number", str(refusal))
        return False
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page(policy: PolicyView, user: UserCard, match: DeskMatch, form: LinkForm) -> dict[str, object]:
    others: list[LinkView] = [one for one in policies.links_of(policy.id) if one.user.id != user.id]
    return {
        "policy": policy,
        "holder": user,
        "match": match,
        "owner": policy.policyholder if match.role == "guardian" else policy.insured,
        "outcome": OUTCOMES[match.fit],
        "others": others,
        "form": form,
    }


def _note_looking(request: HttpRequest, policy_id: UUID, user_id: UUID) -> None:
    audit.record(
        by=Actor.staff(signed_in(request).pk),
        at=clock.now(),
        action="account.looked_at",
        subject_type="user",
        subject_id=user_id,
        details={"policy": str(policy_id)},
    )
