const patience = 15000;
let session = null;
let onSignedOut = () => {};

export class Failure extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

export const whenSignedOut = callback => { onSignedOut = callback; };

export const get = path => call('GET', path);

// A change carries the anti-forgery token; one that is refused as old (netbox was started anew) is asked for again, once.
export async function change(method, path, body) {
  session ??= await get('session');
  try {
    return await call(method, path, body, { [session.antiforgeryHeader]: session.antiforgeryToken });
  } catch (e) {
    if (e.status !== 400 || !/anti-forgery/.test(e.message)) throw e;
    session = await get('session');
    return await call(method, path, body, { [session.antiforgeryHeader]: session.antiforgeryToken });
  }
}

export async function signIn(token) {
  await call('POST', 'session', { token });
  session = await get('session');
  return session;
}

export async function signOut() {
  await call('DELETE', 'session');
  session = null;
}

async function call(method, path, body, headers = {}) {
  let response;
  try {
    response = await fetch(`api/${path}`, {
      method,
      headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
      cache: 'no-store',
    });
  } catch {
    throw new Failure('netbox itself does not answer');
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    if (response.status === 401 && path !== 'session') onSignedOut();
    throw new Failure(answer?.detail ?? answer?.title ?? `netbox answered ${response.status}`, response.status);
  }
  return answer;
}
