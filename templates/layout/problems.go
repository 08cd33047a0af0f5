package layout

// Problem is something wrong with an app definition, for the developer who changes it. The words
// are English: they are about files.
type Problem struct {
	// Where is the file and the line.
	Where string
	// Kind is error or warning, Code the rule.
	Kind, Code string
	// Text is what is wrong and Do what to do about it.
	Text, Do string
}

// maxProblems is how many are shown: the first ones are put right first.
const maxProblems = 20

func (h Head) firstProblems() []Problem {
	return h.Problems[:min(len(h.Problems), maxProblems)]
}
