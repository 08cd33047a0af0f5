// Command assets bundles the front end: it reads static/css, static/js and static/img and the npm
// packages they import, and writes static/dist, with hashed names, a manifest, and compressed
// copies. Package static embeds and serves the result. Nothing of it runs in the server.
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	begun := time.Now()
	report, err := run(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
	fmt.Print(report)
	fmt.Printf("assets: %d files in %v\n", len(report), time.Since(begun).Round(time.Millisecond))
}
