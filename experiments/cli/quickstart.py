def quickstart() -> None:
    pass
