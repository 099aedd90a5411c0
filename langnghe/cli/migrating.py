"""Moves an installation to another database: every row copied, then compared row for row and root for root."""

import hashlib
import json
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connections, models, transaction

from langnghe.cli.terminal import bar, fail, say
from langnghe.core.merkle import Frontier, leaf_hash
from langnghe.ledger.entries import canonical
from langnghe.ledger.models import Leaf, LogHead
from langnghe.settings import database

NEW, BATCH = "new", 2000
FEW, HEAVY = 8, 16_000_000  # rows with content of any size read at once; bytes written at once
LEFT = {"sessions", "contenttypes", "auth"}  # visits end with the move; the others are made by `migrate`


def run(arguments: Namespace) -> int:
    """Copy all rows into the empty database at the URL, in one transaction, and say whether both are the same."""
    connections.settings[NEW] = connections.configure_settings({"default": {}, NEW: database(arguments.url)})[NEW]
    call_command("migrate", database=NEW, verbosity=0)
    chosen = list(_models())
    filled = [model._meta.db_table for model in chosen if model._base_manager.using(NEW).exists()]
    if filled:
        return fail(f"Cơ sở dữ liệu mới không trống ({filled[0]}). Không chép gì.")
    with transaction.atomic(using=NEW):
        for model in chosen:
            _copy(model)
        _set_sequences(chosen)
    wrong = [model._meta.db_table for model in chosen if _digest(model, "default") != _digest(model, NEW)]
    if wrong or _root() != _head():
        return fail("Sau khi chép, còn khác nhau: " + ", ".join([*wrong, *([] if wrong else ["gốc nhật ký"])]))
    say("Mọi dòng và gốc nhật ký trùng nhau. Hãy đặt DATABASE_URL tới cơ sở dữ liệu mới rồi khởi động lại.")
    return 0


def _models() -> Iterator[type[models.Model]]:
    """Yield the models with tables of their own; foreign keys are checked at the end of the transaction."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in LEFT:
            yield model


def _rows(model: type[models.Model], alias: str) -> Iterator[models.Model]:
    return model._base_manager.using(alias).order_by("pk").iterator(FEW if _contents(model) else BATCH)


def _contents(model: type[models.Model]) -> list[str]:
    """Return the fields that may hold bytes of any size: an original, a sealed record."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields if isinstance(field, models.BinaryField) and field.max_length is None]


def _copy(model: type[models.Model]) -> None:
    total = model._base_manager.using("default").count()
    show, done, batch, weight = bar(model._meta.db_table), 0, list[models.Model](), 0
    contents = _contents(model)
    for row in _rows(model, "default"):
        batch.append(row)
        weight += sum(len(getattr(row, name) or b"") for name in contents)
        if len(batch) == BATCH or weight > HEAVY:
            done += _put(model, batch)
            show(done, total + 1)
            batch, weight = [], 0
    show(done + _put(model, batch), total)


def _put(model: type[models.Model], batch: list[models.Model]) -> int:
    model._base_manager.using(NEW).bulk_create(batch)
    return len(batch)


def _set_sequences(chosen: list[type[models.Model]]) -> None:
    """Let new ids begin behind those that were copied."""
    connection = connections[NEW]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), chosen):
            cursor.execute(statement)


def _digest(model: type[models.Model], alias: str) -> bytes:
    """Return the SHA-256 of all rows in the order of their keys."""
    fields = [field.attname for field in model._meta.concrete_fields]
    total = hashlib.sha256()
    for row in _rows(model, alias):
        total.update(repr([_plain(getattr(row, name)) for name in fields]).encode())
    return total.digest()


def _plain(value: Any) -> Any:
    """Return the value so that the same content has one writing: PostgreSQL gives the keys of JSON in its own order."""
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return bytes(value) if isinstance(value, memoryview) else value


def _root() -> bytes:
    """Return the root over the entries as the new database has them."""
    rows = Leaf.objects.using(NEW).select_related("entry").order_by("index").iterator(BATCH)
    return Frontier().extend([leaf_hash(canonical(leaf.entry)) for leaf in rows]).root()


def _head() -> bytes:
    head = LogHead.objects.filter(pk=1).first()
    return (head.edge if head else Frontier()).root()
