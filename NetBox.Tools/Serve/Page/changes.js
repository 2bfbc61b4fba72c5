// The log of what changed, the newest first.
import { $, element, replace } from './dom.js';
import { clock } from './format.js';

const most = 200;
const grave = new Set(['node-lost', 'node-failed', 'state']);
let log = [];

export function forgetChanges() {
  log = [];
}

export function addChange(change) {
  log = [change, ...log].slice(0, most);
}

export function showChanges() {
  if (!log.length) return;
  replace($('changes'), log.map(change => element('li', null, { 'data-kind': change.kind, class: grave.has(change.kind) ? 'grave' : null }, [
    element('time', clock(change.at), { datetime: change.at }),
    element('span', change.node && !change.text.includes(change.node) ? `${change.node} ${change.text}` : change.text),
  ])));
}
