"""Sounds of CPPNs: what is heard, the seam of a loop, files, spectrograms."""

import struct
import wave
from base64 import b64encode
from dataclasses import replace

import numpy as np
import pytest

import mosaics
from experiments import ExperimentsError
from experiments.cppn.asking import find_cppn
from experiments.cppn.breeding import first_evolved, varied_cppn
from experiments.cppn.sounding import (
    CALM,
    RATES,
    SoundAsked,
    plan_sound,
    read_tones,
    save_sound,
    seam_of,
    sound_of,
    tones_in_words,
)
from experiments.cppn.spectrogram import _ROWS, loudness_of
from experiments.pictures import read_made
from experiments.rebuilding import rebuild
from experiments.wav import BITS, wav_bytes

ASKED = SoundAsked(find_cppn("silk", {**CALM, "width": 10, "latent": 2}), (110.0, 220.0), 0.5)


_SMALL = {"width": 8, "depth": 4}
_WEIGHTS = np.random.default_rng(0).normal(0, 2, 2 * 8 + 8 + 2 * (8 * 8 + 8) + 8 * 3 + 3).astype("<f4").tobytes()
PICTURES = {
    "seed": (find_cppn("steel", _SMALL), "algorithmicMedia"),
    "bred": (
        varied_cppn(find_cppn("silk", {**_SMALL, "latent": 2, "symmetry": "x"}), 0.3, np.random.default_rng(0)),
        "algorithmicMedia",
    ),
    "evolved": (
        first_evolved(find_cppn("silk", {"inputs": "x,y,r", "low": -1}), 12, np.random.default_rng(3)),
        "algorithmicMedia",
    ),
    "fitted": (
        replace(find_cppn("silk", _SMALL), origin={"fitted": b64encode(_WEIGHTS).decode()}),
        "trainedAlgorithmicMedia",
    ),
}


@pytest.fixture(scope="module")
def loop():
    return sound_of(ASKED)


def test_a_sound_is_as_long_and_as_loud_as_it_should_be(loop):
    assert loop.shape == (24_000, 2)
    assert np.abs(loop).max() == pytest.approx(0.89, abs=1e-4)
    assert np.abs(loop.mean(axis=0)).max() < 1e-4
    assert abs(np.corrcoef(loop.T)[0, 1]) < 0.99  # an ear hears other than its fellow


@pytest.mark.parametrize("seconds", [0.5, 0.777])
@pytest.mark.parametrize("rate", RATES)
def test_a_loop_has_no_click(rate, seconds):
    samples = sound_of(replace(ASKED, rate=rate, seconds=seconds))
    seam = seam_of(samples)
    assert seam["step_last_to_first"] <= seam["step_max"]
    assert seam["bend_at_seam"] <= seam["bend_max"]
    turned = np.roll(samples, len(samples) // 2, axis=0)  # the seam in the middle is heard as any other place
    loud = loudness_of(turned, rate, loop=True)
    high = loud[-_ROWS // 8 :].max(axis=0)
    assert high[430:470].max() <= high.max() + 1e-6
    assert high[430:470].max() < np.median(high) + 15


def test_a_click_would_be_seen(loop):
    cut = loop[: 2 * len(loop) // 3 + 17]
    seam = seam_of(cut)
    assert seam["bend_at_seam"] > 2 * seam["bend_max"]


def test_tones_are_heard_where_they_are():
    one = replace(ASKED, tones=(440.0,), seconds=1.0)
    power = (np.abs(np.fft.rfft(sound_of(one), axis=0)) ** 2).sum(axis=1)
    near = [sum(power[440 * k - 40 : 440 * k + 41]) for k in range(1, 50)]
    assert sum(near) > 0.999 * power.sum()  # tones and their overtones, each moved by the slow circle


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_heard_at_its_tones_without_a_seam_and_made_again(tmp_path, name):
    recipe, source = PICTURES[name]
    out, again, asked = tmp_path / "a.wav", tmp_path / "b.wav", SoundAsked(recipe, (440.0,), 0.5)
    save_sound(asked, out)
    assert read_made(out)["source_type"] == source
    rebuild(out, again, report=lambda *_: None)
    assert out.read_bytes() == again.read_bytes()
    samples = sound_of(asked)
    assert samples.shape == (24_000, 2)
    assert np.abs(samples).max() == pytest.approx(0.89, abs=1e-4)
    assert np.corrcoef(samples.T)[0, 1] < 0.99
    seam = seam_of(samples)
    assert seam["bend_at_seam"] <= seam["bend_max"]
    power = (np.abs(np.fft.rfft(samples, axis=0)) ** 2).sum(axis=1)
    near = np.abs((np.arange(len(power)) + 110) % 220 - 110) < 25
    assert power[near].sum() > 0.97 * power.sum()


def test_what_turns_too_fast_does_not_fold_back():
    """A saw of 3 kHz computed finely has all its power in multiples of 3 kHz, none between them."""
    one = replace(ASKED, tones=(3000.0,), seconds=1.0, recipe=find_cppn("silk", {**CALM, "width": 10, "depth": 3}))
    power = (np.abs(np.fft.rfft(sound_of(one), axis=0)) ** 2).sum(axis=1)
    near = np.abs((np.arange(len(power)) + 1500) % 3000 - 1500) < 100
    assert power[~near].sum() < 1e-4 * power.sum()


def test_an_open_sound_fades_in_and_out():
    samples = np.abs(sound_of(replace(ASKED, loop=False)))
    assert samples[0].max() == samples[-1].max() == 0
    assert samples[:50].max() < 0.05
    assert samples[-50:].max() < 0.05


def test_the_latent_and_the_seed_change_it(loop):
    for changed in (ASKED.recipe.at(np.array([1.0, -1.0])), replace(ASKED.recipe, seed=1)):
        assert np.abs(sound_of(replace(ASKED, recipe=changed)) - loop).max() > 0.1


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("loops", [True, False])
def test_a_file_is_what_others_read_and_is_made_again(tmp_path, loop, bits, loops):
    asked = replace(ASKED, bits=bits, loop=loops)
    out, again, picture = tmp_path / "a.wav", tmp_path / "b.wav", tmp_path / "a.png"
    plan = plan_sound(asked, out)
    save_sound(asked, out, spectrogram=picture)
    assert plan["bytes"] == pytest.approx(out.stat().st_size, abs=8)
    with wave.open(str(out)) as file:
        assert file.getparams()[:4] == (2, bits // 8, 48_000, 24_000)
        frames = np.frombuffer(file.readframes(-1), np.uint8).reshape(24_000, 2, bits // 8)
    high = frames[..., -2:].copy().view("<i2")[..., 0] / 2**15
    assert np.abs(high - sound_of(asked)).max() < 2 / 2**15
    assert (b"smpl" in out.read_bytes()) == loops
    if loops:
        at = out.read_bytes().index(b"smpl") + 8
        assert struct.unpack_from("<I", out.read_bytes(), at + 28) == (1,)
        assert struct.unpack_from("<II", out.read_bytes(), at + 36 + 8) == (0, 23_999)
    assert SoundAsked.from_facts(read_made(out)) == asked
    assert read_made(out)["source_type"] == "algorithmicMedia"
    rebuild(out, again, report=lambda *_: None)
    assert out.read_bytes() == again.read_bytes()


def test_a_spectrogram_is_made_again(tmp_path):
    out, picture, again = tmp_path / "a.wav", tmp_path / "a.png", tmp_path / "b.png"
    save_sound(ASKED, out, spectrogram=picture)
    assert mosaics.read_provenance(picture)["kind"] == "cppn spectrogram"
    rebuild(picture, again, report=lambda *_: None)
    assert picture.read_bytes() == again.read_bytes()


def test_a_spectrogram_shows_a_tone_where_it_is():
    moments = np.arange(48_000) / 48_000
    tone = np.repeat(np.sin(2 * np.pi * 1000 * moments)[:, None], 2, axis=1)
    loud = loudness_of(tone, 48_000, loop=True)
    pitch = np.geomspace(30, 24_000, _ROWS)[loud.argmax(axis=0)]
    assert np.abs(pitch / 1000 - 1).max() < 0.02
    assert loud.max() == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("A4", (440.0,)), ("a4, 110", (440.0, 110.0)), ("C4,Bb3,C#3", (261.626, 233.082, 138.591)), ("165.5", (165.5,))],
)
def test_tones_in_words_and_numbers(text, expected):
    assert read_tones(text) == expected


def test_words_for_tones():
    assert tones_in_words((110.0,)) == "110 Hz"
    assert tones_in_words((110.0, 164.81, 220.0)) == "110, 164.8 and 220 Hz"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rate": 22_050}, "44100 or 48000 samples"),
        ({"bits": 8}, "of 16 or 24 bits"),
        ({"seconds": 0}, "0.1 to 120 seconds"),
        ({"seconds": float("nan")}, "0.1 to 120 seconds"),
        ({"seconds": 1e6}, "0.1 to 120 seconds"),
        ({"tones": ()}, "got none"),
        ({"tones": (1e5,)}, "16 to 5000 Hz"),
        ({"recipe": find_cppn("silk", {"channels": 2, "inputs": "x"})}, "told x and y, where there are 2 outputs"),
        ({"recipe": varied_cppn(find_cppn("warp"), 0.2, np.random.default_rng(0))}, "got x, y of a bred one"),
    ],
)
def test_what_cannot_be_is_one_sentence(settings, words):
    with pytest.raises(ExperimentsError, match=words):
        replace(ASKED, **settings)


def test_other_mistakes_are_one_sentence(tmp_path):
    with pytest.raises(ExperimentsError, match="expected tones"):
        read_tones("A2,loud")
    with pytest.raises(ExperimentsError, match=r"ends in \.wav"):
        save_sound(ASKED, tmp_path / "a.mp3")
    with pytest.raises(ExperimentsError, match="16 or 24 bits"):
        wav_bytes(np.zeros((4, 2)), 48_000, 8, loop=False, facts={}, source="algorithmicMedia")
    for content, words in ((b"no", "is none"), (b"RIFF\0\0\0\0WAVEdata\4\0\0\0abcd", "says how it was made")):
        (tmp_path / "b.wav").write_bytes(content)
        with pytest.raises(mosaics.MosaicsError, match=words):
            read_made(tmp_path / "b.wav")
    (tmp_path / "a.wav").touch()
    with pytest.raises(mosaics.MosaicsError, match="exists"):
        save_sound(ASKED, tmp_path / "a.wav")
