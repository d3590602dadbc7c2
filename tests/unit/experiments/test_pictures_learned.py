"""Runs on anybody's pictures, in colour or grey, are followed, reported and made mosaics of like any other."""

import numpy as np
import pytest
from PIL import Image

import mosaics
from experiments import follow_modes, preset, tiles_of, train, write_report
from experiments.opening import open_data
from experiments.run import WORLD
from experiments.tiles_asked import TilesAsked

SMALL = (
    "network.size=16 network.width=2 network.latent=4 train.batch=4 train.kimg=0.04 snapshots.every_kimg=0.02 "
    "snapshots.pictures=4 snapshots.readings=8"
).split()


@pytest.mark.parametrize("channels", [3, 1])
def test_a_folder_is_learned_from_and_reported(channels, tmp_path):
    config = preset("quick-64").override(*SMALL, f"network.channels={channels}")
    for number in range(9):
        Image.new("RGB", (20, 16), (25 * number, 200, 90)).save(tmp_path / f"{number}.png")
    source = open_data(str(tmp_path), config=config, resize="crop")
    run = train(config, source, tmp_path / "run")
    assert follow_modes(run)["modes"] == ["all"]
    assert np.array_equal(run.world_pictures(), source.pictures(np.arange(9)))
    (tmp_path / "0.png").unlink()  # the report needs the run alone
    write_report(run, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "--data PICTURES --resize crop" in page
    assert source.identity["sha256"][:12] in page
    for layout in ("grid", "filmstrip", "tapestry"):
        tiles = tiles_of(TilesAsked((str(run.folder),), count=6).fit_for(layout))
        picture = mosaics.compose(tiles, layout=layout)
        assert picture.pixels.shape == (*picture.size_px[::-1], 3)


def test_a_world_is_drawn_again_for_the_report(example):
    from experiments import Run

    assert not (example.run / WORLD).exists()
    assert Run(example.run).world_pictures(5).shape == (5, 32, 32, 3)
