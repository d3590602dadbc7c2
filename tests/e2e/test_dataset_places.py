"""Datasets in stores and from clusters: the same bytes as on a disk, whatever is dropped or killed on the way."""

import io
import itertools
import json
import logging
import os
import signal
import socket
import sys
import time
import warnings

import numpy as np
import pytest

from experiments.cli import console
from experiments.cli.app import app
from procgen import ProcgenError, dask_executor, load_space, open_dataset, verify_dataset, write_dataset
from procgen.manifest import new_manifest, write_manifest
from tests.support.folders import digests

HOW = {"count": 50, "size": 32, "seed": 5}
SPACE = load_space("quick")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "dataset"
    write_dataset(SPACE, folder, **HOW)
    return folder


class Store:
    """An S3 server on loopback that closes the connections of the requests that `drops` names, before or after."""

    def __init__(self, endpoint):
        self.endpoint, self.drops, self.seen = endpoint, never, itertools.count()

    def digests(self, folder):
        from hashlib import sha256

        from s3fs import S3FileSystem

        files = S3FileSystem(use_listings_cache=False, skip_instance_cache=True)
        root = folder.removeprefix("s3://") + "/"
        found = files.find(root)
        return {name.removeprefix(root): sha256(files.cat_file(name)).hexdigest() for name in found}


@pytest.fixture(scope="module")
def server():
    pytest.importorskip("s3fs")
    threaded = pytest.importorskip("moto.server").ThreadedMotoServer
    from werkzeug.serving import WSGIRequestHandler

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would tell of every request
    server = threaded(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    store = Store("http://{}:{}".format(*server.get_host_and_port()))
    answer = WSGIRequestHandler.run_wsgi

    def unreliable(self):
        when = store.drops(next(store.seen), self.command)
        if when != "before":
            answer(self) if not when else _answer_to_nobody(self, answer)
        if when:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    WSGIRequestHandler.run_wsgi = unreliable
    yield store
    WSGIRequestHandler.run_wsgi = answer
    server.stop()


def _answer_to_nobody(handler, answer):
    kept, handler.wfile = handler.wfile, io.BytesIO()
    answer(handler)
    handler.wfile = kept


@pytest.fixture
def store(server, monkeypatch):
    """The server with an empty bucket of its own, reached as a user reaches it: by the environment."""
    import boto3

    environment = {"AWS_ENDPOINT_URL": server.endpoint, "AWS_DEFAULT_REGION": "us-east-1"}
    environment |= {"AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_MAX_ATTEMPTS": "2"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    server.drops = never
    bucket = f"bucket-{time.monotonic_ns()}"
    boto3.client("s3").create_bucket(Bucket=bucket)
    server.folder = f"s3://{bucket}/some/dataset"
    return server


@pytest.mark.parametrize("workers", [1, 2])
def test_a_store_holds_the_bytes_of_a_disk(whole, store, workers):
    write_dataset(SPACE, store.folder, **HOW, workers=workers)
    assert store.digests(store.folder) == digests(whole)
    data = open_dataset(store.folder)
    assert np.array_equal(data.images(), open_dataset(whole).images())
    np.testing.assert_equal(data[7][1], open_dataset(whole)[7][1])
    assert verify_dataset(store.folder, sample=2) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_dropped_requests_are_tried_again(whole, store, when):
    store.drops = lambda number, method: when if number % 5 == 3 else ""
    write_dataset(SPACE, store.folder, **HOW)
    store.drops = never
    assert store.digests(store.folder) == digests(whole)


@pytest.mark.parametrize(("puts", "when"), [(0, "before"), (3, "before"), (3, "after"), (9, "before")])
def test_a_store_that_breaks_down_is_one_sentence_and_the_second_call_finishes(whole, store, puts, when, monkeypatch):
    monkeypatch.setattr("s3fs.S3FileSystem.retries", 2)
    left = iter(range(puts))
    store.drops = lambda number, method: when if method == "PUT" and next(left, None) is None else ""
    with pytest.raises(ProcgenError, match=r"s3://.* cannot be written .*run the same command again"):
        write_dataset(SPACE, store.folder, **HOW)
    store.drops = never
    there = store.digests(store.folder)
    assert all(digests(whole)[name] == digest for name, digest in there.items() if name != "manifest.json")
    write_dataset(SPACE, store.folder, **HOW)
    assert store.digests(store.folder) == digests(whole)


def test_a_store_that_loses_and_flips_is_mended(whole, store):
    files = write_to_store(store)
    shards = sorted(files.find(store.folder + "/data"))
    files.rm_file(shards[2])
    data = bytearray(files.cat_file(shards[4]))
    data[1500] ^= 1
    files.pipe_file(shards[4], bytes(data))
    with pytest.raises(ProcgenError, match=r"00002-of-00008.parquet cannot be used .it is missing"):
        open_dataset(store.folder)
    problems = verify_dataset(store.folder, sample=2)
    assert [f"{number:05d}-of" in problem for number, problem in zip((2, 4), problems, strict=True)] == [True, True]
    files.rm_file(store.folder + "/manifest.json")
    with pytest.raises(ProcgenError, match="holds other files"):
        write_dataset(SPACE, store.folder, **HOW)


def test_another_dataset_in_a_store_is_left_alone(store):
    write_to_store(store)
    before = store.digests(store.folder)
    with pytest.raises(ProcgenError, match=r"another dataset .seed 5, not 6."):
        write_dataset(SPACE, store.folder, **HOW | {"seed": 6})
    assert store.digests(store.folder) == before


def test_a_bucket_that_is_not_there(store):
    with pytest.raises(ProcgenError, match=r"cannot be written .*bucket"):
        write_dataset(SPACE, "s3://no-such-bucket/dataset", **HOW)
    with pytest.raises(ProcgenError, match="no dataset folder s3://no-such-bucket/dataset"):
        open_dataset("s3://no-such-bucket/dataset")


def never(number, method):
    return ""


def write_to_store(store):
    from s3fs import S3FileSystem

    write_dataset(SPACE, store.folder, **HOW)
    return S3FileSystem(use_listings_cache=False, skip_instance_cache=True)


# Other places


def test_memory_and_file_urls(whole, tmp_path):
    write_dataset(SPACE, "memory://places/dataset", **HOW)
    assert np.array_equal(open_dataset("memory://places/dataset").images(), open_dataset(whole).images())
    write_dataset(SPACE, f"file://{tmp_path}/dataset", **HOW)
    assert digests(tmp_path / "dataset") == digests(whole)


@pytest.mark.parametrize(
    ("url", "options", "words"),
    [
        ("memory://places/other", {"workers": 2}, "the memory of one process"),
        ("nothing://places", {}, "cannot be used .*nothing"),
    ],
)
def test_urls_that_cannot_be(url, options, words):
    with pytest.raises(ProcgenError, match=words):
        write_dataset(SPACE, url, **HOW, **options)


# A cluster


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
    ):
        yield cluster


def test_a_killed_worker_of_a_cluster_loses_nothing(whole, tmp_path, cluster):
    pids = [worker.pid for worker in cluster.workers.values()]
    with dask_executor(cluster.scheduler_address) as executor:
        write_dataset(
            SPACE,
            tmp_path / "dataset",
            **HOW,
            executor=executor,
            progress=lambda *at: pids and os.kill(pids.pop(), signal.SIGKILL),
        )
    assert not pids
    assert digests(tmp_path / "dataset") == digests(whole)


def test_the_command_draws_on_a_cluster(whole, tmp_path, cluster, monkeypatch, capfd):
    out = tmp_path / "dataset"
    words = ["generate", str(out), *"--space quick --count 50 --size 32 --seed 5 --json --scheduler".split()]
    monkeypatch.setattr(sys, "argv", ["synchromy", *words, cluster.scheduler_address, "--dry-run"])
    assert console.run(app) == 0
    assert json.loads(capfd.readouterr().out)["workers"] == 2
    assert not out.exists()
    monkeypatch.setattr(sys, "argv", ["synchromy", *words, cluster.scheduler_address])
    assert console.run(app) == 0
    assert digests(out) == digests(whole)


def test_what_a_worker_of_a_cluster_cannot_do_is_one_sentence(cluster, tmp_path):
    (tmp_path / "dataset" / "data").mkdir(parents=True)
    (tmp_path / "dataset" / "data" / "train-00003-of-00008.parquet").mkdir()
    write_manifest(tmp_path / "dataset", new_manifest(SPACE, **HOW))
    with (
        pytest.raises(ProcgenError, match=r"cannot be written .Is a directory"),
        dask_executor(cluster.scheduler_address) as executor,
    ):
        write_dataset(SPACE, tmp_path / "dataset", **HOW, executor=executor)


def test_a_task_that_ends_every_worker_is_one_sentence(cluster):
    with (
        pytest.raises(ProcgenError, match=r"ended one worker of tcp://.* after another"),
        dask_executor(cluster.scheduler_address) as executor,
    ):
        executor.submit(os._exit, 1).result()


def test_no_scheduler():
    pytest.importorskip("distributed")
    with (
        pytest.raises(ProcgenError, match=r"No dask scheduler answers at tcp://127.0.0.1:1"),
        dask_executor("tcp://127.0.0.1:1", timeout=0.5),
    ):
        pass
