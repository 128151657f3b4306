//go:build linux && cgo

package history

/*
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static int patdesk_one_heap;

// Before main, for no thread but the first may have asked for memory by then.
__attribute__((constructor)) static void patdesk_keep_one_heap(void) {
#ifdef __GLIBC__
	patdesk_one_heap = mallopt(M_ARENA_MAX, 1) && mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

static int patdesk_has_one_heap(void) { return patdesk_one_heap; }
*/
import "C"

// SQLite's memory comes from the C library. glibc keeps a heap for each thread that ever
// asked for some, and Go asks on whichever thread is free: what SQLite has freed stays in
// eight of them. Nobody waits for the one heap, since SQLite takes a lock of its own
// for each piece of memory. Large pieces, such as those that sort the rows of a
// filter, are given back as soon as they are freed; by itself glibc would keep them
// after the first one.

// oneHeap reports whether the C library keeps one heap; others than glibc are not asked.
func oneHeap() bool { return C.patdesk_has_one_heap() != 0 }
