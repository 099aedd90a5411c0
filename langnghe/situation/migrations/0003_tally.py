import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0008_population"),
        ("situation", "0002_follow"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("span", models.CharField(choices=[("day", "Day"), ("month", "Month")], max_length=5)),
                ("day", models.DateField()),
                ("verb", models.CharField(max_length=16)),
                ("outcome", models.CharField(blank=True, max_length=16)),
                ("count", models.PositiveIntegerField()),
                ("good", models.PositiveIntegerField()),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.place",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.body"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "tallies",
                "indexes": [models.Index(fields=["place", "span", "day"], name="tally_place")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("span", "day", "place", "body", "verb", "outcome"), name="tallied_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TallyEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.BigIntegerField()),
                ("run", models.CharField(max_length=16)),
            ],
        ),
    ]
