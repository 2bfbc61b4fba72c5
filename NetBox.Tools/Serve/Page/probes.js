// Questions to the network, asked from where netbox stands.
import { $, element } from './dom.js';
import { get } from './api.js';
import { ms } from './format.js';

const kinds = {
  http: { query: 'url', hint: 'http://localhost:5080/' },
  dns: { query: 'name', hint: 'localhost' },
  tcp: { query: 'target', hint: 'localhost:7101' },
  tls: { query: 'target', hint: 'redis-cluster-0:6379' },
};

export function startProbes() {
  const hint = () => { $('target').placeholder = kinds[$('kind').value].hint; };
  $('kind').addEventListener('change', hint);
  hint();
  $('probe').addEventListener('submit', async event => {
    event.preventDefault();
    const kind = $('kind').value, button = event.submitter, answer = $('answer');
    if (button) button.disabled = true;
    answer.hidden = false;
    answer.textContent = 'asking...';
    try {
      const query = new URLSearchParams({ [kinds[kind].query]: $('target').value.trim() });
      answer.textContent = words[kind](await get(`${kind}?${query}`));
    } catch (e) {
      answer.textContent = e.message;
    } finally {
      if (button) button.disabled = false;
    }
  });
}

export async function offerServices() {
  const { services } = await get('services');
  $('known').replaceChildren(...services.map(s => element('option', null, { value: `${s}/` })));
  if (services.length && !$('target').value) $('target').value = `${services[0]}/`;
}

const phases = r => [['dns', r.dnsMs], ['connect', r.connectMs], ['tls', r.tlsMs], ['first byte', r.firstByteMs], ['body', r.bodyMs]]
  .filter(p => p[1] !== null).map(([name, value]) => `${name} ${ms(value)}`).join(' · ');

const words = {
  http: ({ requests: [r] }) => `${r.status} ${r.reason}\n${phases(r.phases)} · total ${ms(r.phases.totalMs)}\n\n${r.body}`,
  dns: r => JSON.stringify(r, null, 2),
  tcp: r => JSON.stringify(r, null, 2),
  tls: r => [`${r.protocol}, ${r.cipher}, ${ms(r.handshakeMs)}`, ...r.chain.map(c => `${c.subject}, ${c.daysLeft} days left`), ...r.problems].join('\n'),
};
