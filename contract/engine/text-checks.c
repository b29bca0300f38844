/* Checks of texts, character by character: in bytecode each character costs a thousand instructions. They answer what
   contract/src/interface/text-checks.ts answers under Node; text-checks.test.ts compares the two. */

enum { ACCOUNT_ID, URL, HEX };

static int is_letter_or_digit(int c) { return (unsigned)(c - 'a') < 26 || (unsigned)(c - '0') < 10; }

static int is_account_id(const JSString *s)
{
    int after_separator = 1;
    for (uint32_t i = 0; i < s->len; i++) {
        int c = string_get(s, i);
        int separates = !is_letter_or_digit(c);
        if (separates && (after_separator || (c != '-' && c != '.' && c != '_')))
            return 0;
        after_separator = separates;
    }
    return !after_separator;
}

static int starts_with(const JSString *s, const char *prefix, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        if (i >= s->len || string_get(s, i) != prefix[i])
            return 0;
    return 1;
}

static int is_url(const JSString *s)
{
    uint32_t at = starts_with(s, "https://", 8) ? 8 : starts_with(s, "http://", 7) ? 7 : s->len;
    if (at >= s->len)
        return 0;
    for (; at < s->len; at++) {
        int c = string_get(s, at);
        if (c < 33 || c > 126 || c == '"' || c == '<' || c == '>' || c == '\\')
            return 0;
    }
    return 1;
}

static int is_hex(const JSString *s)
{
    for (uint32_t i = 0; i < s->len; i++) {
        int c = string_get(s, i);
        if ((unsigned)(c - '0') > 9 && (unsigned)(c - 'a') > 5)
            return 0;
    }
    return 1;
}

/* The caller bounds the length. */
static JSValue env_text_is(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv, int kind)
{
    const JSString *s = JS_VALUE_GET_STRING(argv[0]);
    if (JS_VALUE_GET_TAG(argv[0]) != JS_TAG_STRING)
        return JS_FALSE;
    return JS_NewBool(ctx, kind == ACCOUNT_ID ? is_account_id(s) : kind == URL ? is_url(s) : is_hex(s));
}
