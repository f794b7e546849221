"""Regions have English names of their own; pages show the one of the reader's language."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from doctorlike.kit.actors import Actor
from doctorlike.regions import commands, queries


@pytest.mark.django_db
def test_a_region_is_called_as_its_reader_calls_it():
    commands.load_shipped_regions(by=Actor.system("test"), at=datetime(2026, 3, 20, 9, tzinfo=UTC))
    samara = queries.region("RU-SAM")
    with translation.override("ru"):
        assert samara.shown_name == "Самарская область"
    with translation.override("en"):
        assert samara.shown_name == "Samara Oblast"
