"""Which tile goes to which place: each as often as it fits, or at most so many times, or exactly once."""

import numpy as np

from mosaics.threads import cores, side_by_side

CANDIDATES = 16  # best tiles of a place, and best places of a tile, among which the best assignment is sought
_FINE = 2**30  # steps that distances are told in
_SAMPLE = 1_000  # places and tiles from which prices are found
_STEPS, _ROUNDS = 15, 3  # of ever sharper choice, and of prices at each
_SHARP = 0.1  # of the distance to the nearest tile, the last of them
_AT_ONCE = 1 << 19  # distances of places to tiles that each thread holds at a time: 2 MB


def nearest(places: np.ndarray, tiles: np.ndarray, count: int, worth: np.ndarray | None = None) -> np.ndarray:
    """The `count` tiles nearest to each place, nearest first.

    Args:
        places: float (P, d).
        tiles: float (N, d).
        count: 1 to N.
        worth: float (N,), what is taken off each tile's squared distances.

    Returns:
        int (P, count).
    """
    worth = np.zeros(len(tiles)) if worth is None else worth
    ours = np.column_stack([places, np.ones(len(places))]).astype(np.float32)
    theirs = np.vstack([-tiles.T, ((tiles**2).sum(1) - worth) / 2]).astype(np.float32)  # ours @ theirs: nearer is less
    width = max(1, int(np.sqrt(len(tiles) / count) / 2))
    step = max(1, _AT_ONCE // len(tiles))
    found = np.empty((len(places), count), np.int64)

    def find(starts: range) -> None:
        far = np.full((step, -(-len(tiles) // width) * width), np.inf, np.float32)
        for at in starts:
            here = slice(at, min(at + step, len(places)))
            some = far[: here.stop - at]
            np.matmul(ours[here], theirs, out=some[:, : len(tiles)])
            found[here] = _sorted(places[here], tiles, _least(some, width, count), worth)

    threads = cores()
    for _ in side_by_side(find, [range(first * step, len(places), threads * step) for first in range(threads)]):
        pass
    return found


def _least(values: np.ndarray, width: int, count: int) -> np.ndarray:
    """Columns of the `count` least of each row, in no order: they lie in the `count` groups whose least are least.

    Groups of `width` columns are told apart first, at the speed of memory; few values are left to choose from.
    """
    rows = np.arange(len(values))[:, None]
    minima = values.reshape(len(values), width, -1).min(1)
    groups = np.argpartition(minima, count - 1, axis=1)[:, :count]
    columns = (groups[:, None] + np.arange(width)[:, None] * minima.shape[1]).reshape(len(values), -1)
    left = values.ravel()[rows * values.shape[1] + columns]
    return columns[rows, np.argpartition(left, count - 1, axis=1)[:, :count]]


def _sorted(places: np.ndarray, tiles: np.ndarray, candidates: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """Each place's candidates, nearest first, of equals the first: in float64, so that machines agree."""
    away = tiles.astype(np.float64)[candidates] - places.astype(np.float64)[:, None]
    order = np.lexsort((candidates, (away**2).sum(2) - worth[candidates]), axis=1)
    return np.take_along_axis(candidates, order, 1)


def apart(candidates: np.ndarray, around: np.ndarray, seed: int) -> np.ndarray:
    """The first candidate of each place that none of the places around it has, int (P,).

    Places choose in a sequence drawn by chance: in that of reading, a plain of a target becomes a pattern of columns.
    Where all candidates are taken around, it is the one whose nearest fellow is farthest.

    Args:
        candidates: int (P, k), best first.
        around: the places around each, nearest first, int (P, n); -1 is none.
        seed: of the sequence.
    """
    found = [-1] * (len(candidates) + 1)  # the last is none's
    lines, fellows = candidates.tolist(), around.tolist()
    for place in np.random.default_rng([seed, 1]).permutation(len(lines)).tolist():
        near = [*map(found.__getitem__, fellows[place])]
        taken = set(near)
        free = next((tile for tile in lines[place] if tile not in taken), None)
        found[place] = max(lines[place], key=near.index) if free is None else free
    return np.array(found[:-1])


def around_in_lattice(rows: int, columns: int, count: int) -> np.ndarray:
    """The nearest places around each of a lattice, nearest first, int (rows * columns, count); -1 beyond its edge."""
    reach = np.arange(-count, count + 1)[np.abs(np.arange(-count, count + 1)) <= np.sqrt(count)]
    steps = np.stack(np.meshgrid(reach, reach, indexing="ij"), axis=-1).reshape(-1, 2)
    steps = steps[np.argsort((steps**2).sum(1), kind="stable")][1 : count + 1]
    row, column = (np.indices((rows, columns)).reshape(2, -1, 1) + steps.T[:, None]).astype(int)
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    return np.where(inside, row * columns + column, -1)


def around_points(centres: np.ndarray, count: int) -> np.ndarray:
    """The nearest points around each, nearest first: float (P, 2) -> int (P, count), less where there are fewer."""
    from scipy.spatial import cKDTree

    count = min(count, len(centres) - 1)
    return cKDTree(centres).query(centres, count + 1)[1].reshape(len(centres), -1)[:, 1:]


def at_most(places: np.ndarray, tiles: np.ndarray, repeats: int) -> np.ndarray:
    """The tile of each place, no tile more than `repeats` times, with the smallest sum of squared distances.

    Found among few pairs, the best ones after what places and tiles are worth (see `prices`): of 10,000 of each, within
    some thousandths of the smallest there is (Jonker & Volgenant 1987, on the sparse graph).

    Args:
        places: float (P, d), P <= N * repeats.
        tiles: float (N, d).
        repeats: 1 or more.

    Returns:
        int (P,).
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    repeats = min(repeats, len(places))
    slots = len(tiles) * repeats  # slot s is tile s // repeats
    place, slot = _edges(places, tiles, repeats)
    far = ((places[place] - tiles[slot // repeats]) ** 2).sum(1)
    cost = (
        np.rint(far / max(float(far.max()), 1e-12) * _FINE) + 1.0
    )  # whole numbers, so that sums are exact; 0 is no edge
    graph = csr_array((cost, (place, slot)), shape=(len(places), slots))
    rows, found = min_weight_full_bipartite_matching(graph)
    return found[np.argsort(rows)] // repeats


def prices(places: np.ndarray, tiles: np.ndarray, repeats: int) -> tuple[np.ndarray, np.ndarray]:
    """What each place pays, (P,), and each tile is worth, (N,): near the optimum of the assignment's dual.

    A pair of the best assignment has a squared distance of little more than both together, and no pair one of much
    less. Found on samples, by ever sharper scaling (Sinkhorn's iteration, Cuturi 2013), and told to all from there; one
    more place, as far from each tile as from any other, takes what is not needed of them.
    """
    rng = np.random.default_rng(0)
    a, b = (each[rng.permutation(len(each))[:_SAMPLE]].astype(np.float32) for each in (places, tiles))
    room = repeats * (len(tiles) / len(b)) / (len(places) / len(a))  # of a tile, in places of the sample
    share = np.append(np.zeros(len(a)), np.log(max(room * len(b) - len(a), 1e-12)))  # of each place, the last is spare
    far = _and_spare(_apart(b, a))
    middle = max(float(far.mean()), 1e-12)
    worth = np.zeros(len(b))
    for ease in np.geomspace(middle, max(_SHARP * float(np.median(far[:, :-1].min(0))), 1e-4 * middle), _STEPS):
        for _ in range(_ROUNDS):
            paid = _softest(far.T, worth, ease) + ease * share
            worth = _softest(far, paid, ease) + ease * np.log(room)
    worths = [_softest(_and_spare(_apart(some, a)), paid, ease) for some in _pieces(tiles)]
    pays = [_softest(_apart(some, b), worth, ease) for some in _pieces(places)]
    return np.concatenate(pays), np.concatenate(worths)


def _and_spare(far: np.ndarray) -> np.ndarray:
    return np.column_stack([far, np.zeros(len(far), np.float32)])


def _softest(far: np.ndarray, worth: np.ndarray, ease: float) -> np.ndarray:
    """The least of each row of far - worth, or a little less where several are nearly so."""
    gain = (worth.astype(np.float32) - far) / np.float32(ease)
    most = gain.max(1)
    return -ease * (most + np.log(np.exp(gain - most[:, None]).sum(1))).astype(np.float64)


def _apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Squared distances, (n, m)."""
    return np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T, 0)


def _pieces(rows: np.ndarray) -> list[np.ndarray]:
    return np.array_split(rows.astype(np.float32), -(-len(rows) * _SAMPLE // _AT_ONCE))


def _edges(places: np.ndarray, tiles: np.ndarray, repeats: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (place, slot), each once, that an assignment may use."""
    count, copies = len(places), np.arange(repeats)
    paid, worth = prices(places, tiles, repeats)
    near = nearest(places, tiles, min(max(8, CANDIDATES // repeats), len(tiles)), worth)
    wanted = nearest(tiles, places, min(CANDIDATES, count), paid)
    place = [np.repeat(np.arange(count), near.shape[1] * repeats), np.repeat(wanted.ravel(), repeats), np.arange(count)]
    slot = [
        (near[:, :, None] * repeats + copies).ravel(),
        (np.repeat(np.arange(len(tiles)), wanted.shape[1])[:, None] * repeats + copies).ravel(),
        _along_the_axis(places, tiles, repeats),
    ]
    slots = len(tiles) * repeats
    pairs = np.unique(np.concatenate(place) * slots + np.concatenate(slot))
    return pairs // slots, pairs % slots


def _along_the_axis(places: np.ndarray, tiles: np.ndarray, repeats: int) -> np.ndarray:
    """A slot of its own for each place: of about the same rank along the places' principal axis."""
    axis = np.linalg.svd(places - places.mean(0), full_matrices=False)[2][0]
    line = np.argsort(np.repeat(tiles @ axis, repeats), kind="stable")
    held = np.empty(len(places), np.int64)
    held[np.argsort(places @ axis, kind="stable")] = line[
        np.linspace(0, len(line) - 1, len(places)).round().astype(int)
    ]
    return held
