"""A thousand damaged spaces: each is a space, or one clear sentence."""

import tomllib

import numpy as np
import pytest

from procgen import ProcgenError, Space, shipped_spaces

WORDS = [
    "0", "-1", "1e999", "nan", "inf", "true", '""', "[]", "{}", "[1, 2]", "[9, 1]", '"bars"', "1979-05-27", "2.5",
    "99999999999999999999", "[[]]", '["triad", 3]', "{ anchors = 8, concentration = -1 }", "'\\u0000'", "[nan, nan]",
    '"position"', "{ bars = 1 }", '[{ index = 3 }]', '{ seed = 1 }', "''", "-0.0", "1_000", "0x7f",
]  # fmt: skip
KEYS = [
    "name", "compositions", "harmonies", "contrasts", "keys", "purities", "base_hue_deg", "fields", "palettes",
    "keyframes", "repeat", "index", "bars", "count", "seed", "position", "morphing_fields", "nothing", "'ä b'",
]  # fmt: skip
TEXTS = list(shipped_spaces().values())


def damaged(rng: np.random.Generator) -> str:
    """A shipped space with one or two lines changed, doubled, dropped, swapped or cut."""
    lines = TEXTS[int(rng.integers(len(TEXTS)))].splitlines()
    for _ in range(int(rng.integers(1, 3))):
        at = int(rng.integers(len(lines)))
        key, word = (str(rng.choice(each)) for each in (KEYS, WORDS))
        lines[at : at + 1] = {
            0: [f"{key} = {word}"],
            1: [f"{lines[at].split('=')[0]} = {word}"],
            2: [lines[at], lines[at]],
            3: [],
            4: [lines[at][: int(rng.integers(len(lines[at]) + 1))]],
            5: [f"[{key}]", lines[at]],
            6: [f"[[{key}]]", lines[at]],
            7: [lines[at].replace(str(rng.choice(list("=[]1aeo."))), word)],
            8: [lines[at], f"{key} = {word}"],
        }[int(rng.integers(9))] or [""]
    return "\n".join(lines)


def understood(text: str) -> tuple[Space | None, str]:
    """The space of a text, or what is said of it."""
    try:
        return Space.from_toml(text), ""
    except ProcgenError as error:
        return None, str(error)


@pytest.mark.parametrize("part", range(4))
def test_a_damaged_space_is_a_space_or_one_sentence(part):
    rng = np.random.default_rng(part)
    kept = 0
    for _ in range(250):
        text = damaged(rng)
        space, said = understood(text)
        if space is None:
            assert len(said) > 20
            assert said.endswith((".", "?"))
            continue
        kept += 1
        assert Space.from_toml(space.to_toml()) == space
        tomllib.loads(space.to_toml())
        for index in (0, 1, 5_000):
            recipe = space.sample(1, index)
            assert recipe.mode in space.modes
    assert 20 < kept < 230, "the damage is too much, or too little, to show anything"


@pytest.mark.parametrize(
    "junk", [b"\xff\xfe", b"\0" * 9, b"[" * 9_000, b"a=" + b"[" * 9_000, b"name = 'x", b"\xef\xbb\xbfname = 'x'"]
)
def test_a_file_that_is_no_text_is_one_sentence(junk, tmp_path):
    from procgen import load_space

    (tmp_path / "a.toml").write_bytes(junk)
    with pytest.raises(ProcgenError) as raised:
        load_space(tmp_path / "a.toml")
    assert "\n" not in str(raised.value)
