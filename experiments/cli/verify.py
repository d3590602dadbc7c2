"""synchromy verify DATA."""

import typer

from . import console


def verify(
    data: str = typer.Argument(help="Folder or URL of a dataset."),
    sample: str = typer.Option("64", help="How many pictures are drawn and measured again: a number, or all."),
    json: bool = console.Json,
) -> None:
    """Check a dataset: all bytes, some pictures drawn again, their factors measured; exit 1 if not all is well."""
    import procgen
    from experiments.worlds import WORLDS

    if sample != "all" and not sample.isdecimal():
        raise typer.BadParameter(f"expected a number of pictures or all, got {sample!r}", param_hint="--sample")
    count = None if sample == "all" else int(sample)
    with console.progress() as show:
        problems = procgen.verify_dataset(
            data, sample=count, progress=lambda done, of: show("verifying", done, of), worlds=WORLDS
        )
    words = "\n".join(problems) or f"{data} is what was written"
    console.result({"data": data, "sample": sample, "problems": problems}, words, json=json)
    if problems:
        raise typer.Exit(1)
