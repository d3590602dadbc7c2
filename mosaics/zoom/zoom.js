"use strict";
// The view that zooms, and what is chosen in it.

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

const viewer = OpenSeadragon({
  element: element("view"),
  drawer: "canvas", // a page opened from a disk may not hand pictures to WebGL
  tileSources: {
    Image: {
      xmlns: "http://schemas.microsoft.com/deepzoom/2008",
      Url: "mosaic_files/",
      Format: "jpg",
      Overlap: String(MOSAIC.overlap_px),
      TileSize: String(MOSAIC.piece_px),
      Size: { Width: String(MOSAIC.size_px[0]), Height: String(MOSAIC.size_px[1]) },
    },
  },
  showNavigationControl: false,
  showNavigator: Math.max(...MOSAIC.size_px) > 3000 && innerWidth > 760,
  navigatorPosition: "BOTTOM_LEFT",
  navigatorSizeRatio: 0.16,
  navigatorAutoFade: false,
  gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
  gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true },
  visibilityRatio: 0.4,
  minZoomImageRatio: 0.8,
  maxZoomPixelRatio: 8,
  animationTime: calm ? 0 : 0.7,
});

let chosen = null, under = null;

async function choose(place) {
  chosen = place;
  mark();
  history.replaceState(null, "", place === null ? " " : `#${place}`);
  if (place === null) return showAbout();
  let facts;
  try {
    facts = await factsOf(get(place, TILE));
  } catch (error) {
    facts = { missing: `${error.message}: copy the whole folder of this page again` };
  }
  if (chosen !== place) return;
  showTile(place, facts);
  element("panel").className = "tile open";
  element("panel").scrollTop = 0;
  intoView(place);
}

/** The middle of a place, its size, and the part of the view that the panel leaves open. */
function seen(place) {
  const [x, y, w, h] = [X, Y, W, H].map((what) => get(place, what));
  const width = element("stage").clientWidth, full = element("stage").clientHeight;
  return { cx: x + w / 2, cy: y + h / 2, w, h, width, full, open: full - (innerWidth > 760 ? 0 : element("panel").offsetHeight) };
}

/** Brings a chosen tile out of the edge, and from under the panel where that lies over the mosaic. */
function intoView(place) {
  const { cx, cy, width, open } = seen(place);
  const at = viewer.viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(cx, cy));
  const margin = Math.min(40, width / 4, open / 4);
  const off = (value, most) => value - Math.min(Math.max(value, margin), most - margin);
  const by = new OpenSeadragon.Point(off(at.x, width), off(at.y, open));
  if (by.x || by.y) viewer.viewport.panBy(viewer.viewport.deltaPointsFromPixels(by));
}

function zoomTo(place) {
  const { cx, cy, w, h, width, full, open } = seen(place);
  const per = Math.max((2.5 * w) / width, (2.5 * h) / open); // pixels of the mosaic in one of the screen
  viewer.viewport.fitBounds(
    viewer.viewport.imageToViewportRectangle(cx - (per * width) / 2, cy - (per * open) / 2, per * width, per * full),
  );
}

function mark() {
  const points = (place) =>
    corners(place)
      .map(([x, y]) => viewer.viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(x, y)))
      .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
      .join(" ");
  for (const [id, place] of [["halo", chosen], ["ring", chosen], ["under", under === chosen ? null : under]])
    place === null ? element(id).removeAttribute("points") : element(id).setAttribute("points", points(place));
}

function placeUnder(position) {
  const { x, y } = viewer.viewport.viewerElementToImageCoordinates(position);
  return placeAt(x, y);
}

function nearestTo(position) {
  const { x, y } = viewer.viewport.viewerElementToImageCoordinates(position);
  return nearest((cx, cy) => Math.hypot(cx - x, cy - y));
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** What a key does on the mosaic; false leaves it to the viewer, whose arrows pan. */
function pressed({ key, shiftKey }) {
  const middle = new OpenSeadragon.Point(element("stage").clientWidth / 2, element("stage").clientHeight / 2);
  if (key === "Enter" || key === " ") choose(placeUnder(middle) ?? nearestTo(middle));
  else if (key === "Escape") choose(null);
  else if (key in ARROWS && chosen !== null && !shiftKey) {
    const next = neighbour(chosen, ...ARROWS[key]);
    if (next !== null) choose(next);
  } else return false;
  return true;
}

viewer.addHandler("canvas-key", (event) => (event.preventDefaultAction = pressed(event.originalEvent)));
viewer.addHandler("canvas-click", (event) => event.quick && choose(placeUnder(event.position)));
viewer.addHandler("update-viewport", mark);
viewer.addHandler("resize", mark);
addEventListener("keydown", () => document.body.classList.add("keyed"), true);
addEventListener("pointerdown", () => document.body.classList.remove("keyed"), true);
element("panel").onkeydown = ({ key }) => void (key === "Escape" && choose(null)); // false would hold the key back
element("view").onpointermove = (event) => {
  const box = element("view").getBoundingClientRect();
  const place = event.pointerType === "mouse" ? placeUnder(new OpenSeadragon.Point(event.clientX - box.left, event.clientY - box.top)) : null;
  if (place === under) return;
  under = place;
  element("view").style.cursor = under === null ? "" : "pointer";
  mark();
};
element("view").onpointerleave = () => { under = null; mark(); };

const zoomBy = (factor) => viewer.viewport.zoomBy(factor).applyConstraints();
element("in").onclick = () => zoomBy(1.6);
element("out").onclick = () => zoomBy(1 / 1.6);
element("whole").onclick = () => viewer.viewport.goHome();
element("full").onclick = () => (document.fullscreenElement ? document.exitFullscreen() : element("stage").requestFullscreen());
element("close").onclick = () => choose(null);
element("about").onclick = () => { choose(null); element("panel").className = "open"; };

element("title").textContent = document.title = MOSAIC.title;
showAbout();
viewer.addHandler("open", async () => {
  viewer.canvas.setAttribute("aria-label", "The mosaic. Enter chooses a tile, arrows go on from it, Escape lets it go.");
  await load("places.js");
  const wanted = location.hash.slice(1);
  if (/^\d+$/.test(wanted) && Number(wanted) < count()) await choose(Number(wanted));
  document.documentElement.dataset.ready = "true";
});
