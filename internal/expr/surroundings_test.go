package expr

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// fixtures are what a shared case says of the surroundings.
type fixtures struct {
	Layouts    map[string]layoutFile `json:"layouts"`
	DataModel  any                   `json:"dataModel"`
	DataModels []struct {
		DataElement struct {
			DataType string `json:"dataType"`
		} `json:"dataElement"`
		Data any `json:"data"`
	} `json:"dataModels"`
	Instance *struct {
		ID    string `json:"id"`
		AppID string `json:"appId"`
		Owner struct {
			PartyID            any    `json:"partyId"`
			PersonNumber       string `json:"personNumber"`
			OrganisationNumber string `json:"organisationNumber"`
		} `json:"instanceOwner"`
	} `json:"instance"`
	Process struct {
		CurrentTask struct {
			ElementID string `json:"elementId"`
		} `json:"currentTask"`
	} `json:"process"`
	Permissions struct {
		Read    bool            `json:"read"`
		Write   bool            `json:"write"`
		Actions map[string]bool `json:"actions"`
	} `json:"permissions"`
	FrontendSettings map[string]any `json:"frontendSettings"`
	TextResources    []textResource `json:"textResources"`
	ProfileSettings  struct {
		Language string `json:"language"`
	} `json:"profileSettings"`
	ExternalAPIs struct {
		Data map[string]any `json:"data"`
	} `json:"externalApis"`
	CodeLists map[string][]struct {
		Value any    `json:"value"`
		Label string `json:"label"`
	} `json:"codeLists"`
	Context struct {
		Component     string `json:"component"`
		CurrentLayout string `json:"currentLayout"`
		RowIndices    []int  `json:"rowIndices"`
	} `json:"context"`
	PositionalArguments []any `json:"positionalArguments"`
	ValueArguments      struct {
		Data       json.RawMessage `json:"data"`
		DefaultKey string          `json:"defaultKey"`
	} `json:"valueArguments"`
}

type textResource struct {
	ID        string `json:"id"`
	Value     string `json:"value"`
	Variables []struct {
		Key          string  `json:"key"`
		DataSource   string  `json:"dataSource"`
		DefaultValue *string `json:"defaultValue"`
	} `json:"variables"`
}

// surroundings is a Context over a case's fixtures: no more of an app than the cases need.
type surroundings struct {
	Base
	f      fixtures
	layout layoutTree
}

func newSurroundings(f fixtures) *surroundings {
	return &surroundings{f: f, layout: newLayoutTree(f.Layouts)}
}

func (s *surroundings) DataModel(path, dataType string) (any, error) {
	document := s.f.DataModel
	if dataType == "" {
		dataType = "default"
	}
	if s.f.DataModels != nil || dataType != "default" {
		i := slices.IndexFunc(s.f.DataModels, func(m struct {
			DataElement struct {
				DataType string `json:"dataType"`
			} `json:"dataElement"`
			Data any `json:"data"`
		}) bool {
			return m.DataElement.DataType == dataType
		})
		if i < 0 {
			return nil, UnknownDataType(dataType)
		}
		document = s.f.DataModels[i].Data
	}
	groups := s.layout.groupsAround(s.f.Context.Component)
	return lookUp(document, path, groups, s.f.Context.RowIndices), nil
}

// lookUp goes along a path; where it enters one of the groups without an index, it takes the
// row that the group is at, as long as the path itself has named no row.
func lookUp(value any, path string, groups []string, rows []int) any {
	prefix, given := "", false
	for step := range strings.SplitSeq(path, ".") {
		name, index, indexed := strings.Cut(strings.TrimSuffix(step, "]"), "[")
		object, _ := value.(map[string]any)
		value = object[name]
		prefix = strings.TrimPrefix(prefix+"."+name, ".")
		row := -1
		if at := slices.Index(groups, prefix); at >= 0 && at < len(rows) && !given && !indexed {
			row = rows[at]
		}
		if n, err := strconv.Atoi(index); indexed && err == nil {
			row, given = n, true
		}
		if list, isList := value.([]any); isList && row >= 0 {
			value = nil
			if row < len(list) {
				value = list[row]
			}
		}
	}
	return value
}

func (s *surroundings) Component(id string) (any, error) {
	component, known := s.layout.byID[id]
	if !known || !s.layout.inReach(id, s.f.Context.Component) {
		return nil, UnknownComponent(id)
	}
	hidden, err := s.layout.hidden(id, s)
	if err != nil || hidden {
		return nil, err
	}
	path, dataType := component.binding()
	return s.DataModel(path, dataType)
}

func (s *surroundings) DisplayValue(id string) (any, error) { return s.Component(id) }

func (s *surroundings) Text(key string) string {
	for _, r := range s.f.TextResources {
		if r.ID != key {
			continue
		}
		text := r.Value
		for i, v := range r.Variables {
			word := v.Key
			if v.DefaultValue != nil {
				word = *v.DefaultValue
			}
			found := s.f.FrontendSettings[v.Key]
			if strings.HasPrefix(v.DataSource, "dataModel.") {
				found, _ = s.DataModel(v.Key, "")
			}
			if found != nil {
				word = fmt.Sprint(found)
			}
			text = strings.ReplaceAll(text, fmt.Sprintf("{%d}", i), word)
		}
		return text
	}
	return key
}

func (s *surroundings) Language() string { return s.f.ProfileSettings.Language }

func (s *surroundings) Instance(key string) (any, error) {
	if s.f.Instance == nil {
		return nil, nil
	}
	owner := s.f.Instance.Owner
	kind := "unknown"
	switch {
	case owner.OrganisationNumber != "":
		kind = "org"
	case owner.PersonNumber != "":
		kind = "person"
	}
	return map[string]string{"instanceId": s.f.Instance.ID, "appId": s.f.Instance.AppID,
		"instanceOwnerPartyId": fmt.Sprint(owner.PartyID), "instanceOwnerPartyType": kind}[key], nil
}

func (s *surroundings) Setting(key string) any { return s.f.FrontendSettings[key] }

func (s *surroundings) Auth(action string) bool {
	p := s.f.Permissions
	return action == "read" && p.Read || action == "write" && p.Write || p.Actions[action]
}

func (s *surroundings) CountDataElements(dataType string) (int, error) {
	n := 0
	for _, m := range s.f.DataModels {
		if m.DataElement.DataType == dataType {
			n++
		}
	}
	return n, nil
}

func (s *surroundings) OptionLabel(id string, value any) (any, error) {
	for _, option := range s.f.CodeLists[id] {
		if fmt.Sprint(option.Value) == fmt.Sprint(value) {
			return option.Label, nil
		}
	}
	return nil, nil
}

func (s *surroundings) Arg(i int) (any, error) {
	if i < 0 || i >= len(s.f.PositionalArguments) {
		return nil, NoSuchArgument(i)
	}
	return s.f.PositionalArguments[i], nil
}

func (s *surroundings) Value(key string) (any, error) {
	if key == "" {
		key = s.f.ValueArguments.DefaultKey
	}
	var keys []string
	var found any
	d := json.NewDecoder(strings.NewReader(string(s.f.ValueArguments.Data)))
	d.UseNumber()
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		keys = append(keys, name.(string))
		if name == key {
			found = value
		}
	}
	if !slices.Contains(keys, key) {
		return nil, UnknownKey(key, keys)
	}
	return found, nil
}

func (s *surroundings) LinkToPage(text, page string, back bool) (string, error) {
	query := ""
	if current := s.f.Context.CurrentLayout; back && page != current {
		query = "?backToPage=" + current
	}
	return fmt.Sprintf(`<a href="%s/%s%s" data-link-type="LinkToPotentialPage">%s</a>`,
		s.base(), page, query, text), nil
}

func (s *surroundings) LinkToComponent(text, id string, _ bool) (string, error) {
	return fmt.Sprintf(
		`<a href="%s/%s?focusComponentId=%s" data-link-type="LinkToPotentialNode">%s</a>`,
		s.base(), s.layout.byID[id].page, id, text), nil
}

func (s *surroundings) base() string {
	if s.f.Instance == nil {
		return ""
	}
	return "/instance/" + s.f.Instance.ID + "/" + s.f.Process.CurrentTask.ElementID
}

func (s *surroundings) ExternalAPI(id, path string) (any, error) {
	return lookUp(s.f.ExternalAPIs.Data[id], path, nil, nil), nil
}
