"""A raw intake is a voice, quarantined, or a repeat; and what the conservation check counted."""

from django.db import migrations, models


def _quarantined(apps, schema_editor):
    rows = apps.get_model("cases", "RawIntake").objects.using(schema_editor.connection.alias)
    rows.filter(quarantined=True).update(outcome="quarantined")


def _back(apps, schema_editor):
    rows = apps.get_model("cases", "RawIntake").objects.using(schema_editor.connection.alias)
    rows.filter(outcome="repeat").delete()
    rows.filter(outcome="quarantined").update(quarantined=True)


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_promise_in_reply")]

    operations = [
        migrations.RemoveConstraint("rawintake", "raw_once"),
        migrations.AddField(
            "rawintake",
            "outcome",
            models.CharField(
                choices=[("voice", "Voice"), ("quarantined", "Quarantined"), ("repeat", "Repeat")],
                default="voice",
                max_length=11,
            ),
        ),
        migrations.RunPython(_quarantined, _back),
        migrations.RemoveField("rawintake", "quarantined"),
        migrations.AddConstraint(
            "rawintake",
            models.UniqueConstraint(
                condition=models.Q(("outcome", "voice")), fields=("channel", "key"), name="raw_once"
            ),
        ),
        migrations.AddIndex(
            "rawintake", models.Index(fields=["received_at", "channel", "outcome"], name="raw_count")
        ),
        migrations.CreateModel(
            name="DayCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("channel", models.CharField(blank=True, max_length=12)),
                ("counts", models.JSONField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "channel"), name="counted_once")],
            },
        ),
    ]
