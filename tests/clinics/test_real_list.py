"""The insurer's real list, where the folder of trial data has it: every row is in the directory or in the report.
Nothing of it is in the product, so this test is there only beside the data."""

from __future__ import annotations

import io
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from doctorlike.clinics import queries
from doctorlike.clinics.models import Clinic
from doctorlike.kit.actors import Actor
from doctorlike.regions import commands as regions

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("TRIAL_DATA") or ROOT.parent / "shared" / "data") / "clinics_moscow"
E164 = re.compile(r"\+[1-9]\d{6,14}\Z")

if FOLDER.is_dir():

    @pytest.mark.django_db
    def test_every_row_is_in_the_directory_or_in_the_report() -> None:
        regions.load_shipped_regions(by=Actor.system("tests"), at=datetime(2026, 3, 1, tzinfo=UTC))
        told = io.StringIO()
        call_command("import_clinics", str(FOLDER), stdout=told, stderr=io.StringIO())
        run = queries.runs()[0]
        accounted = set(Clinic.objects.values_list("pk", flat=True)) | {
            row.number for row in queries.list_rows(run.id)[:] if row.clinic_id is None
        }
        assert run.row_count == len(accounted) == 757
        assert "Строк 757:" in told.getvalue()
        phones = [phone for told in Clinic.objects.values_list("phones", flat=True) for phone, _extension in told]
        assert len(phones) > 700
        assert all(E164.match(phone) for phone in phones)
        with_hours = Clinic.objects.exclude(hours_text="")
        assert with_hours.count() == 548
        assert with_hours.filter(hours__isnull=False).count() >= 0.95 * 548
