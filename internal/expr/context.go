package expr

// Context is what the surroundings answer while an expression is evaluated. Values are nil,
// bool, string or json.Number (int, int64 and float64 are taken too); lists and objects are
// []any, map[string]any or core.Document. Embed Base and answer only what there is.
type Context interface {
	// DataModel gives the value at path in the data of a type; dataType "" is the default one.
	// The path is as it was written: the Context fills in the current row's indexes. An unknown
	// data type is an UnknownDataType error; a missing value is nil.
	DataModel(path, dataType string) (any, error)
	// Component gives the value of the component's simple binding in the nearest row: nil when
	// it or anything around it is hidden, an UnknownComponent error when there is none.
	Component(id string) (any, error)
	// Text gives the resolved text of a key; an unknown key is its own text.
	Text(key string) string
	// Language gives the current language's code; "" means nb.
	Language() string
	// Instance gives a property of the instance; key is one of Altinn's five (FORMAT.md 5.3).
	Instance(key string) (any, error)
	// Setting gives one of the app's front-end settings, nil when it is not set.
	Setting(key string) any
	// Auth tells whether the actor may do the action in the current task.
	Auth(action string) bool
	// CountDataElements counts the instance's data elements of a type.
	CountDataElements(dataType string) (int, error)
	// GatewayAction is the action that moves the process on; "" outside a gateway.
	GatewayAction() string
	// OptionLabel gives the label of the option with that value, nil when there is none.
	OptionLabel(optionsID string, value any) (any, error)
	// DisplayValue gives a component's value as it is read by people.
	DisplayValue(component string) (any, error)
	// Arg gives a positional argument, or a NoSuchArgument error.
	Arg(i int) (any, error)
	// Value gives the value under key, in filters of options and the like; "" is the default
	// key. A key that does not exist is an UnknownKey error.
	Value(key string) (any, error)
	// LinkToPage gives the link, ready to be shown, with that text to a page. back asks for a
	// way back to the current page.
	LinkToPage(text, page string, back bool) (string, error)
	// LinkToComponent likewise, to a component.
	LinkToComponent(text, id string, back bool) (string, error)
	// ExternalAPI gives the value at path in what an external API answered.
	ExternalAPI(id, path string) (any, error)
}

// Base is a Context in which nothing is at hand: lookups give nil, or Altinn's error where a
// missing thing is an error.
type Base struct{}

var _ Context = Base{}

// DataModel gives nil.
func (Base) DataModel(string, string) (any, error) { return nil, nil }

// Component gives an UnknownComponent error.
func (Base) Component(id string) (any, error) { return nil, UnknownComponent(id) }

// Text gives the key.
func (Base) Text(key string) string { return key }

// Language gives "".
func (Base) Language() string { return "" }

// Instance gives nil.
func (Base) Instance(string) (any, error) { return nil, nil }

// Setting gives nil.
func (Base) Setting(string) any { return nil }

// Auth gives false.
func (Base) Auth(string) bool { return false }

// CountDataElements gives 0.
func (Base) CountDataElements(string) (int, error) { return 0, nil }

// GatewayAction gives "".
func (Base) GatewayAction() string { return "" }

// OptionLabel gives nil.
func (Base) OptionLabel(string, any) (any, error) { return nil, nil }

// DisplayValue gives an UnknownComponent error.
func (Base) DisplayValue(id string) (any, error) { return nil, UnknownComponent(id) }

// Arg gives a NoSuchArgument error.
func (Base) Arg(i int) (any, error) { return nil, NoSuchArgument(i) }

// Value gives an UnknownKey error.
func (Base) Value(key string) (any, error) { return nil, UnknownKey(key, nil) }

// LinkToPage gives the text, unlinked.
func (Base) LinkToPage(text, _ string, _ bool) (string, error) { return text, nil }

// LinkToComponent gives the text, unlinked.
func (Base) LinkToComponent(text, _ string, _ bool) (string, error) { return text, nil }

// ExternalAPI gives nil.
func (Base) ExternalAPI(string, string) (any, error) { return nil, nil }
