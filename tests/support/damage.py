"""What is wrong with files, as people have them."""

import shutil

from PIL import Image


def write_palettes(folder):
    """Palettes that cannot be read."""
    folder.mkdir()
    (folder / "empty.gpl").write_bytes(b"")
    (folder / "few.gpl").write_text("GIMP Palette\n0 0 0 black\n255 255 255 white\n")
    (folder / "damaged.gpl").write_text("GIMP Palette\n0 0 0\n1 2\n255 255 255\n")
    (folder / "cut.ase").write_bytes(b"ASEF\0\1\0\0\0\0\0\1\0\1\0\0\0\x28ab")
    (folder / "other.ase").write_bytes(b"ABCD" * 9)


def write_photos(folder):
    """Folders of pictures that nothing can be learned from as they are."""
    kinds = {
        "single": [("RGB", 32)],
        "photos": [("RGB", 40), ("L", 33), ("RGBA", 64)],
        "fractions": [("F", 32)] * 9,
    }
    for name, pictures in kinds.items():
        (folder / name).mkdir()
        for number, (mode, side) in enumerate(pictures):
            Image.new(mode, (side, side)).save(folder / name / f"{number}.tif")
    (folder / "torn").mkdir()
    (folder / "torn" / "half.png").write_bytes((folder / "drawn.png").read_bytes()[:60])


def write_damaged_runs(run, folder):
    """Copies of a run that is not finished, each with one kind of its files cut short."""
    for name, pattern in {"corrupt": "checkpoints/*/state.safetensors", "unprobed": "probe/*.safetensors"}.items():
        damaged = shutil.copytree(run, folder / name)
        (damaged / "done.json").unlink()
        for path in damaged.glob(pattern):
            path.write_bytes(path.read_bytes()[:-1])
