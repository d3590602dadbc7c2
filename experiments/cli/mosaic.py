def mosaic() -> None:
    pass
