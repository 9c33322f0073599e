// Usage: node zmq.mjs GATEWAY_URL COMMAND_SPEC: publishes over ZeroMQ as GRIP libraries do, to real streams of the gateway.
// Exit code 0 when every stream got what it should; else 1, and why.
import assert from 'node:assert/strict';
import * as zmq from 'zeromq';

const [gateway, command] = process.argv.slice(2);

/** A tnetstring of text, bytes or objects. */
function tnetstring(value) {
  const framed = (content, type) => Buffer.concat([Buffer.from(`${content.length}:`), content, Buffer.from(type)]);
  return typeof value === 'string' || Buffer.isBuffer(value)
    ? framed(Buffer.from(value), ',')
    : framed(Buffer.concat(Object.entries(value).flatMap(pair => pair.map(tnetstring))), '}');
}

const text = (reply, name) => new RegExp(`${name.length}:${name},(\\d+):([^,]*),`).exec(reply.toString())?.[2];

async function stream(channel) {
  const response = await fetch(`${gateway}/stream?channel=${channel}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let got = '';
  return {
    end: () => reader.cancel(),
    has: async part => {
      while (!got.includes(part)) {
        const { done, value } = await reader.read();
        assert.ok(!done, `the stream ended with ${got}`);
        got += value;
      }
    },
  };
}

const request = new zmq.Request({ receiveTimeout: 20_000 });
request.connect(command);
await request.send(tnetstring({ method: 'get-zmq-uris' }));
const [uris] = await request.receive();
console.log(`ok uris of libzmq ${zmq.version}`);

const pulled = await stream('node-pull');
await pulled.has('[stream opened]');
const push = new zmq.Push();
push.connect(text(uris, 'publish-pull'));
const item = (channel, content) => ({ channel, formats: { 'http-stream': { content } } });
await push.send(tnetstring(item('node-pull', 'one\n')));
await push.send(`J${JSON.stringify(item('node-pull', 'two\n'))}`);
await pulled.has('one\ntwo\n');
console.log('ok push');
await pulled.end();

const publisher = new zmq.XPublisher();
publisher.connect(text(uris, 'publish-sub'));
const says = async expected => {
  for await (const [said] of publisher) {
    if (said.toString() === expected) return; // others are of the stream before
  }
};
const wanted = await stream('node-sub');
await says('\u0001node-sub');
await publisher.send(['node-sub', tnetstring(item('node-sub', 'three\n'))]);
await wanted.has('three\n');
await wanted.end();
await says('\u0000node-sub');
console.log('ok subscriptions');
process.exit(0);
