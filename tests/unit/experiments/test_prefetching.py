"""What is made ahead comes in order, fails as it failed, and leaves no thread however it ends."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from itertools import islice

import numpy as np
import pytest

from experiments import ExperimentsError
from experiments.drawing import drawers, drawn
from experiments.prefetching import THREADS, Ahead
from procgen import ProcgenError, Space
from tests.support.processes import alive, drawers_of

SPACE = Space(compositions=("bars", "targets"))
THERE = set()


@pytest.fixture(autouse=True)
def there(monkeypatch):
    """What tests of other files have not yet let go."""
    monkeypatch.setitem(globals(), "THERE", set(threading.enumerate()))


def threads():
    return [each for each in threading.enumerate() if each.name.startswith(THREADS) and each not in THERE]


def test_values_come_in_order_from_any_first_on():
    for first in (0, 3, 1000):
        made = Ahead(lambda number: number * number, first)
        assert list(islice(made, 50)) == [number * number for number in range(first, first + 50)]
        made.close()


def test_it_works_ahead_and_no_further():
    made = []
    ahead = Ahead(lambda number: made.append(number), 0, depth=3)
    next(ahead)
    waited = time.monotonic() + 5
    while len(made) < 4 and time.monotonic() < waited:
        time.sleep(0.01)
    time.sleep(0.1)
    assert made == [0, 1, 2, 3]
    ahead.close()


def test_what_fails_fails_in_its_place_and_as_it_is():
    trouble = ProcgenError("here")

    def make(number):
        if number == 3:
            raise trouble
        return number

    ahead = Ahead(make, 0)
    assert list(islice(ahead, 3)) == [0, 1, 2]
    with pytest.raises(ProcgenError) as raised:
        next(ahead)
    assert raised.value is trouble is ahead.failure
    assert list(ahead) == []
    assert not threads()


def test_closed_it_ends_at_once_even_for_a_thread_that_waits():
    started, release = threading.Event(), threading.Event()

    def make(number):
        started.set()
        release.wait(10)
        return number

    ahead, seen = Ahead(make, 0), []
    reader = threading.Thread(target=lambda: seen.extend(ahead))
    reader.start()
    started.wait(10)
    closer = threading.Thread(target=ahead.close)
    closer.start()
    release.set()
    closer.join(10)
    reader.join(10)
    assert not reader.is_alive()
    assert seen == list(range(len(seen)))
    assert not threads()
    ahead.close()


def test_an_interrupt_leaves_no_thread():
    def make(number):
        if number == 2:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)
        return number

    def values():
        ahead = Ahead(make, 0)
        try:
            yield from ahead
        finally:
            ahead.close()

    with pytest.raises(KeyboardInterrupt):
        list(values())
    assert not threads()


def test_forgotten_it_goes():
    ahead = Ahead(lambda number: number, 0)
    next(ahead)
    del ahead
    gc.collect()
    waited = time.monotonic() + 5
    while threads() and time.monotonic() < waited:
        time.sleep(0.01)
    assert not threads()


def test_a_program_that_forgets_it_ends():
    program = (
        "import time\nfrom experiments.prefetching import Ahead\n"
        "ahead = Ahead(lambda number: time.sleep(0.01), 0)\nnext(ahead)\nprint('done')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")


@pytest.mark.parametrize("count", [1, 5])
def test_drawers_draw_what_is_drawn_here(count):
    some = np.array([4, 0, 99][:count])
    with drawers(SPACE, 3, 16, 2) as draw:
        assert np.array_equal(draw(some), drawn(SPACE, 3, 16, some))
        assert np.array_equal(draw(some + 1), drawn(SPACE, 3, 16, some + 1))


def test_what_fails_in_a_drawer_fails_as_it_is():
    with drawers(SPACE, 3, 4, 1) as draw, pytest.raises(ProcgenError, match="8 to 65536"):
        draw(np.array([0]))


def test_a_drawer_that_is_ended_from_outside_is_missed():
    with drawers(SPACE, 3, 16, 1) as draw:
        draw(np.array([0]))
        (child,) = drawers_of(os.getpid())
        os.kill(child, signal.SIGKILL)
        with pytest.raises(ExperimentsError, match="ended from outside"):
            draw(np.array([1]))
    assert not drawers_of(os.getpid())


def test_drawers_end_with_a_parent_that_is_killed():
    program = (
        "import os, signal\nimport numpy as np\nfrom experiments.drawing import drawers\nfrom procgen import Space\n"
        "with drawers(Space(), 0, 16, 2) as draw:\n    draw(np.arange(2))\n    print('drawn', flush=True)\n"
        "    signal.pause()"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout.readline() == "drawn\n"
        children = drawers_of(parent.pid)
        assert len(children) == 2
        parent.kill()
    waited = time.monotonic() + 20
    while any(alive(child) for child in children) and time.monotonic() < waited:
        time.sleep(0.05)
    assert not any(alive(child) for child in children)
