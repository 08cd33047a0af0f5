package wire

import (
	"stafett/internal/policy"
	"stafett/internal/policy/tree"
)

func (r *Request) readXML(raw []byte) error {
	root, err := tree.Read(raw)
	if err != nil {
		return err
	}
	if root.Name != "Request" {
		return root.Errorf("the root is %s, not Request", root.Name)
	}
	r.Combined = isTrue(root.Attrs["CombinedDecision"])
	for _, e := range root.Children {
		switch e.Name {
		case "RequestDefaults":
		case "Attributes":
			g, err := groupXML(e)
			if err != nil {
				return err
			}
			if err := r.add(g); err != nil {
				return e.Errorf("%v", err)
			}
		case "MultiRequests":
			r.referencesXML(e)
		default:
			return e.Errorf("%s is not supported in a Request", e.Name)
		}
	}
	return nil
}

func isTrue(text string) bool { return text == "true" || text == "1" }

func groupXML(e *tree.Element) (group, error) {
	g := group{category: e.Attrs["Category"],
		id: e.Attrs["http://www.w3.org/XML/1998/namespace:id"]}
	for _, child := range e.Children {
		if child.Name == "Content" {
			continue
		}
		if child.Name != "Attribute" {
			return g, child.Errorf("found %s where Attribute was expected", child.Name)
		}
		a := policy.Attribute{ID: child.Attrs["AttributeId"], Issuer: child.Attrs["Issuer"],
			Include: isTrue(child.Attrs["IncludeInResult"])}
		for _, v := range child.Children {
			if v.Name != "AttributeValue" {
				return g, v.Errorf("found %s where AttributeValue was expected", v.Name)
			}
			a.Values = append(a.Values, policy.Value{DataType: v.Attrs["DataType"], Text: v.Text})
		}
		g.attributes = append(g.attributes, a)
	}
	return g, nil
}

func (r *Request) referencesXML(e *tree.Element) {
	for _, reference := range e.Children {
		var ids []string
		for _, to := range reference.Children {
			ids = append(ids, to.Attrs["ReferenceId"])
		}
		r.references = append(r.references, ids)
	}
}
