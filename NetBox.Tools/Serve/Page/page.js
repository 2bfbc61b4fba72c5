'use strict';
(() => {
  const every = 1500, patience = 6000, slotCount = 16384, colours = 8;
  const $ = id => document.getElementById(id);
  const number = new Intl.NumberFormat('en');
  let lastGood = null, failedSince = null;

  // Only ever text: names and messages come from the nodes.
  function element(name, text, attributes = {}) {
    const e = document.createElement(name);
    if (text !== null && text !== undefined) e.textContent = text;
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
    return e;
  }

  const ranges = slots => slots.map(s => s.first === s.last ? `${s.first}` : `${s.first}-${s.last}`).join(', ');
  const seconds = ms => ms < 60000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60000)} min`;
  const clock = date => new Date(date).toLocaleTimeString();

  function pill(state, text = state) { return element('span', text, { class: 'pill', 'data-state': state }); }

  function show(report) {
    const { info, nodes: { nodes }, check } = report;
    $('cluster').hidden = false;
    const verdict = info.state !== 'ok' ? info.state : check.errors ? 'error' : check.warnings ? 'warning' : 'ok';
    const words = {
      ok: 'healthy',
      warning: `works, ${check.warnings} ${check.warnings === 1 ? 'warning' : 'warnings'}`,
      error: `${check.errors} ${check.errors === 1 ? 'fault' : 'faults'}`,
      mixed: 'nodes differ: some say fail',
      fail: 'cluster is down',
    };
    setText($('state'), words[verdict]);
    $('state').dataset.state = verdict;
    document.title = `${verdict === 'ok' ? '' : '! '}netbox: ${words[verdict]}`;

    const down = nodes.filter(n => n.state !== 'ok').length;
    figures([
      ['State', info.state],
      ['Nodes', down ? `${nodes.length - down} of ${nodes.length}` : nodes.length],
      ['Masters with slots', info.size],
      ['Slots assigned', number.format(info.slotsAssigned)],
      ['Slots ok', number.format(info.slotsOk)],
      ['Keys', info.keys === null ? 'unknown' : number.format(info.keys)],
      ['Epoch', info.currentEpoch],
    ]);

    const masters = nodes.filter(n => n.slotCount > 0);
    const colour = new Map(masters.map((m, i) => [m.id, `var(--s${i % colours})`]));
    bar(masters, colour);
    table(nodes, colour);
    findings(check);
  }

  // Untouched text stays untouched: screen readers announce what changes.
  function setText(target, text) { if (target.textContent !== text) target.textContent = text; }

  function replace(target, children) {
    const next = document.createElement('div');
    next.append(...children);
    if (next.innerHTML !== target.dataset.shown) {
      target.dataset.shown = next.innerHTML;
      target.replaceChildren(...children);
    }
  }

  function figures(pairs) {
    replace($('overview'), pairs.map(([name, value]) => {
      const box = element('div');
      box.append(element('dt', name), element('dd', value));
      return box;
    }));
  }

  function bar(masters, colour) {
    const svg = $('slots');
    const shown = JSON.stringify(masters.map(m => [m.id, m.slots]));
    if (svg.dataset.shown === shown) return;
    svg.dataset.shown = shown;
    svg.replaceChildren(...masters.flatMap(m => m.slots.map(s => {
      const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      rect.setAttribute('x', s.first);
      rect.setAttribute('width', s.last - s.first + 1);
      rect.setAttribute('height', 100);
      rect.style.fill = colour.get(m.id);
      const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
      title.textContent = `${m.address}: ${ranges([s])}`;
      rect.append(title);
      return rect;
    })));
    const covered = masters.reduce((sum, m) => sum + m.slotCount, 0);
    svg.setAttribute('aria-label', masters.map(m => `${m.address} owns ${ranges(m.slots)}`).join('; ') || 'no slot has an owner');
    replace($('legend'), [
      ...masters.map(m => entry(colour.get(m.id), `${m.address}, ${number.format(m.slotCount)} slots`)),
      ...(covered < slotCount ? [entry(null, `without an owner, ${number.format(slotCount - covered)} slots`)] : []),
    ]);
  }

  function entry(fill, text) {
    const item = element('li');
    const swatch = element('span', null, { class: 'swatch' });
    if (fill) swatch.style.background = fill;
    item.append(swatch, text);
    return item;
  }

  function table(nodes, colour) {
    replace($('nodes').tBodies[0], nodes.map(n => {
      const row = element('tr', null, { 'data-role': n.role });
      const address = element('td', null, { class: 'mono' });
      const swatch = element('span', null, { class: 'swatch' });
      const fill = colour.get(n.role === 'replica' ? n.masterId : n.id);
      if (fill) swatch.style.background = fill;
      address.append(swatch, n.address);
      const state = element('td');
      state.append(pill(n.state));
      if (n.problem) state.append(element('span', n.problem, { class: 'problem' }));
      const link = n.replicationLink === 'down' ? pill('error', 'replication down') : n.link ?? '';
      const linkCell = element('td', null, n.link ? { 'data-label': 'Link' } : { 'data-empty': '' });
      linkCell.append(link);
      row.append(
        address,
        element('td', n.role),
        state,
        cell('Slots', n.slotCount ? ranges(n.slots) : ''),
        cell('Keys', n.keys === null ? '' : number.format(n.keys), 'number'),
        cell('Epoch', n.epoch ?? '', 'number'),
        linkCell,
        cell('Master', n.masterAddress ?? '', 'mono'),
        cell('Id', n.id ? n.id.slice(0, 8) : '', 'mono', n.id));
      return row;
    }));
  }

  function cell(label, text, kind = '', title = null) {
    const td = element('td', text, { class: kind, 'data-label': label });
    if (title) td.title = title;
    if (text === '') td.setAttribute('data-empty', '');
    return td;
  }

  function findings(check) {
    replace($('findings'), check.findings.length
      ? check.findings.map(f => {
        const item = element('li');
        item.append(pill(f.severity), element('span', f.message, { class: 'text' }), element('span', f.code, { class: 'quiet mono' }));
        return item;
      })
      : [element('li', `Nothing to complain about: ${check.nodes} nodes, ${check.masters} masters, all ${number.format(check.slotsCovered)} slots covered.`)]);
  }

  function trouble(text) {
    failedSince ??= Date.now();
    $('trouble').hidden = false;
    setText($('trouble'), text + (lastGood ? ` What is shown below is of ${clock(lastGood)}.` : ''));
    $('cluster').classList.add('stale');
    setText($('state'), 'not known');
    $('state').dataset.state = 'error';
    document.title = '! netbox: not known';
  }

  function calm() {
    failedSince = null;
    $('trouble').hidden = true;
    $('cluster').classList.remove('stale');
  }

  async function ask(path) {
    const response = await fetch(path, { signal: AbortSignal.timeout(patience), cache: 'no-store' });
    const body = await response.json();
    if (body.error) throw Object.assign(new Error(body.error.message), { told: true });
    return body;
  }

  async function refresh() {
    try {
      const report = await ask('api/cluster');
      calm();
      lastGood = report.info.observedAt;
      show(report);
    } catch (e) {
      trouble(e.told ? `The cluster cannot be observed: ${e.message}.` : 'netbox itself does not answer.');
    }
    setTimeout(refresh, document.hidden ? every * 4 : every);
  }

  setInterval(() => setText($('freshness'), failedSince
    ? `no answer since ${seconds(Date.now() - failedSince)}`
    : lastGood ? `as of ${clock(lastGood)}` : ''), 500);

  const hints = { http: ['url', 'http://localhost:5080/'], dns: ['name', 'localhost'], tcp: ['target', 'localhost:7101'] };
  const hint = () => { $('target').placeholder = hints[$('kind').value][1]; };
  $('kind').addEventListener('change', hint);
  hint();

  $('probe').addEventListener('submit', async event => {
    event.preventDefault();
    const kind = $('kind').value, button = event.submitter, answer = $('answer');
    if (button) button.disabled = true;
    answer.hidden = false;
    answer.textContent = 'asking...';
    try {
      const query = new URLSearchParams({ [hints[kind][0]]: $('target').value.trim() });
      answer.textContent = words[kind](await ask(`api/${kind}?${query}`));
    } catch (e) {
      answer.textContent = e.told ? e.message : 'netbox itself does not answer.';
    } finally {
      if (button) button.disabled = false;
    }
  });

  const ms = value => value === null ? '' : value >= 100 ? `${Math.round(value)} ms` : `${value.toFixed(value < 1 ? 2 : 1)} ms`;
  const words = {
    http: ({ requests: [r] }) => {
      const phases = [['dns', r.phases.dnsMs], ['connect', r.phases.connectMs], ['tls', r.phases.tlsMs], ['first byte', r.phases.firstByteMs], ['body', r.phases.bodyMs]];
      return `${r.status} ${r.reason}\n${phases.filter(p => p[1] !== null).map(([n, v]) => `${n} ${ms(v)}`).join(' · ')} · total ${ms(r.phases.totalMs)}\n\n${r.body}`;
    },
    dns: r => [`${r.name}  ${ms(r.totalMs)}`, ...[['A', r.a], ['AAAA', r.aaaa]].map(([k, a]) => `${k.padEnd(5)} ${a.addresses.join('  ') || `none (${a.error ?? 'no address of that kind'})`}`)].join('\n'),
    tcp: r => [...r.attempts.map(a => a.ok ? `connected to ${a.address} in ${ms(a.ms)}` : `failed at ${a.address}: ${a.error}`),
      `${r.summary.ok} of ${r.summary.sent} connected, min ${ms(r.summary.minMs)}, avg ${ms(r.summary.avgMs)}, max ${ms(r.summary.maxMs)}`].join('\n'),
  };

  ask('api/services').then(({ services, probesOff }) => {
    $('known').replaceChildren(...services.map(s => element('option', null, { value: `${s}/` })));
    if (services.length) $('target').value = `${services[0]}/`;
    if (probesOff) {
      $('probes-off').hidden = false;
      $('probes-off').textContent = probesOff;
      for (const option of [...$('kind').options]) if (option.value !== 'dns') option.disabled = true;
      $('kind').value = 'dns';
      hint();
    }
  }).catch(() => { /* refresh() tells that netbox does not answer. */ });

  refresh();
})();
