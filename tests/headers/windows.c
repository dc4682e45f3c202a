/* What src/backend/windows.rs and src/errno.rs state by hand, held against mingw's headers. */
#include <stddef.h>
#include <windows.h>

#define IS(what, type) _Static_assert(__builtin_types_compatible_p(__typeof__(what), type), #what)

/* Their BOOL, DWORD and SIZE_T are Rust's i32, u32 and usize. */
_Static_assert(sizeof(BOOL) == 4 && (BOOL)-1 < 0, "BOOL");
_Static_assert(sizeof(DWORD) == 4 && (DWORD)-1 > 0, "DWORD");
_Static_assert(sizeof(SIZE_T) == sizeof(void *), "SIZE_T");
IS(&VirtualLock, BOOL(WINAPI *)(void *, SIZE_T));
IS(&VirtualUnlock, BOOL(WINAPI *)(void *, SIZE_T));
IS(&GetSystemInfo, void(WINAPI *)(SYSTEM_INFO *));
IS(&GetLastError, DWORD(WINAPI *)(void));

_Static_assert(sizeof(SYSTEM_INFO) == 24 + 3 * sizeof(void *), "SYSTEM_INFO");
_Static_assert(offsetof(SYSTEM_INFO, dwPageSize) == 4, "dwPageSize");

/* .ci/proofs/headers sees to it that each of errno.rs is here. */
#define CODE(number, name) _Static_assert((DWORD)name == number, #name)
CODE(5, ERROR_ACCESS_DENIED);
CODE(8, ERROR_NOT_ENOUGH_MEMORY);
CODE(50, ERROR_NOT_SUPPORTED);
CODE(87, ERROR_INVALID_PARAMETER);
CODE(120, ERROR_CALL_NOT_IMPLEMENTED);
CODE(158, ERROR_NOT_LOCKED);
CODE(487, ERROR_INVALID_ADDRESS);
CODE(998, ERROR_NOACCESS);
CODE(1450, ERROR_NO_SYSTEM_RESOURCES);
CODE(1453, ERROR_WORKING_SET_QUOTA);
CODE(0x80000001, STATUS_GUARD_PAGE_VIOLATION);
