// Load and lag over the last minutes, a line per shard. Where nobody looked there is a gap.
import { $, setText, svg } from './dom.js';
import { bytes, duration, number, shardClass } from './format.js';

const longest = 300000, shortest = 60000, hole = 5000, width = 600, height = 120, margin = 6;
let points = [];

export function startTrend(past) {
  points = past.map(point => ({ at: Date.parse(point.at), nodes: new Map(point.nodes.map(n => [n.id, n])) }));
}

export function addToTrend(picture) {
  const at = Date.parse(picture.takenAt);
  if (points.length && at <= points.at(-1).at) return;
  const nodes = picture.shards.flatMap(s => [s.master, ...s.replicas]).filter(n => n.id);
  points.push({ at, nodes: new Map(nodes.map(n => [n.id, { operations: n.load?.operationsPerSecond ?? null, lagBytes: n.replication?.lagBytes ?? null }])) });
  points = points.filter(point => point.at > at - longest);
}

export function showTrend(picture) {
  const members = picture.shards.map(s => [s.master, ...s.replicas].map(n => n.id));
  // Replicas repeat what their master does: the busiest node of a shard is its master, also while the roles change.
  draw('load', members, n => n.operations, most => `${number(most)}/s`, 10);
  draw('lag', members, n => n.lagBytes, bytes, 1024);
  const last = picture.shards.map(s => s.master.load?.operationsPerSecond).filter(v => v !== undefined);
  const lags = picture.shards.flatMap(s => s.replicas.map(r => r.replication?.lagBytes ?? null)).filter(v => v !== null);
  setText($('load-now'), last.length ? number(last.reduce((a, b) => a + b, 0)) : 'unknown');
  setText($('lag-now'), lags.length ? (Math.max(...lags) === 0 ? 'in step' : bytes(Math.max(...lags))) : 'unknown');
}

function draw(id, members, read, format, least) {
  const end = points.at(-1)?.at ?? 0;
  const span = Math.min(longest, Math.max(shortest, end - (points[0]?.at ?? 0)));
  setText($(`${id}-from`), `${duration(span / 1000)} ago`);
  const lines = members.map(ids => points.map(point => {
    const values = ids.map(node => point.nodes.get(node)).filter(n => n).map(read).filter(v => v !== null && v !== undefined);
    return { x: width * (1 - (end - point.at) / span), at: point.at, value: values.length ? Math.max(...values) : null };
  }));
  const most = lines.flat().reduce((top, p) => Math.max(top, p.value ?? 0), 0);
  const top = Math.max(least, most);
  $(id).replaceChildren(
    svg('path', { class: 'grid', d: [0.25, 0.5, 0.75].map(share => `M 0 ${height * share} H ${width}`).join(' ') }),
    ...lines.map((line, index) => svg('path', { class: `line ${shardClass(index)}`, d: path(line, top) })));
  $(id).setAttribute('aria-label', `${most === 0 ? 'nothing' : `at most ${format(most)}`} in the last ${duration(span / 1000)}`);
  setText($(`${id}-top`), most === 0 ? '' : `top ${format(most)}`);
}

function path(line, top) {
  let d = '', before = null;
  for (const point of line) {
    if (point.value !== null) {
      const y = height - margin - (height - 2 * margin) * point.value / top;
      d += `${before && point.at - before.at < hole ? 'L' : 'M'} ${point.x.toFixed(1)} ${y.toFixed(1)} `;
    }
    before = point.value === null ? null : point;
  }
  return d;
}
