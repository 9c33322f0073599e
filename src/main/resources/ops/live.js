// Numbers as they come from the node, once a second: rates, charts, nodes, channels.
import { byId, bytes, duration, h, latency, rows, say, short, time } from './dom.js';
import { Chart } from './charts.js';

const SILENT_MILLIS = 6000;

let chosen = null;
let before = null;
let last = null;
const history = [];
const listeners = [];

/** Called with each report. */
export const onReport = listener => listeners.push(listener);

// What a node's counters say of the time between two reports.

function between(node, old, seconds) {
  const rate = name => old && seconds > 0 ? Math.max(0, (node.numbers[name] ?? 0) - (old.numbers[name] ?? 0)) / seconds : null;
  const sum = drops => Object.values(drops).reduce((all, each) => all + each, 0);
  const buckets = name => old ? node.timings[name].map((count, i) => Math.max(0, count - old.timings[name][i])) : null;
  return {
    deliveries: rate('deliveries'), items: rate('items_accepted'), requests: rate('requests'), failures: rate('origin_failures'),
    filtered: rate('filtered'), publishes: rate('publishes'),
    drops: old && seconds > 0 ? Math.max(0, sum(node.drops) - sum(old.drops)) / seconds : null,
    cpu: old && seconds > 0 ? Math.max(0, node.numbers.cpu_millis - old.numbers.cpu_millis) / 10 / seconds / node.numbers.cores : null,
    streams: node.numbers.stream_holds, polls: node.numbers.response_holds, sockets: node.numbers.sockets, connections: node.numbers.connections,
    origin: node.numbers.origin_requests, heap: node.numbers.heap_used_bytes, heapMax: node.numbers.heap_max_bytes,
    lag: buckets('event_loop_lag'), answer: buckets('origin_response'),
  };
}

/** The value, in milliseconds, below which that share is; null of nothing. */
export function quantile(buckets, bounds, share) {
  const all = buckets?.reduce((sum, each) => sum + each, 0) ?? 0;
  if (all === 0) return null;
  let seen = 0;
  for (let i = 0; i < buckets.length; i++) {
    if (buckets[i] > 0 && seen + buckets[i] >= share * all) {
      const low = i === 0 ? 0 : bounds[i - 1];
      const high = bounds[i] ?? bounds[bounds.length - 1];
      return (low + (high - low) * Math.max(0, share * all - seen) / buckets[i]) * 1000;
    }
    seen += buckets[i];
  }
  return bounds[bounds.length - 1] * 1000;
}

// The charts.

const moment = point => Object.entries(point.nodes).filter(([name]) => chosen === null || chosen === name).map(([, node]) => node);
const add = name => point => {
  const known = moment(point).map(node => node[name]).filter(value => value !== null);
  return known.length ? known.reduce((sum, each) => sum + each, 0) : null;
};
const mean = name => point => {
  const known = moment(point).map(node => node[name]).filter(value => value !== null);
  return known.length ? known.reduce((sum, each) => sum + each, 0) / known.length : null;
};
const share = (name, part) => point => {
  const known = moment(point).map(node => node[name]).filter(value => value !== null);
  return known.length ? quantile(known.reduce((sum, each) => sum.map((count, i) => count + each[i])), point.bounds, part) : null;
};
const count = value => value === null ? '–' : short(value);

const TILES = [
  { name: 'Connections', lines: [['streams', 'one', add('streams')], ['polls', 'two', add('polls')], ['sockets', 'three', add('sockets')]], format: count, value: point => short(add('connections')(point) ?? 0), unit: '' },
  { name: 'Deliveries', lines: [['', 'one', add('deliveries')]], format: count, unit: '/s', more: point => [count(add('filtered')(point)) + '/s filtered'] },
  { name: 'Items published', lines: [['', 'two', add('items')]], format: count, unit: '/s', more: point => [count(add('publishes')(point)) + ' calls/s'] },
  { name: 'Drops', lines: [['', 'bad', add('drops')]], format: count, unit: '/s', bad: point => (add('drops')(point) ?? 0) > 0, more: () => [worstDrops()] },
  { name: 'Requests of clients', lines: [['', 'one', add('requests')]], format: count, unit: '/s', more: point => [count(add('origin')(point)) + ' at backends', count(add('failures')(point)) + '/s failed'] },
  { name: 'Backends’ latency', lines: [['half', 'one', share('answer', 0.5)], ['99 %', 'two', share('answer', 0.99)]], format: latency, value: point => latency(share('answer', 0.99)(point)), unit: '', least: 5 },
  { name: 'Event-loop lag, 99 %', lines: [['', 'three', share('lag', 0.99)]], format: latency, value: point => latency(share('lag', 0.99)(point)), unit: '', least: 5, bad: point => (share('lag', 0.99)(point) ?? 0) > 100, more: () => ['what every delivery waits'] },
  { name: 'CPU', lines: [['', 'one', mean('cpu')]], format: value => value === null ? '–' : Math.round(value) + ' %', unit: '', least: 100, more: point => ['heap ' + bytes(add('heap')(point) ?? 0) + ' of ' + bytes(add('heapMax')(point) ?? 0)] },
];

function worstDrops() {
  const sums = {};
  for (const node of last?.nodes ?? []) {
    if (chosen !== null && node.node !== chosen) continue;
    for (const [reason, number] of Object.entries(node.drops)) sums[reason] = (sums[reason] ?? 0) + number;
  }
  const worst = Object.entries(sums).sort((a, b) => b[1] - a[1]);
  return worst.length ? worst.slice(0, 2).map(([reason, number]) => short(number) + ' ' + reason.replaceAll('_', ' ')).join(', ') + ' since the start' : 'none since the start';
}

function tile(spec) {
  const value = h('p', { class: 'value' }, '–');
  const more = h('p', { class: 'more' }, '\u00a0');
  const hover = h('span');
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const element = h('article', { class: 'tile' }, h('h3', {}, spec.name, hover), value, canvas, more);
  const chart = new Chart(canvas, {
    colors: spec.lines.map(line => line[1]), format: spec.format, least: spec.least,
    onHover: told => say(hover, told ? time(told.time) + '  ' + told.text : ''),
  });
  byId('tiles').append(element);
  return () => {
    const point = history[history.length - 1];
    const number = spec.value ? spec.value(point) : spec.format(spec.lines[0][2](point));
    value.replaceChildren(number, ...(spec.unit ? [h('small', {}, spec.unit)] : []));
    element.classList.toggle('bad', Boolean(spec.bad?.(point)));
    const keys = spec.lines.length > 1 ? spec.lines.map(([name, paint, of]) => h('b', {}, h('i', { class: 'key ' + paint }), name + ' ' + spec.format(of(point)))) : (spec.more?.(point) ?? []).map(text => h('b', {}, text));
    more.replaceChildren(...keys);
    more.title = more.textContent;
    chart.show(history.map(each => each.at), spec.lines.map(([, , of]) => history.map(of)));
  };
}

// The tables.

const POOR = { missing: ['bad', 'no answer'], isolated: ['bad', 'cut off'], draining: ['wait', 'draining'], waiting: ['wait', 'waiting'], ready: ['good', 'ready'] };

function state(node) {
  if (node.isolated) return 'isolated';
  if (node.numbers.draining > 0) return 'draining';
  return node.waitingFor.length ? 'waiting' : 'ready';
}

function pill(which, title) {
  const [kind, text] = POOR[which];
  return h('span', { class: 'pill ' + kind, title: title ?? '' }, text);
}

function nodes(report) {
  const now = history[history.length - 1];
  const list = report.nodes.map(node => {
    const rates = now.nodes[node.node];
    const full = node.numbers.heap_max_bytes > 0 ? node.numbers.heap_used_bytes / node.numbers.heap_max_bytes : 0;
    const filling = h('i');
    filling.style.width = Math.round(full * 100) + '%';
    const lag = quantile(rates.lag, report.bounds, 0.99);
    const row = h('tr', { tabindex: '0', 'data-key': node.node, 'aria-selected': String(chosen === node.node) },
      h('td', { class: 'wide' }, node.node, node.node === report.self ? h('span', { class: 'self' }, 'this page') : null),
      h('td', {}, pill(state(node), node.waitingFor.join(', '))),
      h('td', { class: 'num' }, short(rates.streams)), h('td', { class: 'num' }, short(rates.polls)), h('td', { class: 'num' }, short(rates.sockets)),
      h('td', { class: 'num' }, count(rates.deliveries)), h('td', { class: 'num' + (rates.drops > 0 ? ' hot' : '') }, count(rates.drops)),
      h('td', { class: 'num' }, short(node.numbers.channels)), h('td', { class: 'num' }, rates.cpu === null ? '–' : Math.round(rates.cpu) + ' %'),
      h('td', {}, h('div', { class: 'bar' }, filling, h('span', {}, bytes(node.numbers.heap_used_bytes) + ' of ' + bytes(node.numbers.heap_max_bytes)))),
      h('td', { class: 'num' + (lag > 100 ? ' hot' : '') }, latency(lag)), h('td', { class: 'num' }, duration(node.numbers.uptime_millis)));
    const choose = () => {
      chosen = chosen === node.node ? null : node.node;
      draw();
    };
    row.addEventListener('click', choose);
    row.addEventListener('keydown', event => {
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); choose(); }
    });
    return row;
  });
  const gone = report.missing.map(name => h('tr', { 'data-key': name }, h('td', {}, name), h('td', {}, pill('missing')), h('td', { colspan: '10' })));
  rows(byId('nodes').tBodies[0], [...list, ...gone], 'no node has answered', 12);
}

let followChannel = () => {};
export const onFollow = handler => { followChannel = handler; };

function channels(report) {
  const most = Math.max(...report.channels.map(channel => channel.rate), 0.001);
  const list = report.channels.map(channel => {
    const weight = h('i', { class: 'weight' });
    weight.style.width = channel.rate / most * 100 + '%';
    return h('tr', { 'data-key': channel.channel },
      h('td', {}, channel.channel, weight), h('td', { class: 'num' }, short(channel.rate)),
      h('td', { class: 'num' }, short(channel.streams)), h('td', { class: 'num' }, short(channel.longPolls)), h('td', { class: 'num' }, short(channel.webSockets)),
      h('td', { class: 'num' }, h('button', { type: 'button', class: 'quiet small', onclick: () => followChannel(channel.channel) }, 'follow')));
  });
  rows(byId('channels').tBodies[0], list, 'nothing was published in the last ten seconds, or nodes remember no items (trace.items)', 6);
}

// The stream.

let renders = [];

function draw() {
  say(byId('rates-of'), (chosen ?? 'the whole cluster') + ', last three minutes');
  renders.forEach(render => render());
  nodes(last);
}

function take(report) {
  if (chosen !== null && !report.nodes.some(node => node.node === chosen)) chosen = null;
  const point = { at: report.at, bounds: report.bounds, nodes: {} };
  for (const node of report.nodes) {
    const old = before?.nodes.find(each => each.node === node.node);
    // By the node's own clock: reports come late, or one after the other. A node that started anew counts from nothing.
    const passed = old ? (node.numbers.uptime_millis - old.numbers.uptime_millis) / 1000 : 0;
    point.nodes[node.node] = between(node, passed > 0 ? old : undefined, passed);
  }
  history.push(point);
  if (history.length > Chart.POINTS) history.shift();
  before = report;
  last = report;
  if (renders.length === 0) renders = TILES.map(tile);
  summary(report);
  // Nobody looks: what is drawn is drawn for nothing.
  if (!document.hidden) {
    draw();
    channels(report);
  }
  listeners.forEach(listener => listener(report));
}

function summary(report) {
  const all = report.nodes.length + report.missing.length;
  const connections = report.nodes.reduce((sum, node) => sum + node.numbers.connections, 0);
  say(byId('summary'), report.self + (all > 1 ? ' in a cluster of ' + all : ', alone') + ' · ' + short(connections) + (connections === 1 ? ' connection' : ' connections'));
  const states = report.nodes.map(state);
  const bad = report.isolated || report.missing.length > 0 || states.includes('isolated');
  const wait = states.includes('draining') || states.includes('waiting');
  pillState(bad ? 'bad' : wait ? 'wait' : 'good', bad ? (report.isolated ? 'cut off' : 'a node is missing') : wait ? 'not all ready' : all > 1 ? 'all ready' : 'ready');
  const alert = byId('alert');
  const text = report.isolated ? 'This node is in the smaller part of a divided cluster: what you see is that part.' : report.missing.length ? 'No answer from ' + report.missing.join(', ') + '.' : '';
  alert.hidden = text === '';
  say(alert, text);
  document.title = (bad ? '⚠ ' : '') + report.self + ' – Sluice';
  say(byId('version'), report.nodes.find(node => node.node === report.self)?.version ? 'Sluice ' + report.nodes.find(node => node.node === report.self).version : 'Sluice');
}

function pillState(kind, text) {
  const element = byId('state');
  element.className = 'pill ' + kind;
  if (element.textContent !== text) element.textContent = text;
}

export function start() {
  let heard = Date.now();
  let source;
  const open = () => {
    source = new EventSource('/api/live');
    source.onmessage = event => {
      heard = Date.now();
      take(JSON.parse(event.data));
    };
    source.onerror = () => {
      pillState('bad', 'connection lost');
      // After an answer that is no stream it would not try again.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 3000);
    };
  };
  open();
  setInterval(() => {
    if (Date.now() - heard > SILENT_MILLIS) pillState('bad', 'connection lost');
  }, 1000);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && last) { draw(); channels(last); }
  });
}
