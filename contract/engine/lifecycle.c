/* What the build calls to prepare the engine, and what the contract's exports call. */

static JSRuntime *runtime;
static JSContext *context;
static JSValue namespace;
/* What an export calls, and the argument that it gives where the export is a list of the two. */
static struct {
    JSValue function, argument;
} methods[256];
/* The instance of the contract's class, where it has one. */
static JSValue receiver = JS_UNDEFINED;
static int method_count;
extern int building;

EXPORT(engine_alloc) void *engine_alloc(size_t n) { return malloc(n); }
EXPORT(engine_free) void engine_free(void *p) { free(p); }

/* Left out at run time: eval and the parser, Date, Proxy, Promise, String.prototype.normalize. */
static JSContext *new_context(JSRuntime *rt)
{
    JSContext *ctx = JS_NewContextRaw(rt);
    JS_AddIntrinsicBaseObjects(ctx);
#ifdef ENGINE_COMPILER
    JS_AddIntrinsicEval(ctx);
#endif
    JS_AddIntrinsicRegExp(ctx);
    JS_AddIntrinsicJSON(ctx);
    JS_AddIntrinsicMapSet(ctx);
    JS_AddIntrinsicTypedArrays(ctx);
    JS_AddIntrinsicBigInt(ctx);
    return ctx;
}

EXPORT(engine_init) void engine_init(void)
{
    building = -1;
    runtime = JS_NewRuntime();
    /* a call is over long before its garbage matters */
    JS_SetGCThreshold(runtime, (size_t)-1);
    context = new_context(runtime);
    bind_env(context);
    prepare_ed25519();
}

static char error_text[1024];
EXPORT(engine_error) char *engine_error(void) { return error_text; }

static int keep_error(void)
{
    JSValue e = JS_GetException(context);
    const char *message = JS_ToCString(context, e);
    snprintf(error_text, sizeof error_text, "%s", message ? message : "unknown error");
    return -1;
}

#ifdef ENGINE_COMPILER
static uint8_t *bytecode;
EXPORT(engine_bytecode) uint8_t *engine_bytecode(void) { return bytecode; }

/* Compiles a module; returns the length of the bytecode, or -1. */
EXPORT(engine_compile) int engine_compile(const char *source, size_t len)
{
    size_t size;
    JSValue f = JS_Eval(context, source, len, "contract.js",
                        JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY | JS_EVAL_FLAG_STRIP);
    if (JS_IsException(f))
        return keep_error();
    bytecode = JS_WriteObject(context, &size, f, JS_WRITE_OBJ_BYTECODE);
    return bytecode ? (int)size : keep_error();
}
#endif

#define NEVER_MADE_AGAIN UINT16_MAX

/* The functions directly inside a module's body are made once, while it runs: what making them needs is dead then. */
static void forget_making(JSFunctionBytecode *body)
{
    for (int i = 0; i < body->cpool_count; i++) {
        JSFunctionBytecode *child;
        if (JS_VALUE_GET_TAG(body->cpool[i]) != JS_TAG_FUNCTION_BYTECODE)
            continue;
        child = JS_VALUE_GET_PTR(body->cpool[i]);
        for (int k = 0; k < child->closure_var_count; k++)
            JS_FreeAtom(context, child->closure_var[k].var_name);
        memset(child->closure_var, 0, sizeof(JSClosureVar) * child->closure_var_count);
        child->defined_arg_count = NEVER_MADE_AGAIN;
    }
}

/* Loads the bytecode of a module and runs its body; 0, or -1. */
EXPORT(engine_load) int engine_load(const uint8_t *code, size_t len)
{
    JSValue v = JS_ReadObject(context, code, len, JS_READ_OBJ_BYTECODE), body;
    JSModuleDef *m;
    if (JS_IsException(v))
        return keep_error();
    m = JS_VALUE_GET_PTR(v);
    body = JS_DupValue(context, m->func_obj);
    if (JS_ResolveModule(context, v) < 0)
        return keep_error();
    v = JS_EvalFunction(context, v);
    if (JS_IsException(v))
        return keep_error();
    forget_making(JS_VALUE_GET_PTR(body));
    JS_FreeValue(context, body);
    namespace = js_get_module_ns(context, m);
    return JS_IsException(namespace) ? keep_error() : 0;
}

/* Registers an exported function, the method of this name of an exported object, or a list of a function and its
   argument; returns its number for engine_call, or -1. */
EXPORT(engine_method) int engine_method(const char *name)
{
    JSValue f = JS_GetPropertyStr(context, namespace, name), argument = JS_UNDEFINED;
    JSValue *items;
    uint32_t count;
    if (js_get_fast_array(context, f, &items, &count) && count == 2) {
        JSValue list = f;
        f = JS_DupValue(context, items[0]);
        argument = JS_DupValue(context, items[1]);
        JS_FreeValue(context, list);
    } else if (JS_IsObject(f) && !JS_IsFunction(context, f)) {
        receiver = f;
        f = JS_GetPropertyStr(context, receiver, name);
    }
    if (!JS_IsFunction(context, f) || method_count == countof(methods))
        return -1;
    methods[method_count].function = f;
    methods[method_count].argument = argument;
    return method_count++;
}

#define INTERNAL_HEAD "{\"error\":{\"name\":\"CUSTOM_CONTRACT_ERROR\",\"cause\":{\"name\":\"INTERNAL\",\"info\":{\"message\":"
#define INTERNAL_TAIL "}}}}"
#define INTERNAL_MAX_CHARS 1000

/* An error that the contract did not mean: one JSON line, as every refusal of ours. */
static _Noreturn void panic_internal(JSValueConst error)
{
    Slice message = {9, (uintptr_t)"\"unknown\""};
    JSValue text = JS_ToString(context, error);
    char *line;
    if (!JS_IsException(text)) {
        JSString *s = JS_VALUE_GET_STRING(text);
        if (s->len > INTERNAL_MAX_CHARS)
            text = js_sub_string(context, s, 0, INTERNAL_MAX_CHARS);
        text = JS_ToQuotedString(context, text);
        if (!JS_IsException(text))
            string_slice(context, text, &message);
    }
    line = malloc(sizeof INTERNAL_HEAD + message.len + sizeof INTERNAL_TAIL);
    memcpy(line, INTERNAL_HEAD, sizeof INTERNAL_HEAD - 1);
    memcpy(line + sizeof INTERNAL_HEAD - 1, (void *)(uintptr_t)message.ptr, message.len);
    memcpy(line + sizeof INTERNAL_HEAD - 1 + message.len, INTERNAL_TAIL, sizeof INTERNAL_TAIL - 1);
    host_panic_utf8(sizeof INTERNAL_HEAD - 1 + message.len + sizeof INTERNAL_TAIL - 1, (uintptr_t)line);
}

static _Noreturn __attribute__((noinline)) void panic_thrown(void)
{
    JSValue error = JS_GetException(context);
    if (JS_IsObject(error)) {
        JSValue text = JS_GetPropertyStr(context, error, "panic");
        Slice s;
        if (JS_IsString(text) && string_slice(context, text, &s) == 0)
            host_panic_utf8(s.len, s.ptr);
    }
    panic_internal(error);
}

EXPORT(engine_call) void engine_call(int method)
{
    JSValue *argument = &methods[method].argument;
    int count = !JS_IsUndefined(*argument);
    if (unlikely(JS_IsException(JS_Call(context, methods[method].function, receiver, count, argument))))
        panic_thrown();
}
