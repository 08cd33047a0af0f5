package embedpg

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is whom the server runs as. PostgreSQL refuses to run as root, so root must find
// somebody else to be: another user, or a user namespace.
type account struct {
	cred   *syscall.Credential // nil: as ourselves
	userns bool                // as ourselves outside, as uid 1000 to PostgreSQL
}

// anyUser is the id that systems keep for nobody, where no such name is known.
const anyUser = 65534

// chooseAccount picks whom the server in dir runs as. runAs, "" outside tests, is a user name or
// "userns".
func chooseAccount(dir, runAs string) (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	if runAs == "userns" {
		return account{userns: true}, nil
	}
	a, err := unprivileged(dir, runAs)
	if err != nil {
		return account{}, err
	}
	// Under /root (0700) the other user cannot walk to its own data. Then stay root outside and
	// be somebody else inside a user namespace, where the kernel lets us.
	if a.cred == nil || !a.canReach(filepath.Dir(dir)) {
		if !usernsWorks() {
			return account{}, fmt.Errorf("PostgreSQL cannot run as root, and no other user can "+
				"walk to %s: choose a data folder outside of it", dir)
		}
		return account{userns: true}, nil
	}
	return a, nil
}

// unprivileged finds the user for the data in dir: its owner when there is a cluster already
// (cred is nil when that is root itself), else the first of the names that exists.
func unprivileged(dir, runAs string) (account, error) {
	if owner, ok := clusterOwner(dir); ok {
		if owner.Uid == 0 {
			return account{}, nil
		}
		return account{cred: owner}, nil
	}
	names := []string{"postgres", "_postgres", "nobody"}
	if runAs != "" {
		names = []string{runAs}
	}
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			continue // most systems lack some of the names
		}
		cred, err := credential(u)
		return account{cred: cred}, err
	}
	return account{cred: &syscall.Credential{Uid: anyUser, Gid: anyUser}}, nil
}

// clusterOwner is the owner of the newest cluster in dir.
func clusterOwner(dir string) (*syscall.Credential, bool) {
	path, ok := newestCluster(dir)
	if !ok {
		return nil, false
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, false // it went away between two looks: then there is none
	}
	st := info.Sys().(*syscall.Stat_t)
	return &syscall.Credential{Uid: st.Uid, Gid: st.Gid}, true
}

func credential(u *user.User) (*syscall.Credential, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("reading the id of user %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("reading the group of user %s: %w", u.Username, err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// own gives a file or folder to the account, when it is not ourselves.
func (a account) own(path string) error {
	if a.cred == nil {
		return nil
	}
	if err := os.Lchown(path, int(a.cred.Uid), int(a.cred.Gid)); err != nil {
		return fmt.Errorf("giving a file to the database's user: %w", err)
	}
	return nil
}

// uid is the owner that the account's files have, seen from outside.
func (a account) uid() uint32 {
	if a.cred != nil {
		return a.cred.Uid
	}
	return uint32(os.Geteuid())
}

// canReach tells whether the account may enter the folder and every folder above it.
func (a account) canReach(folder string) bool {
	if a.cred == nil {
		return true
	}
	for {
		info, err := os.Stat(folder)
		if err != nil || !a.mayEnter(info) {
			return false
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return true
		}
		folder = parent
	}
}

func (a account) mayEnter(info os.FileInfo) bool {
	st, mode := info.Sys().(*syscall.Stat_t), info.Mode().Perm()
	switch {
	case st.Uid == a.cred.Uid:
		return mode&0o100 != 0
	case st.Gid == a.cred.Gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}

// apply makes a command run as the account, in a process group of its own: Ctrl-C goes to the
// whole foreground group, and the program must drain before its database stops.
func (a account) apply(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: a.cred}
	if a.userns {
		setUserNS(cmd.SysProcAttr)
	}
}
