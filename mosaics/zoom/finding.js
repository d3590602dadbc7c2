"use strict";
// Where tiles are: six numbers a place, and a lattice of buckets to find them in.

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

/** The place whose middle is the least far, as far(x, y) tells; what is infinitely far is no place. */
function nearest(far) {
  let best = null, least = Infinity;
  for (let place = 0; place < count(); place++) {
    const away = far(...middle(place));
    if (away < least) [best, least] = [place, away];
  }
  return best;
}

const middle = (place) => [get(place, X) + get(place, W) / 2, get(place, Y) + get(place, H) / 2];

/** The nearest place in a direction: what lies ahead counts once, what lies aside three times. */
function neighbour(from, dx, dy) {
  const [x, y] = middle(from);
  return nearest((cx, cy) => {
    const ahead = (cx - x) * dx + (cy - y) * dy, aside = Math.abs((cx - x) * dy) + Math.abs((cy - y) * dx);
    return ahead > 0.5 && aside <= 2 * ahead ? ahead + 3 * aside : Infinity;
  });
}
