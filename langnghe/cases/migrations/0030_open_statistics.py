"""PostgreSQL learns that open cases are unsettled ones: it took state and settled for independent, and missed the index."""

from django.db import migrations


def learn(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE STATISTICS IF NOT EXISTS case_open (mcv) ON state, settled FROM cases_case")


def forget(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP STATISTICS IF EXISTS case_open")


class Migration(migrations.Migration):
    dependencies = [("cases", "0029_sealed_outcomes")]
    operations = [migrations.RunPython(learn, forget)]
