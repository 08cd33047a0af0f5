// Files are sent as soon as they are chosen, one request each, three at a time, with progress,
// cancel and retry. XMLHttpRequest, because fetch tells no progress of what is sent.
//
//   <form data-upload>
//     <input type="file" name="vedlegg" multiple
//       data-upload-url="/…"                where each file is posted, under the input's name
//       data-upload-list="files-vedlegg"    id of the ul.files that gets the li
//       data-upload-busy="Uploading {0}" data-upload-cancel="Cancel" data-upload-retry="Try again"
//       data-upload-failed="{0} was not uploaded. …" data-upload-done="{0} is uploaded"
//       data-upload-max="20971520"             bytes: a larger file is not sent
//       data-upload-too-large="The file is too large. …" data-upload-wrong-type="Files of type {0} …"
//       data-upload-dismiss="Remove">
//
// The answer is one li: 201 with the file, or 4xx with the reason. It may bring more by hx-swap-oob.
// Anything else (no network, 5xx, a sign-in page) is a failure that can be tried again; the same
// Idempotency-Key is sent again, so that a file that did arrive is not kept twice.
import htmx from './htmx.js';
import { say } from './focus.js';

const most = 3;
const pauseBeforeRetry = 2_000; // ms: one drop of the network is nobody's business
const waiting = [];
let busy = 0;

// Capture: before the form's own autosave sees the change, which must not send the file too.
document.addEventListener('change', (event) => {
  const input = event.target;
  if (!input.matches('form[data-upload] input[type="file"][data-upload-url]')) return;
  const list = document.getElementById(input.dataset.uploadList);
  if (!list) return;
  event.stopPropagation();
  for (const file of [...input.files]) {
    const upload = new Upload(input, list, file);
    const why = unfit(input, file);
    if (why) upload.refuse(why);
    else enqueue(upload);
  }
  input.value = ''; // the form must not send it once more, and the same file may be chosen again
}, { capture: true });

addEventListener('beforeunload', (event) => {
  if (busy + waiting.length > 0) event.preventDefault();
});

// The place for files is marked while one is held over it. One that is dropped beside it must not be
// opened in the form's place.
for (const type of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(type, (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    if (event.target.matches?.('input[type="file"]')) {
      event.target.parentElement.toggleAttribute('data-over', type === 'dragover');
      return;
    }
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  });
}

// unfit tells why a file need not be sent: the server would refuse it. What cannot be told from the
// name or the browser's own guess is left to the server, which reads what is in it.
function unfit({ accept, dataset }, { name, size, type }) {
  if (size > dataset.uploadMax) return dataset.uploadTooLarge;
  const taken = accept.toLowerCase().split(',');
  const [end = type] = name.toLowerCase().match(/\.[^.]+$/) ?? [];
  const fits = (one) => (one === end || one === type || (one.includes('/') && !type));
  return accept && !taken.some(fits) && dataset.uploadWrongType.replace('{0}', end);
}

function enqueue(upload) {
  waiting.push(upload);
  next();
}

function next() {
  while (busy < most && waiting.length > 0) {
    busy += 1;
    waiting.shift().send();
  }
}

function free() {
  busy -= 1;
  next();
}

// An upload is one file on its way, and its li in the list.
class Upload {
  constructor(input, list, file) {
    this.input = input;
    this.file = file;
    this.key = [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join('');
    this.drops = 0;
    this.item = this.makeItem();
    list.append(this.item);
  }

  makeItem() {
    const item = document.createElement('li');
    item.dataset.state = 'busy';
    const thumb = element('span', 'thumb');
    const name = element('span', 'name');
    name.textContent = this.file.name;
    this.meta = element('span', 'meta');
    this.bar = element('progress', 'bar full');
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.ariaLabel = this.text('uploadBusy');
    this.button = this.makeButton();
    item.append(thumb, name, this.button, this.meta, this.bar);
    return item;
  }

  // One button: cancel while it goes, try again when it has failed.
  makeButton() {
    const button = element('button', 'ds-button');
    button.type = 'button';
    button.dataset.variant = 'tertiary';
    button.dataset.size = 'sm';
    button.addEventListener('click', () => (this.failed ? this.retry() : this.cancel()));
    this.label(button, 'uploadCancel');
    return button;
  }

  label(button, key) {
    button.textContent = this.text(key);
    const which = element('span', 'ds-sr-only');
    which.textContent = ` ${this.file.name}`;
    button.append(which);
  }

  text(key) {
    return (this.input.dataset[key] ?? '').replace('{0}', this.file.name);
  }

  send() {
    if (this.cancelled) {
      free();
      return;
    }
    say(this.text('uploadBusy'));
    const request = new XMLHttpRequest();
    this.request = request;
    request.open('POST', this.input.dataset.uploadUrl);
    request.setRequestHeader('Accept', 'text/html');
    request.setRequestHeader('HX-Request', 'true');
    request.setRequestHeader('Idempotency-Key', this.key);
    request.upload.addEventListener('progress', (event) => this.show(event));
    request.addEventListener('load', () => this.answered());
    request.addEventListener('error', () => this.dropped());
    request.addEventListener('abort', () => free());
    const body = new FormData();
    body.append(this.input.name, this.file);
    request.send(body);
  }

  show({ loaded, total }) {
    const percent = total > 0 ? Math.round((100 * loaded) / total) : 0;
    this.bar.value = percent;
    this.meta.textContent = `${percent} %`;
  }

  async answered() {
    const { status, responseText } = this.request;
    const isItem = /^\s*<li\b/i.test(responseText);
    if (!isItem || (status !== 201 && (status < 400 || status >= 500))) {
      this.fail();
      return;
    }
    const had = this.item.contains(document.activeElement);
    await htmx.swap({
      text: responseText, target: this.item, swap: 'outerHTML', sourceElement: this.input,
    });
    if (had) this.input.focus();
    say(this.text(status === 201 ? 'uploadDone' : 'uploadFailed'));
    free();
  }

  dropped() {
    this.drops += 1;
    if (this.drops > 1) {
      this.fail();
      return;
    }
    setTimeout(() => this.send(), pauseBeforeRetry);
  }

  fail() {
    this.failed = true;
    this.item.dataset.state = 'error';
    this.bar.remove();
    this.meta.textContent = this.text('uploadFailed');
    this.label(this.button, 'uploadRetry');
    say(this.meta.textContent);
    free();
  }

  // refuse tells why the file is not sent, in its line at the field: nothing has gone anywhere.
  refuse(why) {
    this.cancelled = true;
    this.item.dataset.state = 'error';
    this.bar.remove();
    this.meta.textContent = why;
    this.label(this.button, 'uploadDismiss');
    say(`${this.file.name}: ${why}`);
  }

  retry() {
    this.failed = false;
    this.drops = 0;
    this.item.dataset.state = 'busy';
    this.bar.value = 0;
    this.item.append(this.bar);
    this.label(this.button, 'uploadCancel');
    enqueue(this);
  }

  cancel() {
    this.cancelled = true;
    const at = waiting.indexOf(this);
    if (at >= 0) waiting.splice(at, 1);
    this.request?.abort();
    this.item.remove();
    this.input.focus();
  }
}

function element(name, classes) {
  const made = document.createElement(name);
  made.className = classes;
  return made;
}
