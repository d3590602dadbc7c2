"""Grids whose rows and columns have widths of their own, antialiased, at the cost of one look-up a pixel."""

import numpy as np

from .canvas import Array, Canvas, Indexed


def grid(canvas: Canvas, colours: Array, columns: Array, rows: Array) -> Indexed:
    """Rectangles of colour between upright and level lines, each pixel the mean of what it covers.

    Pixels that lie in the same cell share a row of the table, so that it stays small.

    Args:
        canvas: the pixels.
        colours: linear light, (m, n, channels).
        columns: where each column of cells ends, in units, ascending, (n - 1,): the outer two go on to the edge.
        rows: where each row of cells ends, (m - 1,).
    """
    across, right = _spans(canvas, 0, columns)
    down, below = _spans(canvas, 1, rows)
    tall = _means(colours, rows, down)
    table = _means(tall.swapaxes(0, 1), columns, across)
    return Indexed(table.reshape(-1, table.shape[-1]), right[None, :] * np.int32(len(tall)) + below[:, None])


def spread(widths: Array, length: float) -> Array:
    """Where each cell ends but for the last, where their widths are in this proportion and fill a length."""
    ends = np.cumsum(widths)
    return (ends[:-1] / ends[-1] - 0.5) * length


def _spans(canvas: Canvas, axis: int, edges: Array) -> tuple[Array, Array]:
    """What the pixels of one axis cover, each kind once: (kinds, 2) starts and stops; and the kind of each pixel."""
    first, count = canvas.corner[axis], (canvas.width, canvas.height)[axis]
    borders = np.arange(first, first + count + 1) * canvas.pixel - canvas.extent[axis] / 2
    start, stop = borders[:-1], borders[1:]
    cell, last = np.searchsorted(edges, start + 1e-9), np.searchsorted(edges, stop - 1e-9)
    whole = cell == last
    _, where, kind = np.unique(
        np.where(whole, cell, len(edges) + 1 + np.arange(count)), return_index=True, return_inverse=True
    )
    return np.stack([start[where], stop[where]], 1), kind.astype(np.int32)


def _means(values: Array, edges: Array, spans: Array) -> Array:
    """The mean over each span of what is values[k] between edges[k - 1] and edges[k], float32."""
    first = np.searchsorted(edges, spans[:, 0] + 1e-9)
    last = np.searchsorted(edges, spans[:, 1] - 1e-9)
    means = values[first].astype(np.float32)
    mixed = np.flatnonzero(last > first)
    first, last, (start, stop) = first[mixed], last[mixed], spans[mixed].T
    bounds = np.concatenate([[-np.inf], edges, [np.inf]])
    part = np.zeros((len(mixed), *values.shape[1:]), np.float32)
    for k in range(int((last - first).max(initial=-1)) + 1):
        cell = np.minimum(first + k, len(values) - 1)
        share = np.clip(np.minimum(stop, bounds[cell + 1]) - np.maximum(start, bounds[cell]), 0, None) / (stop - start)
        share[first + k > last] = 0
        part += share.astype(np.float32).reshape(-1, *[1] * (values.ndim - 1)) * values[cell]
    means[mixed] = part
    return means
