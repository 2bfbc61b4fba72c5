import { $, setText } from './dom.js';
import { get, signIn, signOut, whenSignedOut } from './api.js';
import { addChange, forgetChanges, showChanges } from './changes.js';
import { forgetDrill, hearDrill, offerDrills, showDrillNodes } from './drills.js';
import { clock, duration } from './format.js';
import { showDifferences, showFindings } from './findings.js';
import { showNodes } from './nodes.js';
import { showOverview, showVerdict } from './overview.js';
import { offerServices, startProbes } from './probes.js';
import { showShards } from './shards.js';
import { showSlots } from './slots.js';
import { listen } from './stream.js';
import { addToTrend, showTrend, startTrend } from './trend.js';

let picture = null, arrived = 0, connected = null, lostAt = 0, trouble = null, drawing = false;

// As often as the screen wants it, and not at all in a tab nobody sees.
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    if (picture) {
      $('cluster').hidden = false;
      for (const show of [showOverview, showShards, showSlots, showTrend, showDifferences, showNodes, showDrillNodes]) show(picture);
    }
    showChanges();
    showConnection();
  });
}

function showConnection() {
  const age = picture ? ` What is shown is of ${clock(picture.takenAt)}, ${duration((Date.now() - arrived) / 1000)} old.` : '';
  const text = connected === false ? `The connection to netbox is lost, for ${duration((Date.now() - lostAt) / 1000)} now; trying again.${age}`
    : trouble ? `The cluster cannot be observed: ${trouble}.${age}`
    : '';
  $('trouble').hidden = !text;
  setText($('trouble'), text);
  $('cluster').classList.toggle('stale', text !== '');
  if (text) showVerdict('error', 'not known');
  setText($('freshness'), text ? '' : picture ? `live, ${clock(picture.takenAt)}` : '');
  document.documentElement.classList.toggle('live', !text && picture !== null);
}

const stream = listen({
  hello: () => {
    forgetChanges();
    forgetDrill();
  },
  picture: taken => {
    picture = taken;
    arrived = Date.now();
    trouble = null;
    addToTrend(taken);
    draw();
  },
  trouble: report => {
    trouble = report.error.message;
    draw();
  },
  findings: showFindings,
  change: change => {
    addChange(change);
    draw();
  },
  drill: hearDrill,
}, isConnected => {
  connected = isConnected;
  lostAt = Date.now();
  draw();
}, () => get('session').catch(e => { if (e.status === 401) ask(); }));

async function open() {
  try {
    const session = await get('session');
    $('sign-out').hidden = !session.asksForToken;
    if ($('sign-in').open) $('sign-in').close();
    startTrend(await get('trend').catch(() => []));
    offerServices().catch(() => {});
    offerDrills().catch(() => {});
    stream.open();
  } catch (e) {
    if (e.status === 401) ask();
    else {
      connected = false;
      lostAt ||= Date.now();
      showConnection();
      setTimeout(open, 1000);
    }
  }
}

function ask(problem = '') {
  stream.close();
  setText($('sign-in-problem'), problem);
  if (!$('sign-in').open) $('sign-in').showModal();
}

async function present(token) {
  try {
    await signIn(token);
    $('token').value = '';
    open();
  } catch (e) {
    ask(e.message);
  }
}

whenSignedOut(() => ask());
$('sign-in').addEventListener('cancel', event => event.preventDefault());
$('sign-in-form').addEventListener('submit', event => {
  event.preventDefault();
  present($('token').value.trim());
});
$('sign-out').addEventListener('click', async () => {
  await signOut().catch(() => {});
  location.reload();
});

startProbes();
setInterval(showConnection, 500);

// A token in the address is taken and leaves the address, which ends up in histories.
const given = new URLSearchParams(location.hash.slice(1)).get('token');
if (given) {
  history.replaceState(null, '', location.pathname);
  present(given);
} else {
  open();
}
