from django.db import migrations, models


class Migration(migrations.Migration):
    """How a call ended without a visit, how often a note was changed; the longest state of a call has nine letters."""

    dependencies = [("appointments", "0006_guards_of_other_days")]

    operations = [
        migrations.AddField(
            model_name="callback",
            name="result",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        # Longer text of a varying length is noted in the catalogue alone: no row is rewritten.
        migrations.AlterField(
            model_name="callback",
            name="state",
            field=models.CharField(default="waiting", max_length=10),
        ),
        migrations.AddField(
            model_name="notedvisit",
            name="changes",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
