package app

import (
	"stafett/internal/core"
	"stafett/internal/expr"
	"stafett/internal/policy"
	"stafett/internal/process"
	"stafett/internal/schema"
	"stafett/internal/text"
)

// Definition is one app as its folder declares it, normalised: three generations of layout
// files become one list of layout sets, and every expression is compiled. It is never changed
// after Load, so any number of requests may share it.
type Definition struct {
	Ref core.AppRef
	// Folder is where it was found within the folder that was loaded; empty for one that was
	// loaded by itself.
	Folder string
	// Hash is the SHA-256 of the folder's files, in hex: the version that instances point to.
	Hash     string
	Meta     Metadata
	Process  *process.Definition
	Policy   *policy.Policy
	Sets     []*LayoutSet
	Texts    *text.Resources
	Models   map[string]*Model
	Options  map[string][]Option
	Settings Settings
	// Handovers are what handover.json declares; empty for an app that hands nothing over.
	Handovers []*Handover
	// Reports are what the app tells the source of a handover as its own process goes.
	Reports []Report
	// DraftDays is how long a draft lives from its last change; 0 is as everywhere.
	DraftDays int
	// Withdraw and Correct say whether what was sent can be taken back and corrected; nil for no.
	// OnWithdrawn is for the app at the other end.
	Withdraw, Correct *Retract
	OnWithdrawn       OnWithdrawn
	// SecondPersons are the tasks that somebody else than who prepared them completes.
	SecondPersons []SecondPerson
	// Roles are the roles that this app asks for, with their plain descriptions.
	Roles []Role
	// Checklists and Templates help those who work on its cases.
	Checklists []Checklist
	Templates  []TextTemplate

	// placeholder tells that the id was the template's, and came from the folder instead.
	placeholder bool
	// steps are the paths that expressions read, taken apart once.
	steps map[string][]schema.Step
	// entries are the layout sets of subforms' entries, by data type; nil for none.
	entries map[string]*LayoutSet
}

// Metadata is applicationmetadata.json (FORMAT.md 1.1).
type Metadata struct {
	Title     map[string]string
	DataTypes []DataType
	// Owners tells which kinds of party may own an instance.
	Owners OwnerTypes
	// DisallowUserInstantiation keeps end users from making an instance, in every environment.
	DisallowUserInstantiation bool
	// AutoDeleteOnProcessEnd removes the whole instance when its process ends.
	AutoDeleteOnProcessEnd bool
	// Hide tells which instances are left out of people's own lists.
	Hide HideSettings
	// Presentation and Data copy values from the form to the instance at every write.
	Presentation, Data []ValueField
	// Org is the service owner's code, as the metadata says it.
	Org string
}

// HideSettings are messageBoxConfig.hideSettings: instances are left out of their owners' lists
// always, or while they stand in one of the tasks.
type HideSettings struct {
	Always bool
	Tasks  []string
}

// OwnerTypes are the kinds of party that may own an instance; all false means every kind.
type OwnerTypes struct {
	Person, Organisation, SubUnit, BankruptcyEstate bool
}

// Allows tells whether a party of the kind may own an instance.
func (o OwnerTypes) Allows(kind core.PartyKind) bool {
	if !o.Person && !o.Organisation && !o.SubUnit && !o.BankruptcyEstate {
		return true
	}
	return kind == core.PartyPerson && o.Person || kind == core.PartyOrganisation && o.Organisation
}

// ValueField names a value in the form data that is copied to the instance under ID.
type ValueField struct {
	ID, Path, DataType string
}

// DataType is one kind of data that an instance may hold.
type DataType struct {
	ID           string
	ContentTypes []string
	// Task, when set, is the only task in which elements of this type may be written.
	Task string
	// MinCount and MaxCount as in Altinn: MinCount ≤ 0 is optional, MaxCount ≤ 0 unbounded.
	MinCount, MaxCount int
	// MaxSize is in bytes; 0 is no limit of the app's own.
	MaxSize int64
	// Form tells that this is form data with a model; others are attachments.
	Form bool
	// AutoDelete removes its elements when the process ends.
	AutoDelete bool
	AutoCreate bool
	// DisallowUserCreate and DisallowUserDelete keep end users from it.
	DisallowUserCreate, DisallowUserDelete bool
	// Contributors are who may write: org:<code>, orgno:<number>, app:owned; empty is all.
	Contributors []string
	// ActionToRead and ActionToWrite are policy actions needed besides read and write.
	ActionToRead, ActionToWrite string
	// Ext are the file name endings that fit ContentTypes, with the dot, for upload controls.
	Ext []string
}

// PDFDataType is the reserved data type of the submission's PDF (FORMAT.md 1.1).
const PDFDataType = "ref-data-as-pdf"

// Model is what belongs to one form data type.
type Model struct {
	Schema       *schema.Schema
	Validations  []Validation
	Calculations []Calculation
	Prefill      Prefill
	// names are the fields' paths by the form in which a prefill map may write them.
	names map[string]string
}

// Severity of a finding or of a validation issue.
type Severity string

// The severities: an error stops, a warning asks, information and success tell.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityInfo    Severity = "info"
	SeveritySuccess Severity = "success"
)

// Validation is one rule of <dataType>.validation.json, references resolved: when Condition is
// true for a field, there is an issue (FORMAT.md 1.4).
type Validation struct {
	// Path has no indexes.
	Path      string
	Message   *expr.Expr
	Condition *expr.Expr
	Severity  Severity
	Immediate bool
}

// Calculation is one rule of <dataType>.calculation.json (FORMAT.md 1.5).
type Calculation struct {
	Path       string
	Expression *expr.Expr

	line int
}

// Prefill is <dataType>.prefill.json: source field → target path (FORMAT.md 1.3).
type Prefill struct {
	AllowOverwrite bool
	Person         map[string]string // DSF
	Organisation   map[string]string // ER
	UserProfile    map[string]string
	Query          map[string]string

	query *value
}

// LayoutSet is the pages of one task, or of several.
type LayoutSet struct {
	ID       string
	DataType string
	Tasks    []string
	// Pages are in the order of Settings.json; pages not listed there are left out.
	Pages []*Page
	// ExcludePages and ExcludeComponents are left out of the PDF.
	ExcludePages, ExcludeComponents []string
	Subform                         bool

	byID      map[string]*Component
	byField   map[Binding][]*Component
	dataTypes []string
}

// Page is one layout file.
type Page struct {
	ID         string
	Hidden     *expr.Expr
	Components []*Component
	File       string

	at     *value
	titles [languages]string
}

// Component is one component of a page, with what all types share; Props is the type's own
// struct, made by the registry.
type Component struct {
	ID string
	// Type is the canonical name (Input, RepeatingGroup, …), old names mapped.
	Type                       string
	Hidden, Required, ReadOnly *expr.Expr
	// Texts are the text resource bindings: a literal is a text key or the text itself.
	Texts    map[string]*expr.Expr
	Bindings map[string]Binding
	Children []*Component
	Props    any
	// Remove says whether its data goes when it is hidden; nil is yes.
	Remove *expr.Expr
	// AsSummary says whether it is shown as an answer only; nil is no.
	AsSummary *expr.Expr
	// Look is how it stands on the page.
	Look Look
	// Controls tells that something else on the page depends on its answer.
	Controls bool
	// Page, Parent and Group are where it stands: Parent is nil at the top of a page, Group is
	// the nearest repeating group round it.
	Page          *Page
	Parent, Group *Component
	// Field is the model's description of the simple or group binding; Source is that binding
	// with its data type filled in, and Steps is its path taken apart.
	Field  schema.Field
	Source Binding
	Steps  []schema.Step
	// Order counts components through all pages of the set.
	Order int
	// File and Line tell where it stands, for findings.
	File string
	Line int

	// broken tells that a notice is to be put in its place.
	broken    bool
	childRefs []*value
	// own is the key of our own text for the title, where the layout has none.
	own   string
	at    *value
	prose map[string][languages]Prose
}

// Binding ties a component to a field of a data type; DataType is empty for the set's own.
type Binding struct {
	DataType, Field string
}

// Option is one choice of a list; Label, Description and Help are text keys or texts.
type Option struct {
	Value                    string
	Label, Description, Help string
}

// Settings are what appsettings.json says that changes behaviour (FORMAT.md 1.9).
type Settings struct {
	// FrontEnd is what the frontendSettings function reads.
	FrontEnd map[string]any
	// KeepHidden tells that what is hidden is to stay when a task ends (RemoveHiddenData: false).
	KeepHidden bool
}

// Role is a role that an app asks for, as config/roles.json tells it, in each language.
type Role struct {
	Code                       string
	Name, Description, Purpose map[string]string

	line int
}

// DataType gives the data type with the id.
func (d *Definition) DataType(id string) (DataType, bool) {
	for _, t := range d.Meta.DataTypes {
		if t.ID == id {
			return t, true
		}
	}
	return DataType{}, false
}

// SetFor gives the layout set of a task; nil when the task has none.
func (d *Definition) SetFor(task string) *LayoutSet {
	for _, s := range d.Sets {
		if s.Subform {
			continue
		}
		for _, t := range s.Tasks {
			if t == task {
				return s
			}
		}
	}
	return nil
}

// IsCase tells whether the app's instances are cases: made by handover or by a system, never
// by an end user, and owned by organisations only, so worked on in an inbox. What a system makes
// for a person, such as a letter, is no case: its owner finds it among their own.
func (d *Definition) IsCase() bool {
	return d.Meta.DisallowUserInstantiation && !d.Meta.Owners.Allows(core.PartyPerson)
}

// Title gives the app's title in the language, or in nb, or in any.
func (d *Definition) Title(lang string) string {
	title, _ := d.title(lang)
	return title
}

// TitleTo gives the app's title to a reader of a page, with its language where that is another.
func (d *Definition) TitleTo(reader string) string {
	title, lang := d.title(reader)
	return text.In(lang, reader, title)
}

func (d *Definition) title(reader string) (title, lang string) {
	for _, l := range []string{reader, "nb", "nn", "en"} {
		if t := d.Meta.Title[l]; t != "" {
			return t, l
		}
	}
	return d.Ref.String(), reader
}

// Page gives the page with the id and its place in the set's order; nil when there is none.
func (s *LayoutSet) Page(id string) (*Page, int) {
	for i, p := range s.Pages {
		if p.ID == id {
			return p, i
		}
	}
	return nil, -1
}
