// An Express backend written with the published GRIP libraries. It knows the gateway by GRIP_URL alone.
import express from 'express';
import { EventStream } from '@fanoutio/eventstream';
import { Channel, HttpResponseFormat, HttpStreamFormat } from '@fanoutio/grip';
import { ServeGrip } from '@fanoutio/serve-grip';

const grip = process.env.GRIP_URL;
const app = express();
const eventStream = new EventStream({ grip });
app.get('/library/:name', eventStream('{name}'));

const serveGrip = new ServeGrip({ grip, isGripProxyRequired: true });
app.use('/own', serveGrip);

// What a database would keep.
const events = [];
const sse = event => `id: ${event.id}\ndata: ${event.text}\n\n`;
const after = id => events.filter(event => event.id > id);
const last = () => events.length;

function position(req) {
  const fromGateway = /own; ?last-id="?(\d+)/.exec(req.get('Grip-Last') ?? '');
  if (fromGateway) return Number(fromGateway[1]);
  const fromClient = req.get('Last-Event-ID') ?? req.query.since;
  return fromClient === undefined ? last() : Number(fromClient);
}

app.get('/own/events', (req, res) => {
  if (!req.grip.isProxied || !req.grip.isSigned) return res.status(400).end('not signed by the gateway\n');
  const instruct = res.grip.startInstruct();
  instruct.addChannel(new Channel('own', String(last())));
  instruct.setHoldStream();
  instruct.setNextLink('/own/events', 60);
  instruct.setKeepAlive(': alive\n\n', 20);
  res.set('Content-Type', 'text/event-stream');
  const opening = req.get('Grip-Last') ? '' : 'retry: 50\n\n';
  res.end(opening + after(position(req)).map(sse).join(''));
});

app.get('/own/poll', (req, res) => {
  const news = after(position(req));
  if (news.length === 0) {
    const instruct = res.grip.startInstruct();
    instruct.addChannel(new Channel('own', String(last())));
    instruct.setHoldLongPoll(20);
  }
  res.json(news);
});

app.post('/publish/library/:name', async (req, res) => {
  await eventStream.publishEvent(req.params.name, { event: 'message', data: { n: Number(req.query.n) } });
  res.end();
});

app.post('/publish/own', async (req, res) => {
  const event = { id: last() + 1, text: String(req.query.text) };
  events.push(event);
  const formats = [new HttpStreamFormat(sse(event)), new HttpResponseFormat({ body: JSON.stringify([event]) })];
  await serveGrip.getPublisher().publishFormats('own', formats, String(event.id), String(event.id - 1));
  res.json(event);
});

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`port=${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
