package core

import "time"

// Withdrawal tells that the applicant has taken back what they sent.
type Withdrawal struct {
	At time.Time `json:"at"`
	// Reason is in the applicant's own words; may be empty.
	Reason string `json:"reason,omitempty"`
	// Late tells that it came when the work on it was over.
	Late bool `json:"late,omitempty"`
}

// BeforePart stands before a data type in the name of a part of a delivery: the form document as
// it was sent last.
const BeforePart = "before:"

// NewVersion says how what is sent differs from what was sent before.
type NewVersion struct {
	// Sent is when the applicant sent it.
	Sent time.Time `json:"sent"`
	// Before are the target's form documents as they were sent last, by data type.
	Before map[string]Document `json:"before,omitempty"`
	// Removed are the attachments that are there no longer.
	Removed []FileMark `json:"removed,omitempty"`
	// Files are all attachments of this version, the added ones among them.
	Files []FrozenPart `json:"files,omitempty"`
}

// FileMark names a file by what it is.
type FileMark struct {
	DataType string `json:"dataType"`
	Filename string `json:"filename"`
	SHA256   []byte `json:"sha256"`
}

// Correction is what a new version from the applicant changed in an instance.
type Correction struct {
	// Number counts from 1 in each instance.
	Number int `json:"-"`
	// Sent is when the applicant sent it, At when it came.
	Sent time.Time `json:"sent"`
	At   time.Time `json:"-"`
	// Late tells that it came when the work was over: nothing was changed.
	Late    bool          `json:"late,omitempty"`
	Changes []FieldChange `json:"changes,omitempty"`
	Files   []FileChange  `json:"files,omitempty"`
}

// FieldChange is one field, or one list of rows, that differs between two versions.
type FieldChange struct {
	DataType string `json:"dataType"`
	Path     string `json:"path"`
	// Before and After are what the applicant sent; nil for nothing.
	Before any `json:"before,omitempty"`
	After  any `json:"after,omitempty"`
	// Conflict tells that somebody else had changed it: then it was left as it was, which is Kept.
	Conflict bool `json:"conflict,omitempty"`
	Kept     any  `json:"kept,omitempty"`
}

// FileChange is an attachment that is in one of two versions only.
type FileChange struct {
	FileMark
	Removed bool `json:"removed,omitempty"`
	// Kept tells that a removed one is still there.
	Kept bool `json:"kept,omitempty"`
}
