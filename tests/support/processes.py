"""Which processes of ours are there, as the kernel tells it."""

from pathlib import Path


def drawers_of(parent: int) -> list[int]:
    """The processes that draw live pictures for a process."""
    tasks = Path(f"/proc/{parent}/task").iterdir()
    children = [child for task in tasks for child in _read(task / "children").split()]
    return [
        int(child) for child in children if b"experiments.drawing" in _read(Path(f"/proc/{child.decode()}/cmdline"))
    ]


def _read(path: Path) -> bytes:
    """What the kernel tells there; nothing of a thread or a process that has gone meanwhile."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def alive(process: int) -> bool:
    """Whether it runs: neither gone nor a zombie that nobody has waited for."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
