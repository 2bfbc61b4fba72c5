// What the doctor found, and what the nodes see differently.
import { $, element, pill, replace } from './dom.js';
import { count } from './format.js';

export function showFindings(report) {
  replace($('findings'), report.findings.length
    ? alike(report.findings).map(same => element('li', null, { 'data-code': same[0].code }, [
      pill(same[0].severity),
      element('div', null, { class: 'text' }, [element('span', sentence(same)), ...cures(same)]),
    ]))
    : [element('li', null, {}, [pill('ok', 'well'), element('span', `${count(report.nodes, 'node')} examined, nothing to complain about.`, { class: 'text' })])]);
}

// What is wrong with several nodes in the same way is told once.
const alike = findings => [...Map.groupBy(findings, f => [f.severity, f.code, f.cause].join('|')).values()];

function sentence(same) {
  const where = same.map(f => f.where).filter(w => w);
  return where.length ? `${where.join(', ')}: ${same[0].cause}` : same[0].cause;
}

function cures(same) {
  const all = [...new Set(same.map(f => f.cure).filter(cure => cure))];
  const codes = all.map(cure => element('code', cure, { class: 'cure' }));
  return all.length < 2 ? codes : [codes[0], element('details', null, {}, [element('summary', `The same for ${count(all.length - 1, 'other')}`), ...codes.slice(1)])];
}

export function showDifferences(picture) {
  replace($('differences'), picture.differences.map(d => element('li', null, {}, [
    element('b', `${d.about}, ${d.what}: `),
    d.opinions.map(o => `${o.says} (${o.nodes.join(', ')})`).join(' / '),
  ])));
}
