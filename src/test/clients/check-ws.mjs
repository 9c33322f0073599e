// Usage: node check-ws.mjs GATEWAY_URL APP_URL [CHECK...], with chat.mjs behind the gateway.
// Exit code 0 when every socket got what it should; else 1, and why.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import WebSocket from 'ws';

const [gateway, app, ...only] = process.argv.slice(2);
const DEADLINE_MS = 30_000;

/** Asks until it is so, at the latest at the deadline. */
async function until(what, condition) {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `${typeof what === 'string' ? what : what()}: not within ${DEADLINE_MS} ms`);
    await setTimeout(10);
  }
}

let names = 0;
const sockets = new Set();

/** A socket in a room, not open yet, and what it has got: texts as strings, binaries as buffers. */
function socketIn(room, { query = '', protocols = [] } = {}) {
  const name = `socket-${++names}`;
  const socket = new WebSocket(`${gateway.replace('http', 'ws')}/chat?name=${name}&room=${room}${query}`, protocols);
  const client = { name, socket, got: [], pongs: 0, close: undefined, error: undefined };
  sockets.add(socket);
  socket.on('message', (data, binary) => client.got.push(binary ? data : data.toString()));
  socket.on('pong', () => client.pongs++);
  socket.on('error', error => { client.error = error; });
  socket.on('close', (code, reason) => { client.close = { code, reason: reason.toString() }; });
  client.receives = count => until(() => `${count} messages on ${name}, ${client.got.length} there`, () => {
    assert.equal(client.error, undefined);
    return client.got.length >= count;
  });
  client.closes = async () => {
    await until(`${name} closes`, () => client.close);
    assert.equal(client.error, undefined);
    return client.close;
  };
  client.asks = async text => {
    const before = client.got.length;
    socket.send(text);
    await client.receives(before + 1);
    return client.got[before];
  };
  return client;
}

async function openIn(room, options) {
  const client = socketIn(room, options);
  await until(`${client.name} opens`, () => client.error || client.socket.readyState === WebSocket.OPEN);
  assert.equal(client.error, undefined);
  return client;
}

async function post(path, body = '', type = 'text/plain') {
  const response = await fetch(app + path, { method: 'POST', body, headers: { 'Content-Type': type } });
  assert.equal(response.status, 200, await response.text());
}

const publish = (room, body, type) => post(`/publish?room=${room}`, body, type);
const logOf = async client => (await fetch(`${app}/log?name=${client.name}`)).json();

/** A subscription may hold a little later than the socket is open: asks the room until everyone hears it. */
async function listening(room, clients) {
  const probe = 'anybody there?';
  await until(`all hear ${room}`, async () => {
    await publish(room, probe);
    return clients.every(client => client.got.includes(probe));
  });
}

async function textAndBinary() {
  const client = await openIn('echo');
  const texts = ['hello', '', 'größer 🎈', 'c:{"type":"detach"}', 'm:prefixed'];
  const sent = [...texts, Buffer.from([0, 13, 10, 255, 128]), Buffer.alloc(0), 'end'];
  for (const message of sent) client.socket.send(message);
  await client.receives(sent.length);
  assert.deepEqual(client.got, sent);
  client.socket.close(1000);
  assert.deepEqual(await client.closes(), { code: 1000, reason: '' });
}

async function fragments() {
  const client = await openIn('fragments');
  client.socket.send('one, ', { fin: false });
  client.socket.send('two, ', { fin: false });
  client.socket.send('three', { fin: true });
  client.socket.send(Buffer.from([1, 2]), { fin: false });
  client.socket.send(Buffer.from([3]), { fin: true });
  await client.receives(2);
  assert.deepEqual(client.got, ['one, two, three', Buffer.from([1, 2, 3])]);
}

async function thirtyKilobytes() {
  const client = await openIn('large');
  const text = Array.from({ length: 5_000 }, (_, i) => String(i).padStart(6, '.')).join('');
  const binary = Buffer.alloc(30_000, text).map((byte, i) => byte ^ i);
  client.socket.send(text);
  client.socket.send(binary);
  await client.receives(2);
  assert.ok(client.got[0] === text, 'the text');
  assert.ok(Buffer.compare(client.got[1], binary) === 0, 'the binary');
}

async function order() {
  const client = await openIn('order');
  const sent = Array.from({ length: 200 }, (_, i) => `message ${i}`);
  sent.forEach(message => client.socket.send(message));
  await client.receives(200);
  assert.deepEqual(client.got, sent);
}

async function publishedToAll() {
  const clients = await Promise.all(Array.from({ length: 50 }, () => openIn('all')));
  const elsewhere = await openIn('elsewhere');
  await listening('all', clients);
  await publish('all', 'posted');
  await publish('all', Buffer.from([0, 200, 10]), 'application/octet-stream');
  clients[7].socket.send('|said by one');
  await until('said by one', () => clients[7].got.includes('said by one'));
  await publish('all', 'm:last');
  await until('the last everywhere', () => clients.every(client => client.got.includes('m:last')));
  for (const client of clients) {
    const published = client.got.filter(message => message !== 'anybody there?');
    assert.deepEqual(published, ['posted', Buffer.from([0, 200, 10]), 'said by one', 'm:last']);
  }
  assert.deepEqual(elsewhere.got, []);
}

async function unsubscribed() {
  const [stays, leaves] = [await openIn('leave'), await openIn('leave')];
  await listening('leave', [stays, leaves]);
  leaves.socket.send('/leave');
  await until('left', () => leaves.got.includes('left'));
  let asked = 0;
  await until('no longer heard by who left', async () => {
    const question = `who is there? ${++asked}`;
    await publish('leave', question);
    await until('who stays hears it', () => stays.got.includes(question));
    leaves.socket.send(`after ${question}`);
    await until('echo', () => leaves.got.includes(`after ${question}`));
    return !leaves.got.includes(question);
  });
}

async function closedByClient() {
  const said = [[1000], [4001], [4001, 'going home'], []];
  const logged = ['close 1000', 'close 4001', 'close 4001 going home', 'close without a code'];
  const answered = [1000, 4001, 1000, 1000]; // the library doesn't see a code with a reason
  for (const [i, close] of said.entries()) {
    const client = await openIn('close');
    client.socket.close(...close);
    assert.equal((await client.closes()).code, answered[i]);
    await until('the app is told', async () => (await logOf(client)).length > 1);
    assert.deepEqual(await logOf(client), ['open', logged[i]]);
  }
}

async function closedByApp() {
  const expected = { '/close': { code: 4002, reason: 'enough' }, '/bye': { code: 4003, reason: '' } };
  for (const [command, close] of Object.entries(expected)) {
    const client = await openIn('close');
    client.socket.send('first');
    client.socket.send(command);
    assert.deepEqual(await client.closes(), close);
    assert.deepEqual(client.got, ['first'], 'what was sent before the close');
  }
}

async function closedByPublish() {
  const client = await openIn('closed');
  await listening('closed', [client]);
  await post('/close?room=closed');
  assert.equal((await client.closes()).code, 4004);
  await until('the app is told', async () => (await logOf(client)).some(entry => entry.startsWith('close')));
}

async function droppedByApp() {
  const client = await openIn('drop');
  client.socket.send('/drop');
  await until('dropped', () => client.close);
  assert.equal(client.close.code, 1006);
}

async function ping() {
  const client = await openIn('ping');
  client.socket.ping();
  await until('pong', () => client.pongs === 1);
  client.socket.ping('payload');
  client.socket.send('after');
  await until('pong', () => client.pongs === 2);
  await client.receives(1);
  assert.deepEqual(client.got, ['after']);
  assert.equal(client.pongs, 2, 'one each');
}

async function meta() {
  const client = await openIn('meta');
  assert.equal(await client.asks('/count'), '1');
  assert.equal(await client.asks('/count'), '2');
  assert.equal(await client.asks('/count'), '3');
  assert.equal(await client.asks('/forget'), 'forgotten');
  assert.equal(await client.asks('/count'), '1');
}

async function detached() {
  const client = await openIn('detached');
  await listening('detached', [client]);
  client.socket.send('/detach');
  await until('detached', () => client.got.includes('detached'));
  client.socket.send('nobody hears this');
  await publish('detached', 'one');
  await publish('detached', 'two');
  await until('published', () => client.got.includes('two'));
  client.socket.close(1000);
  await client.closes();
  assert.deepEqual(client.got.filter(message => message !== 'anybody there?'), ['detached', 'one', 'two']);
  const log = await logOf(client);
  assert.ok(!log.includes('nobody hears this'), log);
}

async function terminated() {
  const client = await openIn('terminated');
  await client.asks('hello');
  client.socket.terminate();
  await until('the app is told', async () => (await logOf(client)).includes('disconnect'));
  assert.deepEqual(await logOf(client), ['open', 'hello', 'disconnect']);
}

async function subprotocol() {
  const client = await openIn('protocol', { protocols: ['chat.v3', 'chat.v2'] });
  assert.equal(client.socket.protocol, 'chat.v2');
  assert.equal((await openIn('protocol')).socket.protocol, '');
}

async function refusedByApp() {
  const client = socketIn('refused', { query: '&refuse' });
  const deadline = { signal: AbortSignal.timeout(DEADLINE_MS) };
  const [, response] = await once(client.socket, 'unexpected-response', deadline);
  assert.equal(response.statusCode, 403);
  assert.equal(response.headers['content-type'], 'text/plain');
  assert.equal((await response.setEncoding('utf8').toArray(deadline)).join(''), 'members only\n');
}

async function unsignedIsRefused() {
  const type = 'application/websocket-events';
  const headers = { 'Content-Type': type, Accept: type, 'Connection-Id': 'x' };
  const direct = await fetch(`${app}/chat?name=x&room=x`, { method: 'POST', headers, body: 'OPEN\r\n' });
  assert.equal(direct.status, 400, 'the library tells a direct request from a proxied one');
}

const checks = [
  textAndBinary, fragments, thirtyKilobytes, order, publishedToAll, unsubscribed, closedByClient, closedByApp, closedByPublish,
  droppedByApp, ping, meta, detached, terminated, subprotocol, refusedByApp, unsignedIsRefused,
];
for (const check of checks.filter(({ name }) => only.length === 0 || only.includes(name))) {
  try {
    await check();
    console.log(`ok ${check.name}`);
  } catch (error) {
    console.log(`FAILED ${check.name}: ${error.stack}`);
    process.exitCode = 1;
  }
  sockets.forEach(socket => socket.terminate());
  sockets.clear();
}
process.exit();
