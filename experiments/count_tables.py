"""The text of a table of counts, as other trainers, spreadsheets and people write it: rows of cells, and whole numbers.

Cells are parted by commas, semicolons, tabs, bars or blanks; text is UTF-8, or UTF-16 with its mark; a line that begins
with # is a comment, or the header where no other line is; a last column without a name and with nothing in it is none.
"""

import codecs
import csv
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import ExperimentsError

TIME_UNITS = {"nimg": 1, "step": 1, "kimg": 1000}
"""What the first column of a table may count, and how much of `nimg` one of it is."""
SPOKEN = {"nimg": "images", "step": "steps"}  # as sentences call them
MOST = 10**15  # images: sums of this stay whole in 64 bits
MARKS = ",;\t|"
TIMED = re.compile(r"(nimg|step|kimg)\b", re.I)
THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+")  # 2,770 of images; in kimg it might be 2.77 as well
ALIKE = 5  # snapshots that a column must add up the others in before it is taken for their sum


def told(value: float, digits: int = 4) -> str:
    """A number for a sentence: so many digits, thousands marked, no power of ten up to ten digits."""
    return f"{float(f'{value:.{digits}g}'):,.10g}"


def read_table(path: Path, *, least: int = 2) -> tuple[list[str], list[list[str]]]:
    """The header, its first cell a row of TIME_UNITS, and at least so many rows of as many cells.

    Raises:
        ExperimentsError: When the file is not such a table, with what is wrong where.
    """
    lines = _cells(path)
    if not lines or lines[0][0].lower() not in TIME_UNITS:
        raise ExperimentsError(
            f"expected {path} to begin with a header nimg,mode,mode,... (or kimg, or step), got {_beginning(lines)}"
        )
    header = [name.lower() if name.lower() in ("rejected", *TIME_UNITS) else name for name in lines[0]]
    if len(set(header)) < len(header) or "" in header:
        raise ExperimentsError(f"expected every column of {path} to have a name of its own, got {','.join(header)}")
    if TIME_UNITS.keys() & set(header[1:]):
        raise ExperimentsError(
            f"expected one column of time in {path}, got {','.join(header)}: keep the first one alone"
        )
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(header):
            raise ExperimentsError(f"expected {len(header)} cells in row {number} of {path}, got {len(line)}")
    if len(lines) < 1 + least:
        few = "at least two snapshots" if least == 2 else "a row of counts"
        raise ExperimentsError(f"expected {few} in {path}, got {len(lines) - 1}: nothing to compare")
    return header, lines[1:]


def _cells(path: Path) -> list[list[str]]:
    try:
        data = path.read_bytes()
        wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        lines = _lines(data.decode("utf-16" if wide else "utf-8-sig"))
        mark = max(MARKS, key=lines[0].count) if lines else ","
        mark = mark if lines and mark in lines[0] else " "
        table = csv.reader(lines, delimiter=mark, skipinitialspace=mark == " ")
        rows = [[cell.strip() for cell in line] for line in table if any(cell.strip() for cell in line)]
        if any("\0" in cell for row in rows[:1] for cell in row):
            raise csv.Error
    except OSError as error:
        raise ExperimentsError(
            f"expected a table of counts at {path}, but it cannot be read: {error.strerror}"
        ) from None
    except (UnicodeDecodeError, csv.Error):
        raise ExperimentsError(
            f"expected a table of counts (CSV text) at {path}, got bytes that are none: save it as CSV, in UTF-8"
        ) from None
    while rows and len(rows[0]) > 1 and all(len(row) == len(rows[0]) and not row[-1] for row in rows):
        rows = [row[:-1] for row in rows]
    return rows


def _lines(text: str) -> list[str]:
    """Without blank lines and comments, the header first."""
    lines = [line.strip(" ") for line in text.splitlines() if line.strip()]
    plain = [line for line in lines if not line.startswith("#")]
    headers = [line.lstrip("# ") for line in lines if line.startswith("#") and TIMED.match(line.lstrip("# "))]
    return plain if plain and TIMED.match(plain[0]) else [*headers[-1:], *plain]


def _beginning(lines: list[list[str]]) -> str:
    """What a table that does not begin with time begins with, and what to do."""
    if not lines:
        return "an empty file"
    first, names = lines[0][0], [cell.lower() for cell in lines[0]]
    remedy = "call the first column step if it counts anything else"
    if later := next((name for name in names if name in TIME_UNITS), None):
        remedy = f"leave out the columns before {later}"
    elif re.fullmatch(r"[\d.,e+-]+", first):
        remedy = "write the names of the columns above the numbers"
    elif meant := re.match(r"(nimg|step|kimg)s?\b", names[0]):
        alone = len(lines[0]) == 1
        remedy = "part the columns by commas" if alone else f"call the first column {meant[1]} alone"
    return f"{first[:40]!r}: {remedy}"


def whole(cell: str, column: str, where: str, remedy: str) -> int:
    """A cell as a whole number; of kimg, as the nearest whole number of images.

    Raises:
        ExperimentsError: It is none, or none from 0 to MOST.
    """
    if column != "kimg" and THOUSANDS.fullmatch(cell):
        cell = cell.replace(",", "")
    try:
        value = np.nan if THOUSANDS.fullmatch(cell) else float(cell.replace(",", ".", 1)) * TIME_UNITS.get(column, 1)
    except ValueError:
        value = np.nan
    near = 0.5 if column == "kimg" else 1e-6 * max(1, value)
    if not 0 <= value <= MOST or abs(value - round(value)) > near:
        raise ExperimentsError(
            f"expected a whole number from 0 to {MOST:.0e} in column {column!r} at {where}, got {cell[:40]!r}: {remedy}"
        )
    return round(value)


def check_no_total(path: Path, modes: tuple[str, ...], counts: NDArray[np.int64], rejected: NDArray[np.int64]) -> None:
    """Refuse a column that is the sum of the others: it would be judged as one more mode.

    Args:
        path: of the table, to be said.
        modes: names of the K columns.
        counts: (T, K).
        rejected: (T,), which such a sum may count or not.
    """
    if len(modes) < 3 or len(np.unique(counts, axis=0)) < ALIKE:
        return
    for name, column in zip(modes, counts.T, strict=True):
        others = counts.sum(1) - column
        if np.array_equal(column, others) or np.array_equal(column, others + rejected):
            raise ExperimentsError(
                f"expected one column a mode in {path}, got {name!r}, the sum of the others in every row: leave it out"
            )
