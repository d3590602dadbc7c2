"""codebox/mosaic: python codebox.py CHECKOUT TARGET TILES SIDE, to mosaic.jpeg in the folder it is started in.

All as published but for what its README says to set: tiles of SIDE pixels.
"""

import sys
from pathlib import Path

checkout, target, tiles, side = sys.argv[1:]
sys.path.insert(0, str(Path(checkout).resolve()))
import mosaic  # noqa: E402 of the checkout

mosaic.TILE_SIZE = int(side)
mosaic.TILE_BLOCK_SIZE = int(side) / mosaic.TILE_MATCH_RES
mosaic.mosaic(target, tiles)
