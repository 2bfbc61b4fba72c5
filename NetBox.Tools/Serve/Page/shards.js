// Each shard as a picture: the master above, its replicas below, and how far they are behind.
import { $, element, replace, svg } from './dom.js';
import { brief, bytes, number, ranges, shardClass } from './format.js';

const width = 320, masterHeight = 68, replicaHeight = 56, gap = 34, indent = 26;

export function showShards(picture) {
  replace($('shards'), picture.shards.map((shard, index) => figure(shard, index)));
  replace($('others'), picture.others.map(node => element('li', null, { 'data-node': node.address, 'data-role': node.role }, [
    element('span', node.address, { class: 'mono' }), ` in no shard: ${node.problem ?? node.state}`,
  ])));
}

function figure(shard, index) {
  const height = masterHeight + shard.replicas.length * (gap + replicaHeight) + 2;
  const slots = shard.slotCount ? `slots ${ranges(shard.slots)}` : 'no slots';
  const drawing = svg('svg', { viewBox: `0 0 ${width} ${height}`, class: `shard ${shardClass(index)}`, role: 'img', 'aria-label': words(shard, index, slots) });
  shard.replicas.forEach((replica, i) => drawing.append(link(replica, i)));
  drawing.append(box(shard.master, 0, 1, masterHeight));
  shard.replicas.forEach((replica, i) => drawing.append(box(replica, indent, masterHeight + i * (gap + replicaHeight) + gap + 1, replicaHeight)));
  return element('figure', null, {}, [
    element('figcaption', null, {}, [
      element('b', `Shard ${index + 1}`), element('span', brief(slots, 40), { class: 'quiet', title: slots }),
    ]),
    drawing,
  ]);
}

function words(shard, index, slots) {
  const replicas = shard.replicas.map(r => `replica ${r.address}, ${r.state}, ${behind(r)}`);
  return [`Shard ${index + 1}, ${slots}: master ${shard.master.address}, ${shard.master.state}`, ...replicas].join('; ') + (replicas.length ? '' : '; no replica');
}

export function behind(replica) {
  const r = replica.replication;
  if (r?.link === 'syncing') return 'copying';
  if (r?.link === 'down') return 'link down';
  if (!r || r.lagBytes === null) return 'lag unknown';
  return r.lagBytes === 0 ? 'in step' : `${bytes(r.lagBytes)} behind`;
}

function link(replica, i) {
  const x = indent / 2 + 2, top = masterHeight, bottom = masterHeight + i * (gap + replicaHeight) + gap + replicaHeight / 2;
  const bad = replica.state !== 'ok' ? ' bad' : '';
  return svg('g', { class: `link${bad}` }, null, [
    svg('path', { d: `M ${x} ${top} V ${bottom - 6} q 0 6 6 6 H ${indent}` }),
    svg('text', { x: indent + 10, y: bottom - replicaHeight / 2 - 12 }, behind(replica)),
  ]);
}

// The first label of a host name tells nodes apart; cut in the middle all of a namespace look the same. On one machine only the ports do.
export function nameOf({ host, address }) {
  const colon = address.lastIndexOf(':');
  if (!host || host === 'localhost' || /^[\d.]+$|:/.test(host)) return { name: address, isAddress: true };
  const label = host.split('.')[0];
  return address.slice(0, colon) === host ? { name: label + address.slice(colon), isAddress: true } : { name: label, isAddress: false };
}

function box(node, x, y, height) {
  const bad = !['ok', 'joining', 'suspected'].includes(node.state);
  const middle = y + height / 2;
  const { name, isAddress } = nameOf(node);
  const facts = [
    node.role,
    isAddress ? null : node.address,
    node.zone ? `zone ${node.zone}` : null,
    node.load ? `${number(node.load.operationsPerSecond)}/s` : null,
    node.load ? bytes(node.load.usedMemory) : null,
  ].filter(fact => fact !== null).join(' · ');
  return svg('g', { class: `node ${node.role}${bad ? ' bad' : ''}`, 'data-node': node.address, 'data-role': node.role, 'data-state': node.state }, null, [
    svg('title', {}, [node.address, node.id, node.problem].filter(part => part).join('\n')),
    svg('rect', { class: 'box', x: x + 1, y, width: width - x - 2, height, rx: 10 }),
    svg('rect', { class: 'mark', x: x + 11, y: y + 12, width: 5, height: height - 24, rx: 2.5 }),
    svg('text', { class: 'name', x: x + 26, y: middle - 5 }, brief(name, 26)),
    svg('text', { class: 'facts', x: x + 26, y: middle + 15 }, brief(facts, Math.floor((width - x - 40) / 6.4))),
    node.state === 'ok'
      ? svg('circle', { class: 'well', cx: width - 18, cy: middle - 9, r: 4.5 })
      : svg('text', { class: 'state', x: width - 12, y: middle - 5 }, node.state),
  ]);
}
