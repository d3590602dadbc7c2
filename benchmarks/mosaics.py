"""How fast mosaics are made, and in how much memory: python benchmarks/mosaics.py [--quick] [--large] [--json].

The same tiles in each line: 10,000 pictures of 64 pixels, drawn anew. A photomosaic of 100 x 100 places with reuse,
from a folder of files by the command line, beside codebox/mosaic (`--peer codebox=CHECKOUT`); the same from an array;
each tile exactly once, and how far that is from the optimum; a plain sheet, beside ImageMagick's montage where there is
one.
With `--large`, 40,000 tiles of 256 pixels as a pyramid TIFF and as Deep Zoom, 2.6 gigapixels each, 9 GB of disk.

Each line runs in a process of its own. Seconds are of the clock and of computing, on as many cores as there are;
`--cores 1` keeps all to one. Memory is the most that a process and those it started held at a time. Targets are those
on an idle machine with two cores.
"""

import argparse
import sys
from pathlib import Path

# This script has the name of the package: the package comes first, for its neighbours too, who find this file instead.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
if __name__ == "mosaics":
    del sys.modules[__name__]
    import mosaics  # noqa: F401

PEERS = {"codebox": "github.com/codebox/mosaic"}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few tiles: shows that it runs, says little of speed")
    parser.add_argument("--large", action="store_true", help="the two lines of 2.6 gigapixels, and nothing else")
    parser.add_argument("--optimum", type=int, default=2500, help="tiles for which the best assignment is computed")
    parser.add_argument("--rounds", type=int, default=3, help="of each line of ours; the fastest counts")
    parser.add_argument("--cores", type=int, help="how many may be used; all if not given")
    parser.add_argument(
        "--folder", type=Path, help="where tiles are kept for another time; a temporary one if not given"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=CHECKOUT", help=f"of {', '.join(PEERS)}")
    parser.add_argument("--peer-python", default=sys.executable, help="the Python that has what the peers need")
    given = parser.parse_args()
    given.peer = dict(each.partition("=")[::2] for each in given.peer)
    for name, folder in given.peer.items():
        if name not in PEERS or not folder:
            parser.error(f"--peer takes NAME=CHECKOUT with one of {', '.join(PEERS)}, not {name}={folder}")
    return given


def main() -> None:
    given = arguments()
    import json

    from mosaics_speed.lines import measured
    from mosaics_speed.report import told

    results = measured(given)
    print(json.dumps(results, indent=1) if given.json else told(results))


if __name__ == "__main__":
    main()
