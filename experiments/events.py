"""RUN/tensorboard: the lines of metrics.jsonl and the sheet as event files. Needs the package tensorboard alone."""

import time
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from .errors import ExperimentsError
from .files import said_plainly

FOLDER = "tensorboard"


def check_tensorboard() -> None:
    """ExperimentsError where the package is not installed."""
    if find_spec("tensorboard") is None:
        raise ExperimentsError(
            "expected the package tensorboard for --tensorboard, got none installed: "
            "pip install tensorboard, or leave it out: metrics.jsonl holds the same numbers"
        )


class Events:
    """Event files of one session; the axis is nimg, the images shown to the discriminator.

    A later session writes a further file whose first event tells readers to drop what an earlier one, killed, has
    written behind the point where it goes on. A run that has none yet gets the lines it has, first.
    """

    def __init__(self, run: Path, nimg: int, lines: list[dict[str, float]]) -> None:
        from tensorboard.compat.proto.event_pb2 import Event, SessionLog

        self.folder = run / FOLDER
        with said_plainly(self.folder):
            self.folder.mkdir(exist_ok=True)
            earlier = len(list(self.folder.glob("events.out.tfevents.*")))
        self.path = self.folder / f"events.out.tfevents.{earlier:06d}"
        self._write(Event(wall_time=time.time(), file_version="brain.Event:2"))
        start = SessionLog(status=SessionLog.START)
        self._write(Event(wall_time=time.time(), step=nimg + 1, session_log=start))
        for line in [] if earlier else lines:
            self.scalars(line)

    def scalars(self, line: dict[str, float]) -> None:
        """One line of metrics, each number under its name."""
        from tensorboard.compat.proto.summary_pb2 import Summary

        numbers = {name: value for name, value in line.items() if name not in ("step", "nimg")}
        self._summary(line["nimg"], [Summary.Value(tag=name, simple_value=value) for name, value in numbers.items()])

    def sheet(self, nimg: int, path: Path) -> None:
        """The sheet at `path` as an image."""
        from PIL import Image
        from tensorboard.compat.proto.summary_pb2 import Summary

        with said_plainly(path, "read"):
            content = path.read_bytes()
        width, height = Image.open(BytesIO(content)).size
        image = Summary.Image(width=width, height=height, colorspace=3, encoded_image_string=content)
        self._summary(nimg, [Summary.Value(tag="sheet", image=image)])

    def _summary(self, nimg: float, values: list[Any]) -> None:
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        self._write(Event(wall_time=time.time(), step=int(nimg), summary=Summary(value=values)))

    def _write(self, event: Any) -> None:
        from tensorboard.summary.writer.record_writer import RecordWriter

        with said_plainly(self.path), self.path.open("ab") as file:
            RecordWriter(file).write(event.SerializeToString())
