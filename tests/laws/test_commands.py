"""Every verb of the command line under the same laws."""

import json
import sys

import pytest

from experiments.cli import console
from experiments.cli.app import VERBS as OWN
from experiments.cli.app import app
from experiments.cli.cppn import CPPN_VERBS
from tests.support.folders import digests

VERBS = {**OWN, **{f"cppn {name}": verb for name, verb in CPPN_VERBS.items()}}
# For each verb: arguments that do something on the shared example, and what it makes, in the folder it is called in.
EXAMPLES = {
    "quickstart": (["made", *"--set train.kimg=0.064 --set network.width=2 --workers 1".split()], "made/report.html"),
    "generate": ("made --count 12 --size 32 --space quick --workers 1".split(), "made/manifest.json"),
    "verify": ("{data} --sample 4".split(), None),
    "export": ("{data} made".split(), "made/metadata.jsonl"),
    "preview": ("made.png --count 4 --cell 48".split(), "made.png"),
    "pick": ("{sheet} 0 2 --count 5 --cell 48 --out made.png".split(), "made.png"),
    "render": ("default:3 made.png --size 48x32".split(), "made.png"),
    "compositions": ([], None),
    "spaces": (["ring-8"], None),
    "inspect": (["{data}"], None),
    "sweep": ("made --data {plain} {small} --seeds 1".split(), "made/table.csv"),
    "train": ("made --data {data} {small}".split(), "made/done.json"),
    "sample": ("{run} made --count 12 --truncation 0.7".split(), "made/metadata.jsonl"),
    "walk": ("{run} made.webp --through 0,2,5 --loop --seconds 1 --fps 8".split(), "made.webp"),
    "modes": (["{run}"], None),
    "score": (["{counts}"], None),
    "mosaic": ("{run} made.png --count 20".split(), "made.png"),
    "report": ("{run} --out made.html".split(), "made.html"),
    "study": ("sparsity made".split(), "made/results"),
    "cppn render": ("silk made.png --size 48x32".split(), "made.png"),
    "cppn grid": ("silk made.png --cell 32 --across seed=0:1 --down depth=3,4".split(), "made.png"),
    "cppn animate": ("silk-z made.webp --size 32 --seconds 0.4 --fps 10 --width 8".split(), "made.webp"),
    "cppn breed": ("silk made.png --count 4 --cell 32 --width 6 --depth 3".split(), "made.png"),
    "cppn evolve": ("made.png --count 3 --cell 32 --steps 5".split(), "made.png"),
    "cppn dataset": ("made --count 9 --size 16 --modes none --width 8".split(), "made/manifest.json"),
    "cppn fit": (
        "default:4 made.png --learn 16 --steps 20 --width 8 --film made.webp --film-size 16".split(),
        "made.webp",
    ),
    "cppn remap": ("default:4 made.webp --size 16 --seconds 0.4 --fps 10 --loop --width 8".split(), "made.webp"),
    "cppn latents": ("{run} made.png --rows 0:4 --cell 32 --width 8".split(), "made.png"),
    "cppn sound": ("made.wav --seconds 0.5 --width 8".split(), "made.wav"),
    "release": ("made --runs {run} --worlds quick".split(), "made/manifest.json"),
}
WRITES_NOTHING = {"verify", "compositions", "spaces", "inspect"}
TAKES_LONG = {"quickstart", "study"}  # their own tests call them


@pytest.fixture
def call(monkeypatch, capfd, tmp_path):
    """Call the command in an empty folder: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["synchromy", *arguments])
        code = console.run(app)
        return code, *capfd.readouterr()

    return run


@pytest.fixture(scope="session")
def counts(tmp_path_factory):
    """A table of the counts of eight modes."""
    path = tmp_path_factory.mktemp("counts") / "counts.csv"
    rows = [f"{step},{','.join(['9'] * 8)}" for step in range(20)]
    path.write_text("\n".join(["step,a,b,c,d,e,f,g,h", *rows]))
    return path


@pytest.fixture
def arguments(example, counts, plain):
    def of(verb: str) -> list[str]:
        places = {name: [str(getattr(example, name[1:-1]))] for name in ("{data}", "{run}", "{sheet}")}
        places |= {"{counts}": [str(counts)], "{plain}": [str(plain)]}
        places["{small}"] = example.small
        return [*verb.split(), *(word for part in EXAMPLES[verb][0] for word in places.get(part, [part]))]

    return of


def test_every_verb_is_under_the_laws():
    assert EXAMPLES.keys() == VERBS.keys()


@pytest.mark.parametrize("verb", VERBS)
def test_help(call, verb):
    code, out, _ = call(*verb.split(), "--help")
    assert code == 0
    assert "--json" in out


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in WRITES_NOTHING])
def test_a_dry_run_writes_nothing_and_is_one_document(call, arguments, verb, tmp_path, example):
    before = digests(example.folder)
    code, out, err = call(*arguments(verb), "--dry-run", "--json")
    assert code == 0, err
    assert isinstance(json.loads(out), dict)
    assert list(tmp_path.iterdir()) == []
    assert digests(example.folder) == before


@pytest.mark.usefixtures("hasty_probes")
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in TAKES_LONG])
def test_it_does_what_it_says_in_one_document(call, arguments, verb, tmp_path):
    code, out, err = call(*arguments(verb), "--json")
    assert code == 0, err
    assert isinstance(json.loads(out), dict)
    assert "Traceback" not in err
    made = EXAMPLES[verb][1]
    assert made is None or (tmp_path / made).stat().st_size > 0


@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_option_is_wrong_usage(call, verb):
    code, out, err = call(*verb.split(), "--no-such-option")
    assert (code, out) == (2, "")
    assert "No such option" in err


@pytest.mark.parametrize("verb", ["generate", "train", "modes", "mosaic", "inspect", "render", "cppn render"])
def test_a_missing_argument_is_wrong_usage(call, verb):
    assert call(*verb.split())[0] == 2


def test_no_verb_at_all_shows_help(call):
    code, out, err = call()
    assert "quickstart" in out + err
    assert code in (0, 2)


def test_the_version(call):
    assert call("--version")[1].startswith("synchromy ")


def test_an_interrupt_is_130(monkeypatch, capfd):
    def interrupted(standalone_mode):
        raise KeyboardInterrupt

    assert console.run(interrupted) == 130
    assert "Traceback" not in capfd.readouterr().err


def test_an_unexpected_error_is_one_sentence(capfd):
    def broken(standalone_mode):
        raise RuntimeError("boom")

    assert console.run(broken) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert "unexpected RuntimeError: boom" in line
