from django.db import migrations, models

# Written out, since Django would make the table anew on SQLite, which the view of facts over it forbids.
ADD = "ALTER TABLE registry_body ADD COLUMN approves bool DEFAULT true NOT NULL"
DROP = "ALTER TABLE registry_body DROP COLUMN approves"
FIELD = models.BooleanField(db_default=True)


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_webhook")]

    operations = [
        migrations.RunSQL(ADD, DROP, state_operations=[migrations.AddField("body", "approves", FIELD)]),
    ]
