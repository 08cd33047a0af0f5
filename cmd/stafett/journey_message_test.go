package main

import "strings"

// talk has the caseworker write to the applicant, who gets a notice, finds the message and
// answers; the caseworker reads the answer.
func talk(worker, citizen *walker, caseURL, sent, title string) {
	worker.t.Helper()
	question, answer := "Hva koster billetten til "+title+"?", "Det er gratis, "+title
	worker.open(caseURL)
	worker.Click("Send til søkeren")
	worker.WaitFor(".ds-error-summary a")
	if worker.Status() != 422 {
		worker.t.Errorf("an empty message: got %d", worker.Status())
	}
	worker.look("case-message-error")
	worker.Fill("Til søkeren", question)
	worker.Click("Send til søkeren")
	worker.WaitForText(".msg li", question)
	worker.says("Meldingen er sendt.")
	worker.look("case-message")

	citizen.arrives("/my/messages", title)
	citizen.says("Melding fra Nordvik kommune", "Ulest")
	citizen.look("messages")
	citizen.arrives("/dev/notices", "Ny melding fra Nordvik kommune")
	if strings.Contains(citizen.Text("main"), title) {
		citizen.t.Error("a notice tells what it is about")
	}
	citizen.look("notices")
	// The other journey's message stands in the same list, and is not this one's to read.
	citizen.open(strings.TrimSuffix(sent, "/receipt") + "/status#messages")
	citizen.says(question, "Nordvik kommune")
	citizen.look("status-message")
	citizen.Fill("Svar til Nordvik kommune", answer)
	citizen.Click("Send svaret")
	citizen.WaitForText(".msg li[data-from=me]", answer)
	citizen.says("Meldingen er sendt.")

	worker.arrives(caseURL, answer)
	worker.look("case-answer")
}
