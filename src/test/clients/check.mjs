// Usage: node check.mjs GATEWAY_URL APP_URL. Exit code 0 when every client got what it should; else 1, and why.
import assert from 'node:assert/strict';
import net from 'node:net';
import { EventSource } from 'eventsource';

const [gateway, app] = process.argv.slice(2);
const DEADLINE_MS = 30_000;

/** A value that comes later, at the latest at the deadline. */
function eventually(what, setUp) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: not within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    setUp(value => { clearTimeout(timer); resolve(value); }, error => { clearTimeout(timer); reject(error); });
  });
}

async function post(path) {
  const response = await fetch(app + path, { method: 'POST' });
  assert.equal(response.status, 200, await response.clone().text());
  return response;
}

/** A TCP relay to the gateway whose connections can be cut, as a network does. */
async function relay(url) {
  const to = new URL(url);
  const sockets = new Set();
  let accepted = 0;
  const server = net.createServer(client => {
    accepted++;
    const upstream = net.connect(Number(to.port), to.hostname);
    for (const [a, b] of [[client, upstream], [upstream, client]]) {
      sockets.add(a);
      a.on('error', () => b.destroy());
      a.on('close', () => { sockets.delete(a); b.destroy(); });
      a.pipe(b);
    }
  });
  await new Promise(listening => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    connections: () => accepted,
    cut: () => sockets.forEach(socket => socket.destroy()),
    close: () => { server.close(); sockets.forEach(socket => socket.destroy()); },
  };
}

async function eventstreamLibrary() {
  const sources = [1, 2, 3].map(() => new EventSource(`${gateway}/library/news`));
  const received = sources.map(source => {
    const got = [];
    source.addEventListener('message', event => got.push(JSON.parse(event.data).n));
    return got;
  });
  await Promise.all(sources.map(source => eventually('stream opens', (done, fail) => {
    source.addEventListener('stream-open', done);
    source.onerror = fail;
  })));
  for (let n = 1; n <= 20; n++) await post(`/publish/library/news?n=${n}`);
  await eventually('20 events on 3 clients', done => {
    const poll = setInterval(() => received.every(got => got.length >= 20) && (clearInterval(poll), done()), 20);
  });
  sources.forEach(source => source.close());
  const expected = Array.from({ length: 20 }, (_, i) => i + 1);
  received.forEach(got => assert.deepEqual(got, expected));
}

async function reconnectWithLastEventId() {
  const network = await relay(gateway);
  const source = new EventSource(`${network.url}/own/events`);
  const got = [];
  source.onmessage = event => got.push(event.lastEventId + ':' + event.data);
  await eventually('stream opens', done => { source.onopen = done; });
  const expected = [];
  for (let n = 1; n <= 60; n++) {
    const event = await (await post(`/publish/own?text=message-${n}`)).json();
    expected.push(`${event.id}:message-${n}`);
    if (n % 15 === 0) network.cut();
  }
  await eventually(`60 events, ${network.connections()} connections`, done => {
    const poll = setInterval(() => got.length >= 60 && (clearInterval(poll), done()), 20);
  });
  source.close();
  network.close();
  assert.deepEqual(got, expected, 'every event once, in order, over cut connections');
  assert.ok(network.connections() > 1, 'the connection was really cut');
}

async function longPoll() {
  const since = (await (await fetch(`${gateway}/own/poll?since=0`)).json()).length;
  const waiting = fetch(`${gateway}/own/poll?since=${since}`).then(response => response.json());
  const event = await (await post('/publish/own?text=polled')).json();
  const answer = await eventually('long-poll answers', (done, fail) => { waiting.then(done, fail); });
  assert.deepEqual(answer, [event], 'answered by the publish, or by the retry that saw it');
}

async function unsignedIsRefused() {
  const direct = await fetch(`${app}/own/events`);
  assert.equal(direct.status, 400, 'the library tells a direct request from a proxied one');
}

for (const check of [eventstreamLibrary, reconnectWithLastEventId, longPoll, unsignedIsRefused]) {
  try {
    await check();
    console.log(`ok ${check.name}`);
  } catch (error) {
    console.log(`FAILED ${check.name}: ${error.stack}`);
    process.exit(1);
  }
}
process.exit(0);
