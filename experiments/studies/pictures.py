"""The figures of a study, in the theme of all figures: data in, one matplotlib figure out."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..figures.theme import BLUE, FAINT, INK, LINE, RED, canvas, mode_colours
from .results import READ, Results, RunRow

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def effects_figure(results: Results) -> "Figure":
    """The paired differences of each tested effect as points, their mean with its interval."""
    effects = results.effects[::-1]
    with canvas(0.9 + 0.75 * max(1, len(effects))) as figure:
        axes = figure.add_subplot()
        axes.axvline(0, color=FAINT, lw=0.8)
        for place, effect in enumerate(effects):
            n = len(effect.differences)
            spread = place + 0.28 * ((np.arange(n) + 0.5) / n - 0.5)
            axes.plot(effect.differences, spread, "o", ms=4, color=BLUE, alpha=0.35, mew=0)
            axes.plot([effect.low, effect.high], [place, place], color=INK, lw=1.6, solid_capstyle="butt")
            axes.plot(effect.mean, place, "D", ms=6, color=INK)
        axes.set_yticks(range(len(effects)), [effect.name for effect in effects])
        axes.set(ylim=(-0.6, len(effects) - 0.4), xlabel="difference in S (log10 of peak over null)")
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
    return figure


def cells_figure(results: Results) -> "Figure":
    """S of every run by its cell, the four of a block joined."""
    first, second = results.plan.tested
    with canvas(3.4) as figure:
        axes = figure.add_subplot()
        blocks: dict[int, list[RunRow]] = {}
        for row in results.rows:
            if np.isfinite(row.s):
                blocks.setdefault(row.block, []).append(row)
        for rows in blocks.values():
            ordered = sorted(rows, key=_column)
            axes.plot([_column(r) for r in ordered], [r.s for r in ordered], color=LINE, lw=1, zorder=1)
        for kept, face, words in ((True, BLUE, "read"), (False, "none", "collapsed or diverged: as a quiet run")):
            rows = [row for row in results.rows if (row.outcome == READ) == kept and np.isfinite(row.s)]
            if rows:
                at, s = [_column(row) for row in rows], [row.s for row in rows]
                axes.scatter(at, s, s=26, facecolor=face, edgecolor=BLUE if kept else RED, zorder=2, label=words)
        cells = [f"{first} {a},\n{second} {b}" for b in ("low", "high") for a in ("low", "high")]
        axes.set_xticks(range(4), cells)
        axes.set(xlim=(-0.4, 3.4), ylabel="S")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
    return figure


def _column(row: RunRow) -> int:
    a, b = list(row.levels.values())[:2]
    return a + 2 * b


def spectra_figure(results: Results) -> "Figure":
    """The periodograms over their nulls, a panel a cell: each run faint, their median strong."""
    with canvas(4.6) as figure:
        panels = figure.subplots(2, 2, sharex=True, sharey=True)
        for column, axes in enumerate(panels.ravel()):
            rows = [row for row in results.rows if row.line is not None and _column(row) == column]
            _spectra(axes, rows)
            names = dict(zip(results.plan.tested, (column % 2, column // 2), strict=True))
            axes.set_title(", ".join(f"{name} {('low', 'high')[level]}" for name, level in names.items()))
        for axes in panels[1]:
            axes.set_xlabel("cycles per thousand images")
        for axes in panels[:, 0]:
            axes.set_ylabel("power over null")
    return figure


def _spectra(axes: Any, rows: list[RunRow]) -> None:
    from matplotlib.ticker import NullLocator

    axes.axhline(1, color=FAINT, lw=0.8)
    axes.set_yscale("log")
    axes.set_yticks([0.2, 0.5, 1, 2, 5, 10, 20])
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylim(0.2, None)
    lines = [row.line for row in rows if row.line is not None]
    for line in lines:
        axes.plot(line.frequencies, line.power / line.null, color=BLUE, lw=0.6, alpha=0.3)
    if lines:
        axes.axvspan(*lines[0].band, color=LINE, alpha=0.35, lw=0)
        middle = np.median([line.power / line.null for line in lines], axis=0)
        axes.plot(lines[0].frequencies, middle, color=INK, lw=1.6)


def shares_figure(results: Results) -> "Figure":
    """Shares of the eight bins over training in the four runs of a whole block, stacked: the first that was read."""
    whole = [r for r in results.rows if r.shares is not None]
    read = [r for r in whole if r.outcome == "read"]
    blocks = [r.block for rows in (read, whole) for r in rows if sum(o.block == r.block for o in rows) == 4]
    block = blocks[0] if blocks else None
    with canvas(4.6) as figure:
        panels = figure.subplots(2, 2, sharex=True, sharey=True)
        for row in (row for row in whole if row.block == block):
            axes = panels.ravel()[_column(row)]
            assert row.kimg is not None
            assert row.shares is not None
            axes.stackplot(row.kimg, row.shares.T, colors=mode_colours(row.shares.shape[1]), lw=0)
            names = [f"{name} {('low', 'high')[row.levels[name]]}" for name in results.plan.tested]
            axes.set(xlim=(row.kimg[0], row.kimg[-1]), ylim=(0, 1), title=", ".join(names))
        for axes in panels[1]:
            axes.set_xlabel("thousand images")
        for axes in panels[:, 0]:
            axes.set_ylabel("share of latents")
    return figure


FIGURES = {"effects": effects_figure, "cells": cells_figure, "spectra": spectra_figure, "shares": shares_figure}
