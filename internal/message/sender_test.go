package message_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"stafett/internal/message"
)

func outgoing() message.Outgoing {
	return message.Outgoing{
		ID: uuid.Must(uuid.NewV7()), Channel: message.Email, To: "kari@solbakken.example",
		Subject: "Ny melding", Text: "Du har fått en ny melding.", Language: "nb",
	}
}

func TestOutbox_WritesEachNoticeOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "notices")
	box := message.NewOutbox(dir)
	if list, err := box.Newest(5); len(list) != 0 || err != nil {
		t.Errorf("before the first: %v, %v", list, err)
	}
	first, second := outgoing(), outgoing()
	again := first
	again.Text = "Noe annet"
	for _, n := range []message.Outgoing{first, again, second} {
		if err := box.Send(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	list, err := box.Newest(5)
	if err != nil || len(list) != 2 || list[0].ID != second.ID || list[1].Outgoing != first {
		t.Errorf("got %+v, %v", list, err)
	}
	if list, err = box.Newest(1); err != nil || len(list) != 1 || list[0].ID != second.ID {
		t.Errorf("the newest: %+v, %v", list, err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

func TestGateway_HandsOverWithAKeyAndTellsWhatIsFinal(t *testing.T) {
	t.Parallel()
	n := outgoing()
	status := 200
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var got message.Outgoing
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil || got != n {
			t.Errorf("the gateway got %+v, %v", got, err)
		}
		if r.Header.Get("Idempotency-Key") != n.ID.String() ||
			r.Header.Get("Authorization") != "Bearer hemmelig" {
			t.Errorf("headers %v", r.Header)
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	gateway := message.NewGateway(server.URL, "hemmelig", server.Client())
	for code, final := range map[int]bool{400: true, 422: true, 401: false, 429: false, 503: false} {
		status = code
		err := gateway.Send(t.Context(), n)
		if err == nil || errors.Is(err, message.ErrRefused) != final {
			t.Errorf("%d: %v", code, err)
		}
	}
	status = 202
	if err := gateway.Send(t.Context(), n); err != nil {
		t.Error(err)
	}
}
