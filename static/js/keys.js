// Single keys in the inbox. Each presses something that the page shows, so that nothing can be done
// by keys alone, and what is not there does nothing. The page says by data-keys whether it listens
// and what page it is; the person switches it at /inbox/{orgnr}/keys.

// In the list a key acts only while focus is in it (WCAG 2.1.4).
const rows = () => [...document.querySelectorAll('#cases a[id^="open-"]')];
const rowOf = (element) => element?.closest('#cases tbody tr');
const boxIn = (row) => row?.querySelector('input[name="case"]');
let lastTicked = null;
let going = 0; // when G was pressed

function move(to) {
  const all = rows();
  const here = all.indexOf(rowOf(document.activeElement)?.querySelector('a[id^="open-"]'));
  const next = to(here, all.length);
  all[Math.max(0, Math.min(next, all.length - 1))]?.focus();
}

function inRow(css) {
  return rowOf(document.activeElement)?.querySelector(css);
}

function tick() {
  const box = inRow('input[name="case"]');
  if (!box) return false;
  lastTicked = box;
  box.click();
  return true;
}

function tickRange() {
  const all = rows().map((row) => boxIn(rowOf(row))).filter(Boolean);
  const here = all.indexOf(inRow('input[name="case"]'));
  if (here < 0) return false;
  const from = all.indexOf(lastTicked) < 0 ? here : all.indexOf(lastTicked);
  for (const box of all.slice(Math.min(from, here), Math.max(from, here) + 1)) {
    if (!box.checked) box.click();
  }
  lastTicked = all[here];
  return true;
}

// unread chooses the row and what the bar below the list is to do with it.
function unread() {
  const box = inRow('input[name="case"]');
  const act = document.getElementById('bulk-act');
  if (!box || !act?.querySelector('option[value="unread"]')) return false;
  if (!box.checked) box.click();
  act.value = 'unread';
  act.form.requestSubmit();
  return true;
}

function leave() {
  const ticked = [...document.querySelectorAll('#cases input[name="case"]:checked')];
  ticked.forEach((box) => box.click());
  if (ticked.length === 0) document.getElementById('main')?.focus();
}

// press does what the person would: it opens a form and goes to its first question, goes to a
// field, or presses a button or a link.
function press(element) {
  if (!element) return false;
  if (element.matches('summary')) {
    element.parentElement.open = true;
    (element.parentElement.querySelector('select, input:not([type="hidden"]), textarea') ?? element).focus();
  } else if (element.matches('input, textarea, select')) {
    element.focus();
  } else {
    element.click();
  }
  return true;
}

const find = (css) => document.querySelector(css);
const pressed = (css) => () => press(find(css));
const pressedInRow = (css) => () => press(inRow(css));

const everywhere = {
  '/': pressed('#inbox-query'),
  '?': pressed('#keys'),
};

const list = {
  j: () => move((here) => here + 1),
  k: () => move((here) => here - 1),
  ArrowDown: () => move((here) => here + 1),
  ArrowUp: () => move((here) => here - 1),
  Home: () => move(() => 0),
  End: () => move((here, all) => all),
  x: tick,
  X: tickRange,
  t: pressedInRow('button[id^="take-"]'),
  i: pressedInRow('button[id^="take-"]'),
  u: unread,
  n: pressed('#new-cases-line:not([hidden]) a'),
  g: () => { going = Date.now(); },
  Escape: leave,
};

const afterG = { i: pressed('#view-open'), m: pressed('#view-mine') };

// step presses what the case can be moved on with, by its place.
const step = (n) => () => press(document.querySelectorAll('.casehead a[id^="action-"]')[n]);

const onCase = {
  u: back,
  j: pressed('#next-case'),
  k: pressed('#previous-case'),
  i: pressed('#action-take'),
  t: pressed('#action-take'),
  a: pressed('#work-assign'),
  h: pressed('#work-hold'),
  c: pressed('textarea[id^="message-"]'),
  n: pressed('#work-note-text'),
  z: pressed('#undo'),
  1: step(0), 2: step(1), 3: step(2), 4: step(3),
};

// back goes the way that the person came where that was the list, which then stands as it stood.
function back() {
  const link = find('main a[href^="/inbox/"]:not([href*="/case/"])');
  if (!link) return false;
  const came = document.referrer && new URL(document.referrer);
  if (came && came.origin === location.origin && came.pathname === link.pathname) {
    history.back();
  } else {
    link.click();
  }
  return true;
}

function actFor(event, page) {
  const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  if (everywhere[key]) return everywhere[key];
  if (page === 'case') return onCase[key];
  if (!document.activeElement?.closest('#cases')) return undefined;
  if (Date.now() - going < 1500 && afterG[key]) return afterG[key];
  return list[key];
}

// What is typed into something is nobody's shortcut; a box that is ticked takes no letters.
const typing = (element) => element?.isContentEditable ||
  element?.matches?.('textarea, select, input:not([type="checkbox"], [type="radio"], [type="submit"])');

document.addEventListener('keydown', (event) => {
  const page = find('[data-keys]')?.dataset.keys;
  if (!page || event.ctrlKey || event.altKey || event.metaKey || event.isComposing ||
      event.defaultPrevented || typing(event.target) || find('dialog[open]')) return;
  const act = actFor(event, page);
  if (event.key.toLowerCase() !== 'g') going = 0;
  if (act && act() !== false) event.preventDefault();
});

// The row that a case was opened from is kept with the place in the history, so that Back gives the
// focus back to it.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('#cases a[id^="open-"]');
  if (link) history.replaceState({ ...history.state, row: link.id }, '');
});

addEventListener('pageshow', () => {
  const row = history.state?.row;
  if (row && document.activeElement === document.body) {
    document.getElementById(row)?.focus({ preventScroll: true });
  }
});
