package ui

import (
	"context"
	"io"
)

// Icon names a drawing. The empty icon draws nothing.
type Icon string

// The icons. All are decoration: the words beside them say the same.
const (
	IconArrowLeft  Icon = "arrow-left"
	IconArrowRight Icon = "arrow-right"
	IconBell       Icon = "bell"
	IconBuilding   Icon = "building"
	IconCheck      Icon = "check"
	IconDone       Icon = "done"
	IconDocument   Icon = "document"
	IconDownload   Icon = "download"
	IconFile       Icon = "file"
	IconGlobe      Icon = "globe"
	IconImage      Icon = "image"
	IconInbox      Icon = "inbox"
	IconPen        Icon = "pen"
	IconPerson     Icon = "person"
	IconPlus       Icon = "plus"
	IconRetry      Icon = "retry"
	IconSearch     Icon = "search"
	IconSend       Icon = "send"
	IconTrash      Icon = "trash"
	IconWait       Icon = "wait"
	IconWarning    Icon = "warning"
)

// Icons are all of them, for the gallery.
var Icons = []Icon{
	IconArrowLeft, IconArrowRight, IconBell, IconBuilding, IconCheck, IconDone, IconDocument,
	IconDownload, IconFile, IconGlobe, IconImage, IconInbox, IconPen, IconPerson, IconPlus,
	IconRetry, IconSearch, IconSend, IconTrash, IconWait, IconWarning,
}

// paths are the strokes of each icon in a square of 24.
var paths = map[Icon]string{
	IconArrowLeft:  "M20 12H4m6-6-6 6 6 6",
	IconArrowRight: "M4 12h16m-6-6 6 6-6 6",
	IconBell:       "M6 17v-6a6 6 0 0 1 12 0v6l2 2H4zm4 4h4M12 3v2",
	IconBuilding:   "M4 21V4h11v17M15 9h5v12M2 21h20M8 8h3m-3 4h3m-3 4h3",
	IconCheck:      "m4 12 5 6L20 6",
	IconDone:       "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm-4 9 3 3 5-6",
	IconDocument:   "M6 3h12v18H6zm3 5h6m-6 4h6m-6 4h4",
	IconDownload:   "M12 3v12m-5-5 5 5 5-5M4 17v4h16v-4",
	IconFile:       "M6 3h8l5 5v13H6zm8 0v5h5",
	IconGlobe:      "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm0 0c5 5 5 13 0 18-5-5-5-13 0-18zM3 12h18",
	IconImage:      "M4 4h16v16H4zm0 12 5-5 4 4 2-2 5 5M15 9h1",
	IconInbox:      "M3 13 6 4h12l3 9v7H3zm0 0h5l1 3h6l1-3h5",
	IconPen:        "m4 20 1-5L16 4l4 4L9 19zM13 7l4 4",
	IconPerson:     "M12 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21a8 8 0 0 1 16 0",
	IconPlus:       "M12 5v14M5 12h14",
	IconRetry:      "M20 12a8 8 0 1 1-3-6m3-3v4h-4",
	IconSearch:     "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm5 12 5 5",
	IconSend:       "m4 4 17 8-17 8 3-8zm3 8h7",
	IconTrash:      "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14m-8 4v6m4-6v6",
	IconWait:       "M6 3h12M6 21h12M7 3c0 6 4 6 5 9-1 3-5 3-5 9M17 3c0 6-4 6-5 9 1 3 5 3 5 9",
	IconWarning:    "M12 3 2 20h20zm0 7v5m0 2v1",
}

// Render draws the icon.
func (i Icon) Render(ctx context.Context, w io.Writer) error {
	return icon(paths[i], "ic").Render(ctx, w)
}

// Small is the icon in the size of running text.
type Small Icon

// Render draws the icon.
func (s Small) Render(ctx context.Context, w io.Writer) error {
	return icon(paths[Icon(s)], "ic ic--sm").Render(ctx, w)
}
