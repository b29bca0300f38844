/* Number formatting and parsing on libbf, which BigInt needs anyway, in place of the C library's (which brings its
   own big-number and long-double code). libbf rounds correctly in both directions. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "libbf.h"

static void *limb_realloc(void *opaque, void *p, size_t n) { return realloc(p, n); }

static bf_context_t *bf(void)
{
    static bf_context_t shared;
    static int ready;
    if (!ready) {
        bf_context_init(&shared, limb_realloc, 0);
        ready = 1;
    }
    return &shared;
}

static int small_int(const char *s)
{
    int negative = *s == '-', n = 0;
    for (s += *s == '-' || *s == '+'; *s >= '0' && *s <= '9'; s++)
        n = n * 10 + *s - '0';
    return negative ? -n : n;
}

double strtod(const char *restrict s, char **restrict end)
{
    bf_t a;
    double d;
    const char *stop;
    bf_init(bf(), &a);
    bf_atof(&a, s, &stop, 10, 53, BF_RNDN | bf_set_exp_bits(11) | BF_FLAG_SUBNORMAL | BF_ATOF_NO_NAN_INF);
    bf_get_float64(&a, &d, BF_RNDN);
    bf_delete(&a);
    if (end)
        *end = (char *)stop;
    return d;
}

/* `count` significant digits of d; *point is where the decimal point goes. JavaScript asks for ties to even (BF_RNDN)
   in the shortest form and for ties away from zero (BF_RNDNA) where the number of digits is given. */
void engine_digits(double d, int count, int rounding, int *point, int *negative, char *out)
{
    bf_t a;
    char *text, *p;
    int k = 0, exponent = 0;
    bf_init(bf(), &a);
    bf_set_float64(&a, d);
    *negative = a.sign;
    a.sign = 0;
    if (d != 0) {
        text = bf_ftoa(NULL, &a, 10, count, rounding | BF_FTOA_FORMAT_FIXED | BF_FTOA_FORCE_EXP);
        for (p = text; *p && *p != 'e'; p++)
            if (*p != '.' && k < count)
                out[k++] = *p;
        if (*p == 'e')
            exponent = small_int(p + 1);
        free(text);
    }
    while (k < count)
        out[k++] = '0';
    out[k] = 0;
    *point = exponent + 1;
    bf_delete(&a);
}

/* d with `count` digits after the point, ties away from zero; returns the length. */
int engine_fixed(double d, int count, char *out)
{
    bf_t a;
    size_t len;
    char *text;
    bf_init(bf(), &a);
    bf_set_float64(&a, d);
    text = bf_ftoa(&len, &a, 10, count, BF_RNDNA | BF_FTOA_FORMAT_FRAC);
    memcpy(out, text, len + 1);
    free(text);
    bf_delete(&a);
    return len;
}

typedef struct {
    char *out;
    size_t room, len;
} Sink;

static void put(Sink *s, char c)
{
    if (s->len + 1 < s->room)
        s->out[s->len] = c;
    s->len++;
}

static char *unsigned_digits(char *end, uint64_t v, unsigned base)
{
    do {
        *--end = "0123456789abcdef"[v % base];
        v /= base;
    } while (v);
    return end;
}

typedef struct {
    int zero_pad, left, width, precision, longs;
} Spec;

static const char *read_spec(const char *f, Spec *spec, va_list *ap)
{
    *spec = (Spec){.precision = -1};
    for (;; f++) {
        if (*f == '0') spec->zero_pad = 1;
        else if (*f == '-') spec->left = 1;
        else break;
    }
    if (*f == '*') {
        spec->width = va_arg(*ap, int);
        f++;
    } else
        while (*f >= '0' && *f <= '9')
            spec->width = spec->width * 10 + *f++ - '0';
    if (*f == '.') {
        spec->precision = 0;
        if (*++f == '*') {
            spec->precision = va_arg(*ap, int);
            f++;
        } else
            while (*f >= '0' && *f <= '9')
                spec->precision = spec->precision * 10 + *f++ - '0';
    }
    for (; *f == 'l'; f++)
        spec->longs++;
    return f;
}

static void put_field(Sink *sink, const Spec *spec, int negative, const char *text, int len)
{
    int pad = spec->width - len - negative;
    if (negative && spec->zero_pad)
        put(sink, '-');
    if (!spec->left)
        for (int i = 0; i < pad; i++)
            put(sink, spec->zero_pad ? '0' : ' ');
    if (negative && !spec->zero_pad)
        put(sink, '-');
    for (int i = 0; i < len; i++)
        put(sink, text[i]);
    if (spec->left)
        for (int i = 0; i < pad; i++)
            put(sink, ' ');
}

/* Only what QuickJS uses: d i u x c s, with -, 0, width, precision of strings, l and ll. */
int vsnprintf(char *restrict out, size_t room, const char *restrict f, va_list args)
{
    Sink sink = {out, room, 0};
    va_list ap;
    va_copy(ap, args);
    for (; *f; f++) {
        Spec spec;
        char digits[24], *end = digits + sizeof digits, *text = end;
        int negative = 0, len;
        if (*f != '%') {
            put(&sink, *f);
            continue;
        }
        f = read_spec(f + 1, &spec, &ap);
        switch (*f) {
        case 'd': case 'i': {
            int64_t v = spec.longs > 1 ? va_arg(ap, int64_t) : va_arg(ap, int);
            negative = v < 0;
            text = unsigned_digits(end, negative ? -(uint64_t)v : v, 10);
            break;
        }
        case 'u': case 'x':
            text = unsigned_digits(end, spec.longs > 1 ? va_arg(ap, uint64_t) : va_arg(ap, unsigned),
                                   *f == 'x' ? 16 : 10);
            break;
        case 'c':
            *--text = va_arg(ap, int);
            break;
        case 's':
            text = va_arg(ap, char *);
            for (len = 0; (spec.precision < 0 || len < spec.precision) && text[len];)
                len++;
            put_field(&sink, &spec, 0, text, len);
            continue;
        default:
            put(&sink, *f);
            continue;
        }
        put_field(&sink, &spec, negative, text, end - text);
    }
    va_end(ap);
    if (room)
        out[sink.len < room ? sink.len : room - 1] = 0;
    return sink.len;
}

int snprintf(char *restrict out, size_t room, const char *restrict f, ...)
{
    va_list ap;
    int n;
    va_start(ap, f);
    n = vsnprintf(out, room, f, ap);
    va_end(ap);
    return n;
}

int sprintf(char *restrict out, const char *restrict f, ...)
{
    va_list ap;
    int n;
    va_start(ap, f);
    n = vsnprintf(out, 1 << 20, f, ap);
    va_end(ap);
    return n;
}
