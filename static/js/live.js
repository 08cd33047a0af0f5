// What comes while a page stands open: how many cases have come to the list since it was read, and
// who is in its cases, or in the one that is open. Rows never move by themselves: a link shows what
// has come. Without this script a reload tells the same.
//
//   <div data-live="/inbox/…/live?since=…">   where the stream is
//   <p id="new-cases-line" hidden><a id="new-cases" href="/inbox/…"></a></p>
//   <p data-here id="here-{case}" hidden></p> in each row
//   <p id="here" role="status"></p>           on a case's own page
//
// A tab that nobody looks at has no stream: it asks what it missed when it is looked at again.
import { say } from './focus.js';

const quiet = 30_000; // ms: screen readers are told of new cases no more often than that
const first = 5_000; // ms before a stream that was refused is tried again; then twice as long
const tries = 6;
let source;
let address;
let failed = 0;
let waiting;
let said = 0;

function start() {
  const wanted = document.querySelector('[data-live]')?.dataset.live;
  if (wanted === address && source) return;
  stop();
  address = wanted;
  if (!wanted || document.visibilityState === 'hidden' || !window.EventSource) return;
  source = new EventSource(wanted);
  source.addEventListener('open', () => { failed = 0; });
  source.addEventListener('news', ({ data }) => show(JSON.parse(data)));
  source.addEventListener('end', () => {
    source.close(); // and is not begun again: the session is over, or the right to read here
  });
  source.addEventListener('error', again);
}

function stop() {
  clearTimeout(waiting);
  source?.close();
  source = undefined;
}

// A connection that broke is taken up by the browser itself. One that was refused is not.
function again() {
  if (source.readyState !== EventSource.CLOSED || failed >= tries) return;
  stop();
  waiting = setTimeout(start, first * 2 ** failed * (1 + Math.random()));
  failed += 1;
}

function show({ came, here, case: inCase }) {
  const line = document.getElementById('new-cases-line');
  const link = document.getElementById('new-cases');
  if (line && link) {
    line.hidden = !came;
    if (came && link.textContent !== came) {
      link.textContent = came;
      if (Date.now() - said > quiet) {
        said = Date.now();
        say(came);
      }
    }
  }
  for (const row of document.querySelectorAll('[data-here]')) {
    row.textContent = here?.[row.id.slice('here-'.length)] ?? '';
    row.hidden = !row.textContent;
  }
  const place = document.getElementById('here');
  if (place && place.textContent !== inCase) place.textContent = inCase;
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') stop();
  else start();
});
document.addEventListener('htmx:after:swap', start);
addEventListener('pagehide', stop);
addEventListener('pageshow', start);
