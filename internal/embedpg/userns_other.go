//go:build !linux

package embedpg

import "syscall"

// setUserNS does nothing: only Linux has user namespaces.
func setUserNS(*syscall.SysProcAttr) {}

// usernsWorks is false: only Linux has user namespaces.
func usernsWorks() bool { return false }
