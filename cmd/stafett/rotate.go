package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"stafett/internal/orgtoken"
)

// keys lists and changes the signing keys: those of the organisation at the token issuer, those of
// the client at the provider of sign-in, and those of the issuers that this program is itself. A running server follows within a second.
func keys(_ context.Context, c Config, args []string, out io.Writer) error {
	files := ringFiles(c)
	if len(args) == 0 || len(args) == 1 && args[0] == "list" {
		return listKeys(files, c.now(), out)
	}
	use := &usageError{"keys [list], keys make <name>, keys publish <name> <key>, keys retire <name> <key>"}
	if len(args) < 2 || args[0] == "make" != (len(args) == 2) || len(args) > 3 {
		return use
	}
	path, ok := files[args[1]]
	if !ok {
		return &usageError{fmt.Sprintf("keys: there is no %q, only %s", args[1],
			strings.Join(slices.Sorted(maps.Keys(files)), ", "))}
	}
	ring, err := readRing(path)
	if err != nil {
		return err
	}
	if args[0] == "make" {
		return makeKey(path, ring, out)
	}
	n, err := findKey(ring, args[2])
	if err != nil {
		return err
	}
	switch args[0] {
	case "publish":
		wait, err := time.ParseDuration(c.own["in"])
		if err != nil || wait < 2*keysEvery {
			return &usageError{"in: must be a time such as 24h, and long enough for the servers to see the key"}
		}
		return publishKey(path, ring, n, c.now().Add(wait), out)
	case "retire":
		return retireKey(path, ring, n, c.now(), out)
	}
	return use
}

// ringFiles gives the files with keys that can be changed, by the names that the command knows
// them by.
func ringFiles(c Config) map[string]string {
	files := map[string]string{}
	if c.ExchangeKeyFile != "" {
		files["exchange"] = c.ExchangeKeyFile
	}
	if c.MaskinportenKeyFile != "" {
		files["client"] = c.MaskinportenKeyFile
	}
	if c.OIDCKeyFile != "" {
		files["sign-in"] = c.OIDCKeyFile
	}
	if c.Mode == Production {
		return files
	}
	found, err := filepath.Glob(developmentPath(c.DataDir, "*"))
	if err != nil {
		return files
	}
	for _, path := range found {
		name := strings.TrimSuffix(filepath.Base(path), ".pem")
		// The development provider's own key is read once, at the start.
		if name != "idporten" {
			files[name] = path
		}
	}
	return files
}

func listKeys(files map[string]string, now time.Time, out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "name\tkey\tstate\t")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		list, err := readRing(files[name])
		if err != nil {
			return err
		}
		ring, err := orgtoken.NewRing(list...)
		if err != nil {
			return err
		}
		signing := ring.Signing(now).ID
		for _, k := range list {
			fmt.Fprintf(table, "%s\t%s\t%s\t\n", name, k.ID, keyState(k, signing, now))
		}
	}
	return table.Flush()
}

// keyState tells in words how a key is.
func keyState(k orgtoken.RingKey, signing string, now time.Time) string {
	switch {
	case !k.Retired.IsZero():
		return "retired " + k.Retired.Format(time.RFC3339)
	case k.Unpublished:
		return "made, not published"
	case k.ID == signing:
		return "signs"
	case k.SignsFrom.After(now):
		return "published, signs from " + k.SignsFrom.Format(time.RFC3339)
	}
	return "replaced"
}

// findKey finds a key by its id, or by the beginning of it.
func findKey(ring []orgtoken.RingKey, id string) (int, error) {
	found := -1
	for i, k := range ring {
		if !strings.HasPrefix(k.ID, id) {
			continue
		}
		if found >= 0 {
			return 0, &usageError{fmt.Sprintf("keys: more than one key begins with %q", id)}
		}
		found = i
	}
	if found < 0 || id == "" {
		return 0, &usageError{fmt.Sprintf("keys: there is no key %q", id)}
	}
	return found, nil
}

func makeKey(path string, ring []orgtoken.RingKey, out io.Writer) error {
	key, err := orgtoken.NewKey()
	// An id that looks like a flag is a trap for whoever types it.
	for err == nil && strings.HasPrefix(orgtoken.KeyID(&key.PublicKey), "-") {
		key, err = orgtoken.NewKey()
	}
	if err != nil {
		return err
	}
	if err := writeRing(path, append(ring, orgtoken.RingKey{Key: key, Unpublished: true})); err != nil {
		return err
	}
	set, err := orgtoken.KeySet(&key.PublicKey)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "Made %s. Its public half, to register at an issuer:\n",
		orgtoken.KeyID(&key.PublicKey))
	_, err = fmt.Fprintf(out, "%s\n", set)
	return err
}

func publishKey(
	path string, ring []orgtoken.RingKey, n int, from time.Time, out io.Writer,
) error {
	k := &ring[n]
	if !k.Unpublished || !k.Retired.IsZero() {
		return &usageError{"keys: only a key that is made and not published yet can be published"}
	}
	k.Unpublished, k.SignsFrom = false, from.UTC().Truncate(time.Second)
	if err := writeRing(path, ring); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s is published, and signs from %s\n", k.ID,
		k.SignsFrom.Format(time.RFC3339))
	return err
}

// retireKey takes a key out of use. The one that signs stays until another does, and so nothing
// that is under way is ever without a key.
func retireKey(
	path string, ring []orgtoken.RingKey, n int, now time.Time, out io.Writer,
) error {
	k := &ring[n]
	if !k.Retired.IsZero() {
		return &usageError{"keys: the key is retired already"}
	}
	if current, err := orgtoken.NewRing(ring...); err != nil {
		return err
	} else if current.Signing(now).ID == k.ID {
		return &usageError{"keys: this key signs; publish another, and retire it when that one signs"}
	}
	k.Retired = now.UTC().Truncate(time.Second)
	if err := writeRing(path, ring); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s is retired\n", k.ID)
	return err
}
