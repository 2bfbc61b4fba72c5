const plain = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export const number = value => value === null || value === undefined ? 'unknown' : plain.format(value);

export function bytes(value) {
  if (value === null || value === undefined) return 'unknown';
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit ? short.format(value) : plain.format(Math.round(value))} ${units[unit]}`;
}

// Slots that were moved one by one are too many to be read out.
const mostRanges = 20;
export function ranges(slots) {
  const texts = slots.slice(0, mostRanges).map(s => s.first === s.last ? `${s.first}` : `${s.first}-${s.last}`);
  return texts.concat(slots.length > mostRanges ? [`and ${count(slots.length - mostRanges, 'more range')}`] : []).join(', ');
}

export const clock = date => new Date(date).toLocaleTimeString('en-GB');

export function duration(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

export function ms(value) {
  if (value === null || value === undefined) return '';
  if (value === 0) return '0 ms';
  if (value >= 1000) return `${(value / 1000).toFixed(value < 10000 ? 2 : 1)} s`;
  if (value >= 100) return `${Math.round(value)} ms`;
  return `${value.toFixed(value < 1 ? 2 : 1)} ms`;
}

export const count = (n, noun) => `${plain.format(n)} ${noun}${n === 1 ? '' : 's'}`;

// The middle of a long name says least.
export const brief = (text, most) => text.length <= most ? text : `${text.slice(0, Math.ceil(most / 2) - 1)}…${text.slice(-Math.floor(most / 2))}`;

// A shard keeps its colour through a failover: it is the slots' colour, not the node's.
const colours = 8;
export const shardClass = index => `c${index % colours}`;
