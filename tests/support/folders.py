"""What lies in a folder, to compare."""

from hashlib import sha256
from pathlib import Path


def digests(folder: Path) -> dict[str, str]:
    """sha256 of each file, by its path inside the folder; a lock is no content."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}
