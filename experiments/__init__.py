"""Where worlds, networks and mosaics meet: runs, the modes they pass through, reports, the command line.

The public names are listed in `__init__.pyi`, one a line; they are imported when first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
