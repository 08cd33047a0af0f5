package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"stafett/internal/policy"
	"stafett/internal/policy/wire"
)

// maxDocument bounds a policy or request in bytes.
const maxDocument = 16 << 20

// decideFile answers an XACML request by a policy, without a database and without roles: what the
// request does not say is not so. A file that cannot be read is a usage error.
func decideFile(_ context.Context, c Config, args []string, out io.Writer) error {
	policyFile, requestFile := c.own["policy"], c.own["request"]
	if policyFile == "" || requestFile == "" || len(args) > 0 ||
		policyFile == "-" && requestFile == "-" {
		return &usageError{"decide: needs -policy FILE and -request FILE; one of them may be -"}
	}
	p, err := readPolicy(policyFile, c.own["strict"] != off)
	if err != nil {
		return err
	}
	raw, err := readDocument(requestFile)
	if err != nil {
		return err
	}
	request, err := wire.Read(raw, time.Now())
	if err != nil {
		return &usageError{fmt.Sprintf("%s: %v", requestFile, err)}
	}
	var results []policy.Result
	for _, q := range request.Questions {
		results = append(results, policy.Evaluate(p, q))
	}
	answer, err := request.Answer(results)
	if err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	_, err = out.Write(answer)
	return err
}

func readPolicy(file string, strict bool) (*policy.Policy, error) {
	raw, err := readDocument(file)
	if err != nil {
		return nil, err
	}
	mode := policy.Altinn
	if strict {
		mode = policy.Standard
	}
	p, err := policy.ParseAs(raw, mode)
	if err != nil {
		return nil, &usageError{fmt.Sprintf("%s: %v", file, err)}
	}
	return p, nil
}

// readDocument reads a file or, for -, standard input.
func readDocument(file string) ([]byte, error) {
	var in io.Reader = os.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, &usageError{err.Error()}
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(in, maxDocument+1))
	switch {
	case err != nil:
		return nil, &usageError{fmt.Sprintf("%s: %v", file, err)}
	case len(raw) > maxDocument:
		return nil, &usageError{file + ": the file is too large"}
	}
	return raw, nil
}
