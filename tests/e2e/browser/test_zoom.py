"""The page of a mosaic from file://, offline: it draws, zooms, and says of each tile what it is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mosaics import Look, Tiles, compose
from mosaics.deepzoom import save_deepzoom

ACROSS, DOWN = 17, 13
COUNT = ACROSS * DOWN
WIDE, PHONE = {"width": 1200, "height": 800}, {"width": 390, "height": 780}
AROUND = {"light": (243, 240, 232), "dark": (25, 24, 23)}  # of the page above the mosaic


def colour(tile: int) -> np.ndarray:
    """A colour of its own for each tile, far from its neighbours'."""
    return np.random.default_rng(tile).integers(30, 226, 3)


@pytest.fixture(scope="module")
def tiles() -> Tiles:
    number = np.arange(COUNT)
    images = np.stack([np.broadcast_to(colour(i).astype(np.uint8), (40, 40, 3)) for i in number])
    columns = {
        "nimg": number * 1000,
        "step": number * 1000,
        "latent": number % 7,
        "mode": np.array(["ring_cells", "waves"])[number % 2],
        "recipe": np.array([json.dumps({"composition": "waves", "seed": int(i)}) for i in number], object),
        "command": np.array([f"synchromy render 'my data:{i}' {i}.png" for i in number]),
    }
    return Tiles(images, columns, {"run": "runs/first"}, "trainedAlgorithmicMedia")


@pytest.fixture(scope="module")
def pages(tiles, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    asked = {
        "grid": {"look": Look(gutter=0.1, margin=0.05), "size_px": (1700, 1300)},
        "voronoi": {"size_px": (1300, 900)},
        "phyllotaxis": {"size_px": (1100, 1100)},
    }
    made = {name: compose(tiles, layout=name, **wishes) for name, wishes in asked.items()}
    return {name: save_deepzoom(picture, folder / name) for name, picture in made.items()}


@contextmanager
def opened(chromium, page: Path, link: str = "", **wishes) -> Iterator:
    """A page that has drawn; whatever goes wrong on it fails the test, and so does a request to elsewhere."""
    context = chromium.new_context(offline=True, viewport=WIDE, reduced_motion="reduce", **wishes)
    tab, wrong = context.new_page(), []
    tab.on("console", lambda said: wrong.append(said.text))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or wrong.append(asked.url))
    tab.goto(f"{page.as_uri()}{link}")
    settle(tab)
    yield tab
    assert wrong == []
    context.close()


def settle(tab) -> None:
    """Until what is to be seen has been drawn."""
    tab.wait_for_selector("html[data-ready]")
    tab.wait_for_function("viewer.world.getItemAt(0).getFullyLoaded()")
    tab.wait_for_timeout(120)


def seen(tab, selector: str = "#stage") -> np.ndarray:
    with Image.open(BytesIO(tab.locator(selector).screenshot())) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def where(tab, place: int, part: tuple[float, float] = (0.5, 0.5)) -> tuple[float, float]:
    """The point of the window where a place is, in parts of its rectangle."""
    return tuple(
        tab.evaluate(
            """([place, [u, v]]) => {
            const { x, y } = viewer.viewport.imageToViewerElementCoordinates(
                new OpenSeadragon.Point(get(place, X) + u * get(place, W), get(place, Y) + v * get(place, H)));
            const box = element("stage").getBoundingClientRect();
            return [box.left + x, box.top + y];
        }""",
            [place, part],
        )
    )


def click(tab, place: int, part: tuple[float, float] = (0.5, 0.5)) -> None:
    tab.mouse.click(*where(tab, place, part))


def shows(tab, heading: str) -> None:
    """Wait until that is what the panel is about."""
    tab.wait_for_function("text => document.querySelector('h2').innerText.startsWith(text)", arg=heading, timeout=9000)


def told(tab) -> dict[str, str]:
    """What the panel says."""
    return dict(zip(tab.locator("dt").all_inner_texts(), tab.locator("dd").all_inner_texts(), strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_draws(scheme, chromium, pages):
    with opened(chromium, pages["grid"], color_scheme=scheme) as tab:
        drawn = seen(tab)
        assert len(np.unique(drawn.reshape(-1, 3) // 8, axis=0)) > COUNT
        for place in range(0, COUNT, 11):
            x, y = (round(value) for value in where(tab, place))
            assert np.abs(drawn[y - 52, x] - colour(place)).max() < 12  # 52: the bar above
        assert drawn[5].mean(0) == pytest.approx(AROUND[scheme], abs=1)
        assert tab.title() == tab.inner_text("h1") == f"{COUNT} tiles: grid"


def test_it_zooms(chromium, pages):
    with opened(chromium, pages["grid"]) as tab:
        whole, middle = seen(tab), COUNT // 2
        tab.click("#in")
        tab.click("#in")
        tab.mouse.move(5, 400)
        settle(tab)
        near = seen(tab)
        assert (np.abs(near - whole).max(2) > 8).mean() > 0.3
        x, y = (round(value) for value in where(tab, middle))
        assert np.abs(near[y - 52, x] - colour(middle)).max() < 12
        tab.mouse.move(600, 400)
        tab.mouse.wheel(0, -600)
        settle(tab)
        assert (np.abs(seen(tab) - near).max(2) > 8).mean() > 0.3
        tab.click("#whole")
        tab.mouse.move(5, 400)
        settle(tab)
        assert (np.abs(seen(tab) - whole).max(2) > 8).mean() < 0.01


@pytest.mark.parametrize("name", ["grid", "voronoi", "phyllotaxis"])
def test_a_click_tells_the_tile(name, chromium, pages):
    with opened(chromium, pages[name]) as tab:
        for place in (0, 117, 100, COUNT - 1):
            click(tab, place)
            tile = tab.evaluate(f"get({place}, TILE)")
            shows(tab, f"Tile {tile} of {COUNT}")
            mode = ("ring cells", "waves")[tile % 2]
            assert told(tab) == {"Step": f"{tile * 1000:,} images seen", "Latent": str(tile % 7), "Mode": mode}
            assert tab.inner_text("#command") == f"synchromy render 'my data:{tile}' {tile}.png"
            assert json.loads(tab.locator("details pre").text_content()) == {"composition": "waves", "seed": tile}
            tab.wait_for_function("document.querySelector('#content img').complete")
            assert np.abs(seen(tab, "#content img")[50:-50, 50:-50] - colour(tile)).max() < 12
            assert tab.evaluate("location.hash") == f"#{place}"


def test_outside_its_outline_a_tile_is_not_hit(chromium, pages):
    with opened(chromium, pages["phyllotaxis"]) as tab:
        click(tab, 30)
        shows(tab, "Tile 30 ")
        click(tab, 30, (0.02, 0.02))
        tab.wait_for_function("chosen !== 30")
        click(tab, 30, (0.5, 0.02))
        shows(tab, "Tile 30 ")
        tab.mouse.click(8, 60)
        shows(tab, "About this mosaic")


def test_every_pixel_is_of_the_tile_that_it_shows(chromium, pages, tiles):
    """The page finds in polygons what was drawn by coverage: told at random points beside the colours there."""
    with opened(chromium, pages["voronoi"]) as tab:
        points = np.random.default_rng(0).uniform((30, 30), (1270, 870), (4000, 2))
        found = tab.evaluate("points => points.map(([x, y]) => placeAt(x, y))", points.tolist())
        drawn = compose(tiles, layout="voronoi", size_px=(1300, 900)).pixels
        for (x, y), place in zip(points.tolist(), found, strict=True):
            around = drawn[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].reshape(-1, 3).astype(int)
            if (around == around[0]).all():
                want = around[0] if place is None else colour(place)
                assert np.abs(around[0] - want).max() <= 1
        assert 0.6 < np.mean([place is not None for place in found]) < 1


def test_the_command_is_copied(chromium, pages):
    with opened(chromium, pages["grid"], permissions=["clipboard-read", "clipboard-write"]) as tab:
        click(tab, 42)
        shows(tab, "Tile 42 ")
        tab.click(".copy")
        tab.wait_for_selector("text=Copied")
        assert tab.evaluate("navigator.clipboard.readText()") == "synchromy render 'my data:42' 42.png"
        click(tab, 43)
        shows(tab, "Tile 43 ")
        tab.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
        tab.click(".copy")
        tab.wait_for_selector("text=Copied")
        assert tab.evaluate("navigator.clipboard.readText()") == "synchromy render 'my data:43' 43.png"


def test_keys_alone_are_enough(chromium, pages):
    with opened(chromium, pages["grid"]) as tab:
        for _ in range(6):
            tab.keyboard.press("Tab")  # five buttons, then the mosaic
        tab.keyboard.press("Enter")
        middle = COUNT // 2
        shows(tab, f"Tile {middle} ")
        steps = {"ArrowRight": 1, "ArrowDown": ACROSS, "ArrowLeft": -1, "ArrowUp": -ACROSS}
        for key, step in steps.items():
            tab.keyboard.press(key)
            middle += step
            shows(tab, f"Tile {middle} ")
        tab.keyboard.press("Tab")
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "copy"
        tab.keyboard.press("Escape")
        shows(tab, "About this mosaic")


def test_on_a_phone_a_tapped_tile_is_not_hidden(chromium, pages):
    with opened(chromium, pages["grid"], color_scheme="dark", has_touch=True) as tab:
        tab.set_viewport_size(PHONE)
        tab.wait_for_timeout(300)
        assert not tab.is_visible("#panel")
        tab.touchscreen.tap(*where(tab, COUNT - 3))
        tab.wait_for_selector("#panel.open")
        shows(tab, f"Tile {COUNT - 3} ")
        settle(tab)
        sheet = tab.locator("#panel").bounding_box()
        assert 52 < where(tab, COUNT - 3)[1] < sheet["y"]
        assert sheet["width"] == PHONE["width"]
        tab.click(".goto")
        settle(tab)
        assert 52 < where(tab, COUNT - 3)[1] < sheet["y"]
        tab.click("#close")
        assert not tab.is_visible("#panel")


def test_a_link_opens_at_its_tile(chromium, pages):
    with opened(chromium, pages["grid"], "#150") as tab:
        shows(tab, "Tile 150 ")
    with opened(chromium, pages["grid"], "#99999") as tab:
        shows(tab, "About this mosaic")


def test_tiles_of_which_nothing_is_known(chromium, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3), np.uint8)
    page = save_deepzoom(compose(Tiles(images)), tmp_path / "a wall #1 ü")
    with opened(chromium, page) as tab:
        click(tab, 1)
        shows(tab, "Tile 1 of 2")
        assert told(tab) == {}
        assert "No command" in tab.inner_text("#content")
        assert tab.locator(".copy").count() == 0


def test_a_part_of_the_folder_that_is_missing_is_named(chromium, pages, tmp_path):
    import shutil

    folder = shutil.copytree(pages["grid"].parent, tmp_path / "wall")
    (folder / "tiles/1/facts.js").unlink()
    context = chromium.new_context(offline=True, viewport=WIDE)
    tab = context.new_page()
    tab.goto((folder / "index.html").as_uri())
    settle(tab)
    click(tab, 120)
    shows(tab, "Tile 120 ")
    assert told(tab)["Missing"].startswith("tiles/1/facts.js")
    context.close()
