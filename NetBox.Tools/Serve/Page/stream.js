// The live events. A connection counts as lost when nothing was heard for longer than netbox ever is silent.
const silence = 5000, retry = 1000;

export function listen(handlers, onConnection, onRefused) {
  let source = null, heard = 0, lost = true, waiting = 0;

  const hear = () => {
    heard = Date.now();
    if (lost) {
      lost = false;
      onConnection(true);
    }
  };

  const lose = () => {
    if (lost) return;
    lost = true;
    onConnection(false);
  };

  // The browser comes back by itself after a broken connection, with the id of the last event; not after an answer such as 401 or 502,
  // and not from a connection that is only silent.
  const open = () => {
    source?.close();
    heard = Date.now();
    source = new EventSource('api/events');
    source.addEventListener('error', () => {
      lose();
      if (source.readyState !== EventSource.CLOSED) return;
      onRefused();
      again();
    });
    for (const kind of ['hello', 'beat', ...Object.keys(handlers)]) {
      source.addEventListener(kind, event => {
        hear();
        handlers[kind]?.(JSON.parse(event.data));
      });
    }
  };

  const again = () => {
    clearTimeout(waiting);
    waiting = setTimeout(open, retry);
  };

  setInterval(() => {
    if (source && Date.now() - heard > silence) {
      lose();
      open();
    }
  }, 500);

  return { open, close: () => { clearTimeout(waiting); source?.close(); source = null; } };
}
