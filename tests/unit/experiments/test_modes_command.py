"""synchromy modes on a run, on tables sound and broken, on folders of pictures: one document, one sentence."""

import json
import sys

import numpy as np
import pytest
from PIL import Image

from experiments import ExperimentsError, ModeHistogram, Run, write_counts
from experiments.cli import console
from experiments.cli.app import app
from experiments.count_facts import follow_counts, summed
from experiments.folder_counts import folder_times
from experiments.scripted import drawn_counts, swinging_shares

KEYS = (
    "verdict period period_low period_high amplitude amplitude_low amplitude_high growth p_value quality recurrence "
    "snapshots_needed unit summary reasons modes snapshots"
).split()


def lines(cells="{i},{a},{b},{c}", head="step,a,b,c", count=24):
    """A table of counts that hold nothing but noise."""
    drawn = np.random.default_rng(0).multinomial(500, np.full(3, 1 / 3), count).tolist()
    rows = [
        cells.format(i=i, square=i * i, half=i / 2, a=a, b=b, c=c, t=a + b, all=a + b + c)
        for i, (a, b, c) in enumerate(drawn)
    ]
    return "\n".join([head, *rows]) + "\n"


SOUND = {
    "plain": lines(),
    "a mode that never shows": lines("{i},{a},{b},0"),
    "uneven steps": lines("{square},{a},{b},{c}"),
    "kimg in fractions": lines("{half},{a},{b},{c}", "kimg,a,b,c"),
    "kimg between images": lines("{i}.00035,{a},{b},{c}", "kimg,a,b,c"),
    "semicolons": lines("{i};{a};{b};{c}", "step;a;b;c"),
    "tabs": lines("{i}\t{a}\t{b}\t{c}", "step\ta\tb\tc"),
    "a byte order mark": "\ufeff" + lines(),
    "capitals": lines(head="Step,a,b,c"),
    "lines of Windows": lines().replace("\n", "\r\n"),
    "a comma in a name": lines(head='step,"a, b",c,d'),
    "blank lines": lines().replace("\n", "\n\n"),
    "rejected": lines(head="nimg,a,b,rejected"),
    "rejected in capitals": lines(head="nimg,a,b,Rejected"),
    "bars": lines("{i} | {a} | {b} | {c}", "step | a | b | c"),
    "blanks in columns": lines("  {i}   {a}  {b} {c}", "step   a  b c"),
    "a comment above": "# of my run\n\n" + lines(),
    "a comment for a header": lines(head="# step,a,b,c"),
    "a last comma": lines("{i},{a},{b},{c},", "step,a,b,c,"),
    "a decimal comma": lines("{i},5;{a};{b};{c}", "kimg;a;b;c"),
    "marks of thousands": lines('"1,{i:03}",{a},{b},{c}'),
    "two bytes a letter": lines().encode("utf-16"),
    "whole floats": lines("{i}.0,{a}.0,{b},{c}"),
}
BROKEN = {
    "a missing cell": ("step,a,b\n0,1,2\n1,,2\n", "write 0 where a mode is missing"),
    "a short row": ("step,a,b\n0,1,2\n1,2\n", "3 cells in row 3"),
    "a repeated step": ("step,a,b\n0,1,2\n0,1,2\n", "keep one a snapshot"),
    "steps that fall": ("step,a,b\n5,1,2\n0,1,2\n", "got 0 after 5"),
    "NaN": ("step,a,b\n0,1,2\n1,nan,2\n", "'nan'"),
    "a row of zeros": ("step,a,b\n0,1,2\n1,0,0\n", "leave that row out"),
    "a negative count": ("step,a,b\n0,1,2\n1,-3,2\n", "'-3'"),
    "a negative step": ("step,a,b\n-1,1,2\n1,3,2\n", "'-1'"),
    "one snapshot": ("step,a,b\n0,1,2\n", "at least two snapshots"),
    "a header alone": ("step,a,b\n", "got 0"),
    "shares": ("step,a,b\n0,.5,.5\n1,.4,.6\n", "not shares"),
    "no header": ("0,1,2\n1,2,2\n", "begin with a header"),
    "text in numbers": ("step,a,b\n0,1,2\n1,two,2\n", "'two'"),
    "huge counts": ("step,a,b\n0,1,2\n1,1e300,2\n", "from 0 to 1e+15"),
    "huge steps": ("step,a,b\n0,1,2\n1e40,1,2\n", "column 'step'"),
    "half a step": ("step,a,b\n0.5,1,2\n1,1,2\n", "whole steps"),
    "one mode": ("step,a\n0,1\n1,2\n", "at least two modes"),
    "no mode": ("step\n0\n1\n", "at least two modes"),
    "two times": ("step,kimg,a,b\n0,0,1,2\n1,1,1,2\n", "one column of time"),
    "an empty file": ("", "an empty file"),
    "bytes": (bytes(range(256)), "CSV text"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), "CSV text"),
    "half of two bytes a letter": (lines().encode("utf-16")[:-1], "CSV text"),
    "bytes of zip": (b"PK\x03\x04" + bytes(40), "CSV text"),
    "letters of Europe": (lines(head="step,grün,b,c").encode("latin-1"), "save it as CSV, in UTF-8"),
    "two bytes a letter without a mark": (lines().encode("utf-16-be"), "save it as CSV, in UTF-8"),
    "colons": (lines("{i}:{a}:{b}:{c}", "step:a:b:c"), "part the columns by commas"),
    "a unit in words": (lines(head="kimg (thousands),a,b,c"), "call the first column kimg alone"),
    "several steps": (lines(head="steps,a,b,c"), "call the first column step alone"),
    "four hundred digits": (f"step,a,b\n0,1,2\n1,{'9' * 400},2\n", f"'{'9' * 40}'"),
    "a sum": (lines("{i},{a},{b},{t}", "step,a,b,total"), "'total', the sum of the others"),
    "a sum with the rejected": (lines("{i},{a},{b},{c},{all}", "step,a,b,rejected,n"), "'n', the sum of the others"),
    "a column before time": (lines("{i},{i},{a},{b}", ",step,a,b"), "leave out the columns before step"),
    "epochs": (lines(head="epoch,a,b,c"), "call the first column step"),
    "numbers alone": (lines(head="0,1,2,3"), "names of the columns above the numbers"),
    "thousands of kimg or parts of one": ('kimg,a,b\n"1,024",1,2\n"1,025",1,2\n', "marks of thousands"),
    "units": ("kimg,a,b\n1 kimg,1,2\n2 kimg,1,2\n", "without units"),
}


@pytest.fixture
def call(monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["synchromy", "modes", *map(str, arguments)])
        return console.run(app), *capfd.readouterr()

    return run


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_table_is_one_document(call, tmp_path, name):
    (tmp_path / "counts.csv").write_bytes(content if isinstance(content := SOUND[name], bytes) else content.encode())
    code, out, err = call("counts.csv", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found.keys() >= set(KEYS)
    assert (found["snapshots"], found["judged"], len(found["modes"])) == (
        24,
        20,
        2 if name.startswith("rejected") else 3,
    )
    assert found["period"] is None
    assert call("counts.csv")[1].startswith(found["said"])


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_table_gets_one_clear_sentence(call, tmp_path, name):
    content, words = BROKEN[name]
    (tmp_path / "counts.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    code, out, err = call("counts.csv")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert words in err


def test_a_cycle_is_told_in_the_unit_of_the_first_column(call, tmp_path):
    counts = drawn_counts(swinging_shares(100, 4, period=10, amplitude=0.05), np.random.default_rng(1), every=1)
    for head in ("step", "kimg"):
        rows = "".join(f"{h.nimg * 3},{','.join(map(str, h.counts))}\n" for h in counts)
        (tmp_path / f"{head}.csv").write_text(f"{head},a,b,c,d\n{rows}")
        found = json.loads(call(f"{head}.csv", "--json", "--world", "1,1,1,1")[1])
        assert (found["verdict"], found["unit"]) == ("limit cycle", head)
        assert found["period_low"] < 30 < found["period_high"]
        assert found["period"] == pytest.approx(30, rel=0.01)
        assert 0 < found["js"] < found["tv"] < 0.2
        assert all(change["at"] < 300 for change in found["handovers"])
        words = call(f"{head}.csv")[1]
        assert f" {'steps' if head == 'step' else head} (95%: 29." in words


def test_large_numbers_are_said_without_powers_of_ten(call, tmp_path):
    counts = drawn_counts(swinging_shares(100, 4, period=10, amplitude=0.05), np.random.default_rng(1), every=250_000)
    write_counts(counts, tmp_path / "counts.csv")
    words = call("counts.csv")[1]
    assert "one turn takes 2,50" in words
    assert "0 images (95%: 2,4" in words
    assert "e+0" not in words


def test_a_short_table_is_too_short(call, tmp_path):
    write_counts(drawn_counts(swinging_shares(8, 3, period=4, amplitude=0.2), np.random.default_rng(0)), "short.csv")
    found = json.loads(call("short.csv", "--json")[1])
    assert (found["verdict"], found["said"], found["period"]) == ("too short", "too short to say", None)
    assert found["snapshots_needed"] > 0


def test_figures_of_a_table(call, tmp_path):
    (tmp_path / "counts.csv").write_text(SOUND["plain"])
    found = json.loads(call("counts.csv", "--json", "--figures", "made", "--dry-run")[1])
    assert not (tmp_path / "made").exists()
    found = json.loads(call("counts.csv", "--json", "--figures", "made")[1])
    assert found["figures"]
    assert all((tmp_path / path).stat().st_size > 0 for path in found["figures"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere"], 1, "which does not exist"),
        (["."], 1, "say by --probe RUN"),
        (["counts.csv", "counts.csv"], 1, "got a mix"),
        (["counts.csv", "--probe", "."], 1, "got a mix"),
        (["counts.csv", "--world", "1,2"], 1, "3 shares of the world"),
        (["counts.csv", "--world", "a,b,c"], 2, "one number"),
        (["counts.csv", "--distances", "64"], 2, "with a run alone"),
        (["counts.csv", "--resize", "crop"], 2, "folders alone"),
        (["counts.csv", "--settle", "1"], 2, "0.9"),
        (["/dev/null"], 1, "neither: save what it gives first"),
    ],
)
def test_words_that_do_not_go_together(call, tmp_path, arguments, code, words):
    (tmp_path / "counts.csv").write_text(SOUND["plain"])
    found = call(*arguments)
    assert found[0] == code
    assert words in " ".join(found[2].replace("│", " ").split())


def test_a_long_table_is_summed_to_a_size_that_can_be_judged(monkeypatch):
    counts = drawn_counts(swinging_shares(205, 4, period=40, amplitude=0.05), np.random.default_rng(1), every=1)
    monkeypatch.setattr("experiments.count_facts.MOST", {9: 100})
    found = follow_counts(counts, "step")["verdict"]
    assert (found["kind"], round(found["period"])) == ("limit cycle", 40)
    assert "about 3 snapshots each were summed" in found["reasons"][0]
    pooled = summed(counts, 3)
    assert 60 < len(pooled) < 80
    assert np.sum([h.counts for h in pooled], 0).tolist() == np.sum([h.counts for h in counts], 0).tolist()
    assert {h.total // 1024 for h in pooled[:-1]} == {2, 3, 4}
    assert summed(counts, 1) == counts


def test_a_cycle_too_fast_for_the_sums_is_not_taken_for_a_slow_one(monkeypatch):
    counts = drawn_counts(swinging_shares(600, 3, period=8, amplitude=0.1), np.random.default_rng(1), every=1)
    monkeypatch.setattr("experiments.count_facts.MOST", {9: 120})
    assert follow_counts(counts, "step")["verdict"]["kind"] not in ("limit cycle", "ringing")


def test_a_run_in_one_document(call, example, tmp_path):
    code, out, err = call(example.run, "--json", "--dry-run", "--distances", "24")
    assert code == 0, err
    found = json.loads(out)
    assert found.keys() >= {*KEYS, "covered", "effective_modes", "tv", "js", "churn", "excess_churn", "handovers"}
    assert found["circulation"].keys() == {"p_value", "steps", "arrows"}
    assert found["distances"]["kernel"]["error"] > 0
    assert all(0 <= found["distances"][name] <= 1 for name in ("precision", "recall", "coverage"))
    words = call(example.run, "--dry-run")[1]
    assert "churn a snapshot" in words
    assert "circulation" in words


def test_folders_are_read_through_the_probe_of_a_run(call, example, tmp_path):
    shots = list(Run(example.run).snapshots())
    for shot in shots:
        folder = tmp_path / "made" / f"kimg-{shot.nimg / 1000:g}"
        folder.mkdir(parents=True)
        for i, picture in enumerate(shot.pictures):
            Image.fromarray(picture).save(folder / f"{i}.png")
    code, out, err = call("made", "--probe", example.run, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert (found["unit"], found["snapshots"], found["modes"]) == ("kimg", len(shots), list(Run(example.run).modes))
    for row, shot in zip(found["counts"], shots, strict=True):
        own = ModeHistogram.from_labels(shot.nimg, ("a", "b"), shot.fixed[: len(shot.pictures)].astype(int))
        assert row == [shot.nimg, *own.counts.tolist(), own.rejected]
    folders = sorted((tmp_path / "made").iterdir())
    assert json.loads(call(*folders, "--probe", example.run, "--json")[1]) == found
    assert "nothing to compare" in call(folders[0], "--probe", example.run)[2]
    Image.new("RGB", (9, 9)).save(folders[0] / "small.png")
    assert "--resize" in call("made", "--probe", example.run)[2]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("kimg-000064", "kimg-000128"), "kimg"),
        (("64kimg", "128 kimg"), "kimg"),
        (("steps=64", "step_128"), "step"),
        (("network-snapshot-000064", "network-snapshot-000128"), "step"),
        (("seed7-step64", "seed7-step128"), "step"),
    ],
)
def test_times_in_names(tmp_path, names, said):
    times, unit = folder_times([tmp_path / name for name in names])
    assert (sorted(times), unit) == ([64, 128], said)


@pytest.mark.parametrize(
    ("names", "said"),
    [(("a", "b"), "named by its step"), (("kimg-1", "step-2"), "one unit"), (("kimg-1", "kimg-01"), "of its own")],
)
def test_times_that_are_none(tmp_path, names, said):
    with pytest.raises(ExperimentsError, match=said):
        folder_times([tmp_path / name for name in names])
