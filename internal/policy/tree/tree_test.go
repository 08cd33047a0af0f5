package tree

import (
	"errors"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	t.Parallel()
	const head = `<a xmlns="` + Namespace + `" x="1">`
	root, err := Read([]byte("\ufeff<?xml version=\"1.0\"?>\n" + head +
		"\n<b>one<!-- - --><![CDATA[ <two>]]></b><Content><other xmlns=''>x<c/></other>y</Content></a>"))
	if err != nil {
		t.Fatal(err)
	}
	if root.Name != "a" || root.Line != 2 || root.Attrs["x"] != "1" || len(root.Children) != 2 {
		t.Fatalf("got %+v", root)
	}
	b, content := root.Children[0], root.Children[1]
	if b.Text != "one <two>" || b.Line != 3 || content.Text != "" || len(content.Children) != 0 {
		t.Errorf("got %+v and %+v", b, content)
	}
	for what, text := range map[string]string{
		"nothing": "", "text only": "x", "two roots": head + "</a>" + head + "</a>",
		"a declaration": "<!DOCTYPE a>" + head + "</a>", "mixed": head + "x<b/></a>",
		"twice": `<a xmlns="` + Namespace + `" x="1" x="2"/>`, "no end": head,
		"no end in content": head + "<Content><b>", "foreign": "<a/>",
		"deep": head + strings.Repeat("<b>", MaxDepth),
	} {
		_, err := Read([]byte(text))
		if ours, ok := errors.AsType[*Error](err); !ok || ours.Line < 1 {
			t.Errorf("%s: got %v", what, err)
		}
	}
}
