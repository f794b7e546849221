"""From the summary to the truth about the payment."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.accounts.errors import CodeError, TooSoonError
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError
from doctorlike.kit.money import Money
from doctorlike.kit.phones import show_phone
from doctorlike.shop import commands, queries, words
from doctorlike.shop.errors import ConsentMissingError, OrderChangedError, OrderClosedError
from doctorlike.shop.queries import OrderView
from doctorlike.shop.rules import MOST_INSURED, OrderState, Priced, check_draft
from doctorlike.shop.words import ConsentText
from doctorlike.sites.links import absolute
from doctorlike.sites.portal.shop.finding import found_order
from doctorlike.sites.portal.shop.forms import ChannelForm, ConfirmForm
from doctorlike.sites.portal.shop.summary import insured_lines, policyholder_rows

CHANNELS = ("phone", "email")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@found_order
def check(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    """What is being bought, by whom and for how much; confirmed with a code. A declined order comes here only when
    something must be put right before it can be paid again."""
    if not order.may_change or (order.state is OrderState.DECLINED and not _stands_still(order)):
        return redirect("shop:result", token=token)
    if order.draft.policyholder is None:
        return redirect("shop:policyholder", token=token)
    form = ConfirmForm(request.POST, texts=_texts(order)) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            commands.confirm_order(
                order_id=order.id,
                code=form.cleaned_data["code"],
                consents=form.given(),
                seen_edition=form.cleaned_data["edition"],
                seen_total=Money(form.cleaned_data["total"]),
                ip_address=request.META.get("REMOTE_ADDR") or None,
                by=_by(order),
                at=clock.now(),
                real_at=clock.real_now(),
            )
        except OrderChangedError as refusal:
            # The page is built from what holds now, so that it can be read and confirmed anew.
            if queries.terms_change(order, clock.now()) is None:
                messages.warning(request, str(refusal))
            return redirect("shop:check", token=token)
        except OrderClosedError:
            return redirect("shop:result", token=token)
        except CodeError as refusal:
            if queries.order_by_token(token).state is not OrderState.DRAFT:
                # A second tap: the first one has used the code and goes on to the bank.
                return _to_the_bank(request, order, token)
            form.add_error("code", str(refusal))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _to_the_bank(request, order, token)
    return _check_page(request, order, token, form=form)


@require_POST
@found_order
def send_code(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    """Send the code where the client wants it, then back to the summary."""
    if not order.may_change or order.draft.policyholder is None:
        return redirect("shop:result", token=token)
    channel_form = ChannelForm(request.POST, channels=_channels(order))
    if not channel_form.is_valid():
        return _check_page(request, order, token, channel_form=channel_form)
    try:
        commands.send_order_code(
            order_id=order.id,
            channel=channel_form.cleaned_data["channel"],
            by=_by(order),
            at=clock.now(),
            real_at=clock.real_now(),
            ip_address=request.META.get("REMOTE_ADDR", ""),
        )
    except TooSoonError as refusal:
        messages.warning(request, str(refusal))
    except DomainError as refusal:
        channel_form.add_error(None, str(refusal))
        return _check_page(request, order, token, channel_form=channel_form)
    response = redirect("shop:check", token=token)
    # On a phone the field for the code is far below the answers.
    response["Location"] += f"?sent={channel_form.cleaned_data['channel']}#confirm"
    return response


def _check_page(
    request: HttpRequest,
    order: OrderView,
    token: str,
    *,
    form: ConfirmForm | None = None,
    channel_form: ChannelForm | None = None,
) -> HttpResponse:
    problem = ""
    insured: tuple[Priced, ...] = ()
    change = queries.terms_change(order, clock.now()) if order.draft.policyholder else None
    try:
        insured = check_draft(order.terms, order.choice, order.draft, clock.today())
    except DomainError as refusal:
        problem = str(refusal)
    total = Money.total(one.premium for one in insured)
    sent = request.GET.get("sent", "")
    if form is None and sent in CHANNELS:
        form = ConfirmForm(texts=_texts(order), initial={"edition": order.edition, "total": total.amount})
    page: dict[str, Any] = {
        "order": order,
        "token": token,
        "holder_rows": policyholder_rows(order, token),
        "lines": insured_lines(order, token, insured),
        "problem": problem,
        "change": change,
        "total": total,
        "confirm_form": form,
        "sent": sent,
        "sent_to": dict(_channels(order)).get(sent, ""),
        "channel_form": channel_form or ChannelForm(channels=_channels(order), initial={"channel": sent or "phone"}),
        "form": form if form is not None and form.is_bound else channel_form,
        "may_go_on": not problem and change is None and order.state is not OrderState.DECLINED,
        "may_add": len(order.draft.insured) < MOST_INSURED,
        "next_number": len(order.draft.others) + 1,
        "sections": words.conditions(order.terms, settings.BRAND.insurer) if form is not None else (),
    }
    return render(request, "portal/shop/check.html", page)


def _stands_still(order: OrderView) -> bool:
    """Something must be put right before this order can be confirmed or paid."""
    if queries.terms_change(order, clock.now()) is not None:
        return True
    try:
        check_draft(order.terms, order.choice, order.draft, clock.today())
    except DomainError:
        return True
    return False


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@found_order
def pay(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    """Amount and what for, when a confirmed order was not paid at once."""
    if not order.consented:
        return redirect("shop:check", token=token)
    if order.state in (OrderState.PAID, OrderState.ISSUED):
        return redirect("shop:result", token=token)
    if request.method != "POST":
        return render(request, "portal/shop/pay.html", {"order": order, "token": token})
    return _to_the_bank(request, order, token)


def _to_the_bank(request: HttpRequest, order: OrderView, token: str) -> HttpResponse:
    """The acquirer's page of the order's payment, opened now or before; else the page that tells why not."""
    try:
        page_url = commands.pay_order(
            order_id=order.id,
            return_url=absolute("portal", "shop:result", token=token),
            by=_by(order),
            at=clock.now(),
        )
    except ConsentMissingError:
        return redirect("shop:check", token=token)
    except OrderClosedError:
        return redirect("shop:result", token=token)
    except DomainError as refusal:
        # The summary says what is wrong and where it is put right.
        messages.warning(request, str(refusal))
        return redirect("shop:check" if order.may_change else "shop:result", token=token)
    return redirect(page_url) if page_url else redirect("shop:result", token=token)


@never_cache
@require_safe
@found_order
def result(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    """What has become of the payment, asked anew each time the page is opened."""
    commands.look_at_payment(order_id=order.id, at=clock.now())
    order = queries.order_by_token(token)
    if order.state is OrderState.DRAFT:
        return redirect("shop:check", token=token)
    if order.state is OrderState.CONFIRMED:
        return redirect("shop:pay", token=token)
    page = {
        "order": order,
        "token": token,
        "payment": None if order.state is OrderState.ISSUED else queries.payment_of(order.id),
        "policies": queries.policies_of(order.id),
    }
    return render(request, "portal/shop/result.html", page)


def _by(order: OrderView) -> Actor:
    return Actor.visitor(str(order.id))


def _texts(order: OrderView) -> tuple[ConsentText, ...]:
    return words.consents(order.terms, settings.BRAND.insurer)


def _channels(order: OrderView) -> list[tuple[str, str]]:
    holder = order.draft.policyholder
    return [("phone", show_phone(holder.phone)), ("email", holder.email)] if holder else []
