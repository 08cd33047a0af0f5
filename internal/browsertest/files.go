package browsertest

import (
	"errors"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Upload gives files to the file control of that label.
func (tab *Tab) Upload(label string, files ...string) {
	tab.t.Helper()
	paths := tab.absolute(files)
	tab.until("it takes files", func() error {
		e, err := tab.fileInput(label)
		if err != nil {
			return err
		}
		_, err = ask(tab, dom.SetFileInputFiles,
			dom.SetFileInputFilesParams{Files: paths, ObjectID: e.id})
		return err
	})
	tab.settle(quiet)
}

// Drop drags files from outside the browser over the first element of a selector, and lets go there.
func (tab *Tab) Drop(css string, files ...string) {
	tab.t.Helper()
	const copied = 1
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: tab.absolute(files),
		DragOperationsMask: copied}
	tab.until("files can be dropped on it", func() error {
		e, err := tab.selected(css)
		if err != nil {
			return err
		}
		x, y, err := tab.middle(e)
		if err != nil {
			return err
		}
		for _, act := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter,
			input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
			_, err := ask(tab, input.DispatchDragEvent,
				input.DispatchDragEventParams{Type: act, X: x, Y: y, Data: data})
			if err != nil {
				return err
			}
		}
		return nil
	})
	tab.settle(quiet)
}

// ChooseFiles presses a key where focus is, and gives files to the chooser that it opens.
func (tab *Tab) ChooseFiles(key string, files ...string) {
	tab.t.Helper()
	paths := tab.absolute(files)
	intercept := func(on bool) {
		_, err := ask(tab, page.SetInterceptFileChooserDialog,
			page.SetInterceptFileChooserDialogParams{Enabled: on})
		if err != nil {
			tab.t.Fatalf("taking the file chooser's place: %v", err)
		}
	}
	intercept(true)
	defer intercept(false)
	if _, err := run(tab, chromedp.KeyEvent(key)); err != nil {
		tab.t.Fatalf("pressing a key: %v", err)
	}
	tab.until("a file chooser opens", func() error {
		control := tab.events.chooser()
		if control == 0 {
			return errors.New("none has")
		}
		_, err := ask(tab, dom.SetFileInputFiles,
			dom.SetFileInputFilesParams{Files: paths, BackendNodeID: control})
		return err
	})
	tab.settle(quiet)
}

// chooser gives the control that has opened a file chooser, once; 0 for none.
func (e *events) chooser() cdp.BackendNodeID {
	e.mu.Lock()
	defer e.mu.Unlock()
	control := e.chooses
	e.chooses = 0
	return control
}

func (tab *Tab) absolute(files []string) []string {
	tab.t.Helper()
	paths := make([]string, len(files))
	for i, f := range files {
		var err error
		if paths[i], err = filepath.Abs(f); err != nil {
			tab.t.Fatalf("finding %s: %v", f, err)
		}
	}
	return paths
}
