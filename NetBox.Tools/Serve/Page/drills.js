// Drills: what one would do is shown and has to be confirmed; then what happens, and at the end the report.
import { $, element, pill, replace, setText } from './dom.js';
import { change, get } from './api.js';
import { clock, ms, number } from './format.js';

const kinds = [
  ['handover', 'Hand over', 'A replica takes its master\'s place, with the master\'s help'],
  ['kill', 'Kill', 'A master ends at once'],
  ['freeze', 'Freeze', 'A master stands still'],
  ['partition', 'Cut off', 'A master is cut off from the others'],
  ['restart-all', 'Restart all', 'All nodes end and are started again'],
];
const verdicts = { survived: ['ok', 'survived'], 'not-restored': ['warning', 'not restored'], 'lost-writes': ['error', 'writes were lost'] };
let current = null;

export async function offerDrills() {
  replace($('drill-kinds'), kinds.map(([kind, label, title]) => element('button', label, { type: 'button', 'data-drill': kind, title })));
  for (const button of $('drill-kinds').children) button.onclick = () => ask(button);
  $('drills').hidden = false;
  const [last] = await get('drills');
  if (last) hearDrill(last);
}

export function showDrillNodes(picture) {
  const chosen = $('drill-node').value;
  const masters = picture.shards.filter(s => s.slotCount).map(s => s.master);
  replace($('drill-node'), [element('option', 'a master netbox chooses', { value: '' }), ...masters.map(m => element('option', m.address, { value: m.address }))]);
  $('drill-node').value = masters.some(m => m.address === chosen) ? chosen : '';
}

const isRunning = drill => drill?.state === 'running' || drill?.state === 'ending';

// Everything there is to know comes after this; of a drill that ran in a netbox that has ended nothing will.
export function forgetDrill() {
  if (!isRunning(current)) return;
  current = null;
  for (const button of $('drill-kinds').children) button.disabled = false;
  replace($('drill-run'), [element('p', 'netbox was started anew while a drill ran: what became of it is not known here.', { class: 'warning' })]);
}

export function hearDrill(drill) {
  current = drill;
  const running = isRunning(drill);
  for (const button of $('drill-kinds').children) button.disabled = running;
  const wasOnEnd = $('drill-run').querySelector('button')?.matches(':focus');
  replace($('drill-run'), [head(drill, running), ...(drill.report ? report(drill.report) : []), events(drill)]);
  const end = $('drill-run').querySelector('button');
  if (wasOnEnd) end?.focus();
  if (end) end.onclick = () => change('DELETE', `drills/${current.id}`).catch(tell);
}

async function ask(button) {
  const order = { kind: button.dataset.drill, node: $('drill-node').value || null };
  button.disabled = true;
  setText($('drill-problem'), '');
  try {
    const plan = await change('POST', 'drills/plan', order);
    button.disabled = false;
    if (await confirmed(button, plan)) await change('POST', 'drills', { ...order, node: plan.target?.id ?? null });
  } catch (e) {
    tell(e);
  } finally {
    button.disabled = isRunning(current);
  }
}

function confirmed(button, plan) {
  const dialog = $('confirm');
  $('confirm-title').textContent = `${button.textContent}${plan.target ? `: ${plan.target.name ?? plan.target.address}` : ''}`;
  $('confirm-body').replaceChildren(
    element('p', `By means of ${plan.channel}${plan.floor.ms > 0 ? `; writes stand still for ${ms(plan.floor.ms)} at the least` : ''}.`, { class: 'quiet' }),
    element('ol', null, {}, plan.steps.map(step => element('li', step))),
    ...plan.warnings.map(warning => element('p', warning, { class: 'warning' })));
  return new Promise(resolve => {
    const close = answer => {
      dialog.close();
      resolve(answer);
    };
    $('confirm-yes').onclick = () => close(true);
    $('confirm-no').onclick = () => close(false);
    dialog.oncancel = () => resolve(false);
    dialog.showModal();
    $('confirm-no').focus();
  });
}

const tell = e => setText($('drill-problem'), e.message);

function head(drill, running) {
  const [state, text] = drill.report ? verdicts[drill.report.verdict] : [running ? 'none' : 'error', drill.state];
  return element('p', null, { class: 'drill-head', 'data-drill-state': drill.state }, [
    pill(state, text),
    element('b', `${drill.kind}${drill.plan.target ? ` of ${drill.plan.target.name ?? drill.plan.target.address}` : ''}`),
    element('span', drill.problem ?? drill.report?.summary ?? `since ${clock(drill.startedAt)}`, { class: 'quiet' }),
    ...(running ? [element('button', 'End it', { type: 'button', class: 'plain' })] : []),
  ]);
}

function report(r) {
  const figures = [
    ['Gap', r.gapMs === null ? 'unknown' : ms(r.gapMs)],
    ['At the least', ms(r.floor.ms)],
    ['Acknowledged', number(r.acknowledged)],
    ['Stored', number(r.stored)],
    ['Lost', number(r.lost)],
    ['Writes again after', ms(r.restored.writesMs) || 'not yet'],
    ['Replicas again after', ms(r.restored.redundancyMs) || 'not yet'],
    ['In place again after', ms(r.restored.placementMs) || 'not yet'],
  ];
  return [
    element('dl', null, { class: 'figures small', 'data-report': r.verdict }, figures.map(([name, value]) =>
      element('div', null, {}, [element('dt', name), element('dd', value)]))),
    ...r.restored.notes.map(note => element('p', note, { class: 'quiet' })),
  ];
}

const events = drill => element('ol', null, { class: 'changes events' }, drill.events.map(e =>
  element('li', null, { 'data-phase': e.phase }, [element('time', clock(e.at), { datetime: e.at }), element('span', e.text)])));
