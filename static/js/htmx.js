// htmx 4, set up for our content security policy and our answers.
import htmx from 'htmx.org';
import { announce } from './focus.js';

// Back and forward ask the server again: private pages are kept nowhere in the browser.
htmx.config.history = 'reload';

// htmx would run code from attributes (hx-on, js: values, trigger filters). The policy forbids it;
// refusing here as well makes an injected attribute an error instead of a report.
function refuse() {
  throw new Error('htmx: code in an attribute is not run here');
}
htmx.registerExtension('no-eval', {
  init(api) {
    api.initSecurity(null, refuse, refuse);
  },
});

// The style for its indicators, which we do not use.
document.adoptedStyleSheets = document.adoptedStyleSheets.filter(
  (sheet) => sheet !== htmx.indicatorStyleSheet,
);

// Handlers in attributes are not even bound.
document.addEventListener('htmx:before:on:init', (event) => event.preventDefault());

const wholePage = /^\s*<(!doctype|html)/i;

// An answer that is a whole page belongs in a part of this page only when hx-select finds the part
// in it. Otherwise it is another page: sign-in after a session that ended, or an error page.
document.addEventListener('htmx:before:swap', (event) => {
  const { ctx, tasks } = event.detail;
  if (ctx.saves && (!ctx.text || ctx.response.raw.status >= 500)) {
    event.preventDefault(); // it is tried again: the page stands as it is
    return;
  }
  if (!wholePage.test(ctx.text ?? '') || ctx.target === document.body) return;
  const main = tasks.find((task) => task.type === 'main');
  if (ctx.select && main?.fragment.childElementCount) return;
  event.preventDefault();
  showPage(ctx);
});

// What can be fetched again is visited, so that the address is right. The answer to a change must
// not be asked for twice: it is shown where we are.
function showPage(ctx) {
  const answer = ctx.response.raw;
  if (answer.redirected || ctx.request.method === 'GET') {
    location.assign(answer.url);
    return;
  }
  const { text } = ctx;
  htmx.swap({ text, target: document.body, swap: 'outerHTML', sourceElement: document.body })
    .then(() => document.querySelector('main')?.focus());
}

// No answer at all: say so; what was typed stays in the page.
document.addEventListener('htmx:error', (event) => {
  const { ctx } = event.detail;
  if (ctx && !ctx.saves && !ctx.response) announce('offline');
});

export default htmx;
