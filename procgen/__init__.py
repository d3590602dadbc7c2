"""A closed world of abstract pictures, drawn by colour theory.

Every picture is a pure function of (space, seed, index).

The public names are listed in `__init__.pyi`, one a line; they are imported when first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
