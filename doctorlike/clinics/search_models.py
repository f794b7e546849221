"""What the directory's search stands on: derived from clinics and price lists, and made anew from them at any time."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchEntry(models.Model):
    """A clinic's lexemes (`clinics.rules.searching`: `lexemes` and `marks`), with what the clinics found are put in
    order by. `made_by` is the number of the rules that made it.

    `shuffled` is the clinic's lasting place in an order that has nothing to do with its name or region: any first part
    of it is a fair sample of all clinics. `x`, `y`, `z` are the clinic's place on a sphere of radius 1
    (`clinics.rules.nearness`), none where nobody knows it."""

    clinic = models.OneToOneField("clinics.Clinic", models.CASCADE, related_name="search", primary_key=True)
    sort_key = models.CharField(max_length=300)
    shuffled = models.IntegerField()
    words = SearchVectorField()
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    z = models.FloatField(null=True)
    made_by = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            # Without the list of what is still to be sorted in, which every search would read through after an import.
            GinIndex(fields=["words"], name="search_words", fastupdate=False),
        ]


class SearchWord(models.Model):
    """A word that clinics are found by, or the stem of such words. Words stay when the last clinic that had them goes:
    they are found and lead nowhere."""

    word = models.CharField(max_length=60, primary_key=True)
    stem = models.CharField(max_length=60)


class SearchSlip(models.Model):
    """A key by which a word is found in spite of slips (`kit.spelling.slip_keys`)."""

    pk = models.CompositePrimaryKey("key", "word_id")
    key = models.IntegerField()
    word = models.ForeignKey(SearchWord, models.CASCADE, related_name="+", db_index=False)
