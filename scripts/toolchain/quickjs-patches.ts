import { BYTECODE_PATCHES, RUNTIME_BYTECODE_PATCHES } from "./quickjs-bytecode.ts";
import { LAYOUT } from "./quickjs-layout.ts";
import { LEFT_OUT } from "./quickjs-left-out.ts";

/** A text replacement in QuickJS's source: `find` must occur exactly once. */
export interface SourcePatch {
  readonly file: string;
  readonly why: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * A function's own variables are read and written without asking whether their declaration has run: TypeScript
 * (TS2448) and the tests under Node, where the same code runs with these checks, refuse such uses. `this` of derived
 * classes and variables of surrounding functions and modules keep their checks.
 */
const UNCHECKED_LOCALS: readonly (readonly [find: string, replace: string])[] = [
  [
    "if (s->vars[var_idx].is_lexical)\n                        get_op = OP_get_loc_check;",
    "if (s->vars[var_idx].is_lexical && var_name == JS_ATOM_this)\n                        get_op = OP_get_loc_check;",
  ],
  [
    "                            dbuf_putc(bc, OP_put_loc_check);\n",
    "                            dbuf_putc(bc, var_name == JS_ATOM_this ? OP_put_loc_check : OP_put_loc);\n",
  ],
  [
    "                    if (s->vars[var_idx].is_lexical) {\n                        dbuf_putc(bc, OP_get_loc_check);",
    "                    if (s->vars[var_idx].is_lexical && var_name == JS_ATOM_this) {\n                        dbuf_putc(bc, OP_get_loc_check);",
  ],
  [
    "                                dbuf_putc(&bc_out, OP_set_loc_uninitialized);\n                                dbuf_put_u16(&bc_out, scope_idx);\n",
    "                                if (vd->var_name == JS_ATOM_this) {\n" +
      "                                    dbuf_putc(&bc_out, OP_set_loc_uninitialized);\n" +
      "                                    dbuf_put_u16(&bc_out, scope_idx);\n                                }\n",
  ],
];

/** Patches for both engines; they must agree on atoms, opcodes and bytecode. */
export const COMMON_PATCHES: readonly SourcePatch[] = [
  ...BYTECODE_PATCHES,
  {
    file: "libbf.c",
    why: "shifting a 32-bit limb by 32 is undefined: wrong BigInts from 2^63 on",
    find: "r->tab[1] = (a1 << shift) | (a0 >> (LIMB_BITS - shift));\n        r->expn = 2 * LIMB_BITS - shift;",
    replace:
      "r->tab[1] = shift ? (a1 << shift) | (a0 >> (LIMB_BITS - shift)) : a1;\n        r->expn = 2 * LIMB_BITS - shift;",
  },
  {
    file: "libbf.c",
    why: "FFT multiplication is for numbers of thousands of digits",
    find: "#define USE_FFT_MUL",
    replace: "",
  },
  {
    file: "quickjs.c",
    why: "our formatting rounds ties as JavaScript asks",
    find: "#if !defined(_WIN32)\n/* define it if printf",
    replace: "#if 0\n/* define it if printf",
  },
  {
    file: "quickjs.c",
    why: "digits come from libbf (numbers.c)",
    find: "static void js_ecvt1(double d,",
    replace:
      "void engine_digits(double d, int count, int rounding, int *point, int *negative, char *out);\n" +
      "int engine_fixed(double d, int count, char *out);\n" +
      "#define js_ecvt1(d, n, point, sign, buf, mode, tmp, tmp_size) \\\n" +
      "    engine_digits(d, n, is_fixed ? BF_RNDNA : BF_RNDN, point, sign, buf)\n" +
      "static void js_ecvt1_unused(double d,",
  },
  {
    file: "quickjs.c",
    why: "the check of a candidate's digits must parse them, not printf's buffer",
    find: "if (strtod(buf_tmp, NULL) == d) {",
    replace: "if (engine_reads_as(buf, n_digits, *decpt, *sign, d)) {",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static int js_ecvt(double d,",
    replace:
      "static int engine_reads_as(const char *digits, int n, int point, int negative, double d)\n{\n" +
      "    char text[64];\n" +
      '    snprintf(text, sizeof text, "%s%se%d", negative ? "-" : "", digits, point - n);\n' +
      "    return strtod(text, NULL) == d;\n}\n\n" +
      "static int js_ecvt(double d,",
  },
  {
    file: "quickjs.c",
    why: "digits come from libbf (numbers.c)",
    find: 'n = snprintf(buf, buf_size, "%.*f", n_digits, d);',
    replace: "n = engine_fixed(d, n_digits, buf);",
  },
  {
    file: "quickjs.c",
    why: "same as the next",
    find: "        is_neg = 0;\n        if (*p == '-') {\n            is_neg = 1;\n            p++;\n        }\n",
    replace:
      "        const char *digits;\n        is_neg = 0;\n        if (*p == '-') {\n" +
      "            is_neg = 1;\n            p++;\n        }\n        digits = p;\n",
  },
  {
    file: "quickjs.c",
    why: "integers above 1.8e19 are read digit by digit and rounded twice",
    find: "        d = n;\n        if (int_exp != 0) {\n            d *= pow(radix, int_exp);",
    replace:
      "        d = n;\n        if (int_exp != 0 && radix == 10) {\n" +
      "            d = strtod(digits, NULL);\n" +
      "        } else if (int_exp != 0) {\n            d *= pow(radix, int_exp);",
  },
  {
    file: "quickjs.c",
    why: "the table of names is dead after start-up: writable, so that the build can wipe it",
    find: "static const char js_atom_init[] =",
    replace: "static char js_atom_init[] =",
  },
  ...UNCHECKED_LOCALS.map(([find, replace]) => ({
    file: "quickjs.c",
    why: "see UNCHECKED_LOCALS",
    find,
    replace,
  })),
  {
    file: "quickjs.c",
    why: "memory.c gives out zeros",
    find: "    ptr = js_malloc_rt(rt, size);\n    if (!ptr)\n        return NULL;\n    return memset(ptr, 0, size);\n",
    replace: "    ptr = js_malloc_rt(rt, size);\n    return ptr;\n",
  },
  {
    file: "quickjs.c",
    why: "one allocator without counters and indirect calls",
    find: "return rt->mf.js_malloc(&rt->malloc_state, size);",
    replace: "return malloc(size);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "rt->mf.js_free(&rt->malloc_state, ptr);",
    replace: "free(ptr);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "return rt->mf.js_realloc(&rt->malloc_state, ptr, size);",
    replace: "return realloc(ptr, size);",
  },
];

/**
 * Functions that only count references and give memory back. A call's memory ends with the call, so the snapshot
 * empties those that are exported under this prefix, and wasm-opt removes the calls.
 */
export const RELEASE_PREFIX = "release_";

const RELEASES: readonly (readonly [file: string, name: string, signature: string])[] = [
  ["quickjs.h", "value", "static inline void JS_FreeValue(JSContext *ctx, JSValue v)\n{"],
  ["quickjs.h", "value_rt", "static inline void JS_FreeValueRT(JSRuntime *rt, JSValue v)\n{"],
  ["quickjs.c", "string", "static inline void js_free_string(JSRuntime *rt, JSString *str)\n{"],
  ["quickjs.c", "memory", "void js_free(JSContext *ctx, void *ptr)\n{"],
  ["quickjs.c", "memory_rt", "void js_free_rt(JSRuntime *rt, void *ptr)\n{"],
  ["quickjs.c", "atom", "void JS_FreeAtom(JSContext *ctx, JSAtom v)\n{"],
  ["quickjs.c", "atom_rt", "void JS_FreeAtomRT(JSRuntime *rt, JSAtom v)\n{"],
  ["quickjs.c", "shape", "static void js_free_shape(JSRuntime *rt, JSShape *sh)\n{"],
  ["quickjs.c", "shape_null", "static void js_free_shape_null(JSRuntime *rt, JSShape *sh)\n{"],
  ["quickjs.c", "variable", "static void free_var_ref(JSRuntime *rt, JSVarRef *var_ref)\n{"],
  [
    "quickjs.c",
    "object",
    "static void add_gc_object(JSRuntime *rt, JSGCObjectHeader *h,\n                          JSGCObjectTypeEnum type)\n{",
  ],
  ["quickjs.c", "garbage", "static void js_trigger_gc(JSRuntime *rt, size_t size)\n{"],
];

const RELEASE = `__attribute__((noinline, used, export_name("${RELEASE_PREFIX}`;

/** Where the interpreter frees the arguments of a call: the text before, and how many values lie before the arguments. */
const FREED_ARGUMENTS: readonly (readonly [before: string, first: number])[] = [
  ["                if (opcode == OP_tail_call)\n                    goto done;\n", 1],
  ["                if (opcode == OP_tail_call_method)\n                    goto done;\n", 2],
  [
    "                                                     call_argc, call_argv, 0);\n" +
      "                if (unlikely(JS_IsException(ret_val)))\n                    goto exception;\n",
    2,
  ],
];

const CLOSURE_VARIABLES =
  "sizeof(var_refs[0]) * b->closure_var_count);\n        if (!var_refs)\n            goto fail;\n" +
  "        p->u.func.var_refs = var_refs;\n        for(i = 0; i < b->closure_var_count; i++) {\n" +
  "            JSClosureVar *cv = &b->closure_var[i];\n            JSVarRef *var_ref;\n            if (cv->is_local) {\n";

const SINGLE_REALM: readonly (readonly [find: string, replace: string])[] = [
  ["    ctx = b->realm; /* set the current realm */", "    ctx = caller_ctx;"],
  ["            ctx = b->realm;\n", "            ctx = caller_ctx;\n"],
  [
    "static JSContext *JS_GetFunctionRealm(JSContext *ctx, JSValueConst func_obj)\n{\n",
    "static JSContext *JS_GetFunctionRealm(JSContext *ctx, JSValueConst func_obj)\n{\n    return ctx;\n",
  ],
];

const CLONED_SHAPE = `        } else if (sh->header.ref_count != 1) {
            /* if the shape is shared, clone it */
            new_sh = js_clone_shape(ctx, sh);
            if (!new_sh)
                return NULL;
            /* hash the cloned shape */
            new_sh->is_hashed = TRUE;
            js_shape_hash_link(ctx->rt, new_sh);
            js_free_shape(ctx->rt, p->shape);
            p->shape = new_sh;
        }
`;

/** Up to this many fields: with more, maps would be copied over and over. */
const MAX_KEPT_FIELDS = 12;

const KEPT_SHAPE = `        } else if (sh->header.ref_count != 1 || sh->prop_count < ${MAX_KEPT_FIELDS}) {
            uint32_t hash = shape_hash(shape_hash(sh->hash, prop), prop_flags);
            new_sh = js_clone_shape(ctx, sh);
            if (!new_sh)
                return NULL;
            js_free_shape(ctx->rt, sh);
            p->shape = new_sh;
            if (add_shape_property(ctx, &p->shape, p, prop, prop_flags))
                return NULL;
            new_sh = p->shape;
            new_sh->hash = hash;
            new_sh->is_hashed = TRUE;
            js_shape_hash_link(ctx->rt, new_sh);
            return &p->prop[new_sh->prop_count - 1];
        }
`;

const HASH_STRING8 = `static inline uint64_t hash_mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * 0x9e3779b97f4a7c15ull;
    return h ^ h >> 32;
}

static uint32_t hash_string8(const uint8_t *str, size_t len, uint32_t start)
{
    typedef uint64_t __attribute__((may_alias, aligned(1))) word_any;
    uint64_t h = start, rest = 0;
    for (; len >= 8; len -= 8, str += 8)
        h = hash_mix(h, *(const word_any *)str);
    while (len)
        rest = rest << 8 | str[--len];
    return hash_mix(h, rest);
}
`;

const HASH_STRING16 = `    uint64_t x = h, rest = 0;
    for (; len >= 8; len -= 8, str += 8) {
        uint64_t word = 0;
        for (int i = 7; i >= 0; i--)
            word = word << 8 | str[i];
        x = hash_mix(x, word);
    }
    while (len)
        rest = rest << 8 | str[--len];
    return hash_mix(x, rest);
}
`;

const RELEASE_PROTOTYPES = [
  "static void add_gc_object(JSRuntime *rt, JSGCObjectHeader *h,\n                          JSGCObjectTypeEnum type);",
  "static void free_var_ref(JSRuntime *rt, JSVarRef *var_ref);",
  "static void js_free_shape(JSRuntime *rt, JSShape *sh);",
  "static void js_free_shape_null(JSRuntime *rt, JSShape *sh);",
];

function withoutLinkage(signature: string): string {
  return signature.replace(/^static (inline )?/, "");
}

/** Parts of the runtime engine that a contract has no use for, or must not use, and what is too slow in it. */
export const RUNTIME_PATCHES: readonly SourcePatch[] = [
  ...RUNTIME_BYTECODE_PATCHES,
  ...LEFT_OUT,
  ...RELEASES.map(([file, name, signature]) => ({
    file,
    why: "see RELEASE_PREFIX",
    find: signature,
    replace:
      `__attribute__((noinline, used, export_name("${RELEASE_PREFIX}${name}")))\n` +
      withoutLinkage(signature),
  })),
  ...RELEASE_PROTOTYPES.map((prototype) => ({
    file: "quickjs.c",
    why: "an exported function is not static",
    find: prototype,
    replace: withoutLinkage(prototype),
  })),
  {
    file: "quickjs.h",
    why: "see RELEASE_PREFIX",
    find: "static inline JSValue JS_DupValue(JSContext *ctx, JSValueConst v)\n{\n",
    replace:
      `${RELEASE}retain"))) void JS_RetainValue(JSValueConst v)\n{\n` +
      "    if (JS_VALUE_HAS_REF_COUNT(v))\n" +
      "        ((JSRefCountHeader *)JS_VALUE_GET_PTR(v))->ref_count++;\n}\n\n" +
      `${RELEASE}values"))) void JS_FreeValues(JSContext *ctx, JSValue *p, JSValue *end)\n{\n` +
      "    for (; p < end; p++)\n        JS_FreeValue(ctx, *p);\n}\n\n" +
      "static inline JSValue JS_DupValue(JSContext *ctx, JSValueConst v)\n{\n" +
      "    JS_RetainValue(v);\n    return v;\n",
  },
  {
    file: "quickjs.h",
    why: "see RELEASE_PREFIX",
    find: "static inline JSValue JS_DupValueRT(JSRuntime *rt, JSValueConst v)\n{\n",
    replace:
      "static inline JSValue JS_DupValueRT(JSRuntime *rt, JSValueConst v)\n{\n" +
      "    JS_RetainValue(v);\n    return v;\n",
  },
  {
    file: "quickjs.c",
    why: "see RELEASE_PREFIX",
    find: "JSAtom JS_DupAtom(JSContext *ctx, JSAtom v)\n{\n",
    replace:
      `${RELEASE}retain_atom"))) void JS_RetainAtom(JSContext *ctx, JSAtom v)\n{\n` +
      "    if (!__JS_AtomIsConst(v))\n        ctx->rt->atom_array[v]->header.ref_count++;\n}\n\n" +
      "JSAtom JS_DupAtom(JSContext *ctx, JSAtom v)\n{\n    JS_RetainAtom(ctx, v);\n    return v;\n",
  },
  {
    file: "quickjs.c",
    why: "shapes leave and enter the list of what the collector visits, see RELEASE_PREFIX",
    find: "static no_inline int resize_properties(",
    replace:
      `${RELEASE}unlink"))) void JS_UnlinkGC(struct list_head *link)\n{\n    list_del(link);\n}\n\n` +
      `${RELEASE}link"))) void JS_LinkGC(struct list_head *link, struct list_head *list)\n{\n` +
      "    list_add_tail(link, list);\n}\n\n" +
      "#define list_del JS_UnlinkGC\n#define list_add_tail JS_LinkGC\nstatic no_inline int resize_properties(",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static int add_shape_property(JSContext *ctx, JSShape **psh,\n",
    replace:
      "#undef list_del\n#undef list_add_tail\nstatic int add_shape_property(JSContext *ctx, JSShape **psh,\n",
  },
  {
    file: "quickjs.c",
    why: "a contract is one module",
    find: "    JSAtom basename;\n    JSValue promise, resolving_funcs[2], basename_val;",
    replace:
      '    return JS_ThrowTypeError(ctx, "a contract imports nothing while it runs");\n' +
      "    JSAtom basename;\n    JSValue promise, resolving_funcs[2], basename_val;",
  },
  ...SINGLE_REALM.map(([find, replace]) => ({
    file: "quickjs.c",
    why: "a contract has one context",
    find,
    replace,
  })),
  ...LAYOUT.map(([find, replace]) => ({ file: "quickjs.c", why: "see quickjs-layout.ts", find, replace })),
  {
    file: "quickjs.c",
    why: "nothing counts who else holds the text",
    find: "    if (p1->header.ref_count == 1 && p1->is_wide_char == p2->is_wide_char\n",
    replace: "    if (0 && p1->is_wide_char == p2->is_wide_char\n",
  },
  ...FREED_ARGUMENTS.map(([before, first]) => ({
    file: "quickjs.c",
    why: "a loop would stay behind, see RELEASE_PREFIX",
    find: `${before}                for(i = -${first}; i < call_argc; i++)\n                    JS_FreeValue(ctx, call_argv[i]);\n`,
    replace: `${before}                JS_FreeValues(ctx, call_argv - ${first}, call_argv + call_argc);\n`,
  })),
  {
    file: "quickjs.c",
    why: "same",
    find: "        for(pval = local_buf; pval < sp; pval++) {\n            JS_FreeValue(ctx, *pval);\n        }\n    }\n    rt->current",
    replace: "        JS_FreeValues(ctx, local_buf, sp);\n    }\n    rt->current",
  },
  {
    file: "quickjs.c",
    why: "see fast-paths.h",
    find: "JSValue JS_GetPropertyInternal(JSContext *ctx, JSValueConst obj,\n                               JSAtom prop, JSValueConst this_obj,\n                               BOOL throw_ref_error)\n{",
    replace:
      '#include "fast-paths.h"\n\n' +
      "JSValue JS_GetPropertyInternal(JSContext *ctx, JSValueConst obj,\n                               JSAtom prop, JSValueConst this_obj,\n                               BOOL throw_ref_error)\n{",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "                ret = JS_DefinePropertyValue(ctx, sp[-2], atom, sp[-1],\n                                             JS_PROP_C_W_E | JS_PROP_THROW);\n                sp--;",
    replace:
      "                if (engine_add_field(ctx, sp[-2], atom, sp[-1])) {\n                    sp--;\n                    BREAK;\n                }\n" +
      "                ret = JS_DefinePropertyValue(ctx, sp[-2], atom, sp[-1],\n                                             JS_PROP_C_W_E | JS_PROP_THROW);\n                sp--;",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    res = js_strict_eq(ctx, sp[-2], sp[-1]);\n    sp[-2] = JS_NewBool(ctx, res ^ is_neq);",
    replace:
      "    res = engine_same_text(sp[-2], sp[-1]);\n    if (res < 0)\n        res = js_strict_eq(ctx, sp[-2], sp[-1]);\n" +
      "    sp[-2] = JS_NewBool(ctx, res ^ is_neq);",
  },
  {
    file: "quickjs.c",
    why: "eight characters at once; both widths of a text must have the same hash",
    find: "/* XXX: could use faster version ? */\nstatic inline uint32_t hash_string8(const uint8_t *str, size_t len, uint32_t h)\n{\n    size_t i;\n\n    for(i = 0; i < len; i++)\n        h = h * 263 + str[i];\n    return h;\n}",
    replace: HASH_STRING8,
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    size_t i;\n\n    for(i = 0; i < len; i++)\n        h = h * 263 + str[i];\n    return h;\n}\n\nstatic uint32_t hash_string(",
    replace: `${HASH_STRING16}\nstatic uint32_t hash_string(`,
  },
  {
    file: "quickjs.c",
    why: "a hashed shape stays as it is, so that the next object with the same fields finds it",
    find: CLONED_SHAPE,
    replace: KEPT_SHAPE,
  },
  {
    file: "quickjs.c",
    why: "more room than the shape says does no harm",
    find: "            if (new_sh->prop_size != sh->prop_size) {",
    replace: "            if (new_sh->prop_size > sh->prop_size) {",
  },
  {
    file: "quickjs.c",
    why: "fewer moves",
    find: "    new_size = max_int(count, sh->prop_size * 3 / 2);",
    replace: "    new_size = max_int(count, sh->prop_size * 2);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    new_size = max_int(new_len, p->u.array.u1.size * 3 / 2);",
    replace: "    new_size = max_int(max_int(new_len, 4), p->u.array.u1.size * 2);",
  },
  {
    file: "quickjs.c",
    why: "see fast-paths.h",
    find: "JSValue JS_NewObject(JSContext *ctx)\n{\n",
    replace:
      "/* Empty, with room for some fields; none while building. */\nstatic JSShape *engine_object_shape;\n" +
      "/* The empty shape of functions; none while building. */\nstatic JSShape *engine_function_shape;\n\nJSValue JS_NewObject(JSContext *ctx)\n{\n" +
      "    if (engine_object_shape)\n" +
      "        return JS_NewObjectFromShape(ctx, js_dup_shape(engine_object_shape), JS_CLASS_OBJECT);\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "                ret_val = JS_CallInternal(ctx, call_argv[-1], JS_UNDEFINED,\n                                          JS_UNDEFINED, call_argc, call_argv, 0);\n                if (unlikely(JS_IsException(ret_val)))\n                    goto exception;\n                if (opcode == OP_tail_call)",
    replace:
      "                ret_val = engine_call_function(ctx, call_argv[-1], JS_UNDEFINED, call_argc, call_argv);\n" +
      "                if (unlikely(JS_IsException(ret_val)))\n                    goto exception;\n                if (opcode == OP_tail_call)",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "                ret_val = JS_CallInternal(ctx, call_argv[-1], call_argv[-2],\n                                          JS_UNDEFINED, call_argc, call_argv, 0);",
    replace:
      "                ret_val = engine_call_function(ctx, call_argv[-1], call_argv[-2], call_argc, call_argv);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "            *sp++ = JS_AtomToValue(ctx, get_u32(pc));",
    replace: "            *sp++ = engine_atom_value(ctx, get_u32(pc));",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "                    ret = JS_DefinePropertyValue(ctx, ret_val, __JS_AtomFromUInt32(i), call_argv[i],\n                                                 JS_PROP_C_W_E | JS_PROP_THROW);",
    replace:
      "                    ret = add_fast_array_element(ctx, JS_VALUE_GET_OBJ(ret_val), call_argv[i], 0);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    if (JS_VALUE_GET_TAG(source) != JS_TAG_OBJECT)\n        return 0;\n\n    if (JS_VALUE_GET_TAG(excluded) == JS_TAG_OBJECT)\n        pexcl",
    replace:
      "    if (JS_VALUE_GET_TAG(source) != JS_TAG_OBJECT)\n        return 0;\n\n" +
      "    if (!setprop && JS_VALUE_GET_TAG(excluded) != JS_TAG_OBJECT &&\n" +
      "        engine_copy_fields(ctx, JS_VALUE_GET_OBJ(target), source))\n        return 0;\n" +
      "    if (JS_VALUE_GET_TAG(excluded) == JS_TAG_OBJECT)\n        pexcl",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    func_obj = JS_NewObjectClass(ctx, func_kind_to_class_id[b->func_kind]);\n    if (JS_IsException(func_obj)) {\n        JS_FreeValue(ctx, bfunc);",
    replace:
      "    func_obj = engine_function_shape && b->func_kind == JS_FUNC_NORMAL\n" +
      "                   ? JS_NewObjectFromShape(ctx, js_dup_shape(engine_function_shape), JS_CLASS_BYTECODE_FUNCTION)\n" +
      "                   : JS_NewObjectClass(ctx, func_kind_to_class_id[b->func_kind]);\n" +
      "    if (JS_IsException(func_obj)) {\n        JS_FreeValue(ctx, bfunc);",
  },
  {
    file: "quickjs.c",
    why: "a block of its own: else the loop sets up this result before every single instruction",
    find: "            ret_val = JS_UNDEFINED;\n            goto done;\n",
    replace:
      '            __asm__ volatile("");\n            ret_val = JS_UNDEFINED;\n            goto done;\n',
  },
  {
    file: "quickjs.c",
    why: "every entry is written",
    find: `        var_refs = js_mallocz(ctx, ${CLOSURE_VARIABLES}`,
    replace: `        var_refs = js_malloc(ctx, ${CLOSURE_VARIABLES}`,
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    if (start >= 0 && start <= stop) {\n        for (i = start;; i++) {",
    replace:
      "    if (magic == 0 && pos <= len && !p->is_wide_char && !p1->is_wide_char) {\n" +
      "        ret = engine_indexof(p, p1, pos) >= 0;\n" +
      "    } else if (start >= 0 && start <= stop) {\n        for (i = start;; i++) {",
  },
  {
    file: "quickjs.c",
    why: "a function's own name and length cost more than its closure, on every one that is made",
    find:
      "    js_function_set_properties(ctx, func_obj, name_atom,\n" +
      "                               b->defined_arg_count);\n\n    if (b->func_kind & JS_FUNC_GENERATOR) {",
    replace: "    if (b->func_kind & JS_FUNC_GENERATOR) {",
  },
  {
    file: "quickjs.c",
    why: "same, and of built-in functions",
    find: "static void js_function_set_properties(JSContext *ctx, JSValueConst func_obj,\n                                       JSAtom name, int len)\n{",
    replace:
      "static void js_function_set_properties(JSContext *ctx, JSValueConst func_obj,\n                                       JSAtom name, int len)\n{ return;",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static int JS_DefineObjectName(JSContext *ctx, JSValueConst obj,\n                               JSAtom name, int flags)\n{",
    replace:
      "static int JS_DefineObjectName(JSContext *ctx, JSValueConst obj,\n                               JSAtom name, int flags)\n{ return 0;",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static int JS_DefineObjectNameComputed(JSContext *ctx, JSValueConst obj,\n                                       JSValueConst str, int flags)\n{",
    replace:
      "static int JS_DefineObjectNameComputed(JSContext *ctx, JSValueConst obj,\n                                       JSValueConst str, int flags)\n{ return 0;",
  },
  {
    file: "quickjs.c",
    why: "the table of classes is dead after start-up: writable, so that the build can wipe it",
    find: "static JSClassShortDef const js_std_class_def[] = {",
    replace: "static JSClassShortDef js_std_class_def[] = {",
  },
  {
    file: "quickjs.c",
    why: "nothing interrupts a contract",
    find: "static inline __exception int js_poll_interrupts(JSContext *ctx)\n{",
    replace: "static inline __exception int js_poll_interrupts(JSContext *ctx)\n{ return 0;",
  },
  {
    file: "quickjs.c",
    why: "json-read.c parses in one pass",
    find:
      "    str = JS_ToCStringLen(ctx, &len, argv[0]);\n    if (!str)\n        return JS_EXCEPTION;\n" +
      '    obj = JS_ParseJSON(ctx, str, len, "<input>");\n    JS_FreeCString(ctx, str);\n',
    replace: "    obj = engine_json_parse(ctx, argv[0]);\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static JSValue js_json_parse(JSContext *ctx, JSValueConst this_val,",
    replace:
      "static JSValue engine_json_parse(JSContext *ctx, JSValueConst input);\n" +
      "static JSValue engine_json_stringify(JSContext *ctx, JSValueConst value);\n" +
      "static JSValue js_json_parse(JSContext *ctx, JSValueConst this_val,",
  },
  {
    file: "quickjs.c",
    why: "json-write.c writes plain data in one pass",
    find: "    return JS_JSONStringify(ctx, argv[0], argv[1], argv[2]);",
    replace:
      "    if (JS_IsUndefined(argv[1]) && JS_IsUndefined(argv[2])) {\n" +
      "        JSValue text = engine_json_stringify(ctx, argv[0]);\n" +
      "        if (!JS_IsUndefined(text)) return text;\n    }\n" +
      "    return JS_JSONStringify(ctx, argv[0], argv[1], argv[2]);",
  },
  {
    file: "quickjs.c",
    why: "searching character by character through function calls",
    find: "static int string_cmp(JSString *p1, JSString *p2, int x1, int x2, int len)\n{",
    replace:
      "static int engine_indexof(const JSString *text, const JSString *part, int from)\n{\n" +
      "    const uint8_t *start = text->u.str8, *p = start + from, *found;\n" +
      "    int left = text->len - part->len - from;\n" +
      "    if (part->len == 0) return from;\n" +
      "    for (; left >= 0; left -= found - p + 1, p = found + 1) {\n" +
      "        found = memchr(p, part->u.str8[0], left + 1);\n" +
      "        if (!found) break;\n" +
      "        if (!memcmp(found, part->u.str8, part->len)) return found - start;\n" +
      "    }\n    return -1;\n}\n\n" +
      "static int string_cmp(JSString *p1, JSString *p2, int x1, int x2, int len)\n{",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    if (len2 == 0)\n        return from;\n    for (i = from, c = string_get(p2, 0);",
    replace:
      "    if (!p1->is_wide_char && !p2->is_wide_char) return engine_indexof(p1, p2, from);\n" +
      "    if (len2 == 0)\n        return from;\n    for (i = from, c = string_get(p2, 0);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    ret = -1;\n    if (len >= v_len && inc * (stop - start) >= 0) {",
    replace:
      "    ret = -1;\n    if (inc == 1 && !p->is_wide_char && !p1->is_wide_char) {\n" +
      "        ret = engine_indexof(p, p1, start);\n" +
      "    } else if (len >= v_len && inc * (stop - start) >= 0) {",
  },
  {
    file: "libunicode.h",
    why: "\\p{…} in regular expressions needs 30 KB of tables",
    find: "#define CONFIG_ALL_UNICODE",
    replace: "",
  },
  {
    file: "quickjs.c",
    why: "regular expressions are compiled at build time; patterns from text are refused",
    find: "    str = JS_ToCStringLen2(ctx, &len, pattern, !(re_flags & LRE_FLAG_UTF16));\n",
    replace:
      '    return JS_ThrowTypeError(ctx, "a regular expression must be a literal");\n' +
      "    str = JS_ToCStringLen2(ctx, &len, pattern, !(re_flags & LRE_FLAG_UTF16));\n",
  },
  {
    file: "quickjs.c",
    why: "nobody sees a stack trace on chain, and every thrown error would pay for one",
    find:
      "static void build_backtrace(JSContext *ctx, JSValueConst error_obj,\n" +
      "                            const char *filename, int line_num,\n" +
      "                            int backtrace_flags)\n{",
    replace:
      "static void build_backtrace(JSContext *ctx, JSValueConst error_obj,\n" +
      "                            const char *filename, int line_num,\n" +
      "                            int backtrace_flags)\n{ return;",
  },
];

/** Applies the patches of one file; throws when the source is not the one the patches were made for. */
export function patchSource(file: string, source: string, patches: readonly SourcePatch[]): string {
  let text = source;
  for (const patch of patches.filter((p) => p.file === file)) {
    const parts = text.split(patch.find);
    if (parts.length !== 2) {
      const found = parts.length - 1;
      throw new Error(
        `QuickJS patch for ${file} (${patch.why}) expects its text once, found ${found} times; is qjsc still 0.3.0?`,
      );
    }
    text = parts.join(patch.replace);
  }
  return text;
}
