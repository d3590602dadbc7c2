"""The one exception of this package."""


class ExperimentsError(ValueError):
    """A user's mistake, said in one sentence: what was expected, what came, what to do."""
