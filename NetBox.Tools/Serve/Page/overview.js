// The verdict, and the figures everybody asks for first.
import { $, element, replace, setText } from './dom.js';
import { count, number } from './format.js';

const words = {
  ok: 'healthy',
  mixed: 'nodes differ: some say fail',
  fail: 'cluster is down',
  unreachable: 'no node answers',
};

export function showOverview(picture) {
  const nodes = picture.shards.flatMap(s => [s.master, ...s.replicas]).concat(picture.others);
  const well = nodes.filter(n => n.state === 'ok').length;
  const errors = picture.findings.filter(f => f.severity === 'error').length;
  const warnings = picture.findings.filter(f => f.severity === 'warning').length;
  const verdict = picture.state !== 'ok' ? picture.state : errors ? 'error' : warnings ? 'warning' : 'ok';
  const text = words[verdict] ?? (errors ? count(errors, 'fault') : `works, ${count(warnings, 'warning')}`);
  showVerdict(verdict, text);
  const load = picture.shards.map(s => s.master.load?.operationsPerSecond ?? 0).reduce((a, b) => a + b, 0);
  replace($('overview'), [
    ['Nodes well', `${well} of ${nodes.length}`],
    ['Shards', number(picture.shards.filter(s => s.slotCount).length)],
    ['Slots covered', picture.slotsCovered === 16384 ? 'all' : `${number(picture.slotsCovered)} of 16,384`],
    ['Keys', number(picture.keys)],
    ['Commands', `${number(load)}/s`],
  ].map(([name, value]) => element('div', null, {}, [element('dt', name), element('dd', value)])));
}

export function showVerdict(state, text) {
  setText($('state'), text);
  $('state').dataset.state = state;
  document.title = `${state === 'ok' ? '' : '! '}netbox: ${text}`;
}
