//go:build linux || darwin || freebsd

package main

import "syscall"

// diskSpace tells how many bytes of the disk that a folder lies on are free for us,
// and how many it has.
func diskSpace(dir string) (free, size int64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), int64(st.Blocks) * int64(st.Bsize), nil
}
