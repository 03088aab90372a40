// What the page asks the program. Addresses are relative to the page's own, which has the token.

async function answerOf(response) {
  if (response.ok) return response;
  let text = `${response.status} ${response.statusText}`;
  try { text = (await response.json()).error || text; } catch { /* no words came with it */ }
  throw new Error(text);
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Error('The program does not answer. Is nmfsep paint still running in its terminal?');
  }
  return answerOf(response);
}

export async function getJson(path) { return (await request(path)).json(); }
export async function getBytes(path) { return new Uint8Array(await (await request(path)).arrayBuffer()); }

export async function post(path, body) {
  const headers = { 'Content-Type': 'application/json' };
  return (await request(path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

export function layerPath(name, what) { return `layers/${encodeURIComponent(name)}/${what}`; }

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Calls onstate with each state the program reports, for ever.
export async function watch(onstate) {
  for (let news = -1; ;) {
    try {
      const state = await getJson('state?after=' + news);
      news = state.news;
      onstate(state);
      await pause(10);
    } catch (error) {
      onstate({ error: error.message, lost: true });
      await pause(2000);
    }
  }
}

// Sends what `make` gives, one at a time; of several asked for meanwhile only the last.
export class Latest {
  constructor(make, onerror) {
    Object.assign(this, { make, onerror, wanted: false, running: null });
  }

  send() {
    this.wanted = true;
    this.running ||= this.#run().finally(() => { this.running = null; });
    return this.running;
  }

  async #run() {
    while (this.wanted) {
      this.wanted = false;
      try {
        await post('marks', await this.make());
      } catch (error) {
        this.onerror(error);
      }
    }
  }
}
