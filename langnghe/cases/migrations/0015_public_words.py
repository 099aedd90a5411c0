import django.db.models.deletion
from django.db import migrations, models

INDEX = {
    "sqlite": (
        """CREATE VIRTUAL TABLE cases_publicwords_index USING fts5(words, content='cases_publicwords',
        content_rowid='case_id', tokenize='unicode61', detail='none')""",
        """CREATE TRIGGER cases_publicwords_in AFTER INSERT ON cases_publicwords BEGIN
        INSERT INTO cases_publicwords_index (rowid, words) VALUES (new.case_id, new.words); END""",
        """CREATE TRIGGER cases_publicwords_out AFTER DELETE ON cases_publicwords BEGIN
        INSERT INTO cases_publicwords_index (cases_publicwords_index, rowid, words)
        VALUES ('delete', old.case_id, old.words); END""",
        """CREATE TRIGGER cases_publicwords_anew AFTER UPDATE ON cases_publicwords BEGIN
        INSERT INTO cases_publicwords_index (cases_publicwords_index, rowid, words)
        VALUES ('delete', old.case_id, old.words);
        INSERT INTO cases_publicwords_index (rowid, words) VALUES (new.case_id, new.words); END""",
    ),
    "postgresql": (
        """ALTER TABLE cases_publicwords ADD COLUMN words_index tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED""",
        "CREATE INDEX cases_publicwords_words ON cases_publicwords USING gin (words_index)",
    ),
}
SHOWN = (
    "UPDATE cases_voice SET is_shown = shows_text AND NOT is_private"
    " AND case_id IN (SELECT id FROM cases_case WHERE is_public)"
)


def _index(apps, schema_editor):
    """Make the index that the database has for words: FTS5, kept by triggers, or a column of lexemes."""
    for statement in INDEX[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def _drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE cases_publicwords_index")


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_messages")]

    operations = [
        migrations.CreateModel(
            name="PublicWords",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("words", models.TextField()),
            ],
            options={"verbose_name_plural": "public words"},
        ),
        migrations.AddField(
            model_name="voice",
            name="is_shown",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(_index, _drop),
        migrations.RunSQL(SHOWN, migrations.RunSQL.noop),
    ]
