package browsertest

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Click presses the button or link of that name, and waits for what it begins.
func (tab *Tab) Click(name string) {
	tab.t.Helper()
	tab.press(1, func() (element, error) { return tab.named(name, pressable) })
}

// ClickTwice presses it twice, as a person does who sees nothing happen at once.
func (tab *Tab) ClickTwice(name string) {
	tab.t.Helper()
	tab.press(2, func() (element, error) { return tab.named(name, pressable) })
}

// ClickCSS presses the first element of a selector, and waits for what it begins.
func (tab *Tab) ClickCSS(css string) {
	tab.t.Helper()
	tab.press(1, func() (element, error) { return tab.selected(css) })
}

// ShiftClickCSS presses the first element of a selector with the shift key held.
func (tab *Tab) ShiftClickCSS(css string) {
	tab.t.Helper()
	tab.press(1, func() (element, error) { return tab.selected(css) },
		chromedp.ButtonModifiers(chromedp.ModifierShift))
}

// Choose presses the radio button, check box or switch of that label.
func (tab *Tab) Choose(label string) {
	tab.t.Helper()
	tab.press(1, func() (element, error) { return tab.named(label, choosable) })
}

// press clicks in the middle of an element with the mouse, once it is in view and uncovered.
// Pressing again needs no second look, which a browser that is leaving the page would not give.
func (tab *Tab) press(times int, find func() (element, error), held ...chromedp.MouseOption) {
	tab.t.Helper()
	var x, y float64
	tab.until("it can be pressed", func() error {
		e, err := find()
		if err != nil {
			return err
		}
		x, y, err = tab.middle(e)
		return err
	})
	for range times {
		if _, err := run(tab, chromedp.MouseClickXY(x, y, held...)); err != nil {
			tab.t.Fatalf("pressing: %v", err)
		}
	}
	tab.settle(quiet)
}

// middle brings an element into view and gives its middle, or an error when a person could not
// press there.
func (tab *Tab) middle(e element) (x, y float64, err error) {
	_, err = ask(tab, dom.ScrollIntoViewIfNeeded,
		dom.ScrollIntoViewIfNeededParams{ObjectID: e.id})
	if err != nil {
		return 0, 0, fmt.Errorf("bringing %s into view: %w", e.what, err)
	}
	res, err := ask(tab, dom.GetContentQuads,
		dom.GetContentQuadsParams{ObjectID: e.id})
	if err != nil || len(res.Quads) == 0 || len(res.Quads[0]) != 8 {
		return 0, 0, fmt.Errorf("%s has no place on the page: %w", e.what,
			errors.Join(err, errors.New("not shown")))
	}
	q := res.Quads[0]
	x, y = (q[0]+q[2]+q[4]+q[6])/4, (q[1]+q[3]+q[5]+q[7])/4
	cover, err := call[string](tab, e, `function (x, y) {
		const top = document.elementFromPoint(x, y);
		if (!top) return 'the edge of the window';
		const mine = this.contains(top) || top.contains(this) || [...(this.labels ?? [])].includes(top);
		return mine ? '' : top.outerHTML.slice(0, 120);
	}`, x, y)
	if err != nil {
		return 0, 0, err
	}
	if cover != "" {
		return 0, 0, fmt.Errorf("%s is covered by %s", e.what, cover)
	}
	return x, y, nil
}

// Fill types a value into the field of that label instead of what was there, and leaves the field.
func (tab *Tab) Fill(label, value string) {
	tab.t.Helper()
	tab.until("it can be filled in", func() error {
		e, err := tab.named(label, writable)
		if err != nil {
			return err
		}
		return tab.fill(e, value)
	})
	tab.settle(0)
}

// Type types a value into the first element of a selector instead of what was there, and stays in it.
func (tab *Tab) Type(css, value string) {
	tab.t.Helper()
	tab.until("it can be typed in", func() error {
		e, err := tab.selected(css)
		if err != nil {
			return err
		}
		if _, err = call[any](tab, e, "function () { this.focus(); this.select() }"); err != nil {
			return err
		}
		return tab.typeOver(value)
	})
}

// fill types with the keyboard, except into fields that have a widget of the browser's own, which
// differ between systems.
func (tab *Tab) fill(e element, value string) error {
	typed, err := call[bool](tab, e, `function (value) {
		this.focus();
		if (['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range'].includes(this.type)) {
			this.value = value;
			this.dispatchEvent(new Event('input', { bubbles: true }));
			this.dispatchEvent(new Event('change', { bubbles: true }));
			return false;
		}
		this.select();
		return true;
	}`, value)
	if err != nil {
		return err
	}
	if typed {
		if err := tab.typeOver(value); err != nil {
			return fmt.Errorf("typing into %s: %w", e.what, err)
		}
	}
	_, err = call[any](tab, e, "function () { this.blur() }")
	return err
}

// typeOver replaces what is selected.
func (tab *Tab) typeOver(value string) error {
	if value == "" {
		_, err := run(tab, chromedp.KeyEvent("\b"))
		return err
	}
	_, err := ask(tab, input.InsertText, input.InsertTextParams{Text: value})
	return err
}

// Select chooses an option by its text in the list of that label.
func (tab *Tab) Select(label, option string) {
	tab.t.Helper()
	tab.until("it can be chosen", func() error {
		e, err := tab.named(label, lists)
		if err != nil {
			return err
		}
		found, err := call[bool](tab, e, `function (text) {
			const option = [...this.options].find((o) => o.text.trim() === text);
			if (!option) return false;
			this.focus();
			option.selected = true;
			this.dispatchEvent(new Event('input', { bubbles: true }));
			this.dispatchEvent(new Event('change', { bubbles: true }));
			return true;
		}`, option)
		if err == nil && !found {
			err = fmt.Errorf("%s has no option %q", e.what, option)
		}
		return err
	})
	tab.settle(0)
}

// Value is what the field or list of that label holds.
func (tab *Tab) Value(label string) string {
	tab.t.Helper()
	var value string
	tab.until("its value can be read", func() error {
		e, err := tab.named(label, append(append([]string{}, writable...), lists...))
		if err != nil {
			return err
		}
		value, err = call[string](tab, e, "function () { return this.value }")
		return err
	})
	return value
}

// Key presses a key, such as "\r" or kb.Tab, where focus is, and waits for what it begins.
func (tab *Tab) Key(key string) {
	tab.t.Helper()
	if _, err := run(tab, chromedp.KeyEvent(key)); err != nil {
		tab.t.Fatalf("pressing a key: %v", err)
	}
	tab.settle(quiet)
}

// Submit presses Enter in the field of that label, which is how many people send a form.
func (tab *Tab) Submit(label string) {
	tab.t.Helper()
	tab.until("it takes focus", func() error {
		e, err := tab.named(label, writable)
		if err != nil {
			return err
		}
		_, err = call[any](tab, e, "function () { this.focus() }")
		return err
	})
	tab.Key("\r")
}

// call runs a function on an element, as its this.
func call[T any](tab *Tab, e element, function string, args ...any) (T, error) {
	var value T
	var given []*runtime.CallArgument
	for _, a := range args {
		raw, err := json.Marshal(a)
		if err != nil {
			return value, fmt.Errorf("handing over a value: %w", err)
		}
		given = append(given, &runtime.CallArgument{Value: raw})
	}
	res, err := ask(tab, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: function, ObjectID: e.id, Arguments: given, ReturnByValue: new(true),
		UserGesture: new(true)})
	if err != nil {
		return value, fmt.Errorf("acting on %s: %w", e.what, err)
	}
	if res.ExceptionDetails != nil {
		return value, fmt.Errorf("acting on %s: %s", e.what, res.ExceptionDetails.Text)
	}
	if len(res.Result.Value) == 0 {
		return value, nil // the function gives nothing
	}
	if err := json.Unmarshal(res.Result.Value, &value); err != nil {
		return value, fmt.Errorf("reading what %s answered: %w", e.what, err)
	}
	return value, nil
}
