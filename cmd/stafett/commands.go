package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
)

// names are the subcommands in the order a person meets them.
var names = []string{
	"serve", "check", "try", "new", "graph", "explain", "decide", "migrate", "seed", "token",
	"audit", "keys", "version",
}

func commands() map[string]command {
	return map[string]command{
		"serve":   {"run the server", serve},
		"check":   {"check the app definitions: check [-format …] [-app org/app] [folder …]", check},
		"try":     {"play the apps' scenarios: try [-watch] [-format …] [-app org/app] [folder …]", try},
		"new":     {"make an app: new [-dir apps] [-kind form|case] <org/app>", newApp},
		"explain": {"show who may do what in an app, and why: explain [org/app]", explain},
		"graph":   {"draw the apps as one solution: graph [-format …] [folder …]", graph},
		"decide":  {"answer an XACML request by a policy, without a database", decideFile},
		"migrate": {"bring the database to this version", migrate},
		"seed":    {"add the register's people, organisations and roles, and made-up cases up to -cases", seed},
		"token":   {"print a development organisation token: token <org> <org/app> [scope]", token},
		"audit":   {"audit verify: recompute the seals of the audit log; audit head: print the newest", audit},
		"keys":    {"list, make, publish or retire signing keys: keys [make|publish|retire <name> [key]]", keys},
		"version": {"print the version", version},
	}
}

// run finds the subcommand, reads its settings and runs it.
func run(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	if len(args) == 0 {
		return usage(out)
	}
	cmd, ok := commands()[args[0]]
	if !ok {
		if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
			return usage(out)
		}
		return &usageError{fmt.Sprintf("there is no command %q; try stafett help", args[0])}
	}
	c, rest, err := ReadConfig(args[0], args[1:], getenv, out)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	return cmd.run(ctx, c, rest, out)
}

func usage(out io.Writer) error {
	fmt.Fprintln(out, "stafett <command> [settings]")
	for _, name := range names {
		fmt.Fprintf(out, "  %-8s %s\n", name, commands()[name].about)
	}
	_, err := fmt.Fprintln(out, "stafett <command> -h lists the settings.")
	return err
}

func version(_ context.Context, _ Config, _ []string, out io.Writer) error {
	v := "development"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v = s.Value
			}
		}
	}
	_, err := fmt.Fprintln(out, "stafett", v)
	return err
}
