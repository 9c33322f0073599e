// Following a channel, tracing an item, publishing, draining.
import { ask, byId, bytes, call, duration, h, hasToken, say, short, time } from './dom.js';

const KEPT = 200;

// Follow.

let source = null;

function unfollow() {
  source?.close();
  source = null;
  byId('tail').querySelector('button').textContent = 'Follow';
}

function item(data) {
  const about = h('p', { class: 'about' }, h('span', {}, time(data.at)), data.id === null ? null : h('b', {}, data.id), h('span', {}, 'no. ' + data.sequence),
    data.prevId === null ? null : h('span', {}, 'after ' + data.prevId), h('span', {}, data.formats.join(', ')), data.bytes === undefined ? null : h('span', {}, bytes(data.bytes)),
    Object.entries(data.meta ?? {}).map(([name, value]) => h('span', {}, name + '=' + value)));
  about.style.margin = '0';
  const entry = h('li', { class: 'new' }, about, data.text ? h('pre', {}, data.text.trimEnd()) : null);
  return data.skipped > 0 ? [entry, note(short(data.skipped) + ' more came faster than can be shown')] : [entry];
}

const note = text => h('li', { class: 'note' }, text);

function put(...entries) {
  const list = byId('tailed');
  list.prepend(...entries);
  while (list.children.length > KEPT) list.lastChild.remove();
}

export function follow(channel) {
  unfollow();
  byId('tail').channel.value = channel;
  byId('tail').querySelector('button').textContent = 'Stop';
  byId('tailed').replaceChildren();
  say(byId('tail-state'), 'asking for ' + channel + '…');
  source = new EventSource('/api/tail?' + new URLSearchParams({ channel }));
  source.onmessage = event => {
    const data = JSON.parse(event.data);
    if (data.subscribed !== undefined) say(byId('tail-state'), data.subscribed ? 'following ' + channel + (data.lastId ? ', last id ' + data.lastId : '') : 'the home of ' + channel + ' does not answer');
    else if (data.gap) put(note('items are missing here'));
    else put(...item(data));
  };
  source.onerror = () => {
    put(note('The connection was lost; what came meanwhile is missing.'));
    if (source?.readyState === EventSource.CLOSED) {
      unfollow();
      say(byId('tail-state'), 'not possible now: too many follow channels, or the node closes');
    }
  };
}

// Trace.

async function trace(event) {
  event.preventDefault();
  const form = event.target;
  const list = byId('traced');
  list.replaceChildren(note('…'));
  try {
    const answer = await call('/api/trace?' + new URLSearchParams({ channel: form.channel.value, id: form.elements.id.value }));
    list.replaceChildren(...answer.story.map(line => {
      const at = /^(\d\d:\d\d:\d\d\.\d+) (.*)$/s.exec(line);
      return at ? h('li', {}, h('time', {}, at[1]), at[2]) : h('li', { class: line.startsWith('    ') ? 'deep' : 'note' }, line.trim());
    }));
    // Of a whole channel the newest are last.
    list.scrollTop = form.elements.id.value ? 0 : list.scrollHeight;
  } catch (failure) {
    list.replaceChildren(note(failure.message));
  }
}

// Publish.

const NEEDED = 'The token is needed: press “Read only” above.';

function itemOf(form) {
  const content = form.content.value;
  const streamed = form.sse.checked ? content.split('\n').map(line => 'data: ' + line + '\n').join('') : content + '\n';
  const id = form.elements.id.value;
  const formats = {};
  if (form.stream.checked) formats['http-stream'] = { content: (form.sse.checked ? (id ? 'id: ' + id + '\n' : '') : '') + streamed + (form.sse.checked ? '\n' : '') };
  if (form.socket.checked) formats['ws-message'] = { content };
  if (form.poll.checked) formats['http-response'] = { body: content + '\n' };
  return { channel: form.channel.value, ...(id ? { id } : {}), formats };
}

async function publish(event) {
  event.preventDefault();
  const form = event.target;
  const result = byId('published');
  if (!hasToken()) {
    say(result, NEEDED, true);
    return;
  }
  if (!form.stream.checked && !form.socket.checked && !form.poll.checked) {
    say(result, 'For whom? Choose streams, WebSockets or long-polls.', true);
    return;
  }
  try {
    const receipt = await call('/api/publish', 'POST', itemOf(form));
    say(result, receipt.items.map(each => each.status + (each.reason ? ' (' + each.reason + ')' : '') + ', number ' + each.position.sequence + '; ' + each.matched + (each.matched === 1 ? ' subscription' : ' subscriptions') + ' on this node').join('; '));
  } catch (failure) {
    say(result, failure.message, true);
  }
}

// Drain.

const PHASES = { serving: 'serving', waiting: 'waiting for the balancer', 'ending-holds': 'ending streams, polls and sockets', 'finishing-requests': 'finishing requests', 'handing-over': 'handing channels over', leaving: 'leaving the cluster', closed: 'closed' };
let most = 0;

function progress(report) {
  const left = report.left.streams + report.left.longPolls + report.left.webSockets;
  most = Math.max(most, left + report.ended);
  const begun = report.phase !== 'serving';
  const share = begun ? (most === 0 ? 1 : report.ended / Math.max(1, left + report.ended)) : 0;
  const bar = h('i');
  bar.style.width = Math.round(share * 100) + '%';
  const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));
  byId('drain').replaceChildren(
    begun ? h('div', { class: 'progress', role: 'progressbar', 'aria-valuenow': String(Math.round(share * 100)), 'aria-valuemin': '0', 'aria-valuemax': '100' }, bar) : '',
    h('dl', { class: 'facts' }, fact('Phase', PHASES[report.phase] ?? report.phase), fact('Streams', short(report.left.streams)), fact('Long-polls', short(report.left.longPolls)), fact('WebSockets', short(report.left.webSockets)),
      ...(begun ? [fact('Ended', short(report.ended)), fact('Time left', duration(report.secondsLeft * 1000))] : [])));
  say(byId('drain-of'), report.node + (begun ? ' is on its way out' : ', before it is stopped'));
  byId('drain-begin').hidden = begun;
  byId('drain-hurry').hidden = !begun;
}

async function drain(now) {
  const result = byId('drained');
  if (!hasToken()) {
    say(result, NEEDED, true);
    return;
  }
  const yes = now
    ? await ask('End it now?', 'All that is left is ended at once.', { yes: 'End it now' })
    : await ask('Drain this node?', 'It takes no new clients, ends what it holds at a set pace, leaves the cluster, and its process ends. This can’t be taken back.', { yes: 'Drain' });
  if (!yes) return;
  try {
    await call('/api/drain' + (now ? '?now=true' : ''), 'POST');
    say(result, 'Asked for.');
    watchDrain();
  } catch (failure) {
    say(result, failure.message, true);
  }
}

let drainTimer;

async function watchDrain() {
  clearTimeout(drainTimer);
  try {
    if (!document.hidden) progress(await call('/api/drain'));
  } catch (failure) {
    if (byId('drain-hurry').hidden === false) {
      byId('drain').replaceChildren(h('p', { class: 'none' }, 'The node has left.'));
      byId('drain-hurry').hidden = true;
    }
  }
  drainTimer = setTimeout(watchDrain, byId('drain-hurry').hidden ? 5000 : 1000);
}

export function start() {
  byId('tailed').dataset.empty = 'Nothing yet. Who follows a channel is one of its subscribers, and counts as one.';
  byId('traced').dataset.empty = 'Nodes remember their last items (trace.items).';
  byId('tail').addEventListener('submit', event => {
    event.preventDefault();
    if (source) { unfollow(); say(byId('tail-state'), 'stopped'); } else follow(event.target.channel.value);
  });
  byId('trace').addEventListener('submit', trace);
  byId('publish').addEventListener('submit', publish);
  byId('drain-begin').addEventListener('click', () => drain(false));
  byId('drain-hurry').addEventListener('click', () => drain(true));
  watchDrain();
}
