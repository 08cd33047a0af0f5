// A warning before the session ends, with one press to put it off. Every answer to a signed-in person
// tells how many seconds are left, so what is saved while one types counts too.
import { say } from './focus.js';

const warning = 120; // s
let ends = 0; // ms: when the session ends by this machine's own clock
let shown = ''; // what of the dialog has been opened: a person who closes it is not asked again

const dialog = () => document.getElementById('session');

function note(left) {
  if (left === null || left === undefined) return;
  ends = Date.now() + 1000 * Number(left);
  if (Number(left) <= warning) return;
  shown = '';
  dialog()?.close();
}

document.addEventListener('htmx:finally:request', ({ detail }) => {
  note(detail.ctx?.response?.headers.get('Session-Left'));
});

addEventListener('pageshow', () => note(dialog()?.dataset.left));

setInterval(() => {
  const left = ends - Date.now();
  if (!ends || left > 1000 * warning) return;
  open(left > 0 ? 'soon' : 'ended');
}, 1000);

function open(what) {
  const box = dialog();
  if (!box || shown === what) return;
  shown = what;
  if (what === 'ended') {
    box.querySelector('#session-h').textContent = box.dataset.endedH;
    box.querySelector('#session-text').textContent = box.dataset.endedText;
    box.querySelector('#session-sign-in').hidden = false;
    box.querySelector('#session-stay')?.remove();
  }
  if (!box.open) box.showModal();
}

document.addEventListener('click', ({ target }) => {
  if (target.id === 'session-close' || target.id === 'session-sign-in') dialog().close();
  if (target.id === 'session-stay') stay();
});

async function stay() {
  const answer = await fetch('/signed-in', { method: 'POST', headers: { 'HX-Request': 'true' } })
    .catch(() => null);
  if (answer?.status === 401) {
    open('ended');
    return;
  }
  if (!answer?.ok) return; // the line is lost: the press can be made again
  note(answer.headers.get('Session-Left'));
  dialog().close();
  say(dialog().dataset.stayed);
}
