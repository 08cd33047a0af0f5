package app

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// programFiles gives the files of an app that only Altinn's own server or page runs, sorted.
func (r *reader) programFiles() []string {
	var out []string
	_ = fs.WalkDir(r.fsys, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // told when the folder is hashed
		case e.IsDir() && slices.Contains([]string{"bin", "obj", "node_modules", ".git"}, e.Name()):
			return fs.SkipDir
		case e.IsDir():
		case slices.Contains([]string{".cs", ".cshtml", ".csproj"}, path.Ext(name)),
			strings.HasPrefix(e.Name(), "RuleHandler"), strings.HasPrefix(e.Name(), "RuleConfiguration"):
			out = append(out, name)
		}
		return nil
	})
	return out
}

// hooks are what Altinn's C# interfaces do, and what says it here instead.
var hooks = []struct{ name, does, instead string }{
	{"IDataProcessor", "changes the answers as they are saved", "models/<type>.calculation.json"},
	{"IDataWriteProcessor", "changes the answers as they are saved",
		"models/<type>.calculation.json"},
	{"IInstantiationProcessor", "fills in the new form", "models/<type>.prefill.json"},
	{"IInstantiationValidator", "decides who may begin", "the policy and partyTypesAllowed"},
	{"IFormDataValidator", "checks the answers", "models/<type>.validation.json"},
	{"IDataElementValidator", "checks the answers", "models/<type>.validation.json"},
	{"ITaskValidator", "checks the answers", "models/<type>.validation.json"},
	{"IInstanceValidator", "checks the answers", "models/<type>.validation.json"},
	{"IValidator", "checks the answers", "models/<type>.validation.json"},
	{"IAppOptionsProvider", "gives options", "options/<id>.json"},
	{"IInstanceAppOptionsProvider", "gives options", "options/<id>.json"},
	{"IDataListProvider", "gives the rows of a list", "options/<id>.json"},
	{"IInstanceDataListProvider", "gives the rows of a list", "options/<id>.json"},
	{"IProcessTaskStart", "acts when a task starts", "config/handover.json"},
	{"IProcessTaskEnd", "acts when a task ends", "config/handover.json"},
	{"IProcessTaskAbandon", "acts when a task is given up", "config/handover.json"},
	{"IProcessEnd", "acts when the process ends", "config/handover.json"},
	{"IServiceTask", "runs a service task", "config/handover.json"},
	{"IProcessExclusiveGateway", "chooses the way on", "an expression on each flow of the gateway"},
	{"IUserAction", "runs an action", "an action that moves the process on"},
	{"IPageOrder", "orders the pages", "hidden on the pages"},
	{"IPdfFormatter", "changes the PDF", "excludeFromPdf in Settings.json"},
	{"IOrderDetailsCalculator", "works out what is to be paid", ""},
	{"ISigneeProvider", "says who signs", ""},
	{"IEFormidlingMetadata", "describes a shipment", "config/handover.json"},
	{"IEFormidlingReceivers", "says who gets a shipment", "config/handover.json"},
	{"IFileAnalyser", "looks into files", ""},
	{"IFileValidator", "checks files", "allowedContentTypes of the data type"},
	{"IExternalApiClient", "asks another service", ""},
}

// reportPrograms names what an app has that cannot run here, and what says it here instead.
func (r *reader) reportPrograms() {
	for _, name := range r.programFiles() {
		raw, err := readFile(r.fsys, name)
		if err != nil {
			r.add(name, 0, SeverityWarning, "cannot be read: %v", err)
			continue
		}
		switch ext := path.Ext(name); {
		case strings.HasPrefix(path.Base(name), "Rule"):
			r.tell("javascript", &value{file: name}, SeverityWarning, "JavaScript rules do not run "+
				"here: write them as expressions (hidden) and as models/<type>.calculation.json")
		case ext == ".csproj" || ext == ".cshtml" || path.Base(name) == "Program.cs":
			r.tell("csharp", &value{file: name}, SeverityInfo, "this belongs to Altinn's own server: "+
				"nothing in it runs here")
		default:
			r.reportClass(name, raw)
		}
	}
}

// reportClass tells of a C# file: of each interface that it implements, or of the file.
func (r *reader) reportClass(file string, raw []byte) {
	found := false
	for i, line := range bytes.Split(raw, []byte("\n")) {
		_, bases, ok := strings.Cut(string(line), ":")
		if !ok || !strings.Contains(string(line), "class ") {
			continue
		}
		for _, h := range hooks {
			if !slices.Contains(strings.FieldsFunc(bases, notName), h.name) {
				continue
			}
			found = true
			instead := ""
			if h.instead != "" {
				instead = ": say it in " + h.instead
			}
			r.tell("csharp", &value{file: file, line: i + 1}, SeverityWarning,
				"C# does not run here: this class %s (%s)%s", h.does, h.name, instead)
		}
	}
	if !found {
		severity := SeverityWarning
		if strings.Contains(file, "models/") {
			severity = SeverityInfo // the schema beside it says the same
		}
		r.tell("csharp", &value{file: file}, severity, "C# does not run here")
	}
}

// notName tells whether a character cannot be in the name of a C# interface.
func notName(c rune) bool {
	return c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}
