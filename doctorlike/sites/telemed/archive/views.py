"""All consultations of the people in the account, with conclusions to find, read and download. What is looked for goes
by POST: nothing medical stands in an address."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.documents import queries as documents
from doctorlike.kit import clock
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.links import absolute
from doctorlike.sites.visitor import signed_in
from doctorlike.telemed import queries
from doctorlike.telemed.queries import Room
from doctorlike.telemed.rules import SHARE_DAYS
from doctorlike.ui.forms import Form, SearchInput


class SearchForm(Form):
    q = forms.CharField(
        label=_("Что найти"),
        help_text=_("Слова из заключения или жалобы, врач, специальность или день, например 24.03.2026"),
        required=False,
        max_length=100,
        widget=SearchInput(),
    )
    person = forms.ChoiceField(label=_("Чьи консультации"), required=False)

    def __init__(self, *args: object, people: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        assert isinstance(person, forms.ChoiceField)  # noqa: S101  # declared so above
        person.choices = [("", _("Все")), *people]


def open_policies(request: HttpRequest) -> list[PolicyView]:
    """Policies whose medical content the viewer may see today."""
    return [one for one in policies.policies_of(signed_in(request).pk, on=clock.today()) if one.medical_open]


def open_policy_ids(request: HttpRequest) -> list[UUID]:
    return [one.id for one in open_policies(request)]


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Everything, or what is looked for; of one person, by any policy of theirs."""
    mine = open_policies(request)
    people: dict[object, list[PolicyView]] = {}
    for one in mine:
        people.setdefault(one.person_key, []).append(one)
    named = [(str(own[0].id), own[0].insured.first_names) for own in people.values()]
    form = SearchForm(request.POST if request.method == "POST" else None, people=named)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    chosen = next((own for own in people.values() if str(own[0].id) == told.get("person")), mine)
    ids = [one.id for one in chosen]
    found = queries.search_archive(ids, told["q"]) if told.get("q") else queries.archive_of(ids)
    shown = {
        "consultations": found,
        "form": form,
        "several": len(people) > 1,
        "sought": bool(told.get("q") or told.get("person")),
        "any": bool(found) or form.is_bound,
    }
    return render(request, "telemed/archive/index.html", shown)


@require_safe
def consultation(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    room = queries.archived(consultation_id, open_policy_ids(request))
    return render(request, "telemed/archive/consultation.html", consultation_page(room))


def consultation_page(room: Room) -> dict[str, object]:
    """What the page of one consultation shows."""
    referral = room.conclusion.referral if room.conclusion is not None else None
    at = clock.now()
    return {
        "room": room,
        "shares": [(one, one.serves(at)) for one in queries.shares_of([room.card.id])] if room.conclusion else [],
        "share_days": SHARE_DAYS,
        "booking_url": absolute("portal", "referral:open", referral_id=referral.id) if referral is not None else "",
    }


@require_safe
def conclusion(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The signed PDF."""
    room = queries.archived(consultation_id, open_policy_ids(request))
    return _pdf(room.conclusion.document_id if room.conclusion is not None else None, "conclusion.pdf")


@require_safe
def addendum(request: HttpRequest, consultation_id: UUID, number: int) -> HttpResponse:
    """The signed PDF of an addendum."""
    room = queries.archived(consultation_id, open_policy_ids(request))
    addenda = room.conclusion.addenda if room.conclusion is not None else ()
    return _pdf(next((one.document_id for one in addenda if one.number == number), None), f"addendum-{number}.pdf")


def _pdf(document_id: UUID | None, name: str) -> HttpResponse:
    """It is not kept by the browser or anything between."""
    if document_id is None:
        raise Http404
    _card, content = documents.read_pdf(document_id)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
