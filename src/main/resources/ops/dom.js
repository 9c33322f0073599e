// Elements, texts, and talk with the node. What others sent becomes text nodes, never markup.

export const byId = id => document.getElementById(id);

/** An element: properties, then children, of which texts stay texts. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (typeof value === 'boolean') element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false).map(child => child instanceof Node ? child : String(child)));
  return element;
}

/** Says it, if that is news: a screen reader says what changes. */
export function say(element, text, bad = false) {
  if (element.textContent !== text) element.textContent = text;
  element.classList.toggle('bad', bad);
}

const UNITS = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']];

/** 1234567 as 1.23M; small numbers as they are. */
export function short(number) {
  const size = Math.abs(number);
  for (const [unit, name] of UNITS) {
    if (size >= unit * (unit === 1e3 ? 10 : 1)) return (number / unit).toFixed(size >= unit * 100 ? 0 : size >= unit * 10 ? 1 : 2) + name;
  }
  return size >= 100 || Number.isInteger(number) ? String(Math.round(number)) : size >= 10 ? number.toFixed(1) : number.toFixed(size < 0.1 && size > 0 ? 2 : 1);
}

export function bytes(number) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let rest = number;
  while (rest >= 1024 && unit < units.length - 1) { rest /= 1024; unit++; }
  return (unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)) + ' ' + units[unit];
}

export function duration(millis) {
  const seconds = Math.floor(millis / 1000);
  if (millis < 10_000) return (millis / 1000).toFixed(1) + ' s';
  if (seconds < 120) return seconds + ' s';
  if (seconds < 7200) return Math.floor(seconds / 60) + ' min';
  return seconds < 172_800 ? Math.floor(seconds / 3600) + ' h' : Math.floor(seconds / 86_400) + ' d';
}

/** Milliseconds as a latency; null is unknown. */
export function latency(millis) {
  if (millis === null) return '–';
  return millis < 1 ? '< 1 ms' : millis < 1000 ? Math.round(millis) + ' ms' : (millis / 1000).toFixed(1) + ' s';
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
export const time = millis => clock.format(new Date(millis));

/** A table's body anew; the row that has the focus keeps it. */
export function rows(body, list, none, columns) {
  const focused = body.contains(document.activeElement) ? document.activeElement.closest('tr')?.dataset.key : undefined;
  const button = document.activeElement?.tagName === 'BUTTON';
  body.replaceChildren(...(list.length ? list : [h('tr', {}, h('td', { class: 'none', colspan: columns }, none))]));
  if (focused !== undefined) {
    const row = [...body.rows].find(each => each.dataset.key === focused);
    (button ? row?.querySelector('button') : row)?.focus();
  }
}

let token = sessionStorage.getItem('sluice-token') ?? '';
export const hasToken = () => token !== '';
export function setToken(value) {
  token = value;
  if (value) sessionStorage.setItem('sluice-token', value);
  else sessionStorage.removeItem('sluice-token');
}

/** An answer that is not 200, or none. */
export class Failure extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

export async function call(path, method = 'GET', body = undefined) {
  const headers = {};
  if (token && method !== 'GET') headers.Authorization = 'Bearer ' + token;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store' });
  } catch {
    throw new Failure(0, 'The node does not answer.');
  }
  const text = await response.text();
  if (!response.ok) {
    if (response.status === 401) setToken('');
    throw new Failure(response.status, text.trim().slice(0, 500) || 'The node answered ' + response.status + '.');
  }
  return JSON.parse(text);
}

/** Asks for an answer, or only for a yes; null is no. */
export function ask(title, text, { secret = false, yes = 'OK' } = {}) {
  const dialog = byId('ask');
  const input = dialog.querySelector('input');
  dialog.querySelector('h2').textContent = title;
  dialog.querySelector('p').textContent = text;
  input.hidden = !secret;
  input.value = '';
  const confirm = dialog.querySelector('button[value=yes]');
  confirm.textContent = yes;
  confirm.classList.toggle('danger', !secret);
  dialog.returnValue = '';
  // Enter is a press of the first button otherwise, which says no.
  input.onkeydown = event => {
    if (event.key === 'Enter') { event.preventDefault(); dialog.close('yes'); }
  };
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes' ? (secret ? input.value.trim() : 'yes') : null), { once: true }));
}
