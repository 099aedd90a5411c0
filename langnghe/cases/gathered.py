"""Rows that hang on a row, brought by the statement that brings it: a page that shows many kinds asks few times."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model, QuerySet, Subquery
from django.db.models.functions import JSONObject

CARRIED = """
WITH RECURSIVE carried(id) AS (
  SELECT id FROM cases_case WHERE merged_into_id = %s
  UNION SELECT below.id FROM cases_case below JOIN carried ON below.merged_into_id = carried.id
) SELECT id FROM carried ORDER BY id
"""


class Instances(JSONField):
    """A JSON list of objects, read as instances of a model that have these columns alone."""

    def __init__(self, of: type[Model] = Model, **options: Any) -> None:
        super().__init__(**options)
        self.of = of

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[Model]:
        columns: Callable[[str], Any] = self.of._meta.get_field
        rows = super().from_db_value(value, expression, connection) or []
        made = [self.of(**{name: columns(name).to_python(said) for name, said in row.items()}) for row in rows]
        return sorted(made, key=lambda row: row.pk)


class Gathered(Subquery):
    """The rows of a query with an OuterRef, as a list of instances that have the columns named (dates and words)."""

    template = "(SELECT json_group_array(json(item)) FROM (%(subquery)s) AS items)"

    def __init__(self, rows: QuerySet[Any], *columns: str) -> None:
        item = JSONObject(**{name: name for name in ("id", *columns)})
        super().__init__(rows.values(item=item), output_field=Instances(rows.model))

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        extra["template"] = "(SELECT jsonb_agg(item) FROM (%(subquery)s) AS items)"
        return self.as_sql(compiler, connection, **extra)


def carried(case_id: int) -> list[int]:
    """Return the ids of the cases merged into a case, and of those merged into these, however deep, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(CARRIED, [case_id])
        return [pk for (pk,) in cursor.fetchall()]
