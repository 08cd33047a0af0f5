// Package message holds the texts that an applicant and those who work on the case write to each
// other, and the notices that tell a person outside that there is something to look at: that a
// message, a request or a letter has come, or that an answer is due. A notice has no content. The
// package asks nobody for a right: the instance service, which calls it, has done so.
package message
