export const $ = id => document.getElementById(id);

// Only ever text: names and messages come from the nodes.
export function element(name, text = null, attributes = {}, children = []) {
  return fill(document.createElement(name), text, attributes, children);
}

export function svg(name, attributes = {}, text = null, children = []) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), text, attributes, children);
}

export const pill = (state, text = state) => element('span', text, { class: 'pill', 'data-state': state });

// What has not changed stays untouched: screen readers announce what changes, and a selection survives.
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

export function replace(target, children) {
  const next = document.createElement(target.tagName);
  next.append(...children);
  if (target.shown === next.innerHTML) return;
  target.shown = next.innerHTML;
  target.replaceChildren(...next.childNodes);
}

function fill(e, text, attributes, children) {
  if (text !== null && text !== undefined) e.textContent = text;
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) e.setAttribute(key, value);
  e.append(...children);
  return e;
}
