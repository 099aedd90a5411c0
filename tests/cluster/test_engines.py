"""Two engines, one meaning: a real Spark cluster gives what this machine gives, also when a worker dies of it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyspark
import pytest

from tests.cluster import nation

SPARK = Path(pyspark.__file__).parent
PATIENCE = 120  # seconds
ROOT = Path(__file__).parents[2]
Answer = dict[str, list[tuple[Any, ...]]]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(holds: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


class Cluster:
    """One master and two workers, each a Java process of its own on loopback."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        (folder / "spark-defaults.conf").write_text("spark.executor.memory 600m\nspark.sql.shuffle.partitions 8\n")
        self.environment = os.environ | {
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_CONF_DIR": str(folder),
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": str(ROOT),
            "LANGNGHE_HOME": str(folder / "home"),
        }
        master = ["master.Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", str(free_port())]
        self.start("master", master)
        until(lambda: "I have been elected leader" in self.said("master"), "the master")
        for name in ("one", "two"):
            worker = ["worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "800m"]
            where = ["--webui-port", str(free_port()), "--work-dir", str(folder / name), self.address]
            self.start(name, [*worker, *where])
        until(lambda: self.said("master").count("Registering worker") == 2, "two workers")

    @property
    def address(self) -> str:
        return f"spark://127.0.0.1:{self.port}"

    def start(self, name: str, words: list[str]) -> None:
        command = [str(SPARK / "bin/spark-class"), f"org.apache.spark.deploy.{words[0]}", *words[1:]]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes.append(
                subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
            )

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def executor_said(self, name: str) -> str:
        return "".join(path.read_text(errors="replace") for path in (self.folder / name).glob("app-*/*/stderr"))

    def kill(self, number: int) -> None:
        """End a worker and its executor at once, as a power cut would."""
        os.killpg(self.processes[number].pid, signal.SIGKILL)
        self.processes[number].wait()

    def stop(self) -> None:
        for number, process in enumerate(self.processes):
            if process.poll() is None:
                self.kill(number)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nation.make(tmp_path_factory.mktemp("nation"))


@pytest.fixture(scope="module")
def here(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    out = tmp_path_factory.mktemp("here")
    assert started(source, out, "local").wait() == 0
    return answer(out)


def started(
    source: Path, out: Path, engine: str, environment: dict[str, str] | None = None, *more: str
) -> subprocess.Popen[bytes]:
    """Start the verb as an operator would."""
    words = ["situation", "run", "--input", str(source), "--to", str(out), "--last", "2026-06-29", "--engine", engine]
    plain = os.environ | {"PYTHONPATH": str(ROOT), "LANGNGHE_HOME": str(out / "home")}
    plain.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "langnghe", *words, *more]
    return subprocess.Popen(command, env=environment or plain, cwd=ROOT, start_new_session=True)


def on_cluster(cluster: Cluster, source: Path, out: Path) -> subprocess.Popen[bytes]:
    environment = {key: value for key, value in cluster.environment.items() if key != "DJANGO_SETTINGS_MODULE"}
    return started(source, out, "spark", environment, "--master", cluster.address)


def answer(out: Path) -> Answer:
    def rows(pattern: str) -> list[tuple[Any, ...]]:
        return duckdb.execute(f"SELECT * FROM '{out}/{pattern}' ORDER BY 1, 2").fetchall()  # noqa: S608 paths of ours

    spark = (out / "streams.parquet").exists()
    names = ("links.parquet/*.parquet", "streams.parquet") if spark else ("links-*.parquet", "streams-*.parquet")
    return dict(zip(("links", "streams"), map(rows, names), strict=True))


def assert_equal(found: Answer, wanted: Answer) -> None:
    """Integers exactly, floats to 1e-9."""
    for name in wanted:
        assert len(found[name]) == len(wanted[name])
        for one, other in zip(found[name], wanted[name], strict=True):
            assert one == pytest.approx(other, rel=1e-9, abs=1e-9) if name == "links" else close(one, other)


def close(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(x == pytest.approx(y, rel=1e-9) if isinstance(y, float) else x == y for x, y in pairs)


def test_the_input_holds_links_and_one_rise(here: Answer) -> None:
    assert len(here["links"]) > 100
    risen = [(row[0], row[1], row[2].split()[0]) for row in here["streams"] if row[-1]]
    assert ("n03", 2, "200") in risen or ("n03", 2, "201") in risen
    assert {row[0] for row in here["streams"] if row[-1]} == {"n03"}


def test_a_cluster_of_two_workers_gives_the_same(cluster: Cluster, source: Path, here: Answer, tmp_path: Path) -> None:
    assert on_cluster(cluster, source, tmp_path / "out").wait() == 0
    assert_equal(answer(tmp_path / "out"), here)
    assert all("Running task" in cluster.executor_said(name) for name in ("one", "two"))


def test_the_answer_is_right_though_a_worker_dies_in_the_middle(
    cluster: Cluster, source: Path, here: Answer, tmp_path: Path
) -> None:
    running = on_cluster(cluster, source, tmp_path / "out")
    until(lambda: "Running task" in cluster.executor_said("two"), "work on the second worker")
    cluster.kill(2)
    assert running.poll() is None
    assert running.wait() == 0
    assert_equal(answer(tmp_path / "out"), here)


def test_the_embedded_engine_goes_on_where_it_was_killed(source: Path, here: Answer, tmp_path: Path) -> None:
    first = started(source, tmp_path, "local")
    until(lambda: list(tmp_path.glob("streams-*.parquet")), "the first province")
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    done = {path: path.stat().st_mtime_ns for path in tmp_path.glob("streams-*.parquet")}
    assert len(done) < 6
    assert started(source, tmp_path, "local").wait() == 0
    assert_equal(answer(tmp_path), here)
    assert {path: path.stat().st_mtime_ns for path in done} == done
