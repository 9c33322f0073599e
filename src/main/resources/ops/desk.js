// Connections: those that are slow, those that were looked for, all about one, and its end.
import { ask, byId, bytes, call, duration, Failure, h, hasToken, say, short } from './dom.js';
import { onReport } from './live.js';

/** camelCase as words; a value that is shown with its unit has none in its name. */
const words = name => name.replace(/(Millis|Bytes|Seconds)$/, '').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().replaceAll('_', ' ').replace(/^./, first => first.toUpperCase());

function told(name, value) {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.every(each => typeof each !== 'object') ? value.join(', ') : h('div', {}, value.map(each => about(each)));
  if (typeof value === 'object') return about(value);
  if (typeof value === 'number' && /bytes$/i.test(name)) return bytes(value);
  if (typeof value === 'number' && /millis$/i.test(name)) return duration(value);
  if (typeof value === 'number' && /seconds$/i.test(name)) return duration(value * 1000);
  return value;
}

/** All that there is, whatever it is. */
const about = object => h('dl', { class: 'deep' }, Object.entries(object).map(([name, value]) => [h('dt', {}, words(name)), h('dd', {}, told(name, value))]));

/** The error in words, which may be JSON that says who did not answer. */
function explained(failure) {
  try {
    const { error } = JSON.parse(failure.message);
    return error ? error + '.' : failure.message;
  } catch {
    return failure.message;
  }
}

async function disconnect(id) {
  if (!hasToken()) return 'The token is needed: press “Read only” above.';
  const yes = await ask('Disconnect ' + id + '?', 'The connection is closed now. Most clients come again by themselves.', { yes: 'Disconnect' });
  if (!yes) return null;
  try {
    await call('/api/connections/' + encodeURIComponent(id) + '/disconnect', 'POST');
    return 'Disconnected.';
  } catch (failure) {
    return explained(failure);
  }
}

/** The last connection that was asked for: an answer about another comes too late. */
let shown = 0;

async function show(id) {
  const mine = ++shown;
  const dialog = byId('detail');
  dialog.querySelector('h2').textContent = 'Connection ' + id;
  const body = dialog.querySelector('.body');
  const menu = dialog.querySelector('menu');
  body.replaceChildren(h('p', {}, '…'));
  menu.replaceChildren(h('button', { value: '', class: 'quiet' }, 'Close'));
  dialog.showModal();
  try {
    const connection = await call('/api/connections/' + encodeURIComponent(id));
    if (mine !== shown || !dialog.open) return;
    body.replaceChildren(about(connection));
    const result = h('p', { class: 'result' });
    body.append(result);
    menu.prepend(h('button', { type: 'button', class: 'danger', onclick: async () => {
      const text = await disconnect(id);
      if (text !== null) say(result, text);
    } }, 'Disconnect…'));
  } catch (failure) {
    if (mine === shown) body.replaceChildren(h('p', {}, explained(failure)));
  }
}

const idOf = connection => connection.connection ?? connection.id;

/** A table of connections; columns that nobody has a value for are left out. */
function table(connections, columns) {
  const used = columns.filter(([, of]) => connections.some(connection => ![undefined, null, ''].includes(of(connection))));
  return h('table', {},
    h('thead', {}, h('tr', {}, used.map(([name, , kind]) => h('th', { scope: 'col', class: kind === 'num' ? 'num' : '' }, name)), h('td'))),
    h('tbody', {}, connections.map(connection => h('tr', {},
      used.map(([, of, kind]) => h('td', { class: kind }, of(connection) ?? '–')),
      h('td', { class: 'num' }, h('button', { type: 'button', class: 'quiet small', onclick: () => show(idOf(connection)) }, 'look'))))));
}

const listed = (channels, all) => channels.slice(0, 3).join(', ') + (all > 3 ? ' +' + (all - 3) : '');

const WHO = [
  ['Connection', idOf, 'tight'], ['Client', connection => connection.clientId ?? connection.client, 'wide'], ['Address', connection => connection.address ?? connection.from, 'tight'],
  ['Kind', connection => connection.kind, 'tight'], ['Channel', connection => listed(connection.channels, connection.channelCount), 'wide'],
];
// How far it is behind before who it is: that is what the list is looked at for.
const SLOW = [
  WHO[0],
  ['Cause', connection => connection.cause, 'tight'],
  ['Waiting', connection => connection.pendingBytes === undefined ? undefined : bytes(connection.pendingBytes), 'num'],
  ['Items', connection => connection.pendingMessages === undefined ? undefined : short(connection.pendingMessages), 'num'],
  ['Oldest', connection => connection.oldestMillis === undefined ? undefined : duration(connection.oldestMillis), 'num'],
  ['Stalled', connection => connection.stalledMillis ? duration(connection.stalledMillis) : undefined, 'num'],
  ['Dropped', connection => connection.dropped === undefined ? undefined : short(connection.dropped), 'num'],
  ...WHO.slice(1),
];
const FOUND = [...WHO, ['Route', connection => connection.route, 'tight'], ['User agent', connection => connection.userAgent, 'wide']];

const silent = answer => answer.missing?.length ? h('p', { class: 'none' }, 'No answer from ' + answer.missing.join(', ') + '.') : '';
const rest = answer => answer.more ? h('p', { class: 'none' }, 'There are more: these are the first ' + answer.connections.length + '.') : '';

let slowShown = '';

/** The slowest of the cluster; who is at one of them with the keyboard keeps it. */
function slow(answer) {
  if (!answer?.connections || document.hidden || byId('slow').contains(document.activeElement)) return;
  const text = JSON.stringify(answer);
  if (text === slowShown) return;
  slowShown = text;
  const { connections } = answer;
  const none = answer.missing.length ? 'nobody is behind on the nodes that answered' : 'nobody is behind';
  byId('slow').replaceChildren(connections.length === 0 ? h('p', { class: 'none' }, none) : table(connections, SLOW), rest(answer), silent(answer));
}

async function find(event) {
  event.preventDefault();
  const form = event.target;
  const found = byId('found');
  found.replaceChildren(h('p', { class: 'none' }, '…'));
  try {
    const answer = await call('/api/connections?' + new URLSearchParams({ [form.by.value]: form.text.value.trim(), limit: '50' }));
    const connections = answer.connections;
    found.replaceChildren(
      connections.length === 0 ? h('p', { class: 'none' }, answer.missing?.length ? 'No connection on the nodes that answered.' : 'No connection.') : table(connections, FOUND),
      rest(answer), silent(answer));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    found.replaceChildren(h('p', { class: 'none' }, failure.status === 404 ? 'Not told by this node.' : failure.message));
  }
}

export function start() {
  byId('find').addEventListener('submit', find);
  byId('detail').addEventListener('click', event => {
    if (event.target === byId('detail')) byId('detail').close();
  });
  onReport(report => slow(report.slow));
}
