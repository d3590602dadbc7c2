"""A release: what goes in comes out by any reader, the same bytes each time, and no damage or forgery passes."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import yaml

from experiments import ExperimentsError, read_counts
from experiments.archives import COLUMNS, Archive, read_archive
from experiments.release_checks import SUMS, sums_of, verify_release
from experiments.releasing import contents_of, plan_release, write_release
from procgen import Space, load_space, open_dataset
from tests.support.folders import digests

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def contents(example):
    return contents_of([example.run], ["quick", str(example.data)], probes=True)


@pytest.fixture(scope="module")
def release(contents, tmp_path_factory):
    out = tmp_path_factory.mktemp("release") / "made"
    write_release(out, contents)
    return out


@pytest.fixture
def copy(release, tmp_path):
    return shutil.copytree(release, tmp_path / "copy")


def counted(histograms):
    return [(h.nimg, h.modes, h.counts.tolist(), h.rejected) for h in histograms]


def test_it_is_what_was_packed_and_the_same_bytes_each_time(release, contents, tmp_path):
    assert verify_release(release) == []
    facts = write_release(tmp_path / "again", contents)
    assert digests(tmp_path / "again") == digests(release)
    assert facts["bytes"] == sum(path.stat().st_size for path in release.rglob("*") if path.is_file())
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


@pytest.mark.parametrize("latents", ["fixed", "fresh"])
def test_counts_come_out_as_they_went_in(release, example, latents):
    from experiments import Run

    wanted = Run(example.run).mode_histograms(latents=latents)
    assert counted(read_archive(release, latents=latents)) == counted(wanted)
    assert counted(read_archive(release / "archives", "run", latents)) == counted(wanted)


def test_labels_losses_and_config_come_out_too(release, example):
    from experiments import Run
    from experiments.middle import read_middle

    run, archive = Run(example.run), Archive(release)
    labels = archive.table("labels", run="run").to_pylist()
    assert [row["labels"] for row in labels] == [shot.fixed.tolist() for shot in run.snapshots()]
    metrics = archive.table("metrics", run="run").to_pylist()
    assert [{key: row[key] for key in line} for row, line in zip(metrics, run.metrics(), strict=True)] == run.metrics()
    middles = read_middle(run)
    layers = archive.table("layers", run="run").to_pylist()
    assert len(layers) == sum(len(middle.inside.layers) for middle in middles)
    assert layers[-1]["gradient"] == pytest.approx(float(middles[-1].inside.gradient[-1]), nan_ok=True)
    facts = archive.runs["run"]
    assert facts["config"] == run.document["config"]
    assert Space.from_toml(facts["world"]["space"]).digest == run.world[0].digest
    assert archive.verdict("run").to_dict()["kind"] == facts["verdict"]["kind"]


def test_an_archive_says_of_a_run_what_modes_says(example, tmp_path):
    from experiments import Run, judge
    from experiments.files import write_arrays

    folder, rng = shutil.copytree(example.run, tmp_path / "run"), np.random.default_rng(2)
    shutil.rmtree(folder / "snapshots")
    for at in range(96):
        labels = (rng.random(400) < 0.5 + 0.2 * np.sin(2 * np.pi * at / 8)).astype(np.int16)
        names = ("fixed", "fixed_nearest", "fresh", "fresh_nearest")
        arrays = {"pictures": np.zeros((1, 32, 32, 3), np.uint8), **dict.fromkeys(names, labels)}
        write_arrays(folder / "snapshots" / f"nimg-{at * 100:09d}.npz", arrays)
    write_release(tmp_path / "made", contents_of([folder], [], probes=False))
    said, found = Archive(tmp_path / "made").runs["run"]["verdict"], judge(Run(folder))  # packing has found it again
    assert json.loads(json.dumps(found.to_dict())) == said
    assert found.kind == "limit cycle"
    assert found.period == pytest.approx(800, rel=0.01)


def test_modes_reads_the_counts_of_an_archived_run(release):
    assert counted(read_counts(release / "archives" / "counts" / "run.csv")) == counted(read_archive(release))


@pytest.mark.parametrize("table", COLUMNS)
def test_each_table_opens_in_other_readers(release, table):
    import duckdb
    import polars

    path = release / "archives" / f"{table}.parquet"
    there = polars.read_parquet(path)
    assert COLUMNS[table].keys() <= {*there.columns}
    (rows,) = duckdb.sql(f"SELECT count(*) FROM '{path}' WHERE run = 'run'").fetchall()
    assert rows[0] == len(there)
    assert len(there) > 0 or table == "layers"


def test_hugging_face_reads_the_card_and_the_tables(release, tmp_path):
    import datasets

    front = yaml.safe_load((release / "README.md").read_text().split("---\n")[1])
    assert front["license"] == "mit"
    for config in front["configs"]:
        assert list(release.glob(config["data_files"])), config
    rows = datasets.load_dataset(str(release), "snapshots", cache_dir=str(tmp_path), split="train")
    assert rows[0]["counts"] == read_archive(release)[0].counts.tolist()


def test_worlds_are_drawn_again(release, example):
    toml = (release / "worlds" / "quick" / "space.toml").read_text()
    assert Space.from_toml(toml).digest == load_space("quick").digest
    assert len(open_dataset(release / "worlds" / "data")) == len(open_dataset(example.data))


def test_the_probe_of_the_release_reads_as_the_one_of_the_run(release, example):
    from experiments.scoring import probe_in

    pictures = open_dataset(example.data).images(slice(0, 40))
    ours, theirs = (probe_in(place).read(pictures) for place in (release / "probes" / "run", example.run))
    assert np.array_equal(ours.labels, theirs.labels)


# --- damage ----------------------------------------------------------------------------------------------------------

DAMAGED = ["README.md", "LICENSE", "manifest.json", "archives/runs.parquet", "archives/counts/run.csv"]
DAMAGED += ["probes/run/probe.safetensors", "worlds/quick/space.toml", "worlds/data/manifest.json"]


@pytest.mark.parametrize("name", DAMAGED)
def test_a_changed_byte_is_found(copy, name):
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    assert f"{copy / name} is not what was packed." in verify_release(copy)


def test_what_is_missing_or_too_much_is_found(copy):
    (copy / "archives" / "labels.parquet").unlink()
    (copy / "worlds" / "thesis.txt").write_text("mine")
    lines = (copy / SUMS).read_text().splitlines(keepends=True)
    (copy / SUMS).write_text("".join(line for line in lines if "LICENSE" not in line))
    problems = verify_release(copy)
    for words in ("labels.parquet is missing", "thesis.txt does not belong", "does not vouch for LICENSE"):
        assert any(words in problem for problem in problems), words


def rewritten(table, change):
    import pyarrow as pa
    from pyarrow import parquet

    found = parquet.read_table(table)
    rows = found.to_pylist()
    change(rows)
    parquet.write_table(pa.Table.from_pylist(rows, found.schema), table)


def one_more(rows):
    rows[0]["counts"][0] += 1


def other_table(path):
    head, row, *rest = path.read_text().splitlines()
    time, one, other, rejected = row.split(",")
    path.write_text("\n".join([head, f"{time},{other}9,{one},{rejected}", *rest]))


def other_accuracy(folder):
    facts = json.loads((folder / "probe.json").read_text())
    (folder / "probe.json").write_text(json.dumps(facts | {"accuracy": facts["accuracy"] - 0.25}))


FORGED = {  # whose digests are made to fit: opening the part again must tell
    "counts": (lambda at: rewritten(at / "archives/snapshots.parquet", one_more), "do not fit together"),
    "a snapshot less": (lambda at: rewritten(at / "archives/snapshots.parquet", lambda rows: rows.pop()), "snapshots"),
    "counts for modes": (lambda at: other_table(at / "archives/counts/run.csv"), "is not what the tables say"),
    "no runs": (lambda at: rewritten(at / "archives/runs.parquet", lambda rows: rows.clear()), "holds the runs"),
    "not Parquet": (lambda at: (at / "archives/metrics.parquet").write_bytes(b"PAR1"), "expected a Parquet table"),
    "accuracy": (lambda at: other_accuracy(at / "probes/run"), "has a confusion of accuracy"),
    "space": (lambda at: (at / "worlds/quick/space.toml").write_text("name = 3"), "space"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_is_found_when_it_is_opened(copy, name):
    change, words = FORGED[name]
    change(copy)
    (copy / SUMS).write_text(sums_of(copy))
    (problem, *_) = verify_release(copy)
    assert words in problem


# --- what is asked ---------------------------------------------------------------------------------------------------


def test_runs_are_found_in_a_sweep_and_named_apart(example, tmp_path):
    for name in ("a", "b"):
        shutil.copytree(example.run, tmp_path / "runs" / name, ignore=shutil.ignore_patterns("checkpoints"))
    contents = contents_of([tmp_path / "runs"], [], probes=True)
    assert list(contents.runs) == ["a", "b"]
    facts = write_release(tmp_path / "made", contents)
    assert facts["probes"] == ["a"]  # both are of one probe
    assert read_archive(tmp_path / "made", "b")[0].nimg == 0
    with pytest.raises(ExperimentsError, match="expected one of the runs a, b, got None"):
        read_archive(tmp_path / "made")


@pytest.mark.parametrize(
    ("runs", "worlds", "words"),
    [
        ([], [], "expected something to pack"),
        (["nowhere"], [], "expected a run, or a folder of runs"),
        (["{run}", "{run}"], [], "got run twice"),
        ([], ["quick", "quick"], "got quick twice"),
    ],
)
def test_what_cannot_be_packed_is_said(example, runs, worlds, words):
    with pytest.raises(ExperimentsError, match=words):
        contents_of([Path(path.format(run=example.run)) for path in runs], worlds, probes=False)


def test_a_folder_that_exists_is_kept(contents, tmp_path):
    (tmp_path / "mine").mkdir()
    for ask in (plan_release, write_release):
        with pytest.raises(ExperimentsError, match="expected a new folder for the release"):
            ask(tmp_path / "mine", contents)


def test_what_a_kill_has_left_goes_and_what_is_at_work_stays(tmp_path):
    for process in (1, 999_999_999):
        (tmp_path / f".made.{process}.new.tmp").mkdir()
    write_release(tmp_path / "made", contents_of([], ["quick"], probes=False))
    assert sorted(path.name for path in tmp_path.iterdir()) == [".made.1.new.tmp", "made"]


def test_archives_are_read_without_keras(release):
    code = f"import sys; from experiments.archives import Archive; Archive({str(release)!r}).verdict('run'); "
    code += (
        "from experiments.archives import read_archive; read_archive(sys.argv[1]); assert 'keras' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(release)], check=True)


def test_no_archive_is_one_sentence(tmp_path, release):
    with pytest.raises(ExperimentsError, match="expected a release with run archives"):
        read_archive(tmp_path)
    with pytest.raises(ExperimentsError, match="expected latents as fixed or fresh"):
        read_archive(release, latents="old")
    with pytest.raises(ExperimentsError, match="expected a release with manifest"):
        verify_release(tmp_path)


# --- citations -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["software", "dataset"])
def test_citations_are_of_this_version(kind, release):
    path = {"software": ROOT, "dataset": release}[kind] / "CITATION.cff"
    facts, project = yaml.safe_load(path.read_text()), tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ours = project["license"].split(" AND ")[0]  # the other is of the viewer that the wheel carries along
    assert (facts["cff-version"], facts["type"], facts["license"]) == ("1.2.0", kind, ours)
    assert str(facts["version"]) == project["version"]
    assert facts["authors"] == [{"name": "The synchromy authors"}]
    assert facts["title"]
    assert facts["message"]


def test_the_licence_goes_along(release):
    assert (release / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
