package app

import (
	"encoding/base64"
	"net/url"
	"path"
	"strings"

	"stafett/internal/expr"
	"stafett/internal/text"
)

// The canonical names of the types that show something and ask for nothing.
const (
	TypeText                = "Text"
	TypeNumber              = "Number"
	TypeDate                = "Date"
	TypeOption              = "Option"
	TypeImage               = "Image"
	TypeLink                = "Link"
	TypeIFrame              = "IFrame"
	TypeDivider             = "Divider"
	TypeAccordion           = "Accordion"
	TypeAccordionGroup      = "AccordionGroup"
	TypeInstanceInformation = "InstanceInformation"
)

func init() {
	for _, name := range []string{TypeText, TypeNumber, TypeDate} {
		Register(name, ComponentType{Props: displayProps})
	}
	Register(TypeOption, ComponentType{Props: optionProps})
	Register(TypeImage, ComponentType{Props: imageProps})
	Register(TypeLink, ComponentType{Props: linkProps})
	Register(TypeIFrame, ComponentType{})
	Register(TypeDivider, ComponentType{})
	Register(TypeAccordion, ComponentType{Props: accordionProps})
	Register(TypeAccordionGroup, ComponentType{})
	Register(TypeInstanceInformation, ComponentType{Props: informationProps})
}

// DisplayProps are those of Text, Number, Date and Option: a value that is worked out.
type DisplayProps struct {
	Value *expr.Expr
	// Format is how a date is written (dd.MM.yyyy); empty is the language's own way.
	Format string
	// Formatting is how a number is written.
	Formatting Formatting
	// Options are those that an Option's value is one of; nil for the other types.
	Options *ChoiceProps
}

func displayProps(p Properties) any {
	d := &DisplayProps{
		Value: p.Expr("value"), Format: p.Text("format"), Formatting: formatting(p),
	}
	if d.Value == nil {
		p.Errorf("value", "there is no value to show")
	}
	return d
}

func optionProps(p Properties) any {
	d := displayProps(p).(*DisplayProps)
	d.Options = choiceProps(p).(*ChoiceProps)
	return d
}

func (d *DisplayProps) expressions(at *value) []located {
	list := []located{result(d.Value, at.get("value"))}
	if d.Options != nil {
		list = append(list, d.Options.expressions(at)...)
	}
	return list
}

// ImageProps are those of Image.
type ImageProps struct {
	// sources are addresses by language: data: for a picture in the app's own folder.
	sources map[string]string
	// Width is in percent; 0 is the picture's own.
	Width int
	// Align is start, center or end.
	Align string
}

// Source gives the picture's address in a language, else in any; "" when there is none.
func (p *ImageProps) Source(lang string) string {
	for _, l := range append([]string{lang}, text.Languages...) {
		if s := p.sources[l]; s != "" {
			return s
		}
	}
	return ""
}

func imageProps(p Properties) any {
	image := p.Object("image")
	props := &ImageProps{sources: map[string]string{}, Align: "start"}
	for lang, item := range image.Object("src").v.members {
		props.sources[lang] = p.picture(item)
	}
	if len(props.sources) == 0 {
		p.Errorf("image", "image.src needs an address for each language")
	}
	props.Width = percent(image.Text("width"))
	switch align := image.Text("align"); align {
	case "", "start", "flex-start", "left":
	case "center":
		props.Align = "center"
	case "end", "flex-end", "right":
		props.Align = "end"
	default:
		p.Warnf("image", "image.align must be flex-start, center or flex-end, not %q", align)
	}
	return props
}

// percent reads "70%"; 0 for anything else, which leaves the picture as wide as it is.
func percent(s string) int {
	digits, ok := strings.CutSuffix(s, "%")
	if !ok || digits == "" || len(digits) > 3 || strings.Trim(digits, "0123456789") != "" {
		return 0
	}
	n := 0
	for _, d := range digits {
		n = 10*n + int(d-'0')
	}
	return min(n, 100)
}

// maxPicture is the largest picture that is shown, in bytes: it stands in the page itself.
const maxPicture = 200 << 10

var pictureTypes = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".svg": "image/svg+xml", ".webp": "image/webp",
}

// picture gives the address of a picture: one of the app's own files is put in the page, since
// pages show nothing from other sites. What is elsewhere becomes a link.
func (p Properties) picture(at *value) string {
	src := p.r.text(at, p.what("image.src"))
	u, err := url.Parse(src)
	if err != nil {
		p.r.warnAt(at, "%s: %q is no address", p.id, src)
		return ""
	}
	if u.Host != "" {
		p.r.warnAt(at, "%s: pages show no pictures from other sites: a link is shown instead", p.id)
		return src
	}
	media := pictureTypes[strings.ToLower(path.Ext(u.Path))]
	name := path.Clean("/" + strings.TrimPrefix(strings.TrimPrefix(u.Path, "/"), "wwwroot/"))[1:]
	raw, ok := p.r.bytes("wwwroot/" + name)
	switch {
	case media == "":
		p.r.warnAt(at, "%s: %s is no kind of picture that is known", p.id, src)
	case !ok:
		p.r.warnAt(at, "%s: there is no wwwroot/%s: the text for it is shown instead", p.id, name)
	case len(raw) > maxPicture:
		p.r.warnAt(at, "%s: %s is larger than %d kB: the text for it is shown instead", p.id, src,
			maxPicture>>10)
	default:
		return "data:" + media + ";base64," + base64.StdEncoding.EncodeToString(raw)
	}
	return ""
}

// LinkProps are those of Link; where it leads is the text binding target.
type LinkProps struct {
	// Style is link, primary or secondary.
	Style  string
	NewTab bool
}

func linkProps(p Properties) any {
	props := &LinkProps{Style: p.Text("style"), NewTab: p.Flag("openInNewTab", false)}
	switch props.Style {
	case "link", "primary", "secondary":
	case "":
		props.Style = "link"
	default:
		p.Warnf("style", "style must be link, primary or secondary, not %q", props.Style)
		props.Style = "link"
	}
	if !p.Object("textResourceBindings").Has("target") {
		p.Warnf("textResourceBindings", "the link leads nowhere: it needs the text binding target")
	}
	return props
}

// AccordionProps are those of Accordion.
type AccordionProps struct {
	// Open shows what is in it from the start.
	Open bool
}

func accordionProps(p Properties) any {
	return &AccordionProps{Open: p.Flag("openByDefault", false)}
}

// InformationProps are those of InstanceInformation: what it shows.
type InformationProps struct {
	DateSent, Sender, Receiver, Reference bool
}

func informationProps(p Properties) any {
	shown := p.Object("elements")
	return &InformationProps{
		DateSent: shown.Flag("dateSent", true), Sender: shown.Flag("sender", true),
		Receiver: shown.Flag("receiver", true), Reference: shown.Flag("referenceNumber", true),
	}
}
