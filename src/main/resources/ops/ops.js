// The page of the ops port. Everything it shows comes from the node that it was loaded from.
import { ask, byId, hasToken, setToken } from './dom.js';
import * as live from './live.js';
import * as desk from './desk.js';
import * as tools from './tools.js';

let writable = false;

/** What the button says, and whether what changes something can be used. */
function lock() {
  const button = byId('lock');
  button.hidden = !writable;
  button.textContent = hasToken() ? 'Forget the token' : 'Read only: unlock';
  document.body.classList.toggle('writable', writable && hasToken());
  for (const hint of document.querySelectorAll('.needs-token')) {
    hint.textContent = writable ? 'needs the token' : 'read only: no ops.token is set';
  }
  for (const used of [byId('publish').querySelector('button'), byId('drain-begin'), byId('drain-hurry')]) used.disabled = !writable;
}

async function toggleLock() {
  if (hasToken()) {
    setToken('');
  } else {
    const token = await ask('Token', 'The value of the setting ops.token. It stays in this tab until you close it.', { secret: true });
    if (token) setToken(token);
  }
  lock();
}

byId('lock').addEventListener('click', toggleLock);
lock();
live.onReport(report => {
  if (report.writable !== writable || document.body.classList.contains('writable') !== (report.writable && hasToken())) {
    writable = report.writable;
    lock();
  }
});
live.onFollow(channel => {
  tools.follow(channel);
  byId('tail').scrollIntoView({ behavior: 'smooth', block: 'center' });
});
live.start();
desk.start();
tools.start();
