import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0004_premiums_in_the_ledger"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="takennumber",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7ddfeafad124d38133b05d81261acbd368a8402e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4bc76",
                    table="policies_takennumber",
                    when="BEFORE",
                ),
            ),
        ),
    ]
