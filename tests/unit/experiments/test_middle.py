"""The middle of a run: the same files however often it is stopped, and distances that are those of the pictures."""

import shutil

import numpy as np
import pytest

import models
from experiments import ExperimentsError, Run, train
from experiments.middle import distances, nearest_pictures, read_middle, sight
from experiments.probing import run_probe_of
from experiments.tracking import read_verdicts
from models.inside import MEASURES
from tests.support.runs import COMPACT, WORLD, as_killed, outcome, tiny


def middle_bytes(run):
    return {path.name: path.read_bytes() for path in sorted((run.folder / "middle").iterdir())}


def test_it_is_written_with_every_snapshot_and_changes_no_bit_of_the_training(short, tmp_path):
    run = train(short.config.override("snapshots.middle=true"), WORLD, tmp_path / "run")
    assert outcome(run)[0] == outcome(short)[0]
    assert outcome(run)[2] == outcome(short)[2]
    assert [each.nimg for each in read_middle(run)] == [shot.nimg for shot in run.snapshots()]
    assert read_middle(short) == []


def test_a_run_goes_on_with_the_same_middle_and_the_same_verdicts(still, tmp_path):
    killed = as_killed(still, tmp_path / "killed", 21)
    (killed / "middle" / "nimg-000000084.npz").unlink()
    shutil.rmtree(killed / "checkpoints" / "step-000000021")
    run = train(still.config, _world(still), killed)
    assert outcome(run)[0] == outcome(still)[0]
    assert middle_bytes(run) == middle_bytes(still)
    assert read_verdicts(run) == read_verdicts(still)
    assert (run.folder / "verdict.jsonl").read_bytes() == (still.folder / "verdict.jsonl").read_bytes()


def _world(run):
    return run.world[0]


def test_a_snapshot_of_the_middle_is_small_and_whole(still):
    middle = read_middle(still)[-1]
    generator = models.build_pair(still.config.network, 0)[0]
    assert middle.inside.layers[len(generator.layers) - 1] == f"generator/{len(generator.layers) - 1:02d} Activation"
    assert np.nanmax(middle.inside.gradient) > 0
    assert {name: getattr(middle.inside, name).shape for name in MEASURES} == {
        name: (len(middle.inside.layers),) for name in MEASURES
    }
    assert max(path.stat().st_size for path in (still.folder / "middle").glob("nimg-*.npz")) < 20_000


def test_the_nearest_picture_is_the_nearest(still):
    shot, middle = list(still.snapshots())[-1], read_middle(still)[-1]
    places = np.arange(2 * still.config.snapshots.readings)
    see = sight(run_probe_of(still))
    far = distances(see(shot.pictures), see(nearest_pictures(still, places)))
    assert middle.distance == pytest.approx(far.min(1), rel=1e-2)
    chosen = far[np.arange(len(far)), middle.nearest]
    assert chosen == pytest.approx(far.min(1), rel=1e-2)
    assert middle.closeness == pytest.approx(middle.distance / middle.apart[1])
    assert middle.apart[0] <= middle.apart[1] <= middle.apart[2]


def test_a_picture_of_the_world_is_nearest_to_itself(still):
    see, places = sight(run_probe_of(still)), np.array([3, 40])
    pictures = nearest_pictures(still, np.arange(64))
    far = distances(see(pictures[places]), see(pictures))
    assert far.argmin(1).tolist() == places.tolist()
    # What is left of the differences of large squares.
    assert far.min() == pytest.approx(0, abs=float(np.median(far)) / 100)


def test_own_pictures_of_one_mode_have_a_middle_too(still, tmp_path):
    from experiments.picture_folder import PictureFolder

    folder = tmp_path / "pictures"
    folder.mkdir()
    for place, picture in enumerate(still.world_pictures(40)):
        _save(picture, folder / f"{place:02d}.png")
    config = tiny(*COMPACT).override("snapshots.middle=true")
    run = train(config, PictureFolder(folder, 16), tmp_path / "run")
    middle = read_middle(run)[-1]
    shown = nearest_pictures(run, middle.nearest)
    assert shown.shape == (4, 16, 16, 3)
    see = sight(run_probe_of(run))
    assert np.diag(distances(see(list(run.snapshots())[-1].pictures), see(shown))) == pytest.approx(
        middle.distance, rel=0.01
    )


def _save(picture, path):
    from PIL import Image

    Image.fromarray(picture).save(path)


def test_a_damaged_file_is_one_sentence(still, tmp_path):
    run = Run(shutil.copytree(still.folder, tmp_path / "run"))
    (run.folder / "middle" / "nimg-000000004.npz").write_bytes(b"half")
    with pytest.raises(ExperimentsError, match=r"nimg-000000004.npz, got damage .*: delete it"):
        read_middle(run)
