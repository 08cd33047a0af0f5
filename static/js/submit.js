// A form is sent once. The second press is ignored, not prevented by a disabled button: that would
// take focus away and say nothing. The server is the one that makes a change happen once; this
// only spares it the question.

const longest = 15_000; // ms: an answer that is a file leaves the page as it is
const sending = new Map(); // form → what ends the wait

document.addEventListener('submit', (event) => {
  if (!sending.has(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // htmx listens on the form
}, { capture: true });

document.addEventListener('submit', (event) => {
  const form = event.target;
  const byHtmx = form.matches('[hx-post], [data-hx-post]');
  if (form.method !== 'post' || (event.defaultPrevented && !byHtmx)) return;
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

document.addEventListener('htmx:finally:request', (event) => {
  const source = event.detail.ctx?.sourceElement;
  if (source) release(source);
});

// Back from the browser's memory: the page is as it was when it was sent.
addEventListener('pageshow', () => {
  for (const form of [...sending.keys()]) release(form);
});
