"""The code of a digital card at the counter: whose it is, and what is covered here today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from doctorlike.appointments import queries as appointments
from doctorlike.clinics.queries import ClinicCard
from doctorlike.coverage import commands
from doctorlike.coverage.errors import ChecksLockedError
from doctorlike.coverage.queries.cards import Finding, cover_at_clinic
from doctorlike.kit import clock
from doctorlike.sites.reception.counter import at_own_clinic, registrar, today_at
from doctorlike.sites.reception.forms import CardForm
from doctorlike.ui.words import time_in


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a code is not taken, and what to do now."""

    title: str
    text: str


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def card(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    """The answer comes with the POST itself and takes the code: a repeated POST is told that it was used."""
    form = CardForm(request.POST or None)
    shown: dict[str, object] = {"clinic": clinic, "form": form}
    if request.method == "POST" and form.is_valid():
        shown |= _answer(request, clinic, form.cleaned_data)
        if "refusal" not in shown:
            shown["form"] = CardForm()  # for the next patient
    return render(request, "reception/card.html", shown)


def _answer(request: HttpRequest, clinic: ClinicCard, asked: dict[str, Any]) -> dict[str, object]:
    at, on = clock.now(), today_at(clinic)
    try:
        verdict = commands.check_card(
            clinic_id=clinic.id,
            shown=asked["code"],
            policy_number=asked["number"],
            by=registrar(request),
            at=at,
            real_at=clock.real_now(),
        )
    except ChecksLockedError as locked:
        return {"refusal": _locked(locked.facts["until"], clinic.zone)}
    if verdict.policy is None:
        return {"refusal": _refusal(verdict, clinic.zone)}
    visits = [one for one in appointments.todays_visits(clinic.id, on) if one.policy_id == verdict.policy.id]
    return {
        "policy": verdict.policy,
        "cover": cover_at_clinic(verdict.policy, clinic.id, on),
        "visits": visits,
    }


def _locked(until: datetime, zone: str) -> Refusal:
    return Refusal(
        gettext("Слишком много неверных кодов подряд"),
        gettext("Проверка по карте откроется в %(time)s. Пока проверяйте полис по номеру и дате рождения.")
        % {"time": time_in(until, zone)},
    )


def _refusal(verdict: commands.CardVerdict, zone: str) -> Refusal:
    match verdict.finding:
        case Finding.LATE:
            return Refusal(
                gettext("Этот код уже сменился"),
                gettext(
                    "Попросите пациента открыть карту на самом телефоне, не на снимке экрана, и показать новый код. "
                    "Если код на экране тот же, часы телефона отстают: пусть включит точное время."
                ),
            )
        case Finding.EARLY:
            return Refusal(
                gettext("Часы на телефоне пациента спешат"),
                gettext("Пусть включит в настройках точное время из сети и покажет код ещё раз."),
            )
        case Finding.USED:
            wait = verdict.next_at
            return Refusal(
                gettext("Этот код уже показывали"),
                gettext("Код годится один раз. Следующий появится на телефоне в %(time)s, попросите показать его.")
                % {"time": time_in(wait, zone)}
                if wait is not None and wait > clock.real_now()
                else gettext("Код годится один раз. Попросите пациента показать новый."),
            )
        case Finding.REVOKED:
            return Refusal(
                gettext("Карта на этом телефоне больше не действует"),
                gettext(
                    "На нём вышли из кабинета, или полис оттуда убран. Пусть пациент войдёт в кабинет и откроет карту "
                    "снова."
                ),
            )
        case _:
            return Refusal(
                gettext("Такого кода нет"),
                gettext("Сверьте цифры кода и номер полиса с картой и введите их ещё раз."),
            )
