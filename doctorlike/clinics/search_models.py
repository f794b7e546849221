"""What the directory's search stands on: derived from clinics and price lists, and made anew from them at any time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchEntry(models.Model):
    """A clinic's lexemes (`clinics.rules.searching.lexemes`), with what lists are sorted and narrowed by beside them,
    so that a page of a common word is read off an index. `made_by` is the number of the rules that made it."""

    clinic = models.OneToOneField("clinics.Clinic", models.CASCADE, related_name="search", primary_key=True)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", db_index=False)
    sort_key = models.CharField(max_length=300)
    words = SearchVectorField()
    made_by = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            # Without the list of what is still to be sorted in, which every search would read through after an import.
            GinIndex(fields=["words"], name="search_words", fastupdate=False),
            models.Index(fields=["region", "sort_key", "clinic"], name="search_region"),
            models.Index(fields=["sort_key", "clinic"], name="search_sorted"),
        ]


class SearchWord(models.Model):
    """A word that clinics are found by, or the stem of such words, and the keys by which it is found in spite of slips
    (`kit.spelling.slip_keys`). Words stay when the last clinic that had them goes: they are found and lead nowhere."""

    word = models.CharField(max_length=60, primary_key=True)
    stem = models.CharField(max_length=60)
    slip_keys = ArrayField(models.IntegerField())

    class Meta:
        indexes = [GinIndex(fields=["slip_keys"], name="search_word_slips", fastupdate=False)]
