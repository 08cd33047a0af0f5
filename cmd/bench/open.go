package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path"
	"strings"

	"stafett/internal/live"
)

// openStreams is how many inboxes stand open.
const openStreams = 1000

// openInboxes measures how far the resident memory rises when a thousand inboxes stand open. It
// makes as many caseworkers as that takes, with a session each.
func openInboxes(ctx context.Context, s *server) error {
	const people = openStreams / live.PerPerson
	if _, err := s.db.Exec(ctx, `
		WITH person AS (
			INSERT INTO party (id, kind, name, person_number)
			SELECT 60000 + n, 'person', 'Saksbehandler ' || n, (10000000000 + n)::text
			FROM generate_series(1, $1) AS n
			RETURNING id, name
		), granted AS (
			INSERT INTO role_grant (person, party, role, source)
			SELECT p.id, o.id, 'nordvik-kultur', 'granted'
			FROM person AS p, party AS o WHERE o.organisation_number = $2
		)
		INSERT INTO session (hash, data, person, sid)
		SELECT sha256(('token-' || id)::bytea), jsonb_build_object('user', id, 'party', id, 'name', name,
			'level', 4), id, '' FROM person`, people, path.Base(inboxPath)); err != nil {
		return fmt.Errorf("make caseworkers: %w", err)
	}
	before, err := s.memory("VmRSS:")
	if err != nil {
		return err
	}
	for i := range openStreams {
		conn, err := s.openStream(ctx, 60001+i/live.PerPerson)
		if err != nil {
			return fmt.Errorf("stream %d: %w", i, err)
		}
		defer conn.Close()
	}
	now, err := s.memory("VmRSS:")
	if err != nil {
		return err
	}
	figure("P10", fmt.Sprintf("memory of %d open inboxes, over rest", openStreams), now-before, "MB", 100)
	return nil
}

// openStream opens one inbox's stream, and reads that it stands.
func (s *server) openStream(ctx context.Context, person int) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.addr)
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(conn, "GET %s/live HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n"+
		"Cookie: stafett=token-%d\r\n\r\n", inboxPath, s.addr, person)
	head := make([]byte, 512)
	if err == nil {
		_, err = io.ReadAtLeast(conn, head, 15)
	}
	if err == nil && !strings.HasPrefix(string(head), "HTTP/1.1 200 ") {
		err = fmt.Errorf("answered %.40q", head)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
