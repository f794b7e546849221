"""Entries learn where their clinics stand and which part of all they are, and are asked by the index of words alone.

What stands in the entries stays; their marks are added from what is known beside them, some rows to a transaction, so
that readers and writers go on meanwhile and the search finds as much as before once this is done (a hundred thousand
clinics: a minute or two). What is here agrees with `rules.searching.marks` and `rules.nearness` of this very version.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

MADE_BY_FORMER, MADE_BY = 3, 4
AT_ONCE = 2_000
GRIDS = (16_384, 8_192, 4_096, 2_048, 1_024, 512, 256, 128, 64, 32)

_SQUARES = ", ".join(
    f"'&{grid}.' || least(greatest(floor((c.latitude + 90) / 180 * {count}), 0), {count - 1})::int"
    f" || '.' || mod(floor((c.longitude + 180) / 360 * {count})::int, {count})"
    for grid, count in enumerate(GRIDS)
)
MARK = f"""
    with part as materialized (
        select clinic_id from clinics_searchentry where made_by = {MADE_BY_FORMER} limit {AT_ONCE} for no key update)
    update clinics_searchentry e set
        words = e.words
            || array_to_tsvector(array['%' || c.region_id, case when e.shuffled < -2147483648 + 67108864 then '#0'
                when e.shuffled < -2147483648 + 536870912 then '#1' else '#2' end])
            || case when c.latitude is null then '' else array_to_tsvector(array['&', {_SQUARES}]) end,
        x = cos(radians(c.latitude)) * cos(radians(c.longitude)),
        y = cos(radians(c.latitude)) * sin(radians(c.longitude)),
        z = sin(radians(c.latitude)),
        made_by = {MADE_BY}
    from part join clinics_clinic c on c.id = part.clinic_id
    where e.clinic_id = part.clinic_id"""  # noqa: S608  # constants


def mark(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(MARK)
            if not cursor.rowcount:
                return


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("clinics", "0006_for_clients")]

    operations = [
        *(
            migrations.AddField(model_name="searchentry", name=name, field=models.FloatField(null=True))
            for name in ("x", "y", "z")
        ),
        # Fewer indexes to write, and none that the planner could take for a short cut to common words.
        RemoveIndexConcurrently(model_name="searchentry", name="search_region"),
        RemoveIndexConcurrently(model_name="searchentry", name="search_shuffled"),
        migrations.RunPython(mark, migrations.RunPython.noop, elidable=True),
        RemoveIndexConcurrently(model_name="clinic", name="clinic_place"),
        migrations.RemoveField(model_name="searchentry", name="region"),
        # Whether a clinic serves is told by its index alone.
        AddIndexConcurrently(
            model_name="networkmembership",
            index=models.Index(fields=["clinic", "scope", "from_on"], include=["to_on"], name="membership_serves"),
        ),
        RemoveIndexConcurrently(model_name="networkmembership", name="membership_clinic"),
    ]
