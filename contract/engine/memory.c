/* Allocator and memory functions of the engine: small, and cheap in instructions. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Not 0 but all bits set while building: then freed memory is zeroed, so that it takes no room in the contract, and used
   again. A call's memory ends with the call: it only grows. */
int building;

/* Blocks of whole 8-byte units; a 4-byte header before the 8-aligned payload holds their size. Free blocks are kept by
   classes: 1..64 are that many units (up to 512 bytes), above are four steps per power of two. */
#define SMALL_UNITS 64
#define CLASSES 192
#define HEADER 4
#define LARGEST 0x40000000

extern unsigned char __heap_base;
#define FIRST_BLOCK ((((uintptr_t)&__heap_base + 7) & ~(uintptr_t)7) + 8 - HEADER)
static uintptr_t top, limit;
static void *free_lists[CLASSES];

static uint32_t class_size(uint32_t class)
{
    if (class <= SMALL_UNITS)
        return class << 3;
    class -= SMALL_UNITS + 1;
    return (5 + (class & 3)) << ((class >> 2) + 7);
}

static uint32_t class_of(uint32_t bytes)
{
    uint32_t units = (bytes + 7) >> 3, log;
    if (units <= SMALL_UNITS)
        return units;
    bytes -= 1;
    log = 31 - __builtin_clz(bytes);
    return SMALL_UNITS + 1 + ((log - 9) << 2) + ((bytes >> (log - 2)) & 3);
}

static inline uint32_t *header(void *p) { return (uint32_t *)p - 1; }

static __attribute__((noinline)) void *grow(uint32_t size)
{
    uintptr_t p = top ? top : FIRST_BLOCK;
    uintptr_t end = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
    if (p + size < p)
        return NULL;
    if (p + size > end) {
        if (__builtin_wasm_memory_grow(0, (p + size - end + 65535) >> 16) == (size_t)-1)
            return NULL;
        end = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
    }
    limit = end;
    top = p + size;
    *(uint32_t *)p = size;
    return (void *)(p + HEADER);
}

static inline void *take(uint32_t size)
{
    uintptr_t p = top;
    if (__builtin_expect(p + size > limit, 0))
        return grow(size);
    top = p + size;
    *(uint32_t *)p = size;
    return (void *)(p + HEADER);
}

static __attribute__((noinline)) void *take_while_building(size_t n)
{
    uint32_t class;
    void *reused;
    if (n > LARGEST)
        return NULL;
    class = class_of(n + HEADER);
    reused = free_lists[class];
    if (!reused)
        return take(class_size(class));
    free_lists[class] = *(void **)reused;
    *(void **)reused = NULL;
    return reused;
}

void *malloc(size_t n)
{
    if (__builtin_expect((n | building) > LARGEST, 0))
        return take_while_building(n);
    return take((n + HEADER + 7) & ~7);
}

void free(void *p)
{
    uint32_t class;
    if (!p || !building)
        return;
    class = class_of(*header(p));
    memset(p, 0, *header(p) - HEADER);
    *(void **)p = free_lists[class];
    free_lists[class] = p;
}

void *realloc(void *p, size_t n)
{
    uint32_t room, size = (n + HEADER + 7) & ~7;
    uintptr_t start;
    void *moved;
    if (!p)
        return malloc(n);
    if (n > LARGEST)
        return NULL;
    start = (uintptr_t)header(p);
    /* of a block of the build what lies behind it is copied too, and never looked at */
    room = *header(p) ? *header(p) - HEADER : n;
    if (n <= room && *header(p))
        return p;
    if (!building && *header(p) && start + HEADER + room == top && start + size <= limit) {
        top = start + size;
        *(uint32_t *)start = size;
        return p;
    }
    moved = malloc(n);
    if (!moved)
        return NULL;
    memcpy(moved, p, room);
    free(p);
    return moved;
}

/* What is given out is zero already: freed memory is zeroed and used again while building only. */
void *calloc(size_t count, size_t size) { return malloc(count * size); }

/* Last step of the build: the headers of all blocks and the lists of free ones would take room in the contract. Blocks
   of the build are never given back; where one is moved, how long it was need not be known. */
void memory_settle(void)
{
    uintptr_t at = FIRST_BLOCK;
    while (at < top) {
        uint32_t size = *(uint32_t *)at;
        *(uint32_t *)at = 0;
        at += size;
    }
    for (int class = 0; class < CLASSES; class++) {
        void *p = free_lists[class];
        free_lists[class] = NULL;
        while (p) {
            void *next = *(void **)p;
            *(void **)p = NULL;
            p = next;
        }
    }
}

size_t malloc_usable_size(void *p) { return p && *header(p) ? *header(p) - HEADER : 0; }

typedef uint64_t __attribute__((may_alias, aligned(1))) u64_any;

__attribute__((noinline)) void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    unsigned char *a = to;
    const unsigned char *b = from;
    for (; n >= 32; a += 32, b += 32, n -= 32) {
        ((u64_any *)a)[0] = ((const u64_any *)b)[0];
        ((u64_any *)a)[1] = ((const u64_any *)b)[1];
        ((u64_any *)a)[2] = ((const u64_any *)b)[2];
        ((u64_any *)a)[3] = ((const u64_any *)b)[3];
    }
    for (; n >= 8; a += 8, b += 8, n -= 8)
        *(u64_any *)a = *(const u64_any *)b;
    while (n--)
        *a++ = *b++;
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    unsigned char *a = (unsigned char *)to + n;
    const unsigned char *b = (const unsigned char *)from + n;
    if ((uintptr_t)to - (uintptr_t)from >= n)
        return memcpy(to, from, n);
    while (n >= 8) {
        a -= 8;
        b -= 8;
        n -= 8;
        *(u64_any *)a = *(const u64_any *)b;
    }
    while (n--)
        *--a = *--b;
    return to;
}

__attribute__((noinline)) void *memset(void *to, int c, size_t n)
{
    unsigned char *a = to;
    uint64_t v = (unsigned char)c * 0x0101010101010101ull;
    for (; n >= 8; a += 8, n -= 8)
        *(u64_any *)a = v;
    while (n--)
        *a++ = c;
    return to;
}

int memcmp(const void *x, const void *y, size_t n)
{
    const unsigned char *a = x, *b = y;
    for (; n >= 8 && *(const u64_any *)a == *(const u64_any *)b; a += 8, b += 8)
        n -= 8;
    for (; n--; a++, b++)
        if (*a != *b)
            return *a - *b;
    return 0;
}

void *memchr(const void *x, int c, size_t n)
{
    const unsigned char *p = x;
    const u64_any ones = 0x0101010101010101ull;
    const u64_any wanted = ones * (unsigned char)c;
    for (; n >= 8; p += 8, n -= 8) {
        u64_any word = *(const u64_any *)p ^ wanted;
        if ((word - ones) & ~word & ones << 7)
            break;
    }
    for (; n--; p++)
        if (*p == (unsigned char)c)
            return (void *)p;
    return NULL;
}

size_t strlen(const char *s)
{
    const char *p = s;
    while (*p)
        p++;
    return p - s;
}
