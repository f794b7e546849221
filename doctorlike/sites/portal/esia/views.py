"""In by «Госуслуги»: off to ЕСИА and back. The first time a code to the contact they told proves that it is still the
person's; later they alone let in. A second step is asked for where the account holds one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from doctorlike.accounts.commands.esia import enter_by_esia, join_esia, part_esia
from doctorlike.accounts.errors import AccountClosedError, AnothersAccountError, CodeError
from doctorlike.accounts.rules.esia import CODE, Citizen, Way, way
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.portal.esia import steps
from doctorlike.sites.portal.esia.client import EsiaRefusedError, EsiaSilentError
from doctorlike.sites.portal.esia.service import esia, redirect_uri
from doctorlike.sites.security.proof import freshly_proven
from doctorlike.sites.signin import pending as waiting
from doctorlike.sites.signin.forms import CodeForm
from doctorlike.sites.signin.pending import Pending
from doctorlike.sites.signin.views import let_in, safe_next
from doctorlike.sites.visitor import signed_in
from doctorlike.ui.views import error_page

BY = Actor.visitor("esia")


@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Off to «Госуслуги»."""
    service = esia()
    next_url = safe_next(request)
    if request.user.is_authenticated:
        return redirect(next_url or resolve_url("home:index"))
    begun = service.begin(redirect_uri())
    steps.take_along(request, begun, next_url)
    return redirect(begun.url)


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponseBase:
    """Back from there: the state must be the one this browser took along, and serves once."""
    service = esia()
    under_way = steps.taken_along(request)
    if under_way is None or not constant_time_compare(under_way.begun.state, request.GET.get("state", "")):
        return redirect("home:index") if request.user.is_authenticated else _lost(request)
    if "error" in request.GET:
        return _lost(request)
    try:
        citizen = service.citizen(under_way.begun, request.GET.get("code", ""), redirect_uri())
    except EsiaSilentError:
        return _silent(request)
    except EsiaRefusedError:
        return _lost(request)
    try:
        known = enter_by_esia(oid=citizen.oid, at=clock.now()) if citizen.trusted else None
    except AccountClosedError as refusal:
        return _refused(request, str(refusal))
    match way(citizen, known=known is not None):
        case Way.ENTER if known is not None:
            return _let_in(request, known, under_way.next_url)
        case Way.PROVE_CONTACT:
            return _ask_for_code(request, citizen, under_way.next_url)
        case Way.NO_CONTACT:
            return _refused(request, _("В Госуслугах нет подтверждённого телефона или почты. Войдите здесь по коду."))
    return _refused(
        request, _("Учётная запись Госуслуг не подтверждена. Подтвердите её там или войдите здесь по коду.")
    )


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """The code from the contact that «Госуслуги» told."""
    esia()
    citizen, asked = steps.kept(request), waiting.kept(request, steps.CODE)
    if citizen is None or asked is None:
        return _lost(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, form, asked)
    try:
        asked.check(CODE, form.cleaned_data["code"])
    except CodeError as refusal:
        form.add_error("code", str(refusal))
        return _code_page(request, form, asked)
    steps.forget(request)
    try:
        entered = join_esia(citizen=citizen, contact=asked.contact, by=BY, at=clock.now())
    except (AnothersAccountError, AccountClosedError) as refusal:
        return _refused(request, str(refusal))
    return _let_in(request, entered.user_id, asked.next_url, signup=entered.is_new)


@never_cache
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same contact."""
    esia()
    asked = waiting.kept(request, steps.CODE)
    if steps.kept(request) is None or asked is None:
        return _lost(request)
    try:
        asked.send(request, CODE)
    except CodeError as refusal:
        return _code_page(request, CodeForm(), asked, refusal=str(refusal), status=409)
    return _code_page(request, CodeForm(), asked, sent_again=True)


@require_POST
@freshly_proven
def part(request: HttpRequest) -> HttpResponse:
    """«Госуслуги» let nobody into this account any more; also where they have been turned off since."""
    user = signed_in(request)
    part_esia(user_id=user.pk, by=Actor.user(user.pk), at=clock.now())
    messages.success(request, _("Вход через Госуслуги отключён."))
    return redirect("security:index")


def _ask_for_code(request: HttpRequest, citizen: Citizen, next_url: str) -> HttpResponse:
    asked = Pending.of(citizen.contacts[0], next_url=next_url)
    steps.keep(request, citizen)
    waiting.keep(request, steps.CODE, asked)
    try:
        asked.send(request, CODE)
    except CodeError as refusal:
        return _code_page(request, CodeForm(), asked, refusal=str(refusal), status=409)
    return redirect("esia:code")


def _let_in(request: HttpRequest, user_id: UUID, next_url: str, *, signup: bool = False) -> HttpResponseBase:
    return let_in(request, user_id, proof={"method": "esia"}, next_url=next_url, signup=signup)


def _code_page(
    request: HttpRequest,
    form: CodeForm,
    asked: Pending,
    *,
    refusal: str = "",
    sent_again: bool = False,
    status: int = 200,
) -> HttpResponse:
    told = {
        "form": form,
        "contact": asked.contact,
        "by_esia": True,
        "again_url": reverse("esia:code_again"),
        "other_url": reverse("account_login"),
        "refusal": refusal,
        "sent_again": sent_again,
    }
    return render(request, "account/code.html", told, status=status)


def _refused(request: HttpRequest, text: str) -> HttpResponse:
    return error_page(
        request,
        status=403,
        title=_("Через Госуслуги войти не получилось"),
        text=text,
        way_url=reverse("account_login"),
        way_label=_("Войти по коду"),
    )


def _lost(request: HttpRequest) -> HttpResponse:
    return error_page(
        request,
        status=400,
        title=_("Вход через Госуслуги не завершён"),
        text=_("Госуслуги не подтвердили вход, или прошло слишком много времени. Начните ещё раз или войдите по коду."),
        way_url=reverse("account_login"),
        way_label=_("Начать вход заново"),
    )


def _silent(request: HttpRequest) -> HttpResponse:
    return error_page(
        request,
        status=503,
        title=_("Госуслуги не отвечают"),
        text=_("Это не у вас и не у нас. Войдите по коду или попробуйте через несколько минут."),
        way_url=reverse("account_login"),
        way_label=_("Войти по коду"),
    )
