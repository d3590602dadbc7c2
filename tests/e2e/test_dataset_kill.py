"""A dataset survives what machines do to it: kills, interrupts, full and read-only disks."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from procgen import ProcgenError, load_space, verify_dataset, write_dataset
from tests.support.folders import digests

HOW = {"count": 50, "size": 32, "seed": 5}
ROOT = Path(__file__).parents[2]
SCRIPT = """
import os, signal, sys, time
from procgen import ProcgenError, load_space, shards, write_dataset

def call(**options):
    write_dataset(load_space("quick"), sys.argv[1], count=50, size=32, seed=5, **options)

def said(**options):
    try:
        call(**options)
    except ProcgenError as error:
        print(error)
    else:
        print("done")
"""


def slow(*cases):
    """More of the same, for those who have the time: together they take over half a minute."""
    return [pytest.param(case, marks=pytest.mark.slow) for case in cases]


def start(code, folder, before=()):
    """A real process of its own, the leader of a group."""
    command = [*before, sys.executable, "-c", SCRIPT + code, str(folder)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, **pipes)


def ended(code, folder, before=()):
    """Its exit code, output and errors."""
    process = start(code, folder, before)
    output, errors = process.communicate(timeout=120)
    return process.returncode, output, errors


def gone(process):
    """Whether every process of the group ends within some seconds."""
    for _ in range(200):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "dataset"
    write_dataset(load_space("quick"), folder, **HOW)
    return digests(folder)


@pytest.mark.parametrize("pictures", [10, *slow(0, 1, 33, 49)])
def test_killed_between_two_pictures_and_called_again(whole, tmp_path, pictures):
    code = f"""
encode, left = shards.encode, iter(range({pictures}))
def fatal(pixels, codec):
    next(left, None) is None and os.kill(os.getpid(), signal.SIGKILL)
    return encode(pixels, codec)
shards.encode = fatal
call()
"""
    folder = tmp_path / "dataset"
    assert ended(code, folder)[0] == -signal.SIGKILL
    assert list(folder.rglob("*.part"))
    assert len(list(folder.rglob("*.parquet"))) == pictures // 7
    write_dataset(load_space("quick"), folder, **HOW)
    assert digests(folder) == whole


@pytest.mark.parametrize("renames", [1, 10, *slow(2, 9, 12, 13)])  # 10 to 12: the card
def test_killed_just_before_a_rename_and_called_again(whole, tmp_path, renames):
    code = f"""
fsync, left = os.fsync, iter(range(2 * {renames} - 2))
def fatal(descriptor):
    next(left, None) is None and os.kill(os.getpid(), signal.SIGKILL)
    fsync(descriptor)
os.fsync = fatal
call()
"""
    folder = tmp_path / "dataset"
    assert ended(code, folder)[0] == -signal.SIGKILL
    write_dataset(load_space("quick"), folder, **HOW)
    assert digests(folder) == whole


@pytest.mark.parametrize("shards", [4, *slow(1)])
def test_killed_with_workers_that_do_not_linger(whole, tmp_path, shards):
    folder = tmp_path / "dataset"
    code = f"call(workers=2, progress=lambda done, total: done < {7 * shards} or os.kill(os.getpid(), signal.SIGKILL))"
    process = start(code, folder)
    assert process.wait(60) == -signal.SIGKILL
    assert gone(process)
    process.communicate()
    write_dataset(load_space("quick"), folder, **HOW, workers=2)
    assert digests(folder) == whole


@pytest.mark.parametrize("options", ["", "workers=2, "])
@pytest.mark.parametrize("group", [True, *slow(False)], ids=["ctrl-c", "kill -INT"])
def test_interrupted_by_hand(whole, tmp_path, options, group):
    folder = tmp_path / "dataset"
    process = start(
        f"call({options}progress=lambda *at: print(*at, flush=True) or __import__('time').sleep(0.3))", folder
    )
    process.stdout.readline()
    (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert errors.count("Traceback") == 1, "the workers leave the message to their parent"
    assert gone(process)
    assert not list(folder.rglob("*.part"))
    write_dataset(load_space("quick"), folder, **HOW)
    assert digests(folder) == whole


def test_a_killed_worker_is_one_sentence(whole, tmp_path):
    code = """
import multiprocessing
said(workers=2, progress=lambda *at: [each.kill() for each in multiprocessing.active_children()])
"""
    folder = tmp_path / "dataset"
    code, output, errors = ended(code, folder)
    assert (code, errors) == (0, "")
    assert "worker" in output
    assert "run the same command again" in output
    assert not list(folder.rglob("*.part"))
    write_dataset(load_space("quick"), folder, **HOW, workers=2)
    assert digests(folder) == whole


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell of peak memory there")
@pytest.mark.slow
def test_the_memory_of_a_worker_does_not_grow_with_the_count(tmp_path):
    code = """
def peak():
    return next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
call()
few = peak()
write_dataset(load_space("quick"), sys.argv[1] + "-more", count=2000, size=32, seed=5)
print(few, peak())
"""
    code, output, errors = ended(code, tmp_path / "dataset")
    assert (code, errors) == (0, "")
    few, many = map(int, output.split())  # MB
    assert many < 400
    assert many < few + 40


def test_two_processes_at_once(whole, tmp_path):
    folder = tmp_path / "dataset"
    first = start("call(progress=lambda *at: print(*at, flush=True) or time.sleep(60))", folder)
    first.stdout.readline()
    with pytest.raises(ProcgenError, match="Another process is writing"):
        write_dataset(load_space("quick"), folder, **HOW)
    first.kill()
    first.communicate()
    write_dataset(load_space("quick"), folder, **HOW)
    assert digests(folder) == whole


@pytest.mark.parametrize("options", ["", "workers=2"])
def test_no_room_for_a_shard(whole, tmp_path, options):
    code = f"""
import resource
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, hard))
said({options})
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
"""
    folder = tmp_path / "dataset"
    code, output, errors = ended(code, folder)
    assert (code, errors) == (0, "")
    assert "cannot be written (File too large)" in output
    assert not list(folder.rglob("*.part"))
    write_dataset(load_space("quick"), folder, **HOW)
    assert digests(folder) == whole


def test_a_full_disk(namespace, whole, tmp_path):
    code = """
disk = os.path.dirname(sys.argv[1])
os.system(f"mount -t tmpfs -o size=40k tmpfs {disk}")
said(workers=2)
print([name for _, _, names in os.walk(disk) for name in names if name.endswith(".part")])
os.system(f"mount -o remount,size=4m {disk}")
said()
os.system(f"mount -o remount,ro {disk}")
said()
os.system(f"cp -r {disk} {disk}.kept")
"""
    disk = tmp_path / "disk"
    disk.mkdir()
    code, output, errors = ended(code, disk / "dataset", namespace)
    assert (code, errors) == (0, "")
    first, left, *others = output.splitlines()
    assert "cannot be written (No space left on device)" in first
    assert left == "[]"
    assert others == ["done", "done"]
    assert digests(tmp_path / "disk.kept" / "dataset") == whole
    assert verify_dataset(tmp_path / "disk.kept" / "dataset", sample=2) == []


def test_a_disk_without_a_byte(namespace, tmp_path):
    code = """
disk = os.path.dirname(sys.argv[1])
os.system(f"mount -t tmpfs -o nr_inodes=2 tmpfs {disk}")
said()
print(os.listdir(disk))
"""
    code, output, errors = ended(code, tmp_path / "dataset", namespace)
    assert (code, errors) == (0, "")
    assert "cannot be written (No space left on device)" in output


def test_a_read_only_disk(namespace, tmp_path):
    code = """
disk = os.path.dirname(sys.argv[1])
os.system(f"mount -t tmpfs -o ro tmpfs {disk}")
said()
print(os.listdir(disk))
"""
    code, output, errors = ended(code, tmp_path / "dataset", namespace)
    assert (code, errors) == (0, "")
    assert "cannot be written (Read-only file system)" in output
    assert output.endswith("[]\n")
