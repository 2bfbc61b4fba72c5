// The 16384 slots as a bar, coloured by shard.
import { $, element, replace, svg } from './dom.js';
import { count, number, ranges, shardClass } from './format.js';

const all = 16384;

export function showSlots(picture) {
  const owners = picture.shards.map((shard, index) => ({ shard, colour: shardClass(index) })).filter(o => o.shard.slotCount);
  replace($('slots'), owners.flatMap(({ shard, colour }) => shard.slots.map(s => svg(
    'rect', { x: s.first, width: s.last - s.first + 1, height: 100, class: colour }, null,
    [svg('title', {}, `${shard.master.address}: ${ranges([s])}`)]))));
  $('slots').setAttribute('aria-label', owners.map(({ shard }) => `${shard.master.address} owns ${ranges(shard.slots)}`).join('; ') || 'no slot has an owner');
  const free = all - picture.slotsCovered;
  replace($('legend'), [
    ...owners.map(({ shard, colour }) => entry(colour, `${shard.master.address}, ${count(shard.slotCount, 'slot')}${shard.keys === null ? '' : `, ${number(shard.keys)} keys`}`)),
    ...(free > 0 ? [entry('free', `without an owner, ${count(free, 'slot')}`)] : []),
  ]);
}

const entry = (colour, text) => element('li', null, {}, [element('span', null, { class: `swatch ${colour}` }), text]);
