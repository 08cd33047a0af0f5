package app

import (
	"strings"

	"stafett/internal/expr"
)

// DateProps are those of Datepicker.
type DateProps struct {
	// Min and Max give ISO dates or the words today, yesterday, tomorrow, oneYearAgo and
	// oneYearFromNow; nil is Altinn's 1900-01-01 and 2100-01-01.
	Min, Max *expr.Expr
	// TimeStamp stores a date with a time.
	TimeStamp bool
	// Format is how displayValue writes the date (dd.MM.yyyy); pages write it as the language does.
	Format string
}

func dateProps(p Properties) any {
	format := p.Text("format")
	if format == "" {
		format = "dd.MM.yyyy"
	}
	return &DateProps{
		Format: format,
		Min:    p.Expr("minDate"), Max: p.Expr("maxDate"), TimeStamp: p.Flag("timeStamp", false),
	}
}

// HeaderProps are those of Header.
type HeaderProps struct {
	// Level is 2 to 4.
	Level int
}

func headerProps(p Properties) any {
	levels := map[string]int{"": 2, "l": 2, "h2": 2, "m": 3, "h3": 3, "s": 4, "h4": 4}
	level, ok := levels[strings.ToLower(p.Text("size"))]
	if !ok {
		p.Warnf("size", "size must be L, M or S")
		level = 2
	}
	return &HeaderProps{Level: level}
}

// AlertProps are those of Alert and Panel.
type AlertProps struct {
	// Tone is info, success, warning or danger.
	Tone string
}

func alertProps(p Properties) any {
	tone := p.Text("severity")
	if tone == "" {
		tone = p.Text("variant")
	}
	switch tone {
	case "info", "success", "warning", "danger":
	case "error":
		tone = "danger"
	case "":
		tone = "info"
	default:
		p.Warnf("severity", "severity must be info, success, warning or danger, not %q", tone)
		tone = "info"
	}
	return &AlertProps{Tone: tone}
}

// GroupProps are those of Group.
type GroupProps struct {
	// Level is the heading's, 2 to 4; 0 is one below what the group stands in.
	Level int
	// Panel draws a frame round the group, Indented a line along it.
	Panel, Indented bool
}

func groupProps(p Properties) any {
	props := &GroupProps{
		Panel:    p.Text("groupingIndicator") == "panel",
		Indented: p.Text("groupingIndicator") == "indented",
	}
	if p.Has("headingLevel") {
		props.Level = min(max(p.Number("headingLevel", 2), 2), 4)
	}
	return props
}

// FileUploadProps are those of FileUpload and FileUploadWithTag. The data type is the
// component's id.
type FileUploadProps struct {
	// MinCount and MaxCount are numbers of files; 0 is no limit.
	MinCount, MaxCount int
	// MaxSize is in bytes; 0 is no limit of the component's own.
	MaxSize int64
	// Ext are the file name endings that are taken, with the dot; empty is all.
	Ext []string
	// AskDelete asks before a file is deleted.
	AskDelete bool
	// Tags are what each file is to be marked with; nil for a plain field.
	Tags *ChoiceProps
}

func fileUploadProps(p Properties) any {
	props := &FileUploadProps{
		MinCount: p.Number("minNumberOfAttachments", 0),
		MaxCount: p.Number("maxNumberOfAttachments", 0),
		MaxSize:  int64(p.Number("maxFileSizeInMB", 0)) << 20,

		AskDelete: p.Flag("alertOnDelete", false),
	}
	if canonicalType(p.Text("type"), p.v) == TypeFileUploadWithTag {
		props.Tags = tagProps(p)
	}
	if p.Flag("hasCustomFileEndings", false) {
		props.Ext = p.fileEndings("validFileEndings")
	}
	return props
}

// tagProps reads the options for tags. A field without any takes files without tags.
func tagProps(p Properties) *ChoiceProps {
	if p.Text("optionsId") == "" && !p.Has("options") && !p.Has("source") {
		p.Warnf("optionsId", "there are no options: the files get no tags")
		return nil
	}
	return choiceProps(p).(*ChoiceProps)
}

// fileEndings reads endings, written as a list or as ".pdf,.png".
func (p Properties) fileEndings(name string) []string {
	v := p.v.get(name)
	var all []string
	if v != nil && v.kind == kindText {
		all = strings.Split(v.text, ",")
	} else {
		all = p.Texts(name)
	}
	var out []string
	for _, e := range all {
		if e = strings.ToLower(strings.TrimSpace(e)); e != "" {
			out = append(out, "."+strings.TrimPrefix(e, "."))
		}
	}
	return out
}

// NavigationProps are those of NavigationButtons.
type NavigationProps struct {
	Back bool
}

func navigationProps(p Properties) any {
	return &NavigationProps{Back: p.Flag("showBackButton", true)}
}
