"""A line the client does not agree with: saying so, the answer, a complaint about the answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.care import commands
from doctorlike.care import queries as care
from doctorlike.care.commands import SentFile
from doctorlike.care.errors import AlreadyDisputedError, UnsuitableFileError
from doctorlike.care.rules import LARGEST_ATTACHMENT_BYTES, MOST_FILES, DisputeKind
from doctorlike.kit import clock
from doctorlike.sites.downloads import attachment
from doctorlike.sites.portal import person
from doctorlike.sites.portal.services.forms import ComplaintForm, DisputeForm, asked_kind


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_dispute(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """The form for one line. A line disputed before leads to that dispute."""
    viewer = person.current(request)
    line = care.line_for(viewer.user.pk, line_id, clock.today())
    before = care.disputes_of_lines([line_id]).get(line_id)
    if before is not None:
        return redirect("services:dispute", before.id)
    posted = request.method == "POST"
    form = DisputeForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"kind": asked_kind(request.GET.get("kind"))},
    )
    if posted and form.is_valid():
        try:
            opened = commands.open_dispute(
                line_id=line_id,
                user_id=viewer.user.pk,
                kind=DisputeKind(form.cleaned_data["kind"]),
                text=form.cleaned_data["text"],
                files=[_sent(one) for one in form.cleaned_data["papers"][: MOST_FILES + 1]],
                on=clock.today(),
                by=viewer.actor,
                at=clock.now(),
            )
        except UnsuitableFileError as refusal:
            form.add_error("papers", str(refusal))
        except AlreadyDisputedError:
            return redirect("services:open_dispute", line_id)
        else:
            messages.success(request, _("Обращение принято."))
            return redirect("services:dispute", opened)
    return render(request, "portal/services/dispute_form.html", {"viewer": viewer, "line": line, "form": form})


def _sent(file: UploadedFile) -> SentFile:
    """No more is read of it than shows that it is too large."""
    return SentFile(file.name or "", file.read(LARGEST_ATTACHMENT_BYTES + 1))


@never_cache
@require_safe
def dispute(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    viewer = person.current(request)
    shown = care.dispute_for(viewer.user.pk, dispute_id, clock.today())
    return render(request, "portal/services/dispute.html", {"viewer": viewer, "dispute": shown})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    viewer = person.current(request)
    shown = care.dispute_for(viewer.user.pk, dispute_id, clock.today())
    if not shown.may_complain:
        return redirect("services:dispute", dispute_id)
    form = ComplaintForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        number = commands.complain(
            dispute_id=dispute_id,
            user_id=viewer.user.pk,
            text=form.cleaned_data["text"],
            on=clock.today(),
            by=viewer.actor,
            at=clock.now(),
        )
        messages.success(request, _("Претензия № {number} принята.").format(number=number))
        return redirect("services:dispute", dispute_id)
    return render(request, "portal/services/complain.html", {"viewer": viewer, "dispute": shown, "form": form})


@never_cache
@require_safe
def file(request: HttpRequest, dispute_id: UUID, file_id: UUID) -> HttpResponse:
    viewer = person.current(request)
    about, content = care.attached_file_for(viewer.user.pk, dispute_id, file_id, clock.today())
    return attachment(content, name=about.name, media_type=about.media_type)
