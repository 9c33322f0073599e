// Chat rooms over WebSockets, written with the published GRIP libraries: what a socket sends comes as POST requests.
// Usage: node chat.mjs express|http, the same rooms as an Express app or as a plain Node server.
import http from 'node:http';
import express from 'express';
import { WebSocketEvent, WebSocketMessageFormat } from '@fanoutio/grip';
import { ServeGrip } from '@fanoutio/serve-grip';

const serveGrip = new ServeGrip({ grip: process.env.GRIP_URL });
const queryOf = req => new URL(req.url, 'http://app').searchParams;

// What the app was told about each socket, by the name the socket gave.
const logs = new Map();
function log(name, entry) {
  if (!logs.has(name)) logs.set(name, []);
  logs.get(name).push(entry);
}

async function chat(req, res) {
  const socket = req.grip.wsContext;
  if (!socket || !req.grip.isSigned) {
    res.statusCode = 400;
    return res.end('not a WebSocket by way of the gateway\n');
  }
  if (socket.isOpening() && !open(req, res, socket)) return;
  const { name, room } = socket.meta; // kept by the gateway
  const closing = socket._inEvents.find(event => event.type === 'CLOSE')?.content;
  while (socket.canRecv()) {
    let message;
    try {
      message = socket.recvRaw();
    } catch { // the library's way to tell a DISCONNECT
      log(name, 'disconnect');
      return res.end();
    }
    if (message === null) {
      // The library doesn't tell the reason, and no code where there is a reason.
      const reason = closing?.subarray(2).toString() ?? '';
      log(name, `close ${closing ? closing.readUInt16BE(0) : 'without a code'} ${reason}`.trimEnd());
      socket.close(socket.closeCode ?? 1000);
    } else {
      await answer(socket, message, room);
    }
  }
  // Pings that no message follows: the library answers them while it looks for a message.
  try { socket.recvRaw(); } catch { /* none there */ }
  res.end();
}

function open(req, res, socket) {
  const query = queryOf(req);
  if (query.has('refuse')) {
    res.statusCode = 403;
    res.setHeader('Content-Type', 'text/plain');
    res.end('members only\n');
    return false;
  }
  socket.accept();
  socket.meta.name = query.get('name');
  socket.meta.room = query.get('room');
  socket.subscribe(query.get('room'));
  const protocols = (req.headers['sec-websocket-protocol'] ?? '').split(/, */);
  if (protocols.includes('chat.v2')) res.setHeader('Sec-WebSocket-Protocol', 'chat.v2');
  log(query.get('name'), 'open');
  return true;
}

async function answer(socket, message, room) {
  if (typeof message !== 'string') return socket.sendBinary(message);
  log(socket.meta.name, message.slice(0, 80));
  if (message.startsWith('|')) return publishTo(room, new WebSocketMessageFormat(message.slice(1)));
  switch (message) {
    case '/count':
      socket.meta.count = String(Number(socket.meta.count ?? 0) + 1);
      return socket.send(socket.meta.count);
    case '/forget':
      delete socket.meta.count;
      return socket.send('forgotten');
    case '/leave':
      socket.unsubscribe(room);
      return socket.send('left');
    case '/detach':
      socket.send('detached');
      return socket.detach();
    case '/bye':
      return socket.close(4003);
    case '/close': // with a reason, which the library's close() doesn't take
      return socket.outEvents.push(new WebSocketEvent('CLOSE', Buffer.from('\x0f\xa2enough', 'latin1')));
    case '/drop':
      return socket.disconnect();
    default:
      return socket.send(message);
  }
}

const publishTo = (room, format) => serveGrip.getPublisher().publishFormats(room, format);

async function publish(req, res) {
  const parts = [];
  for await (const part of req) parts.push(part);
  const body = Buffer.concat(parts);
  const binary = req.headers['content-type'] === 'application/octet-stream';
  await publishTo(queryOf(req).get('room'), new WebSocketMessageFormat(binary ? new Uint8Array(body) : body.toString()));
  res.end();
}

async function closeRoom(req, res) {
  await publishTo(queryOf(req).get('room'), new WebSocketMessageFormat(null, true, 4004));
  res.end();
}

function tell(req, res) {
  res.setHeader('Content-Type', 'application/json');
  res.end(JSON.stringify(logs.get(queryOf(req).get('name')) ?? []));
}

function expressApp() {
  const app = express();
  app.post('/chat', serveGrip, chat);
  app.post('/publish', publish);
  app.post('/close', closeRoom);
  app.get('/log', tell);
  return http.createServer(app);
}

function plainApp() {
  const handlers = { 'POST /chat': chat, 'POST /publish': publish, 'POST /close': closeRoom, 'GET /log': tell };
  return http.createServer(async (req, res) => {
    try {
      if (!(await serveGrip.run(req, res))) return; // it has answered
      await handlers[`${req.method} ${req.url.split('?')[0]}`](req, res);
    } catch (error) {
      console.error(error);
      res.statusCode = 500;
      res.end();
    }
  });
}

const server = process.argv[2] === 'express' ? expressApp() : plainApp();
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`port=${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
