/* What src/backend declares by hand of the C library, held against each system's headers. */
#define _GNU_SOURCE
#define _LARGEFILE64_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#define IS(what, type) _Static_assert(__builtin_types_compatible_p(__typeof__(what), type), #what)

/* c_errno.rs: the function behind errno. Once a macro of its name says so, errno is a char. */
#if defined(__FreeBSD__) || defined(__APPLE__)
IS(&__error, int *(*)(void));
#define __error() ((char *)0)
#elif defined(__NetBSD__) || defined(__OpenBSD__)
IS(&__errno, int *(*)(void));
#define __errno() ((char *)0)
#else
IS(&__errno_location, int *(*)(void));
#define __errno_location() ((char *)0)
#endif
_Static_assert(sizeof errno == 1, "errno is behind another function");

#ifdef __linux__
/* linux/system_call */
IS(&syscall, long (*)(long, ...));
#define NUMBERS(prlimit64, mlock2) \
    _Static_assert(SYS_prlimit64 == (prlimit64) && SYS_mlock2 == (mlock2), "numbers")
#if defined(__x86_64__) && defined(__ILP32__)
NUMBERS(0x40000000 + 302, 0x40000000 + 325);
#elif defined(__x86_64__)
NUMBERS(302, 325);
#elif defined(__i386__)
NUMBERS(340, 376);
#elif defined(__arm__)
NUMBERS(369, 390);
#elif defined(__s390x__)
NUMBERS(334, 374);
#elif defined(__powerpc__)
NUMBERS(325, 378);
#elif defined(__mips64)
NUMBERS(5297, 5319);
#elif defined(__mips__)
NUMBERS(4338, 4359);
#elif defined(__sparc__)
NUMBERS(331, 356);
#else
NUMBERS(261, 284);
#endif
/* What the kernel writes: two words of 64 bits, all ones for no limit. */
struct rlimit64 limit64;
_Static_assert(sizeof limit64 == 16 && offsetof(struct rlimit64, rlim_max) == 8, "rlimit64");
_Static_assert(RLIM64_INFINITY == 0xffffffffffffffff, "no limit");
#else
/* getrlimit.rs */
#ifdef __FreeBSD__
#define WORD long
#else
#define WORD unsigned long long
#endif
IS(&getrlimit, int (*)(int, struct rlimit *));
_Static_assert(sizeof(rlim_t) == 8 && ((rlim_t)-1 < 0) == ((WORD)-1 < 0), "a word");
_Static_assert(offsetof(struct rlimit, rlim_max) == 8 && sizeof(struct rlimit) == 16, "rlimit");
_Static_assert(RLIM_INFINITY == 0x7fffffffffffffff, "no limit");
#endif

#ifdef __FreeBSD__
/* posix/bsd.rs */
IS(&madvise, int (*)(void *, size_t, int));
_Static_assert(MADV_NOCORE == 8 && MADV_CORE == 9, "values of madvise");
#endif
