// Package login signs people in by OpenID Connect, keeps their sessions in PostgreSQL behind
// gorilla/sessions, and lets them choose whom they act for. It decides nothing about apps and
// instances: package access does. One code path serves the development provider and a real one.
package login
