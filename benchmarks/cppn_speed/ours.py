"""This package's drawing, on the backend that KERAS_BACKEND names: a process that draws when a line tells it to.

Reads lines of JSON {"preset", "side"}, answers each with the milliseconds of one drawing; of {"file", "side"} with
the seconds of a whole picture written as a PNG; of {"film", "frames"} with the seconds of a film, and the largest
resident memory that the process has had, in bytes.
"""

import json
import resource
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.stdout, answers = sys.stderr, sys.stdout


def drawn(asked):
    import models

    config = models.CPPNS[asked["preset"]]
    weights, latent = models.cppn_weights(config, 0), models.cppn_latent(config, 0)
    start = perf_counter()
    shown = models.cppn_picture(config, weights, (asked["side"], asked["side"]), latent)
    milliseconds = 1000 * (perf_counter() - start)
    assert shown.shape == (asked["side"], asked["side"], config.channels)
    return milliseconds


def written(asked):
    from experiments.cppn.asking import find_cppn
    from experiments.cppn.drawing import save_cppn
    from experiments.sizes import Measure

    start = perf_counter()
    save_cppn(find_cppn("silk"), Path(asked["file"]), Measure((asked["side"], asked["side"])), force=True)
    return {"seconds": perf_counter() - start, "bytes": Path(asked["file"]).stat().st_size, "memory": memory()}


def filmed(asked):
    from experiments.cppn.asking import find_cppn
    from experiments.cppn.filming import FilmAsked, save_film
    from experiments.cppn.motion import Motion, calm, stations_of

    recipe = find_cppn("silk-z", {"width": 25})
    motion = Motion(stations_of(recipe, "0,1,2"), loop=True, seconds=asked["frames"] / 25)
    start = perf_counter()
    facts = save_film(FilmAsked(recipe, calm(recipe, motion)[0], (512, 512)), Path(asked["film"]), force=True)
    seams = {name: facts[name] for name in ("step_mean", "step_max", "step_last_to_first")}
    return {"seconds": perf_counter() - start, "memory": memory(), **seams}


def memory():
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return 1024 * max(own, child)


def main():
    for line in sys.stdin:
        asked = json.loads(line)
        act = next(act for name, act in (("file", written), ("film", filmed), ("preset", drawn)) if name in asked)
        print(json.dumps(act(asked)), file=answers, flush=True)


if __name__ == "__main__":
    main()
