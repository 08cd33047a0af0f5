package app

// readValidations reads <dataType>.validation.json: rules for fields, each written out or named
// from the definitions (FORMAT.md 1.4).
func (r *reader) readValidations(d *Definition, dataType string, m *Model) {
	v := r.json("models/" + dataType + ".validation.json")
	if v == nil {
		return
	}
	definitions := r.object(v.get("definitions"), "definitions")
	for path, rules := range r.object(v.get("validations"), "validations").members {
		if _, ok := r.field(d, dataType, path, rules); !ok {
			continue
		}
		for _, rule := range r.array(rules, "the rules of a field") {
			merged, ok := r.ruleOf(rule, definitions, 0)
			if !ok {
				continue
			}
			if val, ok := r.validation(d, dataType, path, rule, merged); ok {
				m.Validations = append(m.Validations, val)
			}
		}
	}
}

// rule is a rule with what it inherits.
type rule struct {
	message, condition, severity, immediate *value
}

// ruleOf resolves names and refs; a rule's own keys win over what it refers to.
func (r *reader) ruleOf(v, definitions *value, depth int) (rule, bool) {
	if depth > maxDepth {
		r.errorAt(v, "the rule refers to itself")
		return rule{}, false
	}
	if v.kind == kindText {
		named := definitions.get(v.text)
		if named == nil {
			r.errorAt(v, "there is no definition %q", v.text)
			return rule{}, false
		}
		return r.ruleOf(named, definitions, depth+1)
	}
	if r.object(v, "a rule") == nil {
		return rule{}, false
	}
	var out rule
	if ref := v.get("ref"); ref != nil {
		base, ok := r.ruleOf(ref, definitions, depth+1)
		if !ok || !r.is(ref, kindText, "ref") {
			return rule{}, false
		}
		out = base
	}
	own := func(to **value, key string) {
		if item := v.get(key); item != nil {
			*to = item
		}
	}
	own(&out.message, "message")
	own(&out.condition, "condition")
	own(&out.severity, "severity")
	own(&out.immediate, "showImmediately")
	return out, true
}

func (r *reader) validation(
	d *Definition, dataType, path string, at *value, from rule,
) (Validation, bool) {
	if from.message == nil || from.condition == nil {
		r.errorAt(at, "the rule of %s needs a message and a condition", path)
		return Validation{}, false
	}
	v := Validation{
		Path:      path,
		Message:   r.expression(from.message, "message"),
		Condition: r.expression(from.condition, "condition"),
		Severity:  SeverityError,
		Immediate: r.flag(from.immediate, "showImmediately"),
	}
	if s := r.text(from.severity, "severity"); s != "" {
		v.Severity = Severity(s)
	}
	switch v.Severity {
	case SeverityError, SeverityWarning, SeverityInfo, SeveritySuccess:
	default:
		r.errorAt(from.severity, "severity must be error, warning, info or success, not %q", v.Severity)
		return v, false
	}
	if v.Message == nil || v.Condition == nil {
		return v, false
	}
	r.checkKey(d, from.message)
	r.checkReads(d, nil, dataType, v.Message, from.message)
	r.checkCondition(d, nil, dataType, v.Condition, from.condition)
	return v, true
}
