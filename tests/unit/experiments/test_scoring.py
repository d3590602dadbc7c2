"""The benchmark: real pictures get what the world's get, bad ones little; counts without a probe; what is refused."""

import numpy as np
import pytest
from PIL import Image

from experiments import ExperimentsError, ModeHistogram, write_counts
from experiments.score_sources import Asked, open_samples
from experiments.scoring import kept_probe, open_benchmark, probe_in, score_samples
from experiments.scoring_counts import DENSITIES, read_scored, score_counts
from experiments.scripted import drawn_counts, swinging_shares
from models import probe as reading
from procgen import load_space, write_dataset

SIZE, MANY = 24, 400
MEASURES = ("overlap", "covered", "rejected", "effective_modes", "total_variation", "jensen_shannon", "hybridity")


@pytest.fixture(scope="module", autouse=True)
def _few_pictures_are_compared():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.scoring.COMPARED", MANY)
        yield


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory):
    """The isolated ring with a small probe, trained as it is at home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setattr("experiments.scoring.SIZE", SIZE)
        patch.setattr("experiments.probing.PICTURES_PER_MODE", 150)
        patch.setattr(reading, "STEPS_PER_MODE", 40)
        patch.setattr(reading, "LEAST_STEPS", 160)
        made = open_benchmark("isolated")
        assert (kept_probe("isolated") / "probe.json").is_file()
        patch.setattr("experiments.probing.run_probe", None)  # what is kept is not trained again
        again = open_benchmark("isolated", kept_probe("isolated"))
    assert np.array_equal(again.probe.confusion, made.probe.confusion)
    return made


@pytest.fixture(scope="module")
def folder(benchmark, tmp_path_factory):
    """Real pictures, as files."""
    folder = tmp_path_factory.mktemp("pictures")
    for number, picture in enumerate(benchmark.real(7, MANY)):
        Image.fromarray(picture).save(folder / f"{number:04d}.png")
    return folder


@pytest.fixture(scope="module")
def scored(benchmark, folder):
    return score_samples(open_samples(folder, Asked(SIZE)), benchmark)


def test_every_measure_has_an_error(scored):
    for row in ("samples", "real", "bad"):
        for name in (*MEASURES, "kid", "precision", "recall", "density", "coverage"):
            assert scored[row][name]["error"] >= 0, (row, name)


def test_real_pictures_get_what_real_pictures_get(scored):
    own, real = scored["samples"], scored["real"]
    assert own["covered"]["value"] >= 7  # the probe is a small one
    for name in ("overlap", "total_variation", "rejected", "hybridity", "kid", "precision", "recall"):
        apart = abs(own[name]["value"] - real[name]["value"])
        assert apart < 5 * np.hypot(own[name]["error"], real[name]["error"]) + 0.02, name


def test_bad_pictures_are_told_by_every_measure(scored):
    real, bad = scored["real"], scored["bad"]
    better = {"overlap": 1, "covered": 1, "effective_modes": 1, "total_variation": -1, "jensen_shannon": -1, "kid": -1}
    for name, sign in (better | {"recall": 1, "coverage": 1}).items():
        assert sign * (real[name]["value"] - bad[name]["value"]) > 3 * bad[name]["error"], name


def test_the_same_pictures_give_the_same_score(benchmark, folder, scored, tmp_path):
    images = np.stack([np.asarray(Image.open(path)) for path in sorted(folder.iterdir())])
    np.save(tmp_path / "a.npy", images)
    np.savez_compressed(tmp_path / "a.npz", pictures=images)
    some = np.array([7, 0, 399])
    assert np.array_equal(open_samples(tmp_path / "a.npz", Asked(SIZE)).pictures(some), images[some])
    assert score_samples(open_samples(tmp_path / "a.npy", Asked(SIZE)), benchmark) == scored


def test_a_dataset_and_a_resized_run_are_samples(benchmark, example, tmp_path):
    write_dataset(load_space("ring-8"), tmp_path / "data", count=100, size=SIZE, seed=5)
    facts = score_samples(open_samples(tmp_path / "data", Asked(SIZE)), benchmark)
    assert facts["samples"]["overlap"]["value"] > 0.7
    drawn = open_samples(example.run, Asked(SIZE, "stretch", count=130))
    assert "0.32 kimg, which learned pair," in drawn.about
    assert drawn.pictures(np.array([129, 0])).shape == (2, SIZE, SIZE, 3)
    assert score_samples(drawn, benchmark)["samples"]["overlap"]["value"] < facts["samples"]["overlap"]["value"]


def test_a_probe_of_another_world_is_refused(example):
    with pytest.raises(ExperimentsError, match="expected a probe of the modes of ring-8"):
        open_benchmark("isolated", example.run)


@pytest.mark.parametrize("density", DENSITIES)
def test_each_density_keeps_a_probe_of_its_own(density):
    assert DENSITIES[density] in str(kept_probe(density))


# --- counts ----------------------------------------------------------------------------------------------------------


def row(counts, rejected=0):
    return [ModeHistogram(5, tuple("abcdefgh"), np.array(counts), rejected)]


def test_counts_like_the_world_fit_it():
    facts = score_counts(row([500] * 8), "step")
    assert facts["samples"]["overlap"]["value"] == 1
    assert facts["samples"]["effective_modes"]["value"] == pytest.approx(8)
    assert facts["verdict"] is None
    assert facts["overall"].startswith("100 ± ")


@pytest.mark.parametrize(
    ("counts", "rejected", "overlap"),
    [([4000, 0, 0, 0, 0, 0, 0, 0], 0, 1 / 8), ([500] * 4 + [0] * 4, 2000, 1 / 2), ([0] * 8, 50, 0)],
)
def test_the_overlap_is_what_could_pass_for_the_world(counts, rejected, overlap):
    found = score_counts(row(counts, rejected), "step")["samples"]["overlap"]
    assert found["value"] == pytest.approx(overlap, abs=1e-9)


def test_errors_are_those_of_counts_drawn_again():
    rng, shares = np.random.default_rng(3), np.array([0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05])
    found = [score_counts(row(rng.multinomial(800, shares)), "step")["samples"] for _ in range(40)]
    for name in ("overlap", "total_variation", "effective_modes"):
        spread = np.std([each[name]["value"] for each in found], ddof=1)
        assert np.mean([each[name]["error"] for each in found]) == pytest.approx(spread, rel=0.4), name


def test_a_series_has_a_verdict_and_one_row_none(tmp_path):
    run = drawn_counts(swinging_shares(128, 8, period=10, amplitude=0.05), np.random.default_rng(1))
    write_counts(run, tmp_path / "counts.csv")
    facts = score_counts(*read_scored(tmp_path / "counts.csv"))
    assert facts["verdict"]["kind"] == "limit cycle"
    (tmp_path / "one.csv").write_text("kimg,a,b,c,d,e,f,g,h,rejected\n2,9,8,7,6,5,4,3,2,1\n")
    (one,), unit = read_scored(tmp_path / "one.csv")
    assert (one.nimg, unit, one.counts.tolist(), one.rejected) == (2000, "kimg", [9, 8, 7, 6, 5, 4, 3, 2], 1)


def test_probe_in_a_folder_of_nothing(tmp_path):
    with pytest.raises(ExperimentsError, match="expected a probe, a folder with"):
        probe_in(tmp_path)


# --- what is no set of samples ---------------------------------------------------------------------------------------

COLOURED = np.random.default_rng(0).integers(0, 256, (120, SIZE, SIZE, 3), np.uint8)
REFUSED = {
    "fractions": (COLOURED / 255, "scale to 0..255"),
    "channels first": (COLOURED.transpose(0, 3, 1, 2), "channels last"),
    "grey": (COLOURED[..., :1], "channels last"),
    "grey in colour": (np.repeat(COLOURED[..., :1], 3, -1), "in colour as the world's are"),
    "too few": (COLOURED[:20], "100 pictures or more"),
    "none": (COLOURED[:0], "100 pictures or more"),
    "another size": (np.repeat(COLOURED, 2, 1).repeat(2, 2), "--resize crop, fit or stretch"),
    "objects": (np.array([{}] * 120, object), "damage"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_array_that_cannot_be_scored_is_one_sentence(name, tmp_path):
    array, words = REFUSED[name]
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(ExperimentsError, match=words):
        open_samples(tmp_path / "a.npy", Asked(SIZE))


@pytest.mark.parametrize("kept", [0, 1, 60, 3000])
def test_a_cut_file_is_one_sentence(kept, tmp_path):
    np.savez(tmp_path / "a.npz", pictures=COLOURED)
    (tmp_path / "a.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:kept])
    with pytest.raises(ExperimentsError, match="expected an array of pictures"):
        open_samples(tmp_path / "a.npz", Asked(SIZE))


def test_several_arrays_are_named(tmp_path):
    np.savez(tmp_path / "a.npz", pictures=COLOURED, labels=np.zeros(120))
    with pytest.raises(ExperimentsError, match="got pictures, labels: save the pictures alone"):
        open_samples(tmp_path / "a.npz", Asked(SIZE))
