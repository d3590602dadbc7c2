"use strict";
// What tiles are: scripts of a hundred tiles each, fetched when one of them is asked for, and the panel that shows them.

const element = (id) => document.getElementById(id);
const plain = (number) => number.toLocaleString("en", { maximumFractionDigits: 3 });

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

const FIRST = ["nimg", "kimg", "step", "latent", "mode", "index", "file", "source"];
const LABELS = { nimg: "Step", kimg: "Step", index: "Picture" };
const WORDS = {
  nimg: (n) => `${plain(n)} images seen`,
  kimg: (n) => `${plain(n)} thousand images seen`,
  mode: (name) => String(name).replaceAll("_", " "),
};

function label(name) {
  const spaced = (LABELS[name] ?? name).replaceAll("_", " ");
  return spaced[0].toUpperCase() + spaced.slice(1);
}

function make(name, text, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  if (text !== null) made.textContent = text;
  return made;
}

const words = (value) =>
  typeof value === "number" && !Number.isInteger(value) ? String(+value.toPrecision(4))
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
  const rank = (name) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  if ("nimg" in rest) delete rest.step; // the same moment twice
  const pairs = Object.entries(rest)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([name, value]) => [label(name), value === null ? "none" : (WORDS[name] ?? words)(value)]);
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
    if (typeof value !== "object") pairs.push([label(name), words(value)]);
  const keys = make("p", null, { className: "faint touchless" });
  for (const [key, does] of [["Enter", " chooses the tile in the middle, "], ["arrows", " go on from it, "], ["Escape", " lets it go; "], ["+", " "], ["-", " and "], ["0", " zoom."]])
    keys.append(make("kbd", key), does);
  element("content").replaceChildren(
    make("h2", "About this mosaic"), make("p", "Click or tap a tile to see what it is."), listed(pairs), keys,
    folded("How it was made", record),
  );
  element("panel").className = "";
}
