"""Distributions that offer compositions, as an installer leaves them in a folder."""

import subprocess
import sys
import zipfile
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "docs" / "plugin"


def install_example(folder: Path) -> None:
    """Build the wheel of the example plug-in and unpack it, which is what installing a pure wheel is."""
    build = "from hatchling.build import build_wheel; import sys; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=EXAMPLE, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder)
    wheel.unlink()


def install(folder: Path, distribution: str, offers: dict[str, str], source: str = "", version: str = "1.0") -> None:
    """Put a distribution of one module, named like itself, into a folder; offers maps names to module:attribute."""
    folder.mkdir(exist_ok=True)
    (folder / f"{distribution}.py").write_text(source)
    info = folder / f"{distribution}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
    lines = [f"{name} = {value}" for name, value in offers.items()]
    (info / "entry_points.txt").write_text("\n".join(["[synchromy.compositions]", *lines, ""]))
