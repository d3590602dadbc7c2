"""How fast pictures are drawn, written and read back: python benchmarks/procgen.py [--quick] [--only NAME ...].

Every composition by its stages; the default space with all compositions weighted equally as pixels, to disk on one
and two workers, and read back; beside generators of others, given as `--peer dead_leaves=CHECKOUT`. Figures are
medians of several rounds after one to warm up; targets are those at 256 pixels on an idle machine.
"""

import argparse
import sys
from pathlib import Path

# This script has the name of the package: the package comes first, for its neighbours too, who find this file instead.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
if __name__ == "procgen":
    del sys.modules[__name__]
    import procgen  # noqa: F401


def arguments() -> argparse.Namespace:
    from procgen_speed.peers import CHECKOUTS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=256, help="pixels of a side")
    parser.add_argument("--quick", action="store_true", help="few pictures: shows that it runs, says little of speed")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these compositions by their stages, nothing else")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--peer", action="append", default=[], metavar="NAME=CHECKOUT", help=f"of {', '.join(CHECKOUTS)}"
    )
    parser.add_argument("--peer-python", default=sys.executable, help="the Python that has what the peers need")
    parser.add_argument("--peer-limit", type=float, default=300, help="seconds that a round of a peer may take")
    given = parser.parse_args()
    given.peer = dict(each.partition("=")[::2] for each in given.peer)
    for name, folder in given.peer.items():
        if name not in CHECKOUTS or not folder:
            parser.error(f"--peer takes NAME=CHECKOUT with one of {', '.join(CHECKOUTS)}, not {name}={folder}")
    return given


def main() -> None:
    given = arguments()
    import json

    from procgen_speed.report import measured, told

    from procgen import ProcgenError

    try:
        results = measured(given)
    except ProcgenError as error:
        sys.exit(str(error))
    print(json.dumps(results, indent=1) if given.json else told(results))


if __name__ == "__main__":
    main()
