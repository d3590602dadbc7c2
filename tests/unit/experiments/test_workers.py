"""Processes that work for this one: what they give back, what they raise, and a disk that is full."""

import os
import subprocess
import sys
import tempfile

import numpy as np
import pytest

from experiments.errors import ExperimentsError
from experiments.workers import Worker


def counted(*shapes):
    """Arrays of such shapes and what came with them; asked for a text, it says what is wrong."""
    if shapes == ("wrong",):
        raise ExperimentsError("expected shapes, got none")
    return [np.arange(np.prod(shape), dtype=np.uint8).reshape(shape) for shape in shapes], shapes


def answers(worker, *shapes):
    worker.ask(*shapes)
    return worker.answer()


def test_arrays_of_any_size_come_back_as_they_were():
    worker = Worker(counted)
    for shapes in [((3, 4),), (), ((1000, 64, 64, 3), (0,), (2,)), ((5,),) * 50]:
        found, same = answers(worker, *shapes)
        assert same == shapes
        assert all(np.array_equal(a, b) for a, b in zip(found, counted(*shapes)[0], strict=True))
    worker.close()


def test_what_the_function_raises_is_raised_and_the_next_question_is_answered():
    worker = Worker(counted)
    with pytest.raises(ExperimentsError, match="expected shapes"):
        answers(worker, "wrong")
    assert answers(worker, (2,))[1] == ((2,),)
    worker.close()


def test_no_room_for_arrays_is_said():
    script = f"""
import resource, signal, sys
sys.path.insert(0, {os.getcwd()!r})
from tests.unit.experiments.test_workers import Worker, answers, counted
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
worker = Worker(counted)
try:
    answers(worker, (100_000,))
except Exception as error:
    print(type(error).__name__, error)
print(answers(worker, (3,))[0])
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.startswith(f"ExperimentsError expected room for pictures in {tempfile.gettempdir()}")
    assert "TMPDIR" in told
    assert told.splitlines()[1] == "[array([0, 1, 2], dtype=uint8)]"
