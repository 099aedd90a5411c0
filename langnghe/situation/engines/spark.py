"""The cluster engine: Apache Spark hands each province (and each of its topics) to the same functions."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from langnghe.core.distance import Site
from langnghe.core.similarity import SPACE, Rarity
from langnghe.situation.engines.columns import LINKS, STREAMS, Plan, called, quoted, site_of, voices_of, write
from langnghe.situation.engines.parts import EVERY_TOPIC, HISTORY, is_heard, links, rise, stream_row, zones_of

PACKAGE = Path(__file__).parents[2]
KINDS = {"BIGINT": "long", "DOUBLE": "double", "VARCHAR": "string"}
COLUMNS = ("voice", "place", "topic", "day", "ids", "counts", "spot_ids", "spot_counts")


def run(plan: Plan, master: str) -> None:
    """Write links.parquet (a folder, as Spark does) and streams.parquet; the package goes to the workers as a zip."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the workers' Python; set it where theirs lies elsewhere
    builder = SparkSession.builder.master(master).appName("langnghe situation")
    spark = builder.config("spark.ui.enabled", "false").getOrCreate()
    try:
        with tempfile.TemporaryDirectory() as folder:
            spark.sparkContext.addPyFile(_zipped(Path(folder)))
            _write(spark, plan)
    finally:
        spark.stop()


def _zipped(folder: Path) -> str:
    """Return a zip of the package's plain parts, which need no Django."""
    keep = ("__init__.py", "core", "situation")
    copy = folder / "zip" / PACKAGE.name
    for name in keep:
        source = PACKAGE / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.mkdir(parents=True)
            shutil.copy(source, copy / name)
    return shutil.make_archive(str(folder / "langnghe"), "zip", folder / "zip")


def _write(spark: Any, plan: Plan) -> None:
    voices = spark.read.parquet(str(plan.source / "voices.parquet"))
    sites: dict[str, list[Site]] = {}
    for row in spark.read.parquet(str(plan.source / "places.parquet")).orderBy("province", "place").collect():
        sites.setdefault(row.province, []).append(site_of(row.place, row.lat, row.lon, row.borders))
    texts, counts = voices.rdd.mapPartitions(_count).treeReduce(_added)
    shared = spark.sparkContext.broadcast((texts, counts.astype(np.uint32), sites))
    linked = voices.rdd.map(_by_province).groupByKey().flatMap(_links(shared, plan))
    linked = spark.createDataFrame(linked, ", ".join(f"{name} {KINDS[kind]}" for name, kind in LINKS.items()))
    linked.write.mode("overwrite").parquet(str(plan.out / "links.parquet"))
    late = voices.where((voices.day <= plan.last) & (voices.day > plan.last - HISTORY))
    rows = late.rdd.flatMap(_by_stream).groupByKey().flatMap(_stream(shared, plan)).collect()
    write(plan.out / "streams.parquet", STREAMS, quoted(called(rows)))


def _count(rows: Any) -> Any:
    counts, texts = np.zeros(SPACE, np.int64), 0
    for row in rows:
        counts[np.frombuffer(row.ids, np.uint32)] += 1
        texts += 1
    yield texts, counts


def _added(one: Any, other: Any) -> Any:
    return one[0] + other[0], one[1] + other[1]


def _by_province(row: Any) -> Any:
    return row.province, tuple(row[name] for name in COLUMNS)


def _by_stream(row: Any) -> Any:
    return [((row.province, topic), (row.place, row.day)) for topic in (EVERY_TOPIC, row.topic)]


def _links(shared: Any, plan: Plan) -> Any:
    def of_province(keyed: Any) -> Any:
        province, rows = keyed
        texts, counts, sites = shared.value
        voices = voices_of(sorted(rows))
        return links(voices, sites.get(province, []), Rarity(texts, counts), plan.weights, plan.window)

    return of_province


def _stream(shared: Any, plan: Plan) -> Any:
    def of_stream(keyed: Any) -> Any:
        (province, topic), rows = keyed
        sites = shared.value[2].get(province, [])
        place, day = np.array(list(rows), np.int64).T
        inside = np.isin(place, [site.pk for site in sites])
        place, ago = place[inside], plan.last - day[inside]
        if not is_heard(ago):
            return []
        return [stream_row(province, topic, plan.last, rise(place, ago, sites, zones_of(sites)), sites)]

    return of_stream
