from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_register_change")]

    operations = [
        migrations.CreateModel(
            name="Population",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("citation", models.TextField(blank=True)),
                ("confidence", models.CharField(blank=True, max_length=1)),
                ("code", models.CharField(max_length=80)),
                ("people", models.PositiveIntegerField()),
                (
                    "origin",
                    models.CharField(
                        choices=[("release", "Release"), ("operator", "Operator")], default="release", max_length=8
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE, related_name="populations", to="registry.place"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
    ]
