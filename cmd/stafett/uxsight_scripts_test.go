package main

// measureScript finds texts that leave the box they stand in or the page, or are cut off; what is pressed
// and is too small. 44 pixels are for buttons
// and fields that stand for themselves, 24 for the rest; a link in a sentence may be as its line.
const measureScript = `function () {
	const out = { Texts: 0, Targets: 0, Marks: 0, Moving: 0, Cut: [], Small: [], Faint: [], Moves: [] };
	const said = new Map();
	const hidden = (e) => { // what is for screen readers alone is cut down to nothing
		if (!e || e === document.body) return false;
		if (!said.has(e)) {
			const s = getComputedStyle(e);
			said.set(e, s.clip !== 'auto' || s.clipPath !== 'none' || hidden(e.parentElement));
		}
		return said.get(e);
	};
	const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !hidden(e) &&
		!e.closest('.ds-skip-link');
	const say = (e) => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + ' "' + e.textContent.trim().slice(0, 40) + '"';
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const boxes = [];
	for (let n = walk.nextNode(); n; n = walk.nextNode()) {
		const e = n.parentElement;
		if (!n.data.trim() || !seen(e) || ['SCRIPT', 'OPTION', 'TEXTAREA'].includes(e.tagName)) continue;
		out.Texts++;
		const range = document.createRange();
		range.selectNodeContents(n);
		const rects = [...range.getClientRects()].filter((r) => r.width > 1 && r.height > 1);
		const box = e.closest('button, .ds-button, .ds-tag, label, legend, td, th, dd, dt, li, summary, p') ?? e;
		const b = box.getBoundingClientRect();
		for (const r of rects) {
			if (r.right > innerWidth + 1 || r.left < -1) out.Cut.push('outside the page: ' + say(e));
			else if (r.right > b.right + 2 || r.left < b.left - 2) out.Cut.push('outside its box: ' + say(e));
			boxes.push({ r, e });
		}
		for (let a = e; a && a !== document.body; a = a.parentElement) {
			const s = getComputedStyle(a);
			if (!['hidden', 'clip'].includes(s.overflowX) && !['hidden', 'clip'].includes(s.overflowY)) continue;
			if (a.scrollWidth > a.clientWidth + 1 || a.scrollHeight > a.clientHeight + 1) out.Cut.push('cut off: ' + say(a));
		}
	}
	for (let i = 0; i < boxes.length; i++) {
		for (let j = i + 1; j < boxes.length; j++) {
			const { r: a, e: x } = boxes[i], { r: b, e: y } = boxes[j];
			if (x === y || x.contains(y) || y.contains(x)) continue;
			const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
			const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
			if (w > 2 && h > Math.min(a.height, b.height) / 3) out.Cut.push('one over the other: ' + say(x) + ' and ' + say(y));
		}
	}
	for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
		if (!seen(e) || e.type === 'hidden') continue;
		out.Targets++;
		const r = e.getBoundingClientRect();
		const alone = e.matches('main .ds-button:not([data-variant=tertiary], [data-size=sm]), main .ds-input:not([type=radio], [type=checkbox])');
		const inline = e.matches('a') && getComputedStyle(e).display === 'inline';
		if (alone && r.height < 44) out.Small.push(say(e) + ' is ' + r.height + ' pixels high');
		if (!inline && !e.matches('[type=radio], [type=checkbox], [type=file]') && (r.height < 24 || r.width < 24)) {
			out.Small.push(say(e) + ' is ' + r.width + ' by ' + r.height);
		}
	}
	return out;
}`

// motionScript finds what moves although the person asked for no movement.
const motionScript = `function () {
	const out = { Texts: 0, Targets: 0, Marks: 0, Moving: 0, Cut: [], Small: [], Faint: [], Moves: [] };
	const slow = (list) => list.split(',').some((d) => parseFloat(d) * (d.includes('ms') ? 1 : 1000) > 1);
	for (const e of document.querySelectorAll('*')) {
		for (const part of [null, '::before', '::after']) {
			const s = getComputedStyle(e, part);
			out.Moving++;
			if (slow(s.transitionDuration) || s.animationName !== 'none' && slow(s.animationDuration) || s.scrollBehavior === 'smooth') {
				out.Moves.push(e.tagName + '.' + e.className + (part ?? ''));
			}
		}
	}
	return out;
}`

// spacingScript sets the spacing of WCAG 1.4.12.
const spacingScript = `(() => {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important;' +
		'word-spacing: .16em !important } p { margin-block-end: 2em !important }');
	document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})()`

// contrastScript finds controls and marks of a state that cannot be told from what they stand on: the
// better of border and ground must have 3:1.
const contrastScript = `function () {
	const out = { Texts: 0, Targets: 0, Marks: 0, Moving: 0, Cut: [], Small: [], Faint: [], Moves: [] };
	const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
	const rgba = (color) => {
		canvas.clearRect(0, 0, 1, 1);
		canvas.fillStyle = color;
		canvas.fillRect(0, 0, 1, 1);
		return [...canvas.getImageData(0, 0, 1, 1).data];
	};
	const light = (c) => {
		const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
		return .2126 * r + .7152 * g + .0722 * b;
	};
	const contrast = (a, b) => {
		const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
		return (x + .05) / (y + .05);
	};
	const ground = (e) => {
		for (; e; e = e.parentElement) {
			const c = rgba(getComputedStyle(e).backgroundColor);
			if (c[3] > 250) return c;
		}
		return matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0, 255] : [255, 255, 255, 255];
	};
	const best = (s, on) => {
		const all = [];
		if (parseFloat(s.borderTopWidth) > 0) all.push(rgba(s.borderTopColor));
		all.push(rgba(s.backgroundColor));
		const shadow = s.boxShadow.match(/^(rgba?\([^)]*\)|color\([^)]*\)|oklch\([^)]*\))/);
		if (shadow) all.push(rgba(shadow[0]));
		return Math.max(...all.filter((c) => c[3] > 250).map((c) => contrast(c, on)), 0);
	};
	const look = (e, part) => {
		if (!e.checkVisibility({ visibilityProperty: true })) return;
		out.Marks++;
		const found = best(getComputedStyle(e, part), ground(part ? e : e.parentElement));
		if (found < 3) out.Faint.push((e.id || e.className || e.tagName) + (part ?? '') + ' ' + found.toFixed(2));
	};
	document.querySelectorAll('main .ds-input:not([type=file], [readonly]), main .ds-button:not([data-variant=tertiary])')
		.forEach((e) => look(e, null));
	document.querySelectorAll('.steps li, .tl > li, .phase li').forEach((e) => look(e, '::before'));
	document.querySelectorAll('main .ic').forEach((e) => {
		if (!e.checkVisibility()) return;
		out.Marks++;
		const found = contrast(rgba(getComputedStyle(e).color), ground(e));
		if (found < 3) out.Faint.push('icon in ' + e.parentElement.outerHTML.slice(0, 60) + ' ' + found.toFixed(2));
	});
	return out;
}`

// focusScript tells what is wrong with the place of the focus: it must show, be in view, and uncovered.
const focusScript = `(() => {
	const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
	if (e === document.body) return 'nothing has the focus';
	const ring = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none';
	const around = e.matches('[type=file], [type=radio], [type=checkbox]');
	const shown = around ? getComputedStyle(e.parentElement) : s;
	if (!ring && shown.outlineStyle === 'none' && shown.boxShadow === 'none') return 'the focus does not show';
	const x = Math.min(Math.max(r.left + r.width / 2, 0), innerWidth - 1), y = r.top + Math.min(r.height / 2, 20);
	if (y < 0 || y > innerHeight) return 'the focus is out of view';
	const top = document.elementFromPoint(x, y);
	if (top && !e.contains(top) && !top.contains(e) && ![...(e.labels ?? [])].some((l) => l.contains(top))) {
		return 'the focus is covered by ' + top.outerHTML.slice(0, 80);
	}
	return '';
})()`

// labelScript tells what is wrong with the label of what has the focus: it must stay in view.
const labelScript = `(() => {
	const e = document.activeElement;
	const label = e.closest('fieldset')?.querySelector('legend') && e.matches('[type=radio], [type=checkbox]')
		? e.closest('fieldset').querySelector('legend') : e.labels?.[0];
	if (!label) return e.matches('button') ? '' : 'no label';
	const r = label.getBoundingClientRect(), f = e.getBoundingClientRect();
	if (r.top < 0 || r.bottom > innerHeight || f.top < 0 || f.top > innerHeight) return 'the label is out of view at ' + r.top;
	const top = document.elementFromPoint(r.left + 5, r.top + r.height / 2);
	return label.contains(top) || top.contains(label) ? '' : 'the label is covered by ' + top.outerHTML.slice(0, 80);
})()`
