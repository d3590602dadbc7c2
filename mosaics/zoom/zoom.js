"use strict";
// The page of a mosaic: a view that zooms, and a panel that tells what a tile is. Everything lies beside this file.

const element = (id) => document.getElementById(id);
const plain = (number) => number.toLocaleString("en", { maximumFractionDigits: 3 });
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

// ---- Where tiles are: six numbers a place, and a lattice of buckets to find them in.

let places = new Int32Array(0), outlines = [], buckets = new Map(), bucket = 1, across = 1;
const TILE = 0, X = 1, Y = 2, W = 3, H = 4, OUTLINE = 5, EACH = 6;
const get = (place, what) => places[place * EACH + what];
const count = () => places.length / EACH;

function receivePlaces(flat, shapes) {
  places = Int32Array.from(flat);
  outlines = shapes;
  const [width, height] = MOSAIC.size_px;
  bucket = Math.max(1, Math.ceil(Math.sqrt((width * height) / count())));
  across = Math.ceil(width / bucket);
  for (let place = 0; place < count(); place++) {
    const [x, y, w, h] = [X, Y, W, H].map((what) => get(place, what));
    for (let row = Math.floor(y / bucket); row * bucket < y + h; row++)
      for (let column = Math.floor(x / bucket); column * bucket < x + w; column++) {
        const key = row * across + column;
        if (!buckets.has(key)) buckets.set(key, []);
        buckets.get(key).push(place);
      }
  }
}

/** The corners of a place in pixels of the mosaic; outlines are in ten thousandths of its rectangle. */
function corners(place) {
  const [x, y, w, h] = [X, Y, W, H].map((what) => get(place, what));
  const shape = get(place, OUTLINE);
  if (shape < 0) return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
  const flat = outlines[shape], found = [];
  for (let i = 0; i < flat.length; i += 2) found.push([x + (flat[i] * w) / 1e4, y + (flat[i + 1] * h) / 1e4]);
  return found;
}

function inside(place, x, y) {
  if (x < get(place, X) || y < get(place, Y) || x >= get(place, X) + get(place, W) || y >= get(place, Y) + get(place, H))
    return false;
  if (get(place, OUTLINE) < 0) return true;
  let within = false;
  const polygon = corners(place);
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length];
    if (ay > y !== by > y && x < ax + ((y - ay) * (bx - ax)) / (by - ay)) within = !within;
  });
  return within;
}

/** The place that shows this pixel of the mosaic, or null; of several, the one drawn last. */
function placeAt(x, y) {
  const near = buckets.get(Math.floor(y / bucket) * across + Math.floor(x / bucket)) || [];
  return near.findLast((place) => inside(place, x, y)) ?? null;
}

/** The nearest place in a direction: what lies ahead counts once, what lies aside three times. */
function neighbour(from, dx, dy) {
  const middle = (place) => [get(place, X) + get(place, W) / 2, get(place, Y) + get(place, H) / 2];
  const [x, y] = middle(from);
  let best = null, least = Infinity;
  for (let place = 0; place < count(); place++) {
    const [cx, cy] = middle(place);
    const ahead = (cx - x) * dx + (cy - y) * dy, aside = Math.abs((cx - x) * dy) + Math.abs((cy - y) * dx);
    if (ahead > 0.5 && aside <= 2 * ahead && ahead + 3 * aside < least) [best, least] = [place, ahead + 3 * aside];
  }
  return best;
}

// ---- What tiles are: scripts of a hundred tiles each, fetched when one of them is asked for.

const arrived = new Map(), asked = new Map();
const receiveTiles = (chunk, rows) => arrived.set(chunk, rows);

function load(source) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = resolve;
    script.onerror = () => reject(new Error(source));
    document.head.append(script);
  });
}

async function factsOf(tile) {
  const chunk = Math.floor(tile / MOSAIC.chunk);
  if (!asked.has(chunk)) asked.set(chunk, load(`tiles/${chunk}/facts.js`));
  await asked.get(chunk);
  return arrived.get(chunk)[tile % MOSAIC.chunk];
}

// ---- The panel.

const LABELS = { nimg: "Step", kimg: "Step", step: "Step", latent: "Latent", mode: "Mode", index: "Picture", file: "File", source: "Source" };
const UNITS = { nimg: (n) => `${plain(n)} images seen`, kimg: (n) => `${plain(n)} thousand images seen` };

function make(name, text, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  if (text !== null) made.textContent = text;
  return made;
}

const words = (value) =>
  value === null ? "-" : typeof value === "number" && !Number.isInteger(value) ? String(+value.toPrecision(4))
  : typeof value === "object" ? JSON.stringify(value) : String(value);

function listed(pairs) {
  const list = make("dl", null);
  for (const [label, value] of pairs) list.append(make("dt", label), make("dd", value));
  return list;
}

function folded(label, value) {
  const fold = make("details", null);
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  fold.append(make("summary", label), make("pre", text));
  return fold;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // an older browser, or one that trusts no page on a disk
    const held = make("textarea", null, { value: text });
    document.body.append(held);
    held.select();
    const done = document.execCommand("copy");
    held.remove();
    return done;
  }
  return true;
}

function commandOf(text) {
  const button = make("button", "Copy the command", { className: "copy", type: "button" });
  button.onclick = async () => {
    button.textContent = (await copied(text)) ? "Copied" : "Select the text above and copy it";
    setTimeout(() => (button.textContent = "Copy the command"), 2500);
  };
  return [make("p", "This command makes the tile again:"), make("pre", text, { id: "command" }), button];
}

function pictureOf(tile) {
  const picture = make("img", null, { src: `tiles/${Math.floor(tile / MOSAIC.chunk)}/${tile}.jpg`, alt: `Tile ${tile}` });
  picture.onload = () => picture.classList.toggle("pixels", picture.naturalWidth < 100);
  return picture;
}

function uses(tile) {
  let times = 0;
  for (let place = 0; place < count(); place++) times += get(place, TILE) === tile;
  return times;
}

function showTile(place, facts) {
  const tile = get(place, TILE), { recipe, command, ...rest } = facts;
  const order = Object.keys(LABELS), rank = (name) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  const pairs = Object.entries(rest)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([name, value]) => [LABELS[name] ?? name.replaceAll("_", " "), (UNITS[name] ?? words)(value)]);
  const times = uses(tile);
  if (times > 1) pairs.push(["On this mosaic", `${plain(times)} times`]);
  const title = make("h2", `Tile ${plain(tile)} `);
  title.append(make("small", `of ${plain(MOSAIC.tiles)}`));
  const view = make("button", "Zoom to it", { className: "goto", type: "button", onclick: () => zoomTo(place) });
  const row = make("div", null, { className: "row" });
  const again = command ? commandOf(command) : [make("p", "No command makes this tile alone.", { className: "faint" })];
  row.append(...again.splice(2), view);
  element("content").replaceChildren(title, pictureOf(tile), listed(pairs), ...again, row, ...(recipe ? [folded("Recipe", recipe)] : []));
}

function showAbout() {
  const { record } = MOSAIC, size = `${plain(MOSAIC.size_px[0])} × ${plain(MOSAIC.size_px[1])} px`;
  const pairs = [["Layout", record.layout], ["Order", record.order ?? "none"], ["Tiles", plain(MOSAIC.tiles)], ["Size", size]];
  for (const [name, value] of Object.entries(record.source ?? {}))
    if (typeof value !== "object") pairs.push([name.replaceAll("_", " "), words(value)]);
  const keys = make("p", null, { className: "faint touchless" });
  for (const [key, does] of [["Enter", " chooses the tile in the middle, "], ["arrows", " go on from it, "], ["Escape", " lets it go; "], ["+", " "], ["-", " and "], ["0", " zoom."]])
    keys.append(make("kbd", key), does);
  element("content").replaceChildren(
    make("h2", "About this mosaic"), make("p", "Click or tap a tile to see what it is."), listed(pairs), keys,
    folded("How it was made", record),
  );
  element("panel").className = "";
}

// ---- Choosing.

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

/** Brings a chosen tile out of the edge, and from under the panel where that lies over the mosaic. */
function intoView(place) {
  const covered = innerWidth > 760 ? 0 : element("panel").offsetHeight;
  const [x, y, w, h] = [X, Y, W, H].map((what) => get(place, what));
  const at = viewer.viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(x + w / 2, y + h / 2));
  const [width, height] = [element("stage").clientWidth, element("stage").clientHeight - covered];
  const margin = Math.min(40, width / 4, height / 4);
  const off = (value, most) => value - Math.min(Math.max(value, margin), most - margin);
  const by = new OpenSeadragon.Point(off(at.x, width), off(at.y, height));
  if (by.x || by.y) viewer.viewport.panBy(viewer.viewport.deltaPointsFromPixels(by));
}

function zoomTo(place) {
  const [x, y, w, h] = [X, Y, W, H].map((what) => get(place, what));
  viewer.viewport.fitBounds(viewer.viewport.imageToViewportRectangle(x - w, y - h, 3 * w, 3 * h));
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

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** What a key does on the mosaic; false leaves it to the viewer, whose arrows pan. */
function pressed({ key, shiftKey }) {
  const middle = new OpenSeadragon.Point(element("stage").clientWidth / 2, element("stage").clientHeight / 2);
  if (key === "Enter" || key === " ") choose(placeUnder(middle));
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
element("panel").onkeydown = (event) => event.key === "Escape" && choose(null);
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
