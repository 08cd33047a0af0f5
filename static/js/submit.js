// A form is sent once. The second press is ignored, not prevented by a disabled button: that would
// take focus away and say nothing. The server is the one that makes a change happen once; this
// only spares it the question.
import { announce } from './focus.js';

const longest = 15_000; // ms: an answer that is a file leaves the page as it is
const sending = new Map(); // form → what ends the wait; left: the browser has begun to leave the page
const saving = new Map(); // form → how many of its saves are on their way
const changed = new Set(); // forms with something that no save has taken yet
const held = new Map(); // form → what was pressed meanwhile: a form and its button, or a link; first: not saved yet
const patience = 3_000; // ms: so long a press waits for a save that does not come
const unsaved = new Map(); // form → a save that did not come through: tries, timer, lost line, body
const late = 4_000; // ms: a save that has no answer then is told as one that did not come through
const pauses = [2_000, 5_000, 10_000, 30_000]; // ms: before it is tried again

// What is sent carries the version that the page was drawn from, and each save makes a new one. So
// a press waits for the save that is on its way: else the server would take the page for an old one.
document.addEventListener('submit', (event) => {
  const form = event.target;
  const lost = form.method === 'post' && !navigator.onLine;
  if (lost) tellUnsaved();
  if (!lost && !sending.has(form) && !waits(form, event.submitter)) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // htmx listens on the form
}, { capture: true });

// waits holds back a press, of another form too, such as the choice of language, until what was typed is
// saved: on a line that nobody knew to be lost the browser's own page would take the place of it.
function waits(form, button) {
  const saves = form.method === 'post' && document.querySelector('form[hx-post]');
  if (!saves || !(busy(saves) || unsaved.get(saves)?.lost)) return false;
  hold(saves, { form, button });
  return true;
}

const busy = (saves) => changed.has(saves) || saving.has(saves);

function hold(saves, pressed) {
  if (held.has(saves)) return;
  pressed.first = changed.has(saves);
  held.set(saves, pressed);
  setTimeout(() => letGo(saves), patience);
  if (pressed.first || unsaved.get(saves)?.lost) save(saves);
}

// A link that leaves the page waits as well: a person who types and presses one at once would leave
// what was typed behind.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  const saves = link && document.querySelector('form[hx-post]');
  if (!saves || !busy(saves) || !leaves(event, link)) return;
  event.preventDefault();
  hold(saves, { link });
});

function leaves(event, link) {
  const beside = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey ||
    link.target || link.hasAttribute('download');
  const here = link.hash && link.href.split('#')[0] === location.href.split('#')[0];
  return !beside && !here && !event.defaultPrevented && link.protocol.startsWith('http');
}

// letGo does what was pressed, unless the line is lost: the browser's own page would take the place of
// what was typed. What is not saved when a link leads away even so, the browser asks about.
function letGo(saves) {
  if (!held.has(saves)) return;
  const { form, button, link } = held.get(saves);
  const lost = unsaved.get(saves)?.lost;
  if (form && !lost) {
    saving.delete(saves);
    changed.delete(saves);
    const here = button?.id && document.getElementById(button.id); // the save may have drawn it anew
    if (form.isConnected) form.requestSubmit(here?.form === form ? here : null);
  }
  held.delete(saves);
  if (lost) tellUnsaved();
  else if (link) location.assign(link.href);
}

for (const kind of ['change', 'input']) {
  document.addEventListener(kind, ({ target }) => {
    const form = target.form;
    if (form?.matches('[hx-post]') && target.type !== 'file') changed.add(form);
  }, { capture: true });
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post' || (event.defaultPrevented && !form.matches('[hx-post]'))) return;
  const button = event.submitter;
  button?.setAttribute('aria-busy', 'true');
  const timer = setTimeout(() => release(form), longest);
  sending.set(form, () => {
    clearTimeout(timer);
    button?.removeAttribute('aria-busy');
  });
});

function release(form) {
  sending.get(form)?.();
  sending.delete(form);
}

// A save that waited for another was put together before that one gave the version; a save that
// comes after the one that a press waits for would overtake that, and has nothing that it does not send.
// One that was not answered may have been stored: it is sent again as it was, before what was typed since, or the
// server would take its answers for somebody else's.
document.addEventListener('htmx:before:request', (event) => {
  const { request, sourceEvent } = event.detail.ctx;
  const { form, body } = request;
  if (!form || sourceEvent?.type === 'submit') return;
  event.detail.ctx.saves = form;
  const pressed = held.get(form);
  if (sending.has(form) || (pressed?.form === form && !pressed.first && !unsaved.get(form)?.lost)) {
    event.preventDefault();
    return;
  }
  if (pressed) pressed.first = false;
  for (const name of ['version', 'drawn']) {
    const field = form.elements.namedItem(name);
    if (field && body?.has(name)) body.set(name, field.value);
  }
  const missed = unsaved.get(form)?.body;
  if (missed) event.detail.ctx.request.body = missed;
  else changed.delete(form);
  saving.set(form, (saving.get(form) ?? 0) + 1);
  event.detail.ctx.begun = setTimeout(tellUnsaved, late);
});

document.addEventListener('htmx:finally:request', (event) => {
  const { sourceElement, saves, begun, response, request, text } = event.detail.ctx ?? {};
  if (begun) {
    clearTimeout(begun);
    // An answer that broke off, even among its headers, is none.
    noteOutcome(saves, text ? response.raw.status : undefined, request.body);
    saved(saves);
  }
  if (sourceElement && !saves) release(sourceElement);
});

function saved(form) {
  const left = (saving.get(form) ?? 1) - 1;
  if (left > 0) saving.set(form, left);
  else saving.delete(form);
  if (left <= 0 && !changed.has(form)) letGo(form);
}

// A save that did not come through is tried again: after a while, when the line is back, and when the
// person comes back to the page, from signing in beside it, say. Meanwhile the page says so, and does
// not let itself be closed in silence.

function noteOutcome(form, status, body) {
  if (sending.has(form)) return;
  clearTimeout(unsaved.get(form)?.timer);
  const missed = unsaved.get(form)?.body;
  if (status < 400) {
    unsaved.delete(form);
    if (missed) save(form); // what was typed since
    return;
  }
  const tries = unsaved.get(form)?.tries ?? 0;
  const lost = status === undefined;
  const again = lost || status >= 500; // what was refused is tried when the person is back
  const pause = pauses[Math.min(tries, pauses.length - 1)];
  const timer = again ? setTimeout(() => save(form), pause) : 0;
  unsaved.set(form, { tries: tries + 1, timer, lost, body: again ? body : undefined });
  if (missed && !again) save(form);
  if (again) tellUnsaved();
}

// The text is set once: a region that is written again is read again.
function tellUnsaved() {
  const region = document.getElementById('saved');
  const text = region?.dataset.unsaved;
  if (!text) announce('offline');
  else if (region.textContent !== text) region.textContent = text;
}

function save(form) {
  if (form.isConnected) form.dispatchEvent(new Event('save'));
}

function saveAll() {
  if (document.visibilityState === 'visible') [...unsaved.keys()].forEach(save);
}

addEventListener('online', saveAll);
addEventListener('focus', saveAll);
document.addEventListener('visibilitychange', saveAll);

addEventListener('beforeunload', (event) => {
  const open = [...unsaved.keys(), ...saving.keys(), ...changed];
  if (open.some((form) => form.isConnected && !goes(form))) event.preventDefault();
});

// goes tells that the page is left because the form is sent. Whoever leaves it a second time, as by
// opening it again while the answer does not come, would break off what is being sent.
function goes(form) {
  const end = sending.get(form);
  if (!end || end.left) return false;
  end.left = true;
  return true;
}

// Back from the browser's memory: the page is as it was when it was sent.
addEventListener('pageshow', () => {
  for (const form of [...sending.keys()]) release(form);
});
