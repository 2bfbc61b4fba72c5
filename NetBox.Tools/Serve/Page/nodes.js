// Every node with its figures.
import { $, element, pill, replace } from './dom.js';
import { bytes, duration, number, shardClass } from './format.js';
import { behind } from './shards.js';

export function showNodes(picture) {
  const rows = picture.shards.flatMap((shard, index) => [shard.master, ...shard.replicas].map(node => row(node, shardClass(index))));
  replace($('nodes').tBodies[0], [...rows, ...picture.others.map(node => row(node, 'none'))]);
}

function row(node, colour) {
  const load = node.load;
  return element('tr', null, { 'data-role': node.role }, [
    element('td', null, { class: 'mono' }, [element('span', null, { class: `swatch ${colour}` }), node.address]),
    element('td', node.role),
    element('td', null, {}, [pill(node.state), ...(node.problem ? [element('span', node.problem, { class: 'problem' })] : [])]),
    cell('Keys', node.keys === null ? '' : number(node.keys), 'number'),
    cell('Memory', load ? bytes(load.usedMemory) + (load.maxMemory ? ` of ${bytes(load.maxMemory)}` : '') : '', 'number'),
    cell('Clients', load ? number(load.clients) : '', 'number'),
    cell('In, out', load ? `${bytes(load.inputKilobytesPerSecond * 1024)}/s, ${bytes(load.outputKilobytesPerSecond * 1024)}/s` : '', 'number'),
    cell('Behind', node.role === 'replica' ? behind(node) : '', 'number'),
    cell('Up for', load ? duration(load.uptimeSeconds) : '', 'number'),
    cell('Server', node.version ?? ''),
    cell('Id', node.id ? node.id.slice(0, 8) : '', 'mono', node.id),
  ]);
}

const cell = (label, text, kind = null, title = null) =>
  element('td', text, { class: kind, 'data-label': label, 'data-empty': text === '' ? '' : null, title });
