def modes() -> None:
    pass
