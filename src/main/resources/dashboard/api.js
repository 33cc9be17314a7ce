// The service's API, relative to this page: it works behind any prefix of a gateway.

const base = new URL('./', document.baseURI);
const TOKEN = 'hissrv-token';
/** The service sends at least a line in ten seconds; a connection that is silent for longer is dead. */
const SILENCE = 25_000;
let asking = null;
/** Somebody chose to give no token: what is only shown asks no more until something is done about it. */
let declined = false;
let dialog = null;

/** What the service says when it can't or won't: a problem document, or that nobody answers. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || String(status));
    this.status = status;
    this.body = body;
  }
}

export const token = {
  get: () => sessionStorage.getItem(TOKEN) || '',
  set: (value) => (value ? sessionStorage.setItem(TOKEN, value) : sessionStorage.removeItem(TOKEN)),
};

/** Who asks for a token when the service wants one: a function that resolves to true when there is a new one. */
export function onTokenWanted(ask) {
  asking = ask;
}

/** Whether requests may ask for a token again; they do not when somebody has just said no. */
export function mayAsk(may) {
  declined = !may;
}

/** One dialog for all who wait. */
async function newToken(problem) {
  dialog ??= asking(problem).finally(() => { dialog = null; });
  declined = !(await dialog);
  return !declined;
}

/** The address of something, with parameters; a list gives one of each, what is undefined is left out. */
export function address(path, parameters = {}) {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') url.searchParams.append(name, one);
    }
  }
  return url;
}

/**
 * A request; answers the response, or throws a Problem.
 *
 * @param quiet true when nobody is to be asked for a token
 */
export async function request(path, {method = 'GET', parameters, body, headers = {}, signal, quiet = false} = {}) {
  for (;;) {
    const sent = {Accept: 'application/json', ...headers};
    const used = token.get();
    if (used) sent.Authorization = `Bearer ${used}`;
    let response;
    try {
      response = await fetch(address(path, parameters), {method, body, headers: sent, signal, cache: 'no-store'});
    } catch (failure) {
      if (failure.name === 'AbortError') throw failure;
      throw new Problem(0, {title: 'no-answer'});
    }
    if (response.ok) return response;
    const problem = new Problem(response.status, await told(response));
    if (![401, 403].includes(response.status)) throw problem;
    if (token.get() !== used) continue;
    if (quiet || !asking || (declined && method === 'GET') || !(await newToken(problem))) throw problem;
  }
}

async function told(response) {
  try {
    return await response.json();
  } catch {
    return {title: response.statusText || String(response.status)};
  }
}

/** The JSON of a GET. */
export async function get(path, parameters, signal) {
  return (await request(path, {parameters, signal})).json();
}

/** The JSON that something which changes state answers; null when it answers nothing. */
export async function send(method, path, body, parameters, {quiet = false} = {}) {
  const response = await request(path, {
    method,
    quiet,
    parameters,
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    headers: body === undefined ? {} : {'Content-Type': 'application/json'},
  });
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

/**
 * Server-sent events by fetch, which unlike EventSource can carry a token. Comes again by itself until the signal
 * ends it.
 */
export async function listen(path, parameters, {signal, onevent, onstate}) {
  let wait = 500;
  while (!signal.aborted) {
    try {
      const response = await request(path, {parameters, signal, headers: {Accept: 'text/event-stream'}});
      onstate(true);
      wait = 500;
      await read(response.body.getReader(), onevent);
    } catch (failure) {
      if (signal.aborted) return;
      onstate(false, failure);
    }
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(wait * 2, 10_000);
  }
}

async function read(reader, onevent) {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const {done, value} = await inTime(reader.read());
    if (done) return;
    rest += decoder.decode(value, {stream: true});
    const blocks = rest.split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      let type = 'message';
      const data = [];
      for (const line of block.split('\n')) {
        if (line.startsWith('event:')) type = line.slice(6).trim();
        if (line.startsWith('data:')) data.push(line.slice(5).trim());
      }
      if (data.length > 0) onevent(type, JSON.parse(data.join('\n')));
    }
  }
}

function inTime(promise) {
  let timer;
  const silence = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Problem(0, {title: 'silence'})), SILENCE);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}
